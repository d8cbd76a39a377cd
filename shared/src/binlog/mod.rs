//! The binary log as a source of notifications: which keys its events name, and which of them are still to be looked at.
//!
//! Promise: pure. Bytes of events come in, keys go out; nothing here reads a socket or knows the time. An event that cannot be read makes the tables
//! that it may be about *whole*: they are compared from the beginning, never guessed at. A key too many does no harm, since only the row as it is now
//! is ever applied.
//!
//! ```text
//!  events ──► Decoder ──► Pending ──► a pull takes keys, reads the rows, acknowledges
//!             groups,      ids, places,
//!             row images   what is proven
//! ```

mod bytes;
mod cell;
mod decoder;
mod group;
mod map;
mod pending;
mod place;
mod query;
mod rows;
#[cfg(test)]
mod tests;
mod watch;

pub use decoder::{Decoder, Frame};
pub use pending::{Pending, Taken};
pub use place::{Place, Resume, file_name, file_number};
pub use query::branch_name;
pub use watch::{KeyColumn, KeyKind, Watch, Watched};
