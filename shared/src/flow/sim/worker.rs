//! The model driver: what the background worker does around the machine.

use std::collections::VecDeque;

use super::agenda::{Happening, Request};
use super::applier::InHand;
use super::model::{Rows, TABLES, table_id, table_index};
use super::world::World;
use crate::flow::{Command, Consistent, Dirty, Event, Machine, Report, TableState, Ticket};

/// One life of the worker.
#[derive(Debug)]
pub struct Worker {
    pub machine: Machine<Rows>,
    pub inbox: VecDeque<Event<Rows>>,
    /// The open connection of each lane.
    lanes: [Option<usize>; 2],
    pub in_hand: Option<InHand>,
    woken: bool,
    wake_ms: Option<u64>,
    pub stopped: bool,
    /// Tables that the machine was told to wait for.
    pub pending: [bool; TABLES],
    pub reached: Option<Consistent>,
    pub reached_commits: u64,
    pub reached_with_pending: bool,
    pub last_ordered: u64,
    pub last_applied: u64,
    /// The last pull ordered before a batch failed: nothing up to it may be applied any more.
    pub failed_up_to: u64,
    /// The last pull ordered before a bell rang: up to it, nothing can be known of what the bell rang for.
    pub bell_after: u64,
    pub source_away: bool,
    pub target_failing: bool,
}

impl Worker {
    pub fn is_live(&self, table: usize) -> bool {
        self.machine.is_live(table_id(table))
    }

    fn concerns(&self, dirty: &Dirty) -> bool {
        match dirty {
            Dirty::All => true,
            Dirty::Tables(tables) => tables.iter().any(|table| self.machine.is_live(*table)),
        }
    }
}

impl World {
    pub fn start_worker(&mut self) {
        self.life += 1;
        self.note(|| "worker: starts".into());
        self.snapshots.clear();
        let mut machine = Machine::new(self.scenario.limits, self.dice.roll());
        machine.broken = self.plan.broken;
        let mut inbox = VecDeque::new();
        for table in 0..self.scenario.tables {
            inbox.push_back(Event::Table {
                table: table_id(table),
                state: self.stored[table],
            });
        }
        inbox.extend(self.waiters.iter().map(|waiter| Event::Wait(waiter.ticket)));
        self.worker = Some(Worker {
            machine,
            inbox,
            lanes: [None; 2],
            in_hand: None,
            woken: true,
            wake_ms: None,
            stopped: false,
            pending: [false; TABLES],
            reached: None,
            reached_commits: 0,
            reached_with_pending: false,
            last_ordered: 0,
            last_applied: 0,
            failed_up_to: 0,
            bell_after: 0,
            source_away: false,
            target_failing: false,
        });
        if self.has_doorbell() {
            let (life, at_ms) = (self.life, self.now_ms + self.latency());
            self.agenda.add(at_ms, Happening::DoorbellBack { life });
        }
    }

    /// The process is gone; a transaction that had committed on the target stays, one that had not is undone.
    pub fn crash_worker(&mut self) {
        let Some(worker) = self.worker.take() else {
            return;
        };
        self.life += 1;
        self.doorbell_up = false;
        for session in worker.lanes.into_iter().flatten() {
            self.close(session);
        }
        if self.target.up {
            self.target.flush();
        }
        let at_ms = self.now_ms + self.dice.between(0, 60);
        self.agenda.add(at_ms, Happening::WorkerUp);
    }

    pub fn wake(&mut self, at_ms: u64) {
        if let Some(worker) = &mut self.worker
            && worker.wake_ms == Some(at_ms)
        {
            worker.woken = true;
        }
    }

    /// Lets the worker do all that it can do now.
    pub fn drive(&mut self) -> Result<(), String> {
        let Some(mut worker) = self.worker.take() else {
            return Ok(());
        };
        let result = self.drive_worker(&mut worker);
        self.worker = Some(worker);
        result
    }

