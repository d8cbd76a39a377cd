//! The simulator: a model source, a model target, a network between them and everything that can happen to the three, driven by one
//! number.
mod agenda;
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
