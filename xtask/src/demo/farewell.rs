//! How to connect to what `--keep` leaves running, and how to end it.

use std::path::Path;

use anyhow::Result;

use super::screen::Screen;
use crate::servers::Pair;

/// Says it.
pub fn say(screen: &Screen, pair: &Pair, dir: &Path) -> Result<()> {
    let (legacy, upgrade) = (pair.legacy.endpoint()?, pair.upgrade.endpoint()?);
    screen.say(
        "The traffic has ended; the servers and the link go on: what you change on the legacy server appears in PostgreSQL.\n\
         To connect to the legacy server:",
    );
    // Typed lines are never broken, so that they can be copied.
    let mysql = format!(
        "{} --socket={} --user=root {}",
        legacy.client.display(),
        legacy.socket.display(),
        legacy.dbname
    );
    screen.typed("$ ", &mysql);
    screen.say("To PostgreSQL:");
    let psql = format!(
        "{} -h {} -p {} -U {} {}",
        upgrade.client.display(),
        upgrade.socket.display(),
        upgrade.port,
        upgrade.user,
        upgrade.dbname
    );
    screen.typed("$ ", &psql);
    screen.say("To end both and remove everything:");
    screen.typed("$ ", &format!("cargo xtask down --dir {}", dir.display()));
    Ok(())
}
