//! The bell rings after the commit, not before, and is not lost, whatever way the change is made.

use anyhow::{Result, ensure};
use mysql::Conn;
use mysql::prelude::Queryable;
use tandem_tests::pair::{Reader, Server, fresh_prefix, until};

/// The number of the captured table within its link.
const TABLE: u64 = 3;

/// A database with one captured table, a writer and a reader.
struct Scene {
    server: Server,
    database: String,
    writer: Conn,
    reader: Reader,
}

impl Scene {
    fn new() -> Result<Self> {
        let server = Server::shared()?;
        let prefix = fresh_prefix();
        let database = format!("bell_{prefix}");
        let mut writer = server.connect()?;
        writer.query_drop(format!("CREATE DATABASE {database}"))?;
        writer.select_db(&database)?;
        writer.query_drop("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)")?;
        writer.query_drop("CREATE TABLE outbox (seq BIGINT PRIMARY KEY AUTO_INCREMENT, id INT)")?;
        let id = (prefix << 20) | TABLE as i64;
        for (name, event) in [("t_ai", "INSERT"), ("t_au", "UPDATE")] {
            writer.query_drop(format!(
                "CREATE TRIGGER {name} AFTER {event} ON t FOR EACH ROW BEGIN
                     DECLARE CONTINUE HANDLER FOR 1305 BEGIN END;
                     INSERT INTO outbox (id) VALUES (NEW.id);
                     DO tandem_fire({id});
                 END"
            ))?;
        }
        let reader = Reader::new(server.connect()?, prefix)?;
        Ok(Self {
            server,
            database,
            writer,
            reader,
        })
    }

    /// Another session of the application.
    fn session(&self) -> Result<Conn> {
        let mut conn = self.server.connect()?;
        conn.select_db(&self.database)?;
        Ok(conn)
    }

    fn run(&mut self, statements: &[&str]) -> Result<()> {
        for statement in statements {
            self.writer.query_drop(statement)?;
        }
        Ok(())
    }

    /// What the application has done so far has rung. A bell rings when a statement has been answered, so the next statement waits for it.
    fn catch_up(&mut self) -> Result<()> {
        self.run(&["DO 0"])?;
        self.reader.catch_up()
    }

    /// `before` must not ring; `commit` must.
    fn rings_at(&mut self, before: &[&str], commit: &str) -> Result<()> {
        self.run(before)?;
        self.reader.hears_nothing(250)?;
        self.rings_after(commit)
    }

    /// `commit` must ring, whatever rang before it.
    fn rings_after(&mut self, commit: &str) -> Result<()> {
        self.reader.catch_up()?;
        self.run(&[commit])?;
        self.reader.hears(TABLE)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.writer.reset();
        let drop = format!("DROP DATABASE {}", self.database);
        if let Err(error) = self.writer.query_drop(drop) {
            eprintln!("warning: {error}");
        }
    }
}

#[test]
fn autocommit() -> Result<()> {
    let mut scene = Scene::new()?;
    for _ in 0..50 {
        scene.rings_after("INSERT INTO t (v) VALUES (1), (2)")?;
    }
    scene.rings_after("REPLACE INTO t VALUES (1, 7)")?;
    scene.rings_after("UPDATE t SET v = v + 1")
}

#[test]
fn explicit_transaction() -> Result<()> {
    let mut scene = Scene::new()?;
    let before = [
        "BEGIN",
        "INSERT INTO t (v) VALUES (1)",
        "SELECT * FROM t",
        "SET @a = 1",
    ];
    scene.rings_at(&before, "COMMIT")
}

#[test]
fn transaction_without_autocommit() -> Result<()> {
    let mut scene = Scene::new()?;
    scene.run(&["SET autocommit = 0"])?;
    scene.rings_at(&["INSERT INTO t (v) VALUES (1)"], "COMMIT")?;
    scene.rings_at(&["UPDATE t SET v = 2"], "COMMIT")?;
    scene.rings_at(&["UPDATE t SET v = 3"], "SET autocommit = 1")
}

