//! A file is named after what it is about.

use super::finding::Finding;
use super::tree::SourceFile;

/// Names that say nothing.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "misc"];

/// Finds files and folders whose name says nothing.
pub fn check(file: &SourceFile) -> Option<Finding> {
    let empty = file
        .path
        .split('/')
        .map(|part| part.split('.').next().unwrap_or(part))
        .find(|stem| EMPTY_NAMES.contains(stem))?;
    let advice = format!("\"{empty}\" names nothing: name the file after the one noun it is about");
    Some(Finding::new(&file.path, 1, "file-name", advice))
}
