//! The upgrade catalogue: the columns of the target tables.

use pgrx::{Spi, spi};
use tandem_shared::types::UpgradeType;

use crate::report::Result;

/// One column of a target table.
#[derive(Debug, Clone)]
pub struct TargetColumn {
    /// Its name.
    pub name: String,
    /// Its type as `format_type` prints it, qualified where needed; for a domain the type that it is based on.
    pub type_name: String,
    /// Its type.
    pub upgrade: UpgradeType,
    /// True when NULL is refused.
    pub not_null: bool,
    /// True when it has a default, an identity or a generation expression.
    pub has_default: bool,
    /// True for `GENERATED ALWAYS AS IDENTITY`.
    pub identity_always: bool,
    /// True for a generated column.
    pub generated: bool,
}

const COLUMNS: &str = "\
    SELECT a.attname::text, format_type(b.oid, m.modifier), b.typname::text, b.typtype::text, m.modifier, a.attnotnull, \
           a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '', a.attidentity::text, a.attgenerated::text, \
           (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid) \
    FROM pg_catalog.pg_attribute a \
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
    JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END \
    CROSS JOIN LATERAL (SELECT CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END) AS m (modifier) \
    WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped \
    ORDER BY a.attnum";

/// The columns of a table, in order; empty when there is no such table.
pub fn columns(schema: &str, table: &str) -> Result<Vec<TargetColumn>> {
    Spi::connect(|client| {
        let rows = client.select(COLUMNS, None, &[schema.into(), table.into()])?;
        rows.map(|row| column(&row))
            .collect::<spi::Result<Vec<_>>>()
    })
    .map_err(Into::into)
}

fn column(row: &spi::SpiHeapTupleData<'_>) -> spi::Result<TargetColumn> {
    let text =
        |at: usize| -> spi::Result<String> { Ok(row.get::<String>(at)?.unwrap_or_default()) };
    let labels = row.get::<Vec<String>>(10)?.unwrap_or_default();
    let kind = text(4)?.chars().next().unwrap_or('b');
    let identity = text(8)?;
    Ok(TargetColumn {
        name: text(1)?,
        type_name: text(2)?,
        upgrade: UpgradeType::from_catalog(
            &text(3)?,
            kind,
            row.get::<i32>(5)?.unwrap_or(-1),
            labels,
        ),
        not_null: row.get::<bool>(6)?.unwrap_or(false),
        has_default: row.get::<bool>(7)?.unwrap_or(false),
        identity_always: identity == "a",
        generated: !text(9)?.is_empty(),
    })
}

const UNIQUE: &str = "\
    SELECT string_agg(a.attname::text, E'\\x01' ORDER BY k.place) \
    FROM pg_catalog.pg_index i \
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place) \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number \
    WHERE n.nspname = $1 AND c.relname = $2 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL \
          AND k.place <= i.indnkeyatts \
    GROUP BY i.indexrelid";

/// The columns of the table's unique indexes, each in index order; partial indexes and those on expressions are left out.
pub fn unique_columns(schema: &str, table: &str) -> Result<Vec<Vec<String>>> {
    let lists = texts(UNIQUE, &[schema.into(), table.into()])?;
    let split = |list: &String| list.split('\u{1}').map(str::to_owned).collect();
    Ok(lists.iter().map(split).collect())
}

const TAKEN: &str = "\
    SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 \
    UNION SELECT t.typname::text FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = $1";

/// Names of the schema's relations and types.
pub fn taken_names(schema: &str) -> Result<Vec<String>> {
    texts(TAKEN, &[schema.into()])
}

fn texts(query: &str, arguments: &[pgrx::datum::DatumWithOid<'_>]) -> Result<Vec<String>> {
    Spi::connect(|client| {
        let rows = client.select(query, None, arguments)?;
        rows.map(|row| Ok(row.get::<String>(1)?.unwrap_or_default()))
            .collect::<spi::Result<Vec<_>>>()
    })
    .map_err(Into::into)
}
