//! Rules for every text file: no blanks at a line's end, nothing that is true on one machine only.

use std::process::Command;

use super::finding::Finding;
use super::tree::SourceFile;
use crate::servers::capture;

/// Beginnings of paths that exist on somebody's machine only. Put together here so that this file does not break the rule.
const LOCAL_PATHS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];

/// The hosts of the package mirrors that this machine uses, which no file may name.
pub fn mirror_hosts() -> Vec<String> {
    let sites = capture(Command::new("apt-get").args(["indextargets", "--format", "$(SITE)"]))
        .unwrap_or_default();
    let mut hosts: Vec<String> = sites
        .lines()
        .filter_map(|site| {
            site.split_once("://")?
                .1
                .split('/')
                .next()
                .map(str::to_string)
        })
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Checks one file line by line.
pub fn check(file: &SourceFile, hosts: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let mut find =
            |rule, advice: String| findings.push(Finding::new(&file.path, index + 1, rule, advice));
        if line.ends_with([' ', '\t', '\r']) {
            find(
                "trailing-space",
                "remove the blanks at the end of the line".to_string(),
            );
        }
        if let Some(path) = LOCAL_PATHS.iter().find(|path| has_path(line, path)) {
            find(
                "local-path",
                format!("do not name {path}: it exists on one machine only"),
            );
        }
        if let Some(host) = hosts.iter().find(|host| line.contains(host.as_str())) {
            find(
                "mirror-host",
                format!("do not name {host}: read the mirror from the machine's own configuration"),
            );
        }
    }
    findings
}

/// Whether the absolute path stands in the line, and not the end of a longer path.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|char| char.is_alphanumeric() || "._-}/)".contains(char))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_paths_and_blanks_are_found() {
        let text = format!(
            "good\nbad \nsee {}main\nour{}main\n",
            LOCAL_PATHS[0], LOCAL_PATHS[0]
        );
        let file = SourceFile {
            path: "a.md".into(),
            text,
        };
        let rules: Vec<_> = check(&file, &[])
            .into_iter()
            .map(|finding| (finding.line, finding.rule))
            .collect();
        assert_eq!(rules, [(2, "trailing-space"), (3, "local-path")]);
    }
}
