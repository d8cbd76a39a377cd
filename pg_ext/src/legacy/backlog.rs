//! Which pending notifications a pull takes of one table.
//!
//! Promise: the lowest pending ids above a floor, none left out; as many as the limit says, and many more while they name few rows: a row that
//! was changed a thousand times is read once then, and not once a batch. Whatever is taken names no more rows than the limit. Looking whether a
//! backlog names few rows costs reading it, so where it does not that is tried ever more rarely.

use mysql::prelude::Queryable;
use tandem_shared::change::Runs;
use tandem_shared::plan::sql::legacy as sql;

use super::connect::Session;
use super::error::LegacyError;
use super::pull::Wanted;

/// A wide look is at this many times the limit, first and at most. What it takes is acknowledged in one transaction.
const WIDTHS: (u64, u64) = (4, 20);
/// Cut pulls between two wide looks: first, and at most, doubling while they find many rows.
const PAUSES: (u32, u32) = (4, 256);
/// A limit from which on everything is to be taken whatever it is.
const NO_LIMIT: u64 = 1 << 31;

/// What is known of a table's backlog.
#[derive(Debug, Default)]
pub struct Backlog {
    /// True when the newest pull left something behind.
    cut: bool,
    /// Times the limit, in the next wide look.
    width: u64,
    /// Cut pulls until the next wide look.
    until_next: u32,
    /// Cut pulls between the last two.
    pause: u32,
}

impl Backlog {
    /// Ids to take, as runs, and whether there are more.
    pub fn take(
        &mut self,
        session: &mut Session,
        table: &Wanted,
        limit: u64,
    ) -> Result<(Runs, bool), LegacyError> {
        if self.is_wide_due(limit)
            && let Some(taken) = self.wide(session, table, limit)?
        {
            self.cut = taken.1;
            return Ok(taken);
        }
        let statement = session.conn.prep(sql::pending_ids(&table.plan))?;
        let mut ids = Ids::default();
        let mut more = false;
        for row in session
            .conn
            .exec_iter(&statement, (table.floor, limit.saturating_add(1)))?
        {
            let id = id_of(row?)?;
            more = ids.count == limit;
            if !more {
                ids.add(id);
            }
        }
        if !more {
            *self = Self::default();
        }
        self.cut = more;
        Ok((ids.runs, more))
    }

    /// True when the pull before was cut, and the last wide look is long enough ago.
    fn is_wide_due(&mut self, limit: u64) -> bool {
        if !self.cut || limit >= NO_LIMIT {
            return false;
        }
        self.until_next = self.until_next.saturating_sub(1);
        self.until_next == 0
    }

    /// Takes many notifications, if they name no more rows than the limit.
    fn wide(
        &mut self,
        session: &mut Session,
        table: &Wanted,
        limit: u64,
    ) -> Result<Option<(Runs, bool)>, LegacyError> {
        let Some(first) = next(session, table, table.floor)? else {
            return Ok(None);
        };
        let width = self.width.clamp(WIDTHS.0, WIDTHS.1);
        let last = first.saturating_add(limit.saturating_mul(width) - 1);
        let statement = session.conn.prep(sql::pending_keys(&table.plan))?;
        let found: Option<(u64, u64, Option<u64>, Option<u64>)> =
            session.conn.exec_first(&statement, (table.floor, last))?;
        let Some((count, keys, Some(first), Some(last))) = found else {
            return Ok(None);
        };
        if keys > limit || count < keys.saturating_mul(2) {
            self.width = WIDTHS.0;
            self.pause = (self.pause * 2).clamp(PAUSES.0, PAUSES.1);
            self.until_next = self.pause;
            return Ok(None);
        }
        self.width = width * 2;
        self.pause = 0;
        self.until_next = 1;
        let runs = if count == last - first + 1 {
            vec![(first, last)]
        } else {
            between(session, table, first, last)?
        };
        let more = next(session, table, last)?.is_some();
        Ok(Some((runs, more)))
    }
}

/// Ids in rising order, as runs.
#[derive(Default)]
struct Ids {
    runs: Runs,
    count: u64,
}

impl Ids {
    fn add(&mut self, id: u64) {
        self.count += 1;
        match self.runs.last_mut() {
            Some((_, last)) if *last + 1 == id => *last = id,
            _ => self.runs.push((id, id)),
        }
    }
}

fn id_of(row: mysql::Row) -> Result<u64, LegacyError> {
    row.get(0)
        .ok_or_else(|| LegacyError::other("a notification without an id"))
}

/// The lowest pending id above another one.
fn next(session: &mut Session, table: &Wanted, after: u64) -> Result<Option<u64>, LegacyError> {
    let statement = session.conn.prep(sql::pending_next(&table.plan))?;
    Ok(session.conn.exec_first(&statement, (after,))?)
}

/// The pending ids from `first` to `last`, as runs.
fn between(
    session: &mut Session,
    table: &Wanted,
    first: u64,
    last: u64,
) -> Result<Runs, LegacyError> {
    let statement = session.conn.prep(sql::pending_between(&table.plan))?;
    let mut ids = Ids::default();
    for row in session.conn.exec_iter(&statement, (first, last))? {
        ids.add(id_of(row?)?);
    }
    Ok(ids.runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_make_a_run() {
        let mut ids = Ids::default();
        [3, 4, 5, 9, 11, 12].into_iter().for_each(|id| ids.add(id));
        assert_eq!(ids.runs, [(3, 5), (9, 9), (11, 12)]);
        assert_eq!(ids.count, 6);
    }

    #[test]
    fn a_wide_look_follows_a_cut_and_waits_its_time() {
        let mut backlog = Backlog::default();
        assert!(!backlog.is_wide_due(10));
        backlog.cut = true;
        assert!(!backlog.is_wide_due(NO_LIMIT));
        assert!(backlog.is_wide_due(10));
        backlog.until_next = 3;
        let due: Vec<bool> = (0..3).map(|_| backlog.is_wide_due(10)).collect();
        assert_eq!(due, [false, false, true]);
    }
}
