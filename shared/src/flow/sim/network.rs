//! The lanes' connections: requests and answers in order, and all that can happen to them on the way.

use super::agenda::{Happening, Request};
use super::source::Note;
use super::world::World;
use crate::flow::{Event, Failure, Lane, Receipt, Session};

/// One connection, from both ends.
#[derive(Debug)]
pub struct Connection {
    pub life: u32,
    pub lane: Lane,
    pub session: Session,
    /// The source's side: it can still execute what arrives.
    pub server_alive: bool,
    /// The worker's side.
    pub client_open: bool,
    /// Nothing comes through any more, and nobody is told.
    stalled: bool,
    /// A request whose client has given up is still being worked on.
    late: bool,
    /// Requests arrive, and answers come back, in order.
    arrives_ms: u64,
    answers_ms: u64,
    /// What the last pull read.
    held: Option<(Receipt, Vec<Note>)>,
}

impl World {
    /// Opens a connection; its number.
    pub fn open(&mut self, lane: Lane, session: Session) -> usize {
        self.connections.push(Connection {
            life: self.life,
            lane,
            session,
            server_alive: true,
            client_open: true,
            stalled: false,
            late: false,
            arrives_ms: 0,
            answers_ms: 0,
            held: None,
        });
        self.connections.len() - 1
    }

    pub fn send(&mut self, session: usize, request: Request) {
        let at_ms = self.now_ms + self.latency();
        let connection = &mut self.connections[session];
        connection.arrives_ms = connection.arrives_ms.max(at_ms);
        let at_ms = connection.arrives_ms;
        let late = false;
        self.agenda.add(
            at_ms,
            Happening::Arrive {
                session,
                request,
                late,
            },
        );
    }

    /// The client has gone; the source notices that later, and still does what is on its way.
    pub fn close(&mut self, session: usize) {
        self.connections[session].client_open = false;
        let at_ms = self.now_ms + self.dice.between(0, 30);
        self.agenda.add(at_ms, Happening::SessionEnds(session));
    }

    /// The source notices that the client has gone, if it is not at work for it.
    pub fn end(&mut self, session: usize) {
        let connection = &mut self.connections[session];
        connection.server_alive &= connection.late;
    }

    pub fn arrive(&mut self, session: usize, request: Request, late: bool) -> Result<(), String> {
        let connection = &self.connections[session];
        if connection.stalled && !late {
            return Ok(());
        }
        if !connection.server_alive || !self.source.up {
            self.connections[session].server_alive = false;
            self.fail(session, Failure::Transient);
            return Ok(());
        }
        if late {
            self.totals.late_acks += u64::from(matches!(request, Request::Ack(_)));
            self.execute(session, &request)?;
            self.connections[session].server_alive = false;
            return Ok(());
        }
        let trouble = !self.calm() && self.dice.chance(self.scenario.net_trouble);
        if trouble {
            return self.spoil(session, request);
        }
        let answer = self.execute(session, &request)?;
        self.answer(session, answer);
        Ok(())
    }

    fn spoil(&mut self, session: usize, request: Request) -> Result<(), String> {
        let kind = self.dice.pick(&[0, 1, 2, 2, 2, 3, 4, 5, 6]);
        self.note(|| format!("network: trouble {kind} for {request:?}"));
        // After a failure the lane does nothing more for this session.
        self.connections[session].stalled = true;
        match kind {
            // Lost on its way to the source.
            0 => self.connections[session].server_alive = false,
            // Executed, the answer is lost.
            1 => {
                self.execute(session, &request)?;
                self.connections[session].server_alive = false;
            }
            // The client is told first, the source executes it later.
            2 => {
                let at_ms = self.now_ms + self.dice.between(1, 60);
                let late = true;
                self.connections[session].late = late;
                self.agenda.add(
                    at_ms,
                    Happening::Arrive {
                        session,
                        request,
                        late,
                    },
                );
            }
            // Silence, before or after.
            3 => {
                if self.dice.chance(500) {
                    self.execute(session, &request)?;
                }
                return Ok(());
            }
            // The source refuses one table.
            4 => {
                if let Request::Pull(order) = &request {
                    let table = order.tables[0].table;
                    self.fail(session, Failure::Table(table));
                    return Ok(());
                }
            }
            5 => {
                self.fail(session, Failure::Link);
                return Ok(());
            }
            // The source refuses this one request.
            _ => {}
        }
        self.fail(session, Failure::Transient);
        Ok(())
    }

