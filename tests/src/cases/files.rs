//! The files of a case's folder, with their variants for a legacy server.
//!
//! Promises: `expect.VARIANT.txt` goes before `expect.mariadb-11.8.txt`, that before `expect.mariadb.txt`, and that before `expect.txt`; a file with a name that nothing
//! reads is an error, because what it says would be expected in vain.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use xtask::compatibility::{Case, Folder};
use xtask::servers::LegacyEngine;

/// Files that have a meaning: stem and ending.
const KNOWN: [(&str, &str); 8] = [
    ("legacy", "sql"),
    ("upgrade", "sql"),
    ("mapping", "json"),
    ("prepare", "sql"),
    ("changes", "sql"),
    ("scaffolded", "txt"),
    ("copied", "txt"),
    ("expect", "txt"),
];
/// Endings of files that statements of a case may load.
const DATA: [&str; 2] = ["csv", "bin"];

/// The family of a legacy server: `mysql` or `mariadb`.
pub fn family(engine: &str) -> &str {
    engine.split('-').next().unwrap_or(engine)
}

/// The path of the most specific variant of a file for `engine`, if there is any.
pub fn find(folder: &Folder, stem: &str, ending: &str, engine: &str) -> Option<PathBuf> {
    let variant = folder.variant.as_deref().unwrap_or(engine);
    let names = [
        format!("{stem}.{variant}.{ending}"),
        format!("{stem}.{engine}.{ending}"),
        format!("{stem}.{}.{ending}", family(engine)),
        format!("{stem}.{ending}"),
    ];
    let mut paths = names.iter().map(|name| folder.path.join(name));
    paths.find(|path| path.exists())
}

/// Reads a file and names it when that fails.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("could not read \"{}\"", path.display()))
}

/// Fails when the folder has a file that is never read.
pub fn check(folder: &Folder) -> Result<()> {
    let mut names = Vec::new();
    let mut scripts = String::new();
    for entry in fs::read_dir(&folder.path)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".sql") {
            scripts.push_str(&read(&path)?);
        }
        names.push(name);
    }
    for name in names {
        let word = name
            .strip_prefix("expect_")
            .and_then(|rest| rest.split('.').next());
        let named = word.is_some_and(|word| {
            scripts
                .lines()
                .any(|line| line == format!("-- expect {word}"))
        });
        if !named && !is_known(&name, &folder.case) {
            bail!("\"{name}\" is not the name of a file of a case");
        }
    }
    Ok(())
}

fn is_known(name: &str, case: &Case) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    let variant = |stem: &str, ending: &str| {
        let middle = name
            .strip_prefix(stem)
            .and_then(|rest| rest.strip_suffix(ending)?.strip_suffix('.'));
        match middle.map(|middle| middle.strip_prefix('.').unwrap_or(middle)) {
            None => false,
            Some("" | "mysql" | "mariadb") => true,
            Some(other) => {
                case.variants.contains_key(other) || other.parse::<LegacyEngine>().is_ok()
            }
        }
    };
    name == "case.toml"
        || DATA.contains(&ending)
        || KNOWN.iter().any(|(stem, ending)| variant(stem, ending))
}

#[cfg(test)]
mod tests {
    use xtask::compatibility::Case;

    use super::is_known;

    #[test]
    fn names() {
        let text = "title = 't'\nabout = ['INT']\nhappens = 'h'\n[variants.small]\n";
        let case = Case::parse(text).expect("a case");
        for name in [
            "case.toml",
            "expect.txt",
            "expect.mariadb.txt",
            "legacy.mariadb-11.8.sql",
            "expect.small.txt",
            "rows.csv",
        ] {
            assert!(is_known(name, &case), "{name}");
        }
        for name in [
            "expected.txt",
            "expect.maria.txt",
            "expect.mysql-5.7.txt",
            "notes",
            "legacysql",
        ] {
            assert!(!is_known(name, &case), "{name}");
        }
    }
}
