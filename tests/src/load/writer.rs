//! One writer.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use mysql::Conn;
use mysql::prelude::Queryable;

use super::model::{Item, Owned};
use super::{Shared, locked};
use crate::dice::Dice;
use crate::ends::Ends;
use crate::link::Link;

/// Keys of one writer: its number times this, and following.
const KEYS: i64 = 1_000_000;
/// Items that a writer has at most.
const ITEMS: usize = 150;
/// Pause between two attempts to reach a server that is away.
const AWAY: Duration = Duration::from_millis(50);

/// How a transaction ended.
enum End {
    Committed,
    RolledBack,
    /// The connection broke.
    Unknown(mysql::Error),
}

/// A writer with its rows.
pub struct Writer {
    ends: Ends,
    database: String,
    number: u32,
    dice: Dice,
    owned: Arc<Mutex<Owned>>,
    next_key: i64,
    next_transaction: i64,
}

/// What the transaction under way has changed; `None` for a deleted item.
type Changes = BTreeMap<i64, Option<Item>>;

impl Writer {
    pub fn new(link: &Link, number: u32, seed: u64, owned: Arc<Mutex<Owned>>) -> Self {
        Self {
            ends: link.ends.clone(),
            database: link.database.clone(),
            number,
            dice: Dice::new(seed, u64::from(number)),
            owned,
            next_key: i64::from(number) * KEYS + 1,
            next_transaction: 1,
        }
    }

    /// Writes until told to stop.
    pub fn run(mut self, shared: &Shared, pause: Duration) {
        let mut conn = None;
        while !shared.stop.load(Ordering::SeqCst) {
            shared.gate.pass();
            match self.transaction(&mut conn) {
                Ok(true) => {
                    shared.committed.fetch_add(1, Ordering::SeqCst);
                }
                Ok(false) => {}
                Err(error) => {
                    locked(&shared.failure)
                        .get_or_insert(format!("writer {}: {error:#}", self.number));
                    shared.gate.leave();
                    return;
                }
            }
            std::thread::sleep(pause);
        }
    }

    /// One transaction; true when it was committed.
    fn transaction(&mut self, conn: &mut Option<Conn>) -> Result<bool> {
        let Some(open) = conn.as_mut() else {
            *conn = self.ends.legacy(&self.database).ok();
            if conn.is_none() {
                std::thread::sleep(AWAY);
            }
            return Ok(false);
        };
        let number = self.next_transaction;
        self.next_transaction += 1;
        let mut changes = Changes::new();
        let committed = match self.attempt(open, number, &mut changes)? {
            End::Committed => true,
            End::RolledBack => false,
            End::Unknown(error) => {
                *conn = None;
                self.came_of_it(number)
                    .with_context(|| format!("after {error}"))?
            }
        };
        if committed {
            let mut owned = locked(&self.owned);
            owned.transactions.push(number);
            for (key, item) in changes {
                match item {
                    Some(item) => owned.items.insert(key, item),
                    None => owned.items.remove(&key),
                };
            }
        }
        Ok(committed)
    }

    fn attempt(&mut self, conn: &mut Conn, number: i64, changes: &mut Changes) -> Result<End> {
        match self.statements(conn, number, changes) {
            Ok(true) => Ok(End::Committed),
            Ok(false) => Ok(End::RolledBack),
            Err(mysql::Error::MySqlError(error)) => match error.code {
                // A deadlock or a lock that took too long.
                1205 | 1213 => {
                    let rolled_back = conn.query_drop("ROLLBACK");
                    Ok(rolled_back.map_or_else(End::Unknown, |()| End::RolledBack))
                }
                // The server is shutting down or has killed the session.
                1053 | 1077 | 1317 | 1927 | 3169 => {
                    Ok(End::Unknown(mysql::Error::MySqlError(error)))
                }
                _ => {
                    let connection = conn.connection_id();
                    Err(anyhow::Error::from(error).context(format!("on connection {connection}")))
                }
            },
            Err(error) => Ok(End::Unknown(error)),
        }
    }

    /// True when the transaction was committed, false when it was rolled back.
    fn statements(
        &mut self,
        conn: &mut Conn,
        number: i64,
        changes: &mut Changes,
    ) -> mysql::Result<bool> {
        conn.query_drop("START TRANSACTION")?;
        conn.exec_drop("INSERT INTO ledger VALUES (?, ?)", (self.number, number))?;
        for _ in 0..=self.dice.below(5) {
            self.change(conn, changes)?;
        }
        if self.dice.once_in(12) {
            conn.query_drop("ROLLBACK")?;
            return Ok(false);
        }
        conn.query_drop("COMMIT")?;
        Ok(true)
    }

    /// Whether a transaction that was under way when the connection broke has been committed.
    fn came_of_it(&self, number: i64) -> Result<bool> {
        let look = || -> Result<bool> {
            let mut conn = self.ends.legacy(&self.database)?;
            let sql = "SELECT COUNT(*) FROM ledger WHERE writer = ? AND txn = ? FOR UPDATE";
            let count: Option<u64> = conn.exec_first(sql, (self.number, number))?;
            Ok(count == Some(1))
        };
        crate::condition::until("the legacy server is back", super::PATIENCE, || {
            look().map(Some)
        })
    }

