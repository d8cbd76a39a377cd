//! A private apt: it sees one suite, believes that nearly nothing is installed, and only downloads.
//!
//! Promises: its state, cache, status and sources are its own; nothing is installed. Called by `root`, one suite at a time.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::cache;
use super::command::{capture, run};
use super::mirror::Mirror;

/// Packages that the servers name but do not need at run time; pretending to have them saves hundreds of megabytes.
const PRETENDED: [&str; 18] = [
    "perl",
    "perl-base",
    "debconf",
    "dpkg",
    "locales",
    "ssl-cert",
    "tzdata",
    "postgresql-common",
    "postgresql-client-common",
    "postgresql-common-dev",
    "libssl-dev",
    "libllvm14",
    "clang-14",
    "llvm-14-dev",
    "clang-19",
    "llvm-19-dev",
    "clang-21",
    "llvm-21-dev",
];

/// The private apt of one suite. Holding it keeps other runs from using the same suite's files.
pub struct Apt {
    suite: String,
    dir: PathBuf,
    _lock: cache::Lock,
}

impl Apt {
    /// Prepares the suite's folder in the cache and fetches its package lists.
    pub fn open(suite: &str) -> Result<Self> {
        let dir = cache::dir()?.join("apt").join(suite);
        fs::create_dir_all(&dir)?;
        let apt = Self {
            suite: suite.to_string(),
            _lock: cache::lock(&dir.join("lock"))?,
            dir,
        };
        for folder in ["state/lists/partial", "cache/archives/partial", "none"] {
            fs::create_dir_all(apt.dir.join(folder))?;
        }
        fs::write(
            apt.dir.join("sources.list"),
            Mirror::of_machine()?.source_list(suite)?,
        )?;
        fs::write(apt.dir.join("status"), pretended_status(&architecture()?))?;
        fs::write(apt.dir.join("apt.conf"), configuration(&apt.dir))?;
        eprintln!("reading the package lists of {suite}");
        run(apt.command("apt-get").args(["-q", "update"]))
            .with_context(|| format!("could not read the package lists of suite \"{suite}\""))?;
        Ok(apt)
    }

    /// Fails unless the suite's version of `package` begins with `version` (an epoch before it does not count).
    pub fn require_version(&self, package: &str, version: &str) -> Result<()> {
        let policy = capture(self.command("apt-cache").args(["policy", package]))?;
        let candidate = policy
            .lines()
            .find_map(|line| line.trim().strip_prefix("Candidate: "))
            .unwrap_or("(none)");
        let upstream = candidate
            .split_once(':')
            .map_or(candidate, |(_, rest)| rest);
        if !upstream.starts_with(version) {
            bail!(
                "suite \"{}\" has {package} {candidate}, not {version}x",
                self.suite
            );
        }
        Ok(())
    }

    /// Downloads `packages` and all that they depend on; returns the archives.
    pub fn download(&self, packages: &[&str]) -> Result<Vec<PathBuf>> {
        let archives = self.dir.join("cache/archives");
        for old in archive_files(&archives)? {
            fs::remove_file(old)?;
        }
        eprintln!("fetching {} from {}", packages.join(", "), self.suite);
        run(self
            .command("apt-get")
            .args(["-q", "-y", "--download-only", "install"])
            .args(packages))
        .with_context(|| {
            format!(
                "could not download {} from suite \"{}\"",
                packages.join(" "),
                self.suite
            )
        })?;
        archive_files(&archives)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("APT_CONFIG", self.dir.join("apt.conf"))
            .env("LC_ALL", "C");
        command
    }
}

impl Drop for Apt {
    fn drop(&mut self) {
        // The archives are unpacked by now; the lists stay, so that the next fetch is quick.
        if let Ok(files) = archive_files(&self.dir.join("cache/archives")) {
            files.iter().for_each(|file| drop(fs::remove_file(file)));
        }
    }
}

fn archive_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn architecture() -> Result<String> {
    Ok(capture(Command::new("dpkg").arg("--print-architecture"))?
        .trim()
        .to_string())
}

fn pretended_status(architecture: &str) -> String {
    let mut status = String::new();
    for package in PRETENDED {
        let _ = write!(
            status,
            "Package: {package}\nStatus: install ok installed\nArchitecture: {architecture}\nMulti-Arch: allowed\n\
             Version: 999:1\nMaintainer: none\nDescription: pretended\n\n"
        );
    }
    status
}

fn configuration(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "Dir::State \"{dir}/state\";\nDir::State::status \"{dir}/status\";\nDir::Cache \"{dir}/cache\";\n\
         Dir::Etc::sourcelist \"{dir}/sources.list\";\nDir::Etc::sourceparts \"{dir}/none\";\n\
         Dir::Etc::preferences \"{dir}/none/preferences\";\nDir::Etc::preferencesparts \"{dir}/none\";\n\
         APT::Install-Recommends \"false\";\nAPT::Sandbox::User \"\";\nDebug::NoLocking \"true\";\n\
         Acquire::Check-Valid-Until \"false\";\nAcquire::Languages \"none\";\nAcquire::Retries \"3\";\n"
    )
}
