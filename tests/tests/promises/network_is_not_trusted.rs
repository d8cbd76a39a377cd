//! A network that ends, falls silent or breaks in the middle of a result: nothing is taken for an end of the rows, the operator is told once,
//! and the link comes back by itself.

use std::time::Duration;

use anyhow::{Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::condition::until_so;
use tandem_tests::ends::Ends;
use tandem_tests::link::Link;
use tandem_tests::promises;
use tandem_tests::proxy::Proxy;
use tandem_tests::scene::Scene;

promises![faults_during_the_copy, faults_while_live];

/// Longest time until a fault is noticed, until a link has come back.
const SOON: Duration = Duration::from_secs(60);
/// Connections that a link that is away must have tried: it goes on trying.
const RETRIES: u64 = 3;
/// Results that are cut in the middle.
const CUTS: u32 = 3;
/// Rows of one change that makes a big result.
const BIG: u32 = 3_000;

/// A link that gives a silent connection up after 2 s.
fn scene(name: &str) -> Result<Scene> {
    let options = [("read_timeout", "2"), ("connect_timeout", "2")];
    Scene::begin(Link::new(Ends::shared()?, name)?, &options, false)
}

fn faults_during_the_copy() -> Result<()> {
    let mut scene = scene("net_copy")?;
    for _ in 0..CUTS {
        scene.copy_goes_on()?;
        let bytes = 1 + scene.dice.below(150_000);
        scene.proxy.cut_after(bytes);
        until_so("the result is cut", SOON, || Ok(!scene.proxy.cut_pending()))?;
    }
    ensure!(
        !scene.is_copied()?,
        "the copy was over before the network fell silent"
    );
    away_and_back(&scene, Proxy::stall)?;
    scene.copy_goes_on()?;
    ensure!(
        !scene.is_copied()?,
        "the copy was over before the network was cut"
    );
    away_and_back(&scene, Proxy::cut)?;
    scene.hurry();
    scene.end()
}

fn faults_while_live() -> Result<()> {
    let mut scene = scene("net_live")?;
    scene.hurry();
    scene.link.wait()?;
    for fault in [Proxy::cut, Proxy::stall] {
        away_and_back(&scene, fault)?;
        scene.nothing_is_lost()?;
    }
    for _ in 0..CUTS {
        // Rows of the ballast, all at once: their result does not fit into one piece of the network.
        let bytes = 1 + scene.dice.below(300_000);
        scene.proxy.cut_after(bytes);
        big_change(&scene.link)?;
        until_so("the result is cut", SOON, || Ok(!scene.proxy.cut_pending()))?;
        scene.nothing_is_lost()?;
    }
    scene.proxy.drop_connections();
    scene.load.goes_on(20)?;
    scene.end()
}

fn big_change(link: &Link) -> Result<()> {
    let sql = format!(
        "UPDATE ballast SET pad = REVERSE(CONCAT(SUBSTR(pad, 2), CHAR(97 + id % 26))) ORDER BY id LIMIT {BIG}"
    );
    let mut legacy = link.legacy()?;
    legacy.query_drop(sql)?;
    ensure!(legacy.affected_rows() > 0, "nothing was changed");
    Ok(())
}

/// The network breaks and heals; the operator is told once that the legacy server is away, and why, and once that it is back.
fn away_and_back(scene: &Scene, fault: fn(&Proxy)) -> Result<()> {
    let link = &scene.link;
    until_so("the link is not away from an earlier fault", SOON, || {
        Ok(link.stat()?.state != "legacy_away")
    })?;
    let told_before = (
        link.event_count("legacy_away")?,
        link.event_count("legacy_back")?,
    );
    let tried_before = scene.proxy.accepted();
    fault(&scene.proxy);
    link.becomes("legacy_away", SOON)?;
    let error = link.stat()?.last_error.unwrap_or_default();
    ensure!(
        !error.is_empty(),
        "the link is away and tandem.stat_link does not say why"
    );
    until_so("the link tries again", SOON, || {
        Ok(scene.proxy.accepted() >= tried_before + RETRIES)
    })?;
    // The application is not held up.
    scene.load.goes_on(20)?;
    let told = link.event_count("legacy_away")?;
    ensure!(
        told == told_before.0 + 1,
        "told {} times that the legacy server is away",
        told - told_before.0
    );
    scene.proxy.heal();
    until_so("the link is back", SOON, || {
        Ok(link.stat()?.state != "legacy_away")
    })?;
    until_so("the operator is told that it is back", SOON, || {
        Ok(link.event_count("legacy_back")? == told_before.1 + 1)
    })?;
    let told = link.event_count("legacy_away")?;
    ensure!(
        told == told_before.0 + 1,
        "told {} times that the legacy server is away",
        told - told_before.0
    );
    Ok(())
}
