//! BIGINT UNSIGNED keys that are safe as `bigint`.
//!
//! Promise: a column becomes `bigint` only when all columns that it is tied to by foreign keys do, and when every one of them that is no child
//! itself is an AUTO_INCREMENT column whose next value is below 2^63: AUTO_INCREMENT is always above the largest value, so no value of the
//! group is beyond `bigint` when the scaffold is made, and none will be in any lifetime. All other BIGINT UNSIGNED columns stay `numeric(20,0)`,
//! which holds them all and is slower.

use crate::mapping::catalog::{LegacyCatalog, LegacyColumn, LegacyTable};
use std::collections::{HashMap, HashSet};

type Place<'a> = (&'a str, &'a str);

/// The columns that become `bigint`.
#[derive(Debug, Default)]
pub(super) struct BigintKeys<'a> {
    places: HashSet<Place<'a>>,
}

impl<'a> BigintKeys<'a> {
    pub(super) fn of(catalog: &'a LegacyCatalog) -> Self {
        let groups = Groups::of(catalog);
        let mut refused = HashSet::new();
        for table in &catalog.tables {
            for column in table.columns.iter().filter(|column| is_wide(column)) {
                let place = (table.name.as_str(), column.name.as_str());
                if !groups.children.contains(&place) && !counts_up(table, column) {
                    refused.insert(groups.leader(place));
                }
            }
        }
        let places = catalog
            .tables
            .iter()
            .flat_map(|table| {
                let wide = table.columns.iter().filter(|column| is_wide(column));
                wide.map(|column| (table.name.as_str(), column.name.as_str()))
            })
            .filter(|place| !refused.contains(&groups.leader(*place)))
            .collect();
        Self { places }
    }

    pub(super) fn has(&self, table: &str, column: &str) -> bool {
        self.places.contains(&(table, column))
    }
}

fn is_wide(column: &LegacyColumn) -> bool {
    column.data_type == "bigint" && column.unsigned()
}

fn counts_up(table: &LegacyTable, column: &LegacyColumn) -> bool {
    column.auto_increment() && table.auto_increment.unwrap_or(1) <= i64::MAX as u64
}

/// Columns tied together by foreign keys.
struct Groups<'a> {
    parent: HashMap<Place<'a>, Place<'a>>,
    children: HashSet<Place<'a>>,
}

impl<'a> Groups<'a> {
    fn of(catalog: &'a LegacyCatalog) -> Self {
        let mut groups = Self {
            parent: HashMap::new(),
            children: HashSet::new(),
        };
        for table in &catalog.tables {
            for key in &table.foreign_keys {
                if key.parent_database != catalog.database {
                    continue;
                }
                for (child, parent) in key.columns.iter().zip(&key.parent_columns) {
                    let found = catalog
                        .tables
                        .iter()
                        .find(|table| table.name == key.parent_table)
                        .and_then(|parent_table| {
                            let column = parent_table.column(parent)?;
                            Some((parent_table.name.as_str(), column.name.as_str()))
                        });
                    let child = table
                        .column(child)
                        .map(|column| (table.name.as_str(), column.name.as_str()));
                    if let (Some(child), Some(parent)) = (child, found) {
                        groups.tie(child, parent);
                    }
                }
            }
        }
        groups
    }

    fn tie(&mut self, child: Place<'a>, parent: Place<'a>) {
        // A column that refers to itself still needs values of its own.
        if child != parent {
            self.children.insert(child);
        }
        let (child, parent) = (self.leader(child), self.leader(parent));
        if child != parent {
            self.parent.insert(child, parent);
        }
    }

    fn leader(&self, mut place: Place<'a>) -> Place<'a> {
        while let Some(next) = self.parent.get(&place) {
            place = *next;
        }
        place
    }
}
