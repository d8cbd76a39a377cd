//! Functions stay short enough to be seen whole.

use super::finding::Finding;
use super::tree::SourceFile;

/// Most lines of a function, from its name to its closing brace.
const LIMIT_LINES: usize = 70;

/// A function and where it begins.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// Finds functions that are too long; `masked` is the file's text without comments and literals.
pub fn check(file: &SourceFile, masked: &str) -> Vec<Finding> {
    functions(masked)
        .into_iter()
        .filter(|function| function.lines > LIMIT_LINES)
        .map(|function| {
            let advice = format!(
                "{} has {} lines, more than {LIMIT_LINES}: split it",
                function.name, function.lines
            );
            Finding::new(&file.path, function.line, "function-size", advice)
        })
        .collect()
}

/// The functions of a masked text.
fn functions(masked: &str) -> Vec<Function> {
    let bytes = masked.as_bytes();
    let mut found = Vec::new();
    for (at, _) in masked.match_indices("fn ") {
        let starts_word =
            at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        let name: String = masked[at + 3..]
            .chars()
            .take_while(|char| char.is_alphanumeric() || *char == '_')
            .collect();
        if starts_word
            && !name.is_empty()
            && let Some(end) = end_of_body(bytes, at)
        {
            let line = 1 + masked[..at].matches('\n').count();
            found.push(Function {
                name,
                line,
                lines: 1 + masked[at..end].matches('\n').count(),
            });
        }
    }
    found
}

/// Where the body of the function that begins at `start` ends; `None` for a declaration without one.
fn end_of_body(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut braces, mut brackets) = (0, 0);
    for (offset, byte) in bytes[start..].iter().enumerate() {
        match byte {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets -= 1,
            b';' if braces == 0 && brackets == 0 => return None,
            b'{' => braces += 1,
            b'}' => {
                braces -= 1;
                if braces == 0 {
                    return Some(start + offset);
                }
                if braces < 0 {
                    return None;
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::masked::mask;
    use super::*;

    fn file(lines: usize) -> SourceFile {
        let body = "    work();\n".repeat(lines - 2);
        SourceFile {
            path: "a.rs".into(),
            text: format!("trait T {{ fn no(a: [u8; 3]); }}\nfn long() {{\n{body}}}\n"),
        }
    }

    #[test]
    fn lines_are_counted_exactly() {
        let counted = functions(&mask(&file(70).text));
        assert_eq!(
            counted,
            [Function {
                name: "long".into(),
                line: 2,
                lines: 70
            }]
        );
    }

    #[test]
    fn long_functions_are_findings() {
        let findings = |lines| {
            let file = file(lines);
            check(&file, &mask(&file.text))
        };
        assert!(findings(70).is_empty());
        assert_eq!(findings(71).len(), 1);
        assert!(findings(71)[0].advice.contains("split it"));
    }
}
