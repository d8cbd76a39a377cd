//! Column types: which upgrade type a legacy column gets, and how a legacy value becomes bytes of that type.
//!
//! Promise: a value arrives exactly as it was, or it is a [`ValueError`] and the caller parks the row; nothing is rounded, cut, padded or replaced on
//! the way. There is one encoding of a value, used by backfill, live apply and verify, and it is the one that PostgreSQL itself would send for the
//! stored value (except jsonb, see [`UpgradeType::normalises`]). Nothing here talks to a server.
//!
//! The matrix, one file per legacy family; the first target is the default:
//!
//! | legacy type | upgrade types | file |
//! |---|---|---|
//! | TINYINT to BIGINT | smallint, integer, bigint, numeric(20,0), whichever holds the range; boolean, text | `integer` |
//! | BIT(n) | bit(n); bit varying, boolean, integers, numeric, text, bytea | `bit` |
//! | DECIMAL(p,s) | numeric(p,s); integers for whole numbers, text | `decimal` |
//! | FLOAT, DOUBLE | real, double precision | `float` |
//! | CHAR(n), VARCHAR(n) | varchar(n); text, character, bytea, json, jsonb, uuid, inet, enum | `text` |
//! | TEXT types | text; as above | `text` |
//! | BINARY, VARBINARY, BLOB types | bytea; uuid, inet, text | `binary` |
//! | ENUM | an enum type of its own; text | `enumeration` |
//! | SET | text[]; text | `set` |
//! | DATE | date; timestamp, text | `date` |
//! | DATETIME(f) | timestamp(f); date, text | `datetime` |
//! | TIMESTAMP(f) | timestamp(f) with time zone; timestamp, text | `datetime` |
//! | TIME(f) | interval(f); time, text | `time` |
//! | YEAR | smallint; integers, numeric, text | `year` |
//! | JSON | json; jsonb, text | `json` |
//! | geometry types | bytea; PostGIS geometry | `geometry` |
//! | VECTOR | real[]; double precision[], pgvector's vector, bytea | `vector` |
//! | UUID (MariaDB) | uuid; text | `uuid` |
//! | INET4, INET6 (MariaDB) | inet; text | `inet` |
//!
//! Not written to at all: xml, whose parser is PostgreSQL's alone, and every type not named here. A DATETIME never becomes an instant: which zone it
//! was meant in is the mapping's to say. Legacy text arrives in utf8mb4; where the server's conversion could replace something, [`Codec::select`]
//! makes it say so.
//!
//! Where "text" stands, character varying and character do too, with their lengths checked.

mod binary;
mod bit;
mod boolean;
mod codec;
mod date;
mod datetime;
mod decimal;
mod default;
mod down;
mod enumeration;
mod error;
mod float;
mod geometry;
mod hold;
mod inet;
mod integer;
mod json;
mod json_scan;
mod legacy;
mod misfit;
mod natural;
mod numeric;
mod set;
mod text;
mod time;
mod upgrade;
mod uuid;
mod vector;
mod year;

#[cfg(test)]
mod tests;

pub use codec::Codec;
pub use default::{DefaultTarget, EnumType, default_target};
pub(crate) use error::shown;
pub use error::{CODES, TypeMismatch, ValueError};
pub use hold::{holds, widens};
pub use misfit::may_raise;
pub use natural::{named_type, natural_type};
pub use upgrade::UpgradeType;

/// The members of a SET, in order; empty where they cannot be read.
pub(crate) fn set_members(column: &crate::mapping::catalog::LegacyColumn) -> Vec<String> {
    legacy::labels(&column.column_type).unwrap_or_default()
}
