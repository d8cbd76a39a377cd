//! Joined tables on the legacy server: their triggers, and how a pull finds the rows that their changes belong to.
//!
//! A change of a joined table writes the values that it is joined by into the source's outbox, in columns of their own (`v1_1`, ...) beside
//! those of the key. Which rows of the source these are is asked in the pull's snapshot: the writer's transaction reads and locks nothing, and
//! no order of two transactions can hide a row from both.

use std::collections::BTreeSet;

use super::cascade::CascadeTrigger;
use super::legacy::{Nature, Trigger, fire, outbox, table};
use super::quote::legacy as quote;
use crate::plan::join::JoinPlan;
use crate::plan::table::TablePlan;

/// Whether a key column of the outbox may be NULL: it is where the row is about a joined table.
pub(super) fn key_null(plan: &TablePlan) -> &'static str {
    if plan.joins.is_empty() {
        "NOT NULL"
    } else {
        "NULL"
    }
}

/// The outbox's columns for joined tables, in order: name and declaration.
pub fn outbox_columns(plan: &TablePlan) -> Vec<(String, String)> {
    let joins = plan.joins.iter().enumerate();
    joins
        .flat_map(|(at, join)| {
            let on = join.on.iter().enumerate();
            on.map(move |(part, on)| (value_name(at, part), on.declared.clone()))
        })
        .collect()
}

fn value_name(join: usize, part: usize) -> String {
    format!("v{}_{}", join + 1, part + 1)
}

/// ` LEFT JOIN city j1 ON j1.city_id = t.city_id ...`, empty without joins.
pub(super) fn joined(plan: &TablePlan) -> String {
    let joins = plan.joins.iter().enumerate();
    joins
        .map(|(at, join)| {
            format!(
                " LEFT JOIN {} ON {}",
                named(plan, at, join),
                conditions(at, join)
            )
        })
        .collect()
}

fn named(plan: &TablePlan, at: usize, join: &JoinPlan) -> String {
    format!(
        "{}.{} j{}",
        quote(&plan.source.database),
        quote(&join.table),
        at + 1
    )
}

fn conditions(at: usize, join: &JoinPlan) -> String {
    let terms: Vec<String> = join
        .on
        .iter()
        .map(|on| {
            format!(
                "j{}.{} = {}",
                at + 1,
                quote(&on.column),
                side(on.from, &on.equals)
            )
        })
        .collect();
    terms.join(" AND ")
}

/// A column of the source or of a join.
fn side(from: usize, column: &str) -> String {
    match from {
        0 => format!("t.{}", quote(column)),
        number => format!("j{number}.{}", quote(column)),
    }
}

/// The keys that a range of ids names, by itself or by a joined table; `None` without joins. Each part takes the range's two parameters.
pub(super) fn notified(plan: &TablePlan, distinct: &[String], keys: &[String]) -> Option<String> {
    if plan.joins.is_empty() {
        return None;
    }
    let first = keys.first()?;
    let mut parts = vec![format!(
        "SELECT {} FROM {} WHERE seq BETWEEN ? AND ? AND {first} IS NOT NULL",
        distinct.join(", "),
        outbox(plan)
    )];
    let found: Vec<String> = plan
        .key_columns()
        .flat_map(|column| {
            let name = format!("t.{}", quote(&column.source));
            let bytes = column.collated.then(|| format!("CAST({name} AS BINARY)"));
            std::iter::once(name).chain(bytes)
        })
        .collect();
    for (at, join) in plan.joins.iter().enumerate() {
        let names: Vec<String> = (0..join.on.len())
            .map(|part| value_name(at, part))
            .collect();
        let mut from = vec![
            format!(
                "(SELECT DISTINCT {} FROM {} WHERE seq BETWEEN ? AND ? AND {} IS NOT NULL) v",
                names.join(", "),
                outbox(plan),
                names[0]
            ),
            format!("{} t", table(plan)),
        ];
        let mut terms: Vec<String> = join
            .on
            .iter()
            .zip(&names)
            .map(|(on, name)| format!("{} = v.{name}", side(on.from, &on.equals)))
            .collect();
        for number in join.needs(&plan.joins) {
            let needed = &plan.joins[number - 1];
            from.push(named(plan, number - 1, needed));
            terms.push(conditions(number - 1, needed));
        }
        parts.push(format!(
            "SELECT {} FROM {} WHERE {}",
            found.join(", "),
            from.join(", "),
            terms.join(" AND ")
        ));
    }
    Some(parts.join(" UNION "))
}

