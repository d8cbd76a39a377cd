//! From a table's mapping and both catalogues to its plan.

use super::edge::Edge;
use super::table::{ColumnPlan, SourceTable, TablePlan, TargetTable};
use crate::mapping::catalog::{Family, LegacyColumn, LegacyTable};
use crate::mapping::check::Code;
use crate::mapping::document::ColumnMap;
use crate::mapping::drift::ShapeColumn;
use crate::mapping::misfit::Misfit;
use crate::types::{Codec, UpgradeType};

/// What a plan is compiled from.
#[derive(Debug, Clone)]
pub struct TableSpec<'a> {
    /// The number of the table within its link.
    pub table_no: u32,
    /// The link's key: the upper bits of what `tandem_fire` is called with.
    pub link_key: u64,
    /// The family of the legacy server.
    pub family: Family,
    /// The legacy database.
    pub database: &'a str,
    /// Tandem's own schema on the legacy server.
    pub outbox_schema: &'a str,
    /// The legacy table.
    pub legacy: &'a LegacyTable,
    /// Key columns, by their legacy names, in key order.
    pub key: &'a [String],
    /// The upgrade schema and table.
    pub target: TargetTable,
    /// Pairs of legacy column and upgrade column.
    pub columns: &'a [ColumnSpec<'a>],
}

/// One column to compile.
#[derive(Debug, Clone)]
pub struct ColumnSpec<'a> {
    /// The legacy column's name.
    pub source: &'a str,
    /// The upgrade column's name.
    pub target: &'a str,
    /// The upgrade column's type as `format_type` prints it.
    pub target_type: &'a str,
    /// The upgrade column's type.
    pub upgrade: &'a UpgradeType,
    /// True for `GENERATED ALWAYS AS IDENTITY`.
    pub identity_always: bool,
    /// What happens to values that do not fit.
    pub misfit: &'a Misfit,
    /// The column map, where it is no copy: it has a lens of one column to one column.
    pub map: Option<&'a ColumnMap>,
}

/// Why a table cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The mapping names a column that the legacy table lacks.
    #[error("column \"{column}\" of legacy table \"{table}\" does not exist")]
    NoColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// The key is empty or names a column that is not mapped.
    #[error("key column \"{column}\" of legacy table \"{table}\" is not mapped")]
    KeyNotMapped {
        /// The table.
        table: String,
        /// The column; empty when the table has no key at all.
        column: String,
    },
    /// A legacy column and its upgrade column do not meet.
    #[error("column \"{column}\" of legacy table \"{table}\": {reason}")]
    Type {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Both types, and what would work.
        reason: String,
    },
    /// Something else of a map does not fit together.
    #[error("mapping of legacy table \"{table}\": {reason}")]
    Map {
        /// The table.
        table: String,
        /// What, in one line.
        reason: String,
        /// What a check calls it.
        code: Code,
    },
}

/// Compiles one table.
pub fn compile(spec: &TableSpec<'_>) -> Result<TablePlan, CompileError> {
    let columns = spec
        .columns
        .iter()
        .map(|column| compile_column(spec, column))
        .collect::<Result<Vec<_>, _>>()?;
    let key = compile_key(spec, &columns)?;
    let chunkable = key.iter().all(|&at| {
        spec.legacy
            .column(&columns[at].source)
            .is_some_and(orders_as_it_compares)
    });
    Ok(TablePlan {
        table_no: spec.table_no,
        fire_id: spec.link_key << 20 | u64::from(spec.table_no),
        source: SourceTable {
            database: spec.database.to_owned(),
            table: spec.legacy.name.clone(),
            outbox_schema: spec.outbox_schema.to_owned(),
        },
        target: spec.target.clone(),
        columns,
        key,
        shape: spec.legacy.columns.iter().map(ShapeColumn::from).collect(),
        chunkable,
        joins: Vec::new(),
        lenses: Vec::new(),
        key_fields: Vec::new(),
        adapter: None,
    })
}

fn compile_column(
    spec: &TableSpec<'_>,
    column: &ColumnSpec<'_>,
) -> Result<ColumnPlan, CompileError> {
    let legacy = spec
        .legacy
        .column(column.source)
        .ok_or_else(|| CompileError::NoColumn {
            table: spec.legacy.name.clone(),
            column: column.source.to_owned(),
        })?;
    let cannot = |reason: String| CompileError::Type {
        table: spec.legacy.name.clone(),
        column: column.source.to_owned(),
        reason,
    };
    if !column.misfit.is_empty() && spec.key.iter().any(|key| key == column.source) {
        let reason = "a key is never altered, so it has no policies for values that do not fit";
        return Err(cannot(reason.to_owned()));
    }
    let lens = column
        .map
        .and_then(|map| map.lens(&[legacy], spec.family, &[column.upgrade]));
    let codec = match lens {
        Some(lens) => Codec::of_lens(lens.map_err(cannot)?),
        None => Codec::compile(legacy, spec.family, column.upgrade)
            .map_err(|mismatch| cannot(mismatch.to_string()))?
            .with_misfit(column.misfit)
            .map_err(cannot)?,
    };
    Ok(ColumnPlan {
        source: legacy.name.clone(),
        source_type: declared_type(legacy),
        collated: legacy.collation.is_some(),
        edge: Edge::of(legacy),
        target: column.target.to_owned(),
        target_type: column.target_type.to_owned(),
        identity_always: column.identity_always,
        codec,
        from: 0,
        carried: true,
    })
}

/// The type as an outbox column declares it, so that a join needs no conversion.
pub(super) fn declared_type(column: &LegacyColumn) -> String {
    match (&column.charset, &column.collation) {
        (Some(charset), Some(collation)) => {
            format!(
                "{} CHARACTER SET {charset} COLLATE {collation}",
                column.column_type
            )
        }
        _ => column.column_type.clone(),
    }
}

fn compile_key(spec: &TableSpec<'_>, columns: &[ColumnPlan]) -> Result<Vec<usize>, CompileError> {
    let unmapped = |column: &str| CompileError::KeyNotMapped {
        table: spec.legacy.name.clone(),
        column: column.to_owned(),
    };
    if spec.key.is_empty() {
        return Err(unmapped(""));
    }
    spec.key
        .iter()
        .map(|name| {
            let found = columns
                .iter()
                .position(|c| c.source.eq_ignore_ascii_case(name));
            found.ok_or_else(|| unmapped(name))
        })
        .collect()
}

/// ENUM and SET sort by number and compare with a parameter as text; FLOAT and BIT do not come back equal: such keys make one chunk.
pub(super) fn orders_as_it_compares(column: &LegacyColumn) -> bool {
    const ORDERED: [&str; 18] = [
        "tinyint",
        "smallint",
        "mediumint",
        "int",
        "bigint",
        "decimal",
        "date",
        "datetime",
        "timestamp",
        "time",
        "year",
        "char",
        "varchar",
        "binary",
        "varbinary",
        "tinytext",
        "tinyblob",
        "uuid",
    ];
    ORDERED.contains(&column.data_type.as_str())
}
