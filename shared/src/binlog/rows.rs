//! Row events: the keys of the rows that were inserted, changed or deleted.
//!
//! Promise: of each row image the key that it holds. An image that leaves a key's column out (`binlog_row_image=MINIMAL`) takes it from the image
//! before; if that has none either, the event is unreadable, and the table whole.

use super::bytes::{Bytes, Unreadable, bit};
use super::cell::Shape;
use super::watch::{KeyColumn, Watched};

/// What an event type says of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowsKind {
    /// Rows come.
    pub insert: bool,
    /// Two images of each row, before and after.
    pub update: bool,
    /// A second version of the header, with extra data.
    pub second: bool,
    /// Images after may hold parts of documents.
    pub partial: bool,
    /// The images are compressed, MariaDB's way.
    pub compressed: bool,
}

impl RowsKind {
    /// What is known of an event type; `None` for one that holds no rows.
    pub fn of(kind: u8) -> Option<Self> {
        let (update, second, partial, compressed) = match kind {
            23 | 25 => (false, false, false, false),
            24 => (true, false, false, false),
            30 | 32 => (false, true, false, false),
            31 => (true, true, false, false),
            39 => (true, true, true, false),
            166 | 168 => (false, false, false, true),
            167 => (true, false, false, true),
            169 | 171 => (false, true, false, true),
            170 => (true, true, false, true),
            _ => return None,
        };
        Some(Self {
            insert: matches!(kind, 23 | 30 | 166 | 169),
            update,
            second,
            partial,
            compressed,
        })
    }
}

/// The table that a row event is about.
pub fn table_id(body: &[u8]) -> Result<u64, Unreadable> {
    Bytes(body).little(6)
}

/// A key as literals, joined by commas, and the id of the outbox row that held it.
pub type Found = (String, u64);

/// The keys of an event's rows.
pub fn keys(
    kind: RowsKind,
    body: &[u8],
    columns: &[Shape],
    table: &Watched,
) -> Result<Vec<Found>, Unreadable> {
    let mut bytes = Bytes(body);
    bytes.take(8)?;
    if kind.second {
        let extra = bytes.size(2)?;
        bytes.take(extra.checked_sub(2).ok_or(Unreadable)?)?;
    }
    let count = bytes.packed()?;
    if count != columns.len() {
        return Err(Unreadable);
    }
    let before = bytes.take(count.div_ceil(8))?;
    let after = if kind.update {
        Some(bytes.take(count.div_ceil(8))?)
    } else {
        None
    };
    let inflated;
    if kind.compressed {
        inflated = inflate(bytes.0)?;
        bytes = Bytes(&inflated);
    }
    let image = Image { columns, table };
    let mut found = Vec::new();
    while !bytes.0.is_empty() {
        let first = image.read(&mut bytes, before)?;
        let second = match after {
            Some(present) => {
                if kind.partial {
                    skip_parts(&mut bytes, columns)?;
                }
                Some(image.read(&mut bytes, present)?)
            }
            None => None,
        };
        collect(&mut found, first, second)?;
    }
    Ok(found)
}

/// A key's columns, each with its literals; `None` for a column that the image leaves out.
type Parts = Vec<Option<Vec<String>>>;

struct Image<'a> {
    columns: &'a [Shape],
    table: &'a Watched,
}

impl Image<'_> {
    fn read(&self, bytes: &mut Bytes<'_>, present: &[u8]) -> Result<(Parts, u64), Unreadable> {
        let there = (0..self.columns.len()).filter(|at| bit(present, *at));
        let nulls = bytes.take(there.clone().count().div_ceil(8))?;
        let mut parts: Parts = vec![None; self.table.key.len()];
        let mut id = 0;
        for (nth, at) in there.enumerate() {
            if bit(nulls, nth) {
                continue;
            }
            let shape = self.columns[at];
            if self.table.outbox && at == 0 {
                id = bytes.little(8)?;
            } else if let Some((place, column)) = self.key_column(at) {
                parts[place] = Some(shape.literals(column.kind, bytes)?);
            } else {
                shape.skip(bytes)?;
            }
        }
        Ok((parts, id))
    }

    fn key_column(&self, at: usize) -> Option<(usize, &KeyColumn)> {
        let mut key = self.table.key.iter().enumerate();
        key.find(|(_, column)| column.at == at)
    }
}

fn collect(
    found: &mut Vec<Found>,
    (before, id): (Parts, u64),
    after: Option<(Parts, u64)>,
) -> Result<(), Unreadable> {
    if let Some((after, id)) = after {
        let merged: Parts = after
            .into_iter()
            .zip(&before)
            .map(|(new, old)| new.or_else(|| old.clone()))
            .collect();
        if merged != before {
            spell(found, merged, id)?;
        }
    }
    spell(found, before, id)
}

/// One key for each way to combine the columns' literals.
fn spell(found: &mut Vec<Found>, parts: Parts, id: u64) -> Result<(), Unreadable> {
    let mut keys = vec![String::new()];
    for part in parts {
        let literals = part.ok_or(Unreadable)?;
        keys = keys
            .iter()
            .flat_map(|key| {
                literals.iter().map(move |literal| {
                    if key.is_empty() {
                        literal.clone()
                    } else {
                        format!("{key},{literal}")
                    }
                })
            })
            .collect();
    }
    found.extend(keys.into_iter().map(|key| (key, id)));
    Ok(())
}

/// What says which documents are logged in parts; the parts themselves are as long as their own length says.
fn skip_parts(bytes: &mut Bytes<'_>, columns: &[Shape]) -> Result<(), Unreadable> {
    if bytes.packed()? & 1 == 1 {
        let documents = columns.iter().filter(|one| matches!(one, Shape::Json(_)));
        bytes.take(documents.count().div_ceil(8))?;
    }
    Ok(())
}

/// The most that one event is let grow to.
const INFLATED: usize = 1 << 30;

/// MariaDB's compression: a byte whose low bits say how many bytes the length takes, the length, a zlib stream.
pub fn inflate(packed: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Bytes(packed);
    let head = bytes.size(1)?;
    let length = usize::try_from(bytes.big(head & 7)?).map_err(|_| Unreadable)?;
    let inflated = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(bytes.0, INFLATED);
    inflated
        .ok()
        .filter(|all| all.len() == length)
        .ok_or(Unreadable)
}
