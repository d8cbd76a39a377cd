//! The legacy end of Tandem: one library that is a plugin of both MySQL 8.0+ and MariaDB 10.11+.
//!
//! A trigger calls `tandem_fire(table_id)`; when that transaction has committed, the *doorbell* rings in the server's
//! memory; a reader that sits in `tandem_wait(prefix, since, timeout_ms)` wakes and is told which tables to look at.
//! A bell is a hint, the outbox table is the truth: a bell too many costs one look, so where the end of a transaction
//! cannot be told the plugin rings early and again later, and never stays silent.
//!
//! ```text
//!   trigger ── tandem_fire ──► marks ──┐                       ┌──► tandem_wait ──► the reader
//!   server ─── statement ended ────────┴─► ring ──► doorbell ──┘
//! ```
//!
//! Promises: no panic reaches the server, memory is bounded ([`limits`]), nothing here does I/O in a writer's
//! statement, and a waiting call ends at `KILL`, at a statement timeout, at shutdown and at `UNINSTALL PLUGIN`.
//!
//! `abi` is the only module with `unsafe` code; everything else is ordinary Rust that is tested without a server.
#![deny(unsafe_code)]

#[allow(unsafe_code)]
pub mod abi;
pub mod clock;
pub mod doorbell;
pub mod fire;
pub mod json;
pub mod limits;
pub mod marks;
pub mod plugin;
pub mod settings;
pub mod statement;
pub mod status;
pub mod wait;
