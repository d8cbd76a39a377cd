//! The comparison row by row: of a table as it is, and of the targets of a map with a second stage.
//!
//! Promise: the memory is bounded whatever the table's size: keys are collected in temporary tables.

use std::sync::Arc;

use crossbeam_channel::bounded;
use pgrx::{Spi, pg_sys};
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::{adapter, keys, upgrade as sql};

use super::compared::{Compared, select};
use super::snapshot::{Ask, Legacy};
use crate::report::Result;
use crate::upgrade::batch;
use crate::worker::wake::Bell;

impl Legacy {
    /// Compares one table.
    pub(super) fn table(&self, plan: &Arc<TablePlan>, bell: &Bell) -> Result<Compared> {
        let mut compared = match self.quick(plan, bell)? {
            Some(compared) => compared,
            None => self.rows(plan, bell)?,
        };
        // SAFETY: the server's clock.
        compared.finished_at = unsafe { pg_sys::GetCurrentTimestamp() };
        Ok(compared)
    }

    /// Compares one table row by row.
    fn rows(&self, plan: &Arc<TablePlan>, bell: &Bell) -> Result<Compared> {
        let mut compared = Compared {
            table: plan.source.table.clone(),
            ..Compared::default()
        };
        self.pieces(plan, bell, |piece| compared.piece(plan, piece))?;
        compared.upgrade_rows = Spi::get_one::<i64>(&sql::count(plan))?.unwrap_or(0);
        if compared.expected_extras() != 0 {
            self.extras(plan, &mut compared, bell)?;
        }
        Ok(compared)
    }

    /// Finds the rows here that the legacy table has not, by all of its keys.
    pub(super) fn extras(
        &self,
        plan: &Arc<TablePlan>,
        compared: &mut Compared,
        bell: &Bell,
    ) -> Result<()> {
        let (sender, pieces) = bounded(8);
        self.ask(Ask::Keys(Arc::clone(plan), sender), bell)?;
        let keys = keys::keys(plan, None);
        Spi::run(&keys.create)?;
        while let Some(piece) = self.receive(&pieces, bell)? {
            let all = 0..piece.translated.len();
            batch::with(&piece.translated, all, || Spi::run(&keys.collect))?;
        }
        Spi::run(&keys.analyze)?;
        Spi::run("SET LOCAL enable_nestloop = off")?;
        compared.all(select(&keys.extras)?);
        Spi::run("SET LOCAL enable_nestloop = on")?;
        Ok(Spi::run(&keys.drop)?)
    }

    /// Compares the targets of a table whose map has a second stage.
    pub(super) fn targets(&self, plan: &Arc<TablePlan>, bell: &Bell) -> Result<Vec<Compared>> {
        let census = adapter::census(plan);
        let mut all: Vec<Compared> = census
            .iter()
            .map(|target| Compared {
                table: format!("{} -> {}", plan.source.table, target.label),
                ..Compared::default()
            })
            .collect();
        for target in &census {
            Spi::run(&target.create)?;
        }
        self.pieces(plan, bell, |piece| {
            let targets = census.iter().zip(&mut all);
            targets
                .enumerate()
                .try_for_each(|(at, (target, compared))| {
                    compared.mapped(plan, target, piece, at == 0)
                })
        })?;
        Spi::run("SET LOCAL enable_nestloop = off")?;
        for (target, compared) in census.iter().zip(&mut all) {
            Spi::run(&target.analyze)?;
            compared.upgrade_rows = Spi::get_one::<i64>(&target.count)?.unwrap_or(0);
            compared.all(select(&target.extras)?);
            Spi::run(&target.drop)?;
            // SAFETY: the server's clock.
            compared.finished_at = unsafe { pg_sys::GetCurrentTimestamp() };
        }
        Spi::run("SET LOCAL enable_nestloop = on")?;
        Ok(all)
    }
}
