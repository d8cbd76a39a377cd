//! Writes the values of all families to a legacy server, some before its link starts and some while it is live, and looks what arrives.
//!
//! Promises: one row holds one value, so that nothing hides behind a neighbour; a value must arrive as what the legacy server says it is, or be
//! parked with the code that its type promises and not be seen at all; every failure is reported, with the value's bytes and both sides' words.
//! Called by the promise that every value arrives.

mod ask;
mod judge;
mod write;

use anyhow::{Result, bail, ensure};

use super::family::Family;
use crate::dice::Dice;
use crate::link::{Link, SCHEMA};
use judge::Failure;
use write::Written;

/// When a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Before the link starts.
    Copied,
    /// As a new row, while it is live.
    Inserted,
    /// Into a row that was copied with NULL, while it is live.
    Updated,
}

const PHASES: [Phase; 3] = [Phase::Copied, Phase::Inserted, Phase::Updated];
/// Values by chance, for a column and a phase.
const BY_CHANCE: usize = 25;
/// Failures that are shown of one column.
const SHOWN: usize = 3;

/// Writes all values in all phases, waits, and compares. The link is new; it is live afterwards.
pub fn all_arrive(link: &Link, families: &[Family], dice: &mut Dice) -> Result<()> {
    write::tables(link, families)?;
    let mut written = Vec::new();
    write::phase(link, families, Phase::Copied, dice, &mut written)?;
    write::empty_rows(link, families, dice, &mut written)?;
    link.declare()?;
    link.scaffold()?;
    retarget(link, families)?;
    link.verb("start")?;
    link.wait()?;
    write::phase(link, families, Phase::Inserted, dice, &mut written)?;
    write::update(link, families, &written)?;
    link.wait()?;
    let failures = judge::all(link, families, &written)?;
    report(&failures, written.len())?;
    mended(link, families)
}

/// What is parked leaves when its value goes.
fn mended(link: &Link, families: &[Family]) -> Result<()> {
    for family in families {
        let parked: Vec<usize> = ask::parked(link, family.name)?.into_keys().collect();
        write::forget(link, family, &parked)?;
    }
    link.wait()?;
    let left = link.number("SELECT count(*) FROM tandem.parked")?;
    ensure!(
        left == 0,
        "{left} rows are parked whose values have been taken away"
    );
    link.settled()
}

/// Gives the upgrade columns the types that are not the scaffold's.
fn retarget(link: &Link, families: &[Family]) -> Result<()> {
    for family in families {
        for (at, subject) in family.subjects.iter().enumerate() {
            let Some(target) = &subject.target else {
                continue;
            };
            if let Some(extension) = subject.extension {
                link.upgrade_run(&format!("CREATE EXTENSION IF NOT EXISTS {extension}"))?;
            }
            let (table, column) = (family.name, column(at));
            link.upgrade_run(&format!(
                "ALTER TABLE {SCHEMA}.{table} DROP CONSTRAINT IF EXISTS {table}_{column}_check,
                 ALTER COLUMN {column} TYPE {target} USING NULL"
            ))?;
        }
    }
    Ok(())
}

/// The name of a family's column.
fn column(at: usize) -> String {
    format!("c{at}")
}

fn report(failures: &[Failure], written: usize) -> Result<()> {
    if failures.is_empty() {
        eprintln!("{written} values arrived or were parked as they should");
        return Ok(());
    }
    let shown: Vec<&str> = failures
        .chunk_by(|one, next| one.about == next.about)
        .flat_map(|column| column.iter().take(SHOWN))
        .map(|failure| failure.what.as_str())
        .collect();
    bail!(
        "{} of {written} values went wrong, among them\n{}",
        failures.len(),
        shown.join("\n")
    )
}

/// A value that was written, by its place.
impl Written {
    /// The first id of a column's rows.
    fn base(subject: usize) -> usize {
        (subject + 1) * 10_000
    }
}
