//! Real database servers, private to one directory.
//!
//! Promises: a server's files are fetched once into a cache that several runs may share; an instance lives wholly in the
//! directory given (plus a short socket directory where the path is too long); two instances never share a file that one
//! of them may change. Never touches a server or a configuration of the system. Called by `cargo xtask`, the integration
//! tests, the demo and the benches.

mod account;
mod apt;
mod cache;
mod command;
mod config;
mod copy;
mod engine;
mod home;
mod leftover;
mod legacy;
mod legacy_setup;
mod mirror;
mod pair;
mod patch;
mod port;
mod process;
mod recipe;
mod replica;
mod report;
mod root;
mod standby;
mod system;
mod tls;
mod unpack;
mod upgrade;
mod upgrade_setup;
mod wheel;

pub use cache::{Lock, lock};
pub use command::{capture, run};
pub use copy::install_file;
pub use engine::{LegacyEngine, UpgradeEngine};
pub use legacy::Legacy;
pub use pair::{Pair, PairOptions, remove as remove_pair, remove_pairs_in};
pub use process::alive;
pub use report::{Endpoint, Report};
pub use root::Root;
pub use system::need_for_building;
pub use upgrade::Upgrade;
