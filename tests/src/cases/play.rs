//! The order of events of a case.

use anyhow::{Result, bail, ensure};
use xtask::compatibility::{Folder, Verify};

use super::script::End;
use super::stage::Stage;
use super::{act, compare, files};
use crate::upgrade_sql::{literal, rows};

/// Plays a case; fails with everything that is not as expected.
pub fn play(folder: &Folder) -> Result<()> {
    files::check(&folder.path)?;
    let mut stage = Stage::set(folder)?;
    let outcome = scenes(&mut stage);
    stage.leave(outcome.is_err())?;
    let complaints = outcome?;
    stage.strike()?;
    if complaints.is_empty() {
        return Ok(());
    }
    bail!("{}", complaints.join("\n"))
}

fn scenes(stage: &mut Stage<'_>) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    act::run(stage, "legacy", End::Legacy)?;
    scaffold(stage)?;
    complaints.extend(compare::compare(stage, "scaffolded")?);
    act::run(stage, "prepare", End::Upgrade)?;
    stage.link.verb("start")?;
    if stage.folder.case.verify != Verify::Anything {
        stage.link.wait()?;
    }
    complaints.extend(verify(stage, "after the copy", false)?);
    complaints.extend(compare::compare(stage, "copied")?);
    if act::run(stage, "changes", End::Legacy)? {
        if stage.folder.case.verify != Verify::Anything {
            stage.link.wait()?;
        }
        complaints.extend(verify(stage, "after the changes", true)?);
    }
    complaints.extend(compare::compare(stage, "expect")?);
    Ok(complaints)
}

/// Scaffolds; what `tandem.scaffold` returned stays in the session's table `scaffolded`.
fn scaffold(stage: &mut Stage<'_>) -> Result<()> {
    stage.link.declare()?;
    let (link, schema) = (literal(&stage.link.name), crate::link::SCHEMA);
    let sql = format!(
        "CREATE TEMPORARY TABLE scaffolded AS SELECT * FROM tandem.scaffold({link}, '{schema}')"
    );
    rows(stage.upgrade()?, &sql)?;
    Ok(())
}

/// What a comparison found that it should not have, and the other way round.
fn verify(stage: &mut Stage<'_>, when: &str, in_the_end: bool) -> Result<Vec<String>> {
    let expected = stage.folder.case.verify;
    if expected == Verify::Anything {
        return Ok(Vec::new());
    }
    let parked = stage.link.rows(&format!(
        "SELECT source_table, key FROM tandem.parked WHERE link = {}",
        literal(&stage.link.name)
    ))?;
    let parked: Vec<(String, serde_json::Value)> = parked
        .into_iter()
        .map(|row| {
            let text = |at: usize| row[at].clone().unwrap_or_default();
            Ok((text(0), serde_json::from_str(&text(1))?))
        })
        .collect::<Result<_>>()?;
    ensure!(
        expected == Verify::Parked || parked.is_empty(),
        "{when}, rows are parked: {parked:?}"
    );
    if expected == Verify::Parked && in_the_end && parked.is_empty() {
        bail!("{when}, no row is parked, and the case expects some");
    }
    let differences = stage.link.verify()?.into_iter();
    let surprises =
        differences.filter(|found| !parked.contains(&(found.table.clone(), found.key.clone())));
    Ok(surprises
        .map(|found| format!("{when}, tandem.verify found {found:?}"))
        .collect())
}
