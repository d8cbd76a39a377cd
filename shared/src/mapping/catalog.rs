//! The legacy catalogue as data: what `information_schema` says of the tables of one database.
//!
//! Promise: everything that scaffold, check and compile need to know of a legacy table, on MySQL and MariaDB alike. It never holds a
//! row's data. Filled by the extension's legacy end, read everywhere else.

use serde::{Deserialize, Serialize};

/// Which family the legacy server belongs to: their catalogues and SQL differ in places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Oracle's MySQL and what follows it (Percona).
    Mysql,
    /// MariaDB.
    Mariadb,
}

/// The legacy database: its tables and what else it holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LegacyCatalog {
    /// The database's name.
    pub database: String,
    /// Base tables, by name.
    pub tables: Vec<LegacyTable>,
    /// What a scaffold cannot bring over, listed for the DBA.
    pub others: Vec<LegacyObject>,
}

/// Something that is not a table: a view, a routine, a trigger, an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyObject {
    /// `view`, `procedure`, `function`, `trigger`, `event`, `sequence`.
    pub kind: String,
    /// Its name in the legacy database.
    pub name: String,
    /// The table it hangs on, for a trigger.
    pub table: Option<String>,
    /// For a trigger its time and event: `BEFORE INSERT`.
    #[serde(default)]
    pub detail: Option<String>,
}

/// One base table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LegacyTable {
    /// The table's name, in the server's own case.
    pub name: String,
    /// `InnoDB` and others, as the server spells it.
    pub engine: String,
    /// The table's comment; empty when there is none.
    pub comment: String,
    /// The next AUTO_INCREMENT value, when the table has one.
    pub auto_increment: Option<u64>,
    /// The server's estimate of the number of rows; good for progress only.
    pub estimated_rows: u64,
    /// The server's estimate of the data's size in bytes.
    pub estimated_bytes: u64,
    /// True when the table is partitioned.
    pub partitioned: bool,
    /// True for a MariaDB table `WITH SYSTEM VERSIONING`, which keeps the history of its rows.
    #[serde(default)]
    pub system_versioned: bool,
    /// Columns in ordinal order, invisible ones included.
    pub columns: Vec<LegacyColumn>,
    /// All indexes, the primary key first when there is one.
    pub indexes: Vec<LegacyIndex>,
    /// Foreign keys of this table, as child.
    pub foreign_keys: Vec<LegacyForeignKey>,
    /// CHECK constraints.
    pub checks: Vec<LegacyCheck>,
}

/// One column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LegacyColumn {
    /// The column's name.
    pub name: String,
    /// `DATA_TYPE`, lower case: `int`, `varchar`, `enum`, ...; `json` also for MariaDB's LONGTEXT with a `json_valid` check.
    pub data_type: String,
    /// `COLUMN_TYPE`, as the server prints it: `int unsigned`, `enum('a','b')`, `decimal(10,2)`.
    pub column_type: String,
    /// True when NULL is allowed.
    pub nullable: bool,
    /// `COLUMN_DEFAULT` as the server prints it (MariaDB quotes literals, MySQL does not); `None` for no default or NULL.
    pub default: Option<String>,
    /// True when the default is an expression and not a literal.
    pub default_is_expression: bool,
    /// `EXTRA`, lower case: `auto_increment`, `on update current_timestamp`, `virtual generated`, `invisible`, ...
    pub extra: String,
    /// The generation expression in the legacy server's SQL, for a generated column.
    pub generation: Option<String>,
    /// The character set of a text column.
    pub charset: Option<String>,
    /// The collation of a text column.
    pub collation: Option<String>,
    /// Declared length in characters (text) or bytes (binary).
    pub length: Option<u64>,
    /// Numeric precision.
    pub precision: Option<u64>,
    /// Numeric scale.
    pub scale: Option<u64>,
    /// Fractional digits of a temporal type, 0 to 6.
    pub fraction: Option<u8>,
    /// True for a TINYINT(1) whose data was looked through and held 0 and 1 only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flag: bool,
    /// The SRID a geometry column is bound to.
    pub srid: Option<u32>,
    /// The column's comment; empty when there is none.
    pub comment: String,
}

impl LegacyColumn {
    /// True for an integer type declared UNSIGNED.
    pub fn unsigned(&self) -> bool {
        self.column_type.contains("unsigned")
    }

    /// True for a column whose value the server computes.
    pub fn generated(&self) -> bool {
        self.generation
            .as_deref()
            .is_some_and(|text| !text.is_empty())
    }

    /// True for the table's AUTO_INCREMENT column.
    pub fn auto_increment(&self) -> bool {
        self.extra.contains("auto_increment")
    }
}

/// One index, with its columns in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LegacyIndex {
    /// `PRIMARY` for the primary key.
    pub name: String,
    /// True when the index is unique.
    pub unique: bool,
    /// `BTREE`, `HASH`, `FULLTEXT`, `SPATIAL`, ...
    pub kind: String,
    /// True when the legacy optimiser may not use it (`INVISIBLE` in MySQL, `IGNORED` in MariaDB).
    #[serde(default)]
    pub invisible: bool,
    /// The columns; `None` for an expression (functional key part).
    pub columns: Vec<IndexColumn>,
}

/// One part of an index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexColumn {
    /// The column's name; `None` when the part is an expression.
    pub name: Option<String>,
    /// The expression, in the legacy server's SQL.
    pub expression: Option<String>,
    /// The prefix length when only a prefix is indexed, in characters or bytes.
    pub prefix: Option<u64>,
    /// True for a descending part.
    pub descending: bool,
}

/// One foreign key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LegacyForeignKey {
    /// The constraint's name.
    pub name: String,
    /// The columns of the child, in order.
    pub columns: Vec<String>,
    /// The parent's database.
    pub parent_database: String,
    /// The parent's table.
    pub parent_table: String,
    /// The parent's columns, in the same order.
    pub parent_columns: Vec<String>,
    /// `RESTRICT`, `CASCADE`, `SET NULL`, `NO ACTION`, `SET DEFAULT`.
    pub on_delete: String,
    /// As `on_delete`.
    pub on_update: String,
}

/// One CHECK constraint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LegacyCheck {
    /// The constraint's name.
    pub name: String,
    /// Its expression, in the legacy server's SQL.
    pub expression: String,
    /// True for MySQL's `NOT ENFORCED`.
    #[serde(default)]
    pub not_enforced: bool,
}

impl LegacyTable {
    /// The column of that name; names compare without case, as the server does.
    pub fn column(&self, name: &str) -> Option<&LegacyColumn> {
        self.columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The index that identifies a row: the primary key, else the first unique index whose columns are all whole and NOT NULL.
    pub fn key(&self) -> Option<&LegacyIndex> {
        let whole = |index: &&LegacyIndex| {
            index.unique
                && index.columns.iter().all(|part| {
                    part.prefix.is_none()
                        && part
                            .name
                            .as_deref()
                            .and_then(|name| self.column(name))
                            .is_some_and(|column| !column.nullable)
                })
        };
        let primary = self.indexes.iter().find(|index| index.name == "PRIMARY");
        primary.or_else(|| self.indexes.iter().find(whole))
    }
}
