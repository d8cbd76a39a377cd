//! How to connect to what `--keep` leaves running, and how to end it.

use std::path::Path;

use anyhow::Result;

use super::screen::Screen;
use crate::servers::Pair;

/// Says it.
pub fn say(screen: &Screen, pair: &Pair, dir: &Path) -> Result<()> {
    let (legacy, upgrade) = (pair.legacy.endpoint()?, pair.upgrade.endpoint()?);
    screen.say(&format!(
        "The traffic has ended; the servers and the link go on. What you change in {} appears in PostgreSQL.\n\n\
         legacy server:   {} --socket={} --user=root {}\n\
         upgrade server:  {} -h {} -p {} -U {} {}\n\
         to end it:       cargo xtask down --dir {}",
        legacy.engine,
        legacy.client.display(),
        legacy.socket.display(),
        legacy.dbname,
        upgrade.client.display(),
        upgrade.socket.display(),
        upgrade.port,
        upgrade.user,
        upgrade.dbname,
        dir.display()
    ));
    Ok(())
}
