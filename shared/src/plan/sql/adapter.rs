//! The second stage: what a plan with an adapter runs on the upgrade server instead of one MERGE.
//!
//! Promise: each statement reads the current batch from `tandem.batch()`, is set-based, touches no row that is already as it should be, and
//! names every object of its own in full. The expressions of the mapping see each legacy table under its name.

use super::quote::{upgrade as quote, upgrade_literal as literal};
use crate::plan::adapter::{Adapter, AdapterColumn, AdapterTarget, From};
use crate::plan::table::TablePlan;

/// Whole rows, or rows of keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    Whole,
    Keys,
}

/// The names and types of all fields of a whole row, in order.
fn fields(plan: &TablePlan) -> Vec<(String, String)> {
    let columns = plan
        .columns
        .iter()
        .map(|column| (column.target.clone(), column.target_type.clone()));
    let lenses = plan.lenses.iter().flat_map(|lens| lens.outputs.clone());
    columns.chain(lenses).collect()
}

/// `tandem.batch() AS b(f1 bigint, ...)` and what expressions can name.
fn batch(plan: &TablePlan, adapter: &Adapter, rows: Rows) -> String {
    let all = fields(plan);
    let places: Vec<usize> = match rows {
        Rows::Whole => (0..all.len()).collect(),
        Rows::Keys => plan.key_positions(),
    };
    let declared: Vec<String> = places
        .iter()
        .filter_map(|&at| all.get(at))
        .map(|(name, kind)| format!("{} {kind}", quote(name)))
        .collect();
    let mut from = format!("tandem.batch() AS b({})", declared.join(", "));
    for scope in &adapter.scopes {
        let columns: Vec<String> = scope
            .columns
            .iter()
            .filter(|(_, field)| places.contains(field))
            .filter_map(|(name, field)| {
                Some(format!(
                    "b.{} AS {}",
                    quote(&all.get(*field)?.0),
                    quote(name)
                ))
            })
            .collect();
        if !columns.is_empty() {
            from.push_str(&format!(
                " CROSS JOIN LATERAL (SELECT {}) AS {}",
                columns.join(", "),
                quote(&scope.name)
            ));
        }
    }
    for (at, crosswalk) in adapter.crosswalks.iter().enumerate() {
        let Some((field, _)) = all.get(crosswalk.field) else {
            continue;
        };
        if places.contains(&crosswalk.field) {
            from.push_str(&format!(
                " LEFT JOIN tandem.crosswalk AS x{at} ON x{at}.link = {} AND x{at}.table_no = {} AND x{at}.legacy_key = b.{}::text",
                literal(&adapter.link),
                crosswalk.table_no,
                quote(field)
            ));
        }
    }
    from
}

/// The value of a target's column.
fn value(plan: &TablePlan, column: &AdapterColumn) -> String {
    let expression = match &column.from {
        From::Field(field) => {
            let name = fields(plan).into_iter().nth(*field).unwrap_or_default().0;
            return format!("b.{}", quote(&name));
        }
        From::Expression { sql, .. } => format!("({sql})"),
        From::Crosswalk(at) => format!("x{at}.upgrade_key"),
    };
    format!("{expression}::{}", column.target_type)
}

