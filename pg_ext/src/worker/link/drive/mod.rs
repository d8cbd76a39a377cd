//! The loop's driver: carries out what the machine asks, and tells it what happens.
//!
//! The machine (`tandem_shared::flow`) decides; this file has the hands: lanes in threads for the legacy end, transactions for this end, the
//! shared memory for those who watch and wait.

mod back;
mod reading;
mod say;
mod show;
mod wrap_up;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};
use pgrx::pg_sys;
use tandem_shared::flow::{
    Apply, Command, Event, Lane, Limits, Machine, TableId, TableState, Ticket,
};
use tandem_shared::plan::TablePlan;

use self::back::Reverse;
use self::reading::Reading;
use super::copying::Copying;
use super::prepare::Ready;
use super::settling::Settling;
use super::{End, Worker};
use crate::legacy::bell;
use crate::legacy::generation::Counters;
use crate::legacy::lane::{LaneHandle, News, Payload, Post, epoch_us};
use crate::legacy::options::LinkOptions;
use crate::report::{Failure, Result};
use crate::stat::shm::Trouble;
use crate::state::link::{self, Desired, Link};
use crate::state::memory;
use crate::state::table::Phase;
use crate::upgrade::apply::{Applied, Applier, ApplyFailure};
use crate::upgrade::transaction::transaction;

/// Milliseconds between two looks at the backfill workers while they copy.
const TEND_MS: u64 = 500;
/// Milliseconds after which the link's row is read again even if nobody says so.
const LOOK_MS: u64 = 10_000;

/// Milliseconds that a link has to have run before a table that a backfill worker set aside makes it begin anew: should the table be set aside for
/// the same again and again, that is how often.
const REPEAT_MS: u64 = 2_000;

/// Milliseconds between two looks whatever the doorbell says: it is silent for a table whose triggers MariaDB has cached from a time without the
/// plugin.
const SAFETY_POLL_MS: u64 = 5_000;

/// Runs the loop until the operator stops the link or its tables change.
pub fn drive(worker: &Worker, row: &Link, ready: Ready) -> Result<End> {
    let (sender, news) = unbounded();
    let post = Post {
        sender,
        wake: worker.bell.wake(),
    };
    let hush = Arc::new(AtomicBool::new(false));
    let reading = Reading::begin(&ready, &post)?;
    let watch = watch(row, &ready, reading.log.is_none());
    bell::listen(
        ready.options.clone(),
        watch,
        post.clone(),
        Arc::clone(&hush),
    )?;
    let phases: HashMap<u32, Phase> = ready
        .tables
        .iter()
        .map(|(table, _)| (table.number, table.phase))
        .collect();
    let limits = limits(&ready.options);
    let plans: Vec<_> = ready
        .tables
        .iter()
        .map(|(_, plan)| Arc::clone(plan))
        .collect();
    let (applier, reverse) = back::begin(&row.name, &plans)?;
    let mut driver = Driver {
        worker,
        row,
        plans,
        machine: Machine::new(limits, epoch_us()),
        lanes: [None, None],
        applier,
        reverse,
        copying: Copying::new(phases),
        settling: Settling::new(),
        clock: Instant::now(),
        tend_at_ms: 0,
        look_at_ms: 0,
        follow_at_ms: 0,
        wrap_up_at_ms: 0,
        handed: worker.shm.wait_served.load(Ordering::Relaxed),
        take_all: false,
        complete: false,
        told_away: false,
        told_failing: false,
        trouble_of_copy: Trouble::None,
        touched: HashSet::new(),
        wrapped_up: false,
        stopping: false,
        counters: None,
        legacy_changed: false,
        holding: false,
        reading,
        post,
        news,
        hush,
        ready,
    };
    let end = driver.run();
    // What they read before must not be stored after what is read from now on.
    driver.copying.end_and_wait();
    driver.end_reading();
    end
}

