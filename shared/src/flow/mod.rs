//! The loop that keeps a target in step with a source, as a pure state machine: no I/O, no clock, no threads. Forward and reverse are the
//! same loop with the ends swapped. A driver (the link's background worker) hands in events, asks for commands and carries them out.
//!
//! ```text
//!            SOURCE                                                  TARGET
//!   outbox + rows, ONE snapshot ──Pull──► batch ──Apply──► one transaction, durable
//!        ▲                       lane A or B                              │
//!        └────────────────────── Ack: delete exactly what was read ◄──────┘
//!
//!   without a backlog, lane A alone        with a backlog, both lanes (numbers are pulls)
//!   A:  pull1        ack1 pull2            A:  pull1          ack1 pull3
//!   T:        apply1                       B:        pull2            ack2 pull4
//!                                          T:        apply1   apply2    apply3
//! ```
//!
//! A lane: down → connecting → free → pulling → holding a receipt → acknowledging → free. The loop as a whole:
//!
//! - **no tables**: nothing is live; lanes stay as they are.
//! - **connecting**: lane A is being opened, or the source is away and the backoff runs. The first look is at everything.
//! - **idle**: waiting for a bell, for the second look after a bell that found nothing (1, 2, 4 ... 64 ms), or for the next poll.
//! - **pulling**: a look *from the start* (all pending notifications up to the limit) runs while nothing else is in flight.
//! - **applying**: the target works. When the batch was *cut*, the other lane meanwhile reads what comes after the ids it took (*floors*).
//! - **leaving, paused, stopped**: what is under way is acknowledged if it is durable and the grace time allows, the rest is dropped.
//!
//! *Complete* is a look from the start, at all live tables, that was not cut: once it is applied, the target equals its snapshot. Only that
//! sets `caught_up` and serves tickets. A pull with floors is never complete: an id below its floor may have become visible meanwhile.
//!
//! **Trace 1: one change.** Idle. `Bell(users)` → `Pull` 1 on lane A → `Pulled`: 1 notification, not cut → `Apply` 1, which says `complete` →
//! `Applied`: caught up, tickets handed in before pull 1 started are served → `Ack` 1 → `Acked` → `Wait` until the safety poll.
//!
//! **Trace 2: a backlog and a deadlock.** `Pull` 1 on A → `Pulled` up to id 10, cut → `Connect` B, `Apply` 1 → `Applied` → `Ack` 1 and, as the other
//! lane is not there yet, `Pull` 2 from the start on A → `Pulled` up to id 20, cut → `Pull` 3 on B after id 20, `Apply` 2 → `ApplyFailed`: the
//! target's backoff runs, and when B answers, pull 3 is thrown away → `Pull` 4 from the start on A, and so on from id 11.
//!
//! Both traces are tests in `machine`; `sim` runs the same code under crashes of everything at every step.
//!
//! # What a driver must keep to
//!
//! 1. Hand in every event that has arrived before asking for the next command; do what `next` says, in order, until it says `Wait`.
//! 2. A lane carries out its commands in order and opens the snapshot of a pull after it got the order. After `LaneFailed` it does nothing more
//!    for that session. Anything but a full answer is `LaneFailed`: a timeout, an error, a result that ended in the middle.
//! 3. `Applied` means durable. One batch is with the target at a time, and before a new one starts, every transaction of an earlier
//!    connection or process of the same loop must have ended: a late commit of it would bring back an older state.
//! 4. A table's rows are copied (again) only while it is not live for the machine (`Machine::is_live`), and notifications are captured
//!    before its copy begins.
//! 5. A table's state, and that of the link, is stored by the driver; a new machine is told all of it.

mod backoff;
mod batch;
mod command;
mod event;
mod lanes;
mod limits;
mod looks;
mod machine;
mod names;
#[cfg(test)]
mod sim;
mod status;
mod tables;
mod tickets;

pub use batch::{Apply, Batch, PullOrder, TableFloor, Taken};
pub use command::{Command, Report};
pub use event::{Dirty, Event, Failure, TableState};
pub use limits::Limits;
pub use machine::Machine;
pub use names::{Lane, Receipt, Session, TableId, Ticket};
pub use status::{Consistent, Counts, Phase, Status};
