//! What SQL functions ask of the legacy server: one task at a time, cancellable.

use pgrx::iter::SetOfIterator;
use pgrx::{PgSqlErrorCode, pg_extern};
use tandem_shared::mapping::catalog::LegacyCatalog;
use tandem_shared::plan::sql::cascade::cascade_triggers;
use tandem_shared::plan::sql::{drawn, legacy as sql};

use crate::legacy::binlog::server::traits;
use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;
use crate::legacy::options::{Capture, LinkOptions};
use crate::legacy::{catalog, task};
use crate::report::{Failure, Result, or_raise};
use crate::state::{link, table};
use crate::worker::plans::compile_all;
use crate::worker::wake::{Bell, answer};

/// Runs `work` on a new connection to the legacy server and waits for its answer.
pub fn ask<T: Send + 'static>(
    options: &LinkOptions,
    work: impl FnOnce(&mut Session) -> std::result::Result<T, LegacyError> + Send + 'static,
) -> Result<T> {
    let bell = Bell::new();
    let task = task::run(options, bell.wake(), work)?;
    answer(&bell, &task)
}

/// Reads the legacy catalogue; an empty or invisible database is an error.
pub fn read_catalog(options: &LinkOptions) -> Result<LegacyCatalog> {
    let database = options.dbname.clone();
    let catalog = ask(options, move |session| {
        Ok(catalog::read(&mut session.conn, &database, session.family)?)
    })?;
    if catalog.tables.is_empty() {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_FDW_SCHEMA_NOT_FOUND,
            format!("legacy database \"{}\" has no tables that account \"{}\" can see", options.dbname, options.username),
        )
        .hint("Check option dbname and the account's rights: it needs SELECT and TRIGGER on the database."));
    }
    Ok(catalog)
}

/// The statements that install a link on the legacy server, each ending with a semicolon.
#[pg_extern]
fn legacy_script(link: &str) -> SetOfIterator<'static, String> {
    SetOfIterator::new(or_raise(script(link)))
}

fn script(name: &str) -> Result<Vec<String>> {
    let row = link::get(name)?;
    let options = link::options(name, row.owner)?;
    let owner = link::owner(&row, &options)?;
    let catalog = read_catalog(&options)?;
    let mut lines: Vec<String> = sql::create_schema(&options.outbox_schema)
        .iter()
        .map(|statement| format!("{statement};"))
        .collect();
    lines.push(format!(
        "{};",
        sql::claim(
            &owner.outbox_schema,
            owner.link_key,
            &owner.upgrade,
            env!("CARGO_PKG_VERSION")
        )
    ));
    lines.push("SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION';".to_owned());
    lines.push("DELIMITER //".to_owned());
    let plans = compile_all(&row, &options, &catalog, table::all(name)?)?
        .into_iter()
        .map(|planned| planned.plan)
        .collect::<Result<Vec<_>>>()?;
    let by_log = options.capture == Capture::Binlog;
    let mut cascades = Vec::new();
    if !(by_log && ask(&options, traits)?.logs_cascades) {
        cascades = cascade_triggers(&catalog, &plans, &options.outbox_schema);
    }
    if by_log {
        lines.push(format!("{} //", drawn::create_mark(&options.outbox_schema)));
    }
    let reached = |number| cascades.iter().any(|one| one.reaches.contains(&number));
    for plan in &plans {
        if by_log && !reached(plan.table_no) {
            continue;
        }
        lines.push(format!("{} //", sql::create_outbox(plan)));
        if by_log {
            continue;
        }
        lines.extend(
            sql::triggers(plan)
                .into_iter()
                .map(|trigger| format!("{} //", trigger.create(None))),
        );
    }
    lines.extend(
        cascades
            .into_iter()
            .map(|cascade| format!("{} //", cascade.trigger.create(None))),
    );
    lines.push("DELIMITER ;".to_owned());
    Ok(lines)
}
