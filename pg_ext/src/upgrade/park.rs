//! Parked rows: set aside with their error, while the rest goes on.

use std::collections::HashSet;

use pgrx::{JsonB, Spi};
use serde_json::Value as Json;
use tandem_shared::change::{BadRow, Key, plain};
use tandem_shared::plan::TablePlan;
use tandem_shared::row::{self, RowBuf};

use crate::report::{Failure, Result};

/// A row to set aside.
pub struct Parked {
    key_id: Vec<u8>,
    key: Key,
    legacy_row: Json,
    column: Option<String>,
    code: String,
    message: String,
}

impl Parked {
    /// A row that could not be translated.
    pub fn untranslatable(plan: &TablePlan, bad: &BadRow) -> Self {
        let row = plan
            .columns
            .iter()
            .zip(&bad.row)
            .map(|(column, value)| (plan.label(column), plain(value)));
        Self {
            key_id: key_id(plan, &bad.key),
            key: bad.key.clone(),
            legacy_row: Json::Object(row.collect()),
            column: Some(bad.reason.column.clone()),
            code: bad.reason.error.code.to_owned(),
            message: bad.reason.error.message.clone(),
        }
    }

    /// A row that the upgrade database refused.
    pub fn refused(plan: &TablePlan, key: &Key, failure: &Failure) -> Self {
        Self {
            key_id: key_id(plan, key),
            key: key.clone(),
            legacy_row: Json::Null,
            column: None,
            code: failure.sqlstate(),
            message: failure.line(),
        }
    }
}

/// Longest identification of a key that is stored as it is, in bytes: the rows of `tandem.parked_row` have to fit in an index themselves.
const ID_BYTES: usize = 1_000;

/// What identifies a key: its translated bytes, or its legacy value when it cannot be translated.
fn key_id(plan: &TablePlan, key: &Key) -> Vec<u8> {
    let mut rows = RowBuf::new();
    match plan.key_up(key, &mut rows) {
        Ok(()) => rows.bytes().to_vec(),
        Err(_) => serde_json::to_vec(key).unwrap_or_default(),
    }
}

/// What is stored of an identification: itself, or its digest when it is too long for an index.
pub fn stored(id: Vec<u8>) -> Result<Vec<u8>> {
    if id.len() <= ID_BYTES {
        return Ok(id);
    }
    let digest = Spi::get_one_with_args("SELECT pg_catalog.sha256($1)", &[id.into()])?;
    Ok(digest.unwrap_or_default())
}

/// The key of a translated row, as [`key_id`] has it.
pub fn key_of_row(plan: &TablePlan, bytes: &[u8]) -> Vec<u8> {
    let fields: Vec<Option<&[u8]>> = row::fields(bytes).collect();
    let mut rows = RowBuf::new();
    let places = plan.key_positions();
    let count = u16::try_from(places.len()).unwrap_or(u16::MAX);
    let written = rows.push(count, |out| {
        places
            .iter()
            .try_for_each(|&at| match fields.get(at).copied().flatten() {
                Some(field) => row::put_field(out, field),
                None => {
                    row::put_null(out);
                    Ok(())
                }
            })
    });
    written.map(|()| rows.bytes().to_vec()).unwrap_or_default()
}

