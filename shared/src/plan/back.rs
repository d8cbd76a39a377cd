//! Rows on their way back: what has to be written to the legacy table so that it has the upgrade row.
//!
//! Promise: a column that already says the same is not written, so that a value which the upgrade column shows only in part (a zero date that
//! became NULL, say) is not overwritten for the sake of another column. Called by the end that writes.

use super::table::{TablePlan, Untranslatable};
use crate::change::Key;
use crate::row;
use crate::value::Value;

/// A row, or the absence of one, on its way back.
#[derive(Debug, Clone, PartialEq)]
pub struct Back {
    /// The key's fields.
    pub key_fields: Vec<u8>,
    /// The key's legacy values.
    pub key: Key,
    /// The row's fields, and each as the legacy value or why there is none; `None` when the row is gone.
    pub row: Option<Wanted>,
}

/// A row as it has to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Fields of PostgreSQL's binary format.
    pub fields: Vec<u8>,
    /// What each becomes, in plan order.
    pub values: Vec<Result<Value, Untranslatable>>,
}

/// What has to be done to a legacy row.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// The row comes; values in plan order.
    Insert(Vec<Value>),
    /// These columns change: positions and values.
    Update(Vec<(usize, Value)>),
    /// The row goes.
    Delete,
}

impl Back {
    /// Translates a key and its row down. Fails for the key only: whether another column matters depends on the legacy row.
    pub fn new(
        plan: &TablePlan,
        key_fields: Vec<u8>,
        fields: Option<Vec<u8>>,
    ) -> Result<Back, Untranslatable> {
        let key = plan.key_down(&key_fields)?;
        let row = fields.map(|fields| {
            let values = plan.columns.iter().zip(row::fields(&fields));
            let values = values.map(|(column, field)| {
                column.codec.down(field).map_err(|error| Untranslatable {
                    column: column.source.clone(),
                    error,
                })
            });
            Wanted {
                values: values.collect(),
                fields,
            }
        });
        Ok(Back {
            key_fields,
            key,
            row,
        })
    }

    /// What makes the legacy row, given as its values in plan order, the wanted one.
    pub fn step(&self, plan: &TablePlan, now: Option<&[Value]>) -> Result<Step, Untranslatable> {
        match (&self.row, now) {
            (None, None) => Ok(Step::Nothing),
            (None, Some(_)) => Ok(Step::Delete),
            (Some(wanted), None) => {
                let values: Result<Vec<Value>, Untranslatable> =
                    wanted.values.iter().cloned().collect();
                values.map(Step::Insert)
            }
            (Some(wanted), Some(now)) => {
                let mut changes = Vec::new();
                for at in differing(plan, &wanted.fields, now) {
                    changes.push((at, wanted.values[at].clone()?));
                }
                Ok(if changes.is_empty() {
                    Step::Nothing
                } else {
                    Step::Update(changes)
                })
            }
        }
    }

    /// True when the legacy row, translated up, is this one byte for byte.
    pub fn is(&self, plan: &TablePlan, now: Option<&[Value]>) -> bool {
        match (&self.row, now) {
            (None, None) => true,
            (Some(wanted), Some(now)) => differing(plan, &wanted.fields, now).next().is_none(),
            _ => false,
        }
    }
}

/// Positions of the columns whose legacy value does not become the field.
fn differing<'a>(
    plan: &'a TablePlan,
    fields: &'a [u8],
    now: &'a [Value],
) -> impl Iterator<Item = usize> + 'a {
    let all = plan.columns.iter().zip(row::fields(fields)).zip(now);
    all.enumerate()
        .filter_map(|(at, ((column, field), value))| {
            let mut up = Vec::new();
            let same = column.codec.up(value, &mut up).is_ok()
                && match field {
                    None => up == (-1i32).to_be_bytes(),
                    Some(field) => up.get(4..) == Some(field) && up[..4] != (-1i32).to_be_bytes(),
                };
            (!same).then_some(at)
        })
}
