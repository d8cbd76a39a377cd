//! The upgrade catalogue as data: what PostgreSQL's catalogues say of the tables that a mapping writes to.
//!
//! Promise: everything that a check needs to know of the upgrade side. It never holds a row. Filled by the extension's upgrade end.

use crate::types::UpgradeType;

/// The upgrade database, as far as a mapping names its tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetCatalog {
    /// `server_encoding`: `UTF8` and others.
    pub encoding: String,
    /// The tables; one that does not exist is left out.
    pub tables: Vec<TargetTable>,
}

/// One relation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// False for a view, a foreign table, or anything that is neither a table nor a partitioned table.
    pub is_table: bool,
    /// Columns in order.
    pub columns: Vec<TargetColumn>,
    /// Unique indexes, the primary key among them.
    pub unique_indexes: Vec<TargetUniqueIndex>,
    /// Foreign keys of this table, as child.
    pub foreign_keys: Vec<TargetForeignKey>,
    /// Names of the triggers that fire while Tandem writes: those `ENABLE ALWAYS` and `ENABLE REPLICA`, Tandem's own left out.
    pub firing_triggers: Vec<String>,
    /// True when row security is on.
    pub row_security: bool,
    /// True when the table holds rows that Tandem has not brought.
    pub has_rows: bool,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetColumn {
    /// Its name.
    pub name: String,
    /// Its type as `format_type` prints it.
    pub type_name: String,
    /// Its type; for a domain the base type's. See [`UpgradeType::from_catalog`].
    pub upgrade: UpgradeType,
    /// True when NULL is refused.
    pub not_null: bool,
    /// True when a row that does not name it gets a value: a default, an identity, or a generation expression.
    pub has_default: bool,
    /// True when it is generated from other columns.
    pub generated: bool,
}

/// A unique index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetUniqueIndex {
    /// Its name.
    pub name: String,
    /// Its key columns; `None` for an expression.
    pub columns: Vec<Option<String>>,
    /// True when rows can be matched by it: valid, not partial, and checked at once (not deferrable).
    pub usable: bool,
}

/// A foreign key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetForeignKey {
    /// The constraint's name.
    pub name: String,
    /// The parent's schema.
    pub parent_schema: String,
    /// The parent's table.
    pub parent_table: String,
    /// The columns of this table.
    pub columns: Vec<String>,
    /// The parent's columns, in the same order.
    pub parent_columns: Vec<String>,
}

impl TargetCatalog {
    /// The table of that name.
    pub fn table(&self, schema: &str, name: &str) -> Option<&TargetTable> {
        self.tables
            .iter()
            .find(|table| table.schema == schema && table.name == name)
    }
}

impl TargetTable {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&TargetColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// `"schema.table"` without quotes, as a finding names it.
    pub fn label(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}
