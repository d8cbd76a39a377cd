//! Before the loop: both catalogues read, every table compiled, outboxes and triggers in place.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use tandem_shared::mapping::catalog::LegacyCatalog;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::cascade::cascade_triggers;

use super::Worker;
use super::capture::{self, Reading};
use super::drift::{self, Sorted};
use crate::legacy::generation::{self, Counters, Generation};
use crate::legacy::options::LinkOptions;
use crate::legacy::{catalog, install, task};
use crate::report::Result;
use crate::stat::shm::Doing;
use crate::state::event::{self, Severity};
use crate::state::link::{self, Link};
use crate::state::mapping;
use crate::state::memory::{self, Memory, Seen};
use crate::state::table::{self, Phase, Table};
use crate::upgrade::park;
use crate::upgrade::transaction::transaction;
use crate::worker::plans::compile_all;
use crate::worker::wake::answer;

/// A link that can run.
pub struct Ready {
    /// How to reach the legacy server.
    pub options: LinkOptions,
    /// Tables that have a plan, with their phases.
    pub tables: Vec<(Table, Arc<TablePlan>)>,
    /// What the legacy server showed.
    pub generation: Generation,
    /// The outboxes' counters.
    pub counters: Counters,
    /// Legacy names of all mapped tables.
    pub mapped: BTreeSet<String>,
    /// With capture from the binary log: how it is read.
    pub reading: Option<Reading>,
}

/// Prepares a link; everything is idempotent and retried as a whole.
pub fn prepare(worker: &Worker, row: &Link) -> Result<Ready> {
    worker.shm.set_doing(Doing::Connecting);
    let options = transaction(|| link::options(&row.name, row.owner))?;
    let (database, family) = (options.dbname.clone(), row.family);
    let schema = options.outbox_schema.clone();
    let task = task::run(&options, worker.bell.wake(), move |session| {
        // First: what changes while the catalogue is read shows in the next look.
        let seen = generation::read(session, &database, &schema)?;
        let catalog = catalog::read(&mut session.conn, &database, family)?;
        Ok((seen, catalog))
    })?;
    let ((seen, _), catalog) = answer(&worker.bell, &task)?;
    let all = transaction(|| table::all(&row.name))?;
    let mapped: BTreeSet<String> = all
        .iter()
        .flat_map(|table| table.map.source.tables())
        .cloned()
        .collect();
    let numbers = all.iter().map(|table| table.number).collect();
    let mut sorted = transaction(|| {
        let planned = compile_all(row, &options, &catalog, all)?;
        drift::sort(row, &catalog, planned)
    })?;
    worker.shm.set_doing(Doing::Installing);
    let traits = capture::traits(worker, &options)?;
    let cascades = traits.as_ref().is_none_or(|traits| !traits.logs_cascades);
    let cascades = cascades.then_some(&catalog);
    let installed = install_missing(worker, row, &options, cascades, &sorted, numbers)?;
    let generation = Generation {
        triggers: installed.generation.triggers,
        outboxes: installed.generation.outboxes,
        ..seen
    };
    let generation = generation.of_tables(&mapped);
    let counters = installed.counters;
    let look = |table: &Table| {
        let (triggers, storage) = generation.of_map(table.number, &table.map.source);
        Seen {
            triggers,
            storage,
            counter: counters.get(&format!("o_{}", table.number)).copied(),
        }
    };
    transaction(|| check_mapping(row, installed.mapping.as_ref()))?;
    let tables = &mut sorted.tables;
    let reading = capture::begin(worker, row, &options, traits, &catalog, tables)?;
    transaction(|| begin_copies(row, look, &installed.lacking, &mut sorted))?;
    Ok(Ready {
        options,
        tables: sorted.tables,
        generation,
        counters,
        mapped,
        reading,
    })
}

/// What has been seen to on the legacy server.
struct Installed {
    /// Numbers of the tables that lacked an outbox or a trigger.
    lacking: HashSet<u32>,
    /// A look afterwards.
    generation: Generation,
    /// The outboxes' counters then.
    counters: Counters,
    /// The mapping that the legacy server remembered before, when it was another.
    mapping: Option<(i32, String)>,
}

