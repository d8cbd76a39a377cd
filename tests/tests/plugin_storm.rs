//! Everything at once: writers, readers, KILL, KILL QUERY, statement timeouts, UNINSTALL and INSTALL, settings, shutdown.
//! The server stays alive, its log is free of crashes, and afterwards the bell rings as ever.
//!
//! `TANDEM_STORM_SECONDS` sets the length of one round (default 6). With `TANDEM_STORM_SOCKET` the storm goes over the
//! server that listens there, once and without shutting it down: that is how it is run under valgrind (docs/plugin.md).

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use tandem_tests::pair::{Heard, PrivateServer, Reader, install, plugin_status, status, until};

const PREFIX: i64 = 77;
const WRITERS: u64 = 6;
const READERS: u64 = 16;
const KILLERS: u64 = 2;

/// What the storm has done, to show that it was one.
#[derive(Default, Debug)]
struct Deeds {
    writes: AtomicU64,
    waits: AtomicU64,
    closings: AtomicU64,
    interruptions: AtomicU64,
    kills: AtomicU64,
    uninstalls: AtomicU64,
    installs: AtomicU64,
}

/// The server and the end of the round.
struct Storm {
    socket: PathBuf,
    over: AtomicBool,
    deeds: Deeds,
    /// Answers that are not what `tandem_wait` may return.
    oddities: Mutex<Vec<String>>,
}

