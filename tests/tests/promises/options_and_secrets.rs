//! Options are checked when they are given, TLS is verified, and no secret is ever shown.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::condition::until_so;
use tandem_tests::ends::{Ends, test_dir};
use tandem_tests::link::Link;
use tandem_tests::promises;
use tandem_tests::proxy::Proxy;
use tandem_tests::suite::Skip;
use tandem_tests::upgrade_sql::{refused, rows};

promises![
    wrong_options_are_refused,
    certificates_are_verified,
    passwords_of_mysql,
    secrets_are_never_shown
];

const TABLE: &str = "CREATE TABLE t (id INT NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1), (2);";

fn wrong_options_are_refused() -> Result<()> {
    let link = Link::new(Ends::shared()?, "options")?;
    let mut upgrade = link.upgrade()?;
    // Options of a server, or of a user mapping after a bar; message; part of the hint.
    let wrong: [(&str, &str, &str); 24] = [
        (
            "hots 'x'",
            "invalid option \"hots\"",
            "Valid options here are: host, port, dbname",
        ),
        (
            "username 'x'",
            "invalid option \"username\"",
            "belongs to the user mapping",
        ),
        (
            "password 'x'",
            "invalid option \"password\"",
            "belongs to the user mapping",
        ),
        (
            "|host 'x'",
            "invalid option \"host\"",
            "belongs to the server",
        ),
        (
            "|user 'x'",
            "invalid option \"user\"",
            "Valid options here are: username, password",
        ),
        (
            "port '0'",
            "invalid value for option \"port\": \"0\"",
            "from 1 to 65535",
        ),
        (
            "port '65536'",
            "invalid value for option \"port\": \"65536\"",
            "from 1 to 65535",
        ),
        (
            "port 'mysql'",
            "invalid value for option \"port\": \"mysql\"",
            "from 1 to 65535",
        ),
        (
            "connect_timeout '0'",
            "invalid value for option \"connect_timeout\": \"0\"",
            "from 1 to 300",
        ),
        (
            "read_timeout '-1'",
            "invalid value for option \"read_timeout\": \"-1\"",
            "from 1 to 3600",
        ),
        (
            "backfill_workers '17'",
            "invalid value for option \"backfill_workers\": \"17\"",
            "from 1 to 16",
        ),
        (
            "chunk_rows '99'",
            "invalid value for option \"chunk_rows\": \"99\"",
            "from 100 to 10000000",
        ),
        (
            "batch_rows '0'",
            "invalid value for option \"batch_rows\": \"0\"",
            "from 1 to 1000000",
        ),
        (
            "host ''",
            "option \"host\" must not be empty",
            "leave it out",
        ),
        (
            "dbname ''",
            "option \"dbname\" must not be empty",
            "leave it out",
        ),
        (
            "|username ''",
            "option \"username\" must not be empty",
            "leave it out",
        ),
        (
            "outbox_schema 'a b'",
            "invalid value for option \"outbox_schema\": \"a b\"",
            "at most 47",
        ),
        (
            "ssl_mode 'on'",
            "invalid value for option \"ssl_mode\": \"on\"",
            "disabled, required, verify_ca and verify_full",
        ),
        (
            "ssl_mode 'disabled', ssl_ca '/ca'",
            "options \"ssl_mode\" and \"ssl_ca\" contradict each other",
            "nothing is encrypted",
        ),
        (
            "ssl_mode 'disabled', ssl_cert '/c', ssl_key '/k'",
            "options \"ssl_mode\" and \"ssl_cert\" contradict each other",
            "drop",
        ),
        (
            "ssl_mode 'verify_ca'",
            "option \"ssl_ca\" is missing",
            "certificate authority",
        ),
        (
            "ssl_mode 'verify_full'",
            "option \"ssl_ca\" is missing",
            "certificate authority",
        ),
        (
            "ssl_ca '/ca', ssl_cert '/c'",
            "options \"ssl_cert\" and \"ssl_key\" go together",
            "needs its key",
        ),
        (
            "ssl_ca '/ca', ssl_key '/k'",
            "options \"ssl_cert\" and \"ssl_key\" go together",
            "needs its key",
        ),
    ];
    upgrade.batch_execute("CREATE SERVER right_one FOREIGN DATA WRAPPER tandem OPTIONS (host 'localhost', port '3306', ssl_mode 'disabled')")?;
    for (options, message, hint) in wrong {
        let sql = match options.strip_prefix('|') {
            None => format!("CREATE SERVER wrong FOREIGN DATA WRAPPER tandem OPTIONS ({options})"),
            Some(options) => {
                format!("CREATE USER MAPPING FOR CURRENT_USER SERVER right_one OPTIONS ({options})")
            }
        };
        let refusal = refused(&mut upgrade, &sql)?;
        ensure!(
            refusal.code == "HV00D" && refusal.message == message && refusal.hint.contains(hint),
            "{sql}: {refusal:?}"
        );
    }
    let later = refused(
        &mut upgrade,
        "ALTER SERVER right_one OPTIONS (ADD ssl_ca '/ca')",
    )?;
    ensure!(
        later.message.contains("contradict"),
        "a contradiction made later: {later:?}"
    );
    let wrapper = refused(
        &mut upgrade,
        "ALTER FOREIGN DATA WRAPPER tandem OPTIONS (ADD host 'x')",
    )?;
    ensure!(
        wrapper.code == "HV00D",
        "an option of the wrapper: {wrapper:?}"
    );

    // What is missing is said when it is needed.
    let missing = refused(&mut upgrade, "SELECT tandem.scaffold('nowhere', 'app')")?;
    ensure!(
        missing.code == "42704" && missing.hint.contains("CREATE SERVER nowhere"),
        "{missing:?}"
    );
    let missing = refused(&mut upgrade, "SELECT tandem.scaffold('right_one', 'app')")?;
    ensure!(missing.hint.contains("CREATE USER MAPPING"), "{missing:?}");
    upgrade.batch_execute(
        "CREATE USER MAPPING FOR CURRENT_USER SERVER right_one OPTIONS (username 'u')",
    )?;
    let missing = refused(&mut upgrade, "SELECT tandem.scaffold('right_one', 'app')")?;
    ensure!(
        missing.message == "option \"dbname\" of server \"right_one\" is missing",
        "{missing:?}"
    );
    link.finish_unlinked()
}

