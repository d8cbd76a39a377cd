//! Every unsafe block says why it is sound.

use super::finding::Finding;
use super::tree::SourceFile;

/// Lines above a block that its comment may be away, when the statement is a long one.
const REACH_LINES: usize = 12;

/// Finds `unsafe` blocks and implementations without a SAFETY comment.
pub fn check(file: &SourceFile, masked: &str) -> Vec<Finding> {
    let code: Vec<&str> = masked.lines().collect();
    let lines: Vec<&str> = file.text.lines().collect();
    let advice = "say in a // SAFETY: comment above why this is sound";
    (0..code.len())
        .filter(|&index| opens_unsafe(&code, index) && !explained(&code, &lines, index))
        .map(|index| Finding::new(&file.path, index + 1, "safety-comment", advice))
        .collect()
}

fn opens_unsafe(code: &[&str], index: usize) -> bool {
    let Some((_, after)) = code[index].split_once("unsafe") else {
        return false;
    };
    let rest = after.trim_start();
    let next = code
        .get(index + 1)
        .map(|line| line.trim_start())
        .unwrap_or_default();
    let follows = if rest.is_empty() { next } else { rest };
    after.starts_with(|char: char| !char.is_alphanumeric() && char != '_' && char != '(')
        && follows.starts_with(['{'])
        || rest.starts_with("impl") && after.starts_with(' ')
        || after.is_empty() && follows.starts_with('{')
}

/// Looks on the line itself and upwards through the statement, its attributes and the comments above it.
fn explained(code: &[&str], lines: &[&str], index: usize) -> bool {
    if lines[index].contains("SAFETY:") {
        return true;
    }
    for above in (index.saturating_sub(REACH_LINES)..index).rev() {
        if lines[above].contains("SAFETY:") {
            return true;
        }
        let text = code[above].trim();
        let is_comment = text.is_empty() && !lines[above].trim().is_empty();
        let ends_statement = text.ends_with([';', '{', '}']) && !text.ends_with("=> {");
        if !is_comment && (text.is_empty() || ends_statement) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::masked::mask;
    use super::*;

    #[test]
    fn a_block_needs_its_reason() {
        let text = "fn a() {\n    // SAFETY: fine.\n    let b =\n        unsafe { c() };\n    unsafe { d() };\n}\n\
                    unsafe fn e() {}\n// SAFETY: fine.\nunsafe impl Send for F {}\n";
        let file = SourceFile {
            path: "a.rs".into(),
            text: text.into(),
        };
        let lines: Vec<_> = check(&file, &mask(text))
            .into_iter()
            .map(|finding| finding.line)
            .collect();
        assert_eq!(lines, [5]);
    }
}
