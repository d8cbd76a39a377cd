//! What the demo says last: how to connect to what `--keep` leaves running and how to end it, and what to look at next.

use std::path::Path;

use anyhow::Result;

use super::DemoOptions;
use super::link::SCHEMA;
use super::screen::Screen;
use crate::servers::Pair;

/// Says how to connect to the servers, what to try there, and how to end them.
pub fn how_to_connect(screen: &Screen, pair: &Pair, dir: &Path) -> Result<()> {
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
    screen.say("Change something there, and look at it here:");
    let prompt = if pair.legacy.engine().is_mysql() {
        "mysql> "
    } else {
        "MariaDB> "
    };
    screen.typed(prompt, "UPDATE users SET room = 'roof' WHERE user_id = 1;");
    screen.typed(
        "app=# ",
        &format!("SELECT room FROM {SCHEMA}.users WHERE user_id = 1;"),
    );
    screen.typed("app=# ", "SELECT * FROM tandem.stat_link \\gx");
    screen.say("To end both and remove everything:");
    screen.typed("$ ", &format!("cargo xtask down --dir {}", dir.display()));
    Ok(())
}

/// Says where to go from here.
pub fn what_next(screen: &Screen, options: &DemoOptions) {
    screen.chapter("What next");
    if !options.crash {
        screen.say("The legacy server is killed in the middle of it all:");
        screen.typed("$ ", "cargo xtask demo --crash");
    }
    if !options.keep {
        screen.say("Both servers stay, to look around:");
        screen.typed("$ ", "cargo xtask demo --keep");
    }
    screen.say("A database of your own: \"In SQL\" in README.md, then docs/install.md.");
}
