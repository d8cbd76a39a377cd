//! What the doorbell remembers: for every table of every link the number of its last ring.
//!
//! Rings are numbered by one ascending *bell*. A reader passes the bell up to which it has looked (`since`) and is told
//! the tables that rang after it. What had to be forgotten is kept as a *floor*: for a `since` below the floor the
//! answer is "unknown". So forgetting costs a look at every table and never a change.
//!
//! Plain data without locks; `bell.rs` guards it.

use std::collections::HashMap;

use super::table_id::TableId;
use crate::limits::{LINKS, TABLES_PER_LINK};

/// What a reader may conclude from the memory.
#[derive(Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing of this link rang after `since`.
    Nothing,
    /// These tables did; ascending, not empty.
    Tables(Vec<u32>),
    /// More is forgotten than `since` allows.
    Unknown,
}

/// The rings of all links.
#[derive(Debug)]
pub struct Memory {
    bell: u64,
    /// Rings up to here may be forgotten, of any link.
    floor: u64,
    links: HashMap<u64, Link>,
}

#[derive(Debug, Default)]
struct Link {
    /// Rings of this link up to here may be forgotten.
    floor: u64,
    /// The newest ring of any table of the link.
    last: u64,
    tables: HashMap<u32, u64>,
}

impl Memory {
    /// An empty memory whose bell starts at `start`, which counts as everything having rung.
    pub fn new(start: u64) -> Self {
        Self {
            bell: start,
            floor: start,
            links: HashMap::new(),
        }
    }

    /// The newest bell.
    pub fn bell(&self) -> u64 {
        self.bell
    }

    /// The number of links remembered.
    pub fn links(&self) -> usize {
        self.links.len()
    }

    /// The number of tables remembered, of all links.
    pub fn tables(&self) -> usize {
        self.links.values().map(|link| link.tables.len()).sum()
    }

    /// Notes a ring of all these tables under one new bell. Returns how often something had to be forgotten for it.
    pub fn ring(&mut self, tables: &[TableId]) -> u64 {
        self.bell += 1;
        let mut forgotten = 0;
        for table in tables {
            forgotten += u64::from(self.make_room(table.prefix()));
            let link = self.links.entry(table.prefix()).or_default();
            link.last = self.bell;
            link.tables.insert(table.number(), self.bell);
            forgotten += u64::from(link.trim());
        }
        forgotten
    }

    /// Forgets everything: whatever `since` a reader has, it is told to look everywhere. The bell moves to at least
    /// `at_least`.
    pub fn ring_all(&mut self, at_least: u64) {
        self.bell = at_least.max(self.bell + 1);
        self.floor = self.bell;
        self.links.clear();
    }

    /// What a reader of the link `prefix` that has looked up to `since` has to look at.
    pub fn look(&self, prefix: u64, since: u64) -> Look {
        // A bell that was never given out comes from another life of the server whose clock went ahead of this one's.
        if since < self.floor || since > self.bell {
            return Look::Unknown;
        }
        let Some(link) = self.links.get(&prefix) else {
            return Look::Nothing;
        };
        if since < link.floor {
            return Look::Unknown;
        }
        if since >= link.last {
            return Look::Nothing;
        }
        let newer = link.tables.iter().filter(|(_, bell)| **bell > since);
        let mut tables: Vec<u32> = newer.map(|(table, _)| *table).collect();
        tables.sort_unstable();
        Look::Tables(tables)
    }

    /// Forgets the link that rang longest ago if there is no place for `prefix`. Returns whether it did.
    fn make_room(&mut self, prefix: u64) -> bool {
        if self.links.len() < LINKS || self.links.contains_key(&prefix) {
            return false;
        }
        let oldest = self.links.iter().min_by_key(|(_, link)| link.last);
        let Some((&oldest, last)) = oldest.map(|(prefix, link)| (prefix, link.last)) else {
            return false;
        };
        self.links.remove(&oldest);
        // Readers of the forgotten link are recognised by nothing but their `since`.
        self.floor = self.floor.max(last);
        true
    }
}

