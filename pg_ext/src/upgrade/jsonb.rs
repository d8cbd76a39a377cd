//! A `jsonb` that nobody here looks into: its text, from PostgreSQL and back.
//!
//! Promise: every digit of a number stays. `pgrx::JsonB` reads numbers as floats, which rounds long ones and ends the worker over large ones,
//! so what shows values of users goes through this. Called by the comparison.

use std::ffi::{CStr, CString};

use pgrx::callconv::{BoxRet, FcInfo};
use pgrx::datum::Datum;
use pgrx::{
    FromDatum, IntoDatum, direct_function_call, direct_function_call_as_datum,
    impl_sql_translatable, pg_sys,
};

/// The text of a `jsonb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jsonb(pub String);

impl Jsonb {
    /// The `jsonb` of JSON's null.
    pub fn null() -> Self {
        Self("null".to_owned())
    }
}

impl From<serde_json::Map<String, serde_json::Value>> for Jsonb {
    fn from(object: serde_json::Map<String, serde_json::Value>) -> Self {
        Self(serde_json::Value::from(object).to_string())
    }
}

impl FromDatum for Jsonb {
    unsafe fn from_polymorphic_datum(
        datum: pg_sys::Datum,
        is_null: bool,
        _: pg_sys::Oid,
    ) -> Option<Self> {
        if is_null {
            return None;
        }
        // SAFETY: the datum is a jsonb, as the query's author promises for any FromDatum.
        let text = unsafe { direct_function_call::<&CStr>(pg_sys::jsonb_out, &[Some(datum)]) }?;
        Some(Self(text.to_string_lossy().into_owned()))
    }
}

impl IntoDatum for Jsonb {
    fn into_datum(self) -> Option<pg_sys::Datum> {
        // JSON has no zero byte: serde_json and PostgreSQL both escape it.
        let text = CString::new(self.0).ok()?;
        // SAFETY: jsonb_in takes a C string.
        unsafe { direct_function_call_as_datum(pg_sys::jsonb_in, &[Some(text.as_ptr().into())]) }
    }

    fn type_oid() -> pg_sys::Oid {
        pg_sys::JSONBOID
    }
}

// SAFETY: the datum is returned as a by-reference value of the type that the function declares.
unsafe impl BoxRet for Jsonb {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        match self.into_datum() {
            // SAFETY: as above.
            Some(datum) => unsafe { fcinfo.return_raw_datum(datum) },
            None => fcinfo.return_null(),
        }
    }
}

impl_sql_translatable!(Jsonb, "jsonb");
