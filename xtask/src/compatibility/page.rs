//! The page as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Folder;
use crate::servers::LegacyEngine;

/// Sections of the page, in order: the group and its heading. Other groups follow under their own names.
const SECTIONS: [(&str, &str); 3] = [
    ("changes", "Changes"),
    ("ddl", "Schema changes and what triggers do not see"),
    ("values", "Types and values"),
];
const HEAD: &str = "# Compatibility

What Tandem does with each statement and each type, as its test cases show it. Each row was seen on the legacy servers that it names and is
seen again by every `cargo xtask test`; the case's folder has the statements and what arrives.

This page is made from the cases: `cargo xtask compatibility` writes it anew.
";

/// The page for these cases.
pub fn page(folders: &[Folder]) -> String {
    let mut groups: BTreeMap<&str, Vec<&Folder>> = BTreeMap::new();
    for folder in folders {
        groups.entry(&folder.group).or_default().push(folder);
    }
    let mut page = String::from(HEAD);
    for (group, heading) in SECTIONS {
        if let Some(cases) = groups.remove(group) {
            section(&mut page, heading, &cases);
        }
    }
    for (group, cases) in groups {
        section(&mut page, group, &cases);
    }
    page
}

fn section(page: &mut String, heading: &str, cases: &[&Folder]) {
    let mut rows: BTreeMap<&str, Vec<&Folder>> = BTreeMap::new();
    for folder in cases {
        for about in &folder.case.about {
            rows.entry(about).or_default().push(folder);
        }
    }
    // Writing to a String does not fail.
    let _ = write!(
        page,
        "\n## {heading}\n\n| about | what happens | on | case |\n|---|---|---|---|\n"
    );
    for (about, cases) in rows {
        for folder in cases {
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} |",
                cell(about),
                cell(&folder.case.happens),
                servers(folder),
                link(folder)
            );
        }
    }
}

fn servers(folder: &Folder) -> String {
    let mut text = match &folder.case.why {
        None => String::from("all"),
        Some(why) => {
            let names: Vec<&str> = LegacyEngine::ALL
                .iter()
                .map(|engine| engine.name())
                .filter(|name| folder.case.is_for(name))
                .collect();
            format!("{}: {}", names.join(", "), cell(why))
        }
    };
    for variant in folder.case.variants.values() {
        let legacy = variant.legacy.as_deref().unwrap_or_default().join(", ");
        let _ = write!(text, "; {legacy} also with `{}`", variant.conditions());
    }
    text.replace(";  also", "; also")
}

fn link(folder: &Folder) -> String {
    let mut text = format!(
        "[{}](../{}/{}/{})",
        cell(&folder.case.title),
        super::CASES,
        folder.group,
        folder.name
    );
    if !folder.case.issues.is_empty() {
        let _ = write!(text, " (compare {})", folder.case.issues.join(", "));
    }
    text
}

fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::compatibility::{Case, Folder};

    #[test]
    fn a_row_for_each_thing_that_a_case_is_about() {
        let text = "title = 'A | b'\nabout = ['INT', 'BIT']\nhappens = 'It arrives.'\nlegacy = ['mysql-9.7']\nwhy = 'only there'";
        let folder = Folder {
            group: String::from("values"),
            name: String::from("a_b"),
            path: std::path::PathBuf::new(),
            case: Case::parse(text).expect("a case"),
            variant: None,
        };
        let page = page(&[folder]);
        let row =
            "| BIT | It arrives. | mysql-9.7: only there | [A \\| b](../tests/cases/values/a_b) |";
        assert!(page.contains(row) && page.contains("| INT |"), "{page}");
        assert!(page.contains("## Types and values"), "{page}");
    }
}
