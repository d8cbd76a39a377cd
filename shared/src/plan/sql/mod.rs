//! The SQL that a plan runs on each server. Text only: nothing here executes anything.

pub mod ack;
pub mod adapter;
pub mod branch;
pub mod cascade;
pub mod drawn;
pub mod join;
pub mod keys;
pub mod legacy;
pub mod quote;
pub mod reverse;
pub mod upgrade;
pub mod write;
