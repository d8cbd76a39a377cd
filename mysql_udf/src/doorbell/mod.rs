//! The doorbell: who rang last, and who waits to hear it.
//!
//! - [`table_id`]: a table id and its two parts.
//! - [`memory`]: what is remembered of past rings, bounded, and what a reader may conclude from it.
//! - [`bell`]: the shared doorbell: ringing, waiting, closing.
//! - [`answer`]: what a waiting call returns.
//!
//! It never does I/O, never looks at a session, and knows nothing of the server. Called by `fire`, `wait` and `plugin`.

pub mod answer;
pub mod bell;
pub mod memory;
pub mod table_id;

#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use bell::{Doorbell, Request};
pub use table_id::TableId;
