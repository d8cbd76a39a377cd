//! On MySQL, a proof now and then that what the log has brought is visible: a key may have been read too early, and is read once more then.

use std::sync::Arc;
use std::time::Duration;

use tandem_shared::flow::{Dirty, Event, TableId};

use super::log::Log;
use super::server;
use crate::legacy::connect::connect;
use crate::legacy::error::LegacyError;
use crate::legacy::lane::Post;
use crate::legacy::options::LinkOptions;
use crate::legacy::task::spawn;

/// Between something that has to be proven and the proof: each one is a small transaction on the legacy server.
const SPACING: Duration = Duration::from_millis(20);
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
        let tables = log.prove(place);
        if !tables.is_empty() {
            let tables = tables.into_iter().map(TableId).collect();
            post.send(Event::Bell(Dirty::Tables(tables)), None);
        }
    }
    Ok(())
}
