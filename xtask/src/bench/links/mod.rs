//! Scenario `links`: many links of one legacy server into one upgrade database.
//!
//! Cases: `backlog`, the same number of changes for one link alone and for 16 links together (contender `tandem` is the one
//! alone); and `idle`, what 64 links cost that have nothing to do, beside no link at all. Links have a legacy database and a schema
//! each.

mod crowd;
mod idle;

use anyhow::Result;

use super::SMALL_ROWS;
use super::Size;
use super::backlog::Backlog;
use super::contest::{TANDEM, hold};
use super::followed::{Address, Followed};
use super::report::Found;
use super::stage::Stage;
use crowd::Crowd;

/// The upgrade database of all links.
const DATABASE: &str = "bench_links";
/// Links that share the work, and links that have nothing to do.
const LINKS: (u64, u64) = (16, 64);
/// The same for a small form.
const FEW: (u64, u64) = (3, 4);

/// Measures; the size is the changes of a backlog.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    let (small, time_ms) = (size.rows < SMALL_ROWS, 20_000);
    let (busy, idle) = if small { FEW } else { LINKS };
    stage.upgrade_database(DATABASE)?;
    eprintln!("making {} links", busy + 1);
    let mut one = Crowd::new(TANDEM, vec![follow(stage, "one", size.rows)?]);
    let mut many = Vec::new();
    for number in 1..=busy {
        many.push(follow(stage, &format!("of_{number}"), size.rows / busy)?);
    }
    let mut many = Crowd::new(format!("tandem, {busy} links"), many);
    let mut found = hold(
        stage,
        "backlog",
        size.rounds,
        vec![Box::new(&mut one), Box::new(&mut many)],
    )?;
    eprintln!("making {} more links", idle - busy - 1);
    let mut sleepers = Crowd::new("the others", Vec::new());
    for number in busy + 2..=idle {
        sleepers.add(follow(stage, &format!("of_{number}"), 300)?);
    }
    let crowds = [&one, &many, &sleepers];
    let time_ms = if small { 500 } else { time_ms };
    found.add(hold(
        stage,
        "idle",
        size.rounds,
        vec![
            Box::new(idle::Idle::with(idle, &crowds, time_ms)),
            Box::new(idle::Idle::without(&crowds, time_ms)),
        ],
    )?);
    for crowd in [one, many, sleepers] {
        crowd.remove(stage)?;
    }
    stage.drop_upgrade_database(DATABASE)?;
    Ok(found)
}

fn follow(stage: &Stage, name: &str, changes: u64) -> Result<Followed> {
    let address = Address {
        name: format!("bench_{name}"),
        database: DATABASE.to_string(),
        schema: name.to_string(),
        capture: "triggers",
    };
    Followed::begin(stage, address, Backlog::of(changes))
}
