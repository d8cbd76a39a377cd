//! The simulator: a model source, a model target, a network between them, an operator, and everything that can happen to them, driven by
//! one number.
//!
//! ```text
//! writers ─► source ◄── network (two lanes) ──► worker: model driver + the real machine ──► target
//!   tests: runs          scenario: what a seed decides       agenda: what happens when
//!   world: the run and its stages, settled and idle          happen: writers, bells, copies, faults, recoveries
//!   checks: the promises (also in network, target, world)    broken: rules broken on purpose
//! ```
//!
//! Promise: a seed repeats its run exactly, on every machine. Chance comes from `dice` alone, time is the agenda's.

mod agenda;
mod applier;
pub(super) mod broken;
mod checks;
mod dice;
mod happen;
mod model;
mod network;
mod scenario;
mod source;
mod target;
mod tests;
mod worker;
mod world;
