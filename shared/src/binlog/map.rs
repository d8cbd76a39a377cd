//! Table map events: what the columns of the rows that follow look like.

use super::bytes::{Bytes, Unreadable};
use super::cell::Shape;

/// A table as the log describes it.
#[derive(Debug, Clone)]
pub struct TableMap {
    /// The server's number for it, which row events refer to.
    pub id: u64,
    /// The database.
    pub database: String,
    /// The table.
    pub table: String,
    /// Its columns; an error when one of them is of a type that nobody knows.
    pub columns: Result<Vec<Shape>, Unreadable>,
}

impl TableMap {
    /// Reads the body of a table map event.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let mut bytes = Bytes(body);
        let id = bytes.little(6)?;
        bytes.take(2)?;
        let database = bytes.name()?;
        let table = bytes.name()?;
        Ok(Self {
            id,
            database,
            table,
            columns: columns(&mut bytes),
        })
    }
}

fn columns(bytes: &mut Bytes<'_>) -> Result<Vec<Shape>, Unreadable> {
    let count = bytes.packed()?;
    let types = bytes.take(count)?;
    let length = bytes.packed()?;
    let mut meta = Bytes(bytes.take(length)?);
    types
        .iter()
        .map(|kind| Shape::read(*kind, &mut meta))
        .collect()
}
