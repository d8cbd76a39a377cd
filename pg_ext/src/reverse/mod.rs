//! Reverse migration: writes on this side go back to the legacy database.
//!
//! ```text
//! install    outbox and statement triggers of a table          trigger   the trigger function: keys of what a statement touched
//! pull       pending keys and the rows that they name now       settle    the acknowledgement, with what became of each row
//! guard      forward changes of rows that wait to go back       record    what the legacy database could not hold, conflicts, counters
//! ```
//!
//! The link's worker pulls, [`crate::legacy::reverse`] writes, and only then the notifications are acknowledged: the forward loop with its ends
//! swapped. What Tandem itself writes here fires no trigger (`session_replication_role`), so that nothing that came forward goes back.

pub mod guard;
pub mod install;
pub mod pull;
pub mod record;
pub mod settle;
mod trigger;