impl Link {
    /// Forgets the older half of the tables when there are too many. Returns whether it did.
    fn trim(&mut self) -> bool {
        if self.tables.len() <= TABLES_PER_LINK {
            return false;
        }
        let mut bells: Vec<u64> = self.tables.values().copied().collect();
        let (_, &mut median, _) = bells.select_nth_unstable(TABLES_PER_LINK / 2);
        self.floor = self.floor.max(median);
        self.tables.retain(|_, bell| *bell > median);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, Memory};
    use crate::doorbell::TableId;
    use crate::limits::{LINKS, TABLES_PER_LINK};

    fn id(prefix: i64, number: i64) -> TableId {
        TableId::new((prefix << 20) | number).expect("a valid id")
    }

    #[test]
    fn names_the_tables_that_rang_after_since() {
        let mut memory = Memory::new(100);
        assert_eq!(memory.look(1, 100), Look::Nothing);
        memory.ring(&[id(1, 7), id(1, 3)]);
        memory.ring(&[id(2, 7)]);
        memory.ring(&[id(1, 9)]);
        assert_eq!(memory.bell(), 103);
        assert_eq!(memory.look(1, 100), Look::Tables(vec![3, 7, 9]));
        assert_eq!(memory.look(1, 101), Look::Tables(vec![9]));
        assert_eq!(memory.look(1, 103), Look::Nothing);
        assert_eq!(memory.look(2, 101), Look::Tables(vec![7]));
        assert_eq!(memory.look(3, 100), Look::Nothing);
    }

    #[test]
    fn a_since_from_another_life_is_unknown() {
        let memory = Memory::new(100);
        assert_eq!(memory.look(1, 0), Look::Unknown);
        assert_eq!(memory.look(1, 99), Look::Unknown);
        assert_eq!(memory.look(1, 101), Look::Unknown);
    }

    #[test]
    fn ring_all_is_news_for_everybody() {
        let mut memory = Memory::new(100);
        memory.ring(&[id(1, 1)]);
        memory.ring_all(50);
        assert_eq!(memory.bell(), 102);
        assert_eq!(memory.look(1, 101), Look::Unknown);
        assert_eq!(memory.look(9, 101), Look::Unknown);
        assert_eq!(memory.look(1, 102), Look::Nothing);
        memory.ring_all(1000);
        assert_eq!(memory.bell(), 1000);
    }

    #[test]
    fn too_many_tables_forget_the_older_half_and_say_so() {
        let mut memory = Memory::new(0);
        let mut forgotten = 0;
        let count = TABLES_PER_LINK as i64 + 1;
        for number in 0..count {
            forgotten += memory.ring(&[id(1, number)]);
        }
        assert_eq!(forgotten, 1);
        assert!(memory.tables() <= TABLES_PER_LINK / 2 + 1);
        assert_eq!(memory.look(1, 0), Look::Unknown);
        // The newest are still known one by one.
        let since = memory.bell() - 2;
        let newest = vec![(count - 2) as u32, (count - 1) as u32];
        assert_eq!(memory.look(1, since), Look::Tables(newest));
    }

    #[test]
    fn too_many_links_forget_the_oldest_and_say_so() {
        let mut memory = Memory::new(0);
        for prefix in 0..=LINKS as i64 {
            memory.ring(&[id(prefix, 1)]);
        }
        assert_eq!(memory.links(), LINKS);
        assert_eq!(memory.look(0, 0), Look::Unknown);
        assert_eq!(memory.look(1, 1), Look::Tables(vec![1]));
    }

    #[test]
    fn one_huge_batch_stays_within_bounds() {
        let mut memory = Memory::new(0);
        let all: Vec<TableId> = (0..3 * TABLES_PER_LINK as i64).map(|n| id(1, n)).collect();
        assert!(memory.ring(&all) >= 1);
        assert!(memory.tables() <= TABLES_PER_LINK);
        assert_eq!(memory.look(1, 0), Look::Unknown);
    }
}