/// How often a pull of the plan takes the range of ids as parameters.
pub fn ranges(plan: &TablePlan) -> usize {
    1 + plan.joins.len()
}

/// Writes the values of a joined table's row into the outbox: `row` is `NEW`, `OLD`, or the alias of a query that `from` continues.
pub(super) fn notify(
    plan: &TablePlan,
    at: usize,
    nature: Nature,
    row: &str,
    from: Option<&str>,
) -> String {
    let Some(join) = plan.joins.get(at) else {
        return String::new();
    };
    let values: Vec<String> = join
        .on
        .iter()
        .map(|on| format!("{row}.{}", quote(&on.column)))
        .collect();
    if let Some(from) = from {
        return notify_values(plan, at, nature, &values, from);
    }
    format!(
        "INSERT INTO {} (op, {}) VALUES ({}, {}); ",
        outbox(plan),
        value_names(at, values.len()),
        nature as u8,
        values.join(", ")
    )
}

/// Writes values that a query finds.
pub(super) fn notify_values(
    plan: &TablePlan,
    at: usize,
    nature: Nature,
    values: &[String],
    from: &str,
) -> String {
    format!(
        "INSERT INTO {} (op, {}) SELECT {}, {}{from}; ",
        outbox(plan),
        value_names(at, values.len()),
        nature as u8,
        values.join(", ")
    )
}

fn value_names(at: usize, count: usize) -> String {
    let names: Vec<String> = (0..count).map(|part| value_name(at, part)).collect();
    names.join(", ")
}

/// The triggers on the tables that a plan joins.
pub fn join_triggers(plan: &TablePlan) -> Vec<CascadeTrigger> {
    let mut triggers = Vec::new();
    for (at, join) in plan.joins.iter().enumerate() {
        let bodies = [
            (
                "ai",
                "INSERT",
                notify(plan, at, Nature::Insert, "NEW", None),
            ),
            ("au", "UPDATE", update(plan, at, join)),
            (
                "ad",
                "DELETE",
                notify(plan, at, Nature::Delete, "OLD", None),
            ),
        ];
        for (suffix, event, body) in bodies {
            triggers.push(CascadeTrigger {
                trigger: Trigger {
                    name: format!(
                        "{}_j{}x{}_{suffix}",
                        plan.source.outbox_schema,
                        plan.table_no,
                        at + 1
                    ),
                    database: plan.source.database.clone(),
                    table: join.table.clone(),
                    timing: "AFTER",
                    event,
                    body: format!("BEGIN {body}{}END", fire(plan)),
                },
                reaches: BTreeSet::from([plan.table_no]),
            });
        }
    }
    triggers
}

/// The old values always, the new ones where their bytes differ.
fn update(plan: &TablePlan, at: usize, join: &JoinPlan) -> String {
    let same: Vec<String> = join
        .on
        .iter()
        .map(|on| {
            let name = quote(&on.column);
            format!("CAST(OLD.{name} AS BINARY) <=> CAST(NEW.{name} AS BINARY)")
        })
        .collect();
    format!(
        "{}IF NOT ({}) THEN {}END IF; ",
        notify(plan, at, Nature::Update, "OLD", None),
        same.join(" AND "),
        notify(plan, at, Nature::Update, "NEW", None)
    )
}
