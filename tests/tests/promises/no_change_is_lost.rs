//! Whatever is killed, and whenever: every committed change arrives, and no notification stays behind.

use std::time::Duration;

use anyhow::{Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::condition::{until, until_so};
use tandem_tests::dice::{self, Dice};
use tandem_tests::ends::Ends;
use tandem_tests::faults::kill9;
use tandem_tests::link::Link;
use tandem_tests::load::{self, Load, Pace};
use tandem_tests::private::{PrivateLegacy, PrivateUpgrade};
use tandem_tests::promises;
use tandem_tests::proxy::Proxy;
use tandem_tests::sakila::{Sakila, Shop};
use tandem_tests::suite::Skip;

promises![
    mysqld_is_killed_ten_times,
    postgres_is_killed_ten_times,
    link_and_backfill_workers_are_killed,
];

/// Kills of each server; the first ones during the initial copy.
const KILLS: u32 = 10;
const KILLS_OF_THE_COPY: u32 = 3;
/// Rows beside those of the load, so that the initial copy takes its time.
const BALLAST_ROWS: u32 = 40_000;
/// What comes through from the legacy server during the initial copy.
const COPY_BYTES_PER_S: u64 = 1_500_000;
/// Longest time until a worker is there, a chunk is done.
const SOON: Duration = Duration::from_secs(60);

/// A link through a network that is slow at first, and writers who go on through every fault.
struct Scene {
    // Writers go first when a test fails.
    load: Load,
    shop: Option<Shop>,
    link: Link,
    proxy: Proxy,
    dice: Dice,
}

impl Scene {
    fn new(ends: Ends, name: &str) -> Result<Self> {
        let proxy = Proxy::new(ends.legacy.port)?;
        let link = Link::with_tables(ends, name, load::TABLES)?;
        let link = link
            .option("port", proxy.port())
            .option("chunk_rows", 2_000);
        ballast(&link)?;
        let dice = Dice::new(dice::seed(&format!("kills of {name}")), 0);
        let shop = shop(&link)?;
        let load = Load::begin(&link, Pace::default())?;
        load.goes_on(30)?;
        proxy.throttle(COPY_BYTES_PER_S);
        link.begin()?;
        Ok(Self {
            load,
            shop,
            link,
            proxy,
            dice,
        })
    }

    /// Waits until a random part of the copy has been done that was not done before the last call.
    fn copy_goes_on(&mut self) -> Result<()> {
        let (done, _) = self.link.copied()?;
        let more = 1_000 + i64::try_from(self.dice.below(4_000))?;
        until("the copy goes on", SOON, || {
            let (now, _) = self.link.copied()?;
            Ok((now > done + more || self.copied()?).then_some(()))
        })
    }

    fn copied(&self) -> Result<bool> {
        Ok(self
            .link
            .number("SELECT count(*) FROM tandem.table_map WHERE phase <> 'live'")?
            == 0)
    }

    /// Everything that the writers know is there, both sides are equal, and no notification is left.
    fn nothing_is_lost(&self) -> Result<()> {
        let quiet = self.load.quiet()?;
        let _closed = self.shop.as_ref().map(Shop::quiet).transpose()?;
        self.link.wait()?;
        quiet.known().is_in(&mut self.link.upgrade()?)?;
        self.link.settled()
    }

    /// What has to be so before a server is killed for the `kill`th time.
    fn before_kill(&mut self, kill: u32) -> Result<()> {
        if kill < KILLS_OF_THE_COPY {
            self.copy_goes_on()?;
            ensure!(!self.copied()?, "the copy was over before kill {kill}");
            return Ok(());
        }
        self.proxy.throttle(0);
        self.nothing_is_lost()?;
        self.load.goes_on(20 + self.dice.below(60))
    }

    fn end(self) -> Result<()> {
        self.nothing_is_lost()?;
        self.load.end()?;
        self.shop.map(Shop::close).transpose()?;
        self.link.finish()
    }
}

/// A table that nobody writes.
fn ballast(link: &Link) -> Result<()> {
    let mut legacy = link.legacy()?;
    legacy.query_drop(
        "CREATE TABLE ballast (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, pad CHAR(100) NOT NULL)",
    )?;
    legacy.query_drop("INSERT INTO ballast (pad) VALUES ('one'), ('two'), ('three'), ('four')")?;
    let mut rows = 4;
    while rows < BALLAST_ROWS {
        let more = rows.min(BALLAST_ROWS - rows);
        legacy.query_drop(format!("INSERT INTO ballast (pad) SELECT REPEAT(CHAR(97 + id % 26), 100) FROM ballast LIMIT {more}"))?;
        rows += more;
    }
    Ok(())
}

/// Sakila and its customers, in the same database as everything else, when its files are here.
fn shop(link: &Link) -> Result<Option<Shop>> {
    match Sakila::find() {
        Ok(sakila) => {
            sakila.load_into(link)?;
            Ok(Some(Shop::open(link)?))
        }
        Err(error) if error.is::<Skip>() => {
            eprintln!("without Sakila: {error}");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn mysqld_is_killed_ten_times() -> Result<()> {
    let legacy = PrivateLegacy::new("killed-legacy")?;
    let mut scene = Scene::new(legacy.ends()?, "kill_mysqld")?;
    for kill in 0..KILLS {
        scene.before_kill(kill)?;
        legacy.server.kill9()?;
        legacy.server.start()?;
        scene.load.goes_on(10)?;
    }
    scene.end()
}

fn postgres_is_killed_ten_times() -> Result<()> {
    let upgrade = PrivateUpgrade::new("killed-upgrade", &[])?;
    let mut scene = Scene::new(upgrade.ends()?, "kill_postgres")?;
    for kill in 0..KILLS {
        scene.before_kill(kill)?;
        upgrade.server.kill9()?;
        // Changes go on while nobody reads them.
        scene.load.goes_on(10)?;
        upgrade.server.start()?;
    }
    scene.end()
}

fn link_and_backfill_workers_are_killed() -> Result<()> {
    let upgrade = PrivateUpgrade::new("killed-worker", &[])?;
    let mut scene = Scene::new(upgrade.ends()?, "kill_worker")?;
    for kind in [
        "tandem backfill worker",
        "tandem link worker",
        "tandem backfill worker",
    ] {
        scene.before_kill(0)?;
        kill_worker(&scene.link, kind)?;
    }
    for _ in 0..3 {
        scene.before_kill(KILLS_OF_THE_COPY)?;
        kill_worker(&scene.link, "tandem link worker")?;
        scene.load.goes_on(20)?;
    }
    scene.end()
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