/// Creates outboxes and triggers that are missing.
fn install_missing(
    worker: &Worker,
    row: &Link,
    options: &LinkOptions,
    cascades: Option<&LegacyCatalog>,
    sorted: &Sorted,
    numbers: Vec<u32>,
) -> Result<Installed> {
    let owner = transaction(|| link::owner(row, options))?;
    let silent = sorted.silent.clone();
    let version = transaction(|| mapping::newest(&row.name))?
        .map(|version| (version.number, version.hash, version.text));
    let plans: Vec<Arc<TablePlan>> = sorted
        .tables
        .iter()
        .map(|(_, plan)| Arc::clone(plan))
        .collect();
    let cascades = cascades.map_or_else(Vec::new, |catalog| {
        cascade_triggers(catalog, &plans, &owner.outbox_schema)
    });
    let capture = options.capture;
    let database = options.dbname.clone();
    let task = task::run(options, worker.bell.wake(), move |session| {
        let wanted = install::Wanted {
            owner: &owner,
            database: &database,
            plans: &plans,
            capture,
            cascades: &cascades,
            numbers: &numbers,
            silent: &silent,
        };
        let lacking = install::install(session, &wanted)?;
        let mapping = match &version {
            Some(version) => install::mapping::keep(session, &owner.outbox_schema, version)?,
            None => None,
        };
        let (generation, counters) = generation::read(session, &database, &owner.outbox_schema)?;
        Ok(Installed {
            lacking,
            generation,
            counters,
            mapping,
        })
    })?;
    answer(&worker.bell, &task)
}

/// Says that the legacy server remembered a mapping that this database has never had.
fn check_mapping(row: &Link, before: Option<&(i32, String)>) -> Result<()> {
    let Some((number, hash)) = before else {
        return Ok(());
    };
    if mapping::knows(&row.name, *number, hash)? {
        return Ok(());
    }
    let message = format!(
        "the legacy server remembered mapping {number} ({hash:.12}), which this database has never had"
    );
    pgrx::log!("link \"{}\": {message}", row.name);
    event::write(
        &row.name,
        Severity::Warning,
        "mapping_differs",
        None,
        &message,
        Some(
            "It remembers this database's mapping now. Make sure that no other database works the link.",
        ),
    )
}

/// Begins the copy of new tables, and the comparison of those that may have changed unseen: a trigger was missing, or the rows were replaced
/// under it.
fn begin_copies(
    row: &Link,
    look: impl Fn(&Table) -> Seen,
    lacking: &HashSet<u32>,
    sorted: &mut Sorted,
) -> Result<()> {
    let memories = memory::all(&row.name)?;
    let nothing = Memory::default();
    for (table, _) in &mut sorted.tables {
        let memory = memories.get(&table.number).unwrap_or(&nothing);
        let seen = look(table);
        let unseen = lacking.contains(&table.number);
        let replaced = replaced(memory, &seen);
        match table.phase {
            Phase::Init => {
                table.merge = !is_empty(table)? || park::any(&row.name, table.number)?;
                if unseen && memory.cause.is_some() {
                    say(row, table, unseen)?;
                }
            }
            Phase::Live | Phase::Backfill if unseen || replaced => {
                table.merge = true;
                say(row, table, unseen)?;
            }
            // Storage that the account could not see before.
            Phase::Live | Phase::Backfill if memory.storage.is_none() => {
                memory::set_seen(&row.name, table.number, &seen)?;
                continue;
            }
            _ => continue,
        }
        table.phase = Phase::Backfill;
        table::begin_backfill(&row.name, table.number, table.merge)?;
        memory::set_seen(&row.name, table.number, &seen)?;
    }
    Ok(())
}

/// True when rows may have changed without a notification since the table was last known to be right.
fn replaced(memory: &Memory, seen: &Seen) -> bool {
    let triggers = memory.triggers.as_ref();
    let storage = memory.storage.as_ref().zip(seen.storage.as_ref());
    let counter = memory.counter.zip(seen.counter);
    triggers.is_some_and(|before| *before != seen.triggers)
        || storage.is_some_and(|(before, now)| before != now)
        || counter.is_some_and(|(before, now)| now < before)
}

fn say(row: &Link, table: &Table, unseen: bool) -> Result<()> {
    let source = &table.map.source.table;
    let (code, message) = if unseen {
        (
            "capture_restored",
            format!("capture of table \"{source}\" was interrupted and has been put back"),
        )
    } else {
        (
            "table_replaced",
            format!(
                "legacy table \"{source}\" was truncated, rebuilt, swapped or restored, which fires no trigger"
            ),
        )
    };
    pgrx::log!("link \"{}\": {message}", row.name);
    event::write(
        &row.name,
        Severity::Warning,
        code,
        Some(source),
        &message,
        Some("The table is compared with the legacy server and mended."),
    )
}

fn is_empty(table: &Table) -> Result<bool> {
    for part in table.map.parts() {
        let target = part.target;
        let name = pgrx::spi::quote_qualified_identifier(&target.schema, &target.table);
        let any = pgrx::Spi::get_one::<bool>(&format!("SELECT EXISTS (SELECT FROM {name})"))?;
        if any.unwrap_or(true) {
            return Ok(false);
        }
    }
    Ok(true)
}
