//! What runs on the legacy server: outboxes, triggers, pulls, chunks.
//!
//! Promise: every name is quoted, every value is a parameter or a number. The statements are the same on MySQL and MariaDB.

use super::join;
use super::quote::legacy as quote;
use crate::plan::table::{ColumnPlan, TablePlan};

/// Nature of a change, as the outbox stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// A new row.
    Insert = 1,
    /// A changed row.
    Update = 2,
    /// A deleted row.
    Delete = 3,
}

/// The quoted name of a table's outbox.
pub(super) fn outbox(plan: &TablePlan) -> String {
    format!(
        "{}.{}",
        quote(&plan.source.outbox_schema),
        quote(&plan.outbox())
    )
}

pub(super) fn table(plan: &TablePlan) -> String {
    format!(
        "{}.{}",
        quote(&plan.source.database),
        quote(&plan.source.table)
    )
}

/// Names of the outbox's key columns: `k1`, `k2`, ...
pub(super) fn key_names(plan: &TablePlan) -> Vec<String> {
    (1..=plan.key.len()).map(|n| format!("k{n}")).collect()
}

/// Creates the outbox. Its key columns are declared as the table's own.
pub fn create_outbox(plan: &TablePlan) -> String {
    let required = join::key_null(plan);
    let mut keys: String = plan
        .key_columns()
        .enumerate()
        .map(|(at, column)| format!(", k{} {} {required}", at + 1, column.source_type))
        .collect();
    for (name, declared) in join::outbox_columns(plan) {
        keys.push_str(&format!(", {name} {declared} NULL"));
    }
    format!(
        "CREATE TABLE IF NOT EXISTS {} (seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, \
         op TINYINT UNSIGNED NOT NULL{keys}) ENGINE=InnoDB",
        outbox(plan)
    )
}

/// Declares the outbox's key columns as the table's own are now.
pub fn alter_outbox(plan: &TablePlan) -> String {
    let required = join::key_null(plan);
    let keys = plan
        .key_columns()
        .enumerate()
        .map(|(at, column)| format!("MODIFY k{} {} {required}", at + 1, column.source_type));
    let joined = join::outbox_columns(plan)
        .into_iter()
        .map(|(name, declared)| format!("MODIFY {name} {declared} NULL"));
    let keys: Vec<String> = keys.chain(joined).collect();
    format!("ALTER TABLE {} {}", outbox(plan), keys.join(", "))
}

/// One of Tandem's triggers on a legacy table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Its name, in the legacy database.
    pub name: String,
    /// The database that it and its table are in.
    pub database: String,
    /// The table that it is on.
    pub table: String,
    /// `BEFORE` or `AFTER`.
    pub timing: &'static str,
    /// `INSERT`, `UPDATE` or `DELETE`.
    pub event: &'static str,
    /// `BEGIN ... END`.
    pub body: String,
}

impl Trigger {
    /// `CREATE TRIGGER ...`; fires before the table's trigger `precedes` where one is named, else after those that are there.
    pub fn create(&self, precedes: Option<&str>) -> String {
        let order = precedes.map_or_else(String::new, |name| format!("PRECEDES {} ", quote(name)));
        format!(
            "CREATE TRIGGER {}.{} {} {} ON {}.{} FOR EACH ROW {order}{}",
            quote(&self.database),
            quote(&self.name),
            self.timing,
            self.event,
            quote(&self.database),
            quote(&self.table),
            self.body
        )
    }
}

/// The three triggers that notify a table's changes.
pub fn triggers(plan: &TablePlan) -> Vec<Trigger> {
    [
        ("ai", "INSERT", insert_body(plan)),
        ("au", "UPDATE", update_body(plan)),
        ("ad", "DELETE", delete_body(plan)),
    ]
    .into_iter()
    .map(|(suffix, event, body)| Trigger {
        name: trigger_name(plan, suffix),
        database: plan.source.database.clone(),
        table: plan.source.table.clone(),
        timing: "AFTER",
        event,
        body: format!("BEGIN {body}{}END", fire(plan)),
    })
    .collect()
}

/// The call that makes the doorbell ring, in a block that swallows whatever goes wrong with it: without the plugin the server says 1305, or
/// 1370 where the link's account may not execute anything, and the application's write must go on all the same.
pub(super) fn fire(plan: &TablePlan) -> String {
    format!(
        "BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; DO tandem_fire({}); END; ",
        plan.fire_id
    )
}

