//! The rules of the code base that a machine can check.
//!
//! Promises: one finding per line, `path:line: rule: what to do`; no file is changed. A question is shown and does not
//! fail. Called by `cargo xtask tidy` and by `cargo xtask test`.

mod documents;
mod finding;
mod functions;
mod layers;
mod masked;
mod names;
mod safety;
mod sizes;
mod sql;
mod text;
mod tree;

use anyhow::{Result, bail};

pub use finding::Finding;
use tree::SourceFile;

/// Checks every file of the workspace, prints the findings to standard error, and fails if there are any but questions.
pub fn check() -> Result<()> {
    let findings = findings(&tree::read()?)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.iter().filter(|finding| !finding.question).count() {
        0 => Ok(()),
        count => bail!("{count} findings to put right"),
    }
}

fn findings(files: &[SourceFile]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let hosts = text::mirror_hosts();
    for file in files {
        findings.extend(names::check(file));
        findings.extend(text::check(file, &hosts));
        findings.extend(sizes::check(file));
        if file.is_rust() {
            let masked = masked::mask(&file.text);
            findings.extend(documents::check(file));
            findings.extend(functions::check(file, &masked));
            findings.extend(layers::check(file, &masked));
            findings.extend(safety::check(file, &masked));
        }
    }
    findings.extend(sql::check(files));
    findings.sort();
    Ok(findings)
}
