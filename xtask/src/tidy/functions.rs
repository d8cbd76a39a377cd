//! Functions stay short; the long ones there are may only get shorter.
//!
//! Promises: the list of long functions, `xtask/long-functions.txt`, is exact: one line each, `path name lines`. A function
//! that grew, a new long one, and a line that is no longer true are findings.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::finding::Finding;
use super::masked::mask;
use super::tree::SourceFile;

/// Most lines of a function, from its name to its closing brace.
const LIMIT_LINES: usize = 70;
/// Where the long ones are listed.
const RATCHET: &str = "xtask/long-functions.txt";

/// A function and where it begins.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// Finds functions that are too long and are not listed, or are longer than listed, and list entries that are not true.
pub fn check(files: &[SourceFile]) -> Result<Vec<Finding>> {
    let list = files
        .iter()
        .find(|file| file.path == RATCHET)
        .map_or("", |file| &file.text);
    let mut allowed = read_list(list)?;
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        for function in functions(&mask(&file.text)) {
            if function.lines <= LIMIT_LINES {
                continue;
            }
            let listed = allowed.remove(&(file.path.clone(), function.name.clone()));
            let advice = match listed {
                Some(lines) if lines == function.lines => continue,
                Some(lines) if lines > function.lines => {
                    format!(
                        "{} got shorter: write {} in {RATCHET}",
                        function.name, function.lines
                    )
                }
                _ => format!(
                    "{} has {} lines, more than {LIMIT_LINES}: split it",
                    function.name, function.lines
                ),
            };
            findings.push(Finding::new(
                &file.path,
                function.line,
                "function-size",
                advice,
            ));
        }
    }
    for (path, name) in allowed.keys() {
        let advice = format!("{name} is not long any more: remove it from {RATCHET}");
        findings.push(Finding::new(path, 1, "function-size", advice));
    }
    Ok(findings)
}

fn read_list(text: &str) -> Result<BTreeMap<(String, String), usize>> {
    let mut list = BTreeMap::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [path, name, lines] = fields[..] else {
            anyhow::bail!("{RATCHET}: \"{line}\" is not \"path name lines\"")
        };
        let lines = lines
            .parse()
            .with_context(|| format!("{RATCHET}: \"{lines}\" is not a number of lines"))?;
        list.insert((path.to_string(), name.to_string()), lines);
    }
    Ok(list)
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
    use super::*;

    fn file(lines: usize) -> SourceFile {
        let body = "    work();\n".repeat(lines - 2);
        SourceFile {
            path: "a.rs".into(),
            text: format!("trait T {{ fn no(a: [u8; 3]); }}\nfn long() {{\n{body}}}\n"),
        }
    }

    fn advice(lines: usize, list: &str) -> Vec<String> {
        let list = SourceFile {
            path: RATCHET.into(),
            text: list.into(),
        };
        let findings = check(&[file(lines), list]).expect("the list can be read");
        findings.into_iter().map(|finding| finding.advice).collect()
    }

    #[test]
    fn long_functions_are_counted_exactly() {
        let counted = functions(&mask(&file(70).text));
        assert_eq!(
            counted,
            [Function {
                name: "long".into(),
                line: 2,
                lines: 70
            }]
        );
        assert!(advice(70, "").is_empty());
        assert!(advice(71, "")[0].contains("split it"));
    }

    #[test]
    fn the_list_only_shrinks() {
        assert!(advice(80, "a.rs long 80\n").is_empty());
        assert!(advice(81, "a.rs long 80\n")[0].contains("split it"));
        assert!(advice(79, "a.rs long 80\n")[0].contains("write 79"));
        assert!(advice(60, "a.rs long 80\n")[0].contains("remove it"));
    }
}
