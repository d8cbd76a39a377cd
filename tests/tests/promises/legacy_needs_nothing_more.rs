//! The legacy side: the link's account needs the documented rights only, applications need none, and writes never depend on the plugin.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::condition::until_so;
use tandem_tests::ends::Ends;
use tandem_tests::link::Link;
use tandem_tests::load::{self, Load, Pace};
use tandem_tests::pair::plugin_status;
use tandem_tests::private::PrivateLegacy;
use tandem_tests::promises;

promises![
    documented_rights_are_enough,
    missing_rights_are_said,
    writes_go_on_without_the_plugin
];

/// Longest time until a link has noticed that the plugin has gone or come.
const SOON: Duration = Duration::from_secs(60);

const TABLE: &str = "
    CREATE TABLE desk (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, who VARCHAR(30) NOT NULL);
    INSERT INTO desk (who) VALUES ('ann'), ('bob');";

fn documented_rights_are_enough() -> Result<()> {
    let ends = Ends::shared()?;
    let mut root = ends.legacy("")?;
    for user in ["least_link", "least_app"] {
        root.query_drop(format!("DROP USER IF EXISTS {user}"))?;
        root.query_drop(format!("CREATE USER {user} IDENTIFIED BY 'least'"))?;
    }
    let link = Link::with_tables(ends, "least", TABLE)?.account("least_link", "least");
    let locking = if link.ends.is_mysql() {
        ""
    } else {
        ", LOCK TABLES"
    };
    root.query_drop(format!(
        "GRANT SELECT, TRIGGER{locking} ON `{}`.* TO least_link",
        link.database.replace('_', "\\_")
    ))?;
    root.query_drop(format!(
        "GRANT SELECT, INSERT, DELETE, CREATE, DROP ON `{}`.* TO least_link",
        link.outbox_schema().replace('_', "\\_")
    ))?;
    root.query_drop(format!(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON {}.* TO least_app",
        link.database
    ))?;
    link.begin_and_wait()?;
    let findings = link.rows(
        "SELECT * FROM tandem.check('least') WHERE severity = 'error' OR code = 'lock_tables_missing'",
    )?;
    ensure!(findings.is_empty(), "{findings:?}");

    // An application that cannot even see Tandem's schema writes as before.
    let mut app = link.ends.legacy_as("least_app", "least", &link.database)?;
    let visible: Option<u64> = app.exec_first(
        "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?",
        (link.outbox_schema(),),
    )?;
    ensure!(visible == Some(0), "the application sees Tandem's schema");
    app.query_drop("INSERT INTO desk (who) VALUES ('cid')")?;
    ensure!(
        app.last_insert_id() == 3,
        "the application gets {} as its new key",
        app.last_insert_id()
    );
    app.query_drop("UPDATE desk SET who = 'bea' WHERE id = 2")?;
    ensure!(
        app.affected_rows() == 1,
        "the application counts {} rows",
        app.affected_rows()
    );
    app.query_drop("DELETE FROM desk WHERE id = 1")?;
    ensure!(
        app.warnings() == 0,
        "the application gets {} warnings",
        app.warnings()
    );
    link.settled()?;
    let here = link.rows("SELECT string_agg(id || who, ' ' ORDER BY id) FROM app.desk")?;
    ensure!(here == [vec![Some(String::from("2bea 3cid"))]], "{here:?}");
    link.finish()?;
    for user in ["least_link", "least_app"] {
        root.query_drop(format!("DROP USER {user}"))?;
    }
    Ok(())
}

fn missing_rights_are_said() -> Result<()> {
    let ends = Ends::shared()?;
    let mut root = ends.legacy("")?;
    root.query_drop("DROP USER IF EXISTS too_little")?;
    root.query_drop("CREATE USER too_little IDENTIFIED BY 'x'")?;
    let link = Link::with_tables(ends, "too_little", TABLE)?.account("too_little", "x");
    link.declare()?;
    let nothing = link
        .scaffold()
        .err()
        .context("an account without any right can scaffold")?;
    ensure!(format!("{nothing:?}").contains("too_little"), "{nothing:?}");
    root.query_drop(format!("GRANT SELECT ON {}.* TO too_little", link.database))?;
    link.scaffold()?;
    let refusal = link.verb_refused("start")?;
    ensure!(
        refusal.code == "55000" && refusal.message.contains("cannot start"),
        "{refusal:?}"
    );
    let findings = link.rows(
        "SELECT code, message, hint FROM tandem.check('too_little') WHERE severity = 'error'",
    )?;
    let text = format!("{findings:?}");
    for right in ["TRIGGER", "CREATE", "INSERT", "DELETE"] {
        ensure!(
            text.contains(right),
            "{right} is missing and not said: {text}"
        );
    }
    ensure!(
        text.contains("privilege_missing") && text.contains("GRANT"),
        "{text}"
    );
    // Doing what the hints say is enough.
    for row in &findings {
        let hint = row[2].as_deref().context("no hint")?;
        let statement = hint.trim_start_matches("Run ").trim_end_matches('.');
        root.query_drop(statement)
            .with_context(|| format!("the hint's statement: {statement}"))?;
    }
    link.verb("start")?;
    link.in_step()?;
    link.finish()?;
    root.query_drop("DROP USER too_little")?;
    Ok(())
}

fn writes_go_on_without_the_plugin() -> Result<()> {
    let legacy = PrivateLegacy::new("no-plugin")?;
    let link = Link::with_tables(legacy.ends()?, "no_plugin", load::TABLES)?;
    link.begin_and_wait()?;
    until_so("the doorbell is heard", SOON, || Ok(link.stat()?.doorbell))?;
    let load = Load::begin(&link, Pace::default())?;
    load.goes_on(50)?;
    let mut root = link.legacy()?;
    root.query_drop("UNINSTALL PLUGIN tandem")?;
    load.goes_on(100)?;
    until_so("the link notices", SOON, || Ok(!link.stat()?.doorbell))?;
    link.in_step()?;
    ensure!(link.stat()?.state != "legacy_away", "{:?}", link.stat()?);
    // On MySQL the plugin has gone when the last session that used it has ended.
    let known = load.end()?;
    link.settled()?;
    known.is_in(&mut link.upgrade()?)?;
    drop(root);
    until_so("the plugin can be installed again", SOON, || {
        let mut root = link.legacy()?;
        if plugin_status(&mut root)?.is_none() {
            root.query_drop("INSTALL PLUGIN tandem SONAME 'tandem.so'")?;
        }
        Ok(plugin_status(&mut root)?.as_deref() == Some("ACTIVE"))
    })?;
    until_so("the doorbell is heard again", SOON, || {
        Ok(link.stat()?.doorbell)
    })?;
    link.legacy_run("INSERT INTO ledger VALUES (99, 1)")?;
    link.settled()?;
    link.finish()
}
