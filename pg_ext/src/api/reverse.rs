//! `tandem.conflict_policy`, and what the views ask of the outboxes here.

use pgrx::datum::TimestampWithTimeZone;
use pgrx::iter::TableIterator;
use pgrx::{PgSqlErrorCode, Spi, name, pg_extern, spi};

use super::link::{number_of, wake_at_commit};
use crate::report::{Failure, Result, or_raise};
use crate::state::event::{self, Severity};
use crate::state::link;

/// Says who wins when a row was changed on both sides.
#[pg_extern]
fn conflict_policy(link: &str, table_name: &str, policy: &str) {
    or_raise(set(link, table_name, policy));
}

fn set(name: &str, table_name: &str, policy: &str) -> Result<()> {
    let row = link::get(name)?;
    let number = i32::try_from(number_of(name, table_name)?).unwrap_or(i32::MAX);
    if !matches!(policy, "legacy_wins" | "upgrade_wins") {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            format!("\"{policy}\" is not a policy for conflicts"),
        )
        .hint("Policies are legacy_wins and upgrade_wins."));
    }
    let found = Spi::connect_mut(|client| {
        let update =
            "UPDATE tandem.reverse_table SET conflict = $3 WHERE link = $1 AND table_no = $2";
        let arguments = [name.into(), number.into(), policy.into()];
        Ok::<_, spi::Error>(client.update(update, None, &arguments)?.len())
    })?;
    if found == 0 {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("table \"{table_name}\" does not have route reverse"),
        )
        .hint(format!(
            "SELECT tandem.route('{name}', '{table_name}', 'reverse')."
        )));
    }
    link::changed(name)?;
    let message = format!("conflict policy {policy} set by the operator");
    event::write(
        name,
        Severity::Info,
        "conflict_policy",
        Some(table_name),
        &message,
        None,
    )?;
    wake_at_commit(&row);
    Ok(())
}

/// What waits in an outbox here.
#[pg_extern]
fn waiting(
    outbox: &str,
) -> TableIterator<
    'static,
    (
        name!(notifications, Option<i64>),
        name!(oldest_at, Option<TimestampWithTimeZone>),
    ),
> {
    let name = spi::quote_qualified_identifier("tandem", outbox);
    let found = Spi::get_two::<i64, TimestampWithTimeZone>(&format!(
        "SELECT count(*), min(at) FROM {name}"
    ));
    TableIterator::once(or_raise(found.map_err(Failure::from)))
}
