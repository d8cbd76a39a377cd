//! Every code is raised when what it means is the case, and by nothing else: each case breaks one thing in a healthy world.

use super::*;
use crate::mapping::catalog::Family;
use crate::mapping::document::{ColumnMap, Join, Route};
use crate::mapping::example::object;
use crate::mapping::keys::Keys;

type Break = fn(&mut World);

fn set(world: &mut World, name: &str, value: &str) {
    world
        .server
        .variables
        .insert(name.to_owned(), value.to_owned());
}

/// Has the link capture from the binary log, with all that this needs.
fn log(world: &mut World) {
    world.log = Some(LogFacts::default());
    let grant = "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `t`@`%`";
    world.server.grants.push(grant.into());
}

/// The code, the object that it is about, and how to get it.
const CASES: &[(&str, &str, Break)] = &[
    ("server_too_old", "version", |w| {
        w.server.version = "8.0.15".into()
    }),
    ("server_read_only", "read_only", |w| {
        set(w, "super_read_only", "ON")
    }),
    ("server_blocks_writes", "read_only", |w| {
        set(w, "read_only", "ON");
        w.server
            .grants
            .push("GRANT CONNECTION_ADMIN ON *.* TO `t`@`%`".into());
    }),
    ("binlog_statement", "binlog_format", |w| {
        set(w, "binlog_format", "STATEMENT")
    }),
    ("binlog_off", "log_bin", |w| {
        log(w);
        set(w, "log_bin", "OFF")
    }),
    ("binlog_not_row", "binlog_format", |w| {
        log(w);
        set(w, "binlog_format", "MIXED")
    }),
    ("binlog_unordered", "binlog_order_commits", |w| {
        log(w);
        set(w, "binlog_order_commits", "OFF")
    }),
    ("binlog_image_partial", "sites", |w| {
        log(w);
        set(w, "binlog_row_image", "MINIMAL");
        w.legacy.tables[0].indexes[0].name = "id".into();
    }),
    ("binlog_joined", "users", |w| {
        log(w);
        join(w, "site", "sites", "site_id")
    }),
    ("binlog_reverse", "users", |w| {
        log(w);
        w.mapping.tables[1].route = Route::Reverse;
        let grant = "GRANT INSERT, UPDATE, DELETE ON `shop`.`users` TO `t`@`%`";
        w.server.grants.push(grant.into());
    }),
    ("binlog_expires_soon", "binlog_expire_logs_seconds", |w| {
        log(w);
        set(w, "binlog_expire_logs_seconds", "3600")
    }),
    ("binlog_purged", "binlog", |w| {
        log(w);
        w.log = Some(LogFacts {
            oldest: Some(9),
            resume: Some(8),
        });
    }),
    ("isolation_weak", "transaction_isolation", |w| {
        set(w, "transaction_isolation", "READ-UNCOMMITTED")
    }),
    (
        "autoinc_lock_traditional",
        "innodb_autoinc_lock_mode",
        |w| set(w, "innodb_autoinc_lock_mode", "0"),
    ),
    ("primary_key_required", "sql_require_primary_key", |w| {
        set(w, "sql_require_primary_key", "ON")
    }),
    ("names_folded", "lower_case_table_names", |w| {
        set(w, "lower_case_table_names", "1")
    }),
    ("plugin_missing", "tandem", |w| {
        w.server.plugin_version = None
    }),
    (
        "trigger_creation_refused",
        "log_bin_trust_function_creators",
        |w| {
            set(w, "log_bin_trust_function_creators", "OFF");
        },
    ),
    ("privilege_missing", "`shop`.*", |w| {
        w.server.grants.remove(1);
    }),
    ("replaced_rows_unseen", "*.*", |w| {
        w.server.grants.remove(0);
    }),
    ("lock_tables_missing", "`shop`.*", |w| {
        w.server.family = Family::Mariadb;
        w.server.version = "10.11.19-MariaDB".into();
    }),
    ("target_encoding", "server_encoding", |w| {
        w.target.encoding = "SQL_ASCII".into()
    }),
    ("table_unmapped", "extra", |w| {
        w.legacy.tables.push(numbered("extra", vec![]))
    }),
    ("legacy_table_missing", "sites", |w| {
        w.legacy.tables.remove(0);
    }),
    ("source_mapped_twice", "sites", |w| {
        let mut again = w.mapping.tables[0].clone();
        again.target.table = "copy".into();
        let mut copy = w.target.tables[0].clone();
        copy.name = "copy".into();
        w.target.tables.push(copy);
        w.mapping.tables.push(again);
    }),
    ("target_mapped_twice", "s.sites", |w| {
        let mut again = w.mapping.tables[0].clone();
        again.source.table = "sites2".into();
        let mut copy = w.legacy.tables[0].clone();
        copy.name = "sites2".into();
        w.legacy.tables.push(copy);
        w.mapping.tables.push(again);
    }),
    ("table_without_key", "users", |w| {
        w.mapping.tables[1].source.key.clear()
    }),
    ("engine_not_transactional", "users", |w| {
        w.legacy.tables[1].engine = "MyISAM".into()
    }),
    ("cascade_notified", "users", |w| {
        let users = w.legacy.tables.remove(1);
        w.legacy
            .tables
            .push(users.foreign_key("fk", "site_id", ("sites", "id")));
    }),
    ("cascade_from_elsewhere", "users", |w| {
        let users = w.legacy.tables.remove(1);
        w.legacy
            .tables
            .push(users.foreign_key("fk", "site_id", ("sites", "id")));
        w.legacy.tables[1].foreign_keys[0].parent_database = "other".into();
    }),
    ("triggers_of_application", "users", |w| {
        w.legacy.others.push(object("trigger", "tr", Some("users")))
    }),
    ("history_stays", "users", |w| {
        w.legacy.tables[1].system_versioned = true
    }),
    ("legacy_column_missing", "users.name", |w| {
        w.legacy.tables[1].columns.remove(2);
    }),
    ("column_unmapped", "users.name", |w| {
        w.mapping.tables[1].columns.remove(2);
    }),
    ("column_mapped_twice", "s.users.name", |w| {
        let again = w.mapping.tables[1].columns[2].clone();
        w.mapping.tables[1].columns.push(again);
    }),
    ("target_column_missing", "s.users.name", |w| {
        w.target.tables[1].columns.remove(2);
    }),
    ("target_column_generated", "s.users.name", |w| {
        w.target.tables[1].columns[2].generated = true
    }),
    ("types_do_not_meet", "users.name", |w| {
        w.target.tables[1].columns[2].upgrade = UpgradeType::Date
    }),
    ("null_refused", "users.name", |w| {
        w.target.tables[1].columns[2].not_null = true
    }),
    ("target_column_unfilled", "s.users.must", |w| {
        let mut column = w.target.tables[1].columns[2].clone();
        column.name = "must".into();
        column.not_null = true;
        w.target.tables[1].columns.push(column);
    }),
    ("legacy_key_not_unique", "users", |w| {
        w.legacy.tables[1].indexes.clear()
    }),
    ("key_not_mapped", "sites.code", |w| {
        w.mapping.tables[0].source.key.push("code".into());
        w.mapping.tables[0].columns[1] = ColumnMap::copy("id", "code");
        w.legacy.tables[0].columns[1].generation = Some("1".into());
    }),
    ("target_key_not_unique", "s.users", |w| {
        w.target.tables[1].unique_indexes[0].usable = false
    }),
    ("key_collation_loose", "sites.code", |w| {
        w.mapping.tables[0].source.key = vec!["code".into()];
        w.legacy.tables[0].columns[1].collation = Some("utf8mb4_bin".into());
    }),
    ("target_unique_stricter", "s.users.name", |w| {
        let mut index = w.target.tables[1].unique_indexes[0].clone();
        index.name = "name".into();
        index.columns = vec![Some("name".into())];
        w.target.tables[1].unique_indexes.push(index);
    }),
    ("target_table_missing", "s.users", |w| {
        w.target.tables.remove(1);
    }),
    ("target_not_a_table", "s.users", |w| {
        w.target.tables[1].is_table = false
    }),
    ("target_not_empty", "s.users", |w| {
        w.target.tables[1].has_rows = true
    }),
    ("target_row_security", "s.users", |w| {
        w.target.tables[1].row_security = true
    }),
    ("target_trigger_fires", "s.users.tr", |w| {
        w.target.tables[1].firing_triggers.push("tr".into())
    }),
    ("target_parent_unmapped", "s.users.site", |w| {
        w.target.tables[1].foreign_keys[0].parent_table = "elsewhere".into();
    }),
    ("target_column_unmapped", "s.users.more", |w| {
        designed(w);
        let mut column = w.target.tables[1].columns[2].clone();
        column.name = "more".into();
        w.target.tables[1].columns.push(column);
    }),
    ("map_invalid", "users", |w| {
        join(w, "site", "sites", "other.x");
    }),
    ("join_table_missing", "users", |w| {
        join(w, "site", "nowhere", "site_id")
    }),
    ("join_not_unique", "users", |w| {
        join(w, "site", "sites", "name");
        let on = &mut w.mapping.tables[1].source.joins[0].on;
        *on = [("code".to_owned(), "name".to_owned())].into();
        w.legacy.tables[0]
            .indexes
            .retain(|index| index.name == "PRIMARY");
        w.target.tables[0].unique_indexes.truncate(1);
    }),
    ("target_key_not_derived", "users", |w| {
        designed(w);
        w.target.tables[1].unique_indexes[0].columns = vec![Some("name".into())];
    }),
    ("reference_unmapped", "users", |w| {
        w.mapping.tables[1].columns[1] = reference("site_id", "elsewhere");
    }),
    ("keys_unused", "users", |w| {
        w.mapping.tables[1].keys = Keys::Crosswalk;
    }),
    ("keys_collide", "s.users", |w| {
        let other = w.mapping.tables[1].clone();
        w.others.push(other);
    }),
    ("reference_by_copy", "s.users.site_id", |w| {
        w.mapping.tables[0].keys = Keys::Range {
            offset: 10,
            size: 10,
        };
        w.mapping.tables[0].columns[0] = reference("id", "sites");
    }),
    ("expression_invalid", "users", |w| {
        w.probes.push(Probe::Expression {
            table: "users".into(),
            message: "column does not exist".into(),
        });
    }),
    ("value_outside_domain", "users.name", |w| {
        w.probes.push(Probe::Values {
            table: "users".into(),
            column: "name".into(),
            rows: 3,
            message: "it is too long".into(),
        });
    }),
    ("column_one_way", "s.users.name", |w| {
        designed(w);
        w.mapping.tables[1].route = Route::Reverse;
        w.server
            .grants
            .push("GRANT INSERT, UPDATE, DELETE ON `shop`.`users` TO `t`@`%`".into());
    }),
    ("mapping_differs", "mapping", |w| {
        w.probes.push(Probe::Mapping {
            there: "2".into(),
            here: "1".into(),
        });
    }),
];

