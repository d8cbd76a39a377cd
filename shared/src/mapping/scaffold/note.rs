//! What a DBA should know about a scaffold.

use crate::mapping::check::Severity;
use serde::Serialize;

/// One remark. A scaffold has no errors: what cannot be made is left out, and a warning says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Warning: something is missing or means something else in PostgreSQL. Info: it is the same, in another form.
    pub severity: Severity,
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// The legacy object: `table`, `table.column`, `table.index`, or the name of a view or routine.
    pub object: String,
    /// What it is, in one sentence without full stop.
    pub what: String,
}

/// All kinds of notes with their meaning, sorted, for the reference pages.
pub const KINDS: &[(&str, &str)] = &[
    (
        "bigint_key",
        "an AUTO_INCREMENT column of type BIGINT UNSIGNED, and what refers to it, became bigint",
    ),
    (
        "case_insensitive_key",
        "a unique index on text whose legacy collation ignores case, accents or trailing spaces",
    ),
    (
        "check_dropped",
        "a CHECK constraint that was not translated",
    ),
    (
        "column_type",
        "what the type of the upgrade column means for the values of the legacy column",
    ),
    (
        "default_dropped",
        "a default that has no equivalent, or could not be read",
    ),
    (
        "default_zone",
        "a default of the current time, taken in the zone of the session that writes",
    ),
    (
        "default_differs",
        "a default that gives another kind of value than the legacy server's",
    ),
    ("engine", "a table of an engine without transactions"),
    (
        "event",
        "an event of the legacy scheduler, which does not come over",
    ),
    (
        "foreign_key_collation",
        "a foreign key over text whose legacy collation ignores what PostgreSQL compares",
    ),
    (
        "foreign_key_dropped",
        "a foreign key that PostgreSQL cannot have",
    ),
    ("function", "a stored function, which does not come over"),
    (
        "generated_copied",
        "a generated column that became an ordinary one, filled from the legacy server",
    ),
    (
        "identity_exhausted",
        "an AUTO_INCREMENT column that has used up its range",
    ),
    (
        "identity_sequence",
        "an AUTO_INCREMENT column whose upgrade type cannot be an identity",
    ),
    ("index_dropped", "an index that was not translated"),
    (
        "index_invisible",
        "an index that the legacy optimiser was told not to use",
    ),
    (
        "index_long",
        "an index whose entries may be longer than PostgreSQL allows",
    ),
    (
        "index_prefix",
        "an index on the start of a column, which became one on an expression",
    ),
    (
        "invisible_column",
        "an invisible column, which PostgreSQL shows",
    ),
    (
        "label_unreadable",
        "an enum or set label that the legacy catalogue may not print in full",
    ),
    ("no_key", "a table that nothing identifies the rows of"),
    (
        "on_update_timestamp",
        "a column that the legacy server sets on every update, and PostgreSQL does not",
    ),
    (
        "partitioning",
        "a partitioned table, which became an ordinary one",
    ),
    ("procedure", "a stored procedure, which does not come over"),
    ("renamed", "an object that got another name"),
    ("sequence", "a sequence, which does not come over"),
    (
        "system_versioning",
        "a table that keeps the history of its rows, which does not come over",
    ),
    (
        "trigger",
        "a trigger of the application, which does not come over",
    ),
    ("view", "a view, which does not come over"),
];
