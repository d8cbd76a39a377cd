//! The PostgreSQL end: everything that touches the upgrade database. Never speaks to the legacy server.

pub mod apply;
pub mod batch;
pub mod catalog;
pub mod copy;
pub mod jsonb;
pub mod park;
pub mod stream;
pub mod target;
pub mod transaction;