/// Writes a parked row, or renews it.
pub fn record(link: &str, plan: &TablePlan, parked: &Parked) -> Result<()> {
    let names = plan.key_columns().map(|column| column.source.clone());
    let key: serde_json::Map<String, Json> = names.zip(parked.key.iter().map(plain)).collect();
    let values = serde_json::to_value(&parked.key).unwrap_or(Json::Null);
    Spi::run_with_args(
        "INSERT INTO tandem.parked_row (link, table_no, key_id, key, legacy_row, key_values, column_name, code, message) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (link, table_no, key_id) DO UPDATE SET legacy_row = excluded.legacy_row, column_name = excluded.column_name, \
         code = excluded.code, message = excluded.message, attempts = parked_row.attempts + 1, last_seen = now()",
        &[
            link.into(),
            number(plan).into(),
            stored(parked.key_id.clone())?.into(),
            JsonB(Json::Object(key)).into(),
            JsonB(parked.legacy_row.clone()).into(),
            JsonB(values).into(),
            parked.column.clone().into(),
            parked.code.as_str().into(),
            parked.message.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Forgets parked rows whose keys have been applied or deleted; `whole_rows` says whether `rows` holds rows or keys.
///
/// Whether the table has any is asked each time: other workers park rows too, those that copy and those that compare.
pub fn forget(link: &str, plan: &TablePlan, rows: &RowBuf, whole_rows: bool) -> Result<()> {
    if !any(link, plan.table_no)? {
        return Ok(());
    }
    let ids: Vec<Vec<u8>> = (0..rows.len())
        .filter_map(|at| rows.row(at))
        .map(|bytes| {
            if whole_rows {
                key_of_row(plan, bytes)
            } else {
                bytes.to_vec()
            }
        })
        .collect();
    forget_ids(link, plan, ids)
}

/// Forgets parked rows whose keys could not be translated and are there no more.
pub fn forget_gone(link: &str, plan: &TablePlan, keys: &[Key]) -> Result<()> {
    forget_ids(
        link,
        plan,
        keys.iter().map(|key| key_id(plan, key)).collect(),
    )
}

/// A table's parked rows that no key was seen of yet.
pub struct Others<'a> {
    link: &'a str,
    plan: &'a TablePlan,
    ids: HashSet<Vec<u8>>,
}

impl<'a> Others<'a> {
    /// All parked rows of the table.
    pub fn all(link: &'a str, plan: &'a TablePlan) -> Result<Self> {
        let ids = Spi::connect(|client| {
            let query = "SELECT key_id FROM tandem.parked_row WHERE link = $1 AND table_no = $2";
            let rows = client.select(query, None, &[link.into(), number(plan).into()])?;
            rows.map(|row| Ok(row.get::<Vec<u8>>(1)?.unwrap_or_default()))
                .collect::<pgrx::spi::Result<_>>()
        })?;
        Ok(Self { link, plan, ids })
    }

    /// Takes out those of these keys, which the legacy table has.
    pub fn seen(&mut self, keys: &RowBuf, untranslatable: &[Key]) -> Result<()> {
        for bytes in (0..keys.len()).filter_map(|at| keys.row(at)) {
            if self.ids.is_empty() {
                return Ok(());
            }
            self.ids.remove(&stored(bytes.to_vec())?);
        }
        for key in untranslatable {
            self.ids.remove(&stored(key_id(self.plan, key))?);
        }
        Ok(())
    }

    /// Forgets the rest.
    pub fn forget(self) -> Result<()> {
        forget_stored(self.link, self.plan, self.ids.into_iter().collect())
    }
}

fn forget_ids(link: &str, plan: &TablePlan, ids: Vec<Vec<u8>>) -> Result<()> {
    let ids: Result<Vec<_>> = ids.into_iter().map(stored).collect();
    forget_stored(link, plan, ids?)
}

fn forget_stored(link: &str, plan: &TablePlan, ids: Vec<Vec<u8>>) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    Spi::run_with_args(
        "DELETE FROM tandem.parked_row WHERE link = $1 AND table_no = $2 AND key_id = ANY ($3)",
        &[link.into(), number(plan).into(), ids.into()],
    )?;
    Ok(())
}

/// True when a table has parked rows.
pub fn any(link: &str, table_no: u32) -> Result<bool> {
    let found = Spi::get_one_with_args::<bool>(
        "SELECT EXISTS (SELECT FROM tandem.parked_row WHERE link = $1 AND table_no = $2)",
        &[
            link.into(),
            i32::try_from(table_no).unwrap_or(i32::MAX).into(),
        ],
    )?;
    Ok(found.unwrap_or(false))
}

fn number(plan: &TablePlan) -> i32 {
    i32::try_from(plan.table_no).unwrap_or(i32::MAX)
}
