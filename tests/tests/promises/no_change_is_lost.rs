//! Whatever is killed, and whenever: every committed change arrives, and no notification stays behind.

use std::time::Duration;

use anyhow::{Result, ensure};
use tandem_tests::condition::{until, until_so};
use tandem_tests::faults::kill9;
use tandem_tests::link::Link;
use tandem_tests::private::{PrivateLegacy, PrivateUpgrade};
use tandem_tests::promises;
use tandem_tests::scene::Scene;

promises![
    mysqld_is_killed_ten_times,
    postgres_is_killed_ten_times,
    link_and_backfill_workers_are_killed,
];

/// Kills of each server; the first ones during the initial copy.
const KILLS: u32 = 10;
const KILLS_OF_THE_COPY: u32 = 3;
/// Longest time until a worker is there, until a server is back.
const SOON: Duration = Duration::from_secs(60);

fn mysqld_is_killed_ten_times() -> Result<()> {
    let legacy = PrivateLegacy::new("killed-legacy")?;
    let mut scene = Scene::begin(Link::new(legacy.ends()?, "kill_mysqld")?, &[], true)?;
    for kill in 0..KILLS {
        before_kill(&mut scene, kill)?;
        legacy.server.kill9()?;
        legacy.server.start()?;
        scene.load.goes_on(10)?;
    }
    scene.end()
}

fn postgres_is_killed_ten_times() -> Result<()> {
    let upgrade = PrivateUpgrade::new("killed-upgrade")?;
    let mut scene = Scene::begin(Link::new(upgrade.ends()?, "kill_postgres")?, &[], true)?;
    for kill in 0..KILLS {
        before_kill(&mut scene, kill)?;
        upgrade.server.kill9()?;
        // Changes go on while nobody reads them.
        scene.load.goes_on(10)?;
        upgrade.server.start()?;
    }
    scene.end()
}

fn link_and_backfill_workers_are_killed() -> Result<()> {
    let upgrade = PrivateUpgrade::new("killed-worker")?;
    let mut scene = Scene::begin(Link::new(upgrade.ends()?, "kill_worker")?, &[], false)?;
    for kind in [
        "tandem backfill worker",
        "tandem link worker",
        "tandem backfill worker",
    ] {
        before_kill(&mut scene, 0)?;
        kill_worker(&scene.link, kind)?;
    }
    for _ in 0..3 {
        before_kill(&mut scene, KILLS_OF_THE_COPY)?;
        kill_worker(&scene.link, "tandem link worker")?;
        scene.load.goes_on(20)?;
    }
    scene.end()
}

/// What has to be so before something is killed for the `kill`th time.
fn before_kill(scene: &mut Scene, kill: u32) -> Result<()> {
    if kill < KILLS_OF_THE_COPY {
        scene.copy_goes_on()?;
        ensure!(!scene.is_copied()?, "the copy was over before kill {kill}");
        return Ok(());
    }
    scene.hurry();
    scene.nothing_is_lost()?;
    let more = 20 + scene.dice.below(60);
    scene.load.goes_on(more)
}

/// Kills a worker of the link. The server then ends every session and comes back by itself.
fn kill_worker(link: &Link, kind: &str) -> Result<()> {
    let pid = until(&format!("there is a {kind}"), SOON, || {
        Ok(link.workers(kind)?.first().copied())
    })?;
    let mut witness = link.upgrade()?;
    kill9(pid)?;
    until_so("the server has noticed", SOON, || {
        Ok(witness.simple_query("").is_err())
    })?;
    until_so("the server is back", SOON, || Ok(link.upgrade().is_ok()))
}
