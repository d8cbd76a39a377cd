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

use super::catalog::{Family, LegacyColumn};
use super::keys::Keys;
use super::misfit::Misfit;
use crate::translate::{self, Declared, Lens};
use crate::types::UpgradeType;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version of the format that this code writes and reads.
pub const FORMAT: u32 = 1;

/// The mapping of one link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
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
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TableMap {
    /// The legacy table.
    pub source: Source,
    /// The upgrade table.
    pub target: Target,
    /// What happens to a write on the upgrade side.
    #[serde(default)]
    pub route: Route,
    /// Who hands out the keys of the target, and how.
    #[serde(default, skip_serializing_if = "Keys::is_legacy")]
    pub keys: Keys,
    /// Which rows go to the target: an SQL expression over the legacy columns, evaluated in PostgreSQL. `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Upgrade columns that are set when a row is inserted and never overwritten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owned_by_upgrade: Vec<String>,
    /// The columns, in the order of the upgrade row.
    pub columns: Vec<ColumnMap>,
    /// Further targets of the same legacy row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Part>,
}

/// A further target of a legacy row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The upgrade table.
    pub target: Target,
    /// Which rows go there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Upgrade columns that are set when a row is inserted and never overwritten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owned_by_upgrade: Vec<String>,
    /// The columns, in the order of the upgrade row.
    pub columns: Vec<ColumnMap>,
}

/// One target of a table map, the first or a further one.
#[derive(Debug, Clone, Copy)]
pub struct PartRef<'a> {
    /// The upgrade table.
    pub target: &'a Target,
    /// Which rows go there.
    pub when: Option<&'a str>,
    /// Upgrade columns that are set when a row is inserted and never overwritten.
    pub owned_by_upgrade: &'a [String],
    /// The columns.
    pub columns: &'a [ColumnMap],
}

/// The legacy end of a table map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The table's name, without its database.
    pub table: String,
    /// The columns that identify a row, in key order. Empty when the table has no key, which a check refuses.
    pub key: Vec<String>,
    /// Legacy tables that are looked up for each row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joins: Vec<Join>,
    /// Which rows are mapped at all: an SQL expression over the legacy columns, evaluated in PostgreSQL. `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// PostgreSQL types in which legacy columns are given to SQL expressions, where it is not the one that a scaffold would choose.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub types: BTreeMap<String, String>,
}

/// A legacy table that is looked up for each row: at most one of its rows belongs to one row of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// What column maps and expressions call it: `name.column`.
    #[serde(rename = "as")]
    pub name: String,
    /// The legacy table.
    pub table: String,
    /// Its columns, each with what it is equal to: a column of the source, or `name.column` of a join before this one.
    pub on: BTreeMap<String, String>,
}

/// The upgrade end of a table map.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The schema.
    pub schema: String,
    /// The table.
    pub table: String,
}

/// What happens to a write on the upgrade side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
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

/// How upgrade columns come about. Legacy columns are named by themselves, those of a joined table as `name.column`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
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
    /// The same value in every row.
    Constant {
        /// The upgrade column.
        target: String,
        /// A JSON text, number, boolean or null; anything else is for a column of type json.
        value: serde_json::Value,
    },
    /// An SQL expression over the legacy columns, evaluated in PostgreSQL.
    Sql {
        /// The upgrade column.
        target: String,
        /// The expression; joined tables' columns are `name.column`.
        up: String,
        /// The way back: a legacy column, and the expression over the upgrade columns that gives its value.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        down: BTreeMap<String, String>,
    },
    /// The key that another map of this link, or this one itself, gave to a legacy row.
    Reference {
        /// The legacy column that holds the legacy key.
        source: String,
        /// The upgrade column.
        target: String,
        /// The legacy table whose key it is.
        to: String,
    },
    /// A copy in which NULL becomes a value.
    Default(translate::Default),
    /// A table of pairs.
    Lookup(translate::Lookup),
    /// A convention for true and false.
    Boolean(translate::Boolean),
    /// Several legacy columns as one text.
    Concat(translate::Concat),
    /// One legacy text as several upgrade columns.
    Split(translate::Split),
    /// A number in another unit.
    Scale(translate::Scale),
    /// A local time of a zone as an instant.
    Zone(translate::Zone),
    /// A date or time in a text or number of a declared form.
    Date(translate::Date),
    /// An instant as a number since 1970.
    Epoch(translate::Epoch),
    /// A number in a text of a declared form.
    Number(translate::Number),
    /// Bits or set members as booleans.
    Flags(translate::Flags),
    /// Bits or set members as a list of names.
    Labels(translate::Labels),
    /// Several legacy columns as one JSON document.
    Pack(translate::Pack),
    /// A JSON document's keys as several upgrade columns.
    Unpack(translate::Unpack),
    /// A UUID in another form than its own text.
    Uuid(translate::Uuid),
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

/// What columns without policies have.
static NO_MISFIT: Misfit = Misfit::NONE;

impl TableMap {
    /// A map of one legacy table to one upgrade table.
    pub fn one_to_one(source: Source, target: Target, columns: Vec<ColumnMap>) -> Self {
        Self {
            source,
            target,
            route: Route::Local,
            keys: Keys::Legacy,
            when: None,
            owned_by_upgrade: Vec::new(),
            columns,
            also: Vec::new(),
        }
    }

