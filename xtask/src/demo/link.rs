//! What DBAs type to link the two databases.

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
/// Remarks of the scaffold that are shown; the others are counted.
const SHOWN_REMARKS: usize = 4;

/// On the legacy server: the plugin, and an account with the rights the link needs.
pub fn prepare_legacy(dba: &mut LegacyDba<'_>, password: &str) -> Result<()> {
    dba.type_in("INSTALL PLUGIN tandem SONAME 'tandem.so'", None)?;
    dba.type_in(
        &format!("CREATE USER {ACCOUNT}@'127.0.0.1' IDENTIFIED BY '{password}'"),
        Some(password),
    )?;
    dba.type_in(
        &format!("GRANT SELECT, TRIGGER ON app.* TO {ACCOUNT}@'127.0.0.1'"),
        None,
    )?;
    dba.type_in(
        &format!("GRANT ALL ON `tandem\\_{LINK}`.* TO {ACCOUNT}@'127.0.0.1'"),
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

/// Takes the link away from both servers, and looks whether anything is left on the legacy server.
pub fn uninstall(dba: &mut Dba<'_>, legacy: &mut LegacyDba<'_>, screen: &Screen) -> Result<()> {
    dba.type_in(&format!("SELECT tandem.uninstall('{LINK}')"), None)?;
    legacy.type_in("UNINSTALL PLUGIN tandem", None)?;
    let left: Option<u64> = legacy.conn().query_first(format!(
        "SELECT (SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = 'app') \
         + (SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'tandem_{LINK}')"
    ))?;
    match left {
        Some(0) => {
            screen.say("no trigger and no schema of the link is left on the legacy server");
            Ok(())
        }
        _ => bail!("triggers or the schema of the link are left on the legacy server"),
    }
}

/// Sums up what was made, and shows some of the remarks.
fn show_scaffold(screen: &Screen, rows: &[SimpleQueryRow]) {
    let column = |row: &SimpleQueryRow, name: &str| row.get(name).unwrap_or_default().to_string();
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
    let made = ["created", "will be created"];
    let remarks: Vec<&SimpleQueryRow> = rows
        .iter()
        .filter(|row| {
            let note = row.get("note").unwrap_or_default();
            !made.iter().any(|begin| note.starts_with(begin))
        })
        .collect();
    for row in remarks.iter().take(SHOWN_REMARKS) {
        let text = format!("{}: {}", column(row, "object"), column(row, "note"));
        screen.say(&format!("- {text}"));
    }
    if remarks.len() > SHOWN_REMARKS {
        screen.say(&format!(
            "- and {} more remarks",
            remarks.len() - SHOWN_REMARKS
        ));
    }
}

fn show_findings(screen: &Screen, rows: &[SimpleQueryRow]) -> Result<()> {
    if rows.is_empty() {
        screen.say("nothing stands in the way");
    }
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
    Ok(())
}
