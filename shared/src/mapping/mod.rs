//! What the two schemas are and how they correspond.

pub mod catalog;
pub mod check;
pub mod collation;
pub mod document;
pub mod drift;
#[cfg(test)]
pub(crate) mod example;
pub mod keys;
pub mod misfit;
pub mod scaffold;
pub mod schema;
pub mod target;
