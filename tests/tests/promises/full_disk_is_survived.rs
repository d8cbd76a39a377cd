//! A full disk on the upgrade server, during the copy and while live: the link says so, tries again, and everything is equal when there is space.

use std::time::Duration;

use anyhow::{Result, ensure};
use tandem_tests::condition::until_so;
use tandem_tests::disk::Disk;
use tandem_tests::link::Link;
use tandem_tests::private::PrivateUpgrade;
use tandem_tests::promises;
use tandem_tests::scene::Scene;

promises![
    the_disk_fills_up_during_the_copy,
    the_disk_fills_up_while_live,
];

/// Size of the file system that has the upgrade database.
const DISK_MIB: u32 = 80;
/// What is left when the disk is full: some pages, so that the failure comes in the middle of something.
const LEFT_BYTES: u64 = 128 * 1024;
/// Longest time until a full disk is noticed, until it is over.
const SOON: Duration = Duration::from_secs(60);

fn the_disk_fills_up_during_the_copy() -> Result<()> {
    on_a_small_disk("disk_copy", |scene, disk| {
        scene.copy_goes_on()?;
        ensure!(
            !scene.is_copied()?,
            "the copy was over before the disk was full"
        );
        full_and_back(scene, disk)?;
        scene.copy_goes_on()?;
        scene.hurry();
        scene.nothing_is_lost()
    })
}

fn the_disk_fills_up_while_live() -> Result<()> {
    on_a_small_disk("disk_live", |scene, disk| {
        scene.hurry();
        scene.nothing_is_lost()?;
        full_and_back(scene, disk)?;
        scene.nothing_is_lost()
    })
}

fn on_a_small_disk(name: &'static str, body: fn(&mut Scene, &Disk) -> Result<()>) -> Result<()> {
    // What is mounted is mounted for one thread and what it starts.
    let thread = std::thread::spawn(move || {
        let upgrade = PrivateUpgrade::prepared(name)?;
        let dir = upgrade.folder("disk");
        let disk = Disk::new(&dir, DISK_MIB)?;
        upgrade.server.start()?;
        upgrade.make_tablespace("small", &dir)?;
        let link = Link::in_tablespace(upgrade.ends()?, name, "small")?;
        let mut scene = Scene::begin(link, &[], false)?;
        body(&mut scene, &disk)?;
        scene.end()
    });
    thread
        .join()
        .map_err(|_| anyhow::anyhow!("the test panicked"))?
}

/// The disk fills up, the link notices, the application goes on; then there is space again.
fn full_and_back(scene: &Scene, disk: &Disk) -> Result<()> {
    disk.fill_but(LEFT_BYTES)?;
    grow(&scene.link)?;
    until_so("the link meets the full disk", SOON, || {
        let error = scene.link.stat()?.last_error.unwrap_or_default();
        ensure!(
            error.contains("No space left on device"),
            "last error: {error}"
        );
        Ok(true)
    })?;
    scene.load.goes_on(50)?;
    disk.clear()?;
    until_so("the link works again", SOON, || {
        let state = scene.link.stat()?.state;
        ensure!(
            ["backfill", "catching_up", "live"].contains(&state.as_str()),
            "state {state}"
        );
        Ok(true)
    })
}

/// New rows for which the full disk has no place.
fn grow(link: &Link) -> Result<()> {
    link.legacy_run("INSERT INTO ballast (pad) SELECT pad FROM ballast LIMIT 20000")
}
