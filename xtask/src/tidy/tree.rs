//! The files that the rules are about: those in git and those that would be, without what is ignored.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::build::workspace;
use crate::servers::capture;

/// A text file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the workspace.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl SourceFile {
    /// Whether this is nothing but tests.
    pub fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
    }

    /// Whether this is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// Reads every text file of the workspace.
pub fn read() -> Result<Vec<SourceFile>> {
    let mut git = Command::new("git");
    git.current_dir(workspace()).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let listed = capture(&mut git)?;
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // A file that is in the index and not on the disk, or that is not text, is no business of ours.
        if let Ok(text) = std::fs::read_to_string(Path::new(workspace()).join(path)) {
            files.push(SourceFile {
                path: path.to_string(),
                text,
            });
        }
    }
    Ok(files)
}
