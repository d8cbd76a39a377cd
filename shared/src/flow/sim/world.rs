//! Everything together: one run from its seed to its end.
//!
//! A run is busy (writers write, things break), then calm (nothing breaks any more: all must come right in bounded time), then idle
//! (nothing happens: next to nothing may be done), then stopping.

use super::agenda::{Agenda, Happening};
use super::broken::Broken;
use super::dice::Dice;
use super::model::{Snapshot, TABLES};
use super::network::Connection;
use super::scenario::{Doorbell, Scenario};
use super::source::{Source, first_image};
use super::target::Target;
use super::worker::Worker;
use crate::flow::{Event, TableState, Ticket};

/// What to run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plan {
    pub seed: u64,
    pub broken: Option<Broken>,
    /// Crash this one at this step, with nothing else going wrong.
    pub crash_at: Option<(u64, Victim)>,
    /// Keep a trace.
    pub trace: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    Source,
    Worker,
    Target,
}

/// What a run saw: so that a test can tell that the interesting things did happen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Totals {
    pub steps: u64,
    /// Steps until all was in step for the first time.
    pub settled: u64,
    pub pulls: u64,
    pub read_ahead: u64,
    pub applies: u64,
    pub failed_applies: u64,
    pub acks: u64,
    pub late_acks: u64,
    pub crashes: u64,
    pub caught_up: u64,
    pub served: u64,
    pub ids_used_again: u64,
}

impl Totals {
    pub fn add(&mut self, other: Self) {
        self.steps += other.steps;
        self.settled += other.settled;
        self.pulls += other.pulls;
        self.read_ahead += other.read_ahead;
        self.applies += other.applies;
        self.failed_applies += other.failed_applies;
        self.acks += other.acks;
        self.late_acks += other.late_acks;
        self.crashes += other.crashes;
        self.caught_up += other.caught_up;
        self.served += other.served;
        self.ids_used_again += other.ids_used_again;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Busy,
    /// All must be right by this time and in this many steps.
    Calm {
        until_ms: u64,
        until_step: u64,
    },
    Idle {
        since_ms: u64,
        pulls: u64,
    },
    Stopping {
        since_ms: u64,
    },
    Over,
}

/// Somebody waits for what was committed when they came.
#[derive(Debug, Clone, Copy)]
pub struct Waiter {
    pub ticket: Ticket,
    pub commits: u64,
}

#[derive(Debug)]
pub struct World {
    pub plan: Plan,
    pub dice: Dice,
    pub scenario: Scenario,
    pub now_ms: u64,
    pub stage: Stage,
    pub agenda: Agenda,
    pub source: Source,
    pub target: Target,
    pub connections: Vec<Connection>,
    pub worker: Option<Worker>,
    /// The number of the worker's life; what belongs to an earlier one is not delivered.
    pub life: u32,
    pub doorbell_up: bool,
    /// The tables' states as the driver has stored them.
    pub stored: [TableState; TABLES],
    pub copies: [u32; TABLES],
    /// What each pull of this life would have to make the target equal to.
    pub snapshots: Vec<(u64, Snapshot)>,
    pub waiters: Vec<Waiter>,
    pub tickets: u64,
    pub writes_left: u32,
    pub totals: Totals,
    pub trace: Vec<String>,
}

/// From the last fault until all is right, the work itself aside.
const CALM_MS: u64 = 5_000;
const CALM_STEPS: u64 = 5_000;
const IDLE_MS: u64 = 2_000;
/// More than any run needs.
const MOST_STEPS: u64 = 50_000;

impl World {
    pub fn new(plan: Plan) -> Self {
        let mut dice = Dice::new(plan.seed);
        let mut scenario = Scenario::from(&mut dice);
        if plan.crash_at.is_some() {
            (scenario.net_trouble, scenario.apply_trouble) = (0, 0);
            scenario.fault_gap_ms = 0;
        }
        let image = first_image((scenario.tables, scenario.keys));
        let mut world = Self {
            plan,
            now_ms: 0,
            stage: Stage::Busy,
            agenda: Agenda::default(),
            source: Source::new(image, scenario.counter_survives),
            target: Target::new(image),
            connections: Vec::new(),
            worker: None,
            life: 0,
            doorbell_up: false,
            stored: [TableState::Gone; TABLES],
            copies: [0; TABLES],
            snapshots: Vec::new(),
            waiters: Vec::new(),
            tickets: 0,
            writes_left: scenario.writes,
            totals: Totals::default(),
            trace: Vec::new(),
            dice,
            scenario,
        };
        world.first_steps();
        world
    }

    fn first_steps(&mut self) {
        let at_once = self.scenario.tables - self.scenario.late_tables;
        for table in 0..self.scenario.tables {
            if table < at_once {
                self.stored[table] = TableState::Live;
            } else {
                // Not copied yet: nothing of it is on the target.
                self.target.forget(table);
                self.start_copy(table);
            }
        }
        self.agenda.add(0, Happening::WorkerUp);
        self.agenda.add(0, Happening::Writer);
        if self.scenario.fault_gap_ms > 0 {
            self.agenda.add(1, Happening::Fault);
        }
    }

