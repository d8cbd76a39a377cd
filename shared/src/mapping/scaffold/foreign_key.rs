//! Foreign keys, made when all rows are there.

use super::ddl::{Ddl, DdlKind, Phase};
use super::draft::{Draft, TableDraft};
use super::names::Names;
use crate::mapping::catalog::LegacyForeignKey;
use crate::mapping::collation::Equality;
use crate::plan::sql::quote;

impl Draft<'_> {
    /// ALTER TABLE ... ADD CONSTRAINT for every foreign key of a table.
    pub(super) fn foreign_keys(
        &mut self,
        table: &TableDraft<'_>,
        tables: &[TableDraft<'_>],
    ) -> Vec<Ddl> {
        let mut names = Names::default();
        let mut statements = Vec::new();
        for key in &table.legacy.foreign_keys {
            let object = table.part(&key.name);
            match self.references(table, key, tables) {
                Ok(references) => {
                    self.note_loose(table, key, &object);
                    let name = names.take(&key.name);
                    self.note_renamed("foreign key", &object, &key.name, &name);
                    statements.push(Ddl {
                        phase: Phase::Last,
                        table: Some(table.name.clone()),
                        kind: DdlKind::ForeignKey,
                        sql: format!(
                            "ALTER TABLE {} ADD CONSTRAINT {} {references}",
                            self.qualified(&table.name),
                            quote::upgrade(&name)
                        ),
                        object: name,
                    });
                }
                Err(reason) => self.warn(
                    "foreign_key_dropped",
                    object,
                    format!("the foreign key was left out: {reason}"),
                ),
            }
        }
        statements
    }

    fn references(
        &self,
        table: &TableDraft<'_>,
        key: &LegacyForeignKey,
        tables: &[TableDraft<'_>],
    ) -> Result<String, String> {
        if key.parent_database != self.catalog.database {
            return Err(format!(
                "it refers to table \"{}\" of another database, \"{}\"",
                key.parent_table, key.parent_database
            ));
        }
        let parent = tables
            .iter()
            .find(|parent| parent.legacy.name == key.parent_table)
            .ok_or_else(|| format!("table \"{}\" is not there", key.parent_table))?;
        if !is_unique(parent, &key.parent_columns) {
            return Err(format!(
                "the columns it refers to in \"{}\" are not unique, which PostgreSQL requires",
                key.parent_table
            ));
        }
        let gone = || "one of its columns is not there".to_owned();
        let columns = table.quoted(&key.columns).ok_or_else(gone)?;
        let parent_columns = parent.quoted(&key.parent_columns).ok_or_else(gone)?;
        Ok(format!(
            "FOREIGN KEY ({columns}) REFERENCES {} ({parent_columns}){}{}",
            self.qualified(&parent.name),
            action("DELETE", &key.on_delete),
            action("UPDATE", &key.on_update)
        ))
    }

    fn note_loose(&mut self, table: &TableDraft<'_>, key: &LegacyForeignKey, object: &str) {
        let family = self.family;
        let loose = key.columns.iter().find_map(|name| {
            let column = table.column(name)?.legacy;
            let equality = Equality::of(column, family)?;
            equality
                .is_loose()
                .then(|| format!("\"{name}\" ignores {}", equality.ignored()))
        });
        if let Some(loose) = loose {
            self.warn(
                "foreign_key_collation",
                object,
                format!("the legacy collation of {loose}: PostgreSQL refuses the foreign key if a child is not written exactly as its parent"),
            );
        }
    }
}

/// True when a unique index, made by the scaffold, is on exactly these columns.
fn is_unique(parent: &TableDraft<'_>, columns: &[String]) -> bool {
    parent.legacy.indexes.iter().any(|index| {
        index.unique
            && index.columns.len() == columns.len()
            && index.columns.iter().all(|part| {
                (part.prefix.is_none() || index.name == "PRIMARY")
                    && part.name.as_deref().is_some_and(|name| {
                        columns
                            .iter()
                            .any(|column| column.eq_ignore_ascii_case(name))
                    })
            })
    })
}

/// RESTRICT and NO ACTION are the same to MySQL, and NO ACTION is PostgreSQL's default.
fn action(event: &str, rule: &str) -> String {
    match rule {
        "CASCADE" | "SET NULL" | "SET DEFAULT" | "RESTRICT" => format!(" ON {event} {rule}"),
        _ => String::new(),
    }
}
