//! Data-driven cases: a folder of SQL says what happens on the legacy server and what arrives.
//!
//! Promises: a case that is not played is not counted as passed; both sides are compared exactly whatever a case expects; what a case
//! made is gone afterwards, prepared XA branches included. `folder` finds the files, `script` and `golden` read them, `stage` has the
//! servers and sessions, `play` is the order of events. Called by the test binary `cases`; how to write a case is in
//! `tests/cases/README.md`.

mod act;
mod branches;
mod compare;
mod files;
mod golden;
mod play;
mod rows;
mod script;
mod session;
mod stage;
mod variables;

pub use play::play;
