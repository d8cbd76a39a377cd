//! The servers that a test runs on.
//!
//! Promises: a test that has no server fails, it never passes; a server that a test stops, kills or fills is that test's
//! own; waiting is for a condition with a bound, never for a time. Called by the tests.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use xtask::servers::{Endpoint, Legacy, LegacyEngine, Report, install_file};

/// Names the file with what `cargo xtask up` prints.
pub const PAIR_VARIABLE: &str = "TANDEM_TEST_PAIR";

/// The longest that a test waits for something that should happen at once.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The pair that `TANDEM_TEST_PAIR` describes.
pub fn report() -> Result<Report> {
    let path = std::env::var_os(PAIR_VARIABLE).with_context(|| {
        format!("{PAIR_VARIABLE} must name the file that describes the servers")
    })?;
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("could not read \"{}\"", Path::new(&path).display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// Calls `ready` until it says yes; fails after [`PATIENCE`] with `what` it waited for.
pub fn until(what: &str, mut ready: impl FnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !ready()? {
        ensure!(Instant::now() < deadline, "in vain waited until {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// A link prefix that no other test of this server uses.
pub fn fresh_prefix() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    (i64::from(std::process::id()) << 10) | NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A legacy server with the plugin installed.
pub struct Server {
    endpoint: Endpoint,
}

impl Server {
    /// The legacy server of the pair. Other tests use it at the same time.
    pub fn shared() -> Result<Self> {
        let endpoint = report()?.legacy;
        let server = Self { endpoint };
        server.install()?;
        Ok(server)
    }

    /// Whether it is MySQL; otherwise it is MariaDB.
    pub fn is_mysql(&self) -> bool {
        self.endpoint.engine.starts_with("mysql")
    }

    /// A connection as root, to no database.
    pub fn connect(&self) -> Result<Conn> {
        connect(&self.endpoint.socket)
    }

    /// Installs the plugin unless it is installed, and waits until its functions are there.
    pub fn install(&self) -> Result<()> {
        install(&mut self.connect()?)
    }
}

/// A legacy server of the pair's kind that belongs to one test: started with the plugin's library in place, removed at
/// the end.
pub struct PrivateServer {
    /// The server.
    pub legacy: Legacy,
    dir: PathBuf,
}

impl PrivateServer {
    /// Makes the server in a folder `name` beside the pair, with `settings` in its option file.
    pub fn new(name: &str, settings: &[(&str, &str)]) -> Result<Self> {
        let pair = report()?;
        let engine: LegacyEngine = pair.legacy.engine.parse()?;
        let dir = pair.dir.join(format!("{name}-{}", std::process::id()));
        let settings: Vec<(String, String)> = settings
            .iter()
            .map(|(name, value)| (String::from(*name), String::from(*value)))
            .collect();
        let legacy = Legacy::create(&dir, engine, &settings, true)?;
        let server = Self { legacy, dir };
        let library = server.legacy.plugin_dir().join("tandem.so");
        install_file(&pair.legacy.library_dir.join("tandem.so"), &library)?;
        Ok(server)
    }

    /// Whether it is MySQL; otherwise it is MariaDB.
    pub fn is_mysql(&self) -> bool {
        self.legacy.engine().is_mysql()
    }

    /// A connection as root, to no database.
    pub fn connect(&self) -> Result<Conn> {
        connect(&self.legacy.socket())
    }

    /// Installs the plugin unless it is installed, and waits until its functions are there.
    pub fn install(&self) -> Result<()> {
        install(&mut self.connect()?)
    }

    /// Lines of the server's log that tell of a crash or of a panic of ours.
    pub fn alarms(&self) -> Result<Vec<String>> {
        let log = std::fs::read(self.legacy.log_path())?;
        let log = String::from_utf8_lossy(&log);
        let bad = [
            "got signal",
            "Assertion",
            "internal error",
            "AddressSanitizer",
            "stack smashing",
        ];
        let alarming = |line: &&str| bad.iter().any(|word| line.contains(word));
        Ok(log.lines().filter(alarming).map(String::from).collect())
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        if let Err(error) = self.legacy.stop() {
            eprintln!("warning: {error:#}");
            let _ = self.legacy.kill9();
        }
        if let Some(folder) = self.legacy.socket().parent() {
            let _ = std::fs::remove_dir_all(folder);
        }
        // What a failing test leaves in its log is worth reading.
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
    }
}

/// A reader of the doorbell, as a link is one.
pub struct Reader {
    conn: Conn,
    /// The link's prefix.
    pub prefix: i64,
    /// Up to where it has looked.
    pub since: u64,
}

/// What `tandem_wait` returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The newest bell.
    pub bell: u64,
    /// The tables; `None` for "look everywhere".
    pub tables: Option<Vec<u64>>,
    /// Whether the plugin is going away.
    pub closing: bool,
}

impl Heard {
    /// Reads the function's result.
    pub fn parse(text: &str) -> Result<Self> {
        let value: serde_json::Value = serde_json::from_str(text)?;
        let tables = value["tables"].as_array().map(|tables| {
            let numbers = tables.iter().filter_map(serde_json::Value::as_u64);
            numbers.collect()
        });
        Ok(Self {
            bell: value["bell"].as_u64().context("no bell")?,
            tables,
            closing: value["closing"].as_bool().unwrap_or(false),
        })
    }

    /// Whether a reader has to look at this table.
    pub fn concerns(&self, table: u64) -> bool {
        self.tables
            .as_ref()
            .is_none_or(|tables| tables.contains(&table))
    }
}

impl Reader {
    /// A reader that has looked at everything up to now.
    pub fn new(conn: Conn, prefix: i64) -> Result<Self> {
        let since = 0;
        let mut reader = Self {
            conn,
            prefix,
            since,
        };
        reader.catch_up()?;
        Ok(reader)
    }

    /// Looks at everything up to now.
    pub fn catch_up(&mut self) -> Result<()> {
        self.since = 0;
        self.wait(0)?;
        Ok(())
    }

    /// Waits for at most `timeout_ms` and goes on from what it heard.
    pub fn wait(&mut self, timeout_ms: u64) -> Result<Heard> {
        let sql = format!(
            "SELECT tandem_wait({}, {}, {timeout_ms})",
            self.prefix, self.since
        );
        let text: Option<Option<String>> = self.conn.query_first(sql)?;
        let text = text.flatten().context("tandem_wait returned NULL")?;
        let heard = Heard::parse(&text)?;
        self.since = heard.bell;
        Ok(heard)
    }

    /// Waits until `table` has rung.
    pub fn hears(&mut self, table: u64) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let heard = self.wait(1_000)?;
            if heard
                .tables
                .as_ref()
                .is_some_and(|tables| tables.contains(&table))
            {
                return Ok(());
            }
            if heard.closing || Instant::now() > deadline {
                bail!("the bell of table {table} did not ring: {heard:?}");
            }
        }
    }

    /// Fails if anything rings within `time_ms`.
    pub fn hears_nothing(&mut self, time_ms: u64) -> Result<()> {
        let heard = self.wait(time_ms)?;
        ensure!(heard.tables.as_deref() == Some(&[]), "rang: {heard:?}");
        Ok(())
    }
}

/// The value of a status variable of the plugin.
pub fn status(conn: &mut Conn, name: &str) -> Result<u64> {
    let sql = format!("SHOW GLOBAL STATUS LIKE 'Tandem\\_{name}'");
    let row: Option<(String, u64)> = conn.query_first(sql)?;
    Ok(row
        .with_context(|| format!("no status variable Tandem_{name}"))?
        .1)
}

fn connect(socket: &Path) -> Result<Conn> {
    let options = OptsBuilder::new()
        .socket(Some(socket.to_string_lossy()))
        .user(Some("root"))
        .read_timeout(Some(2 * PATIENCE));
    Ok(Conn::new(options)?)
}

/// Installs the plugin unless it is installed, and waits until its functions are there.
pub fn install(conn: &mut Conn) -> Result<()> {
    until("the plugin is installed", || {
        match plugin_status(conn)?.as_deref() {
            Some("ACTIVE") => return Ok(true),
            // It was uninstalled and goes when the sessions that hold on to it have ended.
            Some(_) => return Ok(false),
            None => {}
        }
        match conn.query_drop("INSTALL PLUGIN tandem SONAME 'tandem.so'") {
            Ok(()) => Ok(true),
            // Another test was faster.
            Err(_) if plugin_status(conn)?.is_some() => Ok(false),
            Err(error) => Err(error.into()),
        }
    })?;
    until("the functions are there", || Ok(has_functions(conn)))
}

/// What the server says of the plugin: `ACTIVE`, `DELETED`, or nothing.
pub fn plugin_status(conn: &mut Conn) -> Result<Option<String>> {
    let sql = "SELECT plugin_status FROM information_schema.plugins WHERE plugin_name = 'tandem'";
    Ok(conn.query_first(sql)?)
}

/// Whether all functions of the plugin can be called.
pub fn has_functions(conn: &mut Conn) -> bool {
    let call = "SELECT tandem_fire(NULL), tandem_wait(1, 0, 0), tandem_version(), tandem_status()";
    conn.query_drop(call).is_ok()
}
