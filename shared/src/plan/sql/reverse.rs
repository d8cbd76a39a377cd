//! What runs on the upgrade server for writes that go back: its outboxes, and the pull.
//!
//! Promise: every name is quoted or is a name of Tandem's own. The triggers' statements read transition tables only. Called by the trigger
//! function and by the link's worker.

use super::quote::{upgrade as quote, upgrade_literal as literal};
use super::upgrade::{batch, same_key, table};
use crate::plan::table::TablePlan;

/// The transition tables' names.
pub const OLD_ROWS: &str = "tandem_old";
/// See [`OLD_ROWS`].
pub const NEW_ROWS: &str = "tandem_new";

/// The name of a table's outbox, without schema.
pub fn outbox(link_key: u64, table_no: u32) -> String {
    format!("outbox_{link_key}_{table_no}")
}

/// What a statement did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Happened {
    /// INSERT, and COPY.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// TRUNCATE: asked before, while the rows are there.
    Truncate,
}

/// Notifies the keys of the rows that a statement touched: the old key and the new one of an update.
pub fn notify(outbox: &str, keys: &[&str], table: &str, happened: Happened) -> String {
    let columns: Vec<String> = keys.iter().map(|key| quote(key)).collect();
    let columns = columns.join(", ");
    let names: Vec<String> = (1..=keys.len()).map(|n| format!("k{n}")).collect();
    let rows = match happened {
        Happened::Insert => format!("SELECT {columns} FROM {NEW_ROWS}"),
        Happened::Delete => format!("SELECT {columns} FROM {OLD_ROWS}"),
        Happened::Truncate => format!("SELECT {columns} FROM {table}"),
        Happened::Update => {
            format!("SELECT {columns} FROM {OLD_ROWS} UNION SELECT {columns} FROM {NEW_ROWS}")
        }
    };
    format!(
        "INSERT INTO tandem.{} ({}) {rows}",
        quote(outbox),
        names.join(", ")
    )
}

/// Ids of pending notifications, lowest first; parameter 1 is how many at most.
pub fn pending_ids(outbox: &str) -> String {
    format!(
        "SELECT seq FROM tandem.{} ORDER BY seq LIMIT $1",
        quote(outbox)
    )
}

/// Keys notified with ids up to parameter 1, each once, joined to the rows that they name now: the key's fields, then the row's, each as
/// its type's send function gives it, in the order in which the keys were notified first. All of the row's are NULL when it is gone. `sends` names those functions in plan order.
pub fn pull_rows(plan: &TablePlan, outbox: &str, sends: &[String]) -> String {
    let send = |at: usize, column: String| match sends.get(at) {
        Some(function) => format!("{function}({column})"),
        None => "NULL::bytea".to_owned(),
    };
    let keys: Vec<String> = (1..=plan.key.len()).map(|n| format!("k{n}")).collect();
    let key_fields = plan
        .key
        .iter()
        .zip(&keys)
        .map(|(&at, key)| send(at, format!("d.{key}")));
    let fields = plan.columns.iter().enumerate();
    let fields = fields.map(|(at, column)| send(at, format!("t.{}", quote(&column.target))));
    let list: Vec<String> = key_fields.chain(fields).collect();
    let join: Vec<String> = plan
        .key_columns()
        .zip(&keys)
        .map(|(column, key)| format!("t.{} = d.{key}", quote(&column.target)))
        .collect();
    format!(
        "SELECT {} FROM (SELECT {keys}, min(seq) AS first FROM tandem.{} WHERE seq <= $1 GROUP BY {keys}) AS d LEFT JOIN {}.{} AS t ON {} \
         ORDER BY d.first",
        list.join(", "),
        quote(outbox),
        quote(&plan.target.schema),
        quote(&plan.target.table),
        join.join(" AND "),
        keys = keys.join(", "),
    )
}

/// Deletes exactly the notifications with the ids of parameter 1.
pub fn ack(outbox: &str) -> String {
    format!("DELETE FROM tandem.{} WHERE seq = ANY ($1)", quote(outbox))
}

