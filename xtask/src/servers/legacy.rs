//! A running, stopped or killed legacy server.
//!
//! Promises: `start` returns when the server takes connections; the port and the socket are the same at every start; the
//! process number is the server's own. Called by `pair`, by tests that kill servers, by the demo and the benches.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mysql::{Conn, OptsBuilder};

use super::account;
use super::command::tail;
use super::engine::LegacyEngine;
use super::home::{self, Home};
use super::process::{LOOK_INTERVAL, Process};
use super::report::Endpoint;
use super::root::Root;
use super::{config, leftover, legacy_setup};

/// The account for TCP connections; it has every privilege.
pub const ADMIN: &str = "tandem_admin";
/// The database made for the application.
pub const DATABASE: &str = "app";
/// Longest time a server may take to start (crash recovery included) or to stop.
const PATIENCE: Duration = Duration::from_secs(300);

/// A legacy server in its own folder.
#[derive(Debug)]
pub struct Legacy {
    pub(super) home: Home,
    pub(super) root: Root,
    engine: LegacyEngine,
    stop_on_drop: bool,
}

impl Legacy {
    /// Opens the server in `dir`, which may be running or not; `None` when there is none.
    pub fn open(dir: &Path) -> Result<Option<Self>> {
        let Some(home) = Home::open(dir)? else {
            return Ok(None);
        };
        let engine = home.facts.engine.parse()?;
        Ok(Some(Self {
            home,
            root: Root::legacy(engine)?,
            engine,
            stop_on_drop: false,
        }))
    }

    /// Makes a new server in `dir` with `settings` added to its option file, and starts it. What an interrupted attempt
    /// left in `dir` is removed. The accounts are made only when `accounts` says so: a replica gets them from its source.
    pub fn create(
        dir: &Path,
        engine: LegacyEngine,
        settings: &[(String, String)],
        accounts: bool,
    ) -> Result<Self> {
        let root = Root::legacy(engine)?;
        home::remove(dir)?;
        let home = Home::create(dir, engine.name(), settings)?;
        let server = Self {
            home,
            root,
            engine,
            stop_on_drop: false,
        };
        legacy_setup::initialize(&server)?;
        server.start()?;
        if accounts {
            legacy_setup::create_accounts(&server)?;
        }
        server.home.remember()?;
        Ok(server)
    }

    /// Starts the server unless it runs, and waits until it takes connections.
    pub fn start(&self) -> Result<()> {
        if self.home.process().is_none() {
            let lock_files = [self.socket(), self.socket().with_added_extension("lock")];
            leftover::clear(&self.home.path("data"), &lock_files, PATIENCE)?;
            let option_file = self.home.write(
                "my.cnf",
                &config::legacy(&self.home, &self.root, self.engine.is_mysql()),
            )?;
            let mut command = account::command(&self.program(), self.home.account.as_ref());
            command
                .arg(format!("--defaults-file={}", option_file.display()))
                .current_dir(self.home.path("data"));
            self.home
                .set_process(Process::spawn(command, &self.home.path("log/output.log"))?)?;
        }
        self.wait_ready(PATIENCE)
    }

    /// Shuts the server down cleanly; nothing when it does not run.
    pub fn stop(&self) -> Result<()> {
        let Some(process) = self.home.process() else {
            return Ok(());
        };
        process.signal(libc::SIGTERM);
        process
            .wait_gone(PATIENCE)
            .with_context(|| format!("{} did not stop", self.engine))
    }

    /// Kills the server without any chance to clean up, and waits until it has gone.
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
            match self.connect_as_root() {
                Ok(_) if running => return Ok(()),
                Ok(_) => bail!("another server listens on \"{}\"", self.socket().display()),
                Err(_) if running && Instant::now() < deadline => sleep(LOOK_INTERVAL),
                Err(error) => {
                    let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
                    let output = std::fs::read_to_string(self.home.path("log/output.log"))
                        .unwrap_or_default();
                    bail!(
                        "{} did not start: {error}\n{}\n{}",
                        self.engine,
                        tail(&output),
                        tail(&log)
                    );
                }
            }
        }
    }

    /// A connection as `root` through the socket.
    pub fn connect_as_root(&self) -> Result<Conn> {
        let options = OptsBuilder::new()
            .socket(Some(self.socket().to_string_lossy()))
            .user(Some("root"));
        Ok(Conn::new(options)?)
    }

    /// A connection as the account for TCP, to `database` if one is named.
    pub fn connect(&self, database: Option<&str>) -> Result<Conn> {
        let options = OptsBuilder::new()
            .ip_or_hostname(Some("127.0.0.1"))
            .tcp_port(self.port())
            .prefer_socket(false)
            .user(Some(ADMIN))
            .pass(Some(&self.home.facts.password))
            .db_name(database);
        Ok(Conn::new(options)?)
    }

    /// Changes a setting of the option file (or adds it); it holds from the next start.
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
    pub fn engine(&self) -> LegacyEngine {
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

    /// The socket file.
    pub fn socket(&self) -> PathBuf {
        self.home.facts.socket_dir.join("mysql.sock")
    }

    /// The server's error log.
    pub fn log_path(&self) -> PathBuf {
        self.home.path("log/error.log")
    }

    /// The folder where this instance looks for plugins.
    pub fn plugin_dir(&self) -> PathBuf {
        self.home.path("plugin")
    }

    /// Everything a client must know.
    pub fn endpoint(&self) -> Result<Endpoint> {
        Ok(Endpoint {
            engine: self.engine.name().to_string(),
            host: "127.0.0.1".to_string(),
            port: self.port(),
            user: ADMIN.to_string(),
            password: self.home.facts.password.clone(),
            dbname: DATABASE.to_string(),
            socket: self.socket(),
            pid: self.pid()?,
            datadir: self.home.path("data"),
            client: self.program_in("usr/bin", &["mariadb", "mysql"])?,
            log: self.log_path(),
            ssl_ca: Some(self.home.path("tls/ca.pem")),
            library_dir: self.plugin_dir(),
        })
    }

    pub(super) fn program(&self) -> PathBuf {
        self.root.server_program(self.engine)
    }

    fn program_in(&self, folder: &str, names: &[&str]) -> Result<PathBuf> {
        let folder = self.root.path().join(folder);
        let found = names
            .iter()
            .map(|name| folder.join(name))
            .find(|path| path.exists());
        found.with_context(|| {
            format!(
                "could not find {} in \"{}\"",
                names.join(" or "),
                folder.display()
            )
        })
    }
}

impl Drop for Legacy {
    fn drop(&mut self) {
        if self.stop_on_drop
            && let Err(error) = self.stop()
        {
            eprintln!("warning: {error:#}");
        }
    }
}
