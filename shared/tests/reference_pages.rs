//! The reference pages say what the code says: every code with its meaning, every option, function and view by its name.
//!
//! Promise: a code, an option, a function or a view that is added or reworded without its page fails here, and the failure is the line to write.

use std::fs;
use std::path::{Path, PathBuf};

use tandem_shared::mapping::check::CODES;
use tandem_shared::mapping::document::ColumnMap;
use tandem_shared::mapping::scaffold::NOTE_KINDS;
use tandem_shared::types::CODES as VALUE_CODES;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn has_lines(page: &str, lines: impl Iterator<Item = String>) {
    let text = read(page);
    let missing: Vec<String> = lines
        .filter(|line| !text.lines().any(|known| known == line))
        .collect();
    assert!(missing.is_empty(), "{page} lacks:\n{}", missing.join(".."));
}

#[test]
fn errors_has_every_code_of_a_check() {
    let line = |doc: &tandem_shared::mapping::check::CodeDoc| {
        let (code, severity) = (doc.code, doc.severity.name());
        format!(
            "| `{code}` | {severity} | {} | {} |",
            doc.meaning, doc.action
        )
    };
    has_lines("docs/reference/errors.md", CODES.iter().map(line));
}

#[test]
fn errors_has_every_code_of_a_value_and_every_kind_of_note() {
    let all = VALUE_CODES.iter().chain(NOTE_KINDS);
    let lines = all.map(|(code, meaning)| format!("| `{code}` | {meaning} |"));
    has_lines("docs/reference/errors.md", lines);
}

/// What follows `before` in a text, up to the first character that is none of a name.
fn names<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

fn names_all(page: &str, source: &str, before: &str) {
    let (page_text, source_text) = (read(page), read(source));
    let found: Vec<&str> = names(&source_text, before).collect();
    assert!(!found.is_empty(), "{source} has no \"{before}\"");
    for name in found {
        assert!(
            page_text.contains(name),
            "{page} does not name {name} of {source}"
        );
    }
}

#[test]
fn functions_views_and_options_have_their_places() {
    names_all(
        "docs/reference/functions.md",
        "pg_ext/sql/30_functions.sql",
        "CREATE FUNCTION tandem.",
    );
    names_all(
        "docs/reference/views.md",
        "pg_ext/sql/40_views.sql",
        "CREATE VIEW tandem.",
    );
    let options = read("pg_ext/src/legacy/options.rs");
    let page = read("docs/reference/settings.md");
    let (_, list) = options.split_once("pub const OPTIONS").unwrap_or_default();
    let (list, _) = list.split_once("];").unwrap_or_default();
    for name in list
        .split("Place::")
        .filter_map(|before| before.rsplit('"').nth(1))
    {
        let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(
            !is_name || page.contains(&format!("`{name}`")),
            "settings.md does not name option {name}"
        );
    }
}

#[test]
fn column_maps_has_an_example_of_each_kind() {
    let page = read("docs/column-maps.md");
    let mut kinds = Vec::new();
    for section in page.split("\n## ").skip(1) {
        let (kind, text) = section.split_once('\n').expect("a title");
        let example = text
            .split("```")
            .nth(1)
            .and_then(|text| text.strip_prefix("json"));
        let example = example.unwrap_or_else(|| panic!("{kind} has no example"));
        let map: ColumnMap = serde_json::from_str(example)
            .unwrap_or_else(|error| panic!("example of {kind}: {error}"));
        let written = serde_json::to_value(&map).expect("json");
        assert_eq!(written["kind"], kind);
        kinds.push(kind);
    }
    let schema = tandem_shared::mapping::schema::JSON_SCHEMA;
    let elsewhere = ["copy", "constant", "sql", "reference"];
    for map in [MAPS, &elsewhere].concat() {
        assert!(schema.contains(&format!("\"const\": \"{map}\"")), "{map}");
    }
    assert_eq!(kinds, MAPS);
}

/// The kinds of column maps that are lenses.
const MAPS: &[&str] = &[
    "default", "lookup", "boolean", "concat", "split", "scale", "zone", "date", "epoch", "number",
    "flags", "labels", "pack", "unpack", "uuid",
];