    fn drive_worker(&mut self, worker: &mut Worker) -> Result<(), String> {
        let blocked =
            |worker: &Worker, world: &Self| worker.in_hand.is_some() && !world.scenario.async_apply;
        while !blocked(worker, self) && (worker.woken || !worker.inbox.is_empty()) {
            worker.woken = false;
            if let Some(event) = worker.inbox.pop_front() {
                self.hand_in(worker, event)?;
                if !worker.inbox.is_empty() && self.dice.chance(500) {
                    continue;
                }
            }
            let mut commands = 0;
            loop {
                let command = worker.machine.next(self.now_ms);
                commands += 1;
                if commands > 100 {
                    return Err(format!("the machine goes in circles: {command:?}"));
                }
                if !self.carry_out(worker, command)? || blocked(worker, self) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn hand_in(&mut self, worker: &mut Worker, event: Event<Rows>) -> Result<(), String> {
        self.note(|| format!("event: {event:?}"));
        match &event {
            Event::Table { table, state } => {
                worker.pending[table_index(*table)] = *state == TableState::Pending;
            }
            Event::Bell(dirty) if worker.concerns(dirty) => worker.bell_after = worker.last_ordered,
            Event::ApplyFailed { .. } => {
                worker.failed_up_to = worker.last_ordered;
                self.totals.failed_applies += 1;
            }
            _ => {}
        }
        worker.machine.handle(self.now_ms, event);
        self.check_status(worker)
    }

    /// False when the machine has nothing more to do for now.
    fn carry_out(&mut self, worker: &mut Worker, command: Command<Rows>) -> Result<bool, String> {
        self.note(|| format!("command: {command:?}"));
        match command {
            Command::Connect { lane, session } => {
                if worker.lanes[lane.index()].is_some() {
                    return Err(format!("{lane:?} is opened twice"));
                }
                let connection = self.open(lane, session);
                worker.lanes[lane.index()] = Some(connection);
                self.send(connection, Request::Connect);
            }
            Command::Close { lane, session } => {
                let connection = worker.lanes[lane.index()].take();
                let connection = connection.ok_or("a lane is closed that is not open")?;
                if self.connections[connection].session != session {
                    return Err(format!("{session:?} is closed but another is open"));
                }
                self.close(connection);
            }
            Command::Pull(order) => {
                worker.last_ordered = order.receipt.pull;
                self.totals.pulls += 1;
                let floored = order.tables.iter().any(|floor| floor.after.is_some());
                self.totals.read_ahead += u64::from(floored);
                let connection = worker.lanes[order.receipt.lane.index()];
                self.send(
                    connection.ok_or("a pull without a lane")?,
                    Request::Pull(order),
                );
            }
            Command::Ack(receipt) => {
                let connection = worker.lanes[receipt.lane.index()];
                self.send(
                    connection.ok_or("an ack without a lane")?,
                    Request::Ack(receipt),
                );
            }
            Command::Apply(apply) => self.take_in_hand(worker, apply)?,
            Command::Serve(tickets) => self.serve(worker, &tickets)?,
            Command::Report(report) => self.hear(worker, report)?,
            Command::Wait { until_ms } => {
                self.set_timer(worker, until_ms)?;
                return Ok(false);
            }
            Command::Stopped => {
                worker.stopped = true;
                if worker.lanes.iter().any(Option::is_some) {
                    return Err("stopped with an open lane".into());
                }
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn set_timer(&mut self, worker: &mut Worker, until_ms: Option<u64>) -> Result<(), String> {
        if until_ms.is_some_and(|until_ms| until_ms <= self.now_ms) {
            return Err("a wait that is over before it begins".into());
        }
        if let Some(at_ms) = until_ms.filter(|_| until_ms != worker.wake_ms) {
            let life = self.life;
            self.agenda.add(at_ms, Happening::Wake { life, at_ms });
        }
        worker.wake_ms = until_ms;
        Ok(())
    }

    fn hear(&mut self, worker: &mut Worker, report: Report) -> Result<(), String> {
        let (flag, now) = match report {
            Report::SourceAway => (&mut worker.source_away, true),
            Report::SourceBack => (&mut worker.source_away, false),
            Report::TargetFailing => (&mut worker.target_failing, true),
            Report::TargetBack => (&mut worker.target_failing, false),
            Report::TableExcluded(table) => {
                let table = table_index(table);
                if self.stored[table] == TableState::Live {
                    self.set_aside(table);
                }
                return Ok(());
            }
            Report::Paused => return Ok(()),
        };
        if std::mem::replace(flag, now) == now {
            return Err(format!("{report:?} is reported twice"));
        }
        Ok(())
    }

    fn serve(&mut self, worker: &mut Worker, tickets: &[Ticket]) -> Result<(), String> {
        for ticket in tickets {
            let Some(at) = self.waiters.iter().position(|w| w.ticket == *ticket) else {
                continue;
            };
            let waiter = self.waiters.swap_remove(at);
            self.check_served(worker, waiter)?;
            self.totals.served += 1;
        }
        Ok(())
    }
}
