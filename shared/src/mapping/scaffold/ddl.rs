//! One statement of a scaffold.

use crate::plan::sql::quote;
use serde::Serialize;

/// When a statement runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Before any row is copied.
    Before,
    /// Once the rows of its table are there.
    After,
    /// Once the rows of all tables are there.
    Last,
}

/// What a statement makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DdlKind {
    /// The schema.
    Schema,
    /// An enum type.
    Type,
    /// A sequence, where a column cannot be an identity.
    Sequence,
    /// A table with its primary key, checks and defaults.
    Table,
    /// A comment.
    Comment,
    /// An index.
    Index,
    /// A foreign key.
    ForeignKey,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ddl {
    /// When it runs.
    pub phase: Phase,
    /// The upgrade table that it belongs to, without its schema; `None` for the schema itself.
    pub table: Option<String>,
    /// What it makes.
    pub kind: DdlKind,
    /// The name of what it makes, unquoted, without its schema. For a comment, of what is commented on.
    pub object: String,
    /// One statement, without a semicolon.
    pub sql: String,
}

/// A schema that is there already is used as it is.
pub(super) fn create_schema(schema: &str) -> Ddl {
    Ddl {
        phase: Phase::Before,
        table: None,
        kind: DdlKind::Schema,
        object: schema.to_owned(),
        sql: format!("CREATE SCHEMA IF NOT EXISTS {}", quote::upgrade(schema)),
    }
}