#[test]
fn savepoint_and_rollback_to_it() -> Result<()> {
    let mut scene = Scene::new()?;
    let before = [
        "BEGIN",
        "INSERT INTO t (v) VALUES (1)",
        "SAVEPOINT s",
        "INSERT INTO t (v) VALUES (2)",
        "ROLLBACK TO SAVEPOINT s",
    ];
    scene.rings_at(&before, "COMMIT")
}

#[test]
fn no_silence_after_a_rollback() -> Result<()> {
    let mut scene = Scene::new()?;
    scene.run(&["BEGIN", "INSERT INTO t (v) VALUES (1)", "ROLLBACK"])?;
    scene.rings_after("INSERT INTO t (v) VALUES (1)")?;
    scene.catch_up()?;
    scene.rings_at(&["BEGIN", "INSERT INTO t (v) VALUES (1)"], "COMMIT")
}

#[test]
fn chained_transactions() -> Result<()> {
    let mut scene = Scene::new()?;
    scene.rings_at(
        &["BEGIN", "INSERT INTO t (v) VALUES (1)"],
        "COMMIT AND CHAIN",
    )?;
    scene.rings_at(&["INSERT INTO t (v) VALUES (1)"], "COMMIT AND CHAIN")?;
    scene.rings_at(&["INSERT INTO t (v) VALUES (1)"], "COMMIT")
}

#[test]
fn transactions_committed_by_another_statement() -> Result<()> {
    let mut scene = Scene::new()?;
    scene.rings_at(&["BEGIN", "INSERT INTO t (v) VALUES (1)"], "BEGIN")?;
    scene.rings_at(&["INSERT INTO t (v) VALUES (1)"], "START TRANSACTION")?;
    scene.rings_at(
        &["INSERT INTO t (v) VALUES (1)"],
        "CREATE TABLE other (a INT)",
    )?;
    let lock = "LOCK TABLES t WRITE, outbox WRITE";
    scene.rings_at(&["BEGIN", "INSERT INTO t (v) VALUES (1)"], lock)?;
    scene.rings_after("INSERT INTO t (v) VALUES (1)")?;
    scene.run(&["UNLOCK TABLES"])
}

#[test]
fn several_statements_in_one_packet() -> Result<()> {
    let mut scene = Scene::new()?;
    scene.rings_after("INSERT INTO t (v) VALUES (1); SELECT 1; SELECT 2")?;
    scene.rings_after("BEGIN; INSERT INTO t (v) VALUES (1); COMMIT")?;
    // The first transaction is committed in the middle of the packet, the second is open at its end.
    let two = "BEGIN; INSERT INTO t (v) VALUES (1); COMMIT; BEGIN; UPDATE t SET v = 5";
    scene.rings_after(two)?;
    scene.catch_up()?;
    scene.reader.hears_nothing(250)?;
    scene.rings_after("COMMIT")
}

#[test]
fn prepared_statements() -> Result<()> {
    let mut scene = Scene::new()?;
    let insert = scene.writer.prep("INSERT INTO t (v) VALUES (?)")?;
    let commit = scene.writer.prep("COMMIT")?;
    scene.catch_up()?;
    scene.writer.exec_drop(&insert, (1,))?;
    scene.reader.hears(TABLE)?;
    scene.run(&["BEGIN"])?;
    scene.writer.exec_drop(&insert, (1,))?;
    scene.reader.hears_nothing(250)?;
    scene.writer.exec_drop(&commit, ())?;
    scene.reader.hears(TABLE)?;
    scene.run(&[
        "PREPARE c FROM 'COMMIT'",
        "BEGIN",
        "INSERT INTO t (v) VALUES (1)",
    ])?;
    scene.rings_after("EXECUTE c")
}

