//! `tandem.notify()`: the trigger function of tables with route `reverse`.
//!
//! Promise: the keys of what a statement touched are in the outbox in the writer's own transaction, or the statement fails. The worker is woken
//! when that transaction has committed.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::CStr;

use pgrx::spi::OwnedPreparedStatement;
use pgrx::{PgSqlErrorCode, Spi, pg_sys};
use tandem_shared::plan::sql::reverse::{self as sql, Happened};

use crate::api::link::wake_at_commit;
use crate::report::{Failure, Result, or_raise};
use crate::state::link;

thread_local! {
    /// Statements, by trigger: each trigger is for one kind of statement.
    static STATEMENTS: RefCell<HashMap<pg_sys::Oid, OwnedPreparedStatement>> = RefCell::new(HashMap::new());
    /// The transaction that will wake the worker already.
    static WAKES: Cell<pg_sys::TransactionId> = const { Cell::new(pg_sys::TransactionId::INVALID) };
}

#[unsafe(no_mangle)]
#[doc(hidden)]
pub extern "C" fn pg_finfo_notify_wrapper() -> &'static pg_sys::Pg_finfo_record {
    const INFO: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &INFO
}

/// The function itself.
#[pgrx::pg_guard]
#[unsafe(no_mangle)]
#[doc(hidden)]
pub unsafe extern "C-unwind" fn notify_wrapper(fcinfo: pg_sys::FunctionCallInfo) -> pg_sys::Datum {
    // SAFETY: the executor hands over a valid call frame; what it says of a trigger is checked before it is read.
    let data = unsafe {
        let context = (*fcinfo).context;
        let called = !context.is_null() && (*context).type_ == pg_sys::NodeTag::T_TriggerData;
        called.then(|| context.cast::<pg_sys::TriggerData>())
    };
    match data {
        // SAFETY: checked above; valid for the call.
        Some(data) => or_raise(unsafe { notify(data) }),
        None => Failure::new(
            PgSqlErrorCode::ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
            "tandem.notify() must be called as a trigger",
        )
        .raise(),
    }
    pg_sys::Datum::from(0)
}

/// What a trigger was created with.
struct Call {
    trigger: pg_sys::Oid,
    table: pg_sys::Oid,
    happened: Happened,
    arguments: Vec<String>,
}

/// Reads the trigger's data.
///
/// # Safety
/// `data` is what the executor handed to a trigger function.
unsafe fn read(data: *mut pg_sys::TriggerData) -> Call {
    // SAFETY: as promised; the arguments are C strings that live as long as the trigger's description.
    unsafe {
        let trigger = (*data).tg_trigger;
        let arguments = (0..usize::try_from((*trigger).tgnargs).unwrap_or(0))
            .map(|at| {
                CStr::from_ptr(*(*trigger).tgargs.add(at))
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        let happened = match (*data).tg_event & pg_sys::TRIGGER_EVENT_OPMASK {
            pg_sys::TRIGGER_EVENT_INSERT => Happened::Insert,
            pg_sys::TRIGGER_EVENT_UPDATE => Happened::Update,
            pg_sys::TRIGGER_EVENT_DELETE => Happened::Delete,
            _ => Happened::Truncate,
        };
        Call {
            trigger: (*trigger).tgoid,
            table: (*(*data).tg_relation).rd_id,
            happened,
            arguments,
        }
    }
}

/// Notifies.
///
/// # Safety
/// As [`read`].
unsafe fn notify(data: *mut pg_sys::TriggerData) -> Result<()> {
    // SAFETY: as promised by the caller.
    let call = unsafe { read(data) };
    let [link, outbox, keys @ ..] = call.arguments.as_slice() else {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            "tandem.notify() needs a link, an outbox and the columns of the key",
        ));
    };
    Spi::connect_mut(|client| -> Result<()> {
        // SAFETY: inside SPI; the data outlives this call. Makes the transition tables known to the statement.
        unsafe { pg_sys::SPI_register_trigger_data(data) };
        let known = STATEMENTS.with_borrow_mut(|known| known.remove(&call.trigger));
        let statement = match known {
            Some(statement) => statement,
            None => {
                let table = Spi::get_one_with_args::<String>(
                    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c \
                     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1",
                    &[call.table.into()],
                )?
                .unwrap_or_default();
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let text = sql::notify(outbox, &keys, &table, call.happened);
                client.prepare_mut(text.as_str(), &[])?.keep()
            }
        };
        let touched = client.update(&statement, None, &[])?.len();
        if call.happened != Happened::Truncate {
            STATEMENTS.with_borrow_mut(|known| known.insert(call.trigger, statement));
        }
        if touched > 0 {
            wake(link)?;
        }
        Ok(())
    })
}

/// Has the worker woken at the commit, once for a transaction.
fn wake(name: &str) -> Result<()> {
    // SAFETY: a plain read of this backend's state.
    let now = unsafe { pg_sys::GetTopTransactionIdIfAny() };
    if WAKES.replace(now) == now {
        return Ok(());
    }
    if let Some(row) = link::find(name)? {
        wake_at_commit(&row);
    }
    Ok(())
}