    fn execute(
        &mut self,
        session: usize,
        request: &Request,
    ) -> Result<Event<super::model::Rows>, String> {
        let connection = &self.connections[session];
        let (lane, named) = (connection.lane, connection.session);
        match request {
            Request::Connect => Ok(Event::Connected {
                lane,
                session: named,
            }),
            Request::Pull(order) => {
                let (batch, notes) = self.source.read(order, self.plan.broken);
                if connection.life == self.life {
                    self.snapshots
                        .push((order.receipt.pull, self.source.snapshot()));
                }
                self.connections[session].held = Some((order.receipt, notes));
                self.note(|| {
                    format!(
                        "source: {:?} reads {:?} cut {}",
                        order, batch.payload.rows, batch.cut
                    )
                });
                Ok(Event::Pulled(batch))
            }
            Request::Ack(receipt) => self.execute_ack(session, *receipt),
        }
    }

    /// The acknowledgement's promises are checked here, where it takes effect.
    fn execute_ack(
        &mut self,
        session: usize,
        receipt: Receipt,
    ) -> Result<Event<super::model::Rows>, String> {
        let held = self.connections[session].held.take();
        let Some((_, read)) = held.filter(|(held, _)| *held == receipt) else {
            return Err(format!(
                "{receipt:?} is acknowledged by a session that does not hold it"
            ));
        };
        let deleted = self.source.delete(&read, self.plan.broken);
        self.note(|| format!("source: {receipt:?} deletes {deleted:?}"));
        for note in deleted {
            if !read.iter().any(|known| known.uid == note.uid) {
                return Err(format!(
                    "{note:?} is deleted but was never read by this session"
                ));
            }
            if !self.target.is_durable(note.uid) {
                return Err(format!(
                    "{note:?} is deleted before the target has it durably"
                ));
            }
        }
        self.totals.acks += 1;
        Ok(Event::Acked(receipt))
    }

    fn answer(&mut self, session: usize, event: Event<super::model::Rows>) {
        let at_ms = self.now_ms + self.latency();
        let connection = &mut self.connections[session];
        connection.answers_ms = connection.answers_ms.max(at_ms);
        let (at_ms, life) = (connection.answers_ms, connection.life);
        self.agenda.add(at_ms, Happening::Deliver { life, event });
    }

    fn fail(&mut self, session: usize, failure: Failure) {
        let connection = &self.connections[session];
        let event = Event::LaneFailed {
            lane: connection.lane,
            session: connection.session,
            failure,
        };
        self.answer(session, event);
    }

    /// All sessions of the source are gone. A client may notice at once, or when it next asks.
    pub fn lose_all_connections(&mut self) {
        for session in 0..self.connections.len() {
            if self.connections[session].server_alive {
                self.lose(session);
            }
        }
    }

    fn lose(&mut self, session: usize) {
        self.connections[session].server_alive = false;
        if self.dice.chance(500) {
            self.fail(session, Failure::Transient);
        }
    }

    pub fn cut_a_lane(&mut self) {
        let alive: Vec<usize> = (0..self.connections.len())
            .filter(|n| self.connections[*n].server_alive)
            .collect();
        if !alive.is_empty() {
            let session = self.dice.pick(&alive);
            self.note(|| format!("network: connection {session} is cut"));
            self.lose(session);
        }
    }
}
