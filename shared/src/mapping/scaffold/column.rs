//! One column: its upgrade name, type, default, and whether PostgreSQL computes it.

use super::draft::Draft;
use super::expression::{self, Kind, Scope};
use super::identity::Identity;
use super::names::Names;
use crate::mapping::catalog::{LegacyColumn, LegacyTable};
use crate::plan::sql::quote;
use crate::types::default_target;

/// Names of PostgreSQL's own columns, which a table cannot have.
const SYSTEM_COLUMNS: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/// A column of the upgrade table.
pub(super) struct ColumnDraft<'a> {
    pub(super) legacy: &'a LegacyColumn,
    /// Its upgrade name.
    pub(super) name: String,
    /// Its type as CREATE TABLE says it.
    pub(super) sql: String,
    /// The enum type to create, and its labels.
    pub(super) enumeration: Option<(String, Vec<String>)>,
    /// What kind of value it is in an expression.
    pub(super) kind: Kind,
    /// What keeps out values that the legacy column could not hold, with `{column}` for the name.
    pub(super) check: Option<String>,
    /// How it hands out numbers.
    pub(super) identity: Option<Identity>,
    /// Its default.
    pub(super) default: Option<String>,
    /// What PostgreSQL computes it from; such a column is not copied.
    pub(super) generated: Option<String>,
}

impl ColumnDraft<'_> {
    /// The line of CREATE TABLE.
    pub(super) fn definition(&self) -> String {
        let mut line = format!("{} {}", quote::upgrade(&self.name), self.sql);
        if let Some(identity) = &self.identity {
            line.push_str(&identity.clause());
        }
        if let Some(default) = &self.default {
            line.push_str(&format!(" DEFAULT {default}"));
        }
        if let Some(expression) = &self.generated {
            line.push_str(&format!(" GENERATED ALWAYS AS ({expression}) STORED"));
        }
        if !self.legacy.nullable {
            line.push_str(" NOT NULL");
        }
        line
    }
}

impl<'a> Draft<'a> {
    pub(super) fn columns(&mut self, legacy: &'a LegacyTable, table: &str) -> Vec<ColumnDraft<'a>> {
        let mut names = Names::default();
        for system in SYSTEM_COLUMNS {
            names.take(system);
        }
        let mut columns: Vec<ColumnDraft<'a>> = Vec::with_capacity(legacy.columns.len());
        for column in &legacy.columns {
            let name = names.take(&column.name);
            let object = format!("{}.{}", legacy.name, column.name);
            self.note_renamed("column", &object, &column.name, &name);
            columns.push(self.column(legacy, column, name, table));
        }
        let scope = scope(&columns);
        for column in &mut columns {
            self.compute(legacy, column, &scope);
        }
        columns
    }

    fn column(
        &mut self,
        table: &'a LegacyTable,
        legacy: &'a LegacyColumn,
        name: String,
        table_name: &str,
    ) -> ColumnDraft<'a> {
        let object = format!("{}.{}", table.name, legacy.name);
        let target = default_target(legacy, self.family);
        let (mut sql, mut check) = (target.sql, target.check);
        if let Some(note) = target.note {
            self.info("column_type", &object, note);
        }
        if self.bigint_keys.has(&table.name, &legacy.name) {
            sql = "bigint".to_owned();
            check = Some("{column} >= 0".to_owned());
            self.info(
                "bigint_key",
                &object,
                "became bigint: AUTO_INCREMENT is far below 2^63; a value above that would be set aside, not copied",
            );
        }
        let enumeration = target.enum_type.map(|declared| {
            let wanted = format!("{}_{}", table.name, legacy.name);
            (self.relations.take(&wanted), declared.labels)
        });
        if let Some((type_name, _)) = &enumeration {
            sql = self.qualified(type_name);
        }
        self.note_labels(legacy, &object);
        let labels = enumeration.as_ref().map(|(_, labels)| labels.as_slice());
        let kind = Kind::of(legacy, self.family, &sql, labels);
        let mut column = ColumnDraft {
            legacy,
            name,
            sql,
            kind,
            check,
            enumeration,
            identity: None,
            default: None,
            generated: None,
        };
        if legacy.auto_increment() {
            column.identity = Some(self.identity(table, table_name, &column));
        } else if !legacy.generated() {
            column.default = self.default(&object, &column);
        }
        self.note_behaviour(legacy, &object);
        column
    }

