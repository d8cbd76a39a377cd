//! The doorbell: waits inside the legacy server until something has changed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use serde::Deserialize;
use tandem_shared::flow::{Dirty, Event, TableId};

use super::connect::{Session, connect};
use super::error::LegacyError;
use super::generation::{self, Counters, Definitions, Generation};
use super::lane::{News, Post};
use super::options::LinkOptions;
use super::task::spawn;

/// The longest that one call waits inside the legacy server, in milliseconds; between two calls the legacy server is looked at.
const MAX_WAIT_MS: u32 = 5_000;
/// How long a look is good for.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Looks of which one is whole although nothing was counted that could change what it shows.
const LOOK_ANYWAY: u32 = 12;
/// Whole looks after something was counted: a statement is counted when it begins, and may take its time.
const LOOK_AFTER: u32 = 12;
/// A look takes at most this part of the time: one in so many.
const LOOK_SHARE: u32 = 100;

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

/// What a listener listens for.
#[derive(Debug, Clone)]
pub struct Watch {
    /// False when something else rings, and this thread only looks.
    pub ring: bool,
    /// The link's key.
    pub link_key: u64,
    /// Names of the mapped tables.
    pub tables: BTreeSet<String>,
    /// What the loop was begun on.
    pub generation: Generation,
    /// The outboxes' counters at the last look.
    pub counters: Counters,
}

/// Listens until `stop` is set: says when the doorbell is heard and when not, for which tables it rings, and when a trigger has gone or a table has changed.
pub fn listen(
    options: LinkOptions,
    mut watch: Watch,
    post: Post,
    stop: Arc<AtomicBool>,
) -> Result<(), LegacyError> {
    spawn("tandem doorbell", move || {
        let stopped = || stop.load(Ordering::Relaxed);
        while !stopped() {
            let ended = hear(&options, &mut watch, &post, &stopped);
            if stopped() {
                return;
            }
            if watch.ring {
                post.send(Event::Doorbell { present: false }, ended.err());
            }
            std::thread::sleep(Duration::from_secs(RETRY_S));
        }
    })
}

/// What one connection's looks have shown.
#[derive(Default)]
struct Looked {
    /// What the server had counted at the newest look.
    definitions: Definitions,
    /// Looks that were not whole since one was.
    skipped: u32,
    /// Looks that are whole whatever is counted.
    whole: u32,
    /// True when a table has rung since the newest look at the outboxes.
    rung: bool,
}

/// Looks at triggers, outboxes and tables, and tells when they are not what they were. Returns when to look again. Where the
/// server has counted nothing that could change what a look shows, only the outboxes' counters are read, and those only after a ring.
fn look(
    session: &mut Session,
    options: &LinkOptions,
    watch: &mut Watch,
    post: &Post,
    looked: &mut Looked,
) -> Result<Instant, LegacyError> {
    let begun = Instant::now();
    let definitions = generation::definitions(session)?;
    let rung = std::mem::take(&mut looked.rung);
    if definitions.is_empty() || definitions != looked.definitions {
        looked.definitions = definitions;
        looked.whole = LOOK_AFTER;
    }
    if looked.whole == 0 && looked.skipped < LOOK_ANYWAY {
        looked.skipped += 1;
        if rung {
            let counters = generation::counters(session, &options.outbox_schema)?;
            remember(watch, counters, post);
        }
        return Ok(begun + LOOK_AGAIN);
    }
    looked.whole = looked.whole.saturating_sub(1);
    looked.skipped = 0;
    let (seen, counters) = generation::read(session, &options.dbname, &options.outbox_schema)?;
    let fell = |(name, next): (&String, &u64)| counters.get(name).is_some_and(|now| now < next);
    if seen.of_tables(&watch.tables) != watch.generation || watch.counters.iter().any(fell) {
        // What the counters were is kept, so that it still shows when the link begins anew.
        post.tell(News::LegacyChanged);
    } else {
        remember(watch, counters, post);
    }
    // With very many tables a look takes its time: it must not become what the server is busy with.
    Ok(begun + LOOK_AGAIN.max(begun.elapsed() * LOOK_SHARE))
}

/// Hands on the outboxes' counters when they are others than before. Ones that fell are left to the next whole look.
fn remember(watch: &mut Watch, counters: Counters, post: &Post) {
    let fell = |(name, next): (&String, &u64)| counters.get(name).is_some_and(|now| now < next);
    if counters != watch.counters && !watch.counters.iter().any(fell) {
        watch.counters.clone_from(&counters);
        post.tell(News::Counters(counters));
    }
}

/// One connection's worth of listening; ends without an error when the plugin is not there.
fn hear(
    options: &LinkOptions,
    watch: &mut Watch,
    post: &Post,
    stopped: &dyn Fn() -> bool,
) -> Result<(), LegacyError> {
    let mut session = connect(options)?;
    let mut looked = Looked::default();
    let mut look_at = look(&mut session, options, watch, post, &mut looked)?;
    while !watch.ring && !stopped() {
        std::thread::sleep(Duration::from_secs(1));
        if Instant::now() >= look_at {
            look_at = look(&mut session, options, watch, post, &mut looked)?;
        }
    }
    if stopped() {
        return Ok(());
    }
    if !present(&mut session)? {
        return Ok(());
    }
    post.send(Event::Doorbell { present: true }, None);
    let timeout_ms = u32::try_from(options.read_timeout.as_millis() / 2)
        .unwrap_or(MAX_WAIT_MS)
        .min(MAX_WAIT_MS);
    let mut since = 0;
    while !stopped() {
        let ring = wait(&mut session, watch.link_key, since, timeout_ms)?;
        since = ring.bell;
        looked.rung |= ring.tables.as_ref().is_none_or(|tables| !tables.is_empty());
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
        if Instant::now() >= look_at {
            look_at = look(&mut session, options, watch, post, &mut looked)?;
        }
    }
    Ok(())
}
