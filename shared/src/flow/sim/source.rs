//! The model source: tables with row locks, several open transactions, an outbox whose ids are allotted at the write and become visible at
//! the commit, and crashes.

use super::broken::Broken;
use super::dice::Dice;
use super::model::{Image, KEYS, Place, Rows, Snapshot, TABLES, table_index};
use crate::flow::{Batch, PullOrder, Taken};

/// A row of an outbox. `uid` is its true identity, which no server has: ids can be used again, this cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    pub place: Place,
    pub id: u64,
    pub uid: u32,
}

#[derive(Debug, Default)]
struct Transaction {
    writes: Vec<(Place, u32)>,
    notes: Vec<Note>,
}

#[derive(Debug)]
pub struct Source {
    pub up: bool,
    pub committed: Image,
    pub commits: u64,
    outbox: Vec<Note>,
    next_ids: [u64; TABLES],
    open: Vec<Transaction>,
    counter_survives: bool,
    uids: u32,
    /// The highest id ever given in each table, and how often an id was given again after a crash.
    highest: [u64; TABLES],
    pub ids_used_again: u64,
}

impl Source {
    pub fn new(committed: Image, counter_survives: bool) -> Self {
        Self {
            up: true,
            committed,
            commits: 0,
            outbox: Vec::new(),
            next_ids: [1; TABLES],
            open: Vec::new(),
            counter_survives,
            uids: 0,
            highest: [0; TABLES],
            ids_used_again: 0,
        }
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            commits: self.commits,
            image: self.committed,
        }
    }

    pub fn open_transactions(&self) -> usize {
        self.open.len()
    }

    pub fn pending(&self) -> usize {
        self.outbox.len()
    }

    pub fn begin(&mut self) {
        self.open.push(Transaction::default());
    }

    /// One statement of an open transaction; the tables it wrote to.
    pub fn write(
        &mut self,
        which: usize,
        dice: &mut Dice,
        size: (usize, usize),
        value: u32,
    ) -> Vec<usize> {
        let table = dice.below(size.0 as u64) as usize;
        // Half of the statements meet on one hot key.
        let hot = dice.chance(500);
        let key = if hot {
            0
        } else {
            dice.below(size.1 as u64) as usize
        };
        let place = Place { table, key };
        let to = Place {
            table,
            key: dice.below(size.1 as u64) as usize,
        };
        if self.locked_by_other(place, which) || self.locked_by_other(to, which) {
            return Vec::new();
        }
        let before = self.seen_by(which, place);
        match dice.below(10) {
            0..=5 => self.set(which, place, value),
            6..=7 => self.set(which, place, 0),
            // The key moves: old and new are notified.
            8 if place != to && before != 0 => {
                self.set(which, place, 0);
                self.set(which, to, before);
            }
            // The statement fails and is undone; only its outbox id is gone.
            _ => {
                self.next_ids[table] += 1;
                return Vec::new();
            }
        }
        vec![table]
    }

    /// The tables that the commit changed.
    pub fn commit(&mut self, which: usize) -> Vec<usize> {
        let transaction = self.open.swap_remove(which);
        let mut tables: Vec<usize> = transaction.notes.iter().map(|n| n.place.table).collect();
        tables.sort_unstable();
        tables.dedup();
        for (place, value) in transaction.writes {
            self.committed[place.table][place.key] = value;
        }
        self.outbox.extend(transaction.notes);
        self.commits += 1;
        tables
    }

    pub fn rollback(&mut self, which: usize) {
        self.open.swap_remove(which);
    }

    /// Open transactions are gone; an older server forgets its counter and goes on after the highest id that is left.
    pub fn crash(&mut self) {
        self.up = false;
        self.open.clear();
        if self.counter_survives {
            return;
        }
        for (table, next) in self.next_ids.iter_mut().enumerate() {
            let ids = self.outbox.iter().filter(|n| n.place.table == table);
            *next = ids.map(|n| n.id).max().unwrap_or(0) + 1;
        }
    }

    /// What a pull reads: the batch, and the notifications to remember for the acknowledgement.
    pub fn read(&self, order: &PullOrder, broken: Option<Broken>) -> (Batch<Rows>, Vec<Note>) {
        let mut notes: Vec<Note> = Vec::new();
        let mut rows: Vec<(Place, u32)> = Vec::new();
        let mut taken: Vec<Taken> = Vec::new();
        let mut cut = false;
        for floor in &order.tables {
            let mut pending = self.pending_of(table_index(floor.table), floor.after.unwrap_or(0));
            pending.sort_unstable_by_key(|note| note.id);
            for note in pending {
                let full =
                    notes.len() >= order.rows as usize || rows.len() as u64 * 10 >= order.bytes;
                if full && !notes.is_empty() {
                    cut = true;
                    break;
                }
                notes.push(note);
                match taken.last_mut() {
                    Some(last) if last.table == floor.table => {
                        last.last_id = note.id;
                        last.notifications += 1;
                    }
                    _ => taken.push(Taken {
                        table: floor.table,
                        last_id: note.id,
                        notifications: 1,
                    }),
                }
                if !rows.iter().any(|(place, _)| *place == note.place) {
                    rows.push((note.place, self.committed[note.place.table][note.place.key]));
                }
            }
            if cut {
                break;
            }
        }
        if broken == Some(Broken::FullBatchIsAll) {
            cut &= notes.len() < order.rows as usize;
        }
        let batch = Batch {
            receipt: order.receipt,
            taken,
            cut,
            payload: Rows {
                rows,
                notes: notes.iter().map(|note| note.uid).collect(),
                snapshot: self.snapshot(),
            },
        };
        (batch, notes)
    }

    /// What an acknowledgement deletes: the rows with these ids, whoever wrote them.
    pub fn delete(&mut self, read: &[Note], broken: Option<Broken>) -> Vec<Note> {
        let by_id = |note: &Note| {
            read.iter()
                .any(|r| r.place.table == note.place.table && r.id == note.id)
        };
        let by_range = |note: &Note| {
            read.iter()
                .any(|r| r.place.table == note.place.table && note.id <= r.id)
        };
        let range = broken == Some(Broken::RangeAck);
        let gone = |note: &Note| if range { by_range(note) } else { by_id(note) };
        let deleted = self.outbox.iter().copied().filter(|n| gone(n)).collect();
        self.outbox.retain(|note| !gone(note));
        deleted
    }

    fn pending_of(&self, table: usize, after: u64) -> Vec<Note> {
        let of_table = |note: &&Note| note.place.table == table && note.id > after;
        self.outbox.iter().filter(of_table).copied().collect()
    }

    fn locked_by_other(&self, place: Place, which: usize) -> bool {
        self.open.iter().enumerate().any(|(n, transaction)| {
            n != which && transaction.writes.iter().any(|(p, _)| *p == place)
        })
    }

    fn seen_by(&self, which: usize, place: Place) -> u32 {
        let own = self.open[which].writes.iter().rev();
        own.clone()
            .find(|(p, _)| *p == place)
            .map_or(self.committed[place.table][place.key], |(_, value)| *value)
    }

    fn set(&mut self, which: usize, place: Place, value: u32) {
        let id = self.next_ids[place.table];
        self.next_ids[place.table] += 1;
        self.ids_used_again += u64::from(id <= self.highest[place.table]);
        self.highest[place.table] = self.highest[place.table].max(id);
        self.uids += 1;
        let transaction = &mut self.open[which];
        transaction.writes.push((place, value));
        transaction.notes.push(Note {
            place,
            id,
            uid: self.uids,
        });
    }
}

/// A first image: every other row is there.
pub fn first_image(size: (usize, usize)) -> Image {
    let mut image = [[0; KEYS]; TABLES];
    for row in image.iter_mut().take(size.0) {
        for value in row.iter_mut().take(size.1).step_by(2) {
            *value = 1;
        }
    }
    image
}
