//! `tandem.policy`: what happens to values that a column here cannot hold.

use pgrx::iter::TableIterator;
use pgrx::{PgSqlErrorCode, name, pg_extern};
use tandem_shared::mapping::catalog::LegacyTable;
use tandem_shared::mapping::document::ColumnMap;
use tandem_shared::mapping::misfit::Policy;
use tandem_shared::types::{CODES, Codec, may_raise};

use super::legacy::read_catalog;
use super::link::wake_at_commit;
use crate::report::{Failure, Result, or_raise};
use crate::state::event::{self, Severity};
use crate::state::link::{self, Link};
use crate::state::mapping;
use crate::state::table::{self, Phase, Table};
use crate::upgrade::catalog::{self, TargetColumn};

/// A column whose policy is another now: legacy table, legacy column.
type Line = (String, String);

/// Sets the policy for one code, for a column, a table or all tables of a link. Tables whose rows are here already are compared again.
#[pg_extern]
fn policy(
    link: &str,
    code: &str,
    policy: &str,
    table_name: Option<&str>,
    column_name: Option<&str>,
) -> TableIterator<'static, (name!(source_table, String), name!(source_column, String))> {
    let wish = Wish {
        code,
        table: table_name,
        column: column_name,
    };
    TableIterator::new(or_raise(run(link, policy, &wish)))
}

/// Which columns a policy is meant for.
struct Wish<'a> {
    code: &'a str,
    table: Option<&'a str>,
    column: Option<&'a str>,
}

fn run(name: &str, policy: &str, wish: &Wish<'_>) -> Result<Vec<Line>> {
    let row = link::get(name)?;
    let policy = checked(policy, wish.code)?;
    let options = link::options(name, row.owner)?;
    let legacy = read_catalog(&options)?;
    let mut lines = Vec::new();
    let mut known = false;
    for mut table in table::all(name)? {
        let source = table.map.source.table.clone();
        let meant = wish.table.is_none_or(|wanted| wanted == source);
        let found = legacy.tables.iter().find(|legacy| legacy.name == source);
        let (true, Some(found)) = (meant, found) else {
            continue;
        };
        known |= found
            .columns
            .iter()
            .any(|c| wish.column.is_none_or(|wanted| wanted == c.name));
        let changed = set(&row, &mut table, found, wish, policy)?;
        if !changed.is_empty() {
            keep(&row, &table)?;
        }
        lines.extend(changed.into_iter().map(|column| (source.clone(), column)));
    }
    if !known {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            format!("link \"{name}\" maps no such legacy table or column"),
        )
        .hint("Mapped tables are listed in tandem.stat_table."));
    }
    if !lines.is_empty() {
        link::changed(name)?;
        wake_at_commit(&row);
    }
    Ok(lines)
}

/// The policy of that name, if it means something for the code.
fn checked(policy: &str, code: &str) -> Result<Policy> {
    let invalid = |message: String, hint: String| {
        Failure::new(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, message).hint(hint)
    };
    if !CODES.iter().any(|(known, _)| *known == code) {
        let known: Vec<&str> = CODES.iter().map(|(known, _)| *known).collect();
        return Err(invalid(
            format!("\"{code}\" is not a code of a value that does not fit"),
            format!("Codes are {}.", known.join(", ")),
        ));
    }
    let suiting = Policy::ALL.iter().filter(|(_, policy)| policy.suits(code));
    let names: Vec<&str> = suiting.map(|(name, _)| *name).collect();
    let found = Policy::named(policy).filter(|policy| policy.suits(code));
    found.ok_or_else(|| {
        invalid(
            format!("\"{policy}\" is not a policy for \"{code}\""),
            format!("Policies for it are {}.", names.join(", ")),
        )
    })
}

/// Sets the policy in one table's map; returns the columns that had another. A column that was named must be able to have it, others are
/// passed over where it means nothing.
fn set(
    row: &Link,
    table: &mut Table,
    legacy: &LegacyTable,
    wish: &Wish<'_>,
    policy: Policy,
) -> Result<Vec<String>> {
    let target = &table.map.target;
    let targets = catalog::columns(&target.schema, &target.table)?;
    let key = table.map.source.key.clone();
    let mut changed = Vec::new();
    for column in &mut table.map.columns {
        let source = column.source().to_owned();
        let named = match wish.column {
            Some(wanted) if wanted != source => continue,
            wanted => wanted.is_some(),
        };
        let raises = legacy
            .column(&source)
            .is_some_and(|c| may_raise(c, wish.code));
        let mut wanted = column.misfit().clone();
        let reason = if key.contains(&source) {
            Some("a key is never altered".to_owned())
        } else if !matches!(column, ColumnMap::Copy { .. }) {
            Some("it is no copy".to_owned())
        } else if !raises {
            Some(format!("its values never lead to \"{}\"", wish.code))
        } else if wanted.set(wish.code, policy) {
            cannot(row, legacy, column, &targets, &wanted)
        } else {
            continue;
        };
        match reason {
            None => {
                if let Some(misfit) = column.misfit_mut() {
                    *misfit = wanted;
                    changed.push(source);
                }
            }
            Some(reason) if named => {
                return Err(Failure::new(
                    PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
                    format!(
                        "column \"{source}\" of legacy table \"{}\" cannot have the policy",
                        legacy.name
                    ),
                )
                .detail(format!("{reason}.")));
            }
            Some(_) => {}
        }
    }
    Ok(changed)
}

/// Why the column cannot have these policies, if so.
fn cannot(
    row: &Link,
    legacy: &LegacyTable,
    map: &ColumnMap,
    targets: &[TargetColumn],
    misfit: &tandem_shared::mapping::misfit::Misfit,
) -> Option<String> {
    let column = legacy.column(map.source())?;
    let target = targets.iter().find(|target| target.name == map.target())?;
    let codec = Codec::compile(column, row.family, &target.upgrade);
    codec.ok()?.with_misfit(misfit).err()
}

/// Keeps the map; what is here already is compared again by it.
fn keep(row: &Link, table: &Table) -> Result<()> {
    table::set_map(&row.name, table.number, &table.map)?;
    mapping::keep(&row.name)?;
    if matches!(table.phase, Phase::Live | Phase::Backfill) {
        table::begin_again(&row.name, table.number)?;
    }
    let source = &table.map.source.table;
    let message =
        format!("policies for values of \"{source}\" that do not fit were changed by the operator");
    event::write(
        &row.name,
        Severity::Info,
        "policy",
        Some(source),
        &message,
        None,
    )
}
