//! Branches: the part of a transaction here that is written on the legacy server, from its name to its end.
//!
//! ```text
//! name       what a branch is called on the legacy server       progress   how far one is, and the savepoints in it
//! fate       what becomes of one that was prepared               sim        every crash and every interleaving (tests)
//! ```
//!
//! Promise: a branch is committed exactly if the transaction that it belongs to has recorded the decision, which it does by committing itself.
//! What has no decision and no running transaction is rolled back (presumed abort). No I/O: the callers have the servers.

mod fate;
mod name;
mod progress;
#[cfg(test)]
mod sim;

pub use fate::{Fate, Transaction, fate};
pub use name::BranchName;
pub use progress::{Progress, State};
