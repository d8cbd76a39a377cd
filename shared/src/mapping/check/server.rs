//! The legacy server as a whole.

use super::Subject;
use super::code::Code;
use super::finding::Findings;
use super::grants::Grants;
use crate::mapping::catalog::Family;

/// The first MySQL with `information_schema.CHECK_CONSTRAINTS`.
const OLDEST_MYSQL: (u32, u32, u32) = (8, 0, 16);
/// The first MariaDB with `IGNORED` in `information_schema.STATISTICS`.
const OLDEST_MARIADB: (u32, u32, u32) = (10, 6, 0);

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let server = subject.server;
    let (family, oldest) = match server.family {
        Family::Mysql => ("MySQL", OLDEST_MYSQL),
        Family::Mariadb => ("MariaDB", OLDEST_MARIADB),
    };
    if server.version_number() < oldest {
        let (major, minor, patch) = oldest;
        findings.add(
            Code::ServerTooOld,
            "version",
            format!(
                "{family} {} is older than {major}.{minor}.{patch}",
                server.version
            ),
        );
    }
    check_writable(subject, findings);
    check_settings(subject, findings);
    // The log itself says when something has changed.
    if server.plugin_version.is_none() && subject.log.is_none() {
        findings.add(
            Code::PluginMissing,
            "tandem",
            "the plugin is not loaded on the legacy server",
        );
    }
}

fn check_writable(subject: &Subject<'_>, findings: &mut Findings) {
    let server = subject.server;
    let grants = Grants::read(&server.grants);
    let exempt = ["SUPER", "CONNECTION_ADMIN", "READ_ONLY ADMIN"]
        .iter()
        .any(|privilege| grants.on_server(privilege));
    // MariaDB 12 has more values than ON.
    let read_only = !matches!(server.variable("read_only"), "" | "OFF" | "0");
    if server.is_on("super_read_only") || read_only && !exempt {
        findings.add(
            Code::ServerReadOnly,
            "read_only",
            format!(
                "the legacy server is read-only for account {}",
                grants.account()
            ),
        );
    } else if read_only {
        findings.add(
            Code::ServerBlocksWrites,
            "read_only",
            "the legacy server is read-only for applications",
        );
    }
}

fn check_settings(subject: &Subject<'_>, findings: &mut Findings) {
    let server = subject.server;
    let is = |name: &str, value: &str| server.variable(name).eq_ignore_ascii_case(value);
    if server.is_on("log_bin") && is("binlog_format", "STATEMENT") {
        findings.add(
            Code::BinlogStatement,
            "binlog_format",
            "the binary log is statement-based",
        );
    }
    for name in ["transaction_isolation", "tx_isolation"] {
        if is(name, "READ-UNCOMMITTED") {
            findings.add(
                Code::IsolationWeak,
                name,
                "sessions of the legacy server start with READ UNCOMMITTED",
            );
        }
    }
    if is("innodb_autoinc_lock_mode", "0") {
        findings.add(
            Code::AutoincLockTraditional,
            "innodb_autoinc_lock_mode",
            "writers of one table would wait for each other's outbox",
        );
    }
    if server.is_on("sql_require_primary_key") {
        findings.add(
            Code::PrimaryKeyRequired,
            "sql_require_primary_key",
            "the legacy server refuses tables without a primary key",
        );
    }
    if matches!(server.variable("lower_case_table_names"), "1" | "2") {
        findings.add(
            Code::NamesFolded,
            "lower_case_table_names",
            "the legacy server does not tell table names apart by case",
        );
    }
}