/// The name of one of the table's triggers; `suffix` is `ai`, `au` or `ad`.
pub fn trigger_name(plan: &TablePlan, suffix: &str) -> String {
    format!("{}_{}_{suffix}", plan.source.outbox_schema, plan.table_no)
}

/// The names of all triggers of a table of that number.
pub fn trigger_names(outbox_schema: &str, table_no: u32) -> [String; 3] {
    ["ai", "au", "ad"].map(|suffix| format!("{outbox_schema}_{table_no}_{suffix}"))
}

/// True for the name of a trigger of the link with this schema. Another link's schema may begin with this one's name, so the rest of the name
/// must be exactly of the forms `<number>_ai`, `j<number>x<number>_ai` and `c<8 hex digits>_bd`.
pub fn is_own_trigger(outbox_schema: &str, name: &str) -> bool {
    let Some(rest) = name
        .strip_prefix(outbox_schema)
        .and_then(|rest| rest.strip_prefix('_'))
    else {
        return false;
    };
    let Some((what, suffix)) = rest.split_once('_') else {
        return false;
    };
    match suffix {
        "ai" | "au" | "ad" if what.starts_with('j') => join_number(what).is_some(),
        "ai" | "au" | "ad" => !what.is_empty() && what.bytes().all(|byte| byte.is_ascii_digit()),
        "bd" | "bu" => what.strip_prefix('c').is_some_and(|hash| {
            hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        }),
        _ => false,
    }
}

/// `j<table>x<join>`, as in the names of triggers on joined tables: the table's number.
fn join_number(what: &str) -> Option<u32> {
    let (table, join) = what.strip_prefix('j')?.split_once('x')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(table) && digits(join) {
        table.parse().ok()
    } else {
        None
    }
}

/// The number of the table that a trigger of that name, on a joined table, works for; `None` for any other trigger.
pub fn joining(name: &str) -> Option<u32> {
    let (rest, suffix) = name.rsplit_once('_')?;
    let what = rest.rsplit_once('_')?.1;
    matches!(suffix, "ai" | "au" | "ad")
        .then(|| join_number(what))
        .flatten()
}

fn insert_body(plan: &TablePlan) -> String {
    notify(plan, Nature::Insert, "NEW")
}

fn delete_body(plan: &TablePlan) -> String {
    notify(plan, Nature::Delete, "OLD")
}

/// The old key always, the new key when its bytes differ: a key update is a row that went and a row that came.
fn update_body(plan: &TablePlan) -> String {
    let same: Vec<String> = plan
        .key_columns()
        .map(|column| {
            format!(
                "{} <=> {}",
                bytes_of("OLD", column),
                bytes_of("NEW", column)
            )
        })
        .collect();
    format!(
        "{}IF NOT ({}) THEN {}END IF; ",
        notify(plan, Nature::Update, "OLD"),
        same.join(" AND "),
        notify(plan, Nature::Update, "NEW")
    )
}

fn bytes_of(row: &str, column: &ColumnPlan) -> String {
    let name = format!("{row}.{}", quote(&column.source));
    if column.collated {
        format!("CAST({name} AS BINARY)")
    } else {
        name
    }
}

fn notify(plan: &TablePlan, nature: Nature, row: &str) -> String {
    let values: Vec<String> = plan
        .key_columns()
        .map(|column| format!("{row}.{}", quote(&column.source)))
        .collect();
    format!(
        "INSERT INTO {} (op, {}) VALUES ({}, {}); ",
        outbox(plan),
        key_names(plan).join(", "),
        nature as u8,
        values.join(", ")
    )
}

/// `INSERT INTO outbox ... SELECT nature, keys`, to be followed by FROM: notifies the keys of rows that are found by a query.
pub(super) fn insert_keys(plan: &TablePlan, nature: Nature, keys: &[String]) -> String {
    format!(
        "INSERT INTO {} (op, {}) SELECT {}, {}",
        outbox(plan),
        key_names(plan).join(", "),
        nature as u8,
        keys.join(", ")
    )
}

/// Ids of pending notifications above parameter 1, lowest first; parameter 2 is how many at most.
pub fn pending_ids(plan: &TablePlan) -> String {
    format!(
        "SELECT seq FROM {} WHERE seq > ? ORDER BY seq LIMIT ?",
        outbox(plan)
    )
}

