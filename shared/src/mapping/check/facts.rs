//! What a check needs to know of the legacy server itself.
//!
//! Promise: plain data, filled by the extension's legacy end in three statements; nothing here asks a server. Variables and grants are kept
//! as the server prints them, so that a finding can quote them.

use crate::mapping::catalog::Family;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The system variables a check reads; a server that lacks one leaves it out of [`LegacyServerFacts::variables`].
pub const VARIABLES: &[&str] = &[
    "binlog_expire_logs_seconds",
    "binlog_format",
    "binlog_order_commits",
    "binlog_row_image",
    "character_set_server",
    "enable_cascade_triggers",
    "innodb_autoinc_lock_mode",
    "innodb_native_foreign_keys",
    "log_bin",
    "log_bin_trust_function_creators",
    "lower_case_table_names",
    "read_only",
    "sql_require_primary_key",
    "super_read_only",
    "transaction_isolation",
    "tx_isolation",
];

/// The legacy server as the link's account sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyServerFacts {
    /// `VERSION()`, as printed: `9.7.4`, `10.11.19-MariaDB-0+deb12u1`.
    pub version: String,
    /// The family, read from the version.
    pub family: Family,
    /// Those of [`VARIABLES`] that the server has, global values, names in lower case.
    pub variables: BTreeMap<String, String>,
    /// The lines of `SHOW GRANTS` for the link's account, its active roles included.
    pub grants: Vec<String>,
    /// What `tandem_version()` answers; `None` when the plugin is not there.
    pub plugin_version: Option<String>,
}

impl LegacyServerFacts {
    /// The family of a server that prints this version.
    pub fn family_of(version: &str) -> Family {
        if version.to_ascii_lowercase().contains("mariadb") {
            Family::Mariadb
        } else {
            Family::Mysql
        }
    }

    /// Major, minor and patch number; parts that are missing or not numbers are zero.
    pub fn version_number(&self) -> (u32, u32, u32) {
        let digits = self.version.split(|c: char| !c.is_ascii_digit());
        let mut parts = digits.map(|part| part.parse().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        (next(), next(), next())
    }

    /// A variable's value, empty when the server does not have it.
    pub fn variable(&self, name: &str) -> &str {
        self.variables.get(name).map_or("", String::as_str)
    }

    /// True when a boolean variable is on.
    pub fn is_on(&self, name: &str) -> bool {
        matches!(
            self.variable(name).to_ascii_uppercase().as_str(),
            "ON" | "1" | "YES" | "TRUE"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(version: &str) -> LegacyServerFacts {
        LegacyServerFacts {
            version: version.to_owned(),
            family: LegacyServerFacts::family_of(version),
            variables: BTreeMap::new(),
            grants: Vec::new(),
            plugin_version: None,
        }
    }

    #[test]
    fn versions_are_read() {
        let maria = of("10.11.19-MariaDB-0+deb12u1");
        assert_eq!(maria.version_number(), (10, 11, 19));
        assert_eq!(maria.family, Family::Mariadb);
        assert_eq!(of("9.7.4-2").version_number(), (9, 7, 4));
        assert_eq!(of("9.7.4-2").family, Family::Mysql);
        assert_eq!(of("strange").version_number(), (0, 0, 0));
    }

    #[test]
    fn a_switch_is_read_in_each_spelling() {
        let mut facts = of("9.7.4");
        facts.variables.insert("log_bin".into(), "1".into());
        assert!(facts.is_on("log_bin"));
        assert!(!facts.is_on("read_only"));
    }
}
