//! `tandem.option_validator`: the options of servers and user mappings.

use pgrx::{PgSqlErrorCode, pg_extern, pg_sys};

use crate::legacy::options::{OptionError, Place, validate};
use crate::report::Failure;

/// Checks options as `CREATE SERVER` and `CREATE USER MAPPING` hand them over: `name=value` each, and the catalogue they belong to.
#[pg_extern]
fn option_validator(options: Vec<Option<String>>, catalog: pg_sys::Oid) {
    let options: Vec<(String, String)> = options
        .into_iter()
        .flatten()
        .map(|text| match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (text, String::new()),
        })
        .collect();
    let place = match catalog {
        pg_sys::ForeignServerRelationId => Place::Server,
        pg_sys::UserMappingRelationId => Place::UserMapping,
        _ if options.is_empty() => return,
        _ => Failure::new(
            PgSqlErrorCode::ERRCODE_FDW_INVALID_OPTION_NAME,
            "options belong to the server and to the user mapping",
        )
        .raise(),
    };
    if let Err(OptionError { message, hint }) = validate(place, &options) {
        Failure::new(PgSqlErrorCode::ERRCODE_FDW_INVALID_OPTION_NAME, message)
            .hint(hint)
            .raise();
    }
}

/// The library's version.
#[pg_extern]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
