//! What is wrong, doubtful or worth knowing before a link starts: all of it at once.

pub mod facts;
mod severity;

pub use facts::LegacyServerFacts;
pub use severity::Severity;
