//! The tables of the link and sets of them.
//!
//! Promise: "complete" always means the tables that are live at that moment; a join in the middle of a batch is noticed by number.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Dirty, TableState};
use super::names::TableId;

/// What the loop knows of its tables.
#[derive(Debug, Default)]
pub(super) struct Tables {
    states: BTreeMap<TableId, TableState>,
    joins: u64,
}

/// What a change of a table's state means for the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Joined,
    Left,
    Other,
}

impl Tables {
    pub(super) fn set(&mut self, table: TableId, state: TableState) -> Change {
        let before = match state {
            TableState::Gone => self.states.remove(&table),
            _ => self.states.insert(table, state),
        };
        match (before == Some(TableState::Live), state == TableState::Live) {
            (false, true) => {
                self.joins += 1;
                Change::Joined
            }
            (true, false) => Change::Left,
            _ => Change::Other,
        }
    }

    pub(super) fn is_live(&self, table: TableId) -> bool {
        self.states.get(&table) == Some(&TableState::Live)
    }

    /// Live tables in order of their numbers, beginning with the first one after `start_after`.
    pub(super) fn live_after(&self, start_after: Option<TableId>) -> Vec<TableId> {
        let mut live: Vec<TableId> = self.of(TableState::Live).collect();
        let split = start_after.map_or(0, |after| live.partition_point(|table| *table <= after));
        live.rotate_left(split);
        live
    }

    pub(super) fn live_count(&self) -> usize {
        self.of(TableState::Live).count()
    }

    /// True while a wanted table is not live yet.
    pub(super) fn any_pending(&self) -> bool {
        self.of(TableState::Pending).next().is_some()
    }

    /// Rises with every table that becomes live.
    pub(super) fn joins(&self) -> u64 {
        self.joins
    }

    fn of(&self, wanted: TableState) -> impl Iterator<Item = TableId> {
        self.states
            .iter()
            .filter(move |(_, state)| **state == wanted)
            .map(|(table, _)| *table)
    }
}

/// A set of tables that may be "all of them, whichever they are".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DirtySet {
    all: bool,
    tables: BTreeSet<TableId>,
}

impl DirtySet {
    pub(super) fn is_empty(&self) -> bool {
        !self.all && self.tables.is_empty()
    }

    pub(super) fn is_all(&self) -> bool {
        self.all
    }

    pub(super) fn contains(&self, table: TableId) -> bool {
        self.all || self.tables.contains(&table)
    }

    pub(super) fn add(&mut self, dirty: Dirty) {
        match dirty {
            Dirty::All => self.all = true,
            Dirty::Tables(tables) => self.tables.extend(tables),
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.all |= other.all;
        self.tables.extend(other.tables);
    }

    /// What is left when changes were found in these tables. "All" is content with any.
    pub(super) fn without(mut self, found: &[TableId]) -> Self {
        if !found.is_empty() {
            self.all = false;
        }
        self.tables.retain(|table| !found.contains(table));
        self
    }
}