/// Makes the map of users one of its own design, with nothing wrong.
fn designed(w: &mut World) {
    w.mapping.tables[1].columns[2] = ColumnMap::Sql {
        target: "name".into(),
        up: "upper(name)".into(),
        down: BTreeMap::new(),
    };
}

fn reference(name: &str, to: &str) -> ColumnMap {
    ColumnMap::Reference {
        source: name.into(),
        target: name.into(),
        to: to.into(),
    }
}

fn join(w: &mut World, name: &str, table: &str, equals: &str) {
    w.mapping.tables[1].source.joins.push(Join {
        name: name.into(),
        table: table.into(),
        on: [("id".to_owned(), equals.to_owned())].into(),
    });
}

#[test]
fn each_break_is_found() {
    for (code, object, break_it) in CASES {
        let mut world = World::healthy();
        break_it(&mut world);
        let wanted = format!("{code} {object}");
        let found = world.found();
        assert!(found.contains(&wanted), "{wanted} is not in {found:?}");
    }
}

#[test]
fn each_break_is_found_alone() {
    // A key that is not mapped, and keys that change, make other things wrong too.
    let compound = ["key_not_mapped", "target_key_not_unique"];
    for (code, _, break_it) in CASES.iter().filter(|(code, ..)| !compound.contains(code)) {
        let mut world = World::healthy();
        break_it(&mut world);
        let others: Vec<String> = world
            .found()
            .into_iter()
            .filter(|found| !found.starts_with(code))
            .collect();
        assert!(others.is_empty(), "{code} also finds {others:?}");
    }
}

#[test]
fn every_code_has_a_case() {
    let cases: Vec<&str> = CASES.iter().map(|(code, ..)| *code).collect();
    for doc in CODES {
        assert!(cases.contains(&doc.code), "{} is not tested", doc.code);
    }
    assert_eq!(cases.len(), CODES.len());
}

#[test]
fn writing_routes_need_more_privileges() {
    let mut world = World::healthy();
    world.mapping.tables[0].route = Route::Exception;
    let findings = world.findings();
    let messages: Vec<&str> = findings.iter().map(|f| f.message.as_str()).collect();
    assert!(
        messages.contains(&"account `t`@`%` lacks XA_RECOVER_ADMIN on *.*"),
        "{messages:?}"
    );
    assert!(
        messages.contains(&"account `t`@`%` lacks INSERT on `shop`.`sites`"),
        "{messages:?}"
    );
    world
        .server
        .grants
        .push("GRANT INSERT, UPDATE, DELETE ON `shop`.`sites` TO `t`@`%`".into());
    world
        .server
        .grants
        .push("GRANT XA_RECOVER_ADMIN ON *.* TO `t`@`%`".into());
    assert!(world.found().is_empty(), "{:?}", world.found());
}
