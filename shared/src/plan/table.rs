//! The plan of one table.

use super::adapter::Adapter;
use super::edge::Edge;
use super::join::JoinPlan;
use crate::change::Key;
use crate::mapping::drift::Shape;
use crate::row::{self, RowBuf, put_null};
use crate::translate::Lens;
use crate::types::{Codec, ValueError};
use crate::value::Value;
use std::sync::Arc;

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
    /// The table that it is read from: 0 for the source, else the number of the join.
    pub from: usize,
    /// False for a column that only a lens needs: its field in the row is NULL.
    pub carried: bool,
}

/// A lens of several columns: its fields stand behind those of the columns.
#[derive(Debug, Clone)]
pub struct LensPlan {
    /// Positions in the plan's columns of what it reads.
    pub inputs: Vec<usize>,
    /// The fields that it gives: name in the batch's row, and type as `format_type` prints it.
    pub outputs: Vec<(String, String)>,
    /// The lens.
    pub lens: Arc<dyn Lens>,
}

/// A field that the row of a key has beside the key's own columns.
#[derive(Debug, Clone)]
pub enum KeyField {
    /// Another encoding of a key column: position in the plan's columns, and in the key.
    Column(usize, usize),
    /// A lens that reads key columns only: position in the plan's lenses, and the positions in the key that it reads.
    Lens(usize, Vec<usize>),
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
    /// Legacy tables that are looked up for each row.
    pub joins: Vec<JoinPlan>,
    /// Lenses of several columns.
    pub lenses: Vec<LensPlan>,
    /// What the row of a key has behind the key's columns.
    pub key_fields: Vec<KeyField>,
    /// The second stage; `None` when the batch's row is the upgrade row.
    pub adapter: Option<Arc<Adapter>>,
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

    /// A column as people read it: `column`, or `join.column`.
    pub fn label(&self, column: &ColumnPlan) -> String {
        match column.from.checked_sub(1).and_then(|at| self.joins.get(at)) {
            Some(join) => format!("{}.{}", join.name, column.source),
            None => column.source.clone(),
        }
    }

    /// Translates a whole row up and appends it; nothing is appended when a value does not fit.
    pub fn up(&self, row: &[Value], out: &mut RowBuf) -> Result<(), Untranslatable> {
        let fields = self.lenses.iter().map(|lens| lens.outputs.len());
        let count = self.columns.len() + fields.sum::<usize>();
        out.push(u16::try_from(count).unwrap_or(u16::MAX), |bytes| {
            for (column, value) in self.columns.iter().zip(row) {
                self.encode(column, value, bytes)?;
            }
            for lens in &self.lenses {
                let values: Vec<&Value> =
                    lens.inputs.iter().filter_map(|&at| row.get(at)).collect();
                self.look_through(lens, &values, bytes)?;
            }
            Ok(())
        })
    }

    /// Translates a key up (values in key order) and appends it.
    pub fn key_up(&self, key: &[Value], out: &mut RowBuf) -> Result<(), Untranslatable> {
        let count = self.key.len()
            + self
                .key_fields
                .iter()
                .map(|it| self.width(it))
                .sum::<usize>();
        out.push(u16::try_from(count).unwrap_or(u16::MAX), |bytes| {
            for (column, value) in self.key_columns().zip(key) {
                self.encode(column, value, bytes)?;
            }
            for field in &self.key_fields {
                match field {
                    KeyField::Column(at, of) => {
                        if let (Some(column), Some(value)) = (self.columns.get(*at), key.get(*of)) {
                            self.encode(column, value, bytes)?;
                        }
                    }
                    KeyField::Lens(at, of) => {
                        let values: Vec<&Value> = of.iter().filter_map(|&at| key.get(at)).collect();
                        if let Some(lens) = self.lenses.get(*at) {
                            self.look_through(lens, &values, bytes)?;
                        }
                    }
                }
            }
            Ok(())
        })
    }

    /// Translates a whole upgrade row, as [`crate::row`] has it, down: the values in plan order. Only for a plan without a second stage.
    pub fn down_row(&self, row: &[u8]) -> Result<Vec<Value>, Untranslatable> {
        down(self.columns.iter(), row)
    }

    /// Translates a key down: the values in key order. Only for a plan without a second stage.
    pub fn key_down(&self, key: &[u8]) -> Result<Key, Untranslatable> {
        down(self.key_columns(), key)
    }

    /// Positions in a whole row's fields of what the row of a key has, in its order.
    pub fn key_positions(&self) -> Vec<usize> {
        let mut positions = self.key.clone();
        for field in &self.key_fields {
            match field {
                KeyField::Column(at, _) => positions.push(*at),
                KeyField::Lens(at, _) => {
                    let first = self.first_field(*at);
                    positions.extend(first..first + self.width(field));
                }
            }
        }
        positions
    }

    /// The position in a whole row of a lens's first field.
    pub fn first_field(&self, lens: usize) -> usize {
        let before = self.lenses.iter().take(lens);
        self.columns.len() + before.map(|lens| lens.outputs.len()).sum::<usize>()
    }

    fn width(&self, field: &KeyField) -> usize {
        match field {
            KeyField::Column(..) => 1,
            KeyField::Lens(at, _) => self.lenses.get(*at).map_or(0, |lens| lens.outputs.len()),
        }
    }

    #[inline]
    fn encode(
        &self,
        column: &ColumnPlan,
        value: &Value,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Untranslatable> {
        if !column.carried {
            put_null(bytes);
            return Ok(());
        }
        let encoded = column.codec.up(value, bytes);
        encoded.map_err(|error| Untranslatable {
            column: self.label(column),
            error,
        })
    }

    fn look_through(
        &self,
        lens: &LensPlan,
        values: &[&Value],
        bytes: &mut Vec<u8>,
    ) -> Result<(), Untranslatable> {
        lens.lens.up(values, bytes).map_err(|error| {
            let columns = lens.inputs.iter().filter_map(|&at| self.columns.get(at));
            let labels: Vec<String> = columns.map(|column| self.label(column)).collect();
            Untranslatable {
                column: labels.join(", "),
                error,
            }
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
