//! CREATE TABLE, with what has to be there before it and its comments.

use super::ddl::{Ddl, DdlKind, Phase};
use super::draft::{Draft, TableDraft};
use super::names::Names;
use crate::plan::sql::quote;

impl Draft<'_> {
    /// Types, sequences, the table, comments, and the unique index that identifies its rows where there is no primary key.
    pub(super) fn create_table(&mut self, table: &TableDraft<'_>) -> Vec<Ddl> {
        let before = |kind, object: &str, sql| Ddl {
            phase: Phase::Before,
            table: Some(table.name.clone()),
            kind,
            object: object.to_owned(),
            sql,
        };
        let mut statements = Vec::new();
        for (name, labels) in table.columns.iter().filter_map(|c| c.enumeration.as_ref()) {
            statements.push(before(DdlKind::Type, name, self.create_enum(name, labels)));
        }
        let target = self.qualified(&table.name);
        let mut owners = Vec::new();
        for column in &table.columns {
            let Some(identity) = &column.identity else {
                continue;
            };
            if let Some(sql) = identity.create_sequence() {
                statements.push(before(DdlKind::Sequence, &column.name, sql));
            }
            if let Some(sql) = identity.own_sequence(&target, &column.name) {
                owners.push(before(DdlKind::Sequence, &column.name, sql));
            }
        }
        let mut lines: Vec<String> = table.columns.iter().map(|c| c.definition()).collect();
        let mut constraints = Names::default();
        lines.extend(self.primary_key(table, &mut constraints));
        lines.extend(self.checks(table, &mut constraints));
        let sql = format!("CREATE TABLE {target} (\n    {}\n)", lines.join(",\n    "));
        statements.push(before(DdlKind::Table, &table.name, sql));
        statements.extend(owners);
        if !table.legacy.comment.is_empty() {
            let sql = comment("TABLE", &target, &table.legacy.comment);
            statements.push(before(DdlKind::Comment, &table.name, sql));
        }
        for column in table
            .columns
            .iter()
            .filter(|c| !c.legacy.comment.is_empty())
        {
            let object = format!("{target}.{}", quote::upgrade(&column.name));
            let sql = comment("COLUMN", &object, &column.legacy.comment);
            statements.push(before(DdlKind::Comment, &column.name, sql));
        }
        statements
    }
}

impl Draft<'_> {
    pub(super) fn create_enum(&self, name: &str, labels: &[String]) -> String {
        let labels: Vec<String> = labels.iter().map(|l| quote::upgrade_literal(l)).collect();
        let name = self.qualified(name);
        format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "))
    }
}

fn comment(kind: &str, object: &str, text: &str) -> String {
    format!(
        "COMMENT ON {kind} {object} IS {}",
        quote::upgrade_literal(text)
    )
}
