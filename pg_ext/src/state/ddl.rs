//! DDL that waits for data: indexes after a table's rows, foreign keys after all rows.

use pgrx::Spi;

use super::event::{self, Severity};
use super::table::key;
use crate::report::Result;
use crate::upgrade::transaction::transaction;

/// A statement that waits.
#[derive(Debug, Clone)]
pub struct Deferred {
    number: i32,
    object: String,
    statement: String,
}

fn select(query: &str, args: &[pgrx::datum::DatumWithOid<'_>]) -> Result<Vec<Deferred>> {
    Spi::connect(|client| {
        client
            .select(query, None, args)?
            .map(|row| {
                Ok(Deferred {
                    number: row.get(1)?.unwrap_or(0),
                    object: row.get(2)?.unwrap_or_default(),
                    statement: row.get(3)?.unwrap_or_default(),
                })
            })
            .collect()
    })
}

/// What waits for the data of one table.
pub fn after(link: &str, table_no: u32) -> Result<Vec<Deferred>> {
    select(
        "SELECT ddl_no, object, statement FROM tandem.deferred_ddl \
         WHERE link = $1 AND table_no = $2 AND step = 'after' AND done_at IS NULL AND error IS NULL ORDER BY ddl_no",
        &[link.into(), key(table_no)],
    )
}

/// What waits for all data.
pub fn last(link: &str) -> Result<Vec<Deferred>> {
    select(
        "SELECT ddl_no, object, statement FROM tandem.deferred_ddl \
         WHERE link = $1 AND step = 'last' AND done_at IS NULL AND error IS NULL ORDER BY ddl_no",
        &[link.into()],
    )
}

/// Remembers a statement.
pub fn add(
    link: &str,
    number: i32,
    table_no: Option<i32>,
    step: &str,
    object: &str,
    statement: &str,
) -> Result<()> {
    Spi::run_with_args(
        "INSERT INTO tandem.deferred_ddl (link, ddl_no, table_no, step, object, statement) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            link.into(),
            number.into(),
            table_no.into(),
            step.into(),
            object.into(),
            statement.into(),
        ],
    )?;
    Ok(())
}

/// Runs statements, each in a transaction of its own; one that fails is remembered with its error and does not stop the others.
pub fn run(link: &str, statements: &[Deferred]) -> Result<()> {
    for ddl in statements {
        let done = transaction(|| {
            Spi::run(&ddl.statement)?;
            finish(link, ddl, None)
        });
        let Err(failure) = done else { continue };
        if !failure.of_a_row()
            && !failure.sqlstate().starts_with("42")
            && !failure.sqlstate().starts_with("54")
        {
            return Err(failure);
        }
        transaction(|| {
            finish(link, ddl, Some(&failure.line()))?;
            let message = format!("could not create {}: {}", ddl.object, failure.line());
            let hint = format!("Mend the data, then run: {}", ddl.statement);
            event::write(
                link,
                Severity::Warning,
                "ddl_failed",
                Some(&ddl.object),
                &message,
                Some(&hint),
            )
        })?;
    }
    Ok(())
}

fn finish(link: &str, ddl: &Deferred, error: Option<&str>) -> Result<()> {
    Spi::run_with_args(
        "UPDATE tandem.deferred_ddl SET error = $3, done_at = CASE WHEN $3 IS NULL THEN clock_timestamp() END \
         WHERE link = $1 AND ddl_no = $2",
        &[
            link.into(),
            ddl.number.into(),
            error.map(str::to_owned).into(),
        ],
    )?;
    Ok(())
}
