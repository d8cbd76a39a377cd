//! Sessions that write as fast as they can.
//!
//! Promises: what is counted was committed after a tenth of the time had passed and before its end. Called by the writers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::scope;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};

use super::transaction::{Session, Workload};
use crate::bench::gauge::server_s;
use crate::bench::peers::sysbench::{self, Sysbench};
use crate::bench::program;
use crate::bench::sample::{Sample, percentile};
use crate::bench::stage::Stage;
use crate::interrupt;

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// The transactions.
    pub workload: Workload,
    /// Sessions.
    pub threads: usize,
    /// How long.
    pub time_ms: u64,
    /// Rows of the table at the beginning.
    pub rows: u64,
}

/// Seeds are not used twice, so that no session repeats another one's rows.
static SEED: AtomicU64 = AtomicU64::new(1);

/// Writes to the table of a legacy database.
pub fn write(stage: &Stage, database: &str, load: Load) -> Result<Sample> {
    let mut sessions = Vec::new();
    for _ in 0..load.threads {
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        sessions.push(Session::new(stage.legacy(database)?, seed, load.rows)?);
    }
    let begin = Instant::now() + Duration::from_millis(load.time_ms / 10);
    let time = Duration::from_millis(load.time_ms);
    let legacy = stage.legacy_process()?;
    let cpu_s = server_s(legacy);
    let (delays_ms, all) = scope(|scope| {
        let threads: Vec<_> = sessions
            .into_iter()
            .map(|session| scope.spawn(move || work(session, load.workload, begin, begin + time)))
            .collect();
        let (mut delays, mut all) = (Vec::new(), 0_u64);
        for thread in threads {
            let work = thread
                .join()
                .map_err(|_| anyhow!("a writer has failed"))??;
            delays.extend(work.delays_ms);
            all += work.transactions;
        }
        Ok::<_, anyhow::Error>((delays, all))
    })?;
    let cpu_ms = (server_s(legacy) - cpu_s) * 1000.0 / all.max(1) as f64;
    Ok(Sample {
        rows: delays_ms.len() as u64,
        seconds: Some(time.as_secs_f64()),
        ..Sample::default()
    }
    .with("legacy_cpu_ms", cpu_ms)
    .with("transaction_p50_ms", percentile(&delays_ms, 50))
    .with("transaction_p99_ms", percentile(&delays_ms, 99)))
}

/// Lets sysbench write to the table of a legacy database. It counts from the first transaction on.
pub fn call(stage: &Stage, sysbench: &Sysbench, database: &str, load: Load) -> Result<Sample> {
    let script = load.workload.script();
    let size = (load.rows, load.threads, load.time_ms);
    let mut command = sysbench.command(stage, database, script, size)?;
    let legacy = stage.legacy_process()?;
    let cpu_s = server_s(legacy);
    let counted = sysbench::read(&program::run(&mut command)?)?;
    let transactions = counted.transactions;
    let cpu_ms = (server_s(legacy) - cpu_s) * 1000.0 / transactions.max(1) as f64;
    Ok(Sample {
        rows: transactions,
        seconds: Some(counted.seconds),
        ..Sample::default()
    }
    .with("legacy_cpu_ms", cpu_ms)
    .with("transaction_p99_ms", counted.p99_ms))
}

/// What a session has done.
struct Work {
    /// The milliseconds of each transaction that counts.
    delays_ms: Vec<f64>,
    /// Transactions in all.
    transactions: u64,
}

fn work(mut session: Session, workload: Workload, begin: Instant, end: Instant) -> Result<Work> {
    let mut work = Work {
        delays_ms: Vec::new(),
        transactions: 0,
    };
    loop {
        let started = Instant::now();
        let committed = session.transact(workload)?;
        let now = Instant::now();
        work.transactions += u64::from(committed);
        if now >= end {
            return Ok(work);
        }
        if interrupt::happened() {
            bail!("interrupted");
        }
        if committed && now >= begin {
            work.delays_ms.push((now - started).as_secs_f64() * 1000.0);
        }
    }
}
