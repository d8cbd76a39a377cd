//! Building the plugin, one library for every legacy server.
//!
//! Called by `artifacts` and `dist`.

use std::path::PathBuf;

use anyhow::Result;

use super::cargo;
use crate::servers::install_file;

/// Builds the plugin and returns its library, set aside under the profile. Installed as `tandem.so`.
pub fn plugin() -> Result<PathBuf> {
    let _lock = cargo::build_lock()?;
    cargo::build("tandem-mysql", &[], &[])?;
    let library = cargo::own_dir(&cargo::profile())?.join("tandem-mysql.so");
    install_file(&cargo::built("libtandem_mysql.so"), &library)?;
    Ok(library)
}
