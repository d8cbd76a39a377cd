//! What a case folder says of itself, and the compatibility page made from all of them.
//!
//! Promises: a `case.toml` with a field that is misspelt, missing or empty is refused with its path; the page is a function of the
//! folders and of nothing else. Called by `cargo xtask compatibility`, `tidy` and
//! `test`, and by the tests that play the cases.

mod case;
mod folder;
mod page;

use anyhow::{Result, ensure};

pub use case::{Case, Setting, Verify};
pub use folder::{CASES, Folder, folders};

use crate::build::workspace;

/// Where the page is, from the root of the workspace.
pub const PAGE: &str = "docs/compatibility.md";

/// Writes the page.
pub fn write() -> Result<()> {
    Ok(std::fs::write(
        workspace().join(PAGE),
        page::page(&folders()?),
    )?)
}

/// Fails unless the page is what `write` would write.
pub fn check() -> Result<()> {
    let there = std::fs::read_to_string(workspace().join(PAGE)).unwrap_or_default();
    ensure!(
        there == page::page(&folders()?),
        "{PAGE}: not what the cases say: run `cargo xtask compatibility`"
    );
    Ok(())
}
