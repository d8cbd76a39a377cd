//! The harness for tests on real servers.
