//! CHECK constraints: the legacy table's own, and those that keep a column within its legacy type.

use super::draft::{Draft, TableDraft};
use super::expression::{self, Scope};
use super::names::Names;
use crate::plan::sql::quote;

impl Draft<'_> {
    /// The CHECK lines of CREATE TABLE. `names` are the constraint names of the table.
    pub(super) fn checks(&mut self, table: &TableDraft<'_>, names: &mut Names) -> Vec<String> {
        let mut lines = Vec::new();
        let scope = full_scope(table);
        for check in &table.legacy.checks {
            let object = table.part(&check.name);
            if check.not_enforced {
                self.info(
                    "check_dropped",
                    object,
                    format!("the constraint is not enforced: {}", check.expression),
                );
                continue;
            }
            match expression::condition(&check.expression, &scope) {
                Ok(sql) => {
                    let name = names.take(&check.name);
                    lines.push(format!(
                        "CONSTRAINT {} CHECK ({sql})",
                        quote::upgrade(&name)
                    ));
                }
                Err(reason) => self.warn(
                    "check_dropped",
                    object,
                    format!(
                        "the constraint was left out: {reason}; expression: {}",
                        check.expression
                    ),
                ),
            }
        }
        for column in &table.columns {
            if let Some(check) = &column.check {
                let name = names.take(&format!("{}_{}_check", table.name, column.name));
                let body = check.replace("{column}", &quote::upgrade(&column.name));
                lines.push(format!(
                    "CONSTRAINT {} CHECK ({body})",
                    quote::upgrade(&name)
                ));
            }
        }
        lines
    }
}

/// A check may name generated columns too.
fn full_scope(table: &TableDraft<'_>) -> Scope {
    let mut scope = Scope::default();
    for column in &table.columns {
        scope.add(
            &column.legacy.name,
            quote::upgrade(&column.name),
            column.kind.clone(),
        );
    }
    scope
}
