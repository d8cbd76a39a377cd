//! What runs on the upgrade server: set-based apply and comparison of translated rows.
//!
//! Promise: each statement reads the current batch from `tandem.batch()`, touches no row that is already as it should be, and names
//! every object in full.

use super::quote::upgrade as quote;
use crate::plan::table::{ColumnPlan, TablePlan};

pub(super) fn table(plan: &TablePlan) -> String {
    format!(
        "{}.{}",
        quote(&plan.target.schema),
        quote(&plan.target.table)
    )
}

/// `tandem.batch() AS b(column type, ...)` for the given columns.
pub(super) fn batch<'a>(columns: impl Iterator<Item = &'a ColumnPlan>) -> String {
    let columns: Vec<String> = columns
        .map(|column| format!("{} {}", quote(&column.target), column.target_type))
        .collect();
    format!("tandem.batch() AS b({})", columns.join(", "))
}

pub(super) fn same_key(plan: &TablePlan) -> String {
    let terms: Vec<String> = plan
        .key_columns()
        .map(|column| format!("t.{0} = b.{0}", quote(&column.target)))
        .collect();
    terms.join(" AND ")
}

/// A row to compare, as a record. The types are said, since a domain's value is another type than the same value of the batch; where they are
/// what the table says anyway PostgreSQL does nothing for it.
fn row_of(plan: &TablePlan, alias: &str) -> String {
    let columns: Vec<String> = plan
        .columns
        .iter()
        .map(|column| format!("{alias}.{}::{}", quote(&column.target), column.target_type))
        .collect();
    format!("ROW({})::record", columns.join(", "))
}

/// Inserts the batch's new rows and updates the changed ones; rows that are equal byte for byte are left alone.
pub fn merge(plan: &TablePlan) -> String {
    let names: Vec<String> = plan
        .columns
        .iter()
        .map(|column| quote(&column.target))
        .collect();
    let values: Vec<String> = names.iter().map(|name| format!("b.{name}")).collect();
    let set: Vec<String> = plan
        .columns
        .iter()
        .filter(|column| !column.identity_always)
        .map(|column| format!("{0} = b.{0}", quote(&column.target)))
        .collect();
    let update = if set.is_empty() {
        String::new()
    } else {
        format!(
            "WHEN MATCHED AND {} OPERATOR(pg_catalog.*<>) {} THEN UPDATE SET {} ",
            row_of(plan, "t"),
            row_of(plan, "b"),
            set.join(", ")
        )
    };
    format!(
        "MERGE INTO {} AS t USING {} ON {} {update}\
         WHEN NOT MATCHED THEN INSERT ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
        table(plan),
        batch(plan.columns.iter()),
        same_key(plan),
        names.join(", "),
        values.join(", ")
    )
}

/// Inserts the batch's rows, which must be new.
pub fn insert(plan: &TablePlan) -> String {
    let names: Vec<String> = plan
        .columns
        .iter()
        .map(|column| quote(&column.target))
        .collect();
    format!(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT * FROM {}",
        table(plan),
        names.join(", "),
        batch(plan.columns.iter())
    )
}

/// Deletes the rows whose keys the batch holds.
pub fn delete(plan: &TablePlan) -> String {
    format!(
        "DELETE FROM {} AS t USING {} WHERE {}",
        table(plan),
        batch(plan.key_columns()),
        same_key(plan)
    )
}

/// The batch's rows that the table lacks or holds differently: `kind`, `key`, `legacy`, `upgrade` (the last three jsonb).
pub fn differences(plan: &TablePlan) -> String {
    format!(
        "SELECT CASE WHEN t.{key} IS NULL THEN 'missing' ELSE 'different' END AS kind, {object} AS key, \
         {legacy} AS legacy, CASE WHEN t.{key} IS NULL THEN NULL ELSE {upgrade} END AS upgrade \
         FROM {batch} LEFT JOIN {table} AS t ON {same} \
         WHERE t.{key} IS NULL OR {left} OPERATOR(pg_catalog.*<>) {right}",
        key = quote(&plan.columns[plan.key[0]].target),
        object = key_object(plan, "b"),
        legacy = row_object(plan, "b"),
        upgrade = row_object(plan, "t"),
        batch = batch(plan.columns.iter()),
        table = table(plan),
        same = same_key(plan),
        left = row_of(plan, "t"),
        right = row_of(plan, "b"),
    )
}

/// The rows whose keys the batch (keys only) holds, in the form of [`differences`].
pub fn named(plan: &TablePlan) -> String {
    format!(
        "SELECT 'extra' AS kind, {} AS key, NULL::jsonb AS legacy, {} AS upgrade FROM {} JOIN {} AS t ON {}",
        key_object(plan, "t"),
        row_object(plan, "t"),
        batch(plan.key_columns()),
        table(plan),
        same_key(plan)
    )
}

/// All rows, with the columns and types of the plan.
pub fn rows(plan: &TablePlan) -> String {
    all_of(plan, plan.columns.iter())
}

/// All keys.
pub fn keys(plan: &TablePlan) -> String {
    all_of(plan, plan.key_columns())
}

fn all_of<'a>(plan: &TablePlan, columns: impl Iterator<Item = &'a ColumnPlan>) -> String {
    let columns: Vec<String> = columns
        .map(|column| format!("t.{}::{}", quote(&column.target), column.target_type))
        .collect();
    format!("SELECT {} FROM {} AS t", columns.join(", "), table(plan))
}

/// `jsonb_build_object` of the key's columns of an alias.
pub(super) fn key_object(plan: &TablePlan, alias: &str) -> String {
    let parts: Vec<String> = plan
        .key_columns()
        .map(|column| {
            format!(
                "{}, {alias}.{}",
                super::quote::upgrade_literal(&column.target),
                quote(&column.target)
            )
        })
        .collect();
    format!("jsonb_build_object({})", parts.join(", "))
}

/// A jsonb object of the plan's columns of an alias, whatever their number. A `json` is in it as its text: two that differ in their spaces or
/// in the order of their keys would look the same.
pub(super) fn row_object(plan: &TablePlan, alias: &str) -> String {
    let columns: Vec<String> = plan
        .columns
        .iter()
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

/// The batch's rows as jsonb.
pub fn preview(plan: &TablePlan) -> String {
    format!(
        "SELECT {} FROM {}",
        row_object(plan, "b"),
        batch(plan.columns.iter())
    )
}

/// The number of rows of the table.
pub fn count(plan: &TablePlan) -> String {
    format!("SELECT count(*) FROM {}", table(plan))
}

/// True when the table has a row.
pub fn any_row(plan: &TablePlan) -> String {
    format!("SELECT EXISTS (SELECT FROM {})", table(plan))
}

/// The table's name in full, quoted.
pub fn name(plan: &TablePlan) -> String {
    table(plan)
}