/// What the doorbell's thread looks at.
fn watch(row: &Link, ready: &Ready, ring: bool) -> bell::Watch {
    bell::Watch {
        ring,
        link_key: row.key,
        tables: ready.mapped.clone(),
        generation: ready.generation.clone(),
        counters: ready.counters.clone(),
    }
}

/// The loop's limits, as the link's options say.
fn limits(options: &LinkOptions) -> Limits {
    Limits {
        batch_rows: u32::try_from(options.batch_rows).unwrap_or(u32::MAX),
        safety_poll_ms: SAFETY_POLL_MS,
        ..Limits::default()
    }
}

struct Driver<'a> {
    worker: &'a Worker,
    row: &'a Link,
    ready: Ready,
    plans: Vec<Arc<TablePlan>>,
    machine: Machine<Payload>,
    lanes: [Option<LaneHandle>; 2],
    applier: Applier,
    reverse: Reverse,
    copying: Copying,
    /// Sees to branches that are in doubt.
    settling: Settling,
    clock: Instant,
    /// When the backfill workers are looked at again.
    tend_at_ms: u64,
    /// When the link's row is read again.
    look_at_ms: u64,
    /// When identity sequences may move again.
    follow_at_ms: u64,
    /// When foreign keys may be tried again.
    wrap_up_at_ms: u64,
    /// The newest wait handed to the machine.
    handed: u64,
    /// True after a unique value was in the way in a batch that was cut: the next batch takes everything.
    take_all: bool,
    /// True while the log and the events say that the legacy server is away.
    told_away: bool,
    /// True while the log and the events say that this database refuses batches.
    told_failing: bool,
    /// What keeps the backfill workers from copying, as far as it was said.
    trouble_of_copy: Trouble,
    /// True when the newest batch left nothing pending in its snapshot.
    complete: bool,
    /// Tables changed since their identity columns were last looked at.
    touched: HashSet<u32>,
    /// True once foreign keys have been created and the first time in step was reported.
    wrapped_up: bool,
    stopping: bool,
    /// Counters of the outboxes that are not remembered yet.
    counters: Option<Counters>,
    /// True when triggers, outboxes or tables of the legacy server must be looked at again.
    legacy_changed: bool,
    /// True while somebody compares and the loop stands still for it.
    holding: bool,
    reading: Reading,
    post: Post,
    news: Receiver<News>,
    hush: Arc<AtomicBool>,
}

impl Drop for Driver<'_> {
    fn drop(&mut self) {
        self.hush.store(true, Ordering::Relaxed);
        if let Some(log) = &self.reading.log {
            log.stop();
        }
    }
}

