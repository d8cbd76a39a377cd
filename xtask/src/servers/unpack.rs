//! Unpacking package archives into a root.
//!
//! Promises: afterwards `bin`, `sbin`, `lib` and `lib64` of the root are links into `usr`, whatever the archives shipped,
//! and no maintainer script has run. Called by `root`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::command::run;

/// Unpacks `archives` into `root`.
pub fn unpack(archives: &[PathBuf], root: &Path) -> Result<()> {
    for archive in archives {
        run(Command::new("dpkg-deb").arg("-x").arg(archive).arg(root))
            .with_context(|| format!("could not unpack \"{}\"", archive.display()))?;
    }
    for name in ["bin", "sbin", "lib", "lib64"] {
        merge_under_usr(root, name)?;
    }
    Ok(())
}

fn merge_under_usr(root: &Path, name: &str) -> Result<()> {
    let plain = root.join(name);
    let merged = root.join("usr").join(name);
    fs::create_dir_all(&merged)?;
    match plain.symlink_metadata() {
        Ok(meta) if meta.is_symlink() => return Ok(()),
        Ok(_) => {
            move_into(&plain, &merged)?;
            fs::remove_dir_all(&plain)?;
        }
        Err(_) => {}
    }
    symlink(Path::new("usr").join(name), &plain)?;
    Ok(())
}

/// Moves everything under `from` to the same place under `to`; what is there already stays.
fn move_into(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if target.symlink_metadata().is_err() {
            fs::rename(entry.path(), target)?;
        } else if entry.file_type()?.is_dir() && target.is_dir() {
            move_into(&entry.path(), &target)?;
        }
    }
    Ok(())
}