#[test]
fn stored_routines() -> Result<()> {
    let mut scene = Scene::new()?;
    scene.run(&[
        "CREATE PROCEDURE p() INSERT INTO t (v) VALUES (1)",
        "CREATE PROCEDURE q() BEGIN START TRANSACTION; INSERT INTO t (v) VALUES (1); COMMIT; END",
        "CREATE PROCEDURE r() BEGIN INSERT INTO t (v) VALUES (1); COMMIT; START TRANSACTION; END",
        "CREATE FUNCTION f() RETURNS INT BEGIN INSERT INTO t (v) VALUES (1); RETURN 1; END",
    ])?;
    scene.rings_after("CALL p()")?;
    scene.rings_after("CALL q()")?;
    scene.rings_after("SELECT f()")?;
    scene.run(&["BEGIN"])?;
    scene.rings_after("CALL r()")?;
    scene.run(&["CALL p()"])?;
    scene.rings_after("COMMIT")?;
    scene.catch_up()?;
    scene.rings_at(&["BEGIN", "SELECT f()"], "COMMIT")
}

#[test]
fn commit_inside_a_procedure_that_goes_on() -> Result<()> {
    let mut scene = Scene::new()?;
    scene.run(&["CREATE PROCEDURE p() BEGIN INSERT INTO t (v) VALUES (1); DO SLEEP(20); END"])?;
    scene.catch_up()?;
    let mut session = scene.session()?;
    let connection = session.connection_id();
    let call = std::thread::spawn(move || session.query_drop("CALL p()"));
    // Long before the call ends, the committed row is there and the bell has rung for it.
    scene.reader.hears(TABLE)?;
    let rows: Option<u64> = scene.writer.query_first("SELECT COUNT(*) FROM outbox")?;
    ensure!(rows == Some(1), "the row is not committed");
    scene.run(&[&format!("KILL {connection}")])?;
    ensure!(call.join().is_ok(), "the caller panicked");
    Ok(())
}

#[test]
fn a_failing_statement_does_not_silence_the_next() -> Result<()> {
    let mut scene = Scene::new()?;
    scene.run(&["INSERT INTO t VALUES (10, 1)"])?;
    ensure!(
        scene
            .run(&["INSERT INTO t VALUES (11, 1), (10, 1)"])
            .is_err()
    );
    scene.rings_after("INSERT INTO t VALUES (12, 1)")?;
    scene.run(&["BEGIN", "INSERT INTO t VALUES (13, 1)"])?;
    ensure!(scene.run(&["INSERT INTO t VALUES (10, 1)"]).is_err());
    scene.rings_after("COMMIT")?;
    // The procedure has committed before it fails.
    scene.run(&["CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (20, 1); CALL missing(); END"])?;
    scene.catch_up()?;
    ensure!(scene.run(&["CALL p()"]).is_err());
    scene.reader.hears(TABLE)
}

#[test]
fn an_error_handled_inside_the_trigger() -> Result<()> {
    let mut scene = Scene::new()?;
    let id = (scene.reader.prefix << 20) | TABLE as i64;
    scene.run(&[
        "CREATE TABLE u (a INT)",
        &format!(
            "CREATE TRIGGER u_ai AFTER INSERT ON u FOR EACH ROW BEGIN
                 DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END;
                 DO tandem_fire({id});
                 INSERT INTO outbox VALUES (1, 1);
                 INSERT INTO outbox VALUES (1, 1);
             END"
        ),
    ])?;
    scene.rings_after("INSERT INTO u VALUES (1)")?;
    scene.run(&["BEGIN", "INSERT INTO u VALUES (1)"])?;
    scene.rings_after("COMMIT")
}

#[test]
fn load_data() -> Result<()> {
    let mut scene = Scene::new()?;
    let file = std::env::temp_dir().join(format!("tandem-load-{}", scene.reader.prefix));
    std::fs::write(&file, "100\t1\n101\t2\n")?;
    let load = format!("LOAD DATA INFILE '{}' INTO TABLE t", file.display());
    let rung = scene.rings_after(&load);
    std::fs::remove_file(&file)?;
    rung
}

