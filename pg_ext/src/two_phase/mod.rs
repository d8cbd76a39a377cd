//! The exception path: a write here goes to the legacy database first, as part of the caller's own transaction.
//!
//! ```text
//! install    the triggers of a routed table
//! ```

pub mod install;
mod trigger;