/// Locks the rows of the table that the batch's keys name, until the transaction ends.
pub fn lock_rows(plan: &TablePlan) -> String {
    format!(
        "SELECT FROM {} AS t JOIN {} ON {} FOR UPDATE OF t",
        table(plan),
        batch(plan.key_columns()),
        same_key(plan)
    )
}

/// The batch's keys that are notified in the outbox, and what they name now: the key's fields, the row's fields as of [`pull_rows`], and the row
/// as JSON.
pub fn pending_keys(plan: &TablePlan, link: &str, outbox: &str, sends: &[String]) -> String {
    let send = |at: usize, column: String| match sends.get(at) {
        Some(function) => format!("{function}({column})"),
        None => "NULL::bytea".to_owned(),
    };
    let key_fields = plan
        .key
        .iter()
        .zip(plan.key_columns())
        .map(|(&at, column)| send(at, format!("b.{}", quote(&column.target))));
    let fields = plan.columns.iter().enumerate();
    let fields = fields.map(|(at, column)| send(at, format!("t.{}", quote(&column.target))));
    let list: Vec<String> = key_fields.chain(fields).collect();
    format!(
        "SELECT {}, to_jsonb(t.*) FROM {} LEFT JOIN {} AS t ON {} WHERE {}",
        list.join(", "),
        batch(plan.key_columns()),
        table(plan),
        same_key(plan),
        waits(plan, link, outbox, "b")
    )
}

/// True for a key that waits to go back, or that was not sent since the legacy table cannot hold its row.
pub(super) fn waits(plan: &TablePlan, link: &str, outbox: &str, alias: &str) -> String {
    let (mut noticed, mut key) = (Vec::new(), Vec::new());
    for (at, column) in plan.key_columns().enumerate() {
        let name = format!("{alias}.{}", quote(&column.target));
        noticed.push(format!("o.k{} = {name}", at + 1));
        key.push(format!("{}, {name}", literal(&column.target)));
    }
    format!(
        "(EXISTS (SELECT FROM tandem.{} AS o WHERE {}) OR EXISTS (SELECT FROM tandem.not_representable_row AS n \
         WHERE n.link = {} AND n.table_no = {} AND n.key = jsonb_build_object({})))",
        quote(outbox),
        noticed.join(" AND "),
        literal(link),
        plan.table_no,
        key.join(", ")
    )
}

/// Notifies again the rows that the legacy server refused for want of another row, or since another had a unique value of theirs; parameter 1 is
/// the link, 2 the table's number.
pub fn requeue(plan: &TablePlan, outbox: &str) -> String {
    let names: Vec<String> = (1..=plan.key.len()).map(|n| format!("k{n}")).collect();
    let keys: Vec<String> = plan
        .key_columns()
        .map(|column| format!("r.{}", quote(&column.target)))
        .collect();
    format!(
        "INSERT INTO tandem.{} ({}) SELECT {} FROM tandem.not_representable_row AS n \
         CROSS JOIN LATERAL jsonb_populate_record(NULL::{}, n.key) AS r WHERE n.link = $1 AND n.table_no = $2 \
         AND n.code IN ('legacy_1062', 'legacy_1169', 'legacy_1586', 'legacy_1216', 'legacy_1217', 'legacy_1451', 'legacy_1452')",
        quote(outbox),
        names.join(", "),
        keys.join(", "),
        table(plan)
    )
}

/// Each of the batch's keys as JSON, and the row that it names; in the order of the batch.
pub fn keys_as_json(plan: &TablePlan) -> String {
    format!(
        "SELECT to_jsonb(b.*), to_jsonb(t.*) FROM {} LEFT JOIN {} AS t ON {}",
        batch(plan.key_columns()),
        table(plan),
        same_key(plan)
    )
}

/// A row of the batch as JSON.
pub fn row_as_json(plan: &TablePlan) -> String {
    format!("SELECT to_jsonb(b.*) FROM {}", batch(plan.columns.iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_notifies_both_keys() {
        let sql = notify("outbox_1_2", &["a", "b\""], "s.t", Happened::Update);
        assert_eq!(
            sql,
            "INSERT INTO tandem.\"outbox_1_2\" (k1, k2) SELECT \"a\", \"b\"\"\" FROM tandem_old UNION SELECT \"a\", \"b\"\"\" FROM tandem_new"
        );
    }
}
