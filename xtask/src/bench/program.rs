//! The servers' own command-line clients.
//!
//! Promises: they read no configuration of the user, and a failure carries their own words. Called by the contenders.

use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context, Result, bail};

use super::stage::Stage;

/// `psql` on a database, stopping at the first error.
pub fn psql(stage: &Stage, database: &str, command: &str) -> Command {
    let end = stage.upgrade_end();
    let mut psql = Command::new(&end.client);
    psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h"])
        .arg(&end.socket)
        .arg("-p")
        .arg(end.port.to_string())
        .args(["-U", &end.user, "-d", database, "-c", command])
        .env("PGTZ", "UTC");
    psql
}

/// The legacy server's client on a database, as its root.
pub fn legacy_client(stage: &Stage, database: &str) -> Command {
    let end = stage.legacy_end();
    let mut client = Command::new(&end.client);
    client
        .args(["--no-defaults", "--default-character-set=utf8mb4", "-S"])
        .arg(&end.socket)
        .args(["-u", "root", "-D", database]);
    client
}

/// The same, which prints the rows of a query for PostgreSQL's COPY, as they come; a NULL is the word `NULL`.
pub fn legacy_rows(stage: &Stage, database: &str, query: &str) -> Command {
    let mut client = legacy_client(stage, database);
    client.args(["--quick", "--batch", "--skip-column-names"]);
    client.args(["--init-command=SET time_zone = '+00:00'", "-e", query]);
    client
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Result<String> {
    let output = start(command.stdin(Stdio::null()))?.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    judge(command, &output)?;
    Ok(text)
}

/// Runs two commands, the first one's output being the second one's input.
pub fn pipe(from: &mut Command, to: &mut Command) -> Result<()> {
    let mut source = start(from.stdin(Stdio::null()))?;
    let between = source.stdout.take().context("no output")?;
    let sink = start(to.stdin(between))?;
    let arrived = sink.wait_with_output()?;
    let left = source.wait_with_output()?;
    judge(from, &left)?;
    judge(to, &arrived)
}

fn start(command: &mut Command) -> Result<Child> {
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not run {:?}", command.get_program()))
}

fn judge(command: &Command, output: &Output) -> Result<()> {
    if !output.status.success() {
        bail!(
            "{:?} failed ({}): {}",
            command.get_program(),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}
