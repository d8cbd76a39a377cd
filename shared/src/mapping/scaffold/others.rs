//! What does not come over at all, or not as what it was.

use super::draft::{Draft, TableDraft};

impl Draft<'_> {
    /// Notes on tables as a whole, and on everything that is no table.
    pub(super) fn note_others(&mut self, tables: &[TableDraft<'_>]) {
        for table in tables {
            self.note_table(table);
        }
        let catalog = self.catalog;
        for object in &catalog.others {
            let (kind, what) = match object.kind.as_str() {
                "view" => ("view", "the view does not come over".to_owned()),
                "procedure" => ("procedure", "the procedure does not come over".to_owned()),
                "function" => ("function", "the function does not come over".to_owned()),
                "event" => ("event", "the event does not come over".to_owned()),
                "sequence" => ("sequence", "the sequence does not come over".to_owned()),
                "trigger" => (
                    "trigger",
                    format!(
                        "the {} trigger of table \"{}\" does not come over; while the legacy server writes, what it changes arrives like any other change",
                        object.detail.as_deref().unwrap_or("row"),
                        object.table.as_deref().unwrap_or_default()
                    ),
                ),
                _ => continue,
            };
            self.warn(kind, &object.name, what);
        }
    }

    fn note_table(&mut self, table: &TableDraft<'_>) {
        let legacy = table.legacy;
        if legacy.key().is_none() {
            self.warn(
                "no_key",
                &legacy.name,
                "the table has neither a primary key nor a unique index over columns that are NOT NULL; it cannot be kept in step",
            );
        }
        if !legacy.engine.eq_ignore_ascii_case("InnoDB") {
            self.warn(
                "engine",
                &legacy.name,
                format!(
                    "engine {} has no transactions with InnoDB's; convert the table before it is kept in step",
                    legacy.engine
                ),
            );
        }
        if legacy.partitioned {
            self.warn(
                "partitioning",
                &legacy.name,
                "the partitioned table became an ordinary one",
            );
        }
        if legacy.system_versioned {
            self.warn(
                "system_versioning",
                &legacy.name,
                "the history of its rows does not come over, the current rows do",
            );
        }
    }
}
