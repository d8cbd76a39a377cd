//! The interface of a compiled column map.

use super::class::Class;
use crate::types::ValueError;
use crate::value::Value;
use std::fmt::Debug;

/// n legacy values and the m upgrade fields that they become.
///
/// The legacy values come in the order of the column map's `sources()`, the fields in the order of its `targets()`.
pub trait Lens: Debug + Send + Sync {
    /// Appends exactly m fields of PostgreSQL's binary format to `out`: an i32 length (-1 for NULL) and the bytes that the type's receive
    /// function reads. On an error `out` may end with part of a field; the caller cuts it off.
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError>;

    /// The n legacy values of m fields; `None` is NULL. An error where the legacy columns cannot hold it, or where there is no way back.
    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError>;

    /// What the declaration was proved to be.
    fn class(&self) -> Class;

    /// The expression to read one of the legacy columns with, given quoted; almost always the column itself.
    fn select(&self, quoted_column: &str) -> String {
        quoted_column.to_owned()
    }
}
