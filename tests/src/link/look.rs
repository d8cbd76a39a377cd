//! What can be seen of a link.

use anyhow::{Context, Result, bail};
use mysql::prelude::Queryable;

use super::{Link, SCHEMA};
use crate::upgrade_sql::{Row, number, rows};

/// A row of `tandem.stat_link`.
#[derive(Clone, Debug)]
pub struct Stat {
    /// The state's word.
    pub state: String,
    /// Whether everything was here when last looked.
    pub caught_up: bool,
    /// Whether the doorbell is heard.
    pub doorbell: bool,
    /// The worker's process number, if there is one.
    pub pid: Option<u32>,
    /// The newest error.
    pub last_error: Option<String>,
}

/// A row of `tandem.event`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// Its code.
    pub code: String,
    /// The table, if it is about one.
    pub object: String,
    /// What happened.
    pub message: String,
}

/// A row that `tandem.verify` returns.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// The key, column by column.
    pub key: serde_json::Value,
    /// `missing`, `extra`, `different` or `untranslatable`.
    pub kind: String,
    /// What the legacy side has; null when it has none.
    pub legacy: serde_json::Value,
    /// What the upgrade side has; null when it has none.
    pub upgrade: serde_json::Value,
}

impl Link {
    /// Rows of a query on the upgrade database.
    pub fn rows(&self, sql: &str) -> Result<Vec<Row>> {
        rows(&mut self.upgrade()?, sql)
    }

    /// A number from the upgrade database.
    pub fn number(&self, sql: &str) -> Result<i64> {
        number(&mut self.upgrade()?, sql)
    }

    /// The number of rows of a copied table.
    pub fn count(&self, table: &str) -> Result<i64> {
        self.number(&format!("SELECT count(*) FROM {SCHEMA}.{table}"))
    }

    /// What `tandem.stat_link` says.
    pub fn stat(&self) -> Result<Stat> {
        let sql = format!(
            "SELECT state, caught_up, doorbell, pid, last_error FROM tandem.stat_link WHERE link = '{}'",
            self.name
        );
        let rows = self.rows(&sql)?;
        let [row] = rows.as_slice() else {
            bail!("tandem.stat_link has {rows:?}")
        };
        let yes = |at: usize| row[at].as_deref() == Some("t");
        Ok(Stat {
            state: row[0].clone().unwrap_or_default(),
            caught_up: yes(1),
            doorbell: yes(2),
            pid: row[3].as_ref().and_then(|pid| pid.parse().ok()),
            last_error: row[4].clone(),
        })
    }

    /// What has happened, oldest first.
    pub fn events(&self) -> Result<Vec<Event>> {
        let sql = format!(
            "SELECT severity, code, coalesce(object, ''), message FROM tandem.event WHERE link = '{}' ORDER BY id",
            self.name
        );
        let text = |row: &Row, at: usize| row[at].clone().unwrap_or_default();
        let event = |row: &Row| Event {
            severity: text(row, 0),
            code: text(row, 1),
            object: text(row, 2),
            message: text(row, 3),
        };
        Ok(self.rows(&sql)?.iter().map(event).collect())
    }

    /// How often an event happened.
    pub fn event_count(&self, code: &str) -> Result<usize> {
        Ok(self
            .events()?
            .iter()
            .filter(|event| event.code == code)
            .count())
    }

    /// `tandem.verify`.
    pub fn verify(&self) -> Result<Vec<Difference>> {
        let sql = format!(
            "SELECT table_name, key, kind, coalesce(legacy, 'null'), coalesce(upgrade, 'null') FROM tandem.verify('{}')",
            self.name
        );
        let json = |text: &Option<String>| -> Result<serde_json::Value> {
            Ok(serde_json::from_str(text.as_deref().unwrap_or("null"))?)
        };
        let difference = |row: &Row| -> Result<Difference> {
            Ok(Difference {
                table: row[0].clone().unwrap_or_default(),
                key: json(&row[1])?,
                kind: row[2].clone().unwrap_or_default(),
                legacy: json(&row[3])?,
                upgrade: json(&row[4])?,
            })
        };
        self.rows(&sql)?.iter().map(difference).collect()
    }

    /// Notifications that wait: on the legacy server, over all outboxes of the link, and keys that came from the binary log.
    pub fn notifications(&self) -> Result<u64> {
        let by_log = self.rows("SELECT pending_keys FROM tandem.stat_binlog")?;
        let keys = by_log.first().and_then(|row| row[0].as_ref()?.parse().ok());
        let mut conn = self.ends.legacy("")?;
        let schema = self.outbox_schema();
        let outboxes: Vec<String> = conn.exec(
            "SELECT table_name AS n FROM information_schema.tables WHERE table_schema = ? AND table_name LIKE 'o\\_%'",
            (&schema,),
        )?;
        anyhow::ensure!(
            keys.is_some() || !outboxes.is_empty(),
            "schema {schema} has no outbox"
        );
        let mut total = keys.unwrap_or(0);
        for outbox in outboxes {
            let count: Option<u64> =
                conn.query_first(format!("SELECT COUNT(*) FROM {schema}.{outbox}"))?;
            total += count.context("no count")?;
        }
        Ok(total)
    }

    /// The process numbers of the link's workers of a kind, such as `tandem backfill worker`.
    pub fn workers(&self, kind: &str) -> Result<Vec<u32>> {
        let sql = format!(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = '{kind}' AND datname = '{}'",
            self.database
        );
        let pid = |row: &Row| row[0].as_ref().and_then(|pid| pid.parse().ok());
        Ok(self.rows(&sql)?.iter().filter_map(pid).collect())
    }

    /// Rows copied so far, and rows in all as the legacy server estimates them, over all tables.
    pub fn copied(&self) -> Result<(i64, i64)> {
        let sql =
            "SELECT coalesce(sum(rows_done), 0), coalesce(sum(rows_total), 0) FROM tandem.progress";
        let rows = self.rows(sql)?;
        let part = |at: usize| -> Result<i64> {
            let text = rows
                .first()
                .and_then(|row| row[at].clone())
                .context("no progress")?;
            Ok(text.parse()?)
        };
        Ok((part(0)?, part(1)?))
    }
}
