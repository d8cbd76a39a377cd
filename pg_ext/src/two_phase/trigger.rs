//! `tandem.exception()`: the trigger function of tables with route `exception`.
//!
//! Before a row is stored here it is written on the legacy server; what that made of it is what is stored. After it was stored, that is noted.

use std::ffi::CStr;

use pgrx::{PgSqlErrorCode, pg_sys};

use super::routed::routed;
use super::{tuple, write};
use crate::report::{Failure, Result, or_raise};

#[unsafe(no_mangle)]
#[doc(hidden)]
pub extern "C" fn pg_finfo_exception_wrapper() -> &'static pg_sys::Pg_finfo_record {
    const INFO: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &INFO
}

/// The function itself.
#[pgrx::pg_guard]
#[unsafe(no_mangle)]
#[doc(hidden)]
pub unsafe extern "C-unwind" fn exception_wrapper(
    fcinfo: pg_sys::FunctionCallInfo,
) -> pg_sys::Datum {
    // SAFETY: called by the function manager; the context of a trigger is its data, valid for the call.
    let tuple = unsafe {
        let context = (*fcinfo).context;
        if context.is_null() || (*context).type_ != pg_sys::NodeTag::T_TriggerData {
            Failure::new(
                PgSqlErrorCode::ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                "function tandem.exception() can only be called as a trigger",
            )
            .raise();
        }
        or_raise(fire(&*context.cast::<pg_sys::TriggerData>()))
    };
    pg_sys::Datum::from(tuple)
}

/// What the trigger was fired for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A new row.
    Insert,
    /// A changed row.
    Update,
    /// A row that goes.
    Delete,
}

/// Does what the event asks; returns the row to go on with.
unsafe fn fire(data: &pg_sys::TriggerData) -> Result<pg_sys::HeapTuple> {
    let event = data.tg_event;
    let before = event & pg_sys::TRIGGER_EVENT_TIMINGMASK == pg_sys::TRIGGER_EVENT_BEFORE;
    let action = match event & pg_sys::TRIGGER_EVENT_OPMASK {
        pg_sys::TRIGGER_EVENT_INSERT => Action::Insert,
        pg_sys::TRIGGER_EVENT_UPDATE => Action::Update,
        pg_sys::TRIGGER_EVENT_DELETE => Action::Delete,
        _ => return Err(no_truncate()),
    };
    // SAFETY: as the trigger's protocol says.
    let (link, number) = unsafe { arguments(&*data.tg_trigger) };
    let relation = data.tg_relation;
    let new = if action == Action::Update {
        data.tg_newtuple
    } else {
        data.tg_trigtuple
    };
    let Some(routed) = routed(&link, number, relation)? else {
        // A copy of the database that was restored elsewhere has no link: its rows are its own.
        return Ok(new);
    };
    // SAFETY: the tuples are of the relation and live as long as the call.
    unsafe {
        let old = tuple::Row::of(data.tg_trigtuple, relation);
        let now = tuple::Row::of(new, relation);
        let event = write::Event {
            routed: &routed,
            relation,
            action,
            old: &old,
            new: &now,
        };
        if before {
            match write::before(&event)? {
                Some(translated) => Ok(tuple::with_columns(new, relation, &routed, &translated)),
                None => Ok(new),
            }
        } else {
            write::after(&event)?;
            Ok(std::ptr::null_mut())
        }
    }
}

fn no_truncate() -> Failure {
    Failure::new(
        PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
        "cannot TRUNCATE a table whose writes go to the legacy database",
    )
    .hint("Use DELETE, or TRUNCATE the legacy table.")
}

/// The link and the number of the table.
unsafe fn arguments(trigger: &pg_sys::Trigger) -> (String, u32) {
    let text = |at: usize| {
        if at >= usize::try_from(trigger.tgnargs).unwrap_or(0) {
            return String::new();
        }
        // SAFETY: the server gives as many texts as it says.
        unsafe { CStr::from_ptr(*trigger.tgargs.add(at)) }
            .to_string_lossy()
            .into_owned()
    };
    (text(0), text(1).parse().unwrap_or(0))
}

/// The table, for the ledger.
pub fn oid(relation: pg_sys::Relation) -> pg_sys::Oid {
    // SAFETY: the relation is open while the trigger runs.
    unsafe { (*relation).rd_id }
}
