//! The triggers that notify what foreign-key cascades will change. See [`crate::plan::cascade`].

use std::collections::BTreeSet;
use std::sync::Arc;

use super::join;
use super::legacy::{Nature, Trigger, fire, insert_keys};
use super::quote::legacy as quote;
use crate::mapping::catalog::{LegacyCatalog, LegacyTable};
use crate::plan::TablePlan;
use crate::plan::cascade::{Cause, Path, paths};

/// A trigger on a parent table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CascadeTrigger {
    /// The trigger, on the parent.
    pub trigger: Trigger,
    /// Numbers of the mapped tables whose rows it notifies.
    pub reaches: BTreeSet<u32>,
}

/// The triggers that parents need so that no cascade into a mapped or joined table goes unnoticed, and those on joined tables; these tables
/// themselves need not be mapped.
pub fn cascade_triggers(
    catalog: &LegacyCatalog,
    plans: &[Arc<TablePlan>],
    outbox_schema: &str,
) -> Vec<CascadeTrigger> {
    let mut triggers = Vec::new();
    for table in &catalog.tables {
        for cause in [Cause::Delete, Cause::Update] {
            let paths = paths(catalog, table, cause);
            triggers.extend(trigger(catalog, table, cause, &paths, plans, outbox_schema));
        }
    }
    triggers.extend(plans.iter().flat_map(|plan| join::join_triggers(plan)));
    triggers
}

fn trigger(
    catalog: &LegacyCatalog,
    table: &LegacyTable,
    cause: Cause,
    paths: &[Path<'_>],
    plans: &[Arc<TablePlan>],
    outbox_schema: &str,
) -> Option<CascadeTrigger> {
    let mut body = String::new();
    let mut reaches = BTreeSet::new();
    for path in paths {
        let Some(last) = path.last() else { continue };
        let mut notices = Vec::new();
        for plan in plans {
            if plan.source.table == last.table.name {
                notices.push((plan.table_no, notify(catalog, plan, path, cause)));
            }
            for at in (0..plan.joins.len()).filter(|&at| plan.joins[at].table == last.table.name) {
                notices.push((plan.table_no, notify_joined(catalog, plan, at, path, cause)));
            }
        }
        for (table_no, notify) in notices {
            body.push_str(&match cause {
                Cause::Delete => notify,
                Cause::Update => format!("IF {} THEN {notify}END IF; ", changes(path)),
            });
            reaches.insert(table_no);
        }
    }
    if reaches.is_empty() {
        return None;
    }
    let (suffix, event) = match cause {
        Cause::Delete => ("bd", "DELETE"),
        Cause::Update => ("bu", "UPDATE"),
    };
    // Another body is another trigger: it is made before the old one goes, so nothing is missed in between.
    let name = format!(
        "{outbox_schema}_c{:08x}_{suffix}",
        hash(&format!("{} {body}", table.name))
    );
    let trigger = Trigger {
        name,
        database: catalog.database.clone(),
        table: table.name.clone(),
        timing: "BEFORE",
        event,
        body: format!("BEGIN {body}END"),
    };
    Some(CascadeTrigger { trigger, reaches })
}

/// True, in the parent's UPDATE trigger, when a column that the path begins with gets another value.
fn changes(path: &Path<'_>) -> String {
    let columns = path
        .first()
        .map(|step| step.key.parent_columns.as_slice())
        .unwrap_or_default();
    let same: Vec<String> = columns
        .iter()
        .map(|name| {
            format!(
                "CAST(OLD.{0} AS BINARY) <=> CAST(NEW.{0} AS BINARY)",
                quote(name)
            )
        })
        .collect();
    format!("NOT ({})", same.join(" AND "))
}

/// Inserts the keys of the rows at the end of a path, and the keys they will have where those change, too.
fn notify(catalog: &LegacyCatalog, plan: &TablePlan, path: &Path<'_>, cause: Cause) -> String {
    let last = format!("c{}", path.len());
    let old: Vec<String> = plan
        .key_columns()
        .map(|column| format!("{last}.{}", quote(&column.source)))
        .collect();
    let from = rows(catalog, path);
    let mut body = format!("{}{from}; ", insert_keys(plan, Nature::Update, &old));
    if cause == Cause::Update {
        let new: Vec<String> = plan
            .key_columns()
            .zip(&old)
            .map(|(column, old)| new_value(path, &column.source).unwrap_or_else(|| old.clone()))
            .collect();
        if new != old {
            body.push_str(&format!(
                "{}{from}; ",
                insert_keys(plan, Nature::Update, &new)
            ));
        }
    }
    body + &fire(plan)
}

/// Inserts the values by which the rows at the end of a path are joined, and those that they will have.
fn notify_joined(
    catalog: &LegacyCatalog,
    plan: &TablePlan,
    at: usize,
    path: &Path<'_>,
    cause: Cause,
) -> String {
    let last = format!("c{}", path.len());
    let from = rows(catalog, path);
    let mut body = join::notify(plan, at, Nature::Update, &last, Some(&from));
    let moved = plan.joins[at]
        .on
        .iter()
        .map(|on| new_value(path, &on.column))
        .collect::<Vec<_>>();
    if cause == Cause::Update && moved.iter().any(Option::is_some) {
        let values: Vec<String> = plan.joins[at]
            .on
            .iter()
            .zip(moved)
            .map(|(on, new)| new.unwrap_or_else(|| format!("{last}.{}", quote(&on.column))))
            .collect();
        body.push_str(&join::notify_values(
            plan,
            at,
            Nature::Update,
            &values,
            &from,
        ));
    }
    body + &fire(plan)
}

/// The value that a column at the end of the path gets from the parent's new row, when the cascade carries it there.
fn new_value(path: &Path<'_>, column: &str) -> Option<String> {
    let mut name = column;
    for step in path.iter().rev() {
        let at = step
            .key
            .columns
            .iter()
            .position(|child| child.eq_ignore_ascii_case(name))?;
        if !step.follows {
            return None;
        }
        name = step.key.parent_columns.get(at)?;
    }
    Some(format!("NEW.{}", quote(name)))
}

/// `FROM child c1 JOIN grandchild c2 ON ... WHERE c1.key = OLD.key`.
fn rows(catalog: &LegacyCatalog, path: &Path<'_>) -> String {
    let mut from = String::new();
    let mut filter = String::new();
    for (at, step) in path.iter().enumerate() {
        let number = at + 1;
        let table = format!(
            "{}.{} c{number}",
            quote(&catalog.database),
            quote(&step.table.name)
        );
        let parent = if at == 0 {
            "OLD".to_owned()
        } else {
            format!("c{at}")
        };
        let pairs: Vec<String> = step
            .key
            .columns
            .iter()
            .zip(&step.key.parent_columns)
            .map(|(child, parent_column)| {
                format!(
                    "c{number}.{} = {parent}.{}",
                    quote(child),
                    quote(parent_column)
                )
            })
            .collect();
        if at == 0 {
            from = format!(" FROM {table}");
            filter = format!(" WHERE {}", pairs.join(" AND "));
        } else {
            from.push_str(&format!(" JOIN {table} ON {}", pairs.join(" AND ")));
        }
    }
    from + &filter
}

/// FNV-1a: a short name for a trigger's table and body, the same in every build.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
