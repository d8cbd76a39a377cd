//! What the views of the extension say about the link.
//!
//! Promises: a session of its own, so that it can look while the DBA's statement runs.

use std::time::Duration;

use anyhow::{Context, Result};
use postgres::Client;

use crate::servers::Upgrade;

/// Name of the link, as typed in CREATE SERVER.
pub const LINK: &str = "legacy";

const LINK_QUERY: &str = "SELECT state, caught_up, extract(epoch FROM lag)::float8, pending_rows, \
    rows_per_s::float8, tables, tables_live, parked, doorbell, last_error FROM tandem.stat_link WHERE link = $1";
const TABLES_QUERY: &str = "SELECT source_table, phase, rows_done, rows_total, rows_per_s::float8, percent::float8 \
    FROM tandem.progress WHERE link = $1";
const ERRORS_QUERY: &str = "SELECT source_table || ': ' || coalesce(error, 'set aside') FROM tandem.stat_table \
    WHERE link = $1 AND phase = 'errored'";

/// The link at one moment.
#[derive(Clone, Debug)]
pub struct LinkStatus {
    /// `backfill`, `live` and so on.
    pub state: String,
    /// Whether nothing was pending after the newest batch.
    pub caught_up: bool,
    /// Age of the newest legacy state that is complete here; `None` before there is one.
    pub lag: Option<Duration>,
    /// Notifications waiting on the legacy server when last counted.
    pub pending: u64,
    /// Rows changed a second.
    pub rows_per_s: f64,
    /// Mapped tables.
    pub tables: u64,
    /// Tables whose copy is done.
    pub tables_live: u64,
    /// Rows set aside.
    pub parked: u64,
    /// Whether the plugin wakes the worker.
    pub doorbell: bool,
    /// The newest error, which may be over.
    pub last_error: Option<String>,
}

/// The copy of one table at one moment.
#[derive(Clone, Debug)]
pub struct TableStatus {
    /// Its name on the legacy server.
    pub name: String,
    /// `init`, `backfill`, `live` and so on.
    pub phase: String,
    /// Rows copied.
    pub done: u64,
    /// Rows to copy: an estimate until the copy is done.
    pub total: u64,
    /// Rows copied a second.
    pub rows_per_s: f64,
    /// 0 to 100.
    pub percent: f64,
}

/// Looks at the views.
pub struct Observer(Client);

impl Observer {
    /// Connects to the application's database.
    pub fn connect(server: &Upgrade) -> Result<Self> {
        Ok(Self(server.connect("app")?))
    }

    /// The link now.
    pub fn link(&mut self) -> Result<LinkStatus> {
        let failed = "could not read tandem.stat_link";
        let row = self.0.query_one(LINK_QUERY, &[&LINK]).context(failed)?;
        let count = |at: usize| -> u64 {
            let value: Option<i64> = row.get(at);
            value
                .and_then(|value| u64::try_from(value).ok())
                .unwrap_or(0)
        };
        let lag: Option<f64> = row.get(2);
        let rate: Option<f64> = row.get(4);
        let doorbell: Option<bool> = row.get(8);
        Ok(LinkStatus {
            state: row.get(0),
            caught_up: row.get(1),
            lag: lag.map(|lag| Duration::from_secs_f64(lag.max(0.0))),
            pending: count(3),
            rows_per_s: rate.unwrap_or(0.0),
            tables: count(5),
            tables_live: count(6),
            parked: count(7),
            doorbell: doorbell.unwrap_or(false),
            last_error: row.get(9),
        })
    }

    /// Every table now, the largest first.
    pub fn tables(&mut self) -> Result<Vec<TableStatus>> {
        let failed = "could not read tandem.progress";
        let rows = self.0.query(TABLES_QUERY, &[&LINK]).context(failed)?;
        let mut tables: Vec<TableStatus> = rows
            .iter()
            .map(|row| {
                let count = |at: usize| u64::try_from(row.get::<_, i64>(at)).unwrap_or(0);
                TableStatus {
                    name: row.get(0),
                    phase: row.get(1),
                    done: count(2),
                    total: count(3),
                    rows_per_s: row.get::<_, Option<f64>>(4).unwrap_or(0.0),
                    percent: row.get::<_, Option<f64>>(5).unwrap_or(0.0),
                }
            })
            .collect();
        tables.sort_by_key(|table| std::cmp::Reverse(table.total));
        Ok(tables)
    }

    /// Tables that were set aside, with their errors.
    pub fn errors(&mut self) -> Result<Vec<String>> {
        let failed = "could not read tandem.stat_table";
        let rows = self.0.query(ERRORS_QUERY, &[&LINK]).context(failed)?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}
