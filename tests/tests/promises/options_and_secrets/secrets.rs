//! No password is in an error, a view, a process list or a log, neither the right one nor one that was refused.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::condition::until_so;
use tandem_tests::ends::Ends;
use tandem_tests::link::Link;
use tandem_tests::upgrade_sql::{refused, rows};

use super::TABLE;

const SECRET: &str = "Sesame-8c1f-open";
const WRONG: &str = "Sesame-77aa-shut";

/// Where a link shows itself.
const VIEWS: [&str; 8] = [
    "stat_link",
    "stat_table",
    "event",
    "event_log",
    "link",
    "table_map",
    "parked",
    "progress",
];

pub fn secrets_are_never_shown() -> Result<()> {
    let ends = Ends::shared()?;
    let mut legacy = ends.legacy("")?;
    legacy.query_drop("DROP USER IF EXISTS keeper")?;
    legacy.query_drop(format!("CREATE USER keeper IDENTIFIED BY '{SECRET}'"))?;
    legacy.query_drop("GRANT ALL ON *.* TO keeper WITH GRANT OPTION")?;
    let link = Link::with_tables(ends, "secrets", TABLE)?.account("keeper", SECRET);
    link.begin_and_wait()?;

    let mut said = with_a_wrong_password(&link)?;
    said.push(with_a_server_that_is_away(&link)?);
    said.extend(shown(&link)?);
    for secret in [SECRET, WRONG] {
        for text in &said {
            let line = text.lines().find(|line| line.contains(secret));
            // The server itself writes what was typed when it logs statements; here nothing that was typed failed.
            ensure!(line.is_none(), "shown: {}", line.unwrap_or_default());
        }
    }

    set_port(&link, link.ends.legacy.port)?;
    link.verb("pause")?;
    link.verb("resume")?;
    link.in_step()?;
    link.finish()?;
    legacy.query_drop("DROP USER keeper")?;
    Ok(())
}

/// Errors of every function that connects, with a password that is refused; the link runs again afterwards.
fn with_a_wrong_password(link: &Link) -> Result<Vec<String>> {
    set_password(link, WRONG)?;
    link.verb("stop")?;
    until_so("the worker has gone", Duration::from_secs(20), || {
        Ok(link.workers("tandem link worker")?.is_empty())
    })?;
    let mut said = Vec::new();
    for call in [
        "start('secrets')",
        "check('secrets')",
        "legacy_script('secrets')",
        "uninstall('secrets')",
    ] {
        let refusal = refused(&mut link.upgrade()?, &format!("SELECT tandem.{call}"))?;
        ensure!(
            refusal.message.contains("Access denied") || refusal.detail.contains("Access denied"),
            "{call}: {refusal:?}"
        );
        said.push(format!("{refusal:?}"));
    }
    set_password(link, SECRET)?;
    link.verb("start")?;
    link.wait()?;
    Ok(said)
}

/// The error of a port that nobody listens on; the link's own worker meets it too.
fn with_a_server_that_is_away(link: &Link) -> Result<String> {
    set_port(link, 1)?;
    let refusal = refused(&mut link.upgrade()?, "SELECT tandem.check('secrets')")?;
    ensure!(refusal.code.starts_with("08"), "{refusal:?}");
    link.verb("pause")?;
    link.verb("resume")?;
    link.becomes("legacy_away", Duration::from_secs(30))?;
    Ok(format!("{refusal:?}"))
}

/// All that views, the list of processes and the logs of both servers show.
fn shown(link: &Link) -> Result<Vec<String>> {
    let mut upgrade = link.upgrade()?;
    let mut said = Vec::new();
    for view in VIEWS {
        let shown = rows(
            &mut upgrade,
            &format!("SELECT row_to_json(v) FROM tandem.{view} v"),
        )?;
        said.push(format!("{shown:?}"));
    }
    let processes = rows(
        &mut upgrade,
        "SELECT query FROM pg_stat_activity WHERE backend_type LIKE 'tandem%'",
    )?;
    said.push(format!("{processes:?}"));
    for log in link.ends.logs() {
        said.push(log_text(log)?);
    }
    Ok(said)
}

fn set_password(link: &Link, password: &str) -> Result<()> {
    link.upgrade_run(&format!(
        "ALTER USER MAPPING FOR CURRENT_USER SERVER secrets OPTIONS (SET password '{password}')"
    ))
}

fn set_port(link: &Link, port: u16) -> Result<()> {
    link.upgrade_run(&format!("ALTER SERVER secrets OPTIONS (SET port '{port}')"))
}

fn log_text(path: &Path) -> Result<String> {
    let text =
        std::fs::read(path).with_context(|| format!("could not read \"{}\"", path.display()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
