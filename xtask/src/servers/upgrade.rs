//! A running, stopped or killed upgrade server.
//!
//! Promises: as for the legacy server, `legacy`. The programs, libraries and shared files are the instance's own copies, so
//! that an extension installed here is nowhere else. Called by `pair`, by tests that kill servers, by the demo and the benches.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use postgres::{Client, Config, NoTls};

use super::account;
use super::command::tail;
use super::engine::UpgradeEngine;
use super::home::{self, Home};
use super::process::{LOOK_INTERVAL, Process};
use super::report::Endpoint;
use super::root::Root;
use super::{config, leftover, upgrade_setup};

/// The superuser.
pub const ADMIN: &str = "postgres";
/// The database made for the application.
pub const DATABASE: &str = "app";
/// Longest time a server may take to start (crash recovery included) or to stop.
const PATIENCE: Duration = Duration::from_secs(300);

/// An upgrade server in its own folder.
#[derive(Debug)]
pub struct Upgrade {
    pub(super) home: Home,
    engine: UpgradeEngine,
    stop_on_drop: bool,
}

impl Upgrade {
    /// Opens the server in `dir`, which may be running or not; `None` when there is none.
    pub fn open(dir: &Path) -> Result<Option<Self>> {
        let Some(home) = Home::open(dir)? else {
            return Ok(None);
        };
        let engine = home.facts.engine.parse()?;
        Root::upgrade(engine)?;
        Ok(Some(Self {
            home,
            engine,
            stop_on_drop: false,
        }))
    }

    /// Makes a new server in `dir` with `settings` added to its configuration; it does not run yet, so that the extension
    /// can be installed first. What an interrupted attempt left in `dir` is removed.
    pub fn create(
        dir: &Path,
        engine: UpgradeEngine,
        settings: &[(String, String)],
    ) -> Result<Self> {
        let server = Self::prepare(dir, engine, settings)?;
        upgrade_setup::initialize(&server)?;
        server.home.remember()?;
        Ok(server)
    }

    /// Makes the folder and the copies of the programs, without data.
    pub(super) fn prepare(
        dir: &Path,
        engine: UpgradeEngine,
        settings: &[(String, String)],
    ) -> Result<Self> {
        let root = Root::upgrade(engine)?;
        home::remove(dir)?;
        let server = Self {
            home: Home::create(dir, &engine.to_string(), settings)?,
            engine,
            stop_on_drop: false,
        };
        upgrade_setup::copy_programs(&server, &root)?;
        Ok(server)
    }

    /// Starts the server unless it runs, and waits until it takes connections.
    pub fn start(&self) -> Result<()> {
        if self.home.process().is_none() {
            let data_dir = self.home.path("data");
            let socket = self.socket_dir().join(format!(".s.PGSQL.{}", self.port()));
            let lock_files = [
                data_dir.join("postmaster.pid"),
                socket.with_added_extension("lock"),
                socket,
            ];
            leftover::clear(&data_dir, &lock_files, PATIENCE)?;
            self.home.write(
                "tandem.conf",
                &config::upgrade(&self.home, self.has_extension()),
            )?;
            let mut command =
                account::command(&self.program("postgres"), self.home.account.as_ref());
            command
                .arg("-D")
                .arg(self.home.path("data"))
                .current_dir(self.home.path("data"));
            self.home
                .set_process(Process::spawn(command, &self.log_path())?)?;
        }
        self.wait_ready(PATIENCE)?;
        upgrade_setup::create_database(self)
    }

    /// Shuts the server down cleanly, ending its sessions; nothing when it does not run.
    pub fn stop(&self) -> Result<()> {
        let Some(process) = self.home.process() else {
            return Ok(());
        };
        process.signal(libc::SIGINT);
        process
            .wait_gone(PATIENCE)
            .with_context(|| format!("PostgreSQL {} did not stop", self.engine))
    }

    /// Kills the server and all its processes without any chance to clean up, and waits until they have gone.
    pub fn kill9(&self) -> Result<()> {
        self.home.running()?.kill9()
    }

    /// Stops the server cleanly and starts it.
    pub fn restart(&self) -> Result<()> {
        self.stop()?;
        self.start()
    }

    /// Waits until the server takes connections; fails with its log when it has ended or does not within `timeout`.
    pub fn wait_ready(&self, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        loop {
            let running = self.home.process().is_some();
            match self.connect("postgres") {
                Ok(_) if running => return Ok(()),
                Ok(_) => bail!(
                    "another server listens in \"{}\"",
                    self.socket_dir().display()
                ),
                Err(_) if running && Instant::now() < deadline => sleep(LOOK_INTERVAL),
                Err(error) => {
                    let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
                    bail!(
                        "PostgreSQL {} did not start: {error}\n{}",
                        self.engine,
                        tail(&log)
                    );
                }
            }
        }
    }

    /// A connection as the superuser, through the socket.
    pub fn connect(&self, database: &str) -> Result<Client> {
        let mut config = Config::new();
        config
            .host_path(self.socket_dir())
            .port(self.port())
            .user(ADMIN)
            .dbname(database);
        Ok(config.connect(NoTls)?)
    }

    /// Changes a setting of the configuration (or adds it); it holds from the next start.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        self.home.facts.settings.retain(|(known, _)| known != name);
        self.home
            .facts
            .settings
            .push((name.to_string(), value.to_string()));
        self.home.remember()
    }

    /// Whether this value stops the server when it is dropped; it does not unless asked.
    pub fn stop_on_drop(&mut self, stop: bool) {
        self.stop_on_drop = stop;
    }

    /// Which server this is.
    pub fn engine(&self) -> UpgradeEngine {
        self.engine
    }

    /// The server's process number; fails when it does not run.
    pub fn pid(&self) -> Result<u32> {
        Ok(self.home.running()?.pid)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.home.facts.port
    }

    /// The folder of the socket.
    pub fn socket_dir(&self) -> &Path {
        &self.home.facts.socket_dir
    }

    /// The server's log.
    pub fn log_path(&self) -> PathBuf {
        self.home.path("log/postgresql.log")
    }

    /// Where this instance looks for libraries.
    pub fn library_dir(&self) -> PathBuf {
        self.home
            .path("root")
            .join(upgrade_setup::layout(self.engine).library)
    }

    /// Where this instance looks for control files and scripts of extensions.
    pub fn extension_dir(&self) -> PathBuf {
        self.home
            .path("root")
            .join(upgrade_setup::layout(self.engine).share)
            .join("extension")
    }

    /// Whether the extension's files are installed here.
    pub fn has_extension(&self) -> bool {
        self.extension_dir().join("tandem.control").exists()
    }

    /// Everything a client must know.
    pub fn endpoint(&self) -> Result<Endpoint> {
        Ok(Endpoint {
            engine: self.engine.to_string(),
            host: "127.0.0.1".to_string(),
            port: self.port(),
            user: ADMIN.to_string(),
            password: self.home.facts.password.clone(),
            dbname: DATABASE.to_string(),
            socket: self.socket_dir().to_path_buf(),
            pid: self.pid()?,
            datadir: self.home.path("data"),
            client: self.program("psql"),
            log: self.log_path(),
            ssl_ca: None,
            library_dir: self.library_dir(),
        })
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.home
            .path("root")
            .join(upgrade_setup::layout(self.engine).programs)
            .join(name)
    }
}

impl Drop for Upgrade {
    fn drop(&mut self) {
        if self.stop_on_drop
            && let Err(error) = self.stop()
        {
            eprintln!("warning: {error:#}");
        }
    }
}
