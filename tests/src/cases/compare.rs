//! Comparing what the upgrade database has with what a case expects.
//!
//! Promises: every query of a file is asked, whatever the ones before returned. With `TANDEM_BLESS=1` the file is rewritten with what
//! was returned, and somebody has to read it.

use std::fs;

use anyhow::{Context, Result};
use postgres::Client;

use super::files;
use super::golden::{self, Entry};
use super::rows::{NONE, line};
use super::stage::Stage;
use super::variables::replace;
use crate::upgrade_sql::rows;

/// Compares with a file, if the case has it, and returns what differs.
pub fn compare(stage: &mut Stage<'_>, stem: &str) -> Result<Vec<String>> {
    let Some(path) = files::find(stage.folder, stem, "txt", &stage.engine()) else {
        return Ok(Vec::new());
    };
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let text = files::read(&path)?;
    let mut entries = golden::parse(&text).with_context(|| name.clone())?;
    let variables = stage.variables();
    let mut differences = Vec::new();
    for entry in &mut entries {
        let got = ask(stage.upgrade()?, &replace(&entry.query, &variables))?;
        if got != entry.rows {
            differences.push(format!(
                "{name}:{}: {}",
                entry.line,
                difference(entry, &got)
            ));
            entry.rows = got;
        }
    }
    if std::env::var_os("TANDEM_BLESS").is_some_and(|value| value == "1") {
        let blessed = golden::print(&entries);
        if blessed != text {
            eprintln!("rewritten, to be read: {}", path.display());
            fs::write(&path, blessed)?;
        }
        return Ok(Vec::new());
    }
    Ok(differences)
}

/// The rows, or the error, as lines.
fn ask(client: &mut Client, sql: &str) -> Result<Vec<String>> {
    match rows(client, sql) {
        Ok(rows) if rows.is_empty() => Ok(vec![String::from(NONE)]),
        Ok(rows) => Ok(rows.iter().map(line).collect()),
        Err(error) => {
            let said = error
                .downcast_ref::<postgres::Error>()
                .and_then(postgres::Error::as_db_error)
                .map(|said| format!("error {}: {}", said.code().code(), said.message()));
            said.map(|said| vec![said]).ok_or(error)
        }
    }
}

/// The lines that are not the same, between those at the beginning and the end that are.
fn difference(entry: &Entry, got: &[String]) -> String {
    let (want, query) = (&entry.rows, &entry.query);
    let same_before = want.iter().zip(got).take_while(|(a, b)| a == b).count();
    let rest = (want.len().min(got.len())) - same_before;
    let same_after = want
        .iter()
        .rev()
        .zip(got.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let part = |mark: &str, lines: &[String]| -> String {
        let lines = &lines[same_before..lines.len() - same_after];
        lines
            .iter()
            .map(|line| format!("\n  {mark} {line}"))
            .collect()
    };
    format!("{query}{}{}", part("-", want), part("+", got))
}

#[cfg(test)]
mod tests {
    use super::{Entry, difference};

    #[test]
    fn what_is_the_same_around_is_left_out() {
        let entry = Entry {
            line: 1,
            remarks: Vec::new(),
            query: String::from("q;"),
            rows: ["a", "b", "c"].map(String::from).to_vec(),
        };
        let got = ["a", "x", "y", "c"].map(String::from);
        assert_eq!(difference(&entry, &got), "q;\n  - b\n  + x\n  + y");
    }
}
