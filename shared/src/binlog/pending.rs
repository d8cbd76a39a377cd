//! The notifications that the log has brought and that are not acknowledged yet.
//!
//! Promise: a key stays until a pull has read its row in a snapshot that was opened after its transaction was visible for certain, and what was read
//! is durable. A key that comes again is kept once. It plays the outbox: ids rise, a pull takes the lowest, an acknowledgement names what was taken.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::group::{Branch, Noted};
use super::place::Place;
use crate::change::Runs;

/// Bytes that an entry takes beside its key, about.
const ENTRY_BYTES: usize = 160;

/// One key.
#[derive(Debug, Clone)]
struct Entry {
    key: Arc<str>,
    /// Where its group begins; visible when the snapshot holds everything before a later place.
    begin: Place,
    /// Where reading has to begin to find it again: where its branch was prepared, if it is of one.
    again: Place,
}

/// The keys of one table.
#[derive(Debug, Default)]
struct Keys {
    by_id: BTreeMap<u64, Entry>,
    ids: HashMap<Arc<str>, u64>,
    /// Notifications before this place do not count: the table was compared since.
    since: Option<Place>,
}

/// Keys that a pull takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    /// Their ids, as runs.
    pub ids: Runs,
    /// Ids and keys.
    pub keys: Vec<(u64, Arc<str>)>,
    /// True when there are more.
    pub more: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Pending {
    next: u64,
    tables: BTreeMap<u32, Keys>,
    /// Prepared branches, by name.
    branches: HashMap<String, Branch>,
    /// Branches whose commit was read and is not proven to be visible, with where it was logged.
    committing: HashMap<String, Place>,
    /// Tables that have to be compared, by where that was found out.
    wholes: BTreeMap<u32, Place>,
    /// Outbox rows that have served.
    spent: BTreeMap<u32, Vec<u64>>,
    bytes: usize,
    /// Everything before this place was read.
    read: Place,
    /// Everything before this place is visible to a snapshot that is opened from now on.
    proven: Place,
    /// Where the newest group with a notification begins.
    newest: Place,
}

impl Pending {
    /// Nothing pending; reading begins at `place`.
    pub fn new(place: Place) -> Self {
        Self {
            next: 1,
            read: place,
            ..Self::default()
        }
    }

    /// Says from where on notifications of a table count.
    pub fn since(&mut self, table: u32, place: Place) {
        self.tables.entry(table).or_default().since = Some(place);
    }

    /// Adds a key. `begin` is where its group begins, `again` where reading would find it.
    pub(super) fn add(&mut self, (table, key, outbox): Noted, begin: Place, again: Place) {
        if outbox != 0 {
            self.spent.entry(table).or_default().push(outbox);
        }
        let whole = self.wholes.contains_key(&table);
        let keys = self.tables.entry(table).or_default();
        if whole || keys.since.is_some_and(|since| begin < since) {
            return;
        }
        self.newest = self.newest.max(begin);
        let id = self.next;
        self.next += 1;
        let key: Arc<str> = key.into();
        if let Some(old) = keys.ids.insert(Arc::clone(&key), id) {
            keys.by_id.remove(&old);
        } else {
            self.bytes += ENTRY_BYTES + key.len();
        }
        keys.by_id.insert(id, Entry { key, begin, again });
    }

    /// A table has to be compared: its keys are not needed any more.
    pub(super) fn whole(&mut self, table: u32, begin: Place) {
        let keys = self.tables.entry(table).or_default();
        if keys.since.is_some_and(|since| begin < since) {
            return;
        }
        for entry in std::mem::take(&mut keys.by_id).into_values() {
            self.bytes = self.bytes.saturating_sub(ENTRY_BYTES + entry.key.len());
        }
        keys.ids.clear();
        self.newest = self.newest.max(begin);
        self.wholes.insert(table, begin);
    }

    /// Keeps a prepared branch.
    pub(super) fn prepare(&mut self, name: String, branch: Branch) {
        // A name can be used again only when the storage engine is done with the branch that had it.
        self.committing.remove(&name);
        let of = |key: &Noted| ENTRY_BYTES + key.1.len();
        self.bytes += branch.keys.iter().map(of).sum::<usize>();
        self.branches.insert(name, branch);
    }

    /// Takes a prepared branch out.
    pub(super) fn branch(&mut self, name: &str) -> Option<Branch> {
        let branch = self.branches.remove(name)?;
        let of = |key: &Noted| ENTRY_BYTES + key.1.len();
        let bytes = branch.keys.iter().map(of).sum::<usize>();
        self.bytes = self.bytes.saturating_sub(bytes);
        Some(branch)
    }

