//! What is remembered of writes that went back: rows that the legacy table cannot hold, conflicts, counters.
//!
//! Promise: a row that was not sent is in `tandem.not_representable` in the transaction that acknowledges it, and leaves when it has been sent or is
//! gone; a conflict is recorded with both states in the transaction that resolves it. Numbers keep all of their digits.

use pgrx::Spi;
use tandem_shared::change::plain;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::reverse as sql;
use tandem_shared::row::RowBuf;
use tandem_shared::value::Value;

use super::pull::Outbox;
use crate::legacy::reverse::Refusal;
use crate::report::Result;
use crate::upgrade::jsonb::Jsonb;
use crate::upgrade::{batch, park};

/// Which way a change came that met another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the legacy database.
    Forward,
    /// From here.
    Reverse,
}

/// A conflict: both states as JSON, `None` for no row.
pub struct Conflict {
    /// Which way the change came that met the other one.
    pub direction: Direction,
    /// The key, by the columns' names here.
    pub key: Jsonb,
    /// The legacy state.
    pub legacy: Option<Jsonb>,
    /// The state here.
    pub upgrade: Option<Jsonb>,
}

impl Conflict {
    /// PostgreSQL's own word for it.
    fn kind(&self) -> &'static str {
        let (incoming, present) = match self.direction {
            Direction::Forward => (&self.legacy, &self.upgrade),
            Direction::Reverse => (&self.upgrade, &self.legacy),
        };
        match (incoming, present) {
            (None, _) => "delete_origin_differs",
            (Some(_), None) => "update_missing",
            (Some(_), Some(_)) => "update_origin_differs",
        }
    }
}

fn number(plan: &TablePlan) -> i32 {
    i32::try_from(plan.table_no).unwrap_or(i32::MAX)
}

/// One key as a set of rows.
fn one(key_fields: &[u8]) -> RowBuf {
    let mut rows = RowBuf::new();
    rows.push_row(key_fields);
    rows
}

/// A key and the row that it names here, as JSON.
pub fn json_of(plan: &TablePlan, key_fields: &[u8]) -> Result<(Jsonb, Option<Jsonb>)> {
    batch::with(&one(key_fields), 0..1, || {
        Spi::connect_mut(|client| {
            let mut rows = client.update(sql::keys_as_json(plan).as_str(), Some(1), &[])?;
            let Some(row) = rows.next() else {
                return Ok((Jsonb::null(), None));
            };
            let key = row.get(1)?.unwrap_or_else(Jsonb::null);
            Ok((key, row.get(2)?))
        })
    })
}

/// A legacy row as JSON.
pub fn legacy_json(plan: &TablePlan, values: &[Value]) -> Jsonb {
    let columns = plan.columns.iter().map(|column| column.source.clone());
    let row: serde_json::Map<_, _> = columns.zip(values.iter().map(plain)).collect();
    row.into()
}

/// Records a row that the legacy table cannot hold, or renews its record.
pub fn refused(link: &str, plan: &TablePlan, key_fields: &[u8], refusal: &Refusal) -> Result<()> {
    let (key, row) = json_of(plan, key_fields)?;
    Spi::run_with_args(
        "INSERT INTO tandem.not_representable_row (link, table_no, key_id, key, column_name, code, message, upgrade_row) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (link, table_no, key_id) DO UPDATE SET column_name = excluded.column_name, code = excluded.code, \
         message = excluded.message, upgrade_row = excluded.upgrade_row, attempts = not_representable_row.attempts + 1, last_seen = now()",
        &[
            link.into(),
            number(plan).into(),
            park::stored(key_fields.to_vec())?.into(),
            key.into(),
            refusal.column.clone().into(),
            refusal.code.as_str().into(),
            refusal.message.as_str().into(),
            row.into(),
        ],
    )?;
    Ok(())
}

/// Forgets rows that have been sent, or are gone.
pub fn forget(link: &str, plan: &TablePlan, keys: &[&[u8]]) -> Result<()> {
    let any = Spi::get_one_with_args::<bool>(
        "SELECT EXISTS (SELECT FROM tandem.not_representable_row WHERE link = $1 AND table_no = $2)",
        &[link.into(), number(plan).into()],
    )?;
    if any != Some(true) || keys.is_empty() {
        return Ok(());
    }
    let ids = keys.iter().map(|key| park::stored(key.to_vec()));
    let ids: Vec<Vec<u8>> = ids.collect::<Result<_>>()?;
    Spi::run_with_args(
        "DELETE FROM tandem.not_representable_row WHERE link = $1 AND table_no = $2 AND key_id = ANY ($3)",
        &[link.into(), number(plan).into(), ids.into()],
    )?;
    Ok(())
}

/// Has the rows tried again that the legacy server refused for another row's sake.
pub fn requeue(link: &str, outbox: &Outbox) -> Result<()> {
    let plan = outbox.plan.as_ref();
    Spi::run_with_args(
        &sql::requeue(plan, &outbox.name),
        &[link.into(), number(plan).into()],
    )?;
    Ok(())
}

/// Records a conflict and who won.
pub fn conflict(link: &str, outbox: &Outbox, conflict: Conflict) -> Result<()> {
    let direction = match conflict.direction {
        Direction::Forward => "forward",
        Direction::Reverse => "reverse",
    };
    let resolution = if outbox.upgrade_wins {
        "upgrade_wins"
    } else {
        "legacy_wins"
    };
    let kind = conflict.kind();
    Spi::run_with_args(
        "INSERT INTO tandem.conflict_log (link, table_no, kind, direction, resolution, key, legacy_row, upgrade_row) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            link.into(),
            number(&outbox.plan).into(),
            kind.into(),
            direction.into(),
            resolution.into(),
            conflict.key.into(),
            conflict.legacy.into(),
            conflict.upgrade.into(),
        ],
    )?;
    Ok(())
}

/// What a batch did to one table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Rows written to the legacy table.
    pub sent: i64,
    /// Rows that were the same there already.
    pub equal: i64,
    /// Rows that it cannot hold.
    pub refused: i64,
    /// Rows that were changed there as well.
    pub conflicts: i64,
}

/// Adds to the table's counters.
pub fn count(link: &str, plan: &TablePlan, counted: Counted) -> Result<()> {
    Spi::run_with_args(
        "UPDATE tandem.reverse_table SET rows_sent = rows_sent + $3, rows_equal = rows_equal + $4, rows_refused = rows_refused + $5, \
         conflicts = conflicts + $6, last_sent_at = CASE WHEN $3 > 0 THEN clock_timestamp() ELSE last_sent_at END \
         WHERE link = $1 AND table_no = $2",
        &[
            link.into(),
            number(plan).into(),
            counted.sent.into(),
            counted.equal.into(),
            counted.refused.into(),
            counted.conflicts.into(),
        ],
    )?;
    Ok(())
}
