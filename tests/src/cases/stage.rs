//! What a case is played on: a link, sessions that stay open, and servers of its own where it needs them.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use postgres::Client;
use xtask::compatibility::Folder;
use xtask::servers::Pair;

use super::branches;
use super::script::End;
use super::session::{Order, Session};
use super::variables::Variables;
use crate::condition::SLOW_MACHINE;
use crate::ends::Ends;
use crate::link::{Link, SCHEMA};
use crate::pair::{self, PrivateServer};
use crate::suite::Skip;
use crate::upgrade_sql::rows;

/// What sessions on the upgrade database begin with: nothing of a result depends on where the machine is.
const BEGIN: &str =
    "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';
    SET extra_float_digits = 1; SET bytea_output = 'hex'; SET client_min_messages = 'error'";

/// Everything that a case uses.
pub struct Stage<'a> {
    /// The case.
    pub folder: &'a Folder,
    // Dropped from the top: sessions hold locks that would keep the databases from being dropped.
    sessions: BTreeMap<String, Session>,
    upgrade: Option<Client>,
    /// The link.
    pub link: Link,
    own: Option<PrivateServer>,
    /// What was not as expected so far.
    pub complaints: Vec<String>,
}

impl<'a> Stage<'a> {
    /// Makes the databases; the link is not declared yet.
    pub fn set(folder: &'a Folder) -> Result<Self> {
        let case = &folder.case;
        let name = folder.full_name("_");
        ensure!(
            name.len() <= 50,
            "\"{name}\" is too long for a name of a link"
        );
        let own = own_server(folder)?;
        let mut ends = Ends::shared()?;
        if let Some(server) = &own {
            server.install()?;
            ends.legacy = server.legacy.endpoint()?;
        }
        branches::roll_back(&ends, &name)?;
        let mut link = Link::new(ends, &name)?;
        for (option, value) in &case.options {
            link = link.option(option, value);
        }
        let mut stage = Self {
            folder,
            sessions: BTreeMap::new(),
            upgrade: None,
            link,
            own,
            complaints: Vec::new(),
        };
        for extension in &case.extensions {
            stage.extend(extension)?;
        }
        Ok(stage)
    }

    /// The engine of the legacy server.
    pub fn engine(&self) -> String {
        self.link.ends.legacy.engine.clone()
    }

    /// What the names in its SQL stand for.
    pub fn variables(&self) -> Variables {
        vec![
            ("link", self.link.name.clone()),
            ("schema", String::from(SCHEMA)),
            ("outbox", self.link.outbox_schema()),
            ("database", self.link.database.clone()),
            ("folder", self.folder.path.display().to_string()),
        ]
    }

    /// The session of this name; opened when it is not.
    pub fn session(&mut self, name: &str) -> Result<&mut Session> {
        if !self.sessions.contains_key(name) {
            let mut session =
                Session::open(&self.link.ends, &self.link.database, &self.folder.path)?;
            for sql in &self.folder.case.each_session {
                session.run(&Order {
                    place: String::from("each_session"),
                    sql: sql.clone(),
                    error: None,
                })?;
            }
            self.sessions.insert(String::from(name), session);
        }
        self.sessions.get_mut(name).context("no session")
    }

    /// Ends a session without any farewell to its transaction.
    pub fn disconnect(&mut self, name: &str) {
        self.sessions.remove(name);
    }

    /// Runs or begins a statement of a legacy session.
    pub fn legacy(&mut self, session: &str, order: Order, background: bool) -> Result<()> {
        let session = self.session(session)?;
        if background {
            session.begin(order)
        } else {
            session.run(&order)
        }
    }

    /// Waits for everything that runs in the background.
    pub fn join_all(&mut self) -> Result<()> {
        self.sessions.values_mut().try_for_each(Session::join)
    }

    /// `tandem.wait`, for as long as the case allows.
    pub fn wait(&self) -> Result<()> {
        let Some(patience_s) = self.folder.case.patience_s else {
            return self.link.wait();
        };
        let patience_s = patience_s * SLOW_MACHINE;
        let sql = format!("SELECT tandem.wait('{}', '{patience_s} s')", self.link.name);
        let answer = self.link.rows(&sql)?;
        ensure!(
            answer == [[Some(String::from("t"))]],
            "tandem.wait returned {answer:?}"
        );
        Ok(())
    }

    /// The session on the upgrade database.
    pub fn upgrade(&mut self) -> Result<&mut Client> {
        if self.upgrade.as_ref().is_none_or(Client::is_closed) {
            let mut client = self.link.upgrade()?;
            client.batch_execute(BEGIN)?;
            client.batch_execute(&format!("SET search_path = {SCHEMA}, public"))?;
            self.upgrade = Some(client);
        }
        self.upgrade.as_mut().context("no session")
    }

    /// Stops or kills a server and starts it. Sessions with it are gone.
    pub fn restart(&mut self, end: End, kill: bool) -> Result<()> {
        let shared = Pair::open(&pair::report()?.dir)?;
        let legacy = self.own.as_ref().map_or(&shared.legacy, |own| &own.legacy);
        let alone = self.folder.case.alone || (end == End::Legacy && self.own.is_some());
        ensure!(
            alone,
            "the servers are shared: the case must say alone = true"
        );
        match end {
            End::Legacy => {
                self.sessions.clear();
                if kill {
                    legacy.kill9()?
                } else {
                    legacy.stop()?
                }
                legacy.start()
            }
            End::Upgrade => {
                self.upgrade = None;
                let upgrade = &shared.upgrade;
                if kill {
                    upgrade.kill9()?
                } else {
                    upgrade.stop()?
                }
                upgrade.start()
            }
        }
    }

    /// Closes all sessions and, after a case that had the servers to itself and broke, makes them as they were.
    pub fn leave(&mut self, broken: bool) -> Result<()> {
        self.sessions.clear();
        self.upgrade = None;
        if broken && self.folder.case.alone {
            self.restart(End::Legacy, false)?;
            Pair::open(&pair::report()?.dir)?.upgrade.start()?;
        }
        branches::roll_back(&self.link.ends, &self.link.name)
    }

    /// Removes everything. Fails when the link left something on the legacy server.
    pub fn strike(self) -> Result<()> {
        drop(self.sessions);
        drop(self.upgrade);
        self.link.finish()
    }

    fn extend(&mut self, extension: &str) -> Result<()> {
        let upgrade = self.upgrade()?;
        let sql = format!("SELECT FROM pg_available_extensions WHERE name = '{extension}'");
        if rows(upgrade, &sql)?.is_empty() {
            return Err(Skip(format!("the upgrade server has no extension {extension}")).into());
        }
        Ok(upgrade.batch_execute(&format!("CREATE EXTENSION {extension}"))?)
    }
}

/// A legacy server for cases that want other settings.
fn own_server(folder: &Folder) -> Result<Option<PrivateServer>> {
    if folder.case.legacy_settings.is_empty() {
        return Ok(None);
    }
    let settings: Vec<(String, String)> = folder
        .case
        .legacy_settings
        .iter()
        .map(|(name, value)| (name.clone(), value.to_string()))
        .collect();
    let settings: Vec<(&str, &str)> = settings
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Ok(Some(PrivateServer::new(&folder.full_name("_"), &settings)?))
}
