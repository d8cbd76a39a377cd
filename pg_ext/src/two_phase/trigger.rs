//! `tandem.exception()`: the trigger function of tables with route `exception`.

use pgrx::{PgSqlErrorCode, pg_sys};

use crate::report::Failure;

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
    _fcinfo: pg_sys::FunctionCallInfo,
) -> pg_sys::Datum {
    Failure::new(
        PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
        "route exception is not there yet",
    )
    .raise()
}
