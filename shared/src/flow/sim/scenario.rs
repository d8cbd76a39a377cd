//! What a seed decides before the run: the sizes, the limits, the doorbell, and how much goes wrong.

use super::dice::Dice;
use super::model::{KEYS, TABLES};
use crate::flow::Limits;

/// How the doorbell of the model source rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doorbell {
    /// There is none: the worker polls.
    Absent,
    /// After each commit, naming the tables; never lost while the doorbell's own connection stands.
    Exact,
    /// After each commit, but it cannot say which tables.
    Unknown,
    /// At the write, before the commit, and not again.
    Early,
    /// After the commit, but some rings are lost.
    Lossy,
}

/// One run's settings.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub limits: Limits,
    pub tables: usize,
    pub keys: usize,
    /// Tables that join after the start, by their copy.
    pub late_tables: usize,
    /// Open transactions at a time, at most.
    pub writers: usize,
    /// Things that writers do in the whole run.
    pub writes: u32,
    pub write_gap_ms: u64,
    /// Few values make rows return to earlier states.
    pub values: u64,
    pub doorbell: Doorbell,
    /// The counter of outbox ids survives a crash of the source.
    pub counter_survives: bool,
    pub latency_ms: u64,
    pub apply_ms: u64,
    /// The driver goes on while the target works.
    pub async_apply: bool,
    /// The target is another server: its crash does not end the worker.
    pub remote_target: bool,
    /// Requests in 1000 that the network or the source spoils.
    pub net_trouble: u64,
    /// Batches in 1000 that the target refuses.
    pub apply_trouble: u64,
    /// Time between two bigger faults; 0: none.
    pub fault_gap_ms: u64,
}

impl Scenario {
    pub fn from(dice: &mut Dice) -> Self {
        let tables = dice.between(1, TABLES as u64) as usize;
        let doorbell = dice.pick(&[
            Doorbell::Absent,
            Doorbell::Exact,
            Doorbell::Exact,
            Doorbell::Unknown,
            Doorbell::Early,
            Doorbell::Lossy,
        ]);
        let quiet = dice.chance(250);
        let or_none = |on: bool, value: u64| if on { value } else { 0 };
        let fault_gap_ms = dice.pick(&[0, 20, 60, 150]);
        Self {
            limits: limits(dice, doorbell),
            tables,
            keys: dice.between(1, KEYS as u64) as usize,
            late_tables: dice.below(tables as u64 + 1) as usize,
            writers: dice.between(1, 4) as usize,
            writes: dice.pick(&[10, 30, 60, 120, 250]),
            write_gap_ms: dice.pick(&[0, 1, 4, 15]),
            values: dice.pick(&[1, 2, 1_000_000]),
            doorbell,
            counter_survives: dice.chance(500),
            latency_ms: dice.pick(&[0, 1, 3, 10]),
            apply_ms: dice.pick(&[0, 2, 2, 8, 8, 30, 500]),
            async_apply: dice.chance(300),
            remote_target: dice.chance(300),
            net_trouble: or_none(!quiet, dice.pick(&[0, 20, 100, 250])),
            apply_trouble: or_none(!quiet, dice.pick(&[0, 50, 250])),
            fault_gap_ms: or_none(!quiet, fault_gap_ms),
        }
    }
}

fn limits(dice: &mut Dice, doorbell: Doorbell) -> Limits {
    let bells_suffice = matches!(doorbell, Doorbell::Exact | Doorbell::Unknown);
    Limits {
        batch_rows: dice.pick(&[1, 2, 3, 4, 5, 8, 1_000]),
        batch_bytes: dice.pick(&[1, 25, 60, 1_000_000]),
        floored_pulls: dice.pick(&[1, 2, 64]),
        full_look_tables: dice.pick(&[0, 1, 100]),
        full_look_gap_ms: dice.pick(&[0, 50]),
        min_poll_ms: dice.pick(&[1, 5]),
        max_poll_ms: 40,
        // So far away that a run never reaches it: where bells suffice, nothing may depend on it.
        safety_poll_ms: if bells_suffice { 1 << 40 } else { 200 },
        relook_first_ms: 1,
        relook_max_ms: dice.pick(&[1, 16, 64]),
        backoff_first_ms: dice.pick(&[1, 10]),
        backoff_max_ms: 100,
        answer_timeout_ms: 400,
        second_lane_idle_ms: dice.pick(&[1, 40, 60_000]),
        leave_grace_ms: dice.pick(&[0, 50]),
    }
}
