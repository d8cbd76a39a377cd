//! Measuring how long a commit on the legacy server takes to be visible on the upgrade server.
//!
//! A row is counted up on one side; from the moment its COMMIT returns the other side is asked for it until it shows the new
//! number. Promises: two sessions of its own, a few rows a second, one measurement at a time; the last one is finished too, so
//! that a commit which takes long is never left out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use mysql::prelude::Queryable;
use mysql::{Conn, Opts};
use postgres::Client;

/// Pause between two measurements.
const PERIOD: Duration = Duration::from_millis(30);
/// Pause between two looks: the resolution of the measurement.
const LOOK: Duration = Duration::from_micros(150);
/// A commit that is not visible after so long is a failure.
const PATIENCE: Duration = Duration::from_secs(20);

/// Measures in the background.
pub struct Marker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Result<()>>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    samples: Mutex<Vec<Duration>>,
}

/// Times from commit to visible.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    /// Measurements made.
    pub count: usize,
    /// Half of them took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

impl Marker {
    /// Begins to measure: writes with `options`, looks with `upgrade` in `schema`.
    pub fn start(options: &Opts, upgrade: Client, schema: &str) -> Result<Self> {
        let legacy = Conn::new(options.clone())?;
        let shared = Arc::new(Shared::default());
        let (seen, query) = (
            Arc::clone(&shared),
            format!("SELECT beat::bigint FROM {schema}.marker WHERE marker_id = 1"),
        );
        let thread = std::thread::spawn(move || measure(&seen, legacy, upgrade, &query));
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// What has been measured until now; `None` before the first.
    pub fn latency(&self) -> Option<Latency> {
        let samples = self.shared.samples.lock();
        percentiles(samples.unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Ends the measuring, and fails if it has failed.
    pub fn stop(mut self) -> Result<Option<Latency>> {
        self.end()?;
        Ok(self.latency())
    }

    /// Fails if the measuring has failed.
    pub fn check(&mut self) -> Result<()> {
        // It ends by itself only when it fails.
        match &self.thread {
            Some(thread) if thread.is_finished() => self.end(),
            _ => Ok(()),
        }
    }

    fn end(&mut self) -> Result<()> {
        self.shared.stop.store(true, Ordering::SeqCst);
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(anyhow!("the thread that measures has failed")),
            None => Ok(()),
        }
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        // Whoever wants to know how it ended calls `stop`.
        let _ = self.end();
    }
}

fn measure(shared: &Shared, mut legacy: Conn, mut upgrade: Client, query: &str) -> Result<()> {
    let look = upgrade.prepare(query)?;
    let mut beat: i64 = legacy
        .query_first("SELECT beat FROM marker WHERE marker_id = 1")?
        .unwrap_or(0);
    while !shared.stop.load(Ordering::SeqCst) {
        beat += 1;
        legacy.exec_drop("UPDATE marker SET beat = ? WHERE marker_id = 1", (beat,))?;
        let committed = Instant::now();
        while upgrade.query_one(&look, &[])?.get::<_, i64>(0) < beat {
            if committed.elapsed() > PATIENCE {
                bail!(
                    "a commit on the legacy server was not visible on the upgrade server after {} s",
                    PATIENCE.as_secs()
                );
            }
            sleep(LOOK);
        }
        let mut samples = shared
            .samples
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        samples.push(committed.elapsed());
        drop(samples);
        sleep(PERIOD);
    }
    Ok(())
}

fn percentiles(mut samples: Vec<Duration>) -> Option<Latency> {
    samples.sort();
    let at = |percent: usize| {
        samples.get((samples.len() * percent / 100).min(samples.len().saturating_sub(1)))
    };
    Some(Latency {
        count: samples.len(),
        p50: *at(50)?,
        p99: *at(99)?,
        max: *samples.last()?,
    })
}

#[cfg(test)]
mod tests {
    use super::percentiles;
    use std::time::Duration;

    #[test]
    fn percentiles_are_samples() {
        let samples = (1..=200).rev().map(Duration::from_millis).collect();
        let latency = percentiles(samples).expect("there are samples");
        assert_eq!(
            (
                latency.count,
                latency.p50.as_millis(),
                latency.p99.as_millis()
            ),
            (200, 101, 199)
        );
        assert!(percentiles(Vec::new()).is_none());
    }
}
