//! pg_chameleon, a program that reads the binary log of MySQL or MariaDB and writes to PostgreSQL.
//!
//! Promises: its example's settings for batches and pauses; it runs only between `start` and `stop`. Called by the contenders.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mysql::prelude::Queryable;
use postgres::Client;

use super::python;
use crate::bench::program;
use crate::bench::stage::Stage;
use crate::interrupt;
use crate::servers::Root;

/// The longest that it may need to catch up.
const PATIENCE: Duration = Duration::from_secs(1800);
/// The longest that it may take to end.
const END: Duration = Duration::from_secs(60);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(5);
/// What it calls its source.
const SOURCE: [&str; 2] = ["--source", "mysql"];

/// It, with one legacy database and one upgrade database of the same name.
pub struct Chameleon {
    root: Root,
    database: String,
    home: PathBuf,
    child: Option<Child>,
    reached: i64,
}

impl Chameleon {
    /// Fetches it and lets it bring over the legacy database, to schema `app`. The database must have a table `marker (id, reached)` with
    /// one row.
    pub fn begin(stage: &Stage, database: &str) -> Result<Self> {
        if stage.is_mysql() {
            bail!("it asks for SHOW MASTER STATUS, which MySQL has no more since 8.4");
        }
        let root = Root::of_python("peer-chameleon", &["pg_chameleon==2.0.21", "setuptools<81"])?;
        let home = stage.file(database);
        for folder in ["configuration", "logs", "pid"] {
            fs::create_dir_all(home.join(".pg_chameleon").join(folder))?;
        }
        fs::write(
            home.join(".pg_chameleon/configuration/default.yml"),
            configuration(stage, database, &home.display().to_string()),
        )?;
        stage
            .legacy("")?
            .query_drop("SET GLOBAL binlog_row_metadata = 'FULL'")?;
        stage
            .upgrade("postgres")?
            .batch_execute(&format!("CREATE DATABASE {database}"))?;
        let chameleon = Self {
            root,
            database: database.to_string(),
            home,
            child: None,
            reached: 0,
        };
        program::run(chameleon.command().arg("create_replica_schema"))?;
        program::run(chameleon.command().arg("add_source").args(SOURCE))?;
        program::run(
            chameleon
                .command()
                .args(["init_replica", "--debug"])
                .args(SOURCE),
        )?;
        Ok(chameleon)
    }

    /// Starts to follow.
    pub fn start(&mut self) -> Result<()> {
        let output = fs::File::create(self.home.join("output"))?;
        let child = self
            .command()
            .arg("start_replica")
            .args(SOURCE)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        self.child = Some(child);
        Ok(())
    }

    /// Commits the sign that [`Chameleon::wait`] waits for.
    pub fn mark(&mut self, stage: &Stage) -> Result<()> {
        self.reached += 1;
        let sql = format!("UPDATE marker SET reached = {}", self.reached);
        Ok(stage.legacy(&self.database)?.query_drop(sql)?)
    }

    /// Waits until everything before the last mark is here.
    pub fn wait(&mut self, stage: &Stage) -> Result<()> {
        let mut client = self.reader(stage)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let row = client.query_opt("SELECT reached::bigint FROM app.marker", &[])?;
            if row.is_some_and(|row| row.get::<_, i64>(0) == self.reached) {
                return Ok(());
            }
            let ended = match &mut self.child {
                Some(child) => child.try_wait()?.is_some(),
                None => true,
            };
            if ended || interrupt::happened() || Instant::now() > deadline {
                bail!("it does not catch up: {}", self.last_words());
            }
            sleep(LOOK);
        }
    }

    /// Ends it.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        let group = -i32::try_from(child.id())?;
        let deadline = Instant::now() + END;
        // SAFETY: kill takes plain numbers; the group is the child's own, and the child has not been waited for.
        unsafe { libc::kill(group, libc::SIGINT) };
        while child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                // SAFETY: as above.
                unsafe { libc::kill(group, libc::SIGKILL) };
                child.wait()?;
            }
            sleep(LOOK);
        }
        // What its name still stands on; without it the next start believes that it runs.
        drop(fs::remove_file(
            self.home.join(".pg_chameleon/pid/mysql.pid"),
        ));
        Ok(())
    }

    /// A session on its upgrade database.
    pub fn reader(&self, stage: &Stage) -> Result<Client> {
        stage.upgrade(&self.database)
    }

    /// Ends it and removes its upgrade database.
    pub fn remove(mut self, stage: &Stage) -> Result<()> {
        self.stop()?;
        stage.drop_upgrade_database(&self.database)
    }

    fn command(&self) -> Command {
        python::command(&self.root, "chameleon.py", &self.home)
    }

    fn last_words(&self) -> String {
        let output = fs::read_to_string(self.home.join("output")).unwrap_or_default();
        let lines: Vec<&str> = output.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("; ")
    }
}

impl Drop for Chameleon {
    fn drop(&mut self) {
        if let Err(error) = self.stop().context("pg_chameleon does not end") {
            eprintln!("warning: {error:#}");
        }
    }
}

fn configuration(stage: &Stage, database: &str, home: &str) -> String {
    let (from, to) = (stage.legacy_end(), stage.upgrade_end());
    format!(
        "pid_dir: '{home}/.pg_chameleon/pid/'\nlog_dir: '{home}/.pg_chameleon/logs/'\nlog_dest: stdout\nlog_level: info\n\
         log_days_keep: 10\nrollbar_key: ''\nrollbar_env: ''\ntype_override: {{}}\nfillfactor: {{}}\n\
         pg_conn: {{host: '{}', port: '{}', user: '{}', password: '{}', database: '{database}', charset: utf8}}\n\
         sources:\n  mysql:\n    db_conn: {{host: '{}', port: '{}', user: '{}', password: '{}', charset: utf8, connect_timeout: 10}}\n\
         \x20   schema_mappings: {{{database}: app}}\n    limit_tables: []\n    skip_tables: []\n    grant_select_to: []\n\
         \x20   lock_timeout: 120s\n    my_server_id: 100\n    replica_batch_size: 10000\n    replay_max_rows: 10000\n\
         \x20   batch_retention: 1 day\n    copy_max_memory: 300M\n    copy_mode: file\n    out_dir: '{home}'\n    sleep_loop: 1\n\
         \x20   on_error_replay: exit\n    on_error_read: exit\n    auto_maintenance: disabled\n    gtid_enable: false\n    type: mysql\n\
         \x20   keep_existing_schema: No\n",
        to.host, to.port, to.user, to.password, from.host, from.port, from.user, from.password
    )
}
