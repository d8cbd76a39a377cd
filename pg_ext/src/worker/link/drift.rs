//! Before the loop: are the legacy tables still what they were when their rows were copied?
//!
//! Promise: a table whose definition is another is set aside before one of its rows is read by the old one; it comes back by itself when the
//! legacy side is as it was, else by `tandem.refresh`. The other tables go on.

use std::sync::Arc;

use tandem_shared::mapping::catalog::{LegacyCatalog, LegacyTable};
use tandem_shared::mapping::drift::{Change, compare};
use tandem_shared::plan::TablePlan;

use crate::report::Result;
use crate::state::event::{self, Severity};
use crate::state::link::Link;
use crate::state::memory::{self, Aside, Cause, Memory};
use crate::state::table::{Phase, Table};
use crate::worker::plans::Planned;

/// The tables as the loop may have them.
#[derive(Default)]
pub struct Sorted {
    /// Tables that have a plan, set aside or not.
    pub tables: Vec<(Table, Arc<TablePlan>)>,
    /// Numbers of tables whose triggers name a column that is gone: the application's writes fail until the triggers are dropped.
    pub silent: Vec<u32>,
}

/// Compares every table with what is remembered of it. Called in a transaction.
pub fn sort(row: &Link, catalog: &LegacyCatalog, planned: Vec<Planned>) -> Result<Sorted> {
    let mut memories = memory::all(&row.name)?;
    let mut sorted = Sorted::default();
    for Planned { mut table, plan } in planned {
        let look = Look {
            link: &row.name,
            memory: memories.remove(&table.number).unwrap_or_default(),
        };
        let source = &table.map.source;
        let now = catalog.tables.iter().find(|now| now.name == source.table);
        let Some(now) = now else {
            look.missing(&mut table)?;
            continue;
        };
        if source.key.iter().any(|key| now.column(key).is_none()) {
            sorted.silent.push(table.number);
        }
        if look.drift(&mut table, now)? {
            if let Ok(plan) = plan {
                sorted.tables.push((table, plan));
            }
            continue;
        }
        match plan {
            Ok(plan) => {
                look.back(&mut table)?;
                sorted.tables.push((table, plan));
            }
            Err(failure) => {
                let mut message = failure.message;
                if let Some(detail) = failure.detail {
                    message = format!("{message}: {detail}");
                }
                look.aside(&mut table, Cause::Other, &message, failure.hint.as_deref())?;
            }
        }
    }
    Ok(sorted)
}

/// A look at one table.
struct Look<'a> {
    link: &'a str,
    memory: Memory,
}

impl Look<'_> {
    fn missing(&self, table: &mut Table) -> Result<()> {
        let (link, source) = (self.link, table.map.source.table.clone());
        let message = format!("legacy table \"{source}\" does not exist");
        let hint = format!(
            "When it is there again, it is compared and goes on. To leave it out: SELECT tandem.stop('{link}'), tandem.unmap('{link}', '{source}'), tandem.start('{link}')."
        );
        self.aside(table, Cause::Missing, &message, Some(&hint))
    }

    /// True when the definition has changed in a way that the operator has to look at.
    fn drift(&self, table: &mut Table, now: &LegacyTable) -> Result<bool> {
        let Some(before) = &self.memory.definition else {
            memory::set_definition(self.link, table.number, now)?;
            return Ok(false);
        };
        let changes = compare(before, now);
        let list: Vec<String> = changes.iter().map(Change::to_string).collect();
        let (source, list) = (&table.map.source.table, list.join("; "));
        let message = format!("legacy table \"{source}\" has changed: {list}");
        if changes.iter().any(Change::stops) {
            let hint = format!(
                "SELECT tandem.refresh('{}', '{source}') adopts the change, or says what has to be done first.",
                self.link
            );
            self.aside(table, Cause::Drift, &message, Some(&hint))?;
            return Ok(true);
        }
        if !changes.is_empty() {
            memory::set_definition(self.link, table.number, now)?;
            self.again(table, "table_redefined", &message)?;
        }
        Ok(false)
    }

    /// A table that was set aside for what the legacy side was comes back when that is no longer so.
    fn back(&self, table: &mut Table) -> Result<()> {
        let cause = self.memory.cause.filter(|cause| *cause != Cause::Other);
        if table.phase != Phase::Errored || cause.is_none() {
            return Ok(());
        }
        let source = &table.map.source.table;
        let message = match cause {
            Some(Cause::Unreadable) => format!("legacy table \"{source}\" can be read again"),
            _ => format!("legacy table \"{source}\" is as it was"),
        };
        table.phase = Phase::Live;
        self.again(table, "table_back", &message)
    }

    /// Has a table compared that was in step.
    fn again(&self, table: &mut Table, code: &str, message: &str) -> Result<()> {
        if matches!(table.phase, Phase::Live | Phase::Backfill) {
            table.phase = Phase::Init;
        }
        let hint = "The table is compared with the legacy server and mended.";
        let source = Some(table.map.source.table.as_str());
        event::write(self.link, Severity::Info, code, source, message, Some(hint))
    }

    /// Sets a table aside, and says so if it is news.
    fn aside(
        &self,
        table: &mut Table,
        cause: Cause,
        message: &str,
        hint: Option<&str>,
    ) -> Result<()> {
        table.phase = Phase::Errored;
        let said =
            self.memory.cause == Some(cause) && self.memory.error.as_deref() == Some(message);
        let aside = Aside {
            cause,
            error: message,
            hint,
        };
        let refreshed = Some(self.memory.refreshed);
        if !memory::set_errored(self.link, table.number, &aside, refreshed)? {
            return Ok(());
        }
        if said {
            return Ok(());
        }
        pgrx::log!("link \"{}\": {message}", self.link);
        let source = Some(table.map.source.table.as_str());
        let code = match cause {
            Cause::Drift => "table_changed",
            Cause::Missing => "table_missing",
            Cause::Unreadable | Cause::Other => "table_errored",
        };
        event::write(self.link, Severity::Error, code, source, message, hint)
    }
}
