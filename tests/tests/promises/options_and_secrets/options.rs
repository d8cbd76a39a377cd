//! Options are checked when they are given, and what is missing is said when it is needed.

use anyhow::{Result, bail, ensure};
use postgres::Client;
use tandem_tests::ends::Ends;
use tandem_tests::link::Link;
use tandem_tests::upgrade_sql::refused;

/// A line each: options of a server, or after a bar of a user mapping; the message; a part of the hint.
const WRONG: &str = r#"
hots 'x' -> invalid option "hots" -> Valid options here are: host, port, dbname
username 'x' -> invalid option "username" -> belongs to the user mapping
password 'x' -> invalid option "password" -> belongs to the user mapping
|host 'x' -> invalid option "host" -> belongs to the server
|user 'x' -> invalid option "user" -> Valid options here are: username, password
port '0' -> invalid value for option "port": "0" -> from 1 to 65535
port '65536' -> invalid value for option "port": "65536" -> from 1 to 65535
port 'mysql' -> invalid value for option "port": "mysql" -> from 1 to 65535
connect_timeout '0' -> invalid value for option "connect_timeout": "0" -> from 1 to 300
read_timeout '-1' -> invalid value for option "read_timeout": "-1" -> from 1 to 3600
backfill_workers '17' -> invalid value for option "backfill_workers": "17" -> from 1 to 16
chunk_rows '99' -> invalid value for option "chunk_rows": "99" -> from 100 to 10000000
batch_rows '0' -> invalid value for option "batch_rows": "0" -> from 1 to 1000000
host '' -> option "host" must not be empty -> leave it out
dbname '' -> option "dbname" must not be empty -> leave it out
|username '' -> option "username" must not be empty -> leave it out
outbox_schema 'a b' -> invalid value for option "outbox_schema": "a b" -> at most 47
ssl_mode 'on' -> invalid value for option "ssl_mode": "on" -> disabled, required, verify_ca and verify_full
ssl_mode 'disabled', ssl_ca '/ca' -> options "ssl_mode" and "ssl_ca" contradict each other -> nothing is encrypted
ssl_mode 'disabled', ssl_cert '/c', ssl_key '/k' -> options "ssl_mode" and "ssl_cert" contradict each other -> drop
ssl_mode 'verify_ca' -> option "ssl_ca" is missing -> certificate authority
ssl_mode 'verify_full' -> option "ssl_ca" is missing -> certificate authority
ssl_ca '/ca', ssl_cert '/c' -> options "ssl_cert" and "ssl_key" go together -> needs its key
ssl_ca '/ca', ssl_key '/k' -> options "ssl_cert" and "ssl_key" go together -> needs its key
"#;

pub fn wrong_options_are_refused() -> Result<()> {
    let link = Link::new(Ends::shared()?, "options")?;
    let mut upgrade = link.upgrade()?;
    upgrade.batch_execute(
        "CREATE SERVER right_one FOREIGN DATA WRAPPER tandem OPTIONS (host 'localhost', port '3306', ssl_mode 'disabled')",
    )?;
    for line in WRONG.trim().lines() {
        is_refused(&mut upgrade, line)?;
    }
    refused_later(&mut upgrade)?;
    missing_when_needed(&mut upgrade)?;
    link.finish_unlinked()
}

/// The options of one line of [`WRONG`] are refused, with its message and hint.
fn is_refused(upgrade: &mut Client, line: &str) -> Result<()> {
    let fields: Vec<&str> = line.split(" -> ").collect();
    let [options, message, hint] = fields[..] else {
        bail!("\"{line}\" is not \"options -> message -> hint\"")
    };
    let sql = match options.strip_prefix('|') {
        None => format!("CREATE SERVER wrong FOREIGN DATA WRAPPER tandem OPTIONS ({options})"),
        Some(options) => {
            format!("CREATE USER MAPPING FOR CURRENT_USER SERVER right_one OPTIONS ({options})")
        }
    };
    let refusal = refused(upgrade, &sql)?;
    ensure!(
        refusal.code == "HV00D" && refusal.message == message && refusal.hint.contains(hint),
        "{sql}: {refusal:?}"
    );
    Ok(())
}

/// What is wrong only with options that were there before, and what belongs to no server.
fn refused_later(upgrade: &mut Client) -> Result<()> {
    let later = refused(upgrade, "ALTER SERVER right_one OPTIONS (ADD ssl_ca '/ca')")?;
    ensure!(
        later.message.contains("contradict"),
        "a contradiction made later: {later:?}"
    );
    let wrapper = refused(
        upgrade,
        "ALTER FOREIGN DATA WRAPPER tandem OPTIONS (ADD host 'x')",
    )?;
    ensure!(
        wrapper.code == "HV00D",
        "an option of the wrapper: {wrapper:?}"
    );
    Ok(())
}

fn missing_when_needed(upgrade: &mut Client) -> Result<()> {
    let server = refused(upgrade, "SELECT tandem.scaffold('nowhere', 'app')")?;
    ensure!(
        server.code == "42704" && server.hint.contains("CREATE SERVER nowhere"),
        "{server:?}"
    );
    let mapping = refused(upgrade, "SELECT tandem.scaffold('right_one', 'app')")?;
    ensure!(mapping.hint.contains("CREATE USER MAPPING"), "{mapping:?}");
    upgrade.batch_execute(
        "CREATE USER MAPPING FOR CURRENT_USER SERVER right_one OPTIONS (username 'u')",
    )?;
    let database = refused(upgrade, "SELECT tandem.scaffold('right_one', 'app')")?;
    ensure!(
        database.message == "option \"dbname\" of server \"right_one\" is missing",
        "{database:?}"
    );
    Ok(())
}
