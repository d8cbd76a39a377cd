//! The decoder: events in the order of the log, keys into what is pending.
//!
//! Promise: after each event, what is pending and the place that was read agree: reading can begin anew at [`Pending::again`] and find everything
//! again. A group of events is taken whole.

use std::collections::HashMap;

use super::bytes::{Bytes, Unreadable};
use super::group::{Branch, Group};
use super::map::TableMap;
use super::pending::Pending;
use super::place::{Place, file_number};
use super::query::{Query, Says, branch_of};
use super::rows::{self, RowsKind};
use super::watch::Watch;

/// One event: its header's fields, and its body without a checksum.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The type.
    pub kind: u8,
    /// The header's flags.
    pub flags: u16,
    /// The low 32 bits of where the event ends in its file; 0 for one that is not in the file.
    pub end: u32,
    /// Seconds since 1970 at which it was written.
    pub at: u32,
    /// What follows the header.
    pub body: &'a [u8],
}

/// Not in the log: the server makes it up for the reader.
const ARTIFICIAL: u16 = 0x20;
/// Bytes of an event's header.
const HEADER: usize = 19;

/// Reads a log.
#[derive(Debug, Default)]
pub struct Decoder {
    watch: Watch,
    /// Table maps of the group under way, with what is watched of them.
    maps: HashMap<u64, (TableMap, Option<usize>)>,
    group: Group,
    /// The end of the newest event.
    place: Place,
    base: String,
    begun: u32,
    /// When the newest event was written.
    at: u32,
    /// Tables that have keys since the caller last asked.
    rung: Vec<u32>,
}

impl Decoder {
    /// A decoder that begins at `place`.
    pub fn new(watch: Watch, base: &str, place: Place) -> Self {
        Self {
            watch,
            base: base.to_owned(),
            place,
            group: Group {
                begin: place,
                ..Group::default()
            },
            ..Self::default()
        }
    }

    /// The names of the log's files without their number.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// When the file that is being read was begun, in the server's seconds since 1970; 0 when not known yet.
    pub fn begun(&self) -> u32 {
        self.begun
    }

    /// When the newest event was written, in the server's seconds since 1970.
    pub fn at(&self) -> u32 {
        self.at
    }

    /// Tables that have been notified since the last call, when a group has ended.
    pub fn rung(&mut self) -> Vec<u32> {
        if self.group.open {
            return Vec::new();
        }
        std::mem::take(&mut self.rung)
    }

    /// Takes one event.
    pub fn take(&mut self, frame: Frame<'_>, pending: &mut Pending) {
        if frame.kind == 4 {
            self.rotate(frame);
            return;
        }
        let artificial = frame.flags & ARTIFICIAL != 0 || frame.end == 0;
        if !artificial && frame.kind != 27 {
            self.place.offset = self.offset(frame.end);
        }
        if frame.at != 0 && frame.kind != 27 && frame.kind != 15 {
            self.at = frame.at;
        }
        match frame.kind {
            15 => self.begun = frame.at,
            _ => self.within(frame, pending),
        }
        if !self.group.open {
            self.group.begin = self.place;
            pending.read_to(self.place);
        }
    }

    /// Takes the events of a compressed transaction; they have no places of their own.
    pub fn take_all(&mut self, events: &[u8], pending: &mut Pending) {
        let mut bytes = Bytes(events);
        while !bytes.0.is_empty() {
            let Ok(frame) = frame_of(&mut bytes) else {
                self.all_whole(pending);
                break;
            };
            self.within(frame, pending);
        }
        self.end();
        self.group.begin = self.place;
        pending.read_to(self.place);
    }

    /// The place after a compressed transaction is known before its events are.
    pub fn begin_all(&mut self, end: u32) {
        self.place.offset = self.offset(end);
    }

    fn rotate(&mut self, frame: Frame<'_>) {
        let name = String::from_utf8_lossy(frame.body.get(8..).unwrap_or_default()).into_owned();
        let offset = Bytes(frame.body).little(8).unwrap_or(4);
        if let (Some(number), Some((base, _))) = (file_number(&name), name.rsplit_once('.')) {
            base.clone_into(&mut self.base);
            let place = Place {
                file: number,
                offset,
            };
            if place > self.place {
                self.place = place;
            }
            if !self.group.open {
                self.group.begin = self.place;
            }
        }
    }

    /// Offsets beyond 4 GiB are logged modulo that.
    fn offset(&self, end: u32) -> u64 {
        let (high, low) = (self.place.offset >> 32, self.place.offset & 0xffff_ffff);
        let carry = u64::from(low > u64::from(end));
        (high + carry) << 32 | u64::from(end)
    }

    fn within(&mut self, frame: Frame<'_>, pending: &mut Pending) {
        let read = match frame.kind {
            2 | 165 => self.query(frame, pending),
            // MySQL's groups begin so, with and without an identifier.
            33 | 34 | 42 => {
                self.begin(false);
                Ok(())
            }
            162 => self.mariadb_group(frame.body),
            16 => {
                self.end();
                Ok(())
            }
            38 => self.prepare(frame.body, pending),
            19 => self.map(frame.body),
            // An incident: the log lacks something.
            26 => {
                self.all_whole(pending);
                Ok(())
            }
            kind => match RowsKind::of(kind) {
                Some(kind) => self.rows(kind, frame.body, pending),
                None => Ok(()),
            },
        };
        if read.is_err() {
            self.all_whole(pending);
        }
    }

