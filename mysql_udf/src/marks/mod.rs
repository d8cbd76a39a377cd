//! Which tables the open transaction of each session has changed, and when to ring for them.
//!
//! - [`echo`]: when to ring for a transaction whose end the server does not tell.
//! - [`session`]: the marks of one session.
//! - [`verdict`]: what the end of a statement means for them.
//! - [`prepared`]: XA branches between `XA PREPARE` and their decision.
//! - [`table`]: all sessions, in shards.
//!
//! ```text
//!   fire ──► marked ── statement ended, transaction goes on ──► marked
//!               │  ├── transaction ended ─────────────────────► ring, forgotten
//!               │  ├── XA PREPARE ──► prepared ── XA COMMIT ──► ring, forgotten
//!               │  └── session gone ──────────────────────────► ring, forgotten
//!               └───── no word from the server for 100 ms ────► ring, still marked
//! ```
//!
//! Marks are kept by connection id, so that a session may change its thread between two statements. This module rings
//! nothing itself: it returns what is to be rung ([`Rings`]). It never blocks beyond a lock held for a map lookup.

pub mod echo;
pub mod prepared;
pub mod session;
pub mod table;
#[cfg(test)]
mod tests;
pub mod verdict;

pub use session::Rings;
pub use table::{Fired, Marks};
pub use verdict::{Report, Source};
