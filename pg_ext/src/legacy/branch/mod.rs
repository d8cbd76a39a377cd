//! Writing to the legacy server on behalf of a transaction of the upgrade server.
//!
//! ```text
//! line     a thread with one connection that does what a backend asks, one thing after the other
//! writer   that connection, and the branch on it        row   single rows: written, read back
//! kill     ending a connection whose answer nobody waits for any more
//! ```
//!
//! Promise: a branch that was not prepared goes with its connection; a connection whose state is not known is never used again.

pub mod kill;
pub mod line;
pub mod row;
pub mod writer;
