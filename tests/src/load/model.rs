//! What writers know.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use postgres::Client;

use crate::link::SCHEMA;
use crate::upgrade_sql::{Row, rows};

/// An item with its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Unique among all items.
    pub tag: String,
    /// Hundredths.
    pub amount: i64,
    /// A text, or NULL.
    pub note: Option<String>,
    /// Bytes, or NULL.
    pub body: Option<Vec<u8>>,
    /// Parts by number.
    pub parts: BTreeMap<i32, String>,
}

/// What one writer has committed.
#[derive(Clone, Debug, Default)]
pub struct Owned {
    /// Items by key.
    pub items: BTreeMap<i64, Item>,
    /// Numbers of its transactions.
    pub transactions: Vec<i64>,
}

/// What all writers have committed, by writer.
#[derive(Clone, Debug)]
pub struct Known(pub Vec<Owned>);

impl Known {
    /// Fails unless the upgrade database has exactly this.
    pub fn is_in(&self, upgrade: &mut Client) -> Result<()> {
        let items = format!(
            "SELECT id, tag, amount, note, encode(body, 'hex') FROM {SCHEMA}.item ORDER BY id"
        );
        compare("item", self.items(), rows(upgrade, &items)?)?;
        let parts = format!("SELECT item, no, what FROM {SCHEMA}.part ORDER BY item, no");
        compare("part", self.parts(), rows(upgrade, &parts)?)?;
        let ledger = format!("SELECT writer, txn FROM {SCHEMA}.ledger ORDER BY writer, txn");
        compare("ledger", self.ledger(), rows(upgrade, &ledger)?)
    }

    fn items(&self) -> Vec<Row> {
        let all: BTreeMap<&i64, &Item> = self.0.iter().flat_map(|owned| &owned.items).collect();
        let row = |(id, item): (&i64, &Item)| {
            let amount = format!("{}.{:02}", item.amount / 100, item.amount % 100);
            let body = item.body.as_ref().map(|body| hex(body));
            vec![
                Some(id.to_string()),
                Some(item.tag.clone()),
                Some(amount),
                item.note.clone(),
                body,
            ]
        };
        all.into_iter().map(row).collect()
    }

    fn parts(&self) -> Vec<Row> {
        let all: BTreeMap<&i64, &Item> = self.0.iter().flat_map(|owned| &owned.items).collect();
        let parts = all.into_iter().flat_map(|(id, item)| {
            item.parts.iter().map(move |(no, what)| {
                vec![
                    Some(id.to_string()),
                    Some(no.to_string()),
                    Some(what.clone()),
                ]
            })
        });
        parts.collect()
    }

    fn ledger(&self) -> Vec<Row> {
        let all = self.0.iter().enumerate().flat_map(|(writer, owned)| {
            owned
                .transactions
                .iter()
                .map(move |txn| vec![Some(writer.to_string()), Some(txn.to_string())])
        });
        all.collect()
    }
}

/// Bytes as PostgreSQL's `encode(.., 'hex')` writes them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn compare(table: &str, known: Vec<Row>, found: Vec<Row>) -> Result<()> {
    if known == found {
        return Ok(());
    }
    let lost: Vec<_> = known
        .iter()
        .filter(|row| !found.contains(row))
        .take(5)
        .collect();
    let strange: Vec<_> = found
        .iter()
        .filter(|row| !known.contains(row))
        .take(5)
        .collect();
    ensure!(
        false,
        "table {table} has {} rows and should have {}; committed and not there: {lost:?}; there and not committed: {strange:?}",
        found.len(),
        known.len()
    );
    Ok(())
}
