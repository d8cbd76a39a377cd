//! The JSON Schema of the mapping document.
//!
//! Promise: what the schema accepts the reader accepts, and the other way round, except for what only a compiler can know: whether columns exist
//! and fit, and whether a map has the class that it declares. One thing it refuses that the reader overlooks: further properties beside
//! `"kind": "legacy"` of keys. A test makes it anew from the types that read the document.

/// The schema, in draft 2020-12.
pub const JSON_SCHEMA: &str = include_str!("document.json");

#[cfg(test)]
mod tests;
#[cfg(test)]
mod validate;