/// Of the pending notifications with ids above parameter 1 and up to parameter 2: how many there are, how many keys they name at most, the lowest
/// id and the highest.
pub fn pending_keys(plan: &TablePlan) -> String {
    let keys: Vec<String> = plan
        .key_columns()
        .zip(key_names(plan))
        .map(|(column, key)| {
            if column.collated {
                format!("CAST({key} AS BINARY)")
            } else {
                key
            }
        })
        .collect();
    format!(
        "SELECT COUNT(*), COUNT(DISTINCT {}), MIN(seq), MAX(seq) FROM {} WHERE seq > ? AND seq <= ?",
        keys.join(", "),
        outbox(plan)
    )
}

/// Ids of pending notifications from parameter 1 to 2, lowest first.
pub fn pending_between(plan: &TablePlan) -> String {
    format!(
        "SELECT seq FROM {} WHERE seq BETWEEN ? AND ? ORDER BY seq",
        outbox(plan)
    )
}

/// The lowest pending id above parameter 1.
pub fn pending_next(plan: &TablePlan) -> String {
    format!(
        "SELECT seq FROM {} WHERE seq > ? ORDER BY seq LIMIT 1",
        outbox(plan)
    )
}

/// The number of pending notifications.
pub fn pending_count(plan: &TablePlan) -> String {
    format!("SELECT COUNT(*) FROM {}", outbox(plan))
}

/// One statement that says which of the tables have something pending, as table numbers; `None` for no table.
pub fn pending_tables<'a>(plans: impl Iterator<Item = &'a TablePlan>) -> Option<String> {
    let parts: Vec<String> = plans
        .map(|plan| format!("(SELECT {} FROM {} LIMIT 1)", plan.table_no, outbox(plan)))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" UNION ALL "))
}

/// Keys notified with ids from parameter 1 to 2, each once, joined to the rows they name now.
///
/// A result row is the notified key, then the row's columns in plan order; all of those are NULL when the row is gone. Keys are told
/// apart by their bytes, and found by their collation: `a` and `A` may be two keys and one row.
pub fn pull_rows(plan: &TablePlan) -> String {
    pull_rows_from(plan, &outbox(plan))
}

/// The same, with the notifications in the table `from`.
pub(super) fn pull_rows_from(plan: &TablePlan, from: &str) -> String {
    let keys = key_names(plan);
    let distinct: Vec<String> = plan
        .key_columns()
        .zip(&keys)
        .flat_map(|(column, key)| {
            let bytes = column
                .collated
                .then(|| format!("CAST({key} AS BINARY) AS b{key}"));
            std::iter::once(key.clone()).chain(bytes)
        })
        .collect();
    let join: Vec<String> = plan
        .key_columns()
        .zip(&keys)
        .map(|(column, key)| format!("t.{} = d.{key}", quote(&column.source)))
        .collect();
    let notified: Vec<String> = plan
        .key_columns()
        .zip(&keys)
        .map(|(column, key)| column.codec.select(&format!("d.{key}")))
        .collect();
    let distinct = join::notified(plan, &distinct, &keys).unwrap_or_else(|| {
        format!(
            "SELECT DISTINCT {} FROM {} WHERE seq BETWEEN ? AND ?",
            distinct.join(", "),
            from
        )
    });
    format!(
        "SELECT {}, {} FROM ({distinct}) d LEFT JOIN {} t ON {}{}",
        notified.join(", "),
        columns(plan, "t."),
        table(plan),
        join.join(" AND "),
        join::joined(plan)
    )
}

pub(super) fn columns(plan: &TablePlan, prefix: &str) -> String {
    let columns: Vec<String> = plan
        .columns
        .iter()
        .map(|column| {
            column.codec.select(&match column.from {
                0 => format!("{prefix}{}", quote(&column.source)),
                number => format!("j{number}.{}", quote(&column.source)),
            })
        })
        .collect();
    columns.join(", ")
}

/// The key that ends a chunk which starts after the given key: parameters are the start (see [`after_params`]) and the number of rows
/// less one.
pub fn chunk_end(plan: &TablePlan, from_start: bool) -> String {
    let order = key_list(plan);
    let keys: Vec<String> = plan
        .key_columns()
        .map(|column| column.edge.select(&own(column)))
        .collect();
    let condition = if from_start {
        String::new()
    } else {
        format!(" WHERE {}", compare(plan, ">", false))
    };
    format!(
        "SELECT {} FROM {} t{condition} ORDER BY {order} LIMIT 1 OFFSET ?",
        keys.join(", "),
        table(plan)
    )
}

