//! What the link's account may do on the legacy server.

use super::Subject;
use super::code::Code;
use super::finding::Findings;
use super::grants::Grants;
use crate::mapping::catalog::Family;
use crate::mapping::document::Route;
use crate::plan::sql::quote;
use std::collections::BTreeSet;

/// On every mapped table: to read it, and to put triggers on it.
const ON_TABLES: [&str; 2] = ["SELECT", "TRIGGER"];
/// On every table that upgraded applications write through to.
const ON_WRITTEN: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];
/// On Tandem's own schema.
const ON_OWN: [&str; 5] = ["CREATE", "DROP", "SELECT", "INSERT", "DELETE"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let grants = Grants::read(&subject.server.grants);
    check_tables(subject, &grants, findings);
    let mut needed = ON_OWN.to_vec();
    if subject.log.is_some() {
        needed.push("CREATE TEMPORARY TABLES");
    }
    let own: Vec<&str> = needed
        .iter()
        .copied()
        .filter(|privilege| !grants.on_database(privilege, subject.own_schema))
        .collect();
    missing_of(
        &grants,
        &own,
        &needed,
        &database(subject.own_schema),
        findings,
    );
    let prepares = subject
        .mapping
        .tables
        .iter()
        .any(|map| map.route == Route::Exception);
    if prepares && subject.server.family == Family::Mysql && !grants.on_server("XA_RECOVER_ADMIN") {
        missing(&grants, &["XA_RECOVER_ADMIN"], "*.*", findings);
    }
    check_lock(subject, &grants, findings);
    if !grants.on_server("PROCESS") {
        findings.add_with_hint(
            Code::ReplacedRowsUnseen,
            "*.*",
            format!("account {} lacks PROCESS on *.*", grants.account()),
            format!("Run GRANT PROCESS ON *.* TO {}.", grants.account()),
        );
    }
    if subject.log.is_none() && creation_refused(subject, &grants) {
        findings.add(
            Code::TriggerCreationRefused,
            "log_bin_trust_function_creators",
            format!(
                "account {} cannot create triggers while log_bin is on and log_bin_trust_function_creators is off",
                grants.account()
            ),
        );
    }
}

/// MariaDB's triggers are created behind a lock. As for other databases' privileges, the hint repeats what a wider grant may give.
fn check_lock(subject: &Subject<'_>, grants: &Grants, findings: &mut Findings) {
    let name = &subject.legacy.database;
    if subject.server.family != Family::Mariadb || grants.on_database("LOCK TABLES", name) {
        return;
    }
    let (object, account) = (database(name), grants.account());
    let needed = ON_TABLES.join(", ");
    findings.add_with_hint(
        Code::LockTablesMissing,
        &object,
        format!("account {account} lacks LOCK TABLES on {object}"),
        format!("Run GRANT {needed}, LOCK TABLES ON {object} TO {account}."),
    );
}

/// Each privilege that some mapped table lacks; on the whole database when all of them do.
fn check_tables(subject: &Subject<'_>, grants: &Grants, findings: &mut Findings) {
    let name = &subject.legacy.database;
    let lacks = |privilege: &str, written: bool| -> Vec<&str> {
        subject
            .mapping
            .tables
            .iter()
            .filter(|map| !written || map.route != Route::Local)
            .flat_map(|map| {
                map.source
                    .tables()
                    .take(if written { 1 } else { usize::MAX })
            })
            .map(String::as_str)
            .filter(|table| !grants.on_table(privilege, name, table))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    };
    let mut on_database = Vec::new();
    let wanted = ON_TABLES
        .iter()
        .map(|privilege| (*privilege, false))
        .chain(ON_WRITTEN.iter().map(|privilege| (*privilege, true)));
    for (privilege, written) in wanted {
        let tables = lacks(privilege, written);
        if tables.len() > 1 || subject.mapping.tables.len() == tables.len() && !tables.is_empty() {
            on_database.push(privilege);
        } else if let [table] = tables.as_slice() {
            let object = format!("{}.{}", quote::legacy(name), quote::legacy(table));
            missing(grants, &[privilege], &object, findings);
        }
    }
    let writes = subject
        .mapping
        .tables
        .iter()
        .any(|map| map.route != Route::Local);
    let all: Vec<&str> = ON_TABLES
        .into_iter()
        .chain(ON_WRITTEN.into_iter().filter(|_| writes))
        .collect();
    missing_of(grants, &on_database, &all, &database(name), findings);
}

fn database(name: &str) -> String {
    // An underscore in a GRANT is a wildcard.
    format!("{}.*", quote::legacy(&name.replace('_', "\\_")))
}

fn missing(grants: &Grants, privileges: &[&str], object: &str, findings: &mut Findings) {
    missing_of(grants, privileges, privileges, object, findings);
}

/// Privileges that are missing, with a GRANT of all that are needed there: the server goes by the most specific grant that matches a
/// database, so one with the missing ones alone could take away what a wider grant gives.
fn missing_of(
    grants: &Grants,
    privileges: &[&str],
    needed: &[&str],
    object: &str,
    findings: &mut Findings,
) {
    if privileges.is_empty() {
        return;
    }
    let (list, needed) = (privileges.join(", "), needed.join(", "));
    findings.add_with_hint(
        Code::PrivilegeMissing,
        object,
        format!("account {} lacks {list} on {object}", grants.account()),
        format!("Run GRANT {needed} ON {object} TO {}.", grants.account()),
    );
}

fn creation_refused(subject: &Subject<'_>, grants: &Grants) -> bool {
    let server = subject.server;
    let may = grants.on_server("SUPER")
        || server.family == Family::Mariadb && grants.on_server("BINLOG ADMIN");
    server.is_on("log_bin") && !server.is_on("log_bin_trust_function_creators") && !may
}
