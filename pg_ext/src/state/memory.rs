//! What Tandem remembers of a legacy table from when its rows were last known to be right, and why a table was set aside.

use std::collections::{BTreeMap, HashMap};

use pgrx::{JsonB, Spi};
use tandem_shared::mapping::catalog::LegacyTable;

use super::table::key;
use crate::report::{Failure, Result};

/// Why a table is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its definition on the legacy side is another.
    Drift,
    /// It is not there on the legacy side.
    Missing,
    /// It could not be read on the legacy side.
    Unreadable,
    /// Anything else: its plan does not compile, or this database refuses it.
    Other,
}

impl Cause {
    const ALL: [Cause; 4] = [Self::Drift, Self::Missing, Self::Unreadable, Self::Other];

    fn word(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::Other => "other",
        }
    }
}

/// What is remembered of one table.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The definition that the plan was made for.
    pub definition: Option<LegacyTable>,
    /// How often the operator has had a change adopted.
    pub refreshed: i32,
    /// The link's triggers on it when its rows were last known to be right.
    pub triggers: Option<String>,
    /// Where it was stored then.
    pub storage: Option<String>,
    /// The id that its outbox gives out next, as of the last look.
    pub counter: Option<u64>,
    /// Why it is set aside.
    pub cause: Option<Cause>,
    /// What was said when it was set aside.
    pub error: Option<String>,
}

/// What is remembered of a link's tables, by their numbers.
pub fn all(link: &str) -> Result<HashMap<u32, Memory>> {
    Spi::connect(|client| {
        let query = "SELECT table_no, definition, legacy_triggers, legacy_storage, cause, error, refreshed, legacy_counter FROM tandem.table_map WHERE link = $1";
        let mut found = HashMap::new();
        for row in client.select(query, None, &[link.into()])? {
            let number = row.get::<i32>(1)?.and_then(|n| u32::try_from(n).ok());
            let cause = row.get::<String>(5)?;
            let memory = Memory {
                definition: row.get::<JsonB>(2)?.map(|json| read(json.0)).transpose()?,
                triggers: row.get::<String>(3)?,
                storage: row.get::<String>(4)?,
                cause: cause.and_then(|word| Cause::ALL.into_iter().find(|c| c.word() == word)),
                error: row.get::<String>(6)?,
                refreshed: row.get::<i32>(7)?.unwrap_or(0),
                counter: row.get::<i64>(8)?.and_then(|id| u64::try_from(id).ok()),
            };
            found.insert(number.unwrap_or(0), memory);
        }
        Ok(found)
    })
}

/// The definition that one table's plan was made for.
pub fn definition(link: &str, number: u32) -> Result<Option<LegacyTable>> {
    let query =
        "SELECT (SELECT definition FROM tandem.table_map WHERE link = $1 AND table_no = $2)";
    let found = Spi::get_one_with_args::<JsonB>(query, &[link.into(), key(number)])?;
    found.map(|json| read(json.0)).transpose()
}

fn read(json: serde_json::Value) -> Result<LegacyTable> {
    serde_json::from_value(json).map_err(|error| {
        Failure::new(
            pgrx::PgSqlErrorCode::ERRCODE_DATA_CORRUPTED,
            format!("tandem.table_map holds a definition that cannot be read: {error}"),
        )
    })
}

/// Remembers a definition: rows are read by it from now on.
pub fn set_definition(link: &str, number: u32, table: &LegacyTable) -> Result<()> {
    let json = JsonB(serde_json::to_value(table).unwrap_or_default());
    Spi::run_with_args(
        "UPDATE tandem.table_map SET definition = $3 WHERE link = $1 AND table_no = $2",
        &[link.into(), key(number), json.into()],
    )?;
    Ok(())
}

/// Remembers the definition that the operator has had adopted: what was found out about the table before does not count any more.
pub fn adopt(link: &str, number: u32, table: &LegacyTable) -> Result<()> {
    set_definition(link, number, table)?;
    Spi::run_with_args(
        "UPDATE tandem.table_map SET refreshed = refreshed + 1 WHERE link = $1 AND table_no = $2",
        &[link.into(), key(number)],
    )?;
    Ok(())
}

/// What a look at a table showed.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The link's triggers on it.
    pub triggers: String,
    /// Where it is stored; `None` when the account may not see that.
    pub storage: Option<String>,
    /// The id that its outbox gives out next.
    pub counter: Option<u64>,
}

/// Remembers what a look showed, before the table's rows are read.
pub fn set_seen(link: &str, number: u32, seen: &Seen) -> Result<()> {
    let counter = seen.counter.and_then(|id| i64::try_from(id).ok());
    Spi::run_with_args(
        "UPDATE tandem.table_map SET legacy_triggers = $3, legacy_storage = $4, legacy_counter = $5 WHERE link = $1 AND table_no = $2",
        &[
            link.into(),
            key(number),
            seen.triggers.as_str().into(),
            seen.storage.clone().into(),
            counter.into(),
        ],
    )?;
    Ok(())
}

/// Remembers the outboxes' counters, by the outboxes' names.
pub fn set_counters(link: &str, counters: &BTreeMap<String, u64>) -> Result<()> {
    let json = JsonB(serde_json::to_value(counters).unwrap_or_default());
    Spi::run_with_args(
        "UPDATE tandem.table_map m SET legacy_counter = c.value::bigint FROM jsonb_each_text($2) c \
         WHERE m.link = $1 AND c.key = 'o_' || m.table_no AND m.legacy_counter IS DISTINCT FROM c.value::bigint",
        &[link.into(), json.into()],
    )?;
    Ok(())
}

/// What a table is set aside for.
#[derive(Debug, Clone, Copy)]
pub struct Aside<'a> {
    /// Why.
    pub cause: Cause,
    /// What happened.
    pub error: &'a str,
    /// What to do.
    pub hint: Option<&'a str>,
}

/// Sets a table aside until the operator has looked, or what it was set aside for has gone. With `refreshed` given, only if nothing has been
/// adopted since that many times; true when it was set aside.
pub fn set_errored(
    link: &str,
    number: u32,
    aside: &Aside<'_>,
    refreshed: Option<i32>,
) -> Result<bool> {
    Spi::connect_mut(|client| {
        let done = client.update(
            "UPDATE tandem.table_map SET phase = 'errored', cause = $3, error = $4, hint = $5 \
             WHERE link = $1 AND table_no = $2 AND refreshed = COALESCE($6, refreshed)",
            None,
            &[
                link.into(),
                key(number),
                aside.cause.word().into(),
                aside.error.into(),
                aside.hint.map(str::to_owned).into(),
                refreshed.into(),
            ],
        )?;
        Ok(!done.is_empty())
    })
}
