//! `tandem.route`: what happens to writes on this side.

use pgrx::{PgSqlErrorCode, Spi, pg_extern};
use tandem_shared::mapping::document::Route;

use super::link::{number_of, wake_at_commit};
use crate::report::{Failure, Result, or_raise};
use crate::state::event::{self, Severity};
use crate::state::link;
use crate::state::route::{self, Rule};
use crate::state::table::{self, Table};
use crate::{reverse, two_phase};

/// Sets the route of a table, or of some columns, rows or sessions of it.
#[pg_extern]
#[allow(clippy::too_many_arguments)]
fn route(
    link: Option<&str>,
    table_name: Option<&str>,
    route: Option<&str>,
    columns: Option<Vec<String>>,
    row_filter: Option<&str>,
    role: Option<&str>,
    setting: Option<&str>,
    away: Option<&str>,
    commit: Option<&str>,
) {
    let (Some(link), Some(table_name)) = (link, table_name) else {
        return;
    };
    or_raise(
        checked(route, away, commit).and_then(|(route, queue, one_phase)| {
            let rule = Rule {
                number: 0,
                route: route.unwrap_or_default(),
                columns,
                row_filter: row_filter.map(str::to_owned),
                role: role.map(str::to_owned),
                setting: setting.map(str::to_owned),
                queue,
                one_phase,
            };
            run(link, table_name, rule, route.is_some())
        }),
    );
}

fn invalid(message: String, hint: &str) -> Failure {
    Failure::new(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, message).hint(hint)
}

/// The words, as what they mean.
fn checked(
    word: Option<&str>,
    away: Option<&str>,
    commit: Option<&str>,
) -> Result<(Option<Route>, bool, bool)> {
    let found = word.map(|word| {
        let unknown = || {
            invalid(
                format!("\"{word}\" is not a route"),
                "Routes are local, exception and reverse.",
            )
        };
        route::named(word).ok_or_else(unknown)
    });
    let queue = match away {
        None | Some("error") => false,
        Some("queue") => true,
        Some(other) => {
            let hint = "Valid values are error and queue.";
            return Err(invalid(
                format!("invalid value for \"away\": \"{other}\""),
                hint,
            ));
        }
    };
    let one_phase = match commit {
        None | Some("two_phase") => false,
        Some("one_phase") => true,
        Some(other) => {
            let hint = "Valid values are two_phase and one_phase.";
            return Err(invalid(
                format!("invalid value for \"commit\": \"{other}\""),
                hint,
            ));
        }
    };
    Ok((found.transpose()?, queue, one_phase))
}

fn run(name: &str, table_name: &str, mut rule: Rule, keep: bool) -> Result<()> {
    let row = link::get(name)?;
    let number = number_of(name, table_name)?;
    if rule.queue {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            "writes cannot be queued while the legacy server is away yet",
        )
        .hint("Leave \"away\" at error, or use route reverse."));
    }
    let all = table::all(name)?.into_iter();
    let Some(mut mapped) = all.into_iter().find(|table| table.number == number) else {
        return Ok(());
    };
    let rules = route::rules(name, number)?;
    let same = |one: &&Rule| {
        (&one.columns, &one.row_filter, &one.role, &one.setting)
            == (&rule.columns, &rule.row_filter, &rule.role, &rule.setting)
    };
    let before = rules.iter().find(same).map(|rule| rule.number);
    let whole = rule.columns.is_none()
        && rule.row_filter.is_none()
        && rule.role.is_none()
        && rule.setting.is_none();
    let next = rules.iter().map(|rule| rule.number).max().unwrap_or(0) + 1;
    rule.number = if whole { 0 } else { before.unwrap_or(next) };
    if keep {
        route::set(name, number, &rule)?;
    } else if let Some(before) = before.filter(|before| *before != 0) {
        route::remove(name, number, before)?;
    } else {
        return Err(invalid(
            format!("table \"{table_name}\" has no such exception from its route"),
            "The rules are listed in tandem.table_route. A table's own route is set, not taken away: local is the default.",
        ));
    }
    if whole {
        own_route(&row, &mut mapped, rule.route)?;
    }
    link::changed(name)?;
    let message = format!("route {} set by the operator", route::word(rule.route));
    event::write(
        name,
        Severity::Info,
        "route",
        Some(table_name),
        &message,
        None,
    )?;
    wake_at_commit(&row);
    Ok(())
}

/// Gives the whole table another route: takes back what the last one changed, then makes it ready for this one.
fn own_route(link: &link::Link, mapped: &mut Table, to: Route) -> Result<()> {
    if to != Route::Local && !mapped.map.is_plain() {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            format!(
                "the map of \"{}\" is not one to one, so writes here cannot go to the legacy database",
                mapped.map.source.table
            ),
        )
        .hint("Leave its route at local, or map the table one to one."));
    }
    let name = link.name.as_str();
    take_back(name, mapped.number)?;
    let undo = match to {
        Route::Local => Vec::new(),
        Route::Exception => two_phase::install::install(name, mapped.number, &mapped.map)?,
        Route::Reverse => reverse::install::install(link, mapped.number, &mapped.map)?,
    };
    route::set_undo(name, mapped.number, undo)?;
    mapped.map.route = to;
    table::set_map(name, mapped.number, &mapped.map)
}

/// Takes back what a table's route has changed in it.
pub(super) fn take_back(name: &str, number: u32) -> Result<()> {
    for statement in route::undo(name, number)? {
        Spi::run(&statement)?;
    }
    Ok(())
}

/// Takes back what the routes of a link's tables have changed in them.
pub(super) fn take_all_back(name: &str) -> Result<()> {
    for table in table::all(name)? {
        take_back(name, table.number)?;
    }
    Ok(())
}
