//! What the world does by itself: writers, bells, copies, faults and recoveries.

use super::agenda::Happening;
use super::model::{KEYS, Place, TABLES, table_id};
use super::scenario::Doorbell;
use super::world::{Victim, Waiter, World};
use crate::flow::{Dirty, Event, TableState, Ticket};

impl World {
    pub fn happen(&mut self, happening: Happening) -> Result<(), String> {
        match happening {
            Happening::Writer => self.writer(),
            Happening::Arrive {
                session,
                request,
                late,
            } => self.arrive(session, request, late)?,
            Happening::SessionEnds(session) => self.end(session),
            Happening::Deliver { life, event } if life == self.life => self.tell(event),
            Happening::Bell(dirty) if self.doorbell_up => self.tell(Event::Bell(dirty)),
            Happening::DoorbellBack { life } if life == self.life => self.doorbell_back(),
            Happening::ApplyStep { life } if life == self.life => self.apply_step()?,
            Happening::LateCommit(rows) => {
                self.target.commit(&rows, self.plan.broken)?;
                self.target.flush();
            }
            Happening::Wake { life, at_ms } if life == self.life => self.wake(at_ms),
            Happening::Copy { table, key, number } => self.copy(table, key, number),
            Happening::SourceUp => self.source_up(),
            Happening::TargetUp => self.target.up = true,
            Happening::WorkerUp => self.worker_up(),
            Happening::TableBack(table) => self.table_back(table),
            Happening::Resume => self.tell(Event::Resume),
            Happening::Fault => self.fault(),
            // Of an earlier life, or only there to let time pass.
            _ => {}
        }
        Ok(())
    }

    /// An event for the worker, if there is one.
    pub fn tell(&mut self, event: Event<super::model::Rows>) {
        if let Some(worker) = &mut self.worker {
            worker.inbox.push_back(event);
        }
    }

    fn writer(&mut self) {
        if self.calm() {
            return;
        }
        self.writes_left -= 1;
        let gap_ms = self.dice.between(0, self.scenario.write_gap_ms);
        self.agenda.add(self.now_ms + gap_ms, Happening::Writer);
        if self.dice.chance(60) {
            self.waiter();
        }
        if !self.source.up {
            return;
        }
        let open = self.source.open_transactions();
        if open == 0 || (open < self.scenario.writers && self.dice.chance(300)) {
            self.source.begin();
            self.write(open);
            return;
        }
        let which = self.dice.below(open as u64) as usize;
        match self.dice.below(10) {
            0..=4 => self.write(which),
            5..=8 => self.commit(which),
            _ => {
                self.note(|| format!("source: roll back transaction {which}"));
                self.source.rollback(which);
            }
        }
    }

    fn write(&mut self, which: usize) {
        let size = (self.scenario.tables, self.scenario.keys);
        let value = self.dice.between(1, self.scenario.values) as u32;
        let tables = self.source.write(which, &mut self.dice, size, value);
        self.note(|| format!("source: transaction {which} writes {value} in tables {tables:?}"));
        if self.scenario.doorbell == Doorbell::Early {
            self.ring(&tables);
        }
    }

    pub fn commit(&mut self, which: usize) {
        let tables = self.source.commit(which);
        self.note(|| format!("source: transaction {which} commits, tables {tables:?}"));
        match self.scenario.doorbell {
            Doorbell::Absent | Doorbell::Early => {}
            Doorbell::Lossy if self.dice.chance(400) => {}
            Doorbell::Exact | Doorbell::Unknown | Doorbell::Lossy => self.ring(&tables),
        }
    }

    fn ring(&mut self, tables: &[usize]) {
        if !self.doorbell_up || tables.is_empty() {
            return;
        }
        let dirty = if self.scenario.doorbell == Doorbell::Unknown {
            Dirty::All
        } else {
            Dirty::Tables(tables.iter().map(|t| table_id(*t)).collect())
        };
        let at_ms = self.now_ms + self.latency();
        self.agenda.add(at_ms, Happening::Bell(dirty));
    }

    fn waiter(&mut self) {
        self.tickets += 1;
        let waiter = Waiter {
            ticket: Ticket(self.tickets),
            commits: self.source.commits,
        };
        self.note(|| format!("waiter {} for {} commits", waiter.ticket.0, waiter.commits));
        self.waiters.push(waiter);
        self.tell(Event::Wait(waiter.ticket));
        if self.dice.chance(100) {
            self.waiters.retain(|open| open.ticket != waiter.ticket);
            self.tell(Event::Withdraw(waiter.ticket));
        }
    }

    fn doorbell_back(&mut self) {
        if !self.source.up {
            let life = self.life;
            self.agenda
                .add(self.now_ms + 5, Happening::DoorbellBack { life });
            return;
        }
        self.doorbell_up = true;
        self.tell(Event::Doorbell { present: true });
    }

