//! Rows of a query in the wire format, one by one: the other way round of `batch`.
//!
//! Promise: each row is handed on in the format of `tandem_shared::row`, with the values as their types' send functions write them, so that a row
//! which came over has the bytes that it came with. The memory does not grow with the rows. Called by the comparison.

use std::ffi::CString;
use std::mem::size_of;

use pgrx::{PgTupleDesc, Spi, pg_sys};

use crate::report::{Failure, Result};

/// What a query's rows go to. The server knows it by its first field.
#[repr(C)]
struct Receiver<'a> {
    server: pg_sys::DestReceiver,
    columns: Vec<Column>,
    row: Vec<u8>,
    per_row: pg_sys::MemoryContext,
    take: &'a mut dyn FnMut(&[u8]),
}

/// How a column's values are written.
enum Column {
    /// 1, 2, 4 or 8 bytes by value, as numbers and times are.
    Number(usize),
    /// The bytes as they are stored: text where nothing has to be converted, and bytea.
    Bytes,
    /// By the type's function.
    Send(pg_sys::FmgrInfo),
}

/// Runs a query and hands its rows on. In a transaction of a worker.
pub fn rows(query: &str, take: &mut dyn FnMut(&[u8])) -> Result<()> {
    let Ok(text) = CString::new(query) else {
        return Err(Failure::new(
            pgrx::PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
            "a statement holds a zero byte",
        ));
    };
    // SAFETY: a context below the current one; deleted below, or with its parent when an error passes by.
    let per_row = unsafe {
        pg_sys::AllocSetContextCreateExtended(
            pg_sys::CurrentMemoryContext,
            c"tandem stream row".as_ptr(),
            0,
            8 * 1024,
            8 * 1024 * 1024,
        )
    };
    let mut receiver = Receiver {
        server: pg_sys::DestReceiver {
            receiveSlot: Some(receive_slot),
            rStartup: Some(start),
            rShutdown: Some(end),
            rDestroy: Some(end),
            mydest: pg_sys::CommandDest::DestNone,
        },
        columns: Vec::new(),
        row: Vec::new(),
        per_row,
        take,
    };
    let code = Spi::connect(|_| {
        let options = pg_sys::SPIExecuteOptions {
            read_only: true,
            dest: (&raw mut receiver).cast(),
            ..Default::default()
        };
        // SAFETY: connected; the text, the options and the receiver outlive the call.
        unsafe { pg_sys::SPI_execute_extended(text.as_ptr(), &options) }
    });
    // SAFETY: made above; nothing of it is used any more.
    unsafe { pg_sys::MemoryContextDelete(per_row) };
    if code < 0 {
        return Err(Failure::new(
            pgrx::PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
            format!("a query of the comparison could not be run: code {code}"),
        ));
    }
    Ok(())
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn start(
    receiver: *mut pg_sys::DestReceiver,
    _operation: core::ffi::c_int,
    description: pg_sys::TupleDesc,
) {
    // SAFETY: the receiver is the one of `rows`; the description is valid for the query.
    unsafe {
        let receiver = receiver.cast::<Receiver>();
        (*receiver).columns = PgTupleDesc::from_pg_copy(description)
            .iter()
            .map(column)
            .collect();
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn end(_receiver: *mut pg_sys::DestReceiver) {}

/// How a column's values are written.
fn column(attribute: &pg_sys::FormData_pg_attribute) -> Column {
    // SAFETY: plain catalogue look-ups into locals; they raise an error for a type without a send function.
    unsafe {
        let utf8 = pg_sys::GetDatabaseEncoding() == pg_sys::pg_enc::PG_UTF8 as i32;
        match attribute.atttypid {
            pg_sys::INT2OID => Column::Number(2),
            pg_sys::INT4OID | pg_sys::FLOAT4OID | pg_sys::DATEOID => Column::Number(4),
            pg_sys::INT8OID
            | pg_sys::FLOAT8OID
            | pg_sys::TIMESTAMPOID
            | pg_sys::TIMESTAMPTZOID
            | pg_sys::TIMEOID => Column::Number(8),
            pg_sys::BYTEAOID => Column::Bytes,
            pg_sys::TEXTOID | pg_sys::VARCHAROID | pg_sys::BPCHAROID if utf8 => Column::Bytes,
            other => {
                let mut function = pg_sys::InvalidOid;
                let mut varlena = false;
                let mut send = pg_sys::FmgrInfo::default();
                pg_sys::getTypeBinaryOutputInfo(other, &mut function, &mut varlena);
                pg_sys::fmgr_info(function, &mut send);
                Column::Send(send)
            }
        }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn receive_slot(
    slot: *mut pg_sys::TupleTableSlot,
    receiver: *mut pg_sys::DestReceiver,
) -> bool {
    // SAFETY: the receiver is the one of `rows`; the slot's values are valid until this returns, and what the send functions make of them
    // until the context is reset.
    unsafe {
        let receiver = &mut *receiver.cast::<Receiver>();
        let count = i32::try_from(receiver.columns.len()).unwrap_or(i32::MAX);
        if i32::from((*slot).tts_nvalid) < count {
            pg_sys::slot_getsomeattrs_int(slot, count);
        }
        let outer = pg_sys::MemoryContextSwitchTo(receiver.per_row);
        receiver.row.clear();
        let count = u16::try_from(receiver.columns.len()).unwrap_or(u16::MAX);
        receiver.row.extend_from_slice(&count.to_be_bytes());
        let mut allocated = false;
        for (at, column) in receiver.columns.iter_mut().enumerate() {
            if *(*slot).tts_isnull.add(at) {
                tandem_shared::row::put_null(&mut receiver.row);
                continue;
            }
            allocated |= put(column, *(*slot).tts_values.add(at), &mut receiver.row);
        }
        pg_sys::MemoryContextSwitchTo(outer);
        (receiver.take)(&receiver.row);
        if allocated {
            pg_sys::MemoryContextReset(receiver.per_row);
        }
        true
    }
}

/// Appends one value; true when memory of the current context was used for it.
unsafe fn put(column: &mut Column, value: pg_sys::Datum, row: &mut Vec<u8>) -> bool {
    match column {
        Column::Number(bytes) => {
            let number = (value.value() as u64).to_be_bytes();
            row.extend_from_slice(&(*bytes as i32).to_be_bytes());
            row.extend_from_slice(&number[size_of::<u64>() - *bytes..]);
            false
        }
        Column::Bytes => {
            // SAFETY: the value is of a type with a length in front.
            unsafe {
                let stored = value.cast_mut_ptr::<pg_sys::varlena>();
                let plain = pg_sys::pg_detoast_datum_packed(stored);
                put_varlena(plain, row);
                plain != stored
            }
        }
        Column::Send(send) => {
            // SAFETY: the function belongs to the value's type; it returns a bytea.
            unsafe { put_varlena(pg_sys::SendFunctionCall(send, value), row) };
            true
        }
    }
}

unsafe fn put_varlena(value: *mut pg_sys::varlena, row: &mut Vec<u8>) {
    // SAFETY: a plain value with a length of one or four bytes in front.
    unsafe {
        let length = pgrx::varsize_any_exhdr(value);
        let bytes = std::slice::from_raw_parts(pgrx::vardata_any(value).cast::<u8>(), length);
        row.extend_from_slice(&i32::try_from(length).unwrap_or(i32::MAX).to_be_bytes());
        row.extend_from_slice(bytes);
    }
}
