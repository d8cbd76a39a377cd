//! Capture from the binary log: a reader in a thread of its own, the keys that it has found, and how a pull takes them.
//!
//! ```text
//!  dump connection ──► reader ──► Log (keys with ids, places) ◄── draw: a pull's keys, into a temporary table
//!                        │ bell     ▲
//!                        ▼          └── proof: what is visible to every snapshot from now on
//!                     the loop
//! ```
//!
//! Promise: the same as with outboxes. A key stays until its row was read in a snapshot that was certain to show the change, and what was read is
//! durable; after any crash reading begins again before the oldest key that was pending.

pub mod draw;
pub mod log;
pub mod proof;
pub mod reader;
pub mod server;
pub mod watch;
