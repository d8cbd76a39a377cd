//! Getting the servers, building both ends, starting the pair.
//!
//! Promises: says what takes long; takes MariaDB when MySQL cannot be had and nobody asked for it by name. Called by the story.

use anyhow::{Context, Result};

use super::DemoOptions;
use super::abandon::Abandon;
use super::clock::go_on;
use super::place::Place;
use super::screen::Screen;
use crate::build::Artifacts;
use crate::servers::{LegacyEngine, Pair, PairOptions, Root};

/// Legacy servers to try when none is named.
const PREFERRED: [LegacyEngine; 3] = [
    LegacyEngine::Mysql97,
    LegacyEngine::MariaDb1011,
    LegacyEngine::MariaDb118,
];

/// Brings up the pair in `place`.
pub fn bring_up(screen: &Screen, options: &DemoOptions, place: &Place) -> Result<Pair> {
    let abandon = Abandon::on_interrupt();
    let legacy = match options.legacy {
        Some(engine) => {
            Root::legacy(engine)?;
            engine
        }
        None => first_to_be_had(screen)?,
    };
    Root::upgrade(options.upgrade)?;
    go_on()?;
    screen.say("building the plugin and the extension; the first time this takes some minutes, later a moment");
    let artifacts = Artifacts::build(options.upgrade)?;
    go_on()?;
    let wanted = PairOptions {
        legacy,
        upgrade: options.upgrade,
        ..PairOptions::default()
    };
    let pair = Pair::up(place.dir(), &wanted, |legacy, upgrade| {
        go_on()?;
        artifacts.install(legacy, upgrade)
    })?;
    drop(abandon);
    go_on()?;
    Ok(pair)
}

fn first_to_be_had(screen: &Screen) -> Result<LegacyEngine> {
    let mut refused = None;
    for engine in PREFERRED {
        if let Some(error) = &refused {
            screen.say(&format!("{error:#}\nso the legacy server will be {engine}"));
        }
        match Root::legacy(engine) {
            Ok(_) => return Ok(engine),
            Err(error) => refused = Some(error),
        }
        go_on()?;
    }
    Err(refused.unwrap_or_else(|| anyhow::anyhow!("no legacy server is known")))
        .context("no legacy server could be had")
}
