//! A link in trouble: a network that can be broken, writers who go on through every fault, and a copy that takes its time.
//!
//! Promises: `nothing_is_lost` compares with what the writers know, compares both sides exactly, and counts what is left in the outboxes.
//! Called by tests of faults.

use std::time::Duration;

use anyhow::Result;
use mysql::prelude::Queryable;

use crate::condition::{until, until_so};
use crate::dice::{self, Dice};
use crate::link::Link;
use crate::load::{self, Load, Pace};
use crate::proxy::Proxy;
use crate::sakila::{Sakila, Shop};
use crate::suite::Skip;

/// Rows beside those of the load, so that the initial copy takes its time.
const BALLAST_ROWS: u32 = 40_000;
/// What comes through from the legacy server during the initial copy.
const COPY_BYTES_PER_S: u64 = 1_500_000;
/// Longest time until a part of the copy has been done.
const SOON: Duration = Duration::from_secs(60);

/// The link with everything around it.
pub struct Scene {
    // Dropped from the top: when a test fails, the writers end before the databases go.
    /// Writers.
    pub load: Load,
    /// Sakila and its customers, where a test wants them.
    pub shop: Option<Shop>,
    /// What the link's connections pass through. A stalled one would keep the legacy database from being dropped.
    pub proxy: Proxy,
    /// The link; it has been started and is copying.
    pub link: Link,
    /// Chance.
    pub dice: Dice,
}

impl Scene {
    /// Writers write and the copy has begun, slowly. The link is new; `options` are added to its server.
    pub fn begin(link: Link, options: &[(&str, &str)], with_shop: bool) -> Result<Self> {
        let proxy = Proxy::new(link.ends.legacy.port)?;
        link.legacy_run(load::TABLES)?;
        let link = link
            .option("port", proxy.port())
            .option("chunk_rows", 2_000);
        let link = options
            .iter()
            .fold(link, |link, (name, value)| link.option(name, value));
        ballast(&link)?;
        let dice = Dice::new(dice::seed(&format!("faults of {}", link.name)), 0);
        let shop = if with_shop { shop(&link)? } else { None };
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

    /// Waits until a random part of the copy has been done that was not done before, or all of it.
    pub fn copy_goes_on(&mut self) -> Result<()> {
        let (done, _) = until("the progress can be seen", SOON, || {
            Ok(Some(self.link.copied()?))
        })?;
        let more = 500 + i64::try_from(self.dice.below(2_000))?;
        until_so("the copy goes on", SOON, || {
            let (now, _) = self.link.copied()?;
            Ok(now > done + more || self.is_copied()?)
        })
    }

    /// Whether the initial copy is over.
    pub fn is_copied(&self) -> Result<bool> {
        Ok(self
            .link
            .number("SELECT count(*) FROM tandem.table_map WHERE phase <> 'live'")?
            == 0)
    }

    /// The network has no limit any more.
    pub fn hurry(&self) {
        self.proxy.throttle(0);
    }

    /// Everything that the writers know is there, both sides are equal, and no notification is left.
    pub fn nothing_is_lost(&self) -> Result<()> {
        let quiet = self.load.quiet()?;
        let _closed = self.shop.as_ref().map(Shop::quiet).transpose()?;
        self.link.wait()?;
        quiet.known().is_in(&mut self.link.upgrade()?)?;
        self.link.settled()
    }

    /// Checks once more and removes everything.
    pub fn end(self) -> Result<()> {
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
        let fill = "INSERT INTO ballast (pad) SELECT REPEAT(CHAR(97 + id % 26), 100) FROM ballast";
        legacy.query_drop(format!("{fill} LIMIT {more}"))?;
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
