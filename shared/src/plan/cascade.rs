//! Foreign-key cascades: rows that the legacy server changes without firing their triggers.
//!
//! A cascade changes children inside the server, where no trigger of theirs sees it (always on MariaDB; on MySQL unless
//! `enable_cascade_triggers` is on). So the parent's own BEFORE trigger notifies the keys of every row that a cascade will reach, through
//! any number of tables. Notifying a row that is not changed after all is harmless.
//!
//! Promise: every mapped table that a cascade can reach from a table is named for that table, with the path of foreign keys that leads there.
//! Pure: reads the legacy catalogue, asks no server.

use crate::mapping::catalog::{LegacyCatalog, LegacyForeignKey, LegacyTable};

/// InnoDB follows a cascade through at most this many foreign keys.
const DEPTH: usize = 15;
/// Paths kept for one table; more come only from several cycles that cross each other.
const PATHS: usize = 200;

/// What happens to a table's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// They are deleted.
    Delete,
    /// Their referenced columns change.
    Update,
}

/// One step: a foreign key from a child table to the table before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<'a> {
    /// The child.
    pub table: &'a LegacyTable,
    /// Its foreign key.
    pub key: &'a LegacyForeignKey,
    /// True when the child's columns take the parent's new values (ON UPDATE CASCADE).
    pub follows: bool,
}

/// A way that a cascade takes; its last step names the rows it reaches.
pub type Path<'a> = Vec<Step<'a>>;

/// All ways that a change of `table`'s rows takes.
pub fn paths<'a>(
    catalog: &'a LegacyCatalog,
    table: &'a LegacyTable,
    cause: Cause,
) -> Vec<Path<'a>> {
    let mut walk = Walk {
        catalog,
        found: Vec::new(),
        path: Vec::new(),
    };
    let all: Vec<String> = table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    walk.from(table, cause, &all);
    walk.found
}

struct Walk<'a> {
    catalog: &'a LegacyCatalog,
    found: Vec<Path<'a>>,
    path: Path<'a>,
}

impl<'a> Walk<'a> {
    /// Follows what happens to `table`: deleted rows, or rows whose `changed` columns change.
    fn from(&mut self, table: &'a LegacyTable, cause: Cause, changed: &[String]) {
        if self.path.len() == DEPTH {
            return;
        }
        for child in &self.catalog.tables {
            for key in &child.foreign_keys {
                if is_parent(self.catalog, table, key) && self.found.len() < PATHS {
                    self.step(child, key, cause, changed);
                }
            }
        }
    }

    fn step(
        &mut self,
        child: &'a LegacyTable,
        key: &'a LegacyForeignKey,
        cause: Cause,
        changed: &[String],
    ) {
        let action = match cause {
            Cause::Delete => key.on_delete.as_str(),
            Cause::Update => {
                if !key
                    .parent_columns
                    .iter()
                    .any(|name| contains(changed, name))
                {
                    return;
                }
                key.on_update.as_str()
            }
        };
        if !matches!(action, "CASCADE" | "SET NULL" | "SET DEFAULT") {
            return;
        }
        let follows = cause == Cause::Update && action == "CASCADE";
        self.path.push(Step {
            table: child,
            key,
            follows,
        });
        self.found.push(self.path.clone());
        if cause == Cause::Delete && action == "CASCADE" {
            self.from(child, Cause::Delete, &[]);
        } else {
            self.from(child, Cause::Update, &key.columns);
        }
        self.path.pop();
    }
}

fn is_parent(catalog: &LegacyCatalog, table: &LegacyTable, key: &LegacyForeignKey) -> bool {
    key.parent_table.eq_ignore_ascii_case(&table.name)
        && key.parent_database.eq_ignore_ascii_case(&catalog.database)
}

fn contains(names: &[String], name: &str) -> bool {
    names
        .iter()
        .any(|candidate| candidate.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::catalog::LegacyColumn;

    fn table(name: &str, keys: &[(&str, &str, &str, &str)]) -> LegacyTable {
        let column = |name: &str| LegacyColumn {
            name: name.to_owned(),
            ..LegacyColumn::default()
        };
        LegacyTable {
            name: name.to_owned(),
            columns: vec![column("id"), column("up")],
            foreign_keys: keys
                .iter()
                .map(
                    |&(parent, parent_column, on_delete, on_update)| LegacyForeignKey {
                        name: format!("{name}_{parent}"),
                        columns: vec!["up".to_owned()],
                        parent_database: "db".to_owned(),
                        parent_table: parent.to_owned(),
                        parent_columns: vec![parent_column.to_owned()],
                        on_delete: on_delete.to_owned(),
                        on_update: on_update.to_owned(),
                    },
                )
                .collect(),
            ..LegacyTable::default()
        }
    }

    fn reached(tables: Vec<LegacyTable>, from: &str, cause: Cause) -> Vec<String> {
        let catalog = LegacyCatalog {
            database: "db".to_owned(),
            tables,
            others: Vec::new(),
        };
        let from = catalog
            .tables
            .iter()
            .find(|table| table.name == from)
            .expect("a table");
        let names = |path: &Path<'_>| {
            path.iter()
                .map(|step| step.table.name.as_str())
                .collect::<Vec<_>>()
                .join(">")
        };
        paths(&catalog, from, cause).iter().map(names).collect()
    }

    #[test]
    fn a_delete_reaches_grandchildren_and_stops_where_nothing_cascades() {
        let tables = || {
            vec![
                table("a", &[]),
                table("b", &[("a", "id", "CASCADE", "RESTRICT")]),
                table("c", &[("b", "id", "SET NULL", "RESTRICT")]),
                table("d", &[("c", "id", "CASCADE", "RESTRICT")]),
                table("e", &[("a", "id", "RESTRICT", "CASCADE")]),
            ]
        };
        assert_eq!(reached(tables(), "a", Cause::Delete), ["b", "b>c"]);
        assert_eq!(reached(tables(), "a", Cause::Update), ["e"]);
        assert_eq!(reached(tables(), "e", Cause::Delete), Vec::<String>::new());
    }

    #[test]
    fn a_column_set_to_null_goes_on_where_it_is_referenced() {
        let tables = vec![
            table("a", &[]),
            table("b", &[("a", "id", "SET NULL", "RESTRICT")]),
            table("c", &[("b", "up", "RESTRICT", "CASCADE")]),
        ];
        assert_eq!(reached(tables, "a", Cause::Delete), ["b", "b>c"]);
    }

    #[test]
    fn a_table_that_references_itself_is_followed_as_deep_as_the_server_goes() {
        let found = reached(
            vec![table("a", &[("a", "id", "CASCADE", "CASCADE")])],
            "a",
            Cause::Delete,
        );
        assert_eq!(found.len(), DEPTH);
        assert_eq!(found[1], "a>a");
    }
}
