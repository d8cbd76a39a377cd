//! A healthy world, and what is found when one thing in it is wrong.

mod codes;
mod details;

use super::*;
use crate::mapping::catalog::Family;
use crate::mapping::example::{self, Column, Table, column, numbered};
use crate::mapping::scaffold::scaffold;
use crate::mapping::target::{TargetColumn, TargetForeignKey, TargetUniqueIndex};
use crate::types::UpgradeType;
use std::collections::BTreeMap;

/// All that a check looks at.
#[derive(Clone)]
struct World {
    server: LegacyServerFacts,
    legacy: LegacyCatalog,
    mapping: Document,
    target: TargetCatalog,
    others: Vec<TableMap>,
    probes: Vec<Probe>,
    log: Option<LogFacts>,
}

impl World {
    /// Two tables, mapped one to one; nothing is to be found.
    fn healthy() -> Self {
        let bin = "utf8mb4_0900_bin";
        let sites = numbered(
            "sites",
            vec![column("code", "varchar(9)").not_null().collate(bin)],
        )
        .index("code", true, &["code"]);
        let users = numbered(
            "users",
            vec![
                column("site_id", "int unsigned"),
                column("name", "varchar(9)"),
            ],
        );
        let legacy = example::catalog(vec![sites, users]);
        let mapping = Document::new(scaffold(&legacy, Family::Mysql, "s").tables);
        let id = |name: &str| TargetColumn {
            name: name.to_owned(),
            type_name: "bigint".to_owned(),
            upgrade: UpgradeType::Int8,
            not_null: false,
            has_default: false,
            generated: false,
        };
        let text = |name: &str| TargetColumn {
            type_name: "text".to_owned(),
            upgrade: UpgradeType::Text,
            ..id(name)
        };
        let unique = |name: &str, column: &str| TargetUniqueIndex {
            name: name.to_owned(),
            columns: vec![Some(column.to_owned())],
            usable: true,
        };
        let table = |name: &str, columns: Vec<TargetColumn>| TargetTable {
            schema: "s".to_owned(),
            name: name.to_owned(),
            is_table: true,
            columns,
            unique_indexes: vec![unique("pkey", "id")],
            ..TargetTable::default()
        };
        let mut sites = table("sites", vec![id("id"), text("code")]);
        sites.unique_indexes.push(unique("code", "code"));
        let mut users = table("users", vec![id("id"), id("site_id"), text("name")]);
        users.foreign_keys.push(TargetForeignKey {
            name: "site".to_owned(),
            parent_schema: "s".to_owned(),
            parent_table: "sites".to_owned(),
            columns: vec!["site_id".to_owned()],
            parent_columns: vec!["id".to_owned()],
        });
        Self {
            server: server(),
            legacy,
            mapping,
            target: TargetCatalog {
                encoding: "UTF8".to_owned(),
                tables: vec![sites, users],
            },
            others: Vec::new(),
            probes: Vec::new(),
            log: None,
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let others: Vec<OtherLink<'_>> = self
            .others
            .iter()
            .map(|map| OtherLink { link: "other", map })
            .collect();
        check(&Subject {
            others: &others,
            probes: &self.probes,
            link: "legacy",
            server: &self.server,
            legacy: &self.legacy,
            mapping: &self.mapping,
            target: &self.target,
            own_schema: "tandem",
            log: self.log,
        })
    }

    /// The findings as `code object`.
    fn found(&self) -> Vec<String> {
        let findings = self.findings();
        findings
            .iter()
            .map(|f| format!("{} {}", f.code, f.object))
            .collect()
    }
}

fn server() -> LegacyServerFacts {
    let settings = [
        ("binlog_format", "ROW"),
        ("innodb_autoinc_lock_mode", "2"),
        ("log_bin", "ON"),
        ("log_bin_trust_function_creators", "ON"),
        ("lower_case_table_names", "0"),
        ("read_only", "OFF"),
        ("sql_require_primary_key", "OFF"),
        ("super_read_only", "OFF"),
        ("transaction_isolation", "REPEATABLE-READ"),
    ];
    LegacyServerFacts {
        version: "9.7.4".to_owned(),
        family: Family::Mysql,
        variables: settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
        grants: vec![
            "GRANT PROCESS ON *.* TO `t`@`%`".to_owned(),
            "GRANT SELECT, TRIGGER ON `shop`.* TO `t`@`%`".to_owned(),
            "GRANT ALL PRIVILEGES ON `tandem`.* TO `t`@`%`".to_owned(),
        ],
        plugin_version: Some("0.1.0".to_owned()),
    }
}

#[test]
fn nothing_is_found_in_a_healthy_world() {
    assert_eq!(World::healthy().found(), Vec::<String>::new());
}