fn condition(adapter: &Adapter, target: &AdapterTarget) -> Option<String> {
    let parts: Vec<String> = adapter
        .filter
        .iter()
        .chain(&target.when)
        .map(|part| format!("({part})"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

/// `(SELECT values ... FROM batch WHERE condition) AS s`.
fn source(plan: &TablePlan, adapter: &Adapter, target: &AdapterTarget) -> String {
    let values: Vec<String> = target
        .columns
        .iter()
        .map(|column| format!("{} AS {}", value(plan, column), quote(&column.target)))
        .collect();
    let condition =
        condition(adapter, target).map_or_else(String::new, |it| format!(" WHERE {it}"));
    format!(
        "(SELECT {} FROM {}{condition}) AS s",
        values.join(", "),
        batch(plan, adapter, Rows::Whole)
    )
}

/// `(SELECT key ... FROM batch) AS s`.
fn keys(
    plan: &TablePlan,
    adapter: &Adapter,
    target: &AdapterTarget,
    rows: Rows,
    filter: &str,
) -> String {
    let values: Vec<String> = key_columns(target)
        .map(|column| format!("{} AS {}", value(plan, column), quote(&column.target)))
        .collect();
    format!(
        "(SELECT {} FROM {}{filter}) AS s",
        values.join(", "),
        batch(plan, adapter, rows)
    )
}

fn key_columns(target: &AdapterTarget) -> impl Iterator<Item = &AdapterColumn> {
    target.key.iter().filter_map(|&at| target.columns.get(at))
}

fn table(target: &AdapterTarget) -> String {
    format!(
        "{}.{}",
        quote(&target.target.schema),
        quote(&target.target.table)
    )
}

fn same_key(target: &AdapterTarget) -> String {
    let terms: Vec<String> = key_columns(target)
        .map(|column| format!("t.{0} = s.{0}", quote(&column.target)))
        .collect();
    terms.join(" AND ")
}

/// Columns that the forward path overwrites.
fn compared(target: &AdapterTarget) -> Vec<&AdapterColumn> {
    let columns = target.columns.iter();
    columns.filter(|column| !column.upgrade_owned).collect()
}

fn row_of(target: &AdapterTarget, alias: &str) -> String {
    let columns: Vec<String> = compared(target)
        .iter()
        .map(|column| format!("{alias}.{}::{}", quote(&column.target), column.target_type))
        .collect();
    format!("ROW({})::record", columns.join(", "))
}

/// Hands out the keys that the batch's rows need and that nobody has asked for yet.
fn hand_out(plan: &TablePlan, adapter: &Adapter) -> Vec<String> {
    let all = fields(plan);
    let declared: Vec<String> = all
        .iter()
        .map(|(name, kind)| format!("{} {kind}", quote(name)))
        .collect();
    adapter
        .crosswalks
        .iter()
        .filter_map(|crosswalk| {
            let (field, _) = all.get(crosswalk.field)?;
            let (schema, table, column) = &crosswalk.sequence;
            let sequence = format!(
                "pg_catalog.pg_get_serial_sequence({}, {})",
                literal(&format!("{}.{}", quote(schema), quote(table))),
                literal(column)
            );
            Some(format!(
                "INSERT INTO tandem.crosswalk (link, table_no, legacy_key, upgrade_key) \
                 SELECT {link}, {no}, n.k, pg_catalog.nextval({sequence}::regclass) \
                 FROM (SELECT DISTINCT b.{field}::text AS k FROM tandem.batch() AS b({declared}) WHERE b.{field} IS NOT NULL) AS n \
                 WHERE NOT EXISTS (SELECT FROM tandem.crosswalk AS c WHERE c.link = {link} AND c.table_no = {no} AND c.legacy_key = n.k) \
                 ORDER BY n.k ON CONFLICT (link, table_no, legacy_key) DO NOTHING",
                link = literal(&adapter.link),
                no = crosswalk.table_no,
                field = quote(field),
                declared = declared.join(", ")
            ))
        })
        .collect()
}

/// The statements that hand out keys; what they write is no row of a target.
pub fn prepare_keys(plan: &TablePlan) -> Vec<String> {
    let adapter = plan.adapter.as_deref();
    adapter.map_or_else(Vec::new, |adapter| hand_out(plan, adapter))
}

/// For each target: the rows whose conditions no longer hold go, the others are inserted or updated.
pub fn upserts(plan: &TablePlan) -> Vec<String> {
    let Some(adapter) = plan.adapter.as_deref() else {
        return Vec::new();
    };
    let mut statements = Vec::new();
    for target in &adapter.targets {
        if let Some(condition) = condition(adapter, target) {
            let out = format!(" WHERE ({condition}) IS NOT TRUE");
            statements.push(format!(
                "DELETE FROM {} AS t USING {} WHERE {}",
                table(target),
                keys(plan, adapter, target, Rows::Whole, &out),
                same_key(target)
            ));
        }
    }
    statements.extend(
        adapter
            .targets
            .iter()
            .map(|target| merge(plan, adapter, target)),
    );
    statements
}

fn merge(plan: &TablePlan, adapter: &Adapter, target: &AdapterTarget) -> String {
    let is_key =
        |column: &AdapterColumn| key_columns(target).any(|key| key.target == column.target);
    let set: Vec<String> = compared(target)
        .into_iter()
        .filter(|column| !column.identity_always && !is_key(column))
        .map(|column| format!("{0} = s.{0}", quote(&column.target)))
        .collect();
    let update = if set.is_empty() {
        String::new()
    } else {
        format!(
            "WHEN MATCHED AND {} OPERATOR(pg_catalog.*<>) {} THEN UPDATE SET {} ",
            row_of(target, "t"),
            row_of(target, "s"),
            set.join(", ")
        )
    };
    let names: Vec<String> = target
        .columns
        .iter()
        .map(|column| quote(&column.target))
        .collect();
    let values: Vec<String> = names.iter().map(|name| format!("s.{name}")).collect();
    format!(
        "MERGE INTO {} AS t USING {} ON {} {update}\
         WHEN NOT MATCHED THEN INSERT ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
        table(target),
        source(plan, adapter, target),
        same_key(target),
        names.join(", "),
        values.join(", ")
    )
}

/// Deletes what the keys of the batch (keys only) have made, target by target.
pub fn deletes(plan: &TablePlan) -> Vec<String> {
    let Some(adapter) = plan.adapter.as_deref() else {
        return Vec::new();
    };
    adapter
        .targets
        .iter()
        .map(|target| {
            format!(
                "DELETE FROM {} AS t USING {} WHERE {}",
                table(target),
                keys(plan, adapter, target, Rows::Keys, ""),
                same_key(target)
            )
        })
        .collect()
}

/// What verify and prune run for one target. The keys that the source has are collected in a temporary table first.
#[derive(Debug, Clone)]
pub struct Census {
    /// The upgrade table, quoted.
    pub table: String,
    /// Its name without quotes, `schema.table`.
    pub label: String,
    /// Creates the temporary table.
    pub create: String,
    /// Adds the keys of the batch's rows that belong to the target.
    pub collect: String,
    /// Makes the planner know the temporary table.
    pub analyze: String,
    /// The batch's rows that the table lacks or holds differently: `kind`, `key`, `legacy`, `upgrade`.
    pub differences: String,
    /// The map's rows of the table whose keys were not collected, in the same form.
    pub extras: String,
    /// Deletes them.
    pub delete_others: String,
    /// The number of the map's rows of the table.
    pub count: String,
    /// Drops the temporary table.
    pub drop: String,
}

/// The statements of all targets; none for a plan without an adapter.
pub fn census(plan: &TablePlan) -> Vec<Census> {
    let Some(adapter) = plan.adapter.as_deref() else {
        return Vec::new();
    };
    let targets = adapter.targets.iter().enumerate();
    targets
        .map(|(at, target)| census_of(plan, adapter, at, target))
        .collect()
}

fn census_of(plan: &TablePlan, adapter: &Adapter, at: usize, target: &AdapterTarget) -> Census {
    let seen = format!("tandem_seen_{}_{at}", plan.table_no);
    let names: Vec<String> = key_columns(target)
        .map(|column| quote(&column.target))
        .collect();
    let declared: Vec<String> = key_columns(target)
        .map(|column| format!("{} {}", quote(&column.target), column.target_type))
        .collect();
    let only = condition(adapter, target).map_or_else(String::new, |it| format!(" WHERE {it}"));
    let mut outside = target.scope.clone();
    outside.push(format!(
        "NOT EXISTS (SELECT FROM pg_temp.{seen} AS s WHERE {})",
        same_key(target)
    ));
    let outside = outside.join(" AND ");
    let scope = if target.scope.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", target.scope.join(" AND "))
    };
    Census {
        table: table(target),
        label: format!("{}.{}", target.target.schema, target.target.table),
        create: format!("CREATE TEMPORARY TABLE {seen} ({})", declared.join(", ")),
        collect: format!(
            "INSERT INTO pg_temp.{seen} SELECT {} FROM {}",
            names.join(", "),
            keys(plan, adapter, target, Rows::Whole, &only)
        ),
        analyze: format!("ANALYZE pg_temp.{seen}"),
        differences: differences(plan, adapter, target),
        extras: format!(
            "SELECT 'extra' AS kind, {} AS key, NULL::jsonb AS legacy, {} AS upgrade FROM {} AS t WHERE {outside}",
            key_object(target, "t"),
            row_object(target, "t"),
            table(target)
        ),
        delete_others: format!("DELETE FROM {} AS t WHERE {outside}", table(target)),
        count: format!("SELECT count(*) FROM {} AS t{scope}", table(target)),
        drop: format!("DROP TABLE pg_temp.{seen}"),
    }
}

fn differences(plan: &TablePlan, adapter: &Adapter, target: &AdapterTarget) -> String {
    let first = key_columns(target)
        .next()
        .map(|column| quote(&column.target))
        .unwrap_or_default();
    format!(
        "SELECT CASE WHEN t.{first} IS NULL THEN 'missing' ELSE 'different' END AS kind, {key} AS key, \
         {legacy} AS legacy, CASE WHEN t.{first} IS NULL THEN NULL ELSE {upgrade} END AS upgrade \
         FROM {source} LEFT JOIN {table} AS t ON {same} \
         WHERE t.{first} IS NULL OR {left} OPERATOR(pg_catalog.*<>) {right}",
        key = key_object(target, "s"),
        legacy = row_object(target, "s"),
        upgrade = row_object(target, "t"),
        source = source(plan, adapter, target),
        table = table(target),
        same = same_key(target),
        left = row_of(target, "t"),
        right = row_of(target, "s"),
    )
}

fn key_object(target: &AdapterTarget, alias: &str) -> String {
    let parts: Vec<String> = key_columns(target)
        .map(|column| {
            format!(
                "{}, {alias}.{}",
                literal(&column.target),
                quote(&column.target)
            )
        })
        .collect();
    format!("jsonb_build_object({})", parts.join(", "))
}

fn row_object(target: &AdapterTarget, alias: &str) -> String {
    let columns: Vec<String> = compared(target)
        .into_iter()
        .map(|column| {
            let text = if column.target_type == "json" {
                "::text"
            } else {
                ""
            };
            format!("{alias}.{0}{text} AS {0}", quote(&column.target))
        })
        .collect();
    format!(
        "(SELECT to_jsonb(r.*) FROM (SELECT {}) AS r)",
        columns.join(", ")
    )
}

/// For each target the rows that the batch's rows become, as jsonb.
pub fn previews(plan: &TablePlan) -> Vec<(String, String)> {
    let Some(adapter) = plan.adapter.as_deref() else {
        return Vec::new();
    };
    let preview = |target: &AdapterTarget| {
        let whole = AdapterTarget {
            columns: target
                .columns
                .iter()
                .map(|column| AdapterColumn {
                    upgrade_owned: false,
                    ..column.clone()
                })
                .collect(),
            ..target.clone()
        };
        (
            format!("{}.{}", target.target.schema, target.target.table),
            format!(
                "SELECT {} FROM {}",
                row_object(&whole, "s"),
                source(plan, adapter, target)
            ),
        )
    };
    adapter.targets.iter().map(preview).collect()
}

/// The upgrade tables that the plan writes to, quoted.
pub fn tables(plan: &TablePlan) -> Vec<String> {
    match plan.adapter.as_deref() {
        Some(adapter) => adapter.targets.iter().map(table).collect(),
        None => vec![super::upgrade::name(plan)],
    }
}
