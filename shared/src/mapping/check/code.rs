//! All codes: the one table that findings, tests and reference pages come from.

use super::severity::Severity::{self, Error, Info, Warning};
use serde::Serialize;

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CodeDoc {
    /// Stable, snake_case.
    pub code: &'static str,
    /// How much a finding of it matters.
    pub severity: Severity,
    /// What is the case, and why it matters.
    pub meaning: &'static str,
    /// What to do; the hint, unless the finding has a better one.
    pub action: &'static str,
}

macro_rules! codes {
    ($($name:ident $code:literal $severity:ident $meaning:literal $action:literal;)*) => {
        /// The codes by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the table says what each means")]
        pub enum Code { $($name,)* }

        /// All codes, in the order of this file.
        pub const CODES: &[CodeDoc] = &[
            $(CodeDoc { code: $code, severity: $severity, meaning: $meaning, action: $action },)*
        ];
    };
}

impl Code {
    /// The code's line of the table.
    pub fn doc(self) -> &'static CodeDoc {
        &CODES[self as usize]
    }
}

codes! {
    // The server.
    ServerTooOld "server_too_old" Error
        "The legacy server is older than MySQL 8.0.16 or MariaDB 10.6; its catalogue lacks what Tandem reads."
        "Upgrade the legacy server first.";
    ServerReadOnly "server_read_only" Error
        "The legacy server refuses all writes of the link's account, so nothing can be installed or acknowledged there."
        "Link to the primary server, or set read_only and super_read_only off.";
    ServerBlocksWrites "server_blocks_writes" Warning
        "The legacy server is read-only for applications. A row-based replica runs no triggers: changes that replication brings are not captured there."
        "Link to the primary server, unless writes are blocked on purpose for a short time.";
    BinlogStatement "binlog_statement" Warning
        "With binlog_format=STATEMENT each write that fires a trigger with an outbox is logged as unsafe, and under READ COMMITTED InnoDB refuses to write."
        "Set binlog_format to ROW or MIXED.";
    IsolationWeak "isolation_weak" Warning
        "Sessions start with READ UNCOMMITTED: applications may store what they read from transactions that never commit. Tandem brings over what was stored."
        "Set transaction_isolation to READ-COMMITTED or REPEATABLE-READ.";
    AutoincLockTraditional "autoinc_lock_traditional" Warning
        "With innodb_autoinc_lock_mode=0 every statement holds a table lock on the outboxes it writes until it ends: writers of one table wait for each other."
        "Set innodb_autoinc_lock_mode to 1 or 2 and restart the legacy server.";
    BinlogOff "binlog_off" Error
        "Capture from the binary log is wanted, and the legacy server writes none."
        "Set log_bin and restart the legacy server, or set option capture to triggers.";
    BinlogNotRow "binlog_not_row" Error
        "Capture from the binary log needs the keys of changed rows; statements do not name them."
        "Set binlog_format to ROW; sessions that are open keep theirs until they connect again.";
    BinlogUnordered "binlog_unordered" Error
        "With binlog_order_commits off nothing tells when a logged transaction is visible, so a change could be read too early and never again."
        "Set binlog_order_commits on, or set option capture to triggers.";
    BinlogImagePartial "binlog_image_partial" Error
        "Row images leave out what is not of the primary key, and the table is mapped by another key: its changes would not name it."
        "Set binlog_row_image to FULL, or give the table a primary key over the mapped key.";
    BinlogJoined "binlog_joined" Error
        "A table is mapped with joins: changes of the joined tables are notified by triggers, and the binary log does not say which rows they reach."
        "Set option capture to triggers, or leave the table out.";
    BinlogReverse "binlog_reverse" Error
        "A table has route reverse: rows that were changed on both sides are found by its outbox, which a link that reads the binary log has not."
        "Set option capture to triggers, or give the table another route with tandem.route.";
    BinlogExpiresSoon "binlog_expires_soon" Warning
        "Binary logs are purged within a day. When a link could not read for longer, all of its tables have to be compared."
        "Set binlog_expire_logs_seconds to some days.";
    BinlogPurged "binlog_purged" Warning
        "The binary log in which reading would go on has been purged: changes are lost to capture, and all tables are compared when the link starts."
        "Start the link: it compares all tables. Keep binary logs longer than a link may be stopped.";
    PrimaryKeyRequired "primary_key_required" Info
        "The server refuses tables without a primary key. Tandem's own tables have one."
        "Nothing to do.";
    NamesFolded "names_folded" Info
        "The server does not tell names apart by case; the mapping has to spell names as the catalogue prints them."
        "Nothing to do for a mapping made by tandem.scaffold.";
    PluginMissing "plugin_missing" Warning
        "The plugin is not loaded, so nothing rings when a transaction commits. The link looks for changes at intervals instead."
        "Copy tandem.so into plugin_dir and run INSTALL PLUGIN tandem SONAME 'tandem.so' on the legacy server.";
    TriggerCreationRefused "trigger_creation_refused" Error
        "The binary log is on and the link's account may not create triggers (error 1419)."
        "Run SET PERSIST log_bin_trust_function_creators = ON (on MariaDB SET GLOBAL, and in the configuration file), or grant SUPER.";
    PrivilegeMissing "privilege_missing" Error
        "The link's account lacks privileges on the legacy server."
        "Grant them.";
    ReplacedRowsUnseen "replaced_rows_unseen" Warning
        "TRUNCATE, and partitions that are dropped, truncated or exchanged, fire no trigger. They show in where InnoDB keeps a table, which the link's account may not see."
        "Grant PROCESS, or run tandem.resync for a table after such a statement.";
    LockTablesMissing "lock_tables_missing" Warning
        "On MariaDB a statement that an application has prepared can fail with error 1146 after triggers have come, until it is prepared again, unless the tables are locked for the moment in which they come; and no trigger is created while any XA branch is prepared, since only the lock tells which tables it has changed. The link's account may not lock them."
        "Grant LOCK TABLES on the legacy database, or start the link while no application is connected and no XA branch is prepared.";
    TargetEncoding "target_encoding" Error
        "The upgrade database is not in UTF8, so it cannot hold every text of the legacy database."
        "Create the upgrade database with ENCODING 'UTF8'.";

    // Which tables are mapped.
    TableUnmapped "table_unmapped" Warning
        "A legacy table is neither mapped nor left out on purpose; its rows stay behind."
        "Map the table, or leave it out with tandem.unmap.";
    LegacyTableMissing "legacy_table_missing" Error
        "The mapping names a legacy table that does not exist, or that the link's account may not see."
        "Correct the name, grant SELECT on the table, or take the map out with tandem.unmap.";
    SourceMappedTwice "source_mapped_twice" Error
        "Two maps have the same legacy table as their source."
        "Keep one of them.";
    TargetMappedTwice "target_mapped_twice" Error
        "Two maps write to the same upgrade table and would undo each other's work."
        "Give each legacy table an upgrade table of its own.";

    // Legacy tables.
    TableWithoutKey "table_without_key" Error
        "Nothing identifies the rows of a mapped legacy table, so a change cannot be told to the other side."
        "Add a primary key, or leave the table out with tandem.unmap.";
    EngineNotTransactional "engine_not_transactional" Error
        "The table's engine has no transactions with InnoDB's: a row and its notification would not commit together."
        "Convert the table with ALTER TABLE ... ENGINE=InnoDB, or leave it out with tandem.unmap.";
    CascadeNotified "cascade_notified" Info
        "A foreign key changes rows of the child by itself, and no trigger of the child fires for that (unless MySQL runs with enable_cascade_triggers). A trigger on the parent notifies them."
        "Nothing to do.";
    CascadeFromElsewhere "cascade_from_elsewhere" Warning
        "A foreign key to a table of another database changes rows of a mapped child by itself, and nothing of Tandem's is on that parent."
        "Compare the child with tandem.verify after the parent has changed; tandem.resync mends it.";
    TriggersOfApplication "triggers_of_application" Info
        "The table has triggers of the application. What they write to mapped tables is captured there like any other write."
        "Nothing to do.";
    HistoryStays "history_stays" Info
        "The table keeps the history of its rows; current rows are kept in step, history is not."
        "Keep the legacy table for as long as its history is needed.";

    // Columns.
    LegacyColumnMissing "legacy_column_missing" Error
        "The mapping names a column that the legacy table does not have."
        "Run tandem.refresh for the table, which says what has changed and follows, or correct the mapping.";
    ColumnUnmapped "column_unmapped" Warning
        "A legacy column is not mapped; its values stay behind."
        "Run tandem.refresh for the table if the column is new; else map it if its values are needed.";
    ColumnMappedTwice "column_mapped_twice" Error
        "Two column maps write to the same upgrade column."
        "Keep one of them.";
    TargetColumnMissing "target_column_missing" Error
        "The mapping names a column that the upgrade table does not have."
        "Add the column, or correct the mapping.";
    TargetColumnGenerated "target_column_generated" Error
        "The mapping writes to a column that PostgreSQL computes."
        "Take the column out of the mapping, or make it an ordinary one with ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION.";
    TypesDoNotMeet "types_do_not_meet" Error
        "Values of the legacy column cannot be written to the type of the upgrade column."
        "Change the type of the upgrade column; where the legacy type has changed, tandem.refresh does it or says how.";
    NullRefused "null_refused" Warning
        "The legacy column may be NULL and the upgrade column may not: a row with NULL would be parked."
        "Drop NOT NULL on the upgrade column, or make the legacy column NOT NULL.";
    TargetColumnUnfilled "target_column_unfilled" Error
        "An upgrade column is NOT NULL, is not mapped and has no default: no row could be inserted."
        "Map the column, give it a default, or drop NOT NULL.";

    TargetColumnUnmapped "target_column_unmapped" Info
        "Nothing fills a column of an upgrade table that a map of its own design writes to: it keeps its default."
        "Nothing to do if it is the upgraded application's own.";

    // Maps that are more than one to one.
    MapInvalid "map_invalid" Error
        "The parts of a table map do not fit together."
        "Correct the map.";
    JoinTableMissing "join_table_missing" Error
        "A map joins a legacy table that does not exist, or that the link's account may not see."
        "Correct the name, or grant SELECT on the table.";
    JoinNotUnique "join_not_unique" Error
        "A row may find several rows of a joined table, so what it becomes would be chance."
        "Join by the columns of a primary key or a unique index of the joined table.";
    TargetKeyNotDerived "target_key_not_derived" Error
        "No unique index of the target consists of columns that come from the legacy key alone, so rows could not be found again when the legacy row has gone."
        "Give the target a primary key whose columns are mapped from the key of the legacy table.";
    ReferenceUnmapped "reference_unmapped" Error
        "A column refers to the key of a legacy table that has no map, or whose map does not say which upgrade column its keys are."
        "Map that table; with keys that are handed out here, its key column is a reference to itself.";
    KeysUnused "keys_unused" Error
        "A map says how keys are handed out, and none of its columns takes one."
        "Map the key column as a reference to the table itself.";
    KeysCollide "keys_collide" Error
        "Two maps, of this link or of two links, may give the same key of one upgrade table to different rows."
        "Give them ranges that do not overlap, different places in one interleaving, a crosswalk each, or different constants in the key.";
    ReferenceByCopy "reference_by_copy" Error
        "A foreign key column is copied while the keys of its parent are handed out anew, so it would point to the wrong row."
        "Map the column as a reference to the parent's legacy table.";
    ExpressionInvalid "expression_invalid" Error
        "PostgreSQL does not accept an expression of the map."
        "Correct the expression; columns are named as the legacy database names them, joined tables by the names that the map gives them.";
    ValueOutsideDomain "value_outside_domain" Warning
        "The legacy table holds values that the map has no place for: their rows will be parked."
        "Widen the map or the upgrade column, or mend the legacy rows.";
    ColumnOneWay "column_one_way" Warning
        "Writes on the upgrade side are to go back, and a column of the map has no way back that is proved."
        "Declare the way back, or set the table's route to local.";
    MappingDiffers "mapping_differs" Warning
        "The legacy server remembers another mapping of this link than this database: one of them was restored, or another database worked the link."
        "Make sure that no other database works the link; the next start writes this mapping there.";

    // Keys.
    LegacyKeyNotUnique "legacy_key_not_unique" Error
        "The mapping's key is not the columns of a unique index over NOT NULL columns of the legacy table."
        "Use the primary key, or add a unique index over these columns.";
    KeyNotMapped "key_not_mapped" Error
        "A column of the mapping's key has no column map, so the upgrade row could not be found again."
        "Map all columns of the key.";
    TargetKeyNotUnique "target_key_not_unique" Error
        "The upgrade table has no unique index on exactly the columns of the mapping's key (valid, not partial, not deferrable)."
        "Add a primary key or a unique index over these columns.";
    KeyCollationLoose "key_collation_loose" Info
        "The key's collation takes texts for equal that PostgreSQL tells apart. A row whose key changes only so is a row that went and one that came."
        "Nothing to do, unless upgraded applications look up keys in another spelling.";
    TargetUniqueStricter "target_unique_stricter" Warning
        "A unique index of the upgrade table forbids rows that the legacy table allows: such a row would be parked."
        "Drop the index, or add the same to the legacy table.";

    // Upgrade tables.
    TargetTableMissing "target_table_missing" Error
        "The mapping names an upgrade table that does not exist."
        "Create the table, or correct the mapping.";
    TargetNotATable "target_not_a_table" Error
        "The mapping writes to something that is no table."
        "Map to the table behind it.";
    TargetNotEmpty "target_not_empty" Warning
        "The upgrade table holds rows. They are compared with the legacy rows and mended; rows that the legacy table does not have are deleted."
        "Empty the table first if its rows are not meant to be compared.";
    TargetRowSecurity "target_row_security" Warning
        "Row security is on for the upgrade table: an account that it applies to would see and change only some of its rows."
        "Let the owner of the link have BYPASSRLS.";
    TargetTriggerFires "target_trigger_fires" Warning
        "A trigger of the upgrade table is ENABLE ALWAYS or ENABLE REPLICA and fires for rows that Tandem writes."
        "Make sure that it does not change rows that are kept in step, or run ALTER TABLE ... ENABLE TRIGGER for it.";
    TargetParentUnmapped "target_parent_unmapped" Warning
        "A foreign key of the upgrade table points to a table that this mapping does not fill. Foreign keys are not checked while Tandem writes."
        "Make sure that the parent has the rows, or drop the foreign key until the switch.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_snake_case() {
        let mut seen = HashSet::new();
        for doc in CODES {
            assert!(seen.insert(doc.code), "{}", doc.code);
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(doc.code.chars().all(plain), "{}", doc.code);
            assert!(
                doc.meaning.ends_with('.') && doc.action.ends_with('.'),
                "{}",
                doc.code
            );
        }
    }

    #[test]
    fn a_name_finds_its_line() {
        assert_eq!(Code::ServerTooOld.doc().code, "server_too_old");
        assert_eq!(
            Code::TargetParentUnmapped.doc().code,
            "target_parent_unmapped"
        );
    }
}