    fn change(&mut self, conn: &mut Conn, changes: &mut Changes) -> mysql::Result<()> {
        let (keys, count) = self.keys(changes);
        let key = self.dice.pick(&keys).copied();
        match (self.dice.below(10), key) {
            (_, None) | (0..=2, _) if count < ITEMS => self.insert(conn, changes),
            (0..=4, Some(key)) => self.update(conn, changes, key),
            (5, Some(key)) => self.move_key(conn, changes, key),
            (6, Some(key)) => self.swap_tags(conn, changes, key),
            (7, Some(key)) => self.delete(conn, changes, key),
            (_, Some(key)) => self.change_part(conn, changes, key),
            (_, None) => Ok(()),
        }
    }

    /// Keys of the items as the transaction under way sees them, and how many there are.
    fn keys(&self, changes: &Changes) -> (Vec<i64>, usize) {
        let owned = locked(&self.owned);
        let old = owned
            .items
            .keys()
            .filter(|key| !changes.contains_key(key))
            .copied();
        let new = changes
            .iter()
            .filter(|(_, item)| item.is_some())
            .map(|(key, _)| *key);
        let keys: Vec<i64> = old.chain(new).collect();
        let count = keys.len();
        (keys, count)
    }

    fn item(&self, changes: &Changes, key: i64) -> Item {
        let changed = changes.get(&key).cloned().flatten();
        let item = changed.or_else(|| locked(&self.owned).items.get(&key).cloned());
        item.unwrap_or_else(|| unreachable!("key {key} was picked among the items"))
    }

    fn fresh_key(&mut self) -> i64 {
        self.next_key += 1;
        self.next_key
    }

    fn random_item(&mut self, key: i64) -> Item {
        let note_length = self.dice.below(60);
        let body_length = self.dice.below(80);
        Item {
            tag: format!("tag-{key}-{}", self.dice.word(6)),
            amount: i64::try_from(self.dice.below(1_000_000)).unwrap_or(0),
            note: (!self.dice.once_in(4))
                .then(|| format!("{} 'ø€😀\\ \n", self.dice.word(note_length))),
            body: (!self.dice.once_in(4))
                .then(|| (0..body_length).map(|_| self.dice.bits() as u8).collect()),
            parts: BTreeMap::new(),
        }
    }

    fn insert(&mut self, conn: &mut Conn, changes: &mut Changes) -> mysql::Result<()> {
        let key = self.fresh_key();
        let item = self.random_item(key);
        let sql = "INSERT INTO item (id, tag, amount, note, body) VALUES (?, ?, ?, ?, ?)";
        conn.exec_drop(sql, (key, &item.tag, amount(&item), &item.note, &item.body))?;
        changes.insert(key, Some(item));
        Ok(())
    }

    fn update(&mut self, conn: &mut Conn, changes: &mut Changes, key: i64) -> mysql::Result<()> {
        let old = self.item(changes, key);
        let item = Item {
            parts: old.parts,
            tag: old.tag,
            ..self.random_item(key)
        };
        let sql = "UPDATE item SET amount = ?, note = ?, body = ?, changed = NOW(6) WHERE id = ?";
        conn.exec_drop(sql, (amount(&item), &item.note, &item.body, key))?;
        changes.insert(key, Some(item));
        Ok(())
    }

    /// Gives an item without parts another key.
    fn move_key(&mut self, conn: &mut Conn, changes: &mut Changes, key: i64) -> mysql::Result<()> {
        let item = self.item(changes, key);
        if !item.parts.is_empty() {
            return Ok(());
        }
        let new = self.fresh_key();
        conn.exec_drop("UPDATE item SET id = ? WHERE id = ?", (new, key))?;
        changes.insert(key, None);
        changes.insert(new, Some(item));
        Ok(())
    }

    /// Two items change their unique values between them.
    fn swap_tags(&mut self, conn: &mut Conn, changes: &mut Changes, key: i64) -> mysql::Result<()> {
        let (keys, _) = self.keys(changes);
        let other = self.dice.pick(&keys).copied().unwrap_or(key);
        if other == key {
            return Ok(());
        }
        let (mut one, mut two) = (self.item(changes, key), self.item(changes, other));
        std::mem::swap(&mut one.tag, &mut two.tag);
        let sql = "UPDATE item SET tag = ? WHERE id = ?";
        conn.exec_drop(sql, (format!("between-{key}"), key))?;
        conn.exec_drop(sql, (&two.tag, other))?;
        conn.exec_drop(sql, (&one.tag, key))?;
        changes.insert(key, Some(one));
        changes.insert(other, Some(two));
        Ok(())
    }

    fn delete(&mut self, conn: &mut Conn, changes: &mut Changes, key: i64) -> mysql::Result<()> {
        conn.exec_drop("DELETE FROM part WHERE item = ?", (key,))?;
        conn.exec_drop("DELETE FROM item WHERE id = ?", (key,))?;
        changes.insert(key, None);
        Ok(())
    }

    fn change_part(
        &mut self,
        conn: &mut Conn,
        changes: &mut Changes,
        key: i64,
    ) -> mysql::Result<()> {
        let mut item = self.item(changes, key);
        let no = i32::try_from(self.dice.below(4)).unwrap_or(0);
        if item.parts.contains_key(&no) && self.dice.once_in(2) {
            conn.exec_drop("DELETE FROM part WHERE item = ? AND no = ?", (key, no))?;
            item.parts.remove(&no);
        } else {
            let what = self.dice.word(12);
            let sql =
                "INSERT INTO part VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE what = VALUES(what)";
            conn.exec_drop(sql, (key, no, &what))?;
            item.parts.insert(no, what);
        }
        changes.insert(key, Some(item));
        Ok(())
    }
}

fn amount(item: &Item) -> String {
    format!("{}.{:02}", item.amount / 100, item.amount % 100)
}
