//! reladiff, a program that compares two tables by checksums of ranges.

use std::process::Command;

use anyhow::Result;

use super::python;
use crate::bench::stage::Stage;
use crate::servers::Root;

/// Fetches it; a command that compares a legacy table with an upgrade table, all columns, by the key `id`.
pub fn command(stage: &Stage, legacy: (&str, &str), upgrade: (&str, &str)) -> Result<Command> {
    let root = Root::of_python("peer-reladiff", &["reladiff[mysql,postgresql]==0.6.0"])?;
    let mut command = python::command(&root, "reladiff", &stage.file("reladiff"));
    let (from, to) = (stage.legacy_end(), stage.upgrade_end());
    command
        .arg(format!(
            "mysql://{}:{}@{}:{}/{}",
            from.user, from.password, from.host, from.port, legacy.0
        ))
        .arg(legacy.1)
        .arg(format!(
            "postgresql://{}:{}@{}:{}/{}",
            to.user, to.password, to.host, to.port, upgrade.0
        ))
        .arg(upgrade.1)
        .args(["-k", "id", "-c", "%"]);
    Ok(command)
}
