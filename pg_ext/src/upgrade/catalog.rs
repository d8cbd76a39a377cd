//! The upgrade catalogue: the columns of the target tables.

use pgrx::{Spi, spi};
use tandem_shared::types::UpgradeType;

use crate::report::Result;

/// One column of a target table.
#[derive(Debug, Clone)]
pub struct TargetColumn {
    /// Its name.
    pub name: String,
    /// Its type as `format_type` prints it, qualified where needed.
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
    SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), b.typname::text, b.typtype::text, a.atttypmod, a.attnotnull, \
           a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '', a.attidentity::text, a.attgenerated::text, \
           (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid) \
    FROM pg_catalog.pg_attribute a \
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
    JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END \
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
