//! The order of events of a case.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use xtask::compatibility::{Folder, Verify};

use super::script::End;
use super::stage::Stage;
use super::variables::replace;
use super::{act, compare, files};
use crate::condition::until_so;
use crate::link::SCHEMA;
use crate::upgrade_sql::{literal, rows};

/// Differences that are shown of one comparison.
const SHOWN: usize = 10;

/// Characters that are shown of one complaint.
const LENGTH: usize = 2_000;
/// Time within which what was applied is acknowledged.
const ACKNOWLEDGED: Duration = Duration::from_secs(15);

/// Plays a case; fails with everything that is not as expected.
pub fn play(folder: &Folder) -> Result<()> {
    files::check(folder)?;
    let mut stage = Stage::set(folder)?;
    let outcome = scenes(&mut stage);
    stage.leave(outcome.is_err())?;
    outcome?;
    let complaints = std::mem::take(&mut stage.complaints);
    stage.strike()?;
    if complaints.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = complaints
        .iter()
        .map(|all| format!("{all:.LENGTH$}"))
        .collect();
    bail!("{}", shown.join("\n"))
}

fn scenes(stage: &mut Stage<'_>) -> Result<()> {
    let waits = stage.folder.case.verify != Verify::Anything;
    act::run(stage, "legacy", End::Legacy)?;
    match files::find(stage.folder, "mapping", "json", &stage.engine()) {
        Some(path) => map(stage, &path)?,
        None => scaffold(stage)?,
    }
    expect(stage, "scaffolded")?;
    act::run(stage, "prepare", End::Upgrade)?;
    stage.link.verb("start")?;
    if waits {
        stage.wait()?;
        let changes_follow = files::find(stage.folder, "changes", "sql", &stage.engine()).is_some();
        verify(stage, "after the copy", !changes_follow)?;
    }
    expect(stage, "copied")?;
    if act::run(stage, "changes", End::Legacy)? && waits {
        stage.wait()?;
        verify(stage, "after the changes", true)?;
    }
    if waits {
        until_so("every notification is acknowledged", ACKNOWLEDGED, || {
            Ok(stage.link.notifications()? == 0)
        })?;
    }
    expect(stage, "expect")
}

fn expect(stage: &mut Stage<'_>, stem: &str) -> Result<()> {
    let differences = compare::compare(stage, stem)?;
    stage.complaints.extend(differences);
    Ok(())
}

/// Scaffolds; what `tandem.scaffold` returned stays in the session's table `scaffolded`.
fn scaffold(stage: &mut Stage<'_>) -> Result<()> {
    stage.link.declare()?;
    let link = literal(&stage.link.name);
    let sql = format!(
        "CREATE TEMPORARY TABLE scaffolded AS SELECT * FROM tandem.scaffold({link}, '{SCHEMA}')"
    );
    rows(stage.upgrade()?, &sql)?;
    Ok(())
}

/// Creates the case's own tables and stores its mapping document.
fn map(stage: &mut Stage<'_>, path: &Path) -> Result<()> {
    stage.link.declare()?;
    rows(stage.upgrade()?, &format!("CREATE SCHEMA {SCHEMA}"))?;
    act::run(stage, "upgrade", End::Upgrade)?;
    let document = replace(&files::read(path)?, &stage.variables());
    let (link, document) = (literal(&stage.link.name), literal(&document));
    let sql = format!("SELECT * FROM tandem.map({link}, {document}::jsonb)");
    rows(stage.upgrade()?, &sql)?;
    Ok(())
}

/// Compares both sides.
fn verify(stage: &mut Stage<'_>, when: &str, in_the_end: bool) -> Result<()> {
    let expected = stage.folder.case.verify;
    let parked = stage.link.rows(&format!(
        "SELECT source_table, key FROM tandem.parked WHERE link = {}",
        literal(&stage.link.name)
    ))?;
    if in_the_end && (expected == Verify::Parked) == parked.is_empty() {
        let complaint = format!("{when}, these rows are parked: {parked:?}");
        stage.complaints.push(complaint);
    }
    // Keys are shown as the legacy server has them in one place and as they are here in the other, so rows are counted.
    let mut allowed: BTreeMap<String, usize> = BTreeMap::new();
    if expected == Verify::Parked {
        for table in parked.into_iter().filter_map(|mut row| row.swap_remove(0)) {
            *allowed.entry(table).or_default() += 1;
        }
    }
    let differences = stage.link.verify()?.into_iter();
    let surprises = differences
        .filter(|found| match allowed.get_mut(&found.table) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        })
        .map(|found| format!("{when}, tandem.verify found {found:?}"));
    stage.complaints.extend(surprises.take(SHOWN));
    Ok(())
}
