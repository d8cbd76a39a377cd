//! A check of finished packages against the servers themselves.
//!
//! Promises: the servers are asked where they look, not us. Called by `dist`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::PLUGIN_DIR;
use crate::servers::{LegacyEngine, Root, UpgradeEngine, capture};

/// Fails unless the package puts the plugin where every legacy server looks for plugins.
pub fn plugin(archive: &Path) -> Result<()> {
    require(archive, &format!("{PLUGIN_DIR}/tandem.so"))?;
    for engine in LegacyEngine::ALL {
        let root = Root::legacy(engine)?;
        let help = capture(
            Command::new(root.server_program(engine))
                .args(["--no-defaults", "--verbose", "--help", "--user=root"])
                .arg(format!(
                    "--lc-messages-dir={}",
                    root.messages_dir().display()
                )),
        )?;
        let looks = help
            .lines()
            .find_map(|line| line.strip_prefix("plugin-dir"))
            .map(str::trim);
        let looks =
            looks.with_context(|| format!("{engine} does not say where it looks for plugins"))?;
        // MySQL finds its own place and looks from there, in a root or in the system.
        let inside = Path::new(looks)
            .strip_prefix(root.path())
            .unwrap_or(Path::new(looks));
        if inside.to_string_lossy().trim_matches('/') != PLUGIN_DIR {
            bail!("{engine} looks for plugins in \"{looks}\", not in \"/{PLUGIN_DIR}\"");
        }
    }
    Ok(())
}

/// Fails unless the package puts the extension where the server looks for it.
pub fn extension(archive: &Path, engine: UpgradeEngine) -> Result<()> {
    if engine == UpgradeEngine::Pg16 {
        // The server we test with is not Debian's; the paths are the same as for the other versions.
        return Ok(());
    }
    let root = Root::upgrade(engine)?;
    let ask = |what: &str| -> Result<String> {
        let path = capture(Command::new(root.pg_config(engine)).arg(what))?;
        let inside = Path::new(path.trim())
            .strip_prefix(root.path())
            .context("the server's paths lead out of its root")?;
        Ok(inside.to_string_lossy().into_owned())
    };
    let (library, share) = (ask("--pkglibdir")?, ask("--sharedir")?);
    require(archive, &format!("{library}/tandem.so"))?;
    require(archive, &format!("{share}/extension/tandem.control"))?;
    require(
        archive,
        &format!(
            "{share}/extension/tandem--{}.sql",
            env!("CARGO_PKG_VERSION")
        ),
    )
}

fn require(archive: &Path, path: &str) -> Result<()> {
    let contents = capture(Command::new("dpkg-deb").arg("--contents").arg(archive))?;
    let wanted = format!("./{path}");
    if contents
        .lines()
        .any(|line| line.split_whitespace().next_back() == Some(&wanted))
    {
        return Ok(());
    }
    bail!("\"{}\" does not have {wanted}", archive.display())
}