    /// All targets, the first one first.
    pub fn parts(&self) -> impl Iterator<Item = PartRef<'_>> {
        let first = PartRef {
            target: &self.target,
            when: self.when.as_deref(),
            owned_by_upgrade: &self.owned_by_upgrade,
            columns: &self.columns,
        };
        let further = self.also.iter().map(|part| PartRef {
            target: &part.target,
            when: part.when.as_deref(),
            owned_by_upgrade: &part.owned_by_upgrade,
            columns: &part.columns,
        });
        std::iter::once(first).chain(further)
    }

    /// True when one legacy row is one upgrade row and every upgrade column comes from one legacy column by itself: such a map needs no second
    /// stage.
    pub fn is_plain(&self) -> bool {
        self.source.joins.is_empty()
            && self.source.filter.is_none()
            && self.keys.is_legacy()
            && self.when.is_none()
            && self.owned_by_upgrade.is_empty()
            && self.also.is_empty()
            && self.columns.iter().all(ColumnMap::is_one_to_one)
    }
}

impl Source {
    /// The legacy tables that rows come from: the source itself, then the joined ones.
    pub fn tables(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.table).chain(self.joins.iter().map(|join| &join.table))
    }

    /// A legacy table with its key, and nothing else.
    pub fn table(table: &str, key: Vec<String>) -> Self {
        Self {
            table: table.to_owned(),
            key,
            joins: Vec::new(),
            filter: None,
            types: BTreeMap::new(),
        }
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

    /// What happens to values that the upgrade column cannot hold; nothing for what is no copy.
    pub fn misfit(&self) -> &Misfit {
        match self {
            ColumnMap::Copy { misfit, .. } => misfit,
            _ => &NO_MISFIT,
        }
    }

    /// The same, to be changed; `None` for what is no copy.
    pub fn misfit_mut(&mut self) -> Option<&mut Misfit> {
        match self {
            ColumnMap::Copy { misfit, .. } => Some(misfit),
            _ => None,
        }
    }

    /// The legacy columns that it reads, in the order in which its lens takes them. What an SQL expression reads, it says itself.
    pub fn sources(&self) -> Vec<&str> {
        match self {
            ColumnMap::Copy { source, .. } | ColumnMap::Reference { source, .. } => vec![source],
            ColumnMap::Constant { .. } | ColumnMap::Sql { .. } => Vec::new(),
            _ => self.declared().map_or_else(Vec::new, Declared::sources),
        }
    }

    /// The upgrade columns that it writes, in the order in which its lens gives them; never empty.
    pub fn targets(&self) -> Vec<&str> {
        match self {
            ColumnMap::Copy { target, .. }
            | ColumnMap::Constant { target, .. }
            | ColumnMap::Sql { target, .. }
            | ColumnMap::Reference { target, .. } => vec![target],
            _ => self.declared().map_or_else(Vec::new, Declared::targets),
        }
    }

    /// The map as a declaration of a lens; `None` for a copy and for PostgreSQL's own work.
    fn declared(&self) -> Option<&dyn Declared> {
        Some(match self {
            ColumnMap::Copy { .. }
            | ColumnMap::Constant { .. }
            | ColumnMap::Sql { .. }
            | ColumnMap::Reference { .. } => return None,
            ColumnMap::Default(map) => map,
            ColumnMap::Lookup(map) => map,
            ColumnMap::Boolean(map) => map,
            ColumnMap::Concat(map) => map,
            ColumnMap::Split(map) => map,
            ColumnMap::Scale(map) => map,
            ColumnMap::Zone(map) => map,
            ColumnMap::Date(map) => map,
            ColumnMap::Epoch(map) => map,
            ColumnMap::Number(map) => map,
            ColumnMap::Flags(map) => map,
            ColumnMap::Labels(map) => map,
            ColumnMap::Pack(map) => map,
            ColumnMap::Unpack(map) => map,
            ColumnMap::Uuid(map) => map,
        })
    }

    /// The lens of a map that is neither a copy nor PostgreSQL's own work; `None` for those. `inputs` and `outputs` are what [`Self::sources`]
    /// and [`Self::targets`] name. Fails with the reason why it cannot be, in one line.
    pub fn lens(
        &self,
        inputs: &[&LegacyColumn],
        family: Family,
        outputs: &[&UpgradeType],
    ) -> Option<Result<Arc<dyn Lens>, String>> {
        self.declared()
            .map(|map| map.compile(inputs, family, outputs))
    }

    /// The only legacy column that it reads, the first of several; empty when there is none.
    pub fn source(&self) -> &str {
        self.sources().first().copied().unwrap_or_default()
    }

    /// The only upgrade column that it writes, the first of several.
    pub fn target(&self) -> &str {
        self.targets().first().copied().unwrap_or_default()
    }

    /// True when one legacy column becomes one upgrade column without PostgreSQL's help.
    pub fn is_one_to_one(&self) -> bool {
        match self {
            ColumnMap::Constant { .. } | ColumnMap::Sql { .. } | ColumnMap::Reference { .. } => {
                false
            }
            _ => self.sources().len() == 1 && self.targets().len() == 1,
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
        let text = refused("\"kind\": \"copy\"", "\"kind\": \"dream\"");
        assert!(text.contains("unknown variant `dream`"), "{text}");
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
