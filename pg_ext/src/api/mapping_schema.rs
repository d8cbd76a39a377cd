//! `tandem.mapping_schema`: the form of the mapping document, for editors and for programs that write one.

use pgrx::{JsonB, PgSqlErrorCode, pg_extern};
use tandem_shared::mapping::schema::JSON_SCHEMA;

use crate::report::{Failure, or_raise};

/// The JSON Schema.
#[pg_extern]
fn mapping_schema() -> JsonB {
    let schema = serde_json::from_str(JSON_SCHEMA);
    let broken = |error| {
        Failure::new(
            PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
            format!("could not read the schema of mapping documents: {error}"),
        )
    };
    JsonB(or_raise(schema.map_err(broken)))
}
