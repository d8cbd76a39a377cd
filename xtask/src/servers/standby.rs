//! A physical standby of an upgrade server.
//!
//! Promises: a streaming copy with a replication slot of its own, open for reading. Called by `pair`.

use std::path::Path;

use anyhow::Result;

use super::account;
use super::command::run;
use super::upgrade::{ADMIN, Upgrade};
use super::upgrade_setup::include_settings;

/// Name of the standby's slot on the primary, and its `application_name` there.
const NAME: &str = "standby";

/// Makes a standby of the running server `primary` in `dir`; it does not run yet.
pub fn create(dir: &Path, primary: &Upgrade) -> Result<Upgrade> {
    let mut standby = Upgrade::prepare(dir, primary.engine(), &primary.home.facts.settings)?;
    standby.home.facts.password = primary.home.facts.password.clone();
    let mut client = primary.connect("postgres")?;
    client.execute(
        "SELECT pg_create_physical_replication_slot($1::text::name) \
         WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1::text)",
        &[&NAME],
    )?;
    let source = format!(
        "host={} port={} user={ADMIN} application_name={NAME}",
        primary.socket_dir().display(),
        primary.port()
    );
    let mut command = account::command(
        &standby.program("pg_basebackup"),
        standby.home.account.as_ref(),
    );
    command
        .arg("-D")
        .arg(standby.home.path("data"))
        .arg("-d")
        .arg(source);
    run(command
        .args(["-R", "-X", "stream", "-c", "fast", "-S", NAME, "--no-sync"])
        .current_dir("/"))?;
    include_settings(&standby)?;
    standby.home.remember()?;
    Ok(standby)
}
