//! What a finding says, and where the line is.

use super::*;
use crate::mapping::example::object;

#[test]
fn a_missing_privilege_comes_with_its_grant() {
    let mut world = World::healthy();
    world.server.grants = vec![
        "GRANT SELECT ON `shop`.* TO `t`@`10.%`".to_owned(),
        "GRANT PROCESS ON *.* TO `t`@`10.%`".to_owned(),
    ];
    let findings = world.findings();
    let hints: Vec<&str> = findings.iter().map(|f| f.hint.as_str()).collect();
    assert_eq!(
        hints,
        [
            "Run GRANT SELECT, TRIGGER ON `shop`.* TO `t`@`10.%`.",
            "Run GRANT CREATE, DROP, SELECT, INSERT, DELETE ON `tandem`.* TO `t`@`10.%`."
        ]
    );
}

#[test]
fn privileges_on_single_tables_do() {
    let mut world = World::healthy();
    world.server.grants[1] = "GRANT SELECT, TRIGGER ON `shop`.`sites` TO `t`@`%`".to_owned();
    assert_eq!(
        world.found(),
        [
            "privilege_missing `shop`.`users`",
            "privilege_missing `shop`.`users`"
        ]
    );
    world
        .server
        .grants
        .push("GRANT SELECT, TRIGGER ON `shop`.`users` TO `t`@`%`".to_owned());
    assert!(world.found().is_empty());
}

#[test]
fn super_may_create_triggers() {
    let mut world = World::healthy();
    world
        .server
        .variables
        .insert("log_bin_trust_function_creators".into(), "OFF".into());
    world
        .server
        .grants
        .push("GRANT SUPER ON *.* TO `t`@`%`".to_owned());
    assert!(world.found().is_empty());
    world.server.grants.pop();
    world
        .server
        .variables
        .insert("log_bin".into(), "OFF".into());
    assert!(world.found().is_empty());
}

#[test]
fn errors_come_first() {
    let mut world = World::healthy();
    world.server.plugin_version = None;
    world.legacy.tables[1].system_versioned = true;
    world.target.tables.remove(0);
    let severities: Vec<Severity> = world.findings().iter().map(|f| f.severity).collect();
    assert_eq!(
        severities,
        [Severity::Error, Severity::Warning, Severity::Info]
    );
}

#[test]
fn a_table_left_out_on_purpose_is_not_a_finding() {
    let mut world = World::healthy();
    world.legacy.tables.push(numbered("extra", vec![]));
    assert_eq!(
        world.findings()[0].hint,
        "Map the table, or leave it out with tandem.unmap('legacy', 'extra')."
    );
    world.mapping.unmapped.push("extra".to_owned());
    assert!(world.found().is_empty());
}

#[test]
fn tandems_own_triggers_are_not_the_applications() {
    let mut world = World::healthy();
    world
        .legacy
        .others
        .push(object("trigger", "tandem_1_ai", Some("users")));
    assert!(world.found().is_empty());
}

#[test]
fn an_index_that_the_scaffold_made_is_not_stricter() {
    let mut world = World::healthy();
    let users = world.legacy.tables.remove(1);
    world
        .legacy
        .tables
        .push(users.index("start", true, &["name(3)"]));
    world.target.tables[1]
        .unique_indexes
        .push(TargetUniqueIndex {
            name: "start".to_owned(),
            columns: vec![None],
            usable: true,
        });
    assert!(world.found().is_empty(), "{:?}", world.found());
}

#[test]
fn a_type_that_does_not_meet_says_both() {
    let mut world = World::healthy();
    world.target.tables[1].columns[2].upgrade = UpgradeType::Date;
    let message = &world.findings()[0].message;
    assert!(
        message.contains("varchar(9)") && message.contains("date"),
        "{message}"
    );
}

#[test]
fn a_finding_is_plain_json() {
    let mut world = World::healthy();
    world.server.plugin_version = None;
    let json = serde_json::to_value(&world.findings()[0]).expect("json");
    assert_eq!(json["severity"], "warning");
    assert_eq!(json["code"], "plugin_missing");
}

#[test]
fn an_older_mariadb_is_too_old_and_a_new_one_is_not() {
    let mut world = World::healthy();
    world.server.family = Family::Mariadb;
    world.server.version = "10.5.29-MariaDB".to_owned();
    assert_eq!(
        world.findings()[0].message,
        "MariaDB 10.5.29-MariaDB is older than 10.6.0"
    );
    world.server.version = "11.8.6-MariaDB".to_owned();
    assert!(
        world
            .found()
            .iter()
            .all(|found| !found.starts_with("server_too_old"))
    );
}

#[test]
fn the_right_to_see_where_a_log_ends_has_another_name_on_mariadb() {
    let mut world = World::healthy();
    world.log = Some(LogFacts::default());
    world.server.family = Family::Mariadb;
    world
        .server
        .grants
        .push("GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO `t`@`%`".into());
    let missing = "privilege_missing *.*".to_owned();
    assert!(!world.found().contains(&missing));
    world.server.grants.pop();
    world
        .server
        .grants
        .push("GRANT REPLICATION SLAVE ON *.* TO `t`@`%`".into());
    assert!(world.found().contains(&missing));
}

/// What a map makes of a column is checked, not what a copy would: a number that becomes a label of an enum is no mismatch, a pair that the
/// enum does not have is one.
#[test]
fn a_column_map_is_checked_as_what_it_is() {
    let mut world = World::healthy();
    let labels = vec!["off".to_owned(), "busy".to_owned()];
    world.target.tables[1].columns[1].upgrade = UpgradeType::Enum { labels };
    let mut lookup = |pairs: &str| {
        let json =
            format!(r#"{{"kind":"lookup","source":"site_id","target":"site_id","pairs":{pairs}}}"#);
        world.mapping.tables[1].columns[1] = serde_json::from_str(&json).expect("a column map");
        world.found()
    };
    assert_eq!(lookup(r#"[[0, "off"], [1, "busy"]]"#), Vec::<String>::new());
    assert_eq!(
        lookup(r#"[[0, "loud"]]"#),
        ["types_do_not_meet users.site_id"]
    );
}

/// A default leaves no NULL that the upgrade column could refuse.
#[test]
fn a_default_keeps_null_out_of_a_column_that_is_not_null() {
    let mut world = World::healthy();
    world.target.tables[1].columns[2].not_null = true;
    assert_eq!(world.found(), ["null_refused users.name"]);
    let json = r#"{"kind":"default","source":"name","target":"name","value":"nobody"}"#;
    world.mapping.tables[1].columns[2] = serde_json::from_str(json).expect("a column map");
    assert_eq!(world.found(), Vec::<String>::new());
}
