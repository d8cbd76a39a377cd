//! Building the extension and the plugin, and putting them where one pair of servers looks for them.
//!
//! Promises: the libraries of all PostgreSQL versions come from one target directory, so what they share compiles once;
//! each is copied aside at once, because the next version's has the same name. Never installs into the system's servers.
//! Called by `cargo xtask up`, `test` and `dist`, and by the demo and the benches through [`up`].

mod artifacts;
mod cargo;
mod extension;
mod freshness;
mod plugin;
mod script;

pub use artifacts::{Artifacts, up};
pub use cargo::{command as cargo, own_dir, profile, target_dir, workspace};
pub use extension::{Extension, extension, lint as lint_extension};
pub use plugin::plugin;
