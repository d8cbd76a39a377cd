//! The marks of one session, and rings on their way to the doorbell.

use super::echo::Echo;
use crate::doorbell::TableId;
use crate::limits::TABLES_PER_SESSION;

/// What is to be rung.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rings {
    /// These tables.
    pub tables: Vec<TableId>,
    /// Every table of every link.
    pub all: bool,
}

impl Rings {
    /// Whether there is nothing to ring.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && !self.all
    }

    /// Adds those of `other`.
    pub fn absorb(&mut self, other: Self) {
        self.all |= other.all;
        if self.tables.is_empty() {
            self.tables = other.tables;
        } else {
            self.tables.extend(other.tables);
        }
    }
}

/// What one session has fired since its transaction began.
#[derive(Debug)]
pub struct SessionMarks {
    rings: Rings,
    /// When to ring if the server does not tell the end.
    pub echo: Echo,
}

impl SessionMarks {
    /// The marks after a first fire.
    pub fn first(table: TableId, now_ms: u64) -> Self {
        let tables = vec![table];
        Self {
            rings: Rings { tables, all: false },
            echo: Echo::armed(now_ms),
        }
    }

    /// Adds a table. Returns whether it did not fit, so that the transaction counts as having changed every table.
    pub fn add(&mut self, table: TableId) -> bool {
        let tables = &mut self.rings.tables;
        // Triggers of one statement fire the same table again and again: look at the end first.
        if self.rings.all || tables.iter().rev().any(|known| *known == table) {
            return false;
        }
        if tables.len() < TABLES_PER_SESSION {
            tables.push(table);
            return false;
        }
        self.rings.all = true;
        true
    }

    /// The marks, which stay.
    pub fn copy(&self) -> Rings {
        self.rings.clone()
    }

    /// The marks, taken.
    pub fn into_rings(self) -> Rings {
        self.rings
    }
}
