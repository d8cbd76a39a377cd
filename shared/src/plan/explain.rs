//! A plan as people read it: which legacy columns are read, how each upgrade column comes about, and what is run where.

use super::adapter::{Adapter, AdapterColumn, AdapterTarget, From};
use super::sql::{adapter, join, legacy, upgrade};
use super::table::{ColumnPlan, TablePlan};
use crate::translate::Class;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `capture`, `read`, `translate` (the first stage), `adapt` (the second), `apply`.
    pub stage: &'static str,
    /// What happens.
    pub text: String,
}

/// The plan, in the order in which a row goes through it.
pub fn explain(plan: &TablePlan) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut say = |stage, text: String| lines.push(Line { stage, text });
    say("capture", legacy::create_outbox(plan));
    for trigger in legacy::triggers(plan) {
        say("capture", trigger.create(None));
    }
    for joined in join::join_triggers(plan) {
        say("capture", joined.trigger.create(None));
    }
    say("read", legacy::pull_rows(plan));
    for column in plan.columns.iter().filter(|column| column.carried) {
        say("translate", translated(plan, column));
    }
    for lens in &plan.lenses {
        let inputs: Vec<String> = lens
            .inputs
            .iter()
            .filter_map(|&at| plan.columns.get(at))
            .map(|column| plan.label(column))
            .collect();
        let outputs: Vec<String> = lens
            .outputs
            .iter()
            .map(|(name, kind)| format!("{name} {kind}"))
            .collect();
        say(
            "translate",
            format!(
                "({}) -> ({}), {}",
                inputs.join(", "),
                outputs.join(", "),
                lens.lens.class()
            ),
        );
    }
    if let Some(adapter) = plan.adapter.as_deref() {
        for target in &adapter.targets {
            for column in &target.columns {
                say("adapt", adapted(plan, adapter, target, column));
            }
        }
    }
    for statement in statements(plan) {
        say("apply", statement);
    }
    lines
}

fn translated(plan: &TablePlan, column: &ColumnPlan) -> String {
    let class = column
        .codec
        .lens()
        .map_or(Class::Lossless, |lens| lens.class());
    format!(
        "{} {} -> {} {}, {class}",
        plan.label(column),
        column.source_type,
        column.target,
        column.target_type
    )
}

fn adapted(
    plan: &TablePlan,
    adapter: &Adapter,
    target: &AdapterTarget,
    column: &AdapterColumn,
) -> String {
    let from = match &column.from {
        From::Field(field) => match plan.columns.get(*field) {
            Some(read) => plan.label(read),
            None => column.kind.clone(),
        },
        From::Expression { sql, .. } => sql.clone(),
        From::Crosswalk(at) => format!(
            "crosswalk of table {}",
            adapter.crosswalks.get(*at).map_or(0, |it| it.table_no)
        ),
    };
    let owner = if column.upgrade_owned {
        ", set at insert only"
    } else {
        ""
    };
    format!(
        "{from} -> {}.{}.{} {}, {}{owner}",
        target.target.schema,
        target.target.table,
        column.target,
        column.target_type,
        class_of(plan, column)
    )
}

/// What the compiler can say of a column: an expression has no proof, whatever way back was declared.
fn class_of(plan: &TablePlan, column: &AdapterColumn) -> Class {
    match &column.from {
        From::Field(field) => match plan.columns.get(*field) {
            Some(read) => read
                .codec
                .lens()
                .map_or(Class::Lossless, |lens| lens.class()),
            None => {
                let lens = plan
                    .lenses
                    .iter()
                    .enumerate()
                    .find(|(at, lens)| *field < plan.first_field(*at) + lens.outputs.len());
                lens.map_or(Class::OneWay, |(_, lens)| lens.lens.class())
            }
        },
        From::Expression { .. } => Class::OneWay,
        From::Crosswalk(_) => Class::Lossless,
    }
}

fn statements(plan: &TablePlan) -> Vec<String> {
    if plan.adapter.is_none() {
        return vec![upgrade::delete(plan), upgrade::merge(plan)];
    }
    let mut statements = adapter::deletes(plan);
    statements.extend(adapter::prepare_keys(plan));
    statements.extend(adapter::upserts(plan));
    statements
}
