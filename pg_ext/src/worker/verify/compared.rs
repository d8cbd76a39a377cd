//! What the comparison of a table found.

use pgrx::{Spi, pg_sys};
use tandem_shared::change::{BadRow, TableBatch, plain};
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::adapter::Census;
use tandem_shared::plan::sql::upgrade as sql;
use tandem_shared::row::RowBuf;

use crate::report::Result;
use crate::upgrade::batch;
use crate::upgrade::jsonb::Jsonb;

/// Differences of one table that are kept in full; more are only counted.
pub(super) const KEPT: i64 = 10_000;

/// One row that differs.
pub(super) struct Difference {
    pub(super) kind: String,
    pub(super) key: Jsonb,
    pub(super) legacy: Option<Jsonb>,
    pub(super) upgrade: Option<Jsonb>,
}

/// What the comparison of a table found.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) table: String,
    pub(super) legacy_rows: i64,
    pub(super) upgrade_rows: i64,
    pub(super) missing: i64,
    pub(super) differences: i64,
    pub(super) kept: Vec<Difference>,
    /// Microseconds of the server's clock.
    pub(super) finished_at: pg_sys::TimestampTz,
}

impl Compared {
    pub(super) fn piece(&mut self, plan: &TablePlan, piece: &TableBatch) -> Result<()> {
        let rows = piece.upserts.len();
        self.legacy_rows += i64::try_from(rows).unwrap_or(0);
        self.untranslatable(plan, piece);
        self.differing(&piece.upserts, &sql::differences(plan))
    }

    /// As [`Compared::piece`], for one target of a map with a second stage. A row that cannot be translated is one of the first target's.
    pub(super) fn mapped(
        &mut self,
        plan: &TablePlan,
        target: &Census,
        piece: &TableBatch,
        first: bool,
    ) -> Result<()> {
        if first {
            self.untranslatable(plan, piece);
        }
        let rows = &piece.upserts;
        let collected = batch::with(rows, 0..rows.len(), || {
            Spi::connect_mut(|client| {
                Ok::<_, pgrx::spi::Error>(client.update(&target.collect, None, &[])?.len())
            })
        })?;
        self.legacy_rows += i64::try_from(collected).unwrap_or(0);
        self.differing(&piece.upserts, &target.differences)
    }

    fn untranslatable(&mut self, plan: &TablePlan, piece: &TableBatch) {
        self.legacy_rows += i64::try_from(piece.bad.len()).unwrap_or(0);
        for bad in &piece.bad {
            self.set_aside(plan, bad);
        }
    }

    /// One row that cannot be translated.
    pub(super) fn set_aside(&mut self, plan: &TablePlan, bad: &BadRow) {
        self.missing += 1;
        let names = plan.columns.iter().map(|column| plan.label(column));
        let legacy: serde_json::Map<_, _> = names.zip(bad.row.iter().map(plain)).collect();
        let names = plan.key_columns().map(|column| match plan.adapter {
            Some(_) => column.source.clone(),
            None => column.target.clone(),
        });
        let key: serde_json::Map<_, _> = names.zip(bad.key.iter().map(plain)).collect();
        self.add(Difference {
            kind: "untranslatable".to_owned(),
            key: key.into(),
            legacy: Some(legacy.into()),
            upgrade: None,
        });
    }

    /// How many rows there are here that the legacy table has not.
    pub(super) fn expected_extras(&self) -> i64 {
        self.upgrade_rows - (self.legacy_rows - self.missing)
    }

    pub(super) fn differing(&mut self, rows: &RowBuf, query: &str) -> Result<()> {
        let found = batch::with(rows, 0..rows.len(), || select(query))?;
        let missing = found.iter().filter(|found| found.kind == "missing");
        self.missing += i64::try_from(missing.count()).unwrap_or(0);
        self.all(found);
        Ok(())
    }

    /// Adds what a query found.
    pub(super) fn all(&mut self, found: Vec<Difference>) {
        for difference in found {
            self.add(difference);
        }
    }

    fn add(&mut self, difference: Difference) {
        self.differences += 1;
        if self.differences <= KEPT {
            self.kept.push(difference);
        }
    }
}

/// Runs a query that returns `kind`, `key`, `legacy`, `upgrade`.
pub(super) fn select(query: &str) -> Result<Vec<Difference>> {
    // As a statement that may write, so that it sees what was collected before it.
    Spi::connect_mut(|client| {
        client
            .update(query, None, &[])?
            .map(|row| {
                Ok(Difference {
                    kind: row.get::<String>(1)?.unwrap_or_default(),
                    key: row.get(2)?.unwrap_or_else(Jsonb::null),
                    legacy: row.get(3)?,
                    upgrade: row.get(4)?,
                })
            })
            .collect()
    })
}