#[test]
fn xa_transactions() -> Result<()> {
    let mut scene = Scene::new()?;
    let gtrid = format!("bell{}", scene.reader.prefix);
    let xa = |verb: &str| format!("XA {verb} '{gtrid}', 'b', 1");
    scene.run(&[&xa("START"), "INSERT INTO t (v) VALUES (1)", &xa("END")])?;
    scene.reader.hears_nothing(250)?;
    scene.rings_after(&format!("{} ONE PHASE", xa("COMMIT")))?;
    // Prepared by one session, which goes away, and committed by another, spelled differently.
    let mut other = scene.session()?;
    let parts = [
        xa("START"),
        String::from("INSERT INTO t (v) VALUES (1)"),
        xa("END"),
        xa("PREPARE"),
    ];
    for part in &parts {
        other.query_drop(part)?;
    }
    drop(other);
    scene.catch_up()?;
    let commit = format!("xa  commit '{gtrid}','b',1 ;");
    // The server takes a moment to give the branch free when its session goes.
    until("the branch is free", || {
        Ok(scene.writer.query_drop(&commit).is_ok())
    })?;
    scene.reader.hears(TABLE)?;
    // Rolled back: nothing to hear, and no silence afterwards.
    scene.run(&parts.iter().map(String::as_str).collect::<Vec<_>>())?;
    scene.run(&[&xa("ROLLBACK")])?;
    scene.rings_after("INSERT INTO t (v) VALUES (1)")
}

#[test]
fn event_of_the_scheduler() -> Result<()> {
    let mut scene = Scene::new()?;
    scene.run(&["SET GLOBAL event_scheduler = ON"])?;
    scene.catch_up()?;
    scene.run(&[
        "CREATE EVENT e ON SCHEDULE AT CURRENT_TIMESTAMP DO INSERT INTO t (v) VALUES (1)",
    ])?;
    scene.reader.hears(TABLE)?;
    let row = |scene: &mut Scene| {
        scene
            .writer
            .query_first::<u64, _>("SELECT COUNT(*) FROM outbox")
    };
    until("the event's row is there", || {
        Ok(row(&mut scene)? == Some(1))
    })
}

#[test]
fn compound_statement_inside_a_transaction() -> Result<()> {
    let mut scene = Scene::new()?;
    if scene.server.is_mysql() {
        // MySQL has no compound statements outside of routines; this is the nearest.
        scene.run(&["CREATE PROCEDURE p() BEGIN INSERT INTO t (v) VALUES (2); END"])?;
        scene.run(&["BEGIN", "INSERT INTO t (v) VALUES (1)", "CALL p()"])?;
    } else {
        scene.run(&["BEGIN", "INSERT INTO t (v) VALUES (1)"])?;
        scene.run(&["BEGIN NOT ATOMIC INSERT INTO t (v) VALUES (2); END"])?;
    }
    scene.rings_after("COMMIT")
}

#[test]
fn harmless_arguments() -> Result<()> {
    let mut scene = Scene::new()?;
    let values: Option<(i64, i64, i64)> = scene
        .writer
        .query_first("SELECT tandem_fire(NULL), tandem_fire(-1), tandem_fire('x')")?;
    ensure!(values == Some((0, 0, 1)), "{values:?}");
    scene.run(&["SELECT tandem_fire(v) FROM t"])?;
    let nulls = "SELECT tandem_wait(NULL, 0, 0), tandem_wait(-1, 0, 0), tandem_wait(1 << 43, 0, 0)";
    let nulls: Option<(Option<String>, Option<String>, Option<String>)> =
        scene.writer.query_first(nulls)?;
    ensure!(nulls == Some((None, None, None)), "{nulls:?}");
    for wrong in [
        "tandem_fire()",
        "tandem_wait(1, 2)",
        "tandem_version(1)",
        "tandem_status(1)",
    ] {
        let error = scene.run(&[&format!("SELECT {wrong}")]).err();
        let text = error.map(|error| error.to_string()).unwrap_or_default();
        ensure!(text.contains("usage: tandem_"), "{wrong}: {text}");
    }
    Ok(())
}
