//! The Sakila database.
//!
//! Promises: read where it lies beside the checkout; nothing of it is copied into the project. Called by `subject`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::bench::program;
use crate::bench::stage::Stage;
use crate::build;

/// The database's name, which its script sets.
pub const DATABASE: &str = "sakila";

/// The scripts that make it, in order; `None` when they are not there.
pub fn find() -> Option<[PathBuf; 2]> {
    let dir = build::workspace().join("../shared/data/sakila");
    let files = ["schema.sql", "data.sql"].map(|name| dir.join(name));
    files.iter().all(|file| file.exists()).then_some(files)
}

/// Makes the database on the legacy server.
pub fn load(stage: &Stage, files: &[PathBuf]) -> Result<()> {
    files.iter().try_for_each(|file| feed(stage, file))
}

fn feed(stage: &Stage, file: &Path) -> Result<()> {
    let script = std::fs::File::open(file)
        .with_context(|| format!("could not read \"{}\"", file.display()))?;
    let output = program::legacy_client(stage, "mysql")
        .stdin(script)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    if !output.status.success() {
        bail!(
            "\"{}\" failed: {}",
            file.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}
