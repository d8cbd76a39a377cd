//! Making the programs of a root run from there, with the root's own loader and libraries.
//!
//! Promises: a patched program needs no wrapper and no environment, wherever it is copied or linked to on this machine, as
//! long as the root stays. Called by `root` before the root is moved into place, so paths are those of the final place.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::command::{capture, run};

/// Patches every program in `dirs` (relative to the root) of the root at `fresh`, which will live at `place`.
pub fn patch_programs(fresh: &Path, place: &Path, dirs: &[String]) -> Result<()> {
    let loader = find_loader(fresh)?;
    let multiarch = loader
        .parent()
        .context("the loader has no folder")?
        .to_path_buf();
    let rpath = [place.join(&multiarch), place.join("usr/lib")]
        .map(|path| path.display().to_string())
        .join(":");
    for dir in dirs {
        for entry in fs::read_dir(fresh.join(dir))
            .with_context(|| format!("the packages have no \"{dir}\""))?
        {
            let path = entry?.path();
            if path.symlink_metadata()?.is_file() && is_program(&path)? {
                run(Command::new("patchelf")
                    .arg("--set-interpreter")
                    .arg(place.join(&loader))
                    .args(["--force-rpath", "--set-rpath", &rpath])
                    .arg(&path))?;
            }
        }
    }
    Ok(())
}

/// The root's dynamic loader, relative to the root.
fn find_loader(root: &Path) -> Result<PathBuf> {
    for entry in fs::read_dir(root.join("usr/lib"))? {
        let folder = entry?.path();
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name.starts_with("ld-linux") && path.is_file() {
                return Ok(path.strip_prefix(root)?.to_path_buf());
            }
        }
    }
    bail!("the packages have no dynamic loader")
}

/// Whether the file is a dynamically linked program.
fn is_program(path: &Path) -> Result<bool> {
    let mut magic = [0; 4];
    let elf = File::open(path)?.read_exact(&mut magic).is_ok() && magic == *b"\x7fELF";
    Ok(elf
        && capture(
            Command::new("patchelf")
                .arg("--print-interpreter")
                .arg(path),
        )
        .is_ok())
}
