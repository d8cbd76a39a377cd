//! Mapped tables and their phases.

use pgrx::{JsonB, Spi, spi};
use tandem_shared::mapping::document::TableMap;

use crate::report::{Failure, Result};

/// How far a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has happened yet.
    Init,
    /// Its rows are being copied or compared.
    Backfill,
    /// In the loop.
    Live,
    /// Set aside with an error.
    Errored,
    /// Any later phase: not the loop's business.
    Other,
}

impl Phase {
    fn from_word(word: &str) -> Self {
        match word {
            "init" => Self::Init,
            "backfill" => Self::Backfill,
            "live" => Self::Live,
            "errored" => Self::Errored,
            _ => Self::Other,
        }
    }
}

/// A row of `tandem.table_map`.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its number within the link.
    pub number: u32,
    /// The mapping.
    pub map: TableMap,
    /// How far it is.
    pub phase: Phase,
    /// True when rows are merged and compared, not copied into an empty table.
    pub merge: bool,
}

/// The link's tables, by number.
pub fn all(link: &str) -> Result<Vec<Table>> {
    Spi::connect(|client| {
        let query = "SELECT table_no, document, phase, copy_mode FROM tandem.table_map WHERE link = $1 ORDER BY table_no";
        client
            .select(query, None, &[link.into()])?
            .map(|row| table(&row))
            .collect::<Result<Vec<_>>>()
    })
}

fn table(row: &spi::SpiHeapTupleData<'_>) -> Result<Table> {
    let number = row
        .get::<i32>(1)?
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(0);
    let document = row.get::<JsonB>(2)?.map(|json| json.0).unwrap_or_default();
    let map = serde_json::from_value(document).map_err(|error| {
        let code = pgrx::PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE;
        Failure::new(
            code,
            format!("the mapping of table {number} cannot be read: {error}"),
        )
    })?;
    Ok(Table {
        number,
        map,
        phase: Phase::from_word(&row.get::<String>(3)?.unwrap_or_default()),
        merge: row.get::<String>(4)?.as_deref() == Some("merge"),
    })
}

/// Adds a table to the mapping, under the next free number.
pub fn add(link: &str, map: &TableMap, rows: u64, bytes: u64) -> Result<i32> {
    let document = serde_json::to_value(map).unwrap_or_default();
    let number = Spi::get_one_with_args::<i32>(
        "INSERT INTO tandem.table_map (link, table_no, source_table, target_schema, target_table, document, estimated_rows, estimated_bytes) \
         SELECT $1, COALESCE(max(table_no), 0) + 1, $2, $3, $4, $5, $6, $7 FROM tandem.table_map WHERE link = $1 RETURNING table_no",
        &[
            link.into(),
            map.source.table.as_str().into(),
            map.target.schema.as_str().into(),
            map.target.table.as_str().into(),
            JsonB(document).into(),
            i64::try_from(rows).unwrap_or(i64::MAX).into(),
            i64::try_from(bytes).unwrap_or(i64::MAX).into(),
        ],
    )?;
    Ok(number.unwrap_or(0))
}

/// Writes a table's map anew.
pub fn set_map(link: &str, number: u32, map: &TableMap) -> Result<()> {
    let document = serde_json::to_value(map).unwrap_or_default();
    Spi::run_with_args(
        "UPDATE tandem.table_map SET document = $3, target_schema = $4, target_table = $5 WHERE link = $1 AND table_no = $2",
        &[
            link.into(),
            key(number),
            JsonB(document).into(),
            map.target.schema.as_str().into(),
            map.target.table.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Takes a table out of the mapping. Its triggers and its outbox go when the link's worker next prepares.
pub fn remove(link: &str, number: u32) -> Result<()> {
    for table in ["deferred_ddl", "crosswalk", "table_map"] {
        let delete = format!("DELETE FROM tandem.{table} WHERE link = $1 AND table_no = $2");
        Spi::run_with_args(&delete, &[link.into(), key(number)])?;
    }
    Ok(())
}

/// Asks for a table to be copied or compared from the beginning. The link's worker begins, once it has taken the table out of its loop: a
/// chunk read while the loop still applies the table could put an old row over a newer one.
pub fn begin_again(link: &str, number: u32) -> Result<()> {
    Spi::run_with_args(
        "UPDATE tandem.table_map SET phase = 'init', cause = NULL, error = NULL, hint = NULL WHERE link = $1 AND table_no = $2",
        &[link.into(), key(number)],
    )?;
    Ok(())
}

/// As [`begin_again`], for a table that is not set aside; one that is, is compared when it comes back.
pub fn compare_again(link: &str, number: u32) -> Result<()> {
    Spi::run_with_args(
        "UPDATE tandem.table_map SET phase = 'init' WHERE link = $1 AND table_no = $2 AND phase IN ('live', 'backfill')",
        &[link.into(), key(number)],
    )?;
    Ok(())
}

/// Begins the copy of a table: from the beginning, into an empty table or merging.
pub fn begin_backfill(link: &str, number: u32, merge: bool) -> Result<()> {
    Spi::run_with_args(
        "DELETE FROM tandem.chunk WHERE link = $1 AND table_no = $2",
        &[link.into(), key(number)],
    )?;
    Spi::run_with_args(
        "UPDATE tandem.table_map SET phase = 'backfill', planned = false, copy_mode = $3, cause = NULL, error = NULL, hint = NULL, \
         backfill_started_at = clock_timestamp(), backfill_finished_at = NULL WHERE link = $1 AND table_no = $2",
        &[
            link.into(),
            key(number),
            if merge { "merge" } else { "copy" }.into(),
        ],
    )?;
    Ok(())
}

/// The copy of a table is complete: from now on its notifications count.
pub fn set_live(link: &str, number: u32) -> Result<()> {
    Spi::run_with_args(
        "UPDATE tandem.table_map SET phase = 'live', backfill_finished_at = COALESCE(backfill_finished_at, clock_timestamp()), cause = NULL, error = NULL, hint = NULL \
         WHERE link = $1 AND table_no = $2",
        &[link.into(), key(number)],
    )?;
    Ok(())
}

/// The table maps of all other links, with the links' names; one that cannot be read is its own link's trouble.
pub fn of_other_links(link: &str) -> Result<Vec<(String, TableMap)>> {
    Spi::connect(|client| {
        let query =
            "SELECT link, document FROM tandem.table_map WHERE link <> $1 ORDER BY link, table_no";
        let mut maps = Vec::new();
        for row in client.select(query, None, &[link.into()])? {
            let document = row.get::<JsonB>(2)?.map(|json| json.0).unwrap_or_default();
            if let Ok(map) = serde_json::from_value(document) {
                maps.push((row.get::<String>(1)?.unwrap_or_default(), map));
            }
        }
        Ok(maps)
    })
}

/// Legacy names of the tables that are set aside with an error, as of now.
pub fn errored(name: &str) -> Result<Vec<String>> {
    let query = "SELECT COALESCE(array_agg(source_table ORDER BY source_table), '{}') FROM tandem.table_map \
                 WHERE link = $1 AND phase = 'errored'";
    Ok(Spi::get_one_with_args::<Vec<String>>(query, &[name.into()])?.unwrap_or_default())
}

/// The number as an argument of a statement.
pub fn key<'a>(number: u32) -> pgrx::datum::DatumWithOid<'a> {
    i32::try_from(number).unwrap_or(i32::MAX).into()
}