    fn cut_doorbell(&mut self) {
        if !self.has_doorbell() {
            return;
        }
        self.doorbell_up = false;
        self.tell(Event::Doorbell { present: false });
        let (life, again_ms) = (self.life, self.dice.between(1, 40));
        self.agenda
            .add(self.now_ms + again_ms, Happening::DoorbellBack { life });
    }

    fn copy(&mut self, table: usize, key: usize, number: u32) {
        if number != self.copies[table] || self.stored[table] != TableState::Pending {
            return;
        }
        let mut next = key;
        // The copy begins when the loop has let go of the table.
        let held = |worker: &super::worker::Worker| worker.is_live(table);
        if self.source.up && self.target.up && !self.worker.as_ref().is_some_and(held) {
            let place = Place { table, key };
            self.target.copy(place, self.source.committed[table][key]);
            next += 1;
        }
        if next == KEYS {
            self.store(table, TableState::Live);
            return;
        }
        let at_ms = self.now_ms + self.dice.between(1, 6);
        let key = next;
        self.agenda
            .add(at_ms, Happening::Copy { table, key, number });
    }

    /// The table's rows are copied (again); until then its notifications wait.
    pub fn start_copy(&mut self, table: usize) {
        self.store(table, TableState::Pending);
        self.copies[table] += 1;
        let number = self.copies[table];
        let at_ms = self.now_ms + self.dice.between(0, 30);
        self.agenda.add(
            at_ms,
            Happening::Copy {
                table,
                key: 0,
                number,
            },
        );
    }

    pub fn store(&mut self, table: usize, state: TableState) {
        self.note(|| format!("table {table} is {state:?}"));
        self.stored[table] = state;
        self.tell(Event::Table {
            table: table_id(table),
            state,
        });
    }

    fn table_back(&mut self, table: usize) {
        self.target.poisoned.retain(|poisoned| *poisoned != table);
        if self.stored[table] == TableState::Excluded {
            self.store(table, TableState::Live);
        }
    }

    /// Takes a table out for a while.
    pub fn set_aside(&mut self, table: usize) {
        self.store(table, TableState::Excluded);
        let at_ms = self.now_ms + self.dice.between(1, 80);
        self.agenda.add(at_ms, Happening::TableBack(table));
    }

    fn fault(&mut self) {
        if self.calm() {
            return;
        }
        let gap_ms = self.dice.between(1, self.scenario.fault_gap_ms);
        self.agenda.add(self.now_ms + gap_ms, Happening::Fault);
        let table = self.dice.below(self.scenario.tables as u64) as usize;
        match self.dice.below(10) {
            0 => self.crash(Victim::Source),
            1 => self.crash(Victim::Worker),
            2 => self.crash(Victim::Target),
            3..=4 => self.cut_a_lane(),
            5 => self.cut_doorbell(),
            6 => {
                self.note(|| "operator: pause".into());
                self.tell(Event::Pause);
                let at_ms = self.now_ms + self.dice.between(0, 60);
                self.agenda.add(at_ms, Happening::Resume);
            }
            7 if self.stored[table] == TableState::Live => self.set_aside(table),
            8 if self.stored[table] == TableState::Live => self.start_copy(table),
            9 => {
                self.note(|| format!("table {table} cannot be written until the operator helps"));
                self.target.poisoned.push(table);
            }
            _ => {}
        }
    }

    pub fn crash(&mut self, victim: Victim) {
        self.note(|| format!("crash of {victim:?}"));
        self.totals.crashes += 1;
        match victim {
            Victim::Source => self.crash_source(),
            Victim::Worker => self.crash_worker(),
            Victim::Target => self.crash_target(),
        }
    }

    fn crash_source(&mut self) {
        if !self.source.up {
            return;
        }
        self.source.crash();
        self.lose_all_connections();
        self.cut_doorbell();
        let at_ms = self.now_ms + self.dice.between(0, 100);
        self.agenda.add(at_ms, Happening::SourceUp);
    }

    fn source_up(&mut self) {
        self.note(|| "source: up again".into());
        self.source.up = true;
    }

    fn crash_target(&mut self) {
        if !self.target.up {
            return;
        }
        self.target.crash();
        let at_ms = self.now_ms + self.dice.between(0, 60);
        self.agenda.add(at_ms, Happening::TargetUp);
        if self.scenario.remote_target {
            self.lose_apply();
        } else {
            self.crash_worker();
        }
    }

    fn worker_up(&mut self) {
        if !self.target.up && !self.scenario.remote_target {
            self.agenda.add(self.now_ms + 5, Happening::WorkerUp);
        } else if self.worker.is_none() {
            self.start_worker();
        }
    }

    /// Between 0 and the scenario's latency, in milliseconds.
    pub fn latency(&mut self) -> u64 {
        self.dice.between(0, self.scenario.latency_ms)
    }
}

const _: () = assert!(KEYS <= 32 && TABLES <= 8, "images are copied often");
