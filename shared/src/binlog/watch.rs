//! What the log is read for: the mapped tables and their keys.

use std::collections::BTreeSet;

/// How a key's value is stored, where the log's own type does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// The log's type says everything.
    Plain,
    /// An integer without a sign.
    Unsigned,
    /// MariaDB's UUID: a row may store its parts in another order than it shows them.
    Uuid,
    /// So many bytes, MariaDB's addresses: images leave out zeros at the end, and what is shorter is no value of the type.
    Fixed(usize),
}

/// A column of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyColumn {
    /// Its place among all columns of the table, from 0.
    pub at: usize,
    /// How it is stored.
    pub kind: KeyKind,
}

/// A table whose changes are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Its number within the link.
    pub number: u32,
    /// The database, as the log names it.
    pub database: String,
    /// The table.
    pub table: String,
    /// Its key, in key order.
    pub key: Vec<KeyColumn>,
    /// True for an outbox that triggers of parents write keys to: its rows' keys are those of table `number`, its first column their id.
    pub outbox: bool,
}

/// Everything that is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// The tables.
    pub tables: Vec<Watched>,
    /// True when the server tells names apart by case.
    pub case_matters: bool,
}

impl Watch {
    /// The table of that name.
    pub fn find(&self, database: &str, table: &str) -> Option<usize> {
        self.tables
            .iter()
            .position(|one| self.same(&one.database, database) && self.same(&one.table, table))
    }

    fn same(&self, one: &str, other: &str) -> bool {
        if self.case_matters {
            one == other
        } else {
            one.to_lowercase() == other.to_lowercase()
        }
    }

    /// Numbers of the mapped tables that a statement may be about: those whose names stand anywhere in it.
    pub fn mentioned(&self, database: &str, statement: &str) -> Vec<u32> {
        let names = names(statement);
        let here = database.to_lowercase();
        let about = |one: &&Watched| {
            let own = one.database.to_lowercase();
            (here == own || names.contains(&own)) && names.contains(&one.table.to_lowercase())
        };
        let tables = self.tables.iter().filter(|one| !one.outbox);
        tables.filter(about).map(|one| one.number).collect()
    }

    /// Numbers of all tables whose database stands in the statement.
    pub fn of_databases(&self, statement: &str) -> Vec<u32> {
        let names = names(statement);
        let tables = self.tables.iter().filter(|one| !one.outbox);
        let named = |one: &&Watched| names.contains(&one.database.to_lowercase());
        tables.filter(named).map(|one| one.number).collect()
    }

    /// Numbers of all tables.
    pub fn all(&self) -> Vec<u32> {
        let tables = self.tables.iter().filter(|one| !one.outbox);
        tables.map(|one| one.number).collect()
    }
}

/// Everything in a statement that could be a name, in lower case: words, and what is quoted.
fn names(statement: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut word = String::new();
    let mut quote = None;
    for c in statement.to_lowercase().chars().chain([' ']) {
        let goes_on = match quote {
            Some(end) => c != end,
            None => c.is_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii(),
        };
        if goes_on {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            names.insert(std::mem::take(&mut word));
        }
        quote = match (quote, c) {
            (None, '`' | '"') => Some(c),
            _ => None,
        };
    }
    names
}