impl Driver<'_> {
    fn run(&mut self) -> Result<End> {
        let tables: Vec<(u32, Phase)> = self
            .ready
            .tables
            .iter()
            .map(|(table, _)| (table.number, table.phase))
            .collect();
        for (number, phase) in tables {
            self.announce(number, phase);
        }
        loop {
            self.hear();
            if let Some(end) = self.look()? {
                return Ok(end);
            }
            self.send_back()?;
            let now = self.now_ms();
            match self.machine.next(now) {
                Command::Connect { lane, session } => self.connect(lane, session)?,
                Command::Close { lane, .. } => self.lanes[lane.index()] = None,
                Command::Pull(order) => {
                    if let Some(lane) = &self.lanes[order.receipt.lane.index()] {
                        lane.pull(order, &self.plans, self.take_all);
                    }
                }
                Command::Ack(receipt) => {
                    if let Some(lane) = &self.lanes[receipt.lane.index()] {
                        lane.ack(receipt);
                    }
                }
                Command::Apply(apply) => self.apply(apply)?,
                Command::Serve(tickets) => self.serve(&tickets),
                Command::Report(report) => self.say(report)?,
                Command::Wait { until_ms } => self.wait(until_ms)?,
                Command::Stopped => {
                    return Ok(if self.stopping {
                        End::Stopped
                    } else {
                        End::Changed
                    });
                }
            }
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn tell(&mut self, event: Event<Payload>) {
        let now = self.now_ms();
        self.machine.handle(now, event);
    }

    fn announce(&mut self, number: u32, phase: Phase) {
        let state = match phase {
            Phase::Live => TableState::Live,
            Phase::Init | Phase::Backfill => TableState::Pending,
            Phase::Errored | Phase::Other => TableState::Excluded,
        };
        self.tell(Event::Table {
            table: TableId(number),
            state,
        });
    }

    fn connect(&mut self, lane: Lane, session: tandem_shared::flow::Session) -> Result<()> {
        let handle = LaneHandle::open(
            lane,
            session,
            &self.ready.options,
            self.post.clone(),
            self.reading.log.clone(),
        )?;
        self.lanes[lane.index()] = Some(handle);
        Ok(())
    }

    /// Takes in what the threads have to say.
    fn hear(&mut self) {
        while let Ok(news) = self.news.try_recv() {
            let (event, error) = match news {
                News::Event(event, error) => (event, error),
                News::LegacyChanged => {
                    self.legacy_changed = true;
                    continue;
                }
                News::Counters(counters) => {
                    self.counters = Some(counters);
                    continue;
                }
                News::Whole(wholes) => {
                    self.reading.wholes.extend(wholes);
                    continue;
                }
                News::LogLost(why) => {
                    self.reading.lost = Some(why);
                    continue;
                }
            };
            if let Event::Acked(receipt) = event {
                self.reverse.acked(receipt);
            }
            if let Event::Doorbell { present } = event {
                self.worker.shm.doorbell.store(present, Ordering::Relaxed);
            }
            if let Some(error) = error {
                self.worker.shm.set_error(&Failure::from(error).line());
            }
            self.tell(event);
        }
    }

    /// Looks at what others want: the operator, those who wait, those who compare, the backfill workers.
    fn look(&mut self) -> Result<Option<End>> {
        let asked = self.worker.shm.wait_asked.load(Ordering::SeqCst);
        if asked > self.handed {
            // Whoever waits also waits for what was asked of the link before.
            if let Some(end) = self.reread()? {
                return Ok(Some(end));
            }
            self.handed = asked;
            self.tell(Event::Wait(Ticket(asked)));
        }
        self.hold();
        let now = self.now_ms();
        self.settling
            .tend(self.worker, self.row, &self.ready.options, now)?;
        let unsaid = self.trouble_of_copy != Trouble::None;
        if (self.copying.active() || unsaid) && now >= self.tend_at_ms {
            self.tend_at_ms = now + TEND_MS;
            self.hear_of_copy()?;
            let wanted = self.ready.options.backfill_workers;
            for (number, phase) in self.copying.tend(self.worker, wanted)? {
                if phase == Phase::Init {
                    return Ok(Some(End::Changed));
                }
                // A backfill worker could not read it: has its definition changed?
                self.legacy_changed |= phase == Phase::Errored && now >= REPEAT_MS;
                self.announce(number, phase);
            }
        }
        if self.follow_log()? {
            return Ok(Some(End::Changed));
        }
        if self.legacy_changed && !self.stopping {
            // What is remembered has to be what was seen before the change.
            if let Some(counters) = self.counters.take() {
                transaction(|| memory::set_counters(&self.row.name, &counters))?;
            }
            return Ok(Some(End::Changed));
        }
        if now >= self.look_at_ms {
            return self.reread();
        }
        Ok(None)
    }

    /// Stands still while somebody compares, and goes on when they have finished or gone.
    fn hold(&mut self) {
        let shm = &self.worker.shm;
        let holder = i32::try_from(shm.held.load(Ordering::SeqCst)).unwrap_or(0);
        // SAFETY: a look-up by number; the result is not kept.
        let wanted = holder != 0 && unsafe { !pg_sys::BackendPidGetProc(holder).is_null() };
        if wanted && !self.holding {
            self.holding = true;
            self.tell(Event::Pause);
        } else if !wanted && self.holding {
            self.holding = false;
            shm.holding.store(false, Ordering::SeqCst);
            self.tell(Event::Resume);
        }
    }

    /// Reads the link's row: what does the operator want, and has the mapping changed?
    fn reread(&mut self) -> Result<Option<End>> {
        self.look_at_ms = self.now_ms() + LOOK_MS;
        let name = self.row.name.as_str();
        let counters = self.counters.take();
        let found = transaction(|| {
            if let Some(counters) = &counters {
                memory::set_counters(name, counters)?;
            }
            link::find(name)
        })?;
        let leave = self.worker.shm.leave.load(Ordering::SeqCst);
        let desired = found
            .filter(|_| !leave)
            .map_or(Desired::Stopped, |row| row.desired);
        if desired == Desired::Running {
            self.read_outboxes()?;
            let changed = !self.copying.active() && self.phases_changed()?;
            return Ok((changed || self.options_changed()).then_some(End::Changed));
        }
        if !self.stopping {
            self.stopping = desired == Desired::Stopped;
            self.copying.end();
            self.follow_identities(true);
            self.tell(Event::Stop);
        }
        Ok(None)
    }

    /// True when the server or the user mapping has other options now: a new password, another host.
    fn options_changed(&self) -> bool {
        let options = transaction(|| link::options(&self.row.name, self.row.owner));
        options.is_ok_and(|options| options != self.ready.options)
    }

    /// True when a table has gone back to an earlier phase, or has come or gone: compile again.
    fn phases_changed(&mut self) -> Result<bool> {
        let wanted = self.ready.options.backfill_workers;
        let changed = self.copying.tend(self.worker, wanted)?;
        Ok(!changed.is_empty())
    }

    fn wait(&mut self, until_ms: Option<u64>) -> Result<()> {
        self.show();
        if self.machine.status().caught_up {
            self.wrap_up();
        }
        self.follow_identities(false);
        let now = self.now_ms();
        let mut until = self.look_at_ms.min(until_ms.unwrap_or(u64::MAX));
        until = until.min(self.settling.due_ms());
        if self.unsaved() {
            until = until.min(self.reading.save_at_ms);
        }
        if self.copying.active() || self.trouble_of_copy != Trouble::None {
            until = until.min(self.tend_at_ms);
        }
        if let Some(due) = self.reverse.due_ms() {
            until = until.min(due);
        }
        let latched = self.worker.bell.wait(Some(Duration::from_millis(
            until.saturating_sub(now).max(1),
        )));
        if latched {
            // Somebody wants something, or a backfill worker has finished something: look at once.
            self.look_at_ms = 0;
            self.tend_at_ms = 0;
            self.reverse.woken();
        }
        Ok(())
    }

    fn apply(&mut self, apply: Apply<Payload>) -> Result<()> {
        let receipt = apply.receipt;
        let tables = &apply.payload.tables;
        let outcome = self.applier.apply(tables, apply.complete, || Ok(()));
        match outcome {
            Ok(done) => {
                let mut total = Applied::default();
                for (table, done) in tables.iter().zip(&done) {
                    self.count(table, *done);
                    total += *done;
                }
                self.reverse.applied(receipt, tables);
                self.take_all = false;
                self.batch_done(&apply, total);
                self.tell(Event::Applied {
                    receipt,
                    changed: total.changed,
                    parked: total.parked,
                });
                self.show();
                if apply.complete {
                    self.wrap_up();
                }
            }
            Err(ApplyFailure { table, failure }) => {
                self.worker.shm.set_error(&failure.line());
                self.take_all = !apply.complete && failure.sqlstate() == "23505";
                let failure = self.trouble(table, &failure);
                self.tell(Event::ApplyFailed { receipt, failure });
            }
        }
        Ok(())
    }

    fn serve(&mut self, tickets: &[Ticket]) {
        // Nobody is served before everything up to then was complete here.
        self.complete = true;
        let newest = tickets.iter().map(|ticket| ticket.0).max().unwrap_or(0);
        self.worker
            .shm
            .wait_served
            .fetch_max(newest, Ordering::SeqCst);
        self.show();
        self.worker.shm.broadcast();
    }
}
