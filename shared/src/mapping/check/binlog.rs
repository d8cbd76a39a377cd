//! What capture from the binary log needs.

use super::Subject;
use super::code::Code;
use super::finding::Findings;
use super::grants::Grants;
use crate::mapping::catalog::{Family, LegacyIndex};
use crate::mapping::document::{Route, TableMap};

/// The log of a link that captures from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogFacts {
    /// The number of the oldest file that the server still has, when the account may see that.
    pub oldest: Option<u64>,
    /// The number of the file that reading goes on in, when it has begun.
    pub resume: Option<u64>,
}

/// A log that is kept for less is soon gone while a link is stopped.
const EXPIRES_SOON_S: f64 = 86_400.0;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(log) = subject.log else { return };
    check_settings(subject, findings);
    check_rights(subject, findings);
    let joined = |map: &&TableMap| !map.source.joins.is_empty();
    for map in subject.mapping.tables.iter().filter(joined) {
        let table = &map.source.table;
        let message = format!("\"{table}\" is mapped with joins");
        findings.add(Code::BinlogJoined, table, message);
    }
    let back = |map: &&TableMap| map.route == Route::Reverse;
    for map in subject.mapping.tables.iter().filter(back) {
        let table = &map.source.table;
        let message = format!("\"{table}\" has route reverse");
        findings.add(Code::BinlogReverse, table, message);
    }
    if let (Some(oldest), Some(resume)) = (log.oldest, log.resume)
        && resume < oldest
    {
        findings.add(
            Code::BinlogPurged,
            "binlog",
            format!(
                "reading goes on in binary log {resume}, and the oldest that is there is {oldest}"
            ),
        );
    }
}

fn check_settings(subject: &Subject<'_>, findings: &mut Findings) {
    let server = subject.server;
    if !server.is_on("log_bin") {
        findings.add(
            Code::BinlogOff,
            "log_bin",
            "the legacy server writes no binary log",
        );
        return;
    }
    let format = server.variable("binlog_format");
    // A server that has no such variable any more knows no other format.
    if !matches!(format.to_ascii_uppercase().as_str(), "ROW" | "") {
        let message = format!("the binary log's format is {format}");
        findings.add(Code::BinlogNotRow, "binlog_format", message);
    }
    if server.family == Family::Mysql && server.variable("binlog_order_commits") == "OFF" {
        let message = "transactions become visible in another order than they are logged";
        findings.add(Code::BinlogUnordered, "binlog_order_commits", message);
    }
    if !matches!(
        server
            .variable("binlog_row_image")
            .to_ascii_uppercase()
            .as_str(),
        "FULL" | ""
    ) {
        check_keys(subject, findings);
    }
    let kept_s = server
        .variable("binlog_expire_logs_seconds")
        .parse::<f64>()
        .ok()
        .filter(|seconds| *seconds > 0.0);
    if let Some(seconds) = kept_s.filter(|seconds| *seconds < EXPIRES_SOON_S) {
        findings.add(
            Code::BinlogExpiresSoon,
            "binlog_expire_logs_seconds",
            format!("binary logs are purged after {seconds} s"),
        );
    }
}

/// Images that are not full hold the primary key, and no other one for certain.
fn check_keys(subject: &Subject<'_>, findings: &mut Findings) {
    for map in &subject.mapping.tables {
        let Some(table) = subject.legacy_table(&map.source.table) else {
            continue;
        };
        let holds = |index: &&LegacyIndex| {
            index.name == "PRIMARY"
                && map.source.key.iter().all(|key| {
                    let same = |name: &str| name.eq_ignore_ascii_case(key);
                    let mut parts = index.columns.iter();
                    parts.any(|part| part.name.as_deref().is_some_and(same))
                })
        };
        if !table.indexes.iter().any(|index| holds(&index)) {
            findings.add(
                Code::BinlogImagePartial,
                &table.name,
                format!(
                    "the key of \"{}\" is not its primary key, and row images are not full",
                    table.name
                ),
            );
        }
    }
}

fn check_rights(subject: &Subject<'_>, findings: &mut Findings) {
    let grants = Grants::read(&subject.server.grants);
    // Where the log ends is asked with the second one, which MariaDB shows under another name.
    let needed = match subject.server.family {
        Family::Mysql => ["REPLICATION SLAVE", "REPLICATION CLIENT"],
        Family::Mariadb => ["REPLICATION SLAVE", "BINLOG MONITOR"],
    };
    let missing: Vec<&str> = needed
        .iter()
        .copied()
        .filter(|privilege| !grants.on_server(privilege))
        .collect();
    if !missing.is_empty() {
        let (list, all, account) = (missing.join(", "), needed.join(", "), grants.account());
        findings.add_with_hint(
            Code::PrivilegeMissing,
            "*.*",
            format!("account {account} lacks {list} on *.*"),
            format!("Run GRANT {all} ON *.* TO {account}."),
        );
    }
}
