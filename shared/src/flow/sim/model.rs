//! What source and target have in common: small tables with integer keys.

use crate::flow::TableId;

pub const TABLES: usize = 4;
pub const KEYS: usize = 6;

/// The rows of all tables; 0 is "no such row".
pub type Image = [[u32; KEYS]; TABLES];

/// A row's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub table: usize,
    pub key: usize,
}

/// A batch's payload: current rows, and for the checks the whole snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    pub rows: Vec<(Place, u32)>,
    /// The notifications that this batch covers, by their true identity.
    pub notes: Vec<u32>,
    pub snapshot: Snapshot,
}

/// One committed state of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// How many commits it contains.
    pub commits: u64,
    pub image: Image,
}

pub fn table_id(table: usize) -> TableId {
    // Numbers with gaps: nothing may take them for positions.
    TableId(table as u32 * 10 + 3)
}

pub fn table_index(id: TableId) -> usize {
    (id.0 as usize - 3) / 10
}
