//! Who may use what.

use super::finding::Finding;
use super::tree::SourceFile;

/// In files under `folder`, the paths `banned` must not be used.
struct Layer {
    folder: &'static str,
    banned: &'static [&'static str],
    advice: &'static str,
}

const LAYERS: [Layer; 3] = [
    Layer {
        folder: "pg_ext/src/legacy/",
        banned: &["pgrx"],
        advice: "the MySQL end runs in threads that must not touch PostgreSQL: move this to the upgrade end or pass it in",
    },
    Layer {
        folder: "pg_ext/src/upgrade/",
        banned: &["mysql"],
        advice: "the PostgreSQL end knows no client library: move this to the legacy end or pass it in",
    },
    Layer {
        folder: "shared/src/",
        banned: &[
            "pgrx",
            "mysql",
            "std::time",
            "std::thread",
            "std::fs",
            "std::net",
        ],
        advice: "the shared code is pure: no server, no clock, no threads, no input or output (plain address and duration types are in core)",
    },
];

/// Finds uses of a crate or module that the file's layer must not know. Tests may read their cases from files.
pub fn check(file: &SourceFile, masked: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if file.is_test() {
        return findings;
    }
    for layer in LAYERS
        .iter()
        .filter(|layer| file.path.starts_with(layer.folder))
    {
        for (index, line) in masked.lines().enumerate() {
            if let Some(banned) = layer.banned.iter().find(|banned| uses(line, banned)) {
                findings.push(Finding::new(
                    &file.path,
                    index + 1,
                    "layer",
                    format!("{banned}: {}", layer.advice),
                ));
            }
        }
    }
    findings
}

/// Whether the line names the path, as its beginning: `use name`, `name::x`, `extern crate name`.
fn uses(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let starts =
            !before.ends_with(|char: char| char.is_alphanumeric() || char == '_' || char == ':');
        let imported = ["use", "crate"]
            .iter()
            .any(|word| before.trim_end().ends_with(word));
        let ends = !after.starts_with(|char: char| char.is_alphanumeric() || char == '_');
        starts && ends && (imported || after.starts_with("::"))
    })
}

#[cfg(test)]
mod tests {
    use super::uses;

    #[test]
    fn paths_are_told_from_words() {
        assert!(uses("use mysql::Conn;", "mysql"));
        assert!(uses("    let c = mysql::Conn::new();", "mysql"));
        assert!(uses("use mysql;", "mysql"));
        assert!(uses("use std::time::Instant;", "std::time"));
        assert!(!uses("use crate::types::mysql::Text;", "mysql"));
        assert!(!uses("let mysql = true;", "mysql"));
        assert!(!uses("tandem_mysql::run();", "mysql"));
    }
}
