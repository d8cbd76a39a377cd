//! `tandem.batch()`: hands translated rows to a SQL statement of this process as a set.
//!
//! Promise: the rows are there exactly while [`with`] runs its body; outside of it the function returns no row. The values are read by the
//! types' own receive functions, as COPY BINARY would.

use std::cell::Cell;
use std::ops::Range;

use pgrx::{PgTupleDesc, pg_sys};
use tandem_shared::row::{self, RowBuf};

/// Which rows are on offer.
#[derive(Clone, Copy)]
struct Offer {
    rows: *const RowBuf,
    first: usize,
    last: usize,
}

thread_local! {
    static OFFER: Cell<Option<Offer>> = const { Cell::new(None) };
}

/// Takes the offer back, however its body ends.
struct Withdraw;

impl Drop for Withdraw {
    fn drop(&mut self) {
        OFFER.set(None);
    }
}

/// Runs `body` while `tandem.batch()` returns the given rows.
pub fn with<R>(rows: &RowBuf, range: Range<usize>, body: impl FnOnce() -> R) -> R {
    let _withdraw = Withdraw;
    OFFER.set(Some(Offer {
        rows,
        first: range.start,
        last: range.end.min(rows.len()),
    }));
    body()
}

/// How one column is read.
struct Column {
    receive: pg_sys::FmgrInfo,
    parameter: pg_sys::Oid,
    typmod: i32,
}

#[unsafe(no_mangle)]
#[doc(hidden)]
pub extern "C" fn pg_finfo_batch_wrapper() -> &'static pg_sys::Pg_finfo_record {
    const INFO: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &INFO
}

/// The function itself: fills a tuple store with the rows on offer.
#[pgrx::pg_guard]
#[unsafe(no_mangle)]
#[doc(hidden)]
pub unsafe extern "C-unwind" fn batch_wrapper(fcinfo: pg_sys::FunctionCallInfo) -> pg_sys::Datum {
    // SAFETY: called by the executor with a set-returning call frame; InitMaterializedSRF checks that and fills in both fields.
    unsafe {
        pg_sys::InitMaterializedSRF(fcinfo, pg_sys::MAT_SRF_USE_EXPECTED_DESC);
        let info = (*fcinfo).resultinfo.cast::<pg_sys::ReturnSetInfo>();
        if let Some(offer) = OFFER.get() {
            // SAFETY: `with` keeps the rows alive and unchanged as long as the offer stands.
            fill(
                &*offer.rows,
                offer.first..offer.last,
                (*info).setResult,
                (*info).setDesc,
            );
        }
    }
    pg_sys::Datum::from(0)
}

/// Puts the rows into the store.
unsafe fn fill(
    rows: &RowBuf,
    range: Range<usize>,
    store: *mut pg_sys::Tuplestorestate,
    desc: pg_sys::TupleDesc,
) {
    // SAFETY: the descriptor is valid for the call; each row's memory is released before the next.
    unsafe {
        let mut columns: Vec<Column> = PgTupleDesc::from_pg_copy(desc).iter().map(column).collect();
        let count = columns.len();
        let mut values = vec![pg_sys::Datum::from(0); count];
        let mut nulls = vec![false; count];
        let mut scratch = pg_sys::StringInfoData::default();
        pg_sys::initStringInfo(&mut scratch);
        let per_row = pg_sys::AllocSetContextCreateExtended(
            pg_sys::CurrentMemoryContext,
            c"tandem batch row".as_ptr(),
            0,
            8 * 1024,
            8 * 1024 * 1024,
        );
        for at in range {
            let Some(bytes) = rows.row(at) else { break };
            let outer = pg_sys::MemoryContextSwitchTo(per_row);
            read_row(bytes, &mut columns, &mut values, &mut nulls, &mut scratch);
            pg_sys::MemoryContextSwitchTo(outer);
            pg_sys::tuplestore_putvalues(store, desc, values.as_mut_ptr(), nulls.as_mut_ptr());
            pg_sys::MemoryContextReset(per_row);
        }
        pg_sys::MemoryContextDelete(per_row);
    }
}

fn column(attribute: &pg_sys::FormData_pg_attribute) -> Column {
    let mut function = pg_sys::InvalidOid;
    let mut parameter = pg_sys::InvalidOid;
    let mut receive = pg_sys::FmgrInfo::default();
    // SAFETY: plain catalogue look-ups into locals; they raise an error for a type without a receive function.
    unsafe {
        pg_sys::getTypeBinaryInputInfo(attribute.atttypid, &mut function, &mut parameter);
        pg_sys::fmgr_info(function, &mut receive);
    }
    Column {
        receive,
        parameter,
        typmod: attribute.atttypmod,
    }
}

unsafe fn read_row(
    bytes: &[u8],
    columns: &mut [Column],
    values: &mut [pg_sys::Datum],
    nulls: &mut [bool],
    scratch: &mut pg_sys::StringInfoData,
) {
    let mut fields = row::fields(bytes);
    for ((column, value), null) in columns.iter_mut().zip(values).zip(nulls) {
        let field = fields.next().flatten();
        *null = field.is_none();
        // SAFETY: the field is copied into server memory with a zero behind it, as receive functions may expect; NULL is passed as no
        // buffer, so that a domain can refuse it.
        *value = unsafe {
            let buffer = match field {
                Some(field) => {
                    pg_sys::resetStringInfo(scratch);
                    let length = i32::try_from(field.len()).unwrap_or(i32::MAX);
                    pg_sys::appendBinaryStringInfo(scratch, field.as_ptr().cast(), length);
                    scratch as *mut _
                }
                None => std::ptr::null_mut(),
            };
            pg_sys::ReceiveFunctionCall(
                &mut column.receive,
                buffer,
                column.parameter,
                column.typmod,
            )
        };
    }
}
