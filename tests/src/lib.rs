//! The harness for tests on real servers.

pub mod pair;
