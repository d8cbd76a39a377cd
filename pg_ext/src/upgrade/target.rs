//! The upgrade catalogue as a check wants it: the tables that a mapping writes to, with keys, triggers and row security.

use pgrx::{Spi, spi};
use tandem_shared::mapping::document::Target;
use tandem_shared::mapping::target::{
    TargetCatalog, TargetColumn, TargetForeignKey, TargetTable, TargetUniqueIndex,
};

use super::catalog::columns;
use crate::report::Result;

const RELATION: &str = "\
    SELECT c.oid, c.relkind IN ('r', 'p'), c.relrowsecurity \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2";

const UNIQUE: &str = "\
    SELECT i.relname::text, x.indisvalid AND x.indimmediate AND x.indpred IS NULL, \
           ARRAY(SELECT a.attname::text FROM unnest(x.indkey[0:x.indnkeyatts - 1]) WITH ORDINALITY k(attnum, at) \
                 LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum AND k.attnum > 0 ORDER BY k.at) \
    FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = $1 AND x.indisunique";

const FOREIGN: &str = "\
    SELECT c.conname::text, n.nspname::text, p.relname::text, \
           ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(number, place) \
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place), \
           ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY k(number, place) \
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number ORDER BY k.place) \
    FROM pg_catalog.pg_constraint c \
    JOIN pg_catalog.pg_class p ON p.oid = c.confrelid JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace \
    WHERE c.conrelid = $1 AND c.contype = 'f'";

const TRIGGERS: &str = "\
    SELECT COALESCE(array_agg(tgname::text), '{}') FROM pg_catalog.pg_trigger \
    WHERE tgrelid = $1 AND NOT tgisinternal AND tgenabled IN ('A', 'R')";

/// Reads the tables. `fresh` tables have not been copied yet: for them alone it is looked whether they hold rows.
pub fn target_catalog<'a>(
    targets: impl Iterator<Item = (&'a Target, bool)>,
) -> Result<TargetCatalog> {
    let encoding =
        Spi::get_one::<String>("SELECT current_setting('server_encoding')")?.unwrap_or_default();
    let mut catalog = TargetCatalog {
        encoding,
        tables: Vec::new(),
    };
    for (target, fresh) in targets {
        catalog.tables.extend(table(target, fresh)?);
    }
    Ok(catalog)
}

fn table(target: &Target, fresh: bool) -> Result<Option<TargetTable>> {
    let found = Spi::connect(|client| {
        let args = [target.schema.as_str().into(), target.table.as_str().into()];
        let mut rows = client.select(RELATION, Some(1), &args)?;
        let Some(row) = rows.next() else {
            return Ok::<_, spi::Error>(None);
        };
        Ok(Some((
            row.get::<pgrx::pg_sys::Oid>(1)?,
            row.get::<bool>(2)?,
            row.get::<bool>(3)?,
        )))
    })?;
    let Some((Some(oid), is_table, row_security)) = found else {
        return Ok(None);
    };
    let is_table = is_table.unwrap_or(false);
    let has_rows = if fresh && is_table {
        let name = pgrx::spi::quote_qualified_identifier(&target.schema, &target.table);
        Spi::get_one::<bool>(&format!("SELECT EXISTS (SELECT FROM {name})"))?.unwrap_or(false)
    } else {
        false
    };
    let firing =
        Spi::get_one_with_args::<Vec<String>>(TRIGGERS, &[oid.into()])?.unwrap_or_default();
    Ok(Some(TargetTable {
        schema: target.schema.clone(),
        name: target.table.clone(),
        is_table,
        columns: columns(&target.schema, &target.table)?
            .into_iter()
            .map(of_column)
            .collect(),
        unique_indexes: unique(oid)?,
        foreign_keys: foreign(oid)?,
        firing_triggers: firing,
        row_security: row_security.unwrap_or(false),
        has_rows,
    }))
}

fn of_column(column: super::catalog::TargetColumn) -> TargetColumn {
    TargetColumn {
        name: column.name,
        type_name: column.type_name,
        upgrade: column.upgrade,
        not_null: column.not_null,
        has_default: column.has_default,
        generated: column.generated,
    }
}

fn unique(oid: pgrx::pg_sys::Oid) -> Result<Vec<TargetUniqueIndex>> {
    Spi::connect(|client| {
        client
            .select(UNIQUE, None, &[oid.into()])?
            .map(|row| {
                Ok(TargetUniqueIndex {
                    name: row.get(1)?.unwrap_or_default(),
                    usable: row.get(2)?.unwrap_or(false),
                    columns: row.get::<Vec<Option<String>>>(3)?.unwrap_or_default(),
                })
            })
            .collect()
    })
}

fn foreign(oid: pgrx::pg_sys::Oid) -> Result<Vec<TargetForeignKey>> {
    Spi::connect(|client| {
        client
            .select(FOREIGN, None, &[oid.into()])?
            .map(|row| {
                Ok(TargetForeignKey {
                    name: row.get(1)?.unwrap_or_default(),
                    parent_schema: row.get(2)?.unwrap_or_default(),
                    parent_table: row.get(3)?.unwrap_or_default(),
                    columns: row.get::<Vec<String>>(4)?.unwrap_or_default(),
                    parent_columns: row.get::<Vec<String>>(5)?.unwrap_or_default(),
                })
            })
            .collect()
    })
}
