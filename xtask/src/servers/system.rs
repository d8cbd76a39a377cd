//! What the system itself must have: small tools and, for building the extension, a C compiler's front end.
//!
//! Promises: only missing packages are installed, never a database server. Fails with the command to type when we may not
//! install. Called before a root is made and before the extension is built.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::account::is_root;
use super::command::run;

/// A program that must be on the path, and the package that has it.
struct Tool {
    program: &'static str,
    package: &'static str,
}

const FETCHING: [Tool; 3] = [
    Tool {
        program: "patchelf",
        package: "patchelf",
    },
    Tool {
        program: "setpriv",
        package: "util-linux",
    },
    Tool {
        program: "openssl",
        package: "openssl",
    },
];

const BUILDING: [Tool; 2] = [
    Tool {
        program: "gcc",
        package: "gcc",
    },
    Tool {
        program: "clang",
        package: "clang",
    },
];

/// Installs what fetching and running servers needs.
pub fn need_for_servers() -> Result<()> {
    let mut missing = missing(&FETCHING);
    if !Path::new("/usr/share/zoneinfo/UTC").exists() {
        missing.push("tzdata");
    }
    install(&missing)
}

/// Installs what building the extension needs.
pub fn need_for_building() -> Result<()> {
    install(&missing(&BUILDING))
}

/// Fetches the machine's package lists anew.
pub fn refresh_package_lists() -> Result<()> {
    let mut command = privileged("apt-get")
        .context("the machine's package lists are missing: run apt-get update")?;
    run(command.args(["-q", "update"]))
}

fn missing(tools: &[Tool]) -> Vec<&'static str> {
    let absent = |tool: &&Tool| {
        let found = Command::new("which")
            .arg(tool.program)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        !found.is_ok_and(|status| status.success())
    };
    tools
        .iter()
        .filter(absent)
        .map(|tool| tool.package)
        .collect()
}

fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    eprintln!("installing {list}");
    let hint = || format!("programs are missing: run apt-get install {list}");
    let attempt = || -> Result<()> {
        let mut command = privileged("apt-get").with_context(hint)?;
        run(command
            .args(["-q", "-y", "--no-install-recommends", "install"])
            .args(packages))
        .with_context(hint)
    };
    attempt().or_else(|_| {
        refresh_package_lists()?;
        attempt()
    })
}

/// A command that runs `program` as root, without asking for a password.
fn privileged(program: &str) -> Result<Command> {
    if is_root() {
        let mut command = Command::new(program);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        return Ok(command);
    }
    let asks_nothing = Command::new("sudo")
        .args(["-n", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !asks_nothing.is_ok_and(|status| status.success()) {
        bail!("neither root nor sudo without a password is available");
    }
    let mut command = Command::new("sudo");
    command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", program]);
    Ok(command)
}
