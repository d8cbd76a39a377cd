//! The way back: one field of PostgreSQL's binary format becomes the legacy value that is stored as exactly that.
//!
//! Promise: `down(up(x))` is `x` over the whole domain of every pair of the matrix, and a field that the legacy column cannot hold as it is, is a
//! [`ValueError`] with a stable code: the legacy server never rounds, cuts, pads or replaces. What only the server itself can know (a character of
//! a set whose table it alone has, a CHECK) it refuses in strict mode. Called for every route on which writes go to the legacy server.
//!
//! The values are meant for a session in UTC and utf8mb4 whose mode is [`crate::plan::sql::write::SQL_MODE`].

mod document;
mod label;
mod number;
mod read;
mod spatial;
mod temporal;
mod text;

use super::error::ValueError;
use super::legacy::LegacyType;
use super::upgrade::UpgradeType;
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::value::Value;

/// How one upgrade column's fields become values of one legacy column.
#[derive(Debug, Clone)]
pub(super) struct Down {
    target: UpgradeType,
    domain: Domain,
}

/// What the legacy column can hold.
#[derive(Debug, Clone)]
enum Domain {
    Integer(number::Range),
    Bit(u8),
    Decimal(number::Digits),
    Float(number::Floating),
    Text(text::Limits),
    Binary(text::Bytes),
    Enum(Vec<String>),
    Set(Vec<String>),
    Date,
    Datetime(u8),
    Timestamp(u8, Family),
    Time(u8, Family),
    Json(Family),
    Geometry(Option<u32>),
    Vector(spatial::Dimensions),
    Uuid,
    Inet(text::Host),
    Unknown,
}

impl Down {
    /// The way back of a pair that an encoder has been compiled for.
    pub(super) fn compile(column: &LegacyColumn, family: Family, target: &UpgradeType) -> Down {
        let domain = match LegacyType::of(column) {
            LegacyType::Integer(width) => Domain::Integer(number::Range::of(column, width)),
            LegacyType::Year => Domain::Integer(number::Range::YEAR),
            LegacyType::Bit(bits) => Domain::Bit(bits),
            LegacyType::Decimal => Domain::Decimal(number::Digits::of(column)),
            LegacyType::Float => Domain::Float(number::Floating::of(column, false)),
            LegacyType::Double => Domain::Float(number::Floating::of(column, true)),
            LegacyType::Text => Domain::Text(text::Limits::of(column)),
            LegacyType::Binary => Domain::Binary(text::Bytes::of(column)),
            LegacyType::Enum(labels) => Domain::Enum(labels),
            LegacyType::Set(labels) => Domain::Set(labels),
            LegacyType::Date => Domain::Date,
            LegacyType::Datetime(fraction) => Domain::Datetime(fraction),
            LegacyType::Timestamp(fraction) => Domain::Timestamp(fraction, family),
            LegacyType::Time(fraction) => Domain::Time(fraction, family),
            LegacyType::Json => Domain::Json(family),
            LegacyType::Geometry => Domain::Geometry(spatial::kind(&column.data_type)),
            LegacyType::Vector => Domain::Vector(spatial::Dimensions::of(column, family)),
            LegacyType::Uuid => Domain::Uuid,
            LegacyType::Inet => Domain::Inet(text::Host::of(&column.data_type)),
            LegacyType::Unknown => Domain::Unknown,
        };
        Down {
            target: target.clone(),
            domain,
        }
    }

    /// The value of one field; NULL passes always.
    pub(super) fn take(&self, field: &[u8]) -> Result<Value, ValueError> {
        let target = &self.target;
        match &self.domain {
            Domain::Integer(range) => range.take(field, target),
            Domain::Bit(bits) => number::bits(field, target, *bits),
            Domain::Decimal(digits) => digits.take(field, target),
            Domain::Float(floating) => floating.take(field, target),
            Domain::Text(limits) => limits.take(field, target),
            Domain::Binary(bytes) => bytes.take(field, target),
            Domain::Enum(labels) => label::one(field, target, labels),
            Domain::Set(labels) => label::several(field, target, labels),
            Domain::Date => temporal::date(field, target),
            Domain::Datetime(fraction) => temporal::datetime(field, target, *fraction),
            Domain::Timestamp(fraction, family) => {
                temporal::timestamp(field, target, *fraction, *family)
            }
            Domain::Time(fraction, family) => temporal::time(field, target, *fraction, *family),
            Domain::Json(family) => document::take(field, target, *family),
            Domain::Geometry(kind) => spatial::geometry(field, target, *kind),
            Domain::Vector(dimensions) => dimensions.take(field, target),
            Domain::Uuid => text::uuid(field, target),
            Domain::Inet(host) => host.take(field, target),
            Domain::Unknown => Err(read::malformed(field, target)),
        }
    }

    /// What stands for the value in a statement: bytes that the server must not take for text are declared as such.
    pub(super) fn place(&self) -> &'static str {
        match (&self.domain, &self.target) {
            (Domain::Text(_), UpgradeType::Bytea)
            | (Domain::Geometry(_) | Domain::Vector(_), _) => "CAST(? AS BINARY)",
            _ => "?",
        }
    }
}
