//! Which route a row takes: the first rule that applies to what changes, to the row, to the session.

use pgrx::{PgSqlErrorCode, Spi, pg_sys};
use tandem_shared::mapping::document::Route;

use super::owner::{as_owner, caller};
use super::trigger::Action;
use super::write::Event;
use crate::report::{Failure, Result};
use crate::state::route::Rule;

/// The rule for the event. `differences` are the attributes that an update changes.
pub fn choose(event: &Event<'_>, differences: &[i16]) -> Result<Rule> {
    let mut found = None;
    for rule in &event.routed.rules {
        if rule.number == 0 || applies(rule, event, differences)? {
            found = Some(rule.clone());
            break;
        }
    }
    Ok(found.unwrap_or(Rule {
        number: 0,
        route: Route::Local,
        columns: None,
        row_filter: None,
        role: None,
        setting: None,
        queue: false,
        one_phase: false,
    }))
}

fn applies(rule: &Rule, event: &Event<'_>, differences: &[i16]) -> Result<bool> {
    if let Some(columns) = &rule.columns
        && !(event.action == Action::Update && only(event.relation, columns, differences))
    {
        return Ok(false);
    }
    if let Some(role) = &rule.role
        && !is_member(role)?
    {
        return Ok(false);
    }
    if let Some(setting) = &rule.setting
        && !is_set(setting)
    {
        return Ok(false);
    }
    match &rule.row_filter {
        Some(filter) => is_meant(filter, event),
        None => Ok(true),
    }
}

/// True when all attributes that differ are among the named columns.
fn only(relation: pg_sys::Relation, columns: &[String], differences: &[i16]) -> bool {
    // SAFETY: the relation is open; the copy of its descriptor is released with the value.
    let descriptor = unsafe { pgrx::PgTupleDesc::from_pg_copy((*relation).rd_att) };
    let mut changed = descriptor
        .iter()
        .filter(|column| differences.contains(&column.attnum));
    changed.all(|column| columns.iter().any(|name| name == column.name()))
}

fn is_member(role: &str) -> Result<bool> {
    let caller = caller();
    as_owner(|| {
        let query = "SELECT (SELECT pg_catalog.pg_has_role($1::oid, r.oid, 'USAGE') FROM pg_catalog.pg_roles r WHERE r.rolname = $2)";
        let found = Spi::get_one_with_args::<bool>(query, &[caller.into(), role.into()])?;
        Ok(found.unwrap_or(false))
    })
}

fn is_set(setting: &str) -> bool {
    let Some((name, value)) = setting.split_once('=') else {
        return false;
    };
    let Ok(name) = std::ffi::CString::new(name) else {
        return false;
    };
    // SAFETY: a setting that does not exist is no error; the text is copied at once.
    let now = unsafe {
        let text = pg_sys::GetConfigOption(name.as_ptr(), true, false);
        if text.is_null() {
            return false;
        }
        std::ffi::CStr::from_ptr(text)
            .to_string_lossy()
            .into_owned()
    };
    now == value
}

/// True when the filter is true of the row; a row must not pass from one route to another.
fn is_meant(filter: &str, event: &Event<'_>) -> Result<bool> {
    let old = event.old.meets(filter, event.relation)?;
    let new = event.new.meets(filter, event.relation)?;
    if old == new {
        return Ok(new);
    }
    Err(Failure::new(
        PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
        "an update cannot move a row from one route to another",
    )
    .detail(format!("The route depends on: {filter}"))
    .hint("Delete the row and insert it again."))
}
