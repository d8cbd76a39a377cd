//! Every module says what it promises.

use super::finding::Finding;
use super::tree::SourceFile;

/// Finds modules that do not begin with a module comment.
pub fn check(file: &SourceFile) -> Option<Finding> {
    let first = file
        .text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let advice =
        "begin with a //! comment: what the module promises, what it never does, who calls it";
    (!first.starts_with("//!")).then(|| Finding::new(&file.path, 1, "module-comment", advice))
}
