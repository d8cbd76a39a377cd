//! A proof now and then that what the log has brought is visible: a key may have been read too early, and is read once more then.

use std::sync::Arc;
use std::time::Duration;

use tandem_shared::binlog::Place;
use tandem_shared::flow::{Dirty, Event, TableId};

use super::draw::PATIENCE;
use super::log::Log;
use super::server;
use crate::legacy::connect::{Session, connect};
use crate::legacy::error::LegacyError;
use crate::legacy::lane::Post;
use crate::legacy::options::LinkOptions;
use crate::legacy::task::spawn;

/// Between something that has to be proven and the proof: each one is a small transaction on the legacy server.
const SPACING: Duration = Duration::from_millis(20);
/// Between two looks at branches that are being committed.
const LOOK: Duration = Duration::from_millis(2);
/// After a failure.
const RETRY: Duration = Duration::from_secs(1);

/// Proves, as long as the log is read.
pub fn begin(options: LinkOptions, log: Arc<Log>, post: Post) -> Result<(), LegacyError> {
    spawn("tandem proof", move || {
        while !log.stopped() {
            if prove(&options, &log, &post).is_err() && !log.stopped() {
                // The lanes say what is wrong with the server.
                std::thread::sleep(RETRY);
            }
        }
    })
}

fn prove(options: &LinkOptions, log: &Log, post: &Post) -> Result<(), LegacyError> {
    if !log.wait_unproven() {
        return Ok(());
    }
    let mut session = connect(options)?;
    while log.wait_unproven() {
        std::thread::sleep(SPACING);
        let (_, place) = server::proof(&mut session, &options.outbox_schema)?;
        let Some(place) = settled(&mut session, log, place)? else {
            return Ok(());
        };
        let tables = log.prove(place);
        if !tables.is_empty() {
            let tables = tables.into_iter().map(TableId).collect();
            post.send(Event::Bell(Dirty::Tables(tables)), None);
        }
    }
    Ok(())
}

/// Waits until the branches whose commit was logged before `place` are committed, as far as the log was read; says how far that is. `None` after
/// [`Log::stop`].
fn settled(session: &mut Session, log: &Log, place: Place) -> Result<Option<Place>, LegacyError> {
    if server::prepared(session)?.is_empty() {
        return Ok(Some(place));
    }
    log.wait_read(place, PATIENCE)?;
    // When keys take all the room there is more before that place, which is proven later.
    let place = place.min(log.figures().read);
    while log.committing(&server::prepared(session)?) {
        if log.stopped() {
            return Ok(None);
        }
        std::thread::sleep(LOOK);
    }
    Ok(Some(place))
}
