//! All keys of a legacy table, collected on the upgrade server: what finds the rows here that the legacy table has not.
//!
//! Promise: the keys are in a temporary table, so that their number is bounded by the disk and not by memory; the statements touch nothing else
//! but the plan's own table. Called by comparisons, and by a copy into a table that had rows before.

use super::quote::upgrade as quote;
use super::reverse::waits;
use super::upgrade::{batch, key_object, row_object, same_key, table};
use crate::plan::table::TablePlan;

/// The statements, in the order in which they are run.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Creates the temporary table.
    pub create: String,
    /// Adds the keys that the batch (keys only) holds.
    pub collect: String,
    /// Makes the planner know how many there are.
    pub analyze: String,
    /// Deletes the rows whose keys were not collected.
    pub delete_others: String,
    /// Shows them: `kind`, `key`, `legacy`, `upgrade`.
    pub extras: String,
    /// Drops the temporary table.
    pub drop: String,
}

/// The statements for a plan's table. Where `back` names the link and the outbox of what goes back, rows that wait in it are not deleted: they are only
/// here since they were written here.
pub fn keys(plan: &TablePlan, back: Option<(&str, &str)>) -> Keys {
    let seen = format!("pg_temp.tandem_keys_{}", plan.table_no);
    let declared: Vec<String> = plan
        .key_columns()
        .map(|column| format!("{} {}", quote(&column.target), column.target_type))
        .collect();
    let others = format!(
        "NOT EXISTS (SELECT FROM {seen} AS b WHERE {})",
        same_key(plan)
    );
    let kept = back.map_or_else(String::new, |(link, outbox)| {
        format!(" AND NOT {}", waits(plan, link, outbox, "t"))
    });
    Keys {
        create: format!("CREATE TEMPORARY TABLE {seen} ({})", declared.join(", ")),
        collect: format!(
            "INSERT INTO {seen} SELECT * FROM {}",
            batch(plan.key_columns())
        ),
        analyze: format!("ANALYZE {seen}"),
        delete_others: format!("DELETE FROM {} AS t WHERE {others}{kept}", table(plan)),
        extras: format!(
            "SELECT 'extra' AS kind, {} AS key, NULL::jsonb AS legacy, {} AS upgrade FROM {} AS t WHERE {others}",
            key_object(plan, "t"),
            row_object(plan, "t"),
            table(plan)
        ),
        drop: format!("DROP TABLE {seen}"),
    }
}
