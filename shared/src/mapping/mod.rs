//! What the two schemas are and how they correspond.

pub mod catalog;
pub mod check;
