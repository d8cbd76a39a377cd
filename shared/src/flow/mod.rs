//! The loop.
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
