//! Primary keys and indexes.

use super::column::ColumnDraft;
use super::ddl::{Ddl, DdlKind, Phase};
use super::draft::{Draft, TableDraft};
use super::names::Names;
use crate::mapping::catalog::{IndexColumn, LegacyIndex};
use crate::mapping::collation::Equality;
use crate::plan::sql::quote;

/// The longest entry of a btree index in PostgreSQL, in bytes.
const MAX_ENTRY_BYTES: u64 = 2704;

/// Types that a btree index cannot be on.
const WITHOUT_ORDER: [&str; 3] = ["json", "xml", "point"];

impl Draft<'_> {
    /// The PRIMARY KEY line of CREATE TABLE.
    pub(super) fn primary_key(
        &mut self,
        table: &TableDraft<'_>,
        constraints: &mut Names,
    ) -> Option<String> {
        let index = table.legacy.indexes.iter().find(|i| i.name == "PRIMARY")?;
        let columns: Vec<String> = index
            .columns
            .iter()
            .filter_map(|part| part.name.clone())
            .collect();
        let columns = table.quoted(&columns)?;
        let name = self.relations.take(&format!("{}_pkey", table.name));
        constraints.take(&name);
        self.note_equality(table, index);
        if index.columns.iter().any(|part| part.prefix.is_some()) {
            self.info(
                "index_prefix",
                table.part("PRIMARY"),
                "the primary key was on the start of a column and is on the whole column now",
            );
        }
        Some(format!(
            "CONSTRAINT {} PRIMARY KEY ({columns})",
            quote::upgrade(&name)
        ))
    }

    /// The secondary indexes of a table. Where there is no primary key, the unique index that identifies the rows is made with the table.
    pub(super) fn indexes(&mut self, table: &TableDraft<'_>) -> Vec<Ddl> {
        let key = table.legacy.key().map(|key| key.name.as_str());
        let mut statements = Vec::new();
        for index in &table.legacy.indexes {
            if index.name == "PRIMARY" {
                continue;
            }
            let parts = match index_parts(table, index) {
                Ok(parts) => parts,
                Err(reason) => {
                    let what = format!("{} index was left out: {reason}", index.kind);
                    self.warn("index_dropped", table.part(&index.name), what);
                    continue;
                }
            };
            self.note_index(table, index);
            let name = self.index_name(table, index);
            let unique = if index.unique { "UNIQUE " } else { "" };
            let sql = format!(
                "CREATE {unique}INDEX {} ON {} ({})",
                quote::upgrade(&name),
                self.qualified(&table.name),
                parts.join(", ")
            );
            let identifies = key == Some(index.name.as_str());
            statements.push(Ddl {
                phase: if identifies {
                    Phase::Before
                } else {
                    Phase::After
                },
                table: Some(table.name.clone()),
                kind: DdlKind::Index,
                object: name,
                sql,
            });
        }
        statements
    }

    /// The legacy name; behind the table's name where another table has an index, or the schema an object, of that name.
    fn index_name(&mut self, table: &TableDraft<'_>, index: &LegacyIndex) -> String {
        let shared = self.index_names.get(index.name.as_str()).copied() > Some(1);
        if shared || self.relations.has(&index.name) {
            return self
                .relations
                .take(&format!("{}_{}", table.name, index.name));
        }
        let name = self.relations.take(&index.name);
        self.note_renamed("index", &table.part(&index.name), &index.name, &name);
        name
    }

    fn note_index(&mut self, table: &TableDraft<'_>, index: &LegacyIndex) {
        let object = table.part(&index.name);
        if index.unique {
            self.note_equality(table, index);
        }
        if index.invisible {
            self.info(
                "index_invisible",
                &object,
                "the legacy optimiser does not use the index; PostgreSQL will",
            );
        }
        if index.columns.iter().any(|part| part.prefix.is_some()) {
            self.info(
                "index_prefix",
                &object,
                "an index on the start of a column became an index on left() of it, which only queries with the same expression use",
            );
        }
        let longest: u64 = index
            .columns
            .iter()
            .filter_map(|part| longest_bytes(table.column(part.name.as_deref()?)?, part.prefix))
            .fold(0, u64::saturating_add);
        if longest > MAX_ENTRY_BYTES {
            self.info(
                "index_long",
                &object,
                format!("an entry may be {longest} bytes long, PostgreSQL takes {MAX_ENTRY_BYTES} at most"),
            );
        }
    }

    /// Texts that the legacy server holds for one and PostgreSQL for two.
    fn note_equality(&mut self, table: &TableDraft<'_>, index: &LegacyIndex) {
        let family = self.family;
        let loose: Vec<String> = index
            .columns
            .iter()
            .filter_map(|part| table.column(part.name.as_deref()?))
            .filter(|column| column.enumeration.is_none() && column.sql != "text[]")
            .filter_map(|column| {
                let equality = Equality::of(column.legacy, family)?;
                equality.is_loose().then(|| {
                    let name = &column.legacy.name;
                    format!("\"{name}\" ignores {}", equality.ignored())
                })
            })
            .collect();
        if !loose.is_empty() {
            self.info(
                "case_insensitive_key",
                table.part(&index.name),
                format!(
                    "the legacy collation of {}; PostgreSQL tells such values apart, and would take two rows that the legacy server refuses",
                    loose.join(" and of ")
                ),
            );
        }
    }
}

/// The parts in parentheses, or why the index cannot be made.
fn index_parts(table: &TableDraft<'_>, index: &LegacyIndex) -> Result<Vec<String>, String> {
    match index.kind.as_str() {
        "FULLTEXT" => return Err("PostgreSQL's text search is another thing".to_owned()),
        "SPATIAL" | "RTREE" => return Err("spatial search needs PostGIS".to_owned()),
        "VECTOR" => return Err("vector search needs an extension".to_owned()),
        _ => {}
    }
    index
        .columns
        .iter()
        .map(|part| index_part(table, part))
        .collect()
}

fn index_part(table: &TableDraft<'_>, part: &IndexColumn) -> Result<String, String> {
    let Some(name) = part.name.as_deref() else {
        let expression = part.expression.as_deref().unwrap_or_default();
        return Err(format!("it is on an expression: {expression}"));
    };
    let column = table
        .column(name)
        .ok_or_else(|| format!("column {name} is not there"))?;
    let base = column.sql.split('(').next().unwrap_or_default();
    if WITHOUT_ORDER.contains(&base) {
        return Err(format!("type {} cannot be in such an index", column.sql));
    }
    let quoted = quote::upgrade(&column.name);
    let mut sql = match part.prefix {
        Some(length) if base == "bytea" => format!("substring({quoted} from 1 for {length})"),
        Some(length) => format!("left({quoted}, {length})"),
        None => quoted,
    };
    if part.prefix.is_some() {
        sql = format!("({sql})");
    }
    if part.descending {
        sql.push_str(" DESC");
    }
    Ok(sql)
}

/// The longest stored form of a text or binary column, in bytes; `None` for other types.
fn longest_bytes(column: &ColumnDraft<'_>, prefix: Option<u64>) -> Option<u64> {
    let legacy = column.legacy;
    let characters = prefix.or(legacy.length)?;
    match legacy.charset.as_deref() {
        Some(_) if column.enumeration.is_some() => None,
        Some("ascii") => Some(characters),
        // A character of a legacy set of one byte is up to three bytes in UTF-8.
        Some("latin1" | "latin2" | "cp1250" | "cp1251" | "koi8r") => {
            Some(characters.saturating_mul(3))
        }
        Some(_) => Some(characters.saturating_mul(4)),
        None => Some(characters),
    }
}
