//! The mapping document of a link: one JSON document that says which legacy table and column becomes which upgrade table and column.
//!
//! ```json
//! { "format": 1,
//!   "tables": [
//!     { "source": { "table": "actor", "key": ["actor_id"] },
//!       "target": { "schema": "sakila", "table": "actor" },
//!       "route": "local",
//!       "columns": [ { "kind": "copy", "source": "actor_id", "target": "actor_id" } ] } ],
//!   "unmapped": ["old_sessions"] }
//! ```
//!
//! Promise: what is not known is refused with its place, never skipped, so that a document of a later version is not half understood. New
//! kinds of column maps are new variants of [`ColumnMap`], new properties of a table map optional fields. Written by the scaffold and by
//! hand; read by check and compile.

use super::misfit::Misfit;
use serde::{Deserialize, Serialize};

/// The version of the format that this code writes and reads.
pub const FORMAT: u32 = 1;

/// The mapping of one link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`FORMAT`].
    pub format: u32,
    /// The table maps; their order means nothing.
    pub tables: Vec<TableMap>,
    /// Legacy tables that are left out on purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmapped: Vec<String>,
}

/// One legacy table and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMap {
    /// The legacy table.
    pub source: Source,
    /// The upgrade table.
    pub target: Target,
    /// What happens to a write on the upgrade side.
    #[serde(default)]
    pub route: Route,
    /// The columns, in the order of the upgrade row.
    pub columns: Vec<ColumnMap>,
}

/// The legacy end of a table map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The table's name, without its database.
    pub table: String,
    /// The columns that identify a row, in key order. Empty when the table has no key, which a check refuses.
    pub key: Vec<String>,
}

/// The upgrade end of a table map.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The schema.
    pub schema: String,
    /// The table.
    pub table: String,
}

/// What happens to a write on the upgrade side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// It stays in the upgrade database.
    #[default]
    Local,
    /// It is written to the legacy database first, inside the caller's transaction.
    Exception,
    /// It is captured and sent to the legacy database afterwards.
    Reverse,
}

/// How one upgrade column comes about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ColumnMap {
    /// The legacy column's value, in the upgrade column's type.
    Copy {
        /// The legacy column.
        source: String,
        /// The upgrade column.
        target: String,
        /// What happens to values that the upgrade column cannot hold.
        #[serde(default, skip_serializing_if = "Misfit::is_empty")]
        misfit: Misfit,
    },
}

/// A document that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is not JSON, or not of this form.
    #[error("invalid mapping document: {0}")]
    Form(#[from] serde_json::Error),
    /// It is of another version.
    #[error("mapping document has format {found}, this version reads format {FORMAT}")]
    Format {
        /// What the document says.
        found: u32,
    },
}

impl Document {
    /// A document of these table maps.
    pub fn new(tables: Vec<TableMap>) -> Self {
        Self {
            format: FORMAT,
            tables,
            unmapped: Vec::new(),
        }
    }

    /// Reads a document.
    pub fn from_json(text: &str) -> Result<Self, DocumentError> {
        let document: Self = serde_json::from_str(text)?;
        if document.format == FORMAT {
            Ok(document)
        } else {
            Err(DocumentError::Format {
                found: document.format,
            })
        }
    }

    /// The document as JSON, indented, for people and for `jsonb`.
    pub fn to_json(&self) -> Result<String, DocumentError> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// The map of a legacy table.
    pub fn of_source(&self, table: &str) -> Option<&TableMap> {
        self.tables.iter().find(|map| map.source.table == table)
    }

    /// True when the table is left out on purpose.
    pub fn leaves_out(&self, table: &str) -> bool {
        self.unmapped.iter().any(|name| name == table)
    }
}

impl ColumnMap {
    /// A copy that parks what does not fit.
    pub fn copy(source: &str, target: &str) -> Self {
        ColumnMap::Copy {
            source: source.to_owned(),
            target: target.to_owned(),
            misfit: Misfit::default(),
        }
    }

    /// What happens to values that the upgrade column cannot hold.
    pub fn misfit(&self) -> &Misfit {
        match self {
            ColumnMap::Copy { misfit, .. } => misfit,
        }
    }

    /// The same, to be changed.
    pub fn misfit_mut(&mut self) -> &mut Misfit {
        match self {
            ColumnMap::Copy { misfit, .. } => misfit,
        }
    }

    /// The legacy column that the value is read from.
    pub fn source(&self) -> &str {
        match self {
            ColumnMap::Copy { source, .. } => source,
        }
    }

    /// The upgrade column that the value is written to.
    pub fn target(&self) -> &str {
        match self {
            ColumnMap::Copy { target, .. } => target,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"{ "format": 1, "tables": [ { "source": { "table": "actor", "key": ["id"] },
        "target": { "schema": "s", "table": "actor" }, "route": "exception",
        "columns": [ { "kind": "copy", "source": "id", "target": "id" } ] } ], "unmapped": ["old"] }"#;

    #[test]
    fn a_document_comes_back_as_it_was() {
        let document = Document::from_json(EXAMPLE).expect("valid");
        assert_eq!(document.tables[0].route, Route::Exception);
        assert_eq!(document.of_source("actor"), document.tables.first());
        assert!(document.leaves_out("old"));
        let again = Document::from_json(&document.to_json().expect("json")).expect("valid");
        assert_eq!(again, document);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let refused = |from: &str, to: &str| {
            let text = EXAMPLE.replacen(from, to, 1);
            assert_ne!(text, EXAMPLE);
            Document::from_json(&text).expect_err("refused").to_string()
        };
        let text = refused("\"unmapped\"", "\"ignored\"");
        assert!(text.contains("unknown field `ignored`"), "{text}");
        let text = refused("\"kind\": \"copy\"", "\"kind\": \"lookup\"");
        assert!(text.contains("unknown variant `lookup`"), "{text}");
        let text = refused("\"kind\": \"copy\"", "\"kind\": \"copy\", \"down\": \"x\"");
        assert!(text.contains("unknown field `down`"), "{text}");
        let text = refused("\"format\": 1", "\"format\": 2");
        assert_eq!(
            text,
            "mapping document has format 2, this version reads format 1"
        );
    }

    #[test]
    fn the_route_may_be_left_out() {
        let text = EXAMPLE.replace("\"route\": \"exception\",", "");
        let document = Document::from_json(&text).expect("valid");
        assert_eq!(document.tables[0].route, Route::Local);
    }
}
