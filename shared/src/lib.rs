//! The pure core of Tandem: values, types, mapping, translation and the loop.
//!
//! No I/O, no clock, no threads, no unsafe: what is here runs the same in both servers, in the simulator and in a unit test.
#![forbid(unsafe_code)]

pub mod binlog;
pub mod change;
pub mod digest;
pub mod flow;
pub mod mapping;
pub mod plan;
pub mod row;
pub mod sqlstate;
pub mod translate;
pub mod types;
pub mod value;
pub mod xid;
