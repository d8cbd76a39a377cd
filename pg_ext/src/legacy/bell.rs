//! The doorbell: waits inside the legacy server until something has changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mysql::prelude::Queryable;
use serde::Deserialize;
use tandem_shared::flow::{Dirty, Event, TableId};

use super::connect::{Session, connect};
use super::error::LegacyError;
use super::lane::Post;
use super::options::LinkOptions;
use super::task::spawn;

/// The longest that one call waits inside the legacy server, in milliseconds.
const MAX_WAIT_MS: u32 = 20_000;

/// What the doorbell said.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ring {
    /// The number of the newest ring; the next wait starts from it.
    pub bell: u64,
    /// Numbers of the tables that rang; `None` means look everywhere.
    pub tables: Option<Vec<u32>>,
    /// True when the server is shutting down or the plugin is leaving.
    #[serde(default)]
    pub closing: bool,
}

/// True when the plugin's functions are there.
pub fn present(session: &mut Session) -> Result<bool, LegacyError> {
    match session
        .conn
        .query_first::<String, _>("SELECT tandem_version()")
    {
        Ok(version) => Ok(version.is_some()),
        // Without a current database the server says 1046 of a function that it does not know.
        Err(mysql::Error::MySqlError(error)) if matches!(error.code, 1305 | 1046) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Waits until a table of the link rings after `since`, at most `timeout_ms` milliseconds.
pub fn wait(
    session: &mut Session,
    link_key: u64,
    since: u64,
    timeout_ms: u32,
) -> Result<Ring, LegacyError> {
    let statement = format!("SELECT tandem_wait({link_key}, {since}, {timeout_ms})");
    let text: Option<Option<String>> = session.conn.query_first(statement)?;
    let text = text
        .flatten()
        .ok_or_else(|| LegacyError::other("tandem_wait returned nothing"))?;
    serde_json::from_str(&text).map_err(|error| {
        LegacyError::other(format!("tandem_wait returned what is not a ring: {error}"))
    })
}

/// Seconds between two looks for a plugin that is not there, or a server that is away.
const RETRY_S: u64 = 5;

/// Listens until `stop` is set: says when the doorbell is heard and when not, and for which tables it rings.
pub fn listen(
    options: LinkOptions,
    link_key: u64,
    post: Post,
    stop: Arc<AtomicBool>,
) -> Result<(), LegacyError> {
    spawn("tandem doorbell", move || {
        let stopped = || stop.load(Ordering::Relaxed);
        while !stopped() {
            let ended = hear(&options, link_key, &post, &stopped);
            if stopped() {
                return;
            }
            post.send(Event::Doorbell { present: false }, ended.err());
            std::thread::sleep(Duration::from_secs(RETRY_S));
        }
    })
}

/// One connection's worth of listening; ends without an error when the plugin is not there.
fn hear(
    options: &LinkOptions,
    link_key: u64,
    post: &Post,
    stopped: &dyn Fn() -> bool,
) -> Result<(), LegacyError> {
    let mut session = connect(options)?;
    if !present(&mut session)? {
        return Ok(());
    }
    post.send(Event::Doorbell { present: true }, None);
    let timeout_ms = u32::try_from(options.read_timeout.as_millis() / 2)
        .unwrap_or(MAX_WAIT_MS)
        .min(MAX_WAIT_MS);
    let mut since = 0;
    while !stopped() {
        let ring = wait(&mut session, link_key, since, timeout_ms)?;
        since = ring.bell;
        match ring.tables {
            None => post.send(Event::Bell(Dirty::All), None),
            Some(tables) if tables.is_empty() => {}
            Some(tables) => {
                post.send(
                    Event::Bell(Dirty::Tables(tables.into_iter().map(TableId).collect())),
                    None,
                );
            }
        }
        if ring.closing {
            return Ok(());
        }
    }
    Ok(())
}
