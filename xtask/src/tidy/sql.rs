//! Every object that the extension makes has a comment.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::tree::SourceFile;

/// Kinds of objects, the longer names first where one begins like another.
const KINDS: [&str; 14] = [
    "MATERIALIZED VIEW",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "EVENT TRIGGER",
    "FUNCTION",
    "PROCEDURE",
    "AGGREGATE",
    "OPERATOR",
    "VIEW",
    "TABLE",
    "TYPE",
    "DOMAIN",
    "SEQUENCE",
    "SCHEMA",
];
/// Words that may stand between CREATE and the kind.
const MODIFIERS: [&str; 5] = [
    "OR REPLACE ",
    "UNLOGGED ",
    "TEMPORARY ",
    "TEMP ",
    "RECURSIVE ",
];

/// Finds objects of `pg_ext/sql/*.sql` that are created more often than they are commented on.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut created: BTreeMap<(&str, String), Vec<(String, usize)>> = BTreeMap::new();
    let mut commented: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for file in files.iter().filter(|file| is_script(&file.path)) {
        for (line, statement) in statements(&file.text) {
            if let Some(rest) = statement.strip_prefix("COMMENT ON ") {
                if let Some(object) = object(rest) {
                    *commented.entry(object).or_default() += 1;
                }
            } else if let Some(object) = statement
                .strip_prefix("CREATE ")
                .and_then(|rest| object(without_modifiers(rest)))
            {
                created
                    .entry(object)
                    .or_default()
                    .push((file.path.clone(), line));
            }
        }
    }
    let mut findings = Vec::new();
    for ((kind, name), places) in created {
        let comments = commented.get(&(kind, name.clone())).copied().unwrap_or(0);
        for (path, line) in places.into_iter().skip(comments) {
            findings.push(Finding::new(
                &path,
                line,
                "sql-comment",
                format!("add COMMENT ON {kind} {name}"),
            ));
        }
    }
    findings
}

fn is_script(path: &str) -> bool {
    path.starts_with("pg_ext/sql/") && path.ends_with(".sql")
}

/// The statements of a script with their lines: keywords in capitals, comments and quoted text blanked, blanks squeezed.
fn statements(text: &str) -> Vec<(usize, String)> {
    let masked = mask(text);
    let mut statements = Vec::new();
    let mut line = 1;
    for statement in masked.split(';') {
        let leading = statement.len() - statement.trim_start().len();
        let first = line + statement[..leading].matches('\n').count();
        line += statement.matches('\n').count();
        let squeezed = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        statements.push((first, squeezed));
    }
    statements
        .into_iter()
        .map(|(line, text)| (line, text.replace("IF NOT EXISTS ", "")))
        .collect()
}

/// Blanks comments, string literals and dollar-quoted bodies, and turns the rest into capitals; lines stay.
fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let quoted = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if char == '\'' {
            rest[1..].find('\'').map_or(rest.len(), |at| at + 2)
        } else if let Some(tag) = dollar_tag(rest) {
            rest[tag.len()..]
                .find(tag)
                .map_or(rest.len(), |at| at + 2 * tag.len())
        } else {
            out.extend(char.to_uppercase());
            rest = &rest[char.len_utf8()..];
            continue;
        };
        out.extend(
            rest[..quoted]
                .chars()
                .map(|char| if char == '\n' { '\n' } else { ' ' }),
        );
        rest = &rest[quoted..];
    }
    out
}

fn dollar_tag(text: &str) -> Option<&str> {
    let end = text.strip_prefix('$')?.find('$')? + 2;
    let name = &text[1..end - 1];
    name.chars()
        .all(|char| char.is_alphanumeric() || char == '_')
        .then(|| &text[..end])
}

fn without_modifiers(mut text: &str) -> &str {
    while let Some(rest) = MODIFIERS.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest;
    }
    text
}

/// The kind and the name at the beginning of `text`; the name in small letters, without arguments.
fn object(text: &str) -> Option<(&'static str, String)> {
    KINDS.iter().find_map(|kind| {
        let rest = text.strip_prefix(kind)?.strip_prefix(' ')?;
        let name: String = rest
            .chars()
            .take_while(|char| !char.is_whitespace() && *char != '(')
            .collect();
        Some((*kind, name.to_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_needs_a_comment() {
        let text = "-- CREATE TABLE no;\nCREATE TABLE IF NOT EXISTS tandem.a (b int);\ncomment on table tandem.a is 'x; CREATE VIEW';\n\
                    CREATE OR REPLACE FUNCTION tandem.f(a int)\nRETURNS int LANGUAGE sql AS $$ SELECT 1; CREATE TABLE z $$;\n\
                    CREATE FUNCTION tandem.f() RETURNS int AS 'x', 'y' LANGUAGE c;\nCOMMENT ON FUNCTION tandem.f() IS 'one';\n\
                    CREATE VIEW tandem.v AS SELECT 1;\n";
        let file = SourceFile {
            path: "pg_ext/sql/10_a.sql".into(),
            text: text.into(),
        };
        let found: Vec<_> = check(&[file])
            .into_iter()
            .map(|finding| (finding.line, finding.advice))
            .collect();
        let expected = [
            (6, "add COMMENT ON FUNCTION tandem.f"),
            (8, "add COMMENT ON VIEW tandem.v"),
        ];
        assert_eq!(
            found,
            expected.map(|(line, advice)| (line, advice.to_string()))
        );
    }
}
