//! Somebody who asks for new rows again and again.
//!
//! Promises: looks for each writer's next rows, so that one writer's rows are not missed because another one is ahead; all with one
//! index look-up each. Called by the race.

use std::collections::HashMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use postgres::Client;

use super::race::RANGE;
use super::subject::Subject;
use crate::bench::stage::Stage;
use crate::interrupt;

/// Pause between two questions.
const PAUSE: Duration = Duration::from_micros(150);
/// The longest that nothing may arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// A session, and how far each writer's rows have been seen.
pub struct Reader {
    client: Client,
    table: String,
    last: Vec<i64>,
}

impl Reader {
    /// Connects. `last` are the newest rows of each writer.
    pub fn begin(stage: &Stage, subject: &dyn Subject, last: Vec<i64>) -> Result<Self> {
        Ok(Self {
            client: subject.reader(stage)?,
            table: subject.table().to_string(),
            last,
        })
    }

    /// The newest row of a writer.
    pub fn last_of(&mut self, writer: u32) -> Result<i64> {
        let begin = i64::from(writer) * RANGE;
        let sql = format!(
            "SELECT coalesce(max(id), $1) FROM {} WHERE id > $1 AND id < $1 + {RANGE}",
            self.table
        );
        Ok(self.client.query_one(&sql, &[&begin])?.get(0))
    }

    /// Reads until `expected` rows have been seen; returns when each was.
    pub fn read(mut self, expected: usize) -> Result<HashMap<i64, Instant>> {
        let sql = format!(
            "SELECT new.id FROM unnest($1::bigint[]) AS known (last)
             CROSS JOIN LATERAL (SELECT id FROM {} WHERE id > last AND id < (last / {RANGE} + 1) * {RANGE}) new",
            self.table
        );
        let question = self.client.prepare(&sql)?;
        let mut seen = HashMap::with_capacity(expected);
        let mut heard = Instant::now();
        while seen.len() < expected {
            let rows = self.client.query(&question, &[&self.last])?;
            let now = Instant::now();
            for row in &rows {
                let id: i64 = row.get(0);
                seen.insert(id, now);
                if let Some(last) = self.last.get_mut(usize::try_from(id / RANGE)?) {
                    *last = id.max(*last);
                }
            }
            if !rows.is_empty() {
                heard = now;
            } else if heard.elapsed() > PATIENCE || interrupt::happened() {
                bail!("only {} of {expected} rows arrived", seen.len());
            }
            sleep(PAUSE);
        }
        Ok(seen)
    }
}
