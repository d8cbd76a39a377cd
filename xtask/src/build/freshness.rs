//! Whether a library set aside is still what its sources make.
//!
//! Promises: decided by the contents of everything the library is made of, not by times, so a switch between PostgreSQL
//! versions costs nothing (cargo itself builds anew at each switch, because both libraries have one file name). Called by
//! `extension`.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::cargo;
use crate::servers::capture;

/// What the extension is made of, relative to the workspace.
const SOURCES: [&str; 5] = ["Cargo.toml", "Cargo.lock", ".cargo", "shared", "pg_ext"];

/// A number that changes whenever the extension's sources, its compiler or `arguments` do.
pub fn of_extension(arguments: &[String]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    arguments.hash(&mut hasher);
    cargo::profile().hash(&mut hasher);
    std::env::var_os("RUSTFLAGS").hash(&mut hasher);
    capture(
        Command::new("rustc")
            .arg("-vV")
            .current_dir(cargo::workspace()),
    )?
    .hash(&mut hasher);
    for source in SOURCES {
        hash_tree(&cargo::workspace().join(source), &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash_tree(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let failed = || format!("could not read \"{}\"", path.display());
    path.hash(hasher);
    if !path.is_dir() {
        fs::read(path).with_context(failed)?.hash(hasher);
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path).with_context(failed)? {
        entries.push(entry?.path());
    }
    entries.sort();
    entries
        .iter()
        .try_for_each(|entry| hash_tree(entry, hasher))
}
