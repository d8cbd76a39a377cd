//! Calling cargo from inside a cargo command.
//!
//! Promises: what the outer cargo put into the environment does not reach the inner one, so that a build started by hand and
//! one started from here find each other's results fresh. Called by the other modules of `build`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::servers::{Lock, lock};

/// The root of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// The build profile: `release`, or what `$TANDEM_PROFILE` says.
pub fn profile() -> String {
    std::env::var("TANDEM_PROFILE").unwrap_or_else(|_| "release".to_string())
}

/// A cargo command that runs in the workspace.
pub fn command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let outer = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
            "PGRX_",
        ];
        if outer.iter().any(|prefix| text.starts_with(prefix))
            || text == "OUT_DIR"
            || text == "CARGO_PRIMARY_PACKAGE"
        {
            command.env_remove(&name);
        }
    }
    command.current_dir(workspace());
    command
}

/// Builds one package with `arguments`; cargo's own messages go to standard error.
pub fn build(package: &str, arguments: &[String], environment: &[(&str, PathBuf)]) -> Result<()> {
    let mut command = command();
    command
        .args(["build", "-p", package, "--profile", &profile()])
        .args(arguments);
    command.envs(environment.iter().cloned());
    let status = command.status().context("could not run cargo")?;
    if !status.success() {
        bail!("could not build package \"{package}\"");
    }
    Ok(())
}

/// The target directory.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => workspace().join(dir),
        None => workspace().join("target"),
    }
}

/// The file that the last build left under `name`.
pub fn built(name: &str) -> PathBuf {
    let folder = if profile() == "dev" {
        "debug".to_string()
    } else {
        profile()
    };
    target_dir().join(folder).join(name)
}

/// A folder of ours in the target directory; made when it is not there.
pub fn own_dir(name: &str) -> Result<PathBuf> {
    let dir = target_dir().join("tandem").join(name);
    std::fs::create_dir_all(&dir)
        .with_context(|| format!("could not create directory \"{}\"", dir.display()))?;
    Ok(dir)
}

/// Keeps other runs from building until it is dropped: builds of two versions write the same file.
pub fn build_lock() -> Result<Lock> {
    lock(&own_dir("")?.join("lock"))
}