    /// Runs to the end, or to the first broken promise.
    pub fn run(&mut self) -> Result<Totals, String> {
        while self.stage != Stage::Over {
            let (at_ms, happening) = self.agenda.pop().ok_or("nothing will ever happen again")?;
            self.now_ms = self.now_ms.max(at_ms);
            self.totals.steps += 1;
            if self.totals.steps > MOST_STEPS {
                return Err(format!("no end after {MOST_STEPS} steps"));
            }
            if let Some((step, victim)) = self.plan.crash_at
                && step == self.totals.steps
                && matches!(self.stage, Stage::Busy | Stage::Calm { .. })
            {
                self.crash(victim);
            }
            self.happen(happening)?;
            self.drive()?;
            self.move_on()?;
        }
        self.totals.ids_used_again = self.source.ids_used_again;
        Ok(self.totals)
    }

    pub fn calm(&self) -> bool {
        self.stage != Stage::Busy
    }

    pub fn has_doorbell(&self) -> bool {
        self.scenario.doorbell != Doorbell::Absent
    }

    pub fn broken(&self, what: Broken) -> bool {
        self.plan.broken == Some(what)
    }

    /// Adds a line to the trace, if one is kept.
    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if self.plan.trace {
            let (step, now_ms) = (self.totals.steps, self.now_ms);
            self.trace
                .push(format!("{step:>5} {now_ms:>6} ms  {}", line()));
        }
    }

    /// From one stage to the next.
    fn move_on(&mut self) -> Result<(), String> {
        match self.stage {
            Stage::Busy if self.writes_left == 0 => self.begin_calm(),
            Stage::Busy | Stage::Over => {}
            Stage::Calm {
                until_ms,
                until_step,
            } => {
                if self.settled() {
                    self.begin_idle();
                    return Ok(());
                }
                let next_ms = self.agenda.next_ms().unwrap_or(u64::MAX);
                if next_ms > until_ms || self.totals.steps > until_step {
                    return Err(self.unsettled());
                }
            }
            Stage::Idle { since_ms, pulls } => {
                self.check_idle(since_ms, pulls)?;
                if self.now_ms >= since_ms + IDLE_MS {
                    self.note(|| "operator: stop".into());
                    self.stage = Stage::Stopping {
                        since_ms: self.now_ms,
                    };
                    self.tell(Event::Stop);
                    self.drive()?;
                }
            }
            Stage::Stopping { since_ms } => {
                let stopped = self.worker.as_ref().is_none_or(|worker| worker.stopped);
                if stopped {
                    self.stage = Stage::Over;
                } else if self.now_ms > since_ms + 1_000 {
                    return Err("the machine does not stop".into());
                }
            }
        }
        Ok(())
    }

    fn begin_calm(&mut self) {
        self.note(|| "calm: nothing breaks from here on".into());
        while self.source.open_transactions() > 0 {
            if self.dice.chance(500) {
                self.commit(0);
            } else {
                self.source.rollback(0);
            }
        }
        // The backlog may have to go one by one.
        let left = self.source.pending() as u64 + 10;
        let each_ms = 2 * self.scenario.apply_ms + 8 * self.scenario.latency_ms + 10;
        self.stage = Stage::Calm {
            until_ms: self.now_ms + CALM_MS + 2 * left * each_ms,
            until_step: self.totals.steps + CALM_STEPS + 50 * left,
        };
        self.target.poisoned.clear();
        for table in 0..self.scenario.tables {
            self.agenda.add(self.now_ms, Happening::TableBack(table));
        }
    }

    fn begin_idle(&mut self) {
        self.note(|| "idle: all is in step".into());
        self.stage = Stage::Idle {
            since_ms: self.now_ms,
            pulls: self.totals.pulls,
        };
        self.totals.settled = self.totals.steps;
        self.agenda.add(self.now_ms + IDLE_MS, Happening::Tick);
    }

    fn check_idle(&self, since_ms: u64, pulls: u64) -> Result<(), String> {
        let poll_ms = if self.has_doorbell() {
            self.scenario.limits.safety_poll_ms
        } else {
            self.scenario.limits.max_poll_ms
        };
        // The adaptive interval and the second looks after the last bell come on top.
        let allowed = (self.now_ms - since_ms) / poll_ms + 20;
        let done = self.totals.pulls - pulls;
        if done > allowed {
            return Err(format!(
                "{done} pulls while idle, at most {allowed} expected"
            ));
        }
        Ok(())
    }

    fn settled(&self) -> bool {
        let Some(worker) = &self.worker else {
            return false;
        };
        let live = (0..self.scenario.tables).all(|t| self.stored[t] == TableState::Live);
        let status = worker.machine.status();
        live && worker.inbox.is_empty()
            && status.caught_up
            && status.open_tickets == 0
            && self.waiters.is_empty()
            && self.source.pending() == 0
            && self.target.visible == self.source.committed
    }

    fn unsettled(&self) -> String {
        let status = self.worker.as_ref().map(|worker| worker.machine.status());
        format!(
            "did not settle: {} notifications left, equal: {}, waiters: {}, tables: {:?}, machine: {status:?}",
            self.source.pending(),
            self.target.visible == self.source.committed,
            self.waiters.len(),
            &self.stored[..self.scenario.tables],
        )
    }
}
