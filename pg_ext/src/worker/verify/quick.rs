//! The quick comparison of a table: each side sums up its own rows, and only rows of buckets that differ are looked at.
//!
//! Promise: what is told is what the comparison row by row would tell; where that cannot be known this says so, and the caller compares row by row.
//! The memory is bounded whatever the table's size. No row is compared by its digest alone but where both sides' digests are equal.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crossbeam_channel::{Sender, bounded};
use tandem_shared::change::{BadRow, TableBatch};
use tandem_shared::digest::{Digest, Marks, key_bytes};
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::upgrade as sql;
use tandem_shared::row::RowBuf;

use super::compared::{Compared, KEPT, select};
use super::snapshot::{Ask, Legacy};
use crate::legacy::chunk::{Range, read_chunk};
use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;
use crate::report::Result;
use crate::upgrade::{batch, stream};
use crate::worker::wake::Bell;

/// Rows of differing buckets from which on the comparison row by row is the quicker one; their keys are held in memory.
const MANY: u64 = 200_000;

/// What the legacy side of a table comes to.
pub(super) struct Summary {
    digest: Digest,
    /// Rows that could not be translated: how many, and the first of them.
    untranslatable: u64,
    bad: Vec<BadRow>,
}

const ALL: Range = Range {
    low: None,
    high: None,
};

/// Sums up the legacy table. In the thread.
pub(super) fn summary(
    session: &mut Session,
    plan: &Arc<TablePlan>,
    seed: u64,
) -> std::result::Result<Summary, LegacyError> {
    let mut summary = Summary {
        digest: Digest::new(seed),
        untranslatable: 0,
        bad: Vec::new(),
    };
    let mut key = Vec::new();
    read_chunk(session, plan, &ALL, |piece| {
        for at in 0..piece.upserts.len() {
            let row = piece.upserts.row(at).unwrap_or_default();
            key_bytes(row, &plan.key, &mut key);
            summary.digest.add(&key, row);
        }
        summary.untranslatable += piece.bad.len() as u64;
        let room = usize::try_from(KEPT)
            .unwrap_or(0)
            .saturating_sub(summary.bad.len());
        summary.bad.extend(piece.bad.into_iter().take(room));
        true
    })?;
    Ok(summary)
}

/// Reads the rows of marked buckets and hands them on. In the thread.
pub(super) fn read_marked(
    session: &mut Session,
    plan: &Arc<TablePlan>,
    marks: &Marks,
    sender: &Sender<Option<TableBatch>>,
) -> std::result::Result<(), LegacyError> {
    let mut key = Vec::new();
    let mut marked = TableBatch::new(Arc::clone(plan));
    let deliver = |piece: TableBatch| {
        for at in 0..piece.upserts.len() {
            let row = piece.upserts.row(at).unwrap_or_default();
            key_bytes(row, &plan.key, &mut key);
            if marks.has(&key) {
                marked.upserts.push_row(row);
            }
        }
        if marked.upserts.bytes().len() < piece.upserts.bytes().len() {
            return true;
        }
        let full = std::mem::replace(&mut marked, TableBatch::new(Arc::clone(plan)));
        sender.send(Some(full)).is_ok()
    };
    read_chunk(session, plan, &ALL, deliver)?;
    // Whoever has gone does not want it.
    let _ = sender.send(Some(marked));
    Ok(())
}

impl Legacy {
    /// Compares one table by digests; `None` when it has to be compared row by row.
    pub(super) fn quick(&self, plan: &Arc<TablePlan>, bell: &Bell) -> Result<Option<Compared>> {
        if plan
            .columns
            .iter()
            .any(|column| column.target_type == "jsonb")
        {
            // What PostgreSQL makes of a document is not what came.
            return Ok(None);
        }
        let seed = RandomState::new().hash_one(plan.table_no);
        let (sender, summaries) = bounded(1);
        self.ask(Ask::Digest(Arc::clone(plan), seed, sender), bell)?;
        let mut here = Digest::new(seed);
        let mut key = Vec::new();
        stream::rows(&sql::rows(plan), &mut |row| {
            key_bytes(row, &plan.key, &mut key);
            here.add(&key, row);
        })?;
        let there = self.receive(&summaries, bell)?;
        let marks = there.digest.differing(&here);
        if marks.rows() > MANY {
            return Ok(None);
        }
        let mut compared = Compared {
            table: plan.source.table.clone(),
            legacy_rows: number(there.digest.rows() + there.untranslatable),
            upgrade_rows: number(here.rows()),
            ..Compared::default()
        };
        for bad in &there.bad {
            compared.set_aside(plan, bad);
        }
        let more = number(there.untranslatable) - number(there.bad.len() as u64);
        compared.missing += more;
        compared.differences += more;
        if !marks.none() {
            self.marked(plan, marks, &mut compared, there.untranslatable > 0, bell)?;
        }
        Ok(Some(compared))
    }

    /// Compares the rows of marked buckets.
    fn marked(
        &self,
        plan: &Arc<TablePlan>,
        marks: Marks,
        compared: &mut Compared,
        with_untranslatable: bool,
        bell: &Bell,
    ) -> Result<()> {
        let marks = Arc::new(marks);
        let (sender, pieces) = bounded(8);
        let ask = Ask::Marked(Arc::clone(plan), Arc::clone(&marks), sender);
        self.ask(ask, bell)?;
        let mut legacy_keys = HashSet::new();
        let mut key = Vec::new();
        while let Some(piece) = self.receive(&pieces, bell)? {
            for at in 0..piece.upserts.len() {
                let row = piece.upserts.row(at).unwrap_or_default();
                key_bytes(row, &plan.key, &mut key);
                legacy_keys.insert(key.clone());
            }
            compared.differing(&piece.upserts, &sql::differences(plan))?;
        }
        if compared.expected_extras() == 0 {
            return Ok(());
        }
        if with_untranslatable {
            // A row that cannot be translated may have been brought over when it could: its key is none of those read above.
            return self.extras(plan, compared, bell);
        }
        let positions: Vec<usize> = (0..plan.key.len()).collect();
        let mut extras = RowBuf::new();
        stream::rows(&sql::keys(plan), &mut |row| {
            key_bytes(row, &positions, &mut key);
            if marks.has(&key) && !legacy_keys.contains(&key) {
                extras.push_row(row);
            }
        })?;
        if number(extras.len() as u64) != compared.expected_extras() {
            // Keys that are equal here and not the same bytes.
            return self.extras(plan, compared, bell);
        }
        let found = batch::with(&extras, 0..extras.len(), || select(&sql::named(plan)))?;
        compared.all(found);
        Ok(())
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
