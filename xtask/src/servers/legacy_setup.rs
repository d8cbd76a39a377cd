//! The first start of a legacy server: its data directory, its accounts, its database.
//!
//! Promises: `root` comes in through the socket without a password, `tandem_admin` over TCP with one; no other account can
//! log in. Called once per instance, by `legacy`.

use std::fs::{self, File};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use mysql::prelude::Queryable;

use super::command::{run, tail};
use super::copy::copy_tree;
use super::legacy::{ADMIN, DATABASE, Legacy};
use super::{account, config, tls};

/// MariaDB's own scripts that make the system tables, in order. Between series they differ in the first word only.
const SCRIPTS: [&str; 5] = [
    "{}_system_tables.sql",
    "{}_performance_tables.sql",
    "{}_system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "{}_sys_schema.sql",
];

/// Makes the data directory and the files beside it. The server does not run yet.
pub fn initialize(server: &Legacy) -> Result<()> {
    let home = &server.home;
    eprintln!(
        "making a {} server in {}",
        server.engine(),
        home.dir().display()
    );
    let plugins = server.root.path().join("usr/lib/mysql/plugin");
    fs::create_dir_all(server.plugin_dir())?;
    if plugins.is_dir() {
        copy_tree(&plugins, &server.plugin_dir())?;
    }
    tls::create(home)?;
    home.write(
        "my.cnf",
        &config::legacy(home, &server.root, server.engine().is_mysql()),
    )?;
    if server.engine().is_mysql() {
        initialize_mysql(server)
    } else {
        initialize_mariadb(server)
    }
}

fn initialize_mysql(server: &Legacy) -> Result<()> {
    let home = &server.home;
    let mut command = account::command(&server.program(), home.account.as_ref());
    command
        .arg(format!("--defaults-file={}", home.path("my.cnf").display()))
        .arg("--initialize-insecure");
    run(&mut command).with_context(|| {
        format!(
            "could not make the data directory:\n{}",
            tail(&fs::read_to_string(server.log_path()).unwrap_or_default())
        )
    })
}

fn initialize_mariadb(server: &Legacy) -> Result<()> {
    let home = &server.home;
    home.own_dir(&home.path("data/mysql"))?;
    let share = server.root.messages_dir();
    let mut script = String::from(
        "CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n",
    );
    for name in SCRIPTS {
        let texts = ["mariadb", "mysql"]
            .map(|word| fs::read_to_string(share.join(name.replace("{}", word))));
        let Some(text) = texts.into_iter().find_map(Result::ok) else {
            bail!("the packages have no {name}")
        };
        script.push_str(&text);
        script.push('\n');
    }
    let path = home.write("tmp/bootstrap.sql", &script)?;
    let log = home.path("log/bootstrap.log");
    let status = account::command(&server.program(), home.account.as_ref())
        .arg(format!("--defaults-file={}", home.path("my.cnf").display()))
        .args(["--bootstrap", "--skip-log-bin", "--log-warnings=0"])
        .stdin(File::open(&path)?)
        .stdout(Stdio::null())
        .stderr(File::create(&log)?)
        .status()?;
    if !status.success() {
        let errors =
            [log, server.log_path()].map(|path| fs::read_to_string(path).unwrap_or_default());
        bail!(
            "could not make the data directory:\n{}",
            tail(&errors.concat())
        );
    }
    Ok(fs::remove_file(path)?)
}

/// Makes the account for TCP and the application's database. May be repeated.
pub fn create_accounts(server: &Legacy) -> Result<()> {
    let mut root = server.connect_as_root()?;
    if !server.engine().is_mysql() {
        root.query_drop("DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost')")?;
        root.query_drop("FLUSH PRIVILEGES")?;
    }
    let password = &server.home.facts.password;
    root.query_drop(format!(
        "CREATE USER IF NOT EXISTS '{ADMIN}'@'%' IDENTIFIED BY '{password}'"
    ))?;
    root.query_drop(format!(
        "GRANT ALL PRIVILEGES ON *.* TO '{ADMIN}'@'%' WITH GRANT OPTION"
    ))?;
    root.query_drop(format!(
        "CREATE DATABASE IF NOT EXISTS {DATABASE} CHARACTER SET utf8mb4"
    ))?;
    Ok(())
}