    fn begin(&mut self, transaction: bool) {
        self.group = Group {
            begin: self.group.begin,
            open: true,
            transaction,
            ..Group::default()
        };
        self.maps.clear();
    }

    fn end(&mut self) {
        self.group = Group {
            begin: self.group.begin,
            ..Group::default()
        };
    }

    /// MariaDB's group says in its flags what it is.
    fn mariadb_group(&mut self, body: &[u8]) -> Result<(), Unreadable> {
        let flags = Bytes(body.get(12..).ok_or(Unreadable)?).little(1)?;
        self.begin(flags & 1 == 0);
        self.group.branch = flags & 64 != 0;
        Ok(())
    }

    fn query(&mut self, frame: Frame<'_>, pending: &mut Pending) -> Result<(), Unreadable> {
        let query = Query::read(frame.body, frame.kind == 165)?;
        let says = query.says();
        match &says {
            Says::Begin => self.group.transaction = true,
            Says::BranchBegins => {
                self.group.transaction = true;
                self.group.branch = true;
            }
            Says::Commit | Says::Rollback => {
                self.end();
                return Ok(());
            }
            Says::BranchCommits(name) => {
                pending.commits(name, self.group.begin);
                match pending.branch(name) {
                    Some(branch) => self.commit(branch, pending),
                    // It was prepared before reading began.
                    None => self.all_whole(pending),
                }
            }
            Says::BranchRollsBack(name) => drop(pending.branch(name)),
            Says::Writes | Says::Alters => {
                let tables = self.watch.mentioned(&query.database, &query.text);
                self.wholes(&tables, pending);
            }
            Says::DropsDatabase => {
                let numbers = self.watch.of_databases(&query.text);
                self.wholes(&numbers, pending);
            }
            Says::Nothing => {}
        }
        if !self.group.transaction {
            self.end();
        }
        Ok(())
    }

    fn prepare(&mut self, body: &[u8], pending: &mut Pending) -> Result<(), Unreadable> {
        let (one_phase, name) = branch_of(body)?;
        let group = std::mem::take(&mut self.group);
        self.group.begin = group.begin;
        let branch = Branch {
            begin: group.begin,
            keys: group.keys,
            wholes: group.wholes,
        };
        if one_phase {
            self.commit(branch, pending);
        } else {
            pending.prepare(name, branch);
        }
        Ok(())
    }

    fn commit(&mut self, branch: Branch, pending: &mut Pending) {
        for table in branch.wholes {
            self.rung.push(table);
            pending.whole(table, self.group.begin);
        }
        for key in branch.keys {
            self.ring(key.0);
            pending.add(key, self.group.begin, branch.begin);
        }
    }

    fn map(&mut self, body: &[u8]) -> Result<(), Unreadable> {
        let map = TableMap::read(body)?;
        let watched = self.watch.find(&map.database, &map.table);
        self.maps.insert(map.id, (map, watched));
        Ok(())
    }

    fn rows(
        &mut self,
        kind: RowsKind,
        body: &[u8],
        pending: &mut Pending,
    ) -> Result<(), Unreadable> {
        let id = rows::table_id(body)?;
        let Some((map, watched)) = self.maps.get(&id) else {
            return Err(Unreadable);
        };
        let Some(table) = watched.and_then(|at| self.watch.tables.get(at)) else {
            return Ok(());
        };
        // What Tandem deletes from its own outbox is no news.
        if table.outbox && !kind.insert {
            return Ok(());
        }
        let number = table.number;
        let found = match &map.columns {
            Ok(columns) => rows::keys(kind, body, columns, table),
            Err(unreadable) => Err(*unreadable),
        };
        match found {
            Err(Unreadable) => self.wholes(&[number], pending),
            Ok(found) if self.group.branch => {
                let keys = found.into_iter().map(|(key, outbox)| (number, key, outbox));
                self.group.keys.extend(keys);
            }
            Ok(found) => {
                self.ring(number);
                for (key, outbox) in found {
                    pending.add((number, key, outbox), self.group.begin, self.group.begin);
                }
            }
        }
        Ok(())
    }

    fn ring(&mut self, table: u32) {
        if self.rung.last() != Some(&table) && !self.rung.contains(&table) {
            self.rung.push(table);
        }
    }

    fn wholes(&mut self, tables: &[u32], pending: &mut Pending) {
        for &table in tables {
            if self.group.branch {
                self.group.wholes.push(table);
            } else {
                self.ring(table);
                pending.whole(table, self.group.begin);
            }
        }
    }

    fn all_whole(&mut self, pending: &mut Pending) {
        let all = self.watch.all();
        self.wholes(&all, pending);
    }
}

fn frame_of<'a>(bytes: &mut Bytes<'a>) -> Result<Frame<'a>, Unreadable> {
    let at = u32::try_from(bytes.little(4)?).map_err(|_| Unreadable)?;
    let kind = u8::try_from(bytes.little(1)?).map_err(|_| Unreadable)?;
    bytes.take(4)?;
    let size = bytes.size(4)?;
    bytes.take(6)?;
    let body = bytes.take(size.checked_sub(HEADER).ok_or(Unreadable)?)?;
    Ok(Frame {
        kind,
        flags: 0,
        end: 0,
        at,
        body,
    })
}