/// A small generator of numbers (xorshift); the storm's order comes from the threads anyway.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Storm {
    fn new(socket: PathBuf) -> Self {
        Self {
            socket,
            over: AtomicBool::new(false),
            deeds: Deeds::default(),
            oddities: Mutex::default(),
        }
    }

    fn connect(&self) -> Result<Conn, mysql::Error> {
        let options = OptsBuilder::new()
            .socket(Some(self.socket.to_string_lossy()))
            .user(Some("root"))
            .read_timeout(Some(Duration::from_secs(60)));
        Conn::new(options)
    }

    /// Calls `turn` with a new connection again and again until the round is over. Errors are the storm's weather.
    fn sessions(&self, seed: u64, turn: impl Fn(&mut Conn, &mut Dice) -> Result<(), mysql::Error>) {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed + 1));
        while !self.over.load(Ordering::Relaxed) {
            if let Ok(mut conn) = self.connect() {
                let turns = 1 + dice.roll(8);
                for _ in 0..turns {
                    if self.over.load(Ordering::Relaxed) || turn(&mut conn, &mut dice).is_err() {
                        break;
                    }
                }
            } else {
                thread::sleep(Duration::from_millis(5));
            }
        }
    }

    /// All threads for `length`; then `end`, while they still run.
    fn rage(&self, length: Duration, end: impl FnOnce() -> Result<()>) -> Result<()> {
        self.over.store(false, Ordering::Relaxed);
        thread::scope(|scope| {
            for seed in 0..WRITERS {
                scope.spawn(move || self.sessions(seed, |conn, dice| self.write(conn, dice, seed)));
            }
            for seed in 0..READERS {
                scope.spawn(move || self.sessions(100 + seed, |conn, dice| self.read(conn, dice)));
            }
            for seed in 0..KILLERS {
                scope.spawn(move || self.sessions(200 + seed, |conn, dice| self.kill(conn, dice)));
            }
            scope.spawn(|| self.sessions(300, |conn, dice| self.reinstall(conn, dice)));
            scope.spawn(|| self.sessions(301, |conn, dice| self.set(conn, dice)));
            let deadline = Instant::now() + length;
            while Instant::now() < deadline {
                thread::sleep(Duration::from_millis(20));
            }
            let ended = end();
            self.over.store(true, Ordering::Relaxed);
            self.wake_all();
            ended
        })
    }

    /// Ends the long waits of a round that is over; there is nothing to wake where the server is down.
    fn wake_all(&self) {
        if let Ok(mut conn) = self.connect() {
            let _ = conn.query_drop("SET GLOBAL tandem_doorbell = OFF");
            let _ = conn.query_drop("SET GLOBAL tandem_doorbell = ON");
        }
    }

    fn write(&self, conn: &mut Conn, dice: &mut Dice, seed: u64) -> Result<(), mysql::Error> {
        let row = "INSERT INTO storm.t (v) VALUES (1), (2)";
        let branch = format!("'storm{seed}'");
        let statements = match dice.roll(6) {
            0 | 1 => vec![String::from(row)],
            2 => vec![
                String::from("BEGIN"),
                String::from(row),
                String::from("COMMIT"),
            ],
            3 => vec![
                String::from("BEGIN"),
                String::from(row),
                String::from("ROLLBACK"),
            ],
            4 => vec![String::from("CALL storm.p()")],
            _ => vec![
                format!("XA START {branch}"),
                String::from(row),
                format!("XA END {branch}"),
                format!("XA PREPARE {branch}"),
                format!("XA COMMIT {branch}"),
            ],
        };
        for statement in statements {
            conn.query_drop(statement)?;
            add(&self.deeds.writes);
        }
        Ok(())
    }

    fn read(&self, conn: &mut Conn, dice: &mut Dice) -> Result<(), mysql::Error> {
        if dice.roll(4) == 0 {
            // One of the two names is the server's.
            let _ = conn.query_drop("SET max_execution_time = 40");
            let _ = conn.query_drop("SET max_statement_time = 0.04");
        }
        let mut since = 0;
        for _ in 0..10 {
            if self.over.load(Ordering::Relaxed) {
                break;
            }
            let timeout_ms = [0, 20, 500, 30_000][dice.roll(4) as usize];
            let prefix = PREFIX + dice.roll(2) as i64;
            let sql = format!("SELECT tandem_wait({prefix}, {since}, {timeout_ms})");
            match conn.query_first::<mysql::Value, _>(sql) {
                Ok(value) => {
                    add(&self.deeds.waits);
                    since = self.heard(value);
                }
                Err(error) => {
                    add(&self.deeds.interruptions);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Takes note of what a wait returned; the bell.
    fn heard(&self, value: Option<mysql::Value>) -> u64 {
        let text = match &value {
            Some(mysql::Value::Bytes(bytes)) => std::str::from_utf8(bytes).unwrap_or_default(),
            _ => "",
        };
        match Heard::parse(text) {
            Ok(heard) => {
                if heard.closing {
                    add(&self.deeds.closings);
                }
                heard.bell
            }
            Err(error) => {
                let mut oddities = self.oddities.lock().unwrap_or_else(PoisonError::into_inner);
                oddities.push(format!("{value:?}: {error}"));
                0
            }
        }
    }

    fn kill(&self, conn: &mut Conn, dice: &mut Dice) -> Result<(), mysql::Error> {
        let sql =
            "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT tandem_wait%'
                   OR info LIKE 'INSERT INTO storm%' ORDER BY RAND() LIMIT 1";
        let found = conn.query_first::<mysql::Value, _>(sql)?;
        if let Some(Ok(id)) = found.map(mysql::from_value_opt::<u64>) {
            let verb = ["KILL", "KILL QUERY"][dice.roll(2) as usize];
            // The session may be gone by now.
            if conn.query_drop(format!("{verb} {id}")).is_ok() {
                add(&self.deeds.kills);
            }
        }
        Ok(())
    }

    fn reinstall(&self, conn: &mut Conn, _: &mut Dice) -> Result<(), mysql::Error> {
        if conn.query_drop("UNINSTALL PLUGIN tandem").is_ok() {
            add(&self.deeds.uninstalls);
        }
        if conn
            .query_drop("INSTALL PLUGIN tandem SONAME 'tandem.so'")
            .is_ok()
        {
            add(&self.deeds.installs);
            // Let the others work with it for a moment.
            conn.query_drop("DO SLEEP(0.05)")?;
        }
        Ok(())
    }

    fn set(&self, conn: &mut Conn, dice: &mut Dice) -> Result<(), mysql::Error> {
        let statement = match dice.roll(5) {
            0 => "SHOW GLOBAL STATUS LIKE 'Tandem%'",
            1 => "SHOW GLOBAL VARIABLES LIKE 'tandem%'",
            2 => "SELECT tandem_status(), tandem_version()",
            3 => "SET GLOBAL tandem_doorbell = OFF",
            _ => "SET GLOBAL tandem_doorbell = ON",
        };
        conn.query_drop(statement)
    }
}

fn prepare(conn: &mut Conn) -> Result<()> {
    conn.query_drop("DROP DATABASE IF EXISTS storm")?;
    conn.query_drop("CREATE DATABASE storm")?;
    conn.query_drop("CREATE TABLE storm.t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)")?;
    conn.query_drop("CREATE TABLE storm.outbox (seq BIGINT PRIMARY KEY AUTO_INCREMENT, id INT)")?;
    conn.query_drop("CREATE PROCEDURE storm.p() BEGIN INSERT INTO t (v) VALUES (1); COMMIT; END")?;
    conn.query_drop(format!(
        "CREATE TRIGGER storm.t_ai AFTER INSERT ON storm.t FOR EACH ROW BEGIN
             DECLARE CONTINUE HANDLER FOR 1305 BEGIN END;
             INSERT INTO storm.outbox (id) VALUES (NEW.id);
             DO tandem_fire({});
         END",
        (PREFIX << 20) | 1
    ))?;
    Ok(())
}

/// After the storm: the plugin can be installed, nothing is left behind, and the bell rings.
fn calm(storm: &Storm) -> Result<()> {
    until("the plugin is gone or there", || {
        let mut conn = storm.connect()?;
        let known = plugin_status(&mut conn)?;
        Ok(known.is_none_or(|known| known == "ACTIVE"))
    })?;
    let mut conn = storm.connect()?;
    install(&mut conn)?;
    conn.query_drop("SET GLOBAL tandem_doorbell = ON")?;
    until("nobody waits", || Ok(status(&mut conn, "waiters")? == 0))?;
    let mut reader = Reader::new(storm.connect()?, PREFIX)?;
    conn.query_drop("INSERT INTO storm.t (v) VALUES (1)")?;
    reader.hears(1)?;
    // The writes that were committed are in the outbox, whether the plugin was there or not.
    let missing = "SELECT COUNT(*) FROM storm.t WHERE id NOT IN (SELECT id FROM storm.outbox)";
    ensure!(conn.query_first::<u64, _>(missing)? == Some(0));
    ensure!(status(&mut conn, "panics")? == 0, "the plugin panicked");
    let oddities = storm
        .oddities
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    ensure!(
        oddities.is_empty(),
        "{} odd answers: {:?}",
        oddities.len(),
        oddities.first()
    );
    Ok(())
}

fn seconds() -> Duration {
    let seconds = std::env::var("TANDEM_STORM_SECONDS").ok();
    Duration::from_secs(seconds.and_then(|text| text.parse().ok()).unwrap_or(6))
}

#[test]
fn storm() -> Result<()> {
    if let Some(socket) = std::env::var_os("TANDEM_STORM_SOCKET") {
        let storm = Storm::new(PathBuf::from(socket));
        let mut conn = storm.connect()?;
        install(&mut conn)?;
        prepare(&mut conn)?;
        drop(conn);
        storm.rage(seconds(), || Ok(()))?;
        eprintln!("{:?}", storm.deeds);
        return calm(&storm);
    }
    let server = PrivateServer::new("storm", &[])?;
    server.install()?;
    prepare(&mut server.connect()?)?;
    let storm = Storm::new(server.legacy.socket());
    for round in 0..3 {
        // In the middle of everything: shut down twice, then only end the round.
        storm.rage(seconds(), || {
            if round < 2 {
                server.legacy.stop()
            } else {
                Ok(())
            }
        })?;
        if round < 2 {
            server.legacy.start()?;
        }
        calm(&storm).context("after the storm")?;
        let alarms = server.alarms()?;
        ensure!(alarms.is_empty(), "{alarms:?}");
    }
    eprintln!("{:?}", storm.deeds);
    let deeds = &storm.deeds;
    for (deed, least) in [
        (&deeds.writes, 100),
        (&deeds.waits, 100),
        (&deeds.closings, 1),
        (&deeds.interruptions, 5),
        (&deeds.kills, 5),
        (&deeds.uninstalls, 3),
        (&deeds.installs, 3),
    ] {
        ensure!(
            deed.load(Ordering::Relaxed) >= least,
            "that was no storm: {deeds:?}"
        );
    }
    Ok(())
}
