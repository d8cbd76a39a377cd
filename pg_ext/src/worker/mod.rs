//! The background workers: one for each link, helpers for the initial copy and for comparisons.

pub mod backfill;
pub mod launcher;
pub mod link;
pub mod plans;
pub mod side_log;
pub mod signals;
pub mod spawn;
pub mod verify;
pub mod wake;
