//! The second stage of a plan: from the batch's row, which is the legacy row in PostgreSQL's types, to the rows of the targets.
//!
//! Promise: it is set-based SQL and nothing else (see [`super::sql::adapter`]); what it writes to depends on the legacy row alone, and the key
//! of each target on the legacy key alone, so that a legacy key that is gone removes what it made, and only that.

use super::table::TargetTable;

/// The second stage.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// The link: its crosswalk is its own.
    pub link: String,
    /// What expressions can name.
    pub scopes: Vec<Scope>,
    /// Which rows are mapped at all.
    pub filter: Option<String>,
    /// Keys that have to be handed out before the rows can be written.
    pub crosswalks: Vec<Crosswalk>,
    /// The targets, in the order of the document.
    pub targets: Vec<AdapterTarget>,
}

/// A legacy table as expressions see it.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Its name in expressions.
    pub name: String,
    /// Its columns, with the positions of their fields in the whole row.
    pub columns: Vec<(String, usize)>,
}

/// A key that another key stands for, in the upgrade database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosswalk {
    /// The position of the legacy key's field.
    pub field: usize,
    /// The table whose keys these are.
    pub table_no: u32,
    /// Where new keys come from: schema, table and column with a sequence.
    pub sequence: (String, String, String),
}

/// One target.
#[derive(Debug, Clone)]
pub struct AdapterTarget {
    /// The upgrade table.
    pub target: TargetTable,
    /// Which rows go there.
    pub when: Option<String>,
    /// Its columns.
    pub columns: Vec<AdapterColumn>,
    /// Positions in `columns` of its key; never empty.
    pub key: Vec<usize>,
    /// Which rows of the table are this map's: conditions on `t`. Empty when all are.
    pub scope: Vec<String>,
}

/// One column of a target.
#[derive(Debug, Clone)]
pub struct AdapterColumn {
    /// Its name.
    pub target: String,
    /// Its type as `format_type` prints it.
    pub target_type: String,
    /// True for `GENERATED ALWAYS AS IDENTITY`.
    pub identity_always: bool,
    /// True when it is set at insert and never overwritten.
    pub upgrade_owned: bool,
    /// Where its value comes from.
    pub from: From,
    /// What people read of the column map: what it is, and what it reads.
    pub kind: String,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// A field of the batch's row.
    Field(usize),
    /// An SQL expression, a literal included.
    Expression {
        /// The text.
        sql: String,
        /// Positions of the fields that it reads.
        fields: Vec<usize>,
    },
    /// A crosswalk, by position.
    Crosswalk(usize),
}
