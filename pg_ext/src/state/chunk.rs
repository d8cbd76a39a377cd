//! Chunks of the initial copy: who does which, and which are done.
//!
//! A table's chunks are planned one by one, each by the worker that takes it, under the lock of the table's row. A chunk and its rows are
//! committed together, so a chunk that is not done has left nothing behind.

use pgrx::{JsonB, Spi};

use super::table::key;
use crate::legacy::chunk::Range;
use crate::report::Result;

/// A chunk to copy.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Its number within the table.
    pub number: i32,
    /// Its key range.
    pub range: Range,
}

/// Locks a table of the link that has something left to copy, and says which; skips tables that others are planning.
///
/// A chunk whose worker has gone comes first; else the next one is to be planned after the last key known.
pub fn take(link: &str) -> Result<Option<(u32, Taken)>> {
    if let Some(found) = orphan(link)? {
        return Ok(Some(found));
    }
    let number = Spi::get_one_with_args::<i32>(
        "SELECT (SELECT table_no FROM tandem.table_map WHERE link = $1 AND phase = 'backfill' AND NOT planned \
         ORDER BY (SELECT count(*) FROM tandem.chunk c WHERE c.link = table_map.link AND c.table_no = table_map.table_no AND c.state = 'running'), \
         estimated_bytes DESC, table_no FOR UPDATE SKIP LOCKED LIMIT 1)",
        &[link.into()],
    )?;
    let Some(number) = number.and_then(|number| u32::try_from(number).ok()) else {
        return Ok(None);
    };
    let last = Spi::connect(|client| {
        let query = "SELECT chunk_no, high FROM tandem.chunk WHERE link = $1 AND table_no = $2 ORDER BY chunk_no DESC LIMIT 1";
        let mut rows = client.select(query, Some(1), &[link.into(), key(number)])?;
        let Some(row) = rows.next() else {
            return Ok::<_, pgrx::spi::Error>((0, None));
        };
        Ok((row.get::<i32>(1)?.unwrap_or(0), row.get::<JsonB>(2)?))
    })?;
    let low = last.1.and_then(|json| serde_json::from_value(json.0).ok());
    Ok(Some((
        number,
        Taken::Plan {
            number: last.0 + 1,
            low,
        },
    )))
}

/// What a worker has taken.
#[derive(Debug, Clone)]
pub enum Taken {
    /// A chunk whose worker has gone.
    Again(Chunk),
    /// The next chunk is to be planned: it has this number and starts after this key.
    Plan {
        /// Its number.
        number: i32,
        /// The key before its first row.
        low: Option<Vec<tandem_shared::value::Value>>,
    },
}

fn orphan(link: &str) -> Result<Option<(u32, Taken)>> {
    Spi::connect_mut(|client| {
        let query = "UPDATE tandem.chunk c SET worker_pid = pg_backend_pid() \
            WHERE (c.link, c.table_no, c.chunk_no) = (SELECT link, table_no, chunk_no FROM tandem.chunk d \
                WHERE d.link = $1 AND d.state = 'running' \
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.pid = d.worker_pid AND a.backend_type = 'tandem backfill worker') \
                FOR UPDATE SKIP LOCKED LIMIT 1) \
            RETURNING table_no, chunk_no, low, high";
        let mut rows = client.update(query, None, &[link.into()])?;
        let Some(row) = rows.next() else {
            return Ok(None);
        };
        let end = |json: Option<JsonB>| json.and_then(|json| serde_json::from_value(json.0).ok());
        let range = Range {
            low: end(row.get(3)?),
            high: end(row.get(4)?),
        };
        let table = row
            .get::<i32>(1)?
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(0);
        Ok(Some((
            table,
            Taken::Again(Chunk {
                number: row.get(2)?.unwrap_or(0),
                range,
            }),
        )))
    })
}

/// Writes a chunk that was just planned; the last one closes the table's plan.
pub fn plan(link: &str, table_no: u32, chunk: &Chunk) -> Result<()> {
    let json = |key: &Option<Vec<_>>| {
        key.as_ref()
            .map(|key| JsonB(serde_json::to_value(key).unwrap_or_default()))
    };
    Spi::run_with_args(
        "INSERT INTO tandem.chunk (link, table_no, chunk_no, low, high, worker_pid) VALUES ($1, $2, $3, $4, $5, pg_backend_pid())",
        &[
            link.into(),
            key(table_no),
            chunk.number.into(),
            json(&chunk.range.low).into(),
            json(&chunk.range.high).into(),
        ],
    )?;
    if chunk.range.high.is_none() {
        let planned =
            "UPDATE tandem.table_map SET planned = true WHERE link = $1 AND table_no = $2";
        Spi::run_with_args(planned, &[link.into(), key(table_no)])?;
    }
    Ok(())
}

/// A chunk is copied; in the transaction that copied it.
pub fn done(link: &str, table_no: u32, chunk_no: i32, rows: u64, bytes: u64) -> Result<()> {
    Spi::run_with_args(
        "UPDATE tandem.chunk SET state = 'done', worker_pid = NULL, row_count = $4, byte_count = $5 \
         WHERE link = $1 AND table_no = $2 AND chunk_no = $3",
        &[
            link.into(),
            key(table_no),
            chunk_no.into(),
            i64::try_from(rows).unwrap_or(i64::MAX).into(),
            i64::try_from(bytes).unwrap_or(i64::MAX).into(),
        ],
    )?;
    Ok(())
}

/// A table whose chunks are all done and which this worker may finish: its number. Marks it, so that no other does.
pub fn finished(link: &str) -> Result<Option<u32>> {
    let number = Spi::get_one_with_args::<i32>(
        "SELECT (SELECT table_no FROM tandem.table_map m WHERE link = $1 AND phase = 'backfill' AND planned AND NOT EXISTS \
         (SELECT FROM tandem.chunk c WHERE c.link = m.link AND c.table_no = m.table_no AND c.state = 'running') \
         ORDER BY table_no LIMIT 1)",
        &[link.into()],
    )?;
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}
