//! The commands of the project, as a library: tests, the demo and the benches use the same code as `cargo xtask`.
//!
//! Promises: nothing of the system's own database servers is touched, started or replaced; everything made lies in a
//! cache of server files or in a directory the caller names. Never used by the extension or the plugin.

pub mod bench;
pub mod build;
pub mod compatibility;
pub mod demo;
pub mod dist;
pub mod interrupt;
pub mod servers;
pub mod test;
pub mod tidy;
