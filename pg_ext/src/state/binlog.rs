//! How far the binary log of a link was read, and where reading begins again.

use std::collections::BTreeMap;

use pgrx::{JsonB, Spi};
use tandem_shared::binlog::{Place, Resume};

use crate::legacy::binlog::log::Figures;
use crate::report::Result;

/// Where reading begins again, and from where on each table's notifications count.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// Where reading begins.
    pub resume: Resume,
    /// By table's number.
    pub since: BTreeMap<u32, Place>,
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: Option<i64>) -> u64 {
    number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
}

/// What is stored; `None` for a link that does not capture from the binary log, or not yet.
pub fn load(link: &str) -> Result<Option<Stored>> {
    Spi::connect(|client| {
        let query = "SELECT server, base, resume_file, resume_offset, resume_begun, since FROM tandem.binlog_state WHERE link = $1";
        let mut rows = client.select(query, Some(1), &[link.into()])?;
        let Some(row) = rows.next() else {
            return Ok(None);
        };
        let resume = Resume {
            server: row.get(1)?.unwrap_or_default(),
            base: row.get(2)?.unwrap_or_default(),
            place: Place {
                file: unsigned(row.get(3)?),
                offset: unsigned(row.get(4)?),
            },
            begun: u32::try_from(unsigned(row.get(5)?)).unwrap_or(0),
        };
        let since = row.get::<JsonB>(6)?.map(|json| json.0).unwrap_or_default();
        let since = serde_json::from_value(since).unwrap_or_default();
        Ok(Some(Stored { resume, since }))
    })
}

/// Begins anew at a place.
pub fn begin(link: &str, resume: &Resume) -> Result<()> {
    forget(link)?;
    Spi::run_with_args(
        "INSERT INTO tandem.binlog_state (link, server, base, resume_file, resume_offset, resume_begun, read_file, read_offset) \
         VALUES ($1, $2, $3, $4, $5, $6, $4, $5)",
        &[
            link.into(),
            resume.server.as_str().into(),
            resume.base.as_str().into(),
            signed(resume.place.file).into(),
            signed(resume.place.offset).into(),
            i64::from(resume.begun).into(),
        ],
    )?;
    Ok(())
}

/// Stores where reading is.
pub fn save(link: &str, figures: &Figures) -> Result<()> {
    let resume = &figures.resume;
    Spi::run_with_args(
        "UPDATE tandem.binlog_state SET base = $2, resume_file = $3, resume_offset = $4, resume_begun = $5, read_file = $6, read_offset = $7, \
         event_at = to_timestamp(NULLIF($8, 0)), connected = $9, pending_keys = $10, prepared_branches = $11, memory_bytes = $12, \
         saved_at = clock_timestamp() WHERE link = $1",
        &[
            link.into(),
            resume.base.as_str().into(),
            signed(resume.place.file).into(),
            signed(resume.place.offset).into(),
            i64::from(resume.begun).into(),
            signed(figures.read.file).into(),
            signed(figures.read.offset).into(),
            i64::from(figures.reading.at).into(),
            figures.reading.connected.into(),
            signed(figures.pending).into(),
            i32::try_from(figures.branches).unwrap_or(i32::MAX).into(),
            i64::try_from(figures.bytes).unwrap_or(i64::MAX).into(),
        ],
    )?;
    Ok(())
}

/// A table is compared because of what the log says at `place`: up to there its notifications do not count.
pub fn compared(link: &str, table: u32, place: Place) -> Result<()> {
    let after = Place {
        offset: place.offset + 1,
        ..place
    };
    let json = JsonB(serde_json::json!({ table.to_string(): after }));
    Spi::run_with_args(
        "UPDATE tandem.binlog_state SET since = since || $2 WHERE link = $1",
        &[link.into(), json.into()],
    )?;
    Ok(())
}

/// Forgets it.
pub fn forget(link: &str) -> Result<()> {
    let delete = "DELETE FROM tandem.binlog_state WHERE link = $1";
    Ok(Spi::run_with_args(delete, &[link.into()])?)
}