/// The authority's certificate, where the upgrade server can read it.
fn authority(ends: &Ends) -> Result<PathBuf> {
    ends.legacy
        .ssl_ca
        .clone()
        .context("the legacy server has no certificate authority")
}

/// A certificate authority that the legacy server has nothing to do with, of the same name.
fn strange_authority() -> Result<PathBuf> {
    let dir = test_dir()?.join(format!("authority-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let made = Command::new("openssl")
        .args("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 10 -subj /CN=tandem-test-authority".split(' '))
        .args(["-addext", "basicConstraints=critical,CA:TRUE"])
        .current_dir(&dir)
        .stderr(Stdio::null())
        .status()?;
    ensure!(made.success(), "openssl failed");
    Ok(dir.join("ca.pem"))
}

fn certificates_are_verified() -> Result<()> {
    let ends = Ends::shared()?;
    let mut legacy = ends.legacy("")?;
    legacy.query_drop("DROP USER IF EXISTS tls_only")?;
    legacy.query_drop("CREATE USER tls_only IDENTIFIED BY 'tls only' REQUIRE SSL")?;
    legacy.query_drop("GRANT ALL ON *.* TO tls_only WITH GRANT OPTION")?;
    let (ca, strange) = (authority(&ends)?, strange_authority()?);
    let (ca, strange) = (ca.display().to_string(), strange.display().to_string());
    let other_host = Proxy::on("127.0.0.2", ends.legacy.port)?;
    let other_port = other_host.port().to_string();
    let elsewhere = [("host", "127.0.0.2"), ("port", other_port.as_str())];

    // What is tried, its options, the host and port it goes to when not the server's own, and whether it works.
    type Options<'a> = &'a [(&'a str, &'a str)];
    let cases: [(&str, Options<'_>, Options<'_>, bool); 9] = [
        ("not encrypted", &[], &[], false),
        (
            "encrypted, not verified",
            &[("ssl_mode", "required")],
            &[],
            true,
        ),
        ("verified", &[("ssl_ca", &ca)], &[], true),
        (
            "verified by name",
            &[("ssl_ca", &ca), ("host", "localhost")],
            &[],
            true,
        ),
        (
            "signed by another authority",
            &[("ssl_ca", &strange)],
            &[],
            false,
        ),
        (
            "signed by another authority, host not checked",
            &[("ssl_ca", &strange), ("ssl_mode", "verify_ca")],
            &[],
            false,
        ),
        ("another host", &[("ssl_ca", &ca)], &elsewhere, false),
        (
            "another host, not checked",
            &[("ssl_ca", &ca), ("ssl_mode", "verify_ca")],
            &elsewhere,
            true,
        ),
        ("no such file", &[("ssl_ca", "/nowhere/ca.pem")], &[], false),
    ];
    for (number, (what, options, more, works)) in cases.into_iter().enumerate() {
        let link = Link::with_tables(ends.clone(), &format!("tls{number}"), TABLE)?
            .account("tls_only", "tls only");
        let link = options
            .iter()
            .chain(more)
            .fold(link, |link, (name, value)| link.option(name, value));
        link.declare()?;
        let answer = link.scaffold();
        match (works, answer) {
            (true, Ok(_)) => {
                link.verb("start")?;
                link.in_step()?;
                link.finish()?;
            }
            (false, Err(error)) => {
                let text = format!("{error:?}");
                ensure!(
                    text.contains("08001")
                        || text.contains("28000")
                        || text.contains("legacy server"),
                    "{what}: {text}"
                );
                link.finish_unlinked()?;
            }
            (true, Err(error)) => return Err(error.context(what)),
            (false, Ok(_)) => anyhow::bail!("{what}: the link connected"),
        }
    }
    legacy.query_drop("DROP USER tls_only")?;
    Ok(())
}

/// caching_sha2_password with a password that the server has not cached, with and without TLS.
fn passwords_of_mysql() -> Result<()> {
    let ends = Ends::shared()?;
    if !ends.is_mysql() {
        return Err(Skip(String::from("MariaDB has no caching_sha2_password")).into());
    }
    let ca = authority(&ends)?;
    let mut legacy = ends.legacy("")?;
    for (name, encrypted) in [("sha_plain", false), ("sha_tls", true)] {
        legacy.query_drop(format!("DROP USER IF EXISTS {name}"))?;
        legacy.query_drop(format!("CREATE USER {name} IDENTIFIED WITH caching_sha2_password BY 'Gr\u{fc}n '' \" \\\\ % :@/'"))?;
        legacy.query_drop(format!("GRANT ALL ON *.* TO {name}"))?;
        let link =
            Link::with_tables(ends.clone(), name, TABLE)?.account(name, "Gr\u{fc}n ' \" \\ % :@/");
        let link = if encrypted { link.ssl_ca(&ca) } else { link };
        legacy.query_drop("FLUSH PRIVILEGES")?;
        link.begin_and_wait()
            .with_context(|| format!("encrypted: {encrypted}"))?;
        link.in_step()?;
        link.finish()?;
        legacy.query_drop(format!("DROP USER {name}"))?;
    }
    Ok(())
}

fn secrets_are_never_shown() -> Result<()> {
    const SECRET: &str = "Sesame-8c1f-open";
    const WRONG: &str = "Sesame-77aa-shut";
    let ends = Ends::shared()?;
    let mut legacy = ends.legacy("")?;
    legacy.query_drop("DROP USER IF EXISTS keeper")?;
    legacy.query_drop(format!("CREATE USER keeper IDENTIFIED BY '{SECRET}'"))?;
    legacy.query_drop("GRANT ALL ON *.* TO keeper WITH GRANT OPTION")?;
    let link = Link::with_tables(ends, "secrets", TABLE)?.account("keeper", SECRET);
    link.begin_and_wait()?;
    let set = |password: &str| {
        link.upgrade_run(&format!(
            "ALTER USER MAPPING FOR CURRENT_USER SERVER secrets OPTIONS (SET password '{password}')"
        ))
    };

    // Errors of every kind: a wrong password, a wrong port, a server that is away.
    let mut said = Vec::new();
    set(WRONG)?;
    link.verb("stop")?;
    until_so(
        "the worker has gone",
        std::time::Duration::from_secs(20),
        || Ok(link.workers("tandem link worker")?.is_empty()),
    )?;
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
    set(SECRET)?;
    link.verb("start")?;
    link.wait()?;
    link.upgrade_run("ALTER SERVER secrets OPTIONS (SET port '1')")?;
    let refusal = refused(&mut link.upgrade()?, "SELECT tandem.check('secrets')")?;
    ensure!(refusal.code.starts_with("08"), "{refusal:?}");
    said.push(format!("{refusal:?}"));
    link.verb("pause")?;
    link.verb("resume")?;
    link.becomes("legacy_away", std::time::Duration::from_secs(30))?;
    for view in [
        "stat_link",
        "stat_table",
        "event",
        "event_log",
        "link",
        "table_map",
        "parked",
        "progress",
    ] {
        let shown = rows(
            &mut link.upgrade()?,
            &format!("SELECT row_to_json(v) FROM tandem.{view} v"),
        )?;
        said.push(format!("{shown:?}"));
    }
    let script = rows(
        &mut link.upgrade()?,
        "SELECT query FROM pg_stat_activity WHERE backend_type LIKE 'tandem%'",
    )?;
    said.push(format!("{script:?}"));
    for log in link.ends.logs() {
        said.push(log_text(log)?);
    }
    link.upgrade_run(&format!(
        "ALTER SERVER secrets OPTIONS (SET port '{}')",
        link.ends.legacy.port
    ))?;
    for secret in [SECRET, WRONG] {
        for text in &said {
            let line = text.lines().find(|line| line.contains(secret));
            // The server itself writes what was typed when it logs statements; here nothing that was typed failed.
            ensure!(line.is_none(), "shown: {}", line.unwrap_or_default());
        }
    }
    link.verb("pause")?;
    link.verb("resume")?;
    link.in_step()?;
    link.finish()?;
    legacy.query_drop("DROP USER keeper")?;
    Ok(())
}

fn log_text(path: &Path) -> Result<String> {
    let text =
        std::fs::read(path).with_context(|| format!("could not read \"{}\"", path.display()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
