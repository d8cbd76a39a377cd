//! The harness for tests on real servers.
//!
//! `ends` are the two servers of a test, `link` binds them, `load` writes on the legacy side and knows what it committed, `proxy`
//! and `faults` break things, `cases` plays folders of SQL, `condition` waits, `trace` looks for what should not be there.

pub mod cases;
pub mod condition;
pub mod dice;
pub mod disk;
pub mod ends;
pub mod faults;
pub mod gate;
pub mod link;
pub mod load;
pub mod pair;
pub mod private;
pub mod proxy;
pub mod sakila;
pub mod scene;
pub mod suite;
pub mod trace;
pub mod upgrade_sql;
pub mod values;