/// The rows of a chunk: after the start (unless it starts at the beginning), up to and including the end (unless it is the last).
pub fn chunk_rows(plan: &TablePlan, from_start: bool, to_end: bool) -> String {
    let mut conditions = Vec::new();
    if !from_start {
        conditions.push(compare(plan, ">", false));
    }
    if !to_end {
        conditions.push(compare(plan, "<", true));
    }
    let condition = if conditions.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", conditions.join(" AND "))
    };
    let order = if plan.chunkable {
        format!(" ORDER BY {}", key_list(plan))
    } else {
        String::new()
    };
    format!(
        "SELECT {} FROM {} t{}{condition}{order}",
        columns(plan, "t."),
        table(plan),
        join::joined(plan)
    )
}

/// The keys that lie in no particular order, for finding rows that the target has and the source has not.
pub fn all_keys(plan: &TablePlan) -> String {
    let keys: Vec<String> = plan
        .key_columns()
        .map(|column| column.codec.select(&quote(&column.source)))
        .collect();
    format!("SELECT {} FROM {}", keys.join(", "), table(plan))
}

/// A column of the source, under the alias that the table has in every statement that reads its rows.
fn own(column: &ColumnPlan) -> String {
    format!("t.{}", quote(&column.source))
}

fn key_list(plan: &TablePlan) -> String {
    let names: Vec<String> = plan.key_columns().map(own).collect();
    names.join(", ")
}

/// A row comparison written out, since neither server uses an index for the row constructor form of all versions.
fn compare(plan: &TablePlan, operator: &str, or_equal: bool) -> String {
    let keys: Vec<(String, String)> = plan
        .key_columns()
        .map(|column| (own(column), column.edge.place()))
        .collect();
    let mut parts = Vec::new();
    for (at, (name, place)) in keys.iter().enumerate() {
        let last = at + 1 == keys.len();
        let mut terms: Vec<String> = keys[..at]
            .iter()
            .map(|(name, place)| format!("{name} = {place}"))
            .collect();
        let or_equal = if last && or_equal { "=" } else { "" };
        terms.push(format!("{name} {operator}{or_equal} {place}"));
        parts.push(terms.join(" AND "));
    }
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        format!("(({}))", parts.join(") OR ("))
    }
}

/// The parameters of one row comparison: for a key of n columns, the first 1, then the first 2, ... then all n.
pub fn compare_params<T: Clone>(key: &[T]) -> Vec<T> {
    (1..=key.len())
        .flat_map(|n| key[..n].iter().cloned())
        .collect()
}

/// Tandem's own schema, and the row that says whose it is.
pub fn create_schema(outbox_schema: &str) -> [String; 2] {
    let schema = quote(outbox_schema);
    [
        format!("CREATE DATABASE IF NOT EXISTS {schema} CHARACTER SET utf8mb4"),
        format!(
            "CREATE TABLE IF NOT EXISTS {schema}.link (link_key BIGINT UNSIGNED NOT NULL PRIMARY KEY, \
             upgrade VARCHAR(500) NOT NULL, version VARCHAR(40) NOT NULL, \
             installed_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB"
        ),
    ]
}

/// Writes the row that says whose the schema is, unless there is one.
pub fn claim(outbox_schema: &str, link_key: u64, upgrade: &str, version: &str) -> String {
    let schema = quote(outbox_schema);
    let (upgrade, version) = (
        super::quote::legacy_literal(upgrade),
        super::quote::legacy_literal(version),
    );
    format!(
        "INSERT IGNORE INTO {schema}.link (link_key, upgrade, version) VALUES ({link_key}, {upgrade}, {version})"
    )
}

#[cfg(test)]
mod tests {
    use super::is_own_trigger;

    #[test]
    fn another_links_triggers_are_not_ours() {
        assert!(is_own_trigger("tandem_a", "tandem_a_12_ai"));
        assert!(is_own_trigger("tandem_a", "tandem_a_c00ff12ab_bd"));
        assert!(!is_own_trigger("tandem_a", "tandem_a_2_1_ai"));
        assert!(is_own_trigger("tandem_a_2", "tandem_a_2_1_ai"));
        assert!(!is_own_trigger("tandem_a", "tandem_a_2_c00ff12ab_bd"));
        assert!(!is_own_trigger("tandem_a", "tandem_ab_1_ai"));
        assert!(!is_own_trigger("tandem_a", "tandem_a_users_ai"));
        assert!(is_own_trigger("tandem_a", "tandem_a_j12x1_au"));
        assert!(!is_own_trigger("tandem_a", "tandem_a_j12_au"));
    }
}
