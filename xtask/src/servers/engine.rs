//! The names of the servers that Tandem is tested on.
//!
//! Promises: one name for one server, the same in options, in the cache and in reports. Called wherever a server is chosen.

use std::fmt;
use std::str::FromStr;

use anyhow::{Error, bail};

/// A legacy server: MySQL or MariaDB, by release series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LegacyEngine {
    /// Oracle's MySQL 9.7.
    Mysql97,
    /// MariaDB 10.11.
    MariaDb1011,
    /// MariaDB 11.8.
    MariaDb118,
}

/// An upgrade server: PostgreSQL, by major version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpgradeEngine {
    /// PostgreSQL 15.
    Pg15,
    /// PostgreSQL 16.
    Pg16,
    /// PostgreSQL 17.
    Pg17,
    /// PostgreSQL 18.
    Pg18,
}

impl LegacyEngine {
    /// Every legacy server, newest MySQL first.
    pub const ALL: [Self; 3] = [Self::Mysql97, Self::MariaDb1011, Self::MariaDb118];

    /// The name used in options and reports, such as `mariadb-10.11`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mysql97 => "mysql-9.7",
            Self::MariaDb1011 => "mariadb-10.11",
            Self::MariaDb118 => "mariadb-11.8",
        }
    }

    /// Whether this is MySQL; otherwise it is MariaDB.
    pub fn is_mysql(self) -> bool {
        self == Self::Mysql97
    }
}

impl UpgradeEngine {
    /// Every upgrade server, oldest first.
    pub const ALL: [Self; 4] = [Self::Pg15, Self::Pg16, Self::Pg17, Self::Pg18];

    /// The major version, 15 to 18.
    pub fn major(self) -> u16 {
        match self {
            Self::Pg15 => 15,
            Self::Pg16 => 16,
            Self::Pg17 => 17,
            Self::Pg18 => 18,
        }
    }
}

impl fmt::Display for LegacyEngine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl fmt::Display for UpgradeEngine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.major())
    }
}

impl FromStr for LegacyEngine {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match Self::ALL.into_iter().find(|engine| engine.name() == name) {
            Some(engine) => Ok(engine),
            None => bail!(
                "unknown legacy server \"{name}\": use mysql-9.7, mariadb-10.11 or mariadb-11.8"
            ),
        }
    }
}

impl FromStr for UpgradeEngine {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match Self::ALL
            .into_iter()
            .find(|engine| engine.to_string() == name)
        {
            Some(engine) => Ok(engine),
            None => bail!("unknown upgrade server \"{name}\": use 15, 16, 17 or 18"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LegacyEngine, UpgradeEngine};

    #[test]
    fn names_read_back() {
        for engine in LegacyEngine::ALL {
            assert_eq!(engine.name().parse::<LegacyEngine>().ok(), Some(engine));
        }
        for engine in UpgradeEngine::ALL {
            assert_eq!(
                engine.to_string().parse::<UpgradeEngine>().ok(),
                Some(engine)
            );
        }
        assert!("mysql".parse::<LegacyEngine>().is_err());
        assert!("14".parse::<UpgradeEngine>().is_err());
    }
}