    /// Notes that a branch's commit was logged.
    pub(super) fn commits(&mut self, name: &str, begin: Place) {
        self.committing.insert(name.to_owned(), begin);
    }

    /// True when the commit of one of these branches was logged, so that the server is about to carry it out when it still lists the branch as prepared.
    pub fn committing(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.committing.contains_key(name))
    }

    /// Everything before `place` was read.
    pub(super) fn read_to(&mut self, place: Place) {
        self.read = self.read.max(place);
    }

    /// Everything before this place was read.
    pub fn read(&self) -> Place {
        self.read
    }

    /// Everything before `place` is visible to snapshots that are opened from now on.
    pub fn prove(&mut self, place: Place) {
        self.proven = self.proven.max(place);
        let proven = self.proven;
        self.committing.retain(|_, begin| *begin >= proven);
    }

    /// The place that the last proof was for.
    pub fn proven(&self) -> Place {
        self.proven
    }

    /// The lowest ids of a table above `after`, at most `limit`.
    pub fn take(&self, table: u32, after: u64, limit: u64) -> Taken {
        let mut taken = Taken::default();
        let Some(keys) = self.tables.get(&table) else {
            return taken;
        };
        for (&id, entry) in keys.by_id.range(after.saturating_add(1)..) {
            if taken.keys.len() as u64 == limit {
                taken.more = true;
                break;
            }
            match taken.ids.last_mut() {
                Some((_, last)) if *last + 1 == id => *last = id,
                _ => taken.ids.push((id, id)),
            }
            taken.keys.push((id, Arc::clone(&entry.key)));
        }
        taken
    }

    /// Acknowledges what a pull took: keys of groups that were visible for certain, being before `proven`, go; the others stay, under new ids.
    pub fn acknowledge(&mut self, table: u32, runs: &[(u64, u64)], proven: Place) {
        let Some(keys) = self.tables.get_mut(&table) else {
            return;
        };
        for &(first, last) in runs {
            let ids: Vec<u64> = keys.by_id.range(first..=last).map(|(id, _)| *id).collect();
            for id in ids {
                let Some(entry) = keys.by_id.remove(&id) else {
                    continue;
                };
                if entry.begin < proven {
                    keys.ids.remove(&entry.key);
                    self.bytes = self.bytes.saturating_sub(ENTRY_BYTES + entry.key.len());
                } else {
                    keys.ids.insert(Arc::clone(&entry.key), self.next);
                    keys.by_id.insert(self.next, entry);
                    self.next += 1;
                }
            }
        }
    }

    /// Tables with keys pending.
    pub fn dirty(&self) -> Vec<u32> {
        let tables = self.tables.iter();
        let some = tables.filter(|(_, keys)| !keys.by_id.is_empty());
        some.map(|(table, _)| *table).collect()
    }

    /// Tables that have to be compared and whose change is visible, being before `place`.
    pub fn wholes(&self, place: Place) -> Vec<(u32, Place)> {
        let ready = self.wholes.iter().filter(|(_, begin)| **begin < place);
        ready.map(|(table, begin)| (*table, *begin)).collect()
    }

    /// True when some table has to be compared.
    pub fn any_whole(&self) -> bool {
        !self.wholes.is_empty()
    }

    /// True when something is pending whose group is not proven to be visible.
    pub fn unproven(&self) -> bool {
        self.newest >= self.proven && (self.any_whole() || !self.dirty().is_empty())
    }

    /// Where reading has to begin so that nothing pending is missed.
    pub fn again(&self) -> Place {
        let keys = self.tables.values();
        let entries = keys.flat_map(|keys| keys.by_id.values().map(|entry| entry.again));
        let branches = self.branches.values().map(|branch| branch.begin);
        let wholes = self.wholes.values().copied();
        let all = entries.chain(branches).chain(wholes);
        all.min().unwrap_or(self.read).min(self.read)
    }

    /// Keys pending, in all and of one table.
    pub fn count(&self, table: Option<u32>) -> u64 {
        let tables = self.tables.iter();
        let wanted = tables.filter(|(number, _)| table.is_none_or(|one| one == **number));
        wanted.map(|(_, keys)| keys.by_id.len() as u64).sum()
    }

    /// Prepared branches that are neither committed nor rolled back.
    pub fn branches(&self) -> usize {
        self.branches.len()
    }

    /// Bytes that all of this takes, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Ids of a table's outbox rows that have served, and are to be deleted.
    pub fn spent(&mut self, table: u32) -> Vec<u64> {
        self.spent.remove(&table).unwrap_or_default()
    }
}