    /// The catalogue prints characters outside of the basic plane as question marks.
    fn note_labels(&mut self, legacy: &LegacyColumn, object: &str) {
        let declared = matches!(legacy.data_type.as_str(), "enum" | "set");
        if declared && legacy.column_type.contains('?') {
            self.warn(
                "label_unreadable",
                object,
                format!(
                    "a question mark in {} may stand for a character that the legacy catalogue cannot print; compare with SHOW CREATE TABLE",
                    legacy.column_type
                ),
            );
        }
    }

    fn note_behaviour(&mut self, legacy: &LegacyColumn, object: &str) {
        if legacy.extra.contains("on update") {
            self.warn(
                "on_update_timestamp",
                object,
                "ON UPDATE CURRENT_TIMESTAMP does not come over; applications of the upgrade database set the column themselves, or a trigger does",
            );
        }
        if legacy.extra.contains("invisible") {
            self.info(
                "invisible_column",
                object,
                "PostgreSQL has no invisible columns: SELECT * shows it",
            );
        }
    }

    /// Makes a generated column one of PostgreSQL's, when its expression can be translated and the row is not identified by it.
    fn compute(&mut self, table: &LegacyTable, column: &mut ColumnDraft<'a>, scope: &Scope) {
        let Some(text) = column.legacy.generation.as_deref() else {
            return;
        };
        let in_key = table.key().is_some_and(|key| {
            key.columns.iter().any(|part| {
                part.name
                    .as_deref()
                    .is_some_and(|name| name.eq_ignore_ascii_case(&column.legacy.name))
            })
        });
        let reason = if in_key {
            "it is part of the key".to_owned()
        } else {
            let computed = stored_as_computed(table, column.legacy)
                .and_then(|()| expression::value(text, scope, &column.kind));
            match computed {
                Ok(sql) => {
                    column.generated = Some(sql);
                    return;
                }
                Err(reason) => reason,
            }
        };
        self.warn(
            "generated_copied",
            format!("{}.{}", table.name, column.legacy.name),
            format!("generated column became an ordinary one that is copied: {reason}; expression: {text}"),
        );
    }
}

/// Whether the legacy server stores in the column what its expression gives, and nothing less.
fn stored_as_computed(table: &LegacyTable, column: &LegacyColumn) -> Result<(), String> {
    let reason = match column.data_type.as_str() {
        "char" => "CHAR loses blanks at its end",
        "float" | "double" if column.scale.is_some() => "the legacy server rounds it",
        "datetime" | "timestamp" if column.fraction != Some(6) => {
            "the legacy server may cut its fraction"
        }
        _ if !holds_all_text(table, column) => "its character set may lack characters",
        _ => return Ok(()),
    };
    Err(reason.to_owned())
}

/// True when a text of the table's other columns is the same text in this column.
fn holds_all_text(table: &LegacyTable, column: &LegacyColumn) -> bool {
    let all_of_unicode =
        |charset: &str| matches!(charset, "utf8mb4" | "utf16" | "utf16le" | "utf32");
    match &column.charset {
        None => true,
        Some(charset) if all_of_unicode(charset) => true,
        own => table
            .columns
            .iter()
            .all(|other| other.charset.is_none() || other.charset == *own),
    }
}

/// What an expression of the table may name: generated columns cannot be named by others in PostgreSQL.
fn scope(columns: &[ColumnDraft<'_>]) -> Scope {
    let mut scope = Scope::default();
    for column in columns.iter().filter(|column| !column.legacy.generated()) {
        scope.add(
            &column.legacy.name,
            quote::upgrade(&column.name),
            column.kind.clone(),
        );
    }
    scope
}
