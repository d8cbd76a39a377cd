//! The legacy server's certificate is verified as far as the options say, and a link that must not connect does not.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use mysql::prelude::Queryable;
use tandem_tests::ends::{Ends, test_dir};
use tandem_tests::link::Link;
use tandem_tests::proxy::Proxy;

use super::TABLE;

/// One way of connecting.
struct Way<'a> {
    what: &'static str,
    options: Vec<(&'a str, &'a str)>,
    works: bool,
}

pub fn certificates_are_verified() -> Result<()> {
    let ends = Ends::shared()?;
    let mut legacy = ends.legacy("")?;
    legacy.query_drop("DROP USER IF EXISTS tls_only")?;
    legacy.query_drop("CREATE USER tls_only IDENTIFIED BY 'tls only' REQUIRE SSL")?;
    legacy.query_drop("GRANT ALL ON *.* TO tls_only WITH GRANT OPTION")?;
    let ca = authority(&ends)?.display().to_string();
    let strange = strange_authority()?.display().to_string();
    let other_host = Proxy::on("127.0.0.2", ends.legacy.port)?;
    let other_port = other_host.port().to_string();
    for (number, way) in ways(&ca, &strange, &other_port).iter().enumerate() {
        go(&ends, number, way)?;
    }
    legacy.query_drop("DROP USER tls_only")?;
    Ok(())
}

/// The ways there are, by an account that must use TLS.
fn ways<'a>(ca: &'a str, strange: &'a str, other_port: &'a str) -> Vec<Way<'a>> {
    let way = |what, options: &[(&'a str, &'a str)], works| Way {
        what,
        options: options.to_vec(),
        works,
    };
    let (ca, strange) = (("ssl_ca", ca), ("ssl_ca", strange));
    let (required, verify_ca) = (("ssl_mode", "required"), ("ssl_mode", "verify_ca"));
    let (host, port) = (("host", "127.0.0.2"), ("port", other_port));
    vec![
        way("not encrypted", &[], false),
        way("encrypted, not verified", &[required], true),
        way("verified", &[ca], true),
        way("verified by name", &[ca, ("host", "localhost")], true),
        way("signed by another authority", &[strange], false),
        way(
            "signed by another authority, host not checked",
            &[strange, verify_ca],
            false,
        ),
        way("another host", &[ca, host, port], false),
        way(
            "another host, not checked",
            &[ca, verify_ca, host, port],
            true,
        ),
        way("no such file", &[("ssl_ca", "/nowhere/ca.pem")], false),
    ]
}

/// Makes a link this way; it works, or it is refused with a reason, as it must.
fn go(ends: &Ends, number: usize, way: &Way<'_>) -> Result<()> {
    let what = way.what;
    let link = Link::with_tables(ends.clone(), &format!("tls{number}"), TABLE)?
        .account("tls_only", "tls only");
    let link = way
        .options
        .iter()
        .fold(link, |link, (name, value)| link.option(name, value));
    link.declare()?;
    match (way.works, link.scaffold()) {
        (true, Ok(_)) => {
            link.verb("start")?;
            link.in_step()?;
            link.finish()
        }
        (false, Err(error)) => {
            let text = format!("{error:?}");
            let said = ["08001", "28000", "legacy server"];
            ensure!(
                said.iter().any(|words| text.contains(words)),
                "{what}: {text}"
            );
            link.finish_unlinked()
        }
        (true, Err(error)) => Err(error.context(what)),
        (false, Ok(_)) => bail!("{what}: the link connected"),
    }
}

/// The authority's certificate, where the upgrade server can read it.
pub fn authority(ends: &Ends) -> Result<PathBuf> {
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
