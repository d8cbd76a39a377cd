//! One measurement: writers on one side, a reader on the other.
//!
//! Promises: each writer has numbers of its own for its rows, in order; every row that was committed must arrive. Called by
//! `contest`.

use std::collections::HashMap;
use std::thread::scope;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use super::pace::Pace;
use super::reader::Reader;
use super::subject::Subject;
use super::writer;
use crate::bench::contest::Contender;
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// Rows that one writer can number.
pub const RANGE: i64 = 1_000_000_000;

/// One pace on one subject.
pub struct Race<'a> {
    subject: &'a dyn Subject,
    pace: Pace,
    /// The last row of each writer's range that is there.
    last: Vec<i64>,
}

impl<'a> Race<'a> {
    /// A race that has not begun.
    pub fn new(subject: &'a dyn Subject, pace: Pace) -> Self {
        Self {
            subject,
            pace,
            last: Vec::new(),
        }
    }
}

impl Contender for Race<'_> {
    fn name(&self) -> String {
        self.subject.name().to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        self.subject.begin_turn(stage)?;
        let mut reader = Reader::begin(stage, self.subject, Vec::new())?;
        self.last = (0..self.pace.writers())
            .map(|writer| reader.last_of(writer))
            .collect::<Result<_>>()?;
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        let reader = Reader::begin(stage, self.subject, self.last.clone())?;
        let mut doors = Vec::new();
        for _ in &self.last {
            doors.push(self.subject.writer(stage)?);
        }
        let expected = self.pace.transactions() as usize;
        let (committed, seen) = scope(|scope| {
            let reading = scope.spawn(move || reader.read(expected));
            let begun = Instant::now() + Duration::from_millis(20);
            let mut writing = Vec::new();
            for (writer, (door, last)) in (0_u32..).zip(doors.into_iter().zip(&self.last)) {
                let due = self.pace.due(writer);
                writing.push(scope.spawn(move || writer::write(door, begun, due, *last)));
            }
            let mut committed = Vec::new();
            for writer in writing {
                let rows = writer
                    .join()
                    .map_err(|_| anyhow!("a writer has failed"))??;
                committed.extend(rows);
            }
            let seen = reading
                .join()
                .map_err(|_| anyhow!("the reader has failed"))??;
            Ok::<_, anyhow::Error>((committed, seen))
        })?;
        let delays = delays(&committed, &seen)?;
        Ok(Sample {
            rows: committed.len() as u64,
            delays_ms: delays,
            ..Sample::default()
        })
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        self.subject.end_turn(stage)
    }

    fn is_peer(&self) -> bool {
        self.subject.is_peer()
    }
}

fn delays(committed: &[(i64, Instant)], seen: &HashMap<i64, Instant>) -> Result<Vec<f64>> {
    let delay = |(id, at): &(i64, Instant)| {
        let arrived = seen
            .get(id)
            .with_context(|| format!("row {id} has not arrived"))?;
        Ok(arrived.saturating_duration_since(*at).as_secs_f64() * 1000.0)
    };
    committed.iter().map(delay).collect()
}
