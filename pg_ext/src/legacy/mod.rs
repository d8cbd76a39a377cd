//! The MySQL end: everything that speaks to the legacy server.
//!
//! Runs in threads of its own. It never touches PostgreSQL: what it has to say goes over a channel.

pub mod ack;
mod backlog;
pub mod bell;
pub mod binlog;
pub mod branch;
pub mod catalog;
pub mod chunk;
pub mod connect;
pub mod error;
pub mod generation;
pub mod install;
pub mod lane;
pub mod options;
pub mod pull;
pub mod reverse;
pub mod settings;
pub mod shape;
pub mod task;
pub mod value;
