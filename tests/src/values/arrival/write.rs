//! Tables and rows on the legacy server.

use anyhow::{Context, Result};
use mysql::Conn;
use mysql::prelude::Queryable;

use super::super::Subject;
use super::super::family::Family;
use super::{BY_CHANCE, PHASES, Phase, column};
use crate::dice::Dice;
use crate::link::Link;

/// Rows of one statement.
const AT_ONCE: usize = 400;
/// Ids of one column in one phase.
const PHASE_IDS: usize = 3_000;

/// A value that was written, or will be by the update.
pub(super) struct Written {
    /// Which family.
    pub family: usize,
    /// Which of its columns.
    pub subject: usize,
    /// When.
    pub phase: Phase,
    /// Its row.
    pub id: usize,
    /// As legacy SQL.
    pub literal: String,
}

/// Makes the tables, each with a key and one column for each subject.
pub(super) fn tables(link: &Link, families: &[Family]) -> Result<()> {
    let mut conn = session(link)?;
    for family in families {
        let columns: Vec<String> = family
            .subjects
            .iter()
            .enumerate()
            .map(|(at, subject)| format!("{} {}", column(at), subject.legacy))
            .collect();
        let sql = format!(
            "CREATE TABLE {} (id INT NOT NULL PRIMARY KEY, {})",
            family.name,
            columns.join(", ")
        );
        conn.query_drop(&sql).with_context(|| sql.clone())?;
    }
    Ok(())
}

/// A session that stores whatever can be stored, in a zone that is not UTC.
fn session(link: &Link) -> Result<Conn> {
    let mut conn = link.legacy()?;
    conn.query_drop("SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '-07:30'")?;
    Ok(conn)
}

/// Writes the values of a phase as new rows.
pub(super) fn phase(
    link: &Link,
    families: &[Family],
    phase: Phase,
    dice: &mut Dice,
    written: &mut Vec<Written>,
) -> Result<()> {
    let from = written.len();
    make(families, phase, dice, written);
    let mut conn = session(link)?;
    each_column(families, &written[from..], |family, column, rows| {
        let values: Vec<String> = rows
            .iter()
            .map(|row| format!("({}, {})", row.id, row.literal))
            .collect();
        run(&mut conn, &insert(family, &["id", column], &values))
    })
}

/// Writes rows of NULLs, into which the update writes the values that it is given here.
pub(super) fn empty_rows(
    link: &Link,
    families: &[Family],
    dice: &mut Dice,
    written: &mut Vec<Written>,
) -> Result<()> {
    let from = written.len();
    make(families, Phase::Updated, dice, written);
    let mut conn = session(link)?;
    each_column(families, &written[from..], |family, _, rows| {
        let values: Vec<String> = rows.iter().map(|row| format!("({})", row.id)).collect();
        run(&mut conn, &insert(family, &["id"], &values))
    })
}

/// Writes the values into the rows of NULLs.
pub(super) fn update(link: &Link, families: &[Family], written: &[Written]) -> Result<()> {
    let mut conn = session(link)?;
    let updated: Vec<&Written> = written
        .iter()
        .filter(|row| row.phase == Phase::Updated)
        .collect();
    for rows in updated.chunk_by(|a, b| (a.family, a.subject) == (b.family, b.subject)) {
        for rows in rows.chunks(AT_ONCE) {
            let Some(first) = rows.first() else { continue };
            let column = column(first.subject);
            let values: Vec<String> = rows
                .iter()
                .map(|row| format!("({}, {})", row.id, row.literal))
                .collect();
            let sql = insert(families[first.family].name, &["id", &column], &values);
            run(
                &mut conn,
                &format!("{sql} ON DUPLICATE KEY UPDATE {column} = VALUES({column})"),
            )?;
        }
    }
    Ok(())
}

/// Takes the values of rows away: every column becomes NULL.
pub(super) fn forget(link: &Link, family: &Family, ids: &[usize]) -> Result<()> {
    let mut conn = session(link)?;
    let set: Vec<String> = (0..family.subjects.len())
        .map(|at| format!("{} = NULL", column(at)))
        .collect();
    for ids in ids.chunks(AT_ONCE) {
        let list: Vec<String> = ids.iter().map(usize::to_string).collect();
        let (name, set, list) = (family.name, set.join(", "), list.join(", "));
        run(
            &mut conn,
            &format!("UPDATE {name} SET {set} WHERE id IN ({list})"),
        )?;
    }
    Ok(())
}

/// The edges of every column, NULL, and some by chance.
fn make(families: &[Family], phase: Phase, dice: &mut Dice, written: &mut Vec<Written>) {
    let first = PHASES.iter().position(|known| *known == phase).unwrap_or(0) * PHASE_IDS;
    for (family, subjects) in families.iter().enumerate() {
        for (at, subject) in subjects.subjects.iter().enumerate() {
            let base = Written::base(at) + first;
            let literals = values(subject, dice);
            written.extend(
                literals
                    .into_iter()
                    .enumerate()
                    .map(|(n, literal)| Written {
                        family,
                        subject: at,
                        phase,
                        id: base + n,
                        literal,
                    }),
            );
        }
    }
}

fn values(subject: &Subject, dice: &mut Dice) -> Vec<String> {
    let mut literals = subject.edges.clone();
    literals.push(String::from("NULL"));
    literals.extend((0..BY_CHANCE).filter_map(|_| subject.by_chance(dice)));
    literals.truncate(PHASE_IDS);
    literals
}

fn each_column(
    families: &[Family],
    written: &[Written],
    mut write: impl FnMut(&str, &str, &[Written]) -> Result<()>,
) -> Result<()> {
    for rows in written.chunk_by(|a, b| (a.family, a.subject) == (b.family, b.subject)) {
        for rows in rows.chunks(AT_ONCE) {
            if let Some(first) = rows.first() {
                write(families[first.family].name, &column(first.subject), rows)?;
            }
        }
    }
    Ok(())
}

fn insert(table: &str, columns: &[&str], values: &[String]) -> String {
    format!(
        "INSERT INTO {table} ({}) VALUES {}",
        columns.join(", "),
        values.join(", ")
    )
}

fn run(conn: &mut Conn, sql: &str) -> Result<()> {
    conn.query_drop(sql).with_context(|| format!("{sql:.1000}"))
}
