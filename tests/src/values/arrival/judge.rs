//! Whether each value is what it should be.

use std::collections::HashMap;

use anyhow::Result;

use super::super::Subject;
use super::super::family::Family;
use super::write::Written;
use super::{Phase, ask, column};
use crate::link::Link;
use crate::upgrade_sql::Row;

/// A value that is not what it should be.
pub(super) struct Failure {
    /// The column's types.
    pub about: String,
    /// The whole story.
    pub what: String,
}

/// What should have become of a value.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// It is there; `None` is NULL.
    There(Option<String>),
    /// It is parked with this code.
    Parked(String),
    /// It is nowhere.
    Lost,
}

/// All values that are not what they should be, told one by one.
pub(super) fn all(link: &Link, families: &[Family], written: &[Written]) -> Result<Vec<Failure>> {
    let mut legacy = ask::legacy(link)?;
    let mut upgrade = ask::upgrade(link)?;
    let mut failures = Vec::new();
    for (number, family) in families.iter().enumerate() {
        let parked = ask::parked(link, family.name)?;
        for (at, subject) in family.subjects.iter().enumerate() {
            let base = Written::base(at);
            let (name, ids) = (column(at), (base, base + 9_999));
            let there = ask::said_there(&mut legacy, family.name, &name, &subject.form, ids)?;
            let here = ask::said_here(&mut upgrade, family.name, &name, &subject.form, ids)?;
            let of_subject = |row: &&Written| row.family == number && row.subject == at;
            for row in written.iter().filter(of_subject) {
                let Some(said) = there.get(&row.id) else {
                    anyhow::bail!("{}: row {} is not there", subject.name(), row.id);
                };
                let expected = expected(subject, said.as_deref());
                let found = found(subject, row, &name, &here, &parked);
                if expected != found {
                    let bytes = ask::bytes(&mut legacy, family.name, &name, row.id);
                    failures.push(Failure {
                        about: subject.name(),
                        what: tell(subject, row, &bytes, &expected, &found),
                    });
                }
            }
        }
    }
    failures.extend(verified(link)?);
    Ok(failures)
}

fn expected(subject: &Subject, said: Option<&str>) -> Fate {
    let Some(said) = said else {
        return Fate::There(None);
    };
    match subject.code(said) {
        Some(code) => Fate::Parked(String::from(code)),
        None => Fate::There(Some((subject.form.legacy_text)(said))),
    }
}

fn found(
    subject: &Subject,
    row: &Written,
    name: &str,
    here: &ask::Said,
    parked: &HashMap<usize, (String, String)>,
) -> Fate {
    let value = here.get(&row.id).map(|said| {
        let text = |said: &String| (subject.form.upgrade_text)(said);
        said.as_ref().map(text)
    });
    // A row that was updated to something that does not fit keeps what it had before.
    let kept = row.phase == Phase::Updated && value == Some(None);
    match (parked.get(&row.id), value) {
        (Some((column, code)), value) if value.is_none() || kept => {
            // What PostgreSQL refuses, it refuses as a row.
            let elsewhere = if column == name || column.is_empty() {
                ""
            } else {
                " in another column"
            };
            Fate::Parked(format!("{code}{elsewhere}"))
        }
        (Some((_, code)), Some(value)) => {
            Fate::Parked(format!("{code} and yet there as {value:?}"))
        }
        (_, Some(value)) => Fate::There(value),
        (_, None) => Fate::Lost,
    }
}

fn tell(subject: &Subject, row: &Written, bytes: &str, expected: &Fate, found: &Fate) -> String {
    format!(
        "{:.100} ({:?}, row {}): {:.200}, bytes {bytes:.200}\n    should be {}\n    but is    {}",
        subject.name(),
        row.phase,
        row.id,
        row.literal,
        short(expected),
        short(found)
    )
}

fn short(fate: &Fate) -> String {
    format!("{:.300}", format!("{fate:?}"))
}

/// `tandem.verify` finds the parked rows and nothing else: those that cannot be translated as such, those that PostgreSQL refused as what
/// they are missing.
fn verified(link: &Link) -> Result<Vec<Failure>> {
    let found = link.rows(&format!(
        "SELECT CASE WHEN v.table_name IS NULL THEN 'does not find' ELSE 'finds' END, v.kind, p.code, coalesce(v.table_name, p.source_table),
                coalesce(v.key, p.key)
         FROM tandem.verify('{}') AS v FULL JOIN tandem.parked AS p ON p.source_table = v.table_name AND p.key = v.key
         WHERE v.kind IS DISTINCT FROM 'untranslatable' AND p.column_name IS NOT NULL OR p.code IS NULL OR v.kind IS NULL
         LIMIT 20",
        link.name
    ))?;
    let failure = |row: &Row| of_verify(format!("tandem.verify {row:?}"));
    Ok(found.iter().map(failure).collect())
}

fn of_verify(what: String) -> Failure {
    Failure {
        about: String::from("tandem.verify"),
        what,
    }
}
