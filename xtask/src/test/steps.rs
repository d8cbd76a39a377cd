//! The steps of a test run, in order: what is quick to fail comes first.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::pairs::{self, Choice};
use super::scene::Scene;
use super::{Tally, TestOptions};
use crate::{bench, build, compatibility, interrupt, tidy};

/// Packages that are tested without a server.
const UNIT_PACKAGES: [&str; 3] = ["tandem-shared", "tandem-mysql", "xtask"];
/// The tests on real servers, in order: promises first, then the cases, of which there are many.
const ON_SERVERS: [(&str, &[&str]); 2] = [
    (
        "promises",
        &["--lib", "--test", "plugin_*", "--test", "promises"],
    ),
    ("cases", &["--test", "cases"]),
];
/// Packages that are checked by lints; the extension is one more, which needs a server's headers.
const LINTED_PACKAGES: [&str; 4] = ["tandem-shared", "tandem-mysql", "xtask", "tandem-tests"];

/// Runs every step that the options name, until it is interrupted.
pub fn run(options: &TestOptions, mut tally: Tally) -> Tally {
    check(&mut tally, "tidy", tidy::check);
    check(&mut tally, "the compatibility page", compatibility::check);
    if !options.quick {
        check(&mut tally, "formatting", formatting);
        check(&mut tally, "lints", lints);
    }
    let mut command = cargo_test(&UNIT_PACKAGES, options);
    count(&mut tally, "unit tests", &mut command);
    if !options.quick && options.filter.is_none() {
        count(&mut tally, "the loop's simulator", &mut simulation());
    }
    for choice in pairs::chosen(options) {
        if interrupt::happened() {
            break;
        }
        on_servers(&mut tally, choice, options);
    }
    if !options.quick && options.filter.is_none() {
        check(&mut tally, "the benches, in a small form", || {
            benches(options)
        });
    }
    tally
}

/// Whether every bench works, on the first pair; how fast does not matter.
fn benches(options: &TestOptions) -> Result<()> {
    let (legacy, upgrade) = pairs::chosen(options)
        .first()
        .copied()
        .context("no pair of servers is chosen")?;
    bench::small(legacy, upgrade)
}

fn check(tally: &mut Tally, step: &str, run: impl FnOnce() -> Result<()>) {
    if interrupt::happened() {
        return;
    }
    eprintln!("== {step}");
    if let Err(error) = run() {
        eprintln!("{error:#}");
        tally.fail(step, "see above");
    }
}

fn formatting() -> Result<()> {
    succeed(build::cargo().args(["fmt", "--all", "--", "--check"]))
}

fn lints() -> Result<()> {
    let packages = LINTED_PACKAGES.iter().flat_map(|package| ["-p", package]);
    succeed(build::cargo().arg("clippy").args(packages).args([
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    succeed(&mut build::lint_extension(
        crate::servers::UpgradeEngine::Pg18,
    )?)
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = interrupt::spawn(command)?.0.wait()?;
    if status.success() {
        Ok(())
    } else {
        anyhow::bail!("{command:?} failed")
    }
}

fn on_servers(tally: &mut Tally, choice: Choice, options: &TestOptions) {
    let (legacy, upgrade) = choice;
    let step = format!("{legacy} and PostgreSQL {upgrade}");
    eprintln!("== {step}");
    let scene = match Scene::up(choice) {
        Ok(scene) => scene,
        Err(error) => {
            eprintln!("{error:#}");
            return tally.fail(&step, "the pair did not come up");
        }
    };
    let mut all_passed = true;
    for (name, targets) in ON_SERVERS {
        let mut command = cargo_test_of(&["tandem-tests"], targets, options);
        command
            .env("TANDEM_TEST_PAIR", &scene.report)
            .env("TANDEM_TEST_DIR", &scene.dir);
        command
            .env("TANDEM_TEST_LEGACY", legacy.name())
            .env("TANDEM_TEST_UPGRADE", upgrade.to_string());
        all_passed &= count(tally, &format!("{step}, {name}"), &mut command);
    }
    if !all_passed {
        scene.keep_logs();
    }
}

fn cargo_test(packages: &[&str], options: &TestOptions) -> Command {
    cargo_test_of(packages, &[], options)
}

/// Only the `targets`, if any are named.
fn cargo_test_of(packages: &[&str], targets: &[&str], options: &TestOptions) -> Command {
    let mut command = build::cargo();
    command
        .args(["test", "--no-fail-fast"])
        .args(packages.iter().flat_map(|package| ["-p", package]))
        .args(targets);
    if let Some(filter) = &options.filter {
        command.arg("--").arg(filter);
    }
    command
}

/// The loop under as many random crashes as a full run has time for.
fn simulation() -> Command {
    let mut command = build::cargo();
    command
        .args(["test", "--release", "-p", "tandem-shared", "flow::sim"])
        .env("TANDEM_SIM_SEEDS", "100000");
    command
}

/// Runs cargo, shows and counts what it says; returns whether everything passed.
fn count(tally: &mut Tally, step: &str, command: &mut Command) -> bool {
    if interrupt::happened() {
        return false;
    }
    eprintln!("== {step}: tests");
    let before = tally.failed();
    let outcome = stream(tally, step, command);
    match outcome {
        Ok(true) => {}
        Ok(false) if tally.failed() > before => {}
        Ok(false) => tally.fail(step, "cargo failed"),
        Err(error) => tally.fail(step, &format!("{error:#}")),
    }
    tally.failed() == before
}

fn stream(tally: &mut Tally, step: &str, command: &mut Command) -> Result<bool> {
    let mut running = interrupt::spawn(command.stdout(Stdio::piped()))?;
    let output = running.0.stdout.take().context("cargo has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        tally.read(step, &line);
    }
    Ok(running.0.wait()?.success())
}

#[cfg(test)]
mod tests {
    use super::ON_SERVERS;
    use crate::build;

    #[test]
    fn every_binary_of_tests_is_run() {
        let folder = build::workspace().join("tests/tests");
        for entry in std::fs::read_dir(folder).expect("the tests") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let run = ON_SERVERS.iter().any(|(_, targets)| {
                targets.iter().any(|target| match target.strip_suffix('*') {
                    Some(beginning) => name.starts_with(beginning),
                    None => name == *target,
                })
            });
            assert!(run, "nothing runs {name}");
        }
    }
}
