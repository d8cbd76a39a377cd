//! What DBAs type to link the two databases.

use std::collections::HashSet;

use anyhow::{Result, bail};
use mysql::prelude::Queryable;
use postgres::SimpleQueryRow;

use super::dba::Dba;
use super::legacy_dba::LegacyDba;
use super::screen::Screen;
use super::status::LINK;
use crate::servers::Endpoint;

/// Schema of the upgrade database that the tables come into.
pub const SCHEMA: &str = "telephone";
/// The link's account on the legacy server.
const ACCOUNT: &str = "tandem";
/// The plugin's functions, which MariaDB keeps when the plugin goes.
const FUNCTIONS: [&str; 4] = [
    "tandem_fire",
    "tandem_wait",
    "tandem_version",
    "tandem_status",
];

/// On the legacy server: the plugin, and an account with the rights the link needs.
pub fn prepare_legacy(dba: &mut LegacyDba<'_>, password: &str) -> Result<()> {
    dba.type_in("INSTALL PLUGIN tandem SONAME 'tandem.so'", None)?;
    let remembered = if dba.is_mysql() { "PERSIST" } else { "GLOBAL" };
    dba.type_in(
        &format!("SET {remembered} log_bin_trust_function_creators = ON"),
        None,
    )?;
    dba.type_in(
        &format!("CREATE USER {ACCOUNT}@'127.0.0.1' IDENTIFIED BY '{password}'"),
        Some(password),
    )?;
    let rights = if dba.is_mysql() {
        "SELECT, TRIGGER"
    } else {
        "SELECT, TRIGGER, LOCK TABLES"
    };
    dba.type_in(
        &format!("GRANT {rights} ON app.* TO {ACCOUNT}@'127.0.0.1'"),
        None,
    )?;
    dba.type_in(
        &format!("GRANT SELECT, INSERT, DELETE, CREATE, DROP ON `tandem\\_{LINK}`.* TO {ACCOUNT}@'127.0.0.1'"),
        None,
    )
}

/// On the upgrade server: from the extension to a link that runs.
pub fn link(dba: &mut Dba<'_>, screen: &Screen, legacy: &Endpoint, password: &str) -> Result<()> {
    dba.type_in("CREATE EXTENSION tandem", None)?;
    let ssl_ca = legacy
        .ssl_ca
        .as_ref()
        .map(|path| format!(",\n  ssl_ca '{}'", path.display()))
        .unwrap_or_default();
    dba.type_in(
        &format!(
            "CREATE SERVER {LINK} FOREIGN DATA WRAPPER tandem\n  OPTIONS (host '{}', port '{}', dbname '{}'{ssl_ca})",
            legacy.host, legacy.port, legacy.dbname
        ),
        None,
    )?;
    dba.type_in(
        &format!(
            "CREATE USER MAPPING FOR CURRENT_USER SERVER {LINK}\n  OPTIONS (username '{ACCOUNT}', password '{password}')"
        ),
        Some(password),
    )?;
    let made = dba.type_in(
        &format!("SELECT * FROM tandem.scaffold('{LINK}', '{SCHEMA}')"),
        None,
    )?;
    show_scaffold(screen, &made);
    let findings = dba.type_in(&format!("SELECT * FROM tandem.check('{LINK}')"), None)?;
    show_findings(screen, &findings)?;
    dba.type_in(&format!("SELECT tandem.start('{LINK}')"), None)?;
    Ok(())
}

/// Takes everything away from both servers, and looks whether anything is left on the legacy server, and the data here.
pub fn uninstall(dba: &mut Dba<'_>, legacy: &mut LegacyDba<'_>, screen: &Screen) -> Result<()> {
    dba.type_in(&format!("SELECT tandem.uninstall('{LINK}')"), None)?;
    dba.type_in(&format!("DROP SERVER {LINK} CASCADE"), None)?;
    dba.type_in("DROP EXTENSION tandem", None)?;
    legacy.type_in("UNINSTALL PLUGIN tandem", None)?;
    if !legacy.is_mysql() {
        for function in FUNCTIONS {
            legacy.type_in(&format!("DROP FUNCTION {function}"), None)?;
        }
    }
    legacy.type_in(&format!("DROP USER {ACCOUNT}@'127.0.0.1'"), None)?;
    let left: Option<u64> = legacy.conn().query_first(format!(
        "SELECT (SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = 'app') \
         + (SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'tandem_{LINK}')"
    ))?;
    if left != Some(0) {
        bail!("triggers or the schema of the link are left on the legacy server");
    }
    let tables = dba.ask(&format!(
        "SELECT count(*) FROM pg_tables WHERE schemaname = '{SCHEMA}'"
    ))?;
    screen.say(&format!(
        "nothing of Tandem is left on either server; the {} tables in PostgreSQL stay",
        tables.first().and_then(|row| row.get(0)).unwrap_or("0")
    ));
    Ok(())
}

/// Sums up what was made, and shows one remark of each kind.
fn show_scaffold(screen: &Screen, rows: &[SimpleQueryRow]) {
    let count = |kind: &str| {
        rows.iter()
            .filter(|row| row.get("kind") == Some(kind))
            .count()
    };
    screen.say(&format!(
        "{} tables and {} types created; {} indexes and {} foreign keys will follow the data",
        count("table"),
        count("type"),
        count("index"),
        count("foreign_key"),
    ));
    let remarks: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| {
            (
                row.get("object").unwrap_or_default(),
                row.get("note").unwrap_or_default(),
            )
        })
        .filter(|(_, note)| is_remark(note))
        .collect();
    let mut seen = HashSet::new();
    for (object, note) in &remarks {
        let alike = |other: &&(&str, &str)| beginning(other.1) == beginning(note);
        if seen.insert(beginning(note)) {
            let more = match remarks.iter().filter(alike).count() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            screen.say(&format!("- {object}{more}: {note}"));
        }
    }
}

/// The part of a remark that it shares with others of its kind: names are in quotes.
fn beginning(note: &str) -> &str {
    note.split('"').next().unwrap_or_default()
}

/// Whether a note says more than that something is created.
fn is_remark(note: &str) -> bool {
    !["created", "will be created"]
        .iter()
        .any(|begin| note.starts_with(begin))
}

fn show_findings(screen: &Screen, rows: &[SimpleQueryRow]) -> Result<()> {
    let mut errors = 0;
    for row in rows {
        let column = |name: &str| row.get(name).unwrap_or_default();
        errors += usize::from(column("severity") == "error");
        screen.say(&format!(
            "- {} {}: {}",
            column("severity"),
            column("code"),
            column("message")
        ));
    }
    if errors > 0 {
        bail!("tandem.check found {errors} errors");
    }
    screen.say("no error: nothing stands in the way");
    Ok(())
}
