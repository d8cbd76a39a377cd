//! Running a program to its end.
//!
//! Promises: a failing program's own words are in the error, and nothing but the caller's result goes to standard output.
//! Never used for servers: those outlive us, see `process`.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Lines of a failed program's output that go into the error.
const TAIL_LINES: usize = 30;

/// Runs `command` and returns its standard output as text; fails with the program's messages when it does not exit with 0.
pub fn capture(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not run \"{name}\""))?;
    if !output.status.success() {
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        bail!("\"{name}\" failed ({}):\n{}", output.status, tail(&said));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs `command` for its effect; fails as [`capture`] does.
pub fn run(command: &mut Command) -> Result<()> {
    capture(command).map(drop)
}

/// The last lines of a text, where the reason of a failure usually is.
pub fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}
