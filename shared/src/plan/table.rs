//! The plan of one table.

use super::edge::Edge;
use crate::change::Key;
use crate::mapping::drift::Shape;
use crate::row::{self, RowBuf};
use crate::types::{Codec, ValueError};
use crate::value::Value;

/// A legacy table and the outbox that its changes are notified in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTable {
    /// The legacy database.
    pub database: String,
    /// The table.
    pub table: String,
    /// Tandem's own schema on the legacy server.
    pub outbox_schema: String,
}

/// An upgrade table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub table: String,
}

/// One column of the plan: where it comes from, where it goes, how it is encoded.
#[derive(Debug, Clone)]
pub struct ColumnPlan {
    /// The legacy column.
    pub source: String,
    /// `COLUMN_TYPE` of the legacy column, with its character set and collation: what an outbox column is declared as.
    pub source_type: String,
    /// True for a text type: equal under its collation does not mean the same bytes.
    pub collated: bool,
    /// How it ends a range of keys, where it is a key.
    pub edge: Edge,
    /// The upgrade column.
    pub target: String,
    /// The upgrade column's type as `format_type` prints it.
    pub target_type: String,
    /// True for `GENERATED ALWAYS AS IDENTITY`: such a column can be inserted and never updated.
    pub identity_always: bool,
    /// How a value is encoded.
    pub codec: Codec,
}

/// The plan of one table.
#[derive(Debug, Clone)]
pub struct TablePlan {
    /// The number of the table within its link, 1 to 2^20-1.
    pub table_no: u32,
    /// The number that `tandem_fire` is called with: the link's key and the table's number.
    pub fire_id: u64,
    /// Where rows come from.
    pub source: SourceTable,
    /// Where rows go.
    pub target: TargetTable,
    /// All columns, in the order of the upgrade row.
    pub columns: Vec<ColumnPlan>,
    /// Positions in `columns` of the key, in key order; never empty.
    pub key: Vec<usize>,
    /// The legacy table's columns as the plan knows them.
    pub shape: Shape,
    /// True when the key can cut the table into ranges that both ORDER BY and `>` agree on.
    pub chunkable: bool,
}

/// A row that could not be translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untranslatable {
    /// The legacy column at fault.
    pub column: String,
    /// Why.
    pub error: ValueError,
}

impl TablePlan {
    /// The key's columns, in key order.
    pub fn key_columns(&self) -> impl Iterator<Item = &ColumnPlan> {
        self.key.iter().filter_map(|&at| self.columns.get(at))
    }

    /// The name of the outbox table.
    pub fn outbox(&self) -> String {
        format!("o_{}", self.table_no)
    }

    /// Translates a whole row up and appends it; nothing is appended when a value does not fit.
    pub fn up(&self, row: &[Value], out: &mut RowBuf) -> Result<(), Untranslatable> {
        self.encode(self.columns.iter().zip(row), self.columns.len(), out)
    }

    /// Translates a key up (values in key order) and appends it.
    pub fn key_up(&self, key: &[Value], out: &mut RowBuf) -> Result<(), Untranslatable> {
        self.encode(self.key_columns().zip(key), self.key.len(), out)
    }

    /// Translates a whole upgrade row, as [`crate::row`] has it, down: the values in plan order.
    pub fn down_row(&self, row: &[u8]) -> Result<Vec<Value>, Untranslatable> {
        down(self.columns.iter(), row)
    }

    /// Translates a key down: the values in key order.
    pub fn key_down(&self, key: &[u8]) -> Result<Key, Untranslatable> {
        down(self.key_columns(), key)
    }

    fn encode<'a>(
        &self,
        fields: impl Iterator<Item = (&'a ColumnPlan, &'a Value)>,
        count: usize,
        out: &mut RowBuf,
    ) -> Result<(), Untranslatable> {
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        out.push(count, |bytes| {
            for (column, value) in fields {
                column
                    .codec
                    .up(value, bytes)
                    .map_err(|error| Untranslatable {
                        column: column.source.clone(),
                        error,
                    })?;
            }
            Ok(())
        })
    }
}

/// Translates the fields of a row down, one column after the other.
fn down<'a>(
    columns: impl Iterator<Item = &'a ColumnPlan>,
    row: &[u8],
) -> Result<Vec<Value>, Untranslatable> {
    let mut fields = row::fields(row);
    columns
        .map(|column| {
            let field = fields.next().flatten();
            let failed = |error| Untranslatable {
                column: column.source.clone(),
                error,
            };
            column.codec.down(field).map_err(failed)
        })
        .collect()
}
