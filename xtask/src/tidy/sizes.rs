//! Files stay small enough to be read in one go.

use super::finding::Finding;
use super::tree::SourceFile;

/// From this many lines on we ask.
const QUESTION_LINES: usize = 600;
/// From this many lines on we refuse.
const FAILURE_LINES: usize = 900;
/// Endings of files that people write and read as code.
const CODE: [&str; 3] = [".rs", ".sql", ".sh"];

/// Checks the length of one file; tests may be long.
pub fn check(file: &SourceFile) -> Option<Finding> {
    let is_code = CODE.iter().any(|ending| file.path.ends_with(ending));
    if !is_code || file.is_test() {
        return None;
    }
    let lines = file.text.lines().count();
    let mut finding = Finding::new(
        &file.path,
        lines,
        "file-size",
        format!("{lines} lines: split the file by its nouns ({FAILURE_LINES} is the limit)"),
    );
    finding.question = lines < FAILURE_LINES;
    (lines >= QUESTION_LINES).then_some(finding)
}
