//! A pair of real servers lives in one directory and comes back after anything.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use mysql::prelude::Queryable;
use xtask::servers::{
    LegacyEngine, Pair, PairOptions, UpgradeEngine, alive, install_file, remove_pair,
    remove_pairs_in,
};

/// A directory that goes, with the servers in it, when the test ends, however it ends.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Result<Self> {
        let dir = std::env::temp_dir().join(format!("tandem-xtask-{}-{name}", std::process::id()));
        fs::create_dir_all(&dir)?;
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755))?;
        Ok(Self(dir))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let removed = remove_pairs_in(&self.0).and_then(|()| Ok(fs::remove_dir_all(&self.0)?));
        if let Err(error) = removed {
            eprintln!("warning: {error:#}");
        }
    }
}

fn options() -> PairOptions {
    PairOptions {
        legacy: LegacyEngine::MariaDb1011,
        upgrade: UpgradeEngine::Pg15,
        ..PairOptions::default()
    }
}

#[test]
fn a_killed_pair_comes_back_with_everything() -> Result<()> {
    let place = Place::new("killed")?;
    let dir = place.0.join("pair");
    let pair = Pair::up(&dir, &options(), |_, _| Ok(()))?;
    let before = pair.report()?;
    pair.legacy
        .connect(Some("app"))?
        .query_drop("CREATE TABLE t (a INT PRIMARY KEY) SELECT 1 AS a")?;
    pair.upgrade
        .connect("app")?
        .batch_execute("CREATE TABLE t AS SELECT 1 AS a")?;
    pair.legacy.kill9()?;
    pair.upgrade.kill9()?;
    ensure!(
        !alive(before.legacy.pid) && !alive(before.upgrade.pid),
        "a killed server is there"
    );
    ensure!(
        pair.report().is_err(),
        "a killed server has no process number"
    );

    let again = Pair::up(&dir, &options(), |_, _| Ok(()))?;
    let after = again.report()?;
    ensure!(
        before.legacy.port == after.legacy.port && before.upgrade.port == after.upgrade.port,
        "ports changed"
    );
    let legacy: Option<i32> = again
        .legacy
        .connect(Some("app"))?
        .query_first("SELECT a FROM t")?;
    let upgrade: i32 = again
        .upgrade
        .connect("app")?
        .query_one("SELECT a FROM t", &[])?
        .get(0);
    ensure!(legacy == Some(1) && upgrade == 1, "a committed row is gone");

    remove_pair(&dir)?;
    ensure!(
        !dir.exists() && !alive(after.legacy.pid) && !alive(after.upgrade.pid),
        "something stayed behind"
    );
    Ok(())
}

#[test]
fn two_pairs_share_no_file_that_one_may_change() -> Result<()> {
    let place = Place::new("two")?;
    let one = Pair::up(&place.0.join("one"), &options(), |_, _| Ok(()))?;
    let two = Pair::up(&place.0.join("two"), &options(), |_, _| Ok(()))?;
    let library = place.0.join("library");
    fs::write(&library, "changed")?;
    let original = fs::read(two.upgrade.library_dir().join("pgoutput.so"))?;
    install_file(&library, &one.upgrade.library_dir().join("pgoutput.so"))?;
    install_file(&library, &one.legacy.plugin_dir().join("tandem.so"))?;
    ensure!(
        fs::read(two.upgrade.library_dir().join("pgoutput.so"))? == original,
        "the other pair's file changed"
    );
    ensure!(
        !two.legacy.plugin_dir().join("tandem.so").exists(),
        "the other pair got the plugin"
    );
    Ok(())
}

#[test]
fn settings_hold_from_the_next_start() -> Result<()> {
    let place = Place::new("settings")?;
    let mut pair = Pair::up(&place.0.join("pair"), &options(), |_, _| Ok(()))?;
    pair.legacy.set("max_connections", "77")?;
    pair.upgrade.set("work_mem", "5MB")?;
    pair.legacy.restart()?;
    pair.upgrade.restart()?;
    let legacy: Option<u32> = pair
        .legacy
        .connect_as_root()?
        .query_first("SELECT @@max_connections")?;
    let upgrade: String = pair
        .upgrade
        .connect("app")?
        .query_one("SHOW work_mem", &[])?
        .get(0);
    ensure!(
        legacy == Some(77) && upgrade == "5MB",
        "a setting was not taken"
    );
    pair.stop()?;
    ensure!(
        pair.legacy.pid().is_err() && pair.upgrade.pid().is_err(),
        "a stopped server runs"
    );
    Ok(())
}
