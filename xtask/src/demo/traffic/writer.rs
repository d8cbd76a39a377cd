//! One writer: a change, a pause, a change, until it is told to end.

use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::{Duration, Instant};

use mysql::{Error, Opts, TxOpts};

use super::change::Change;
use super::counts::Shared;
use super::desk::Desk;
use super::session::{Remedy, Session, remedy};

/// One change is begun in this time, or a little more.
const PERIOD: Duration = Duration::from_millis(20);
/// Pause before connecting again.
const RECONNECT_PAUSE: Duration = Duration::from_millis(100);

/// Writes until the end, or until something happens that no application should see.
pub fn write(shared: &Shared, options: Opts, mut desk: Desk) {
    let mut session = Session::new(options);
    while !shared.stop.load(Ordering::SeqCst) {
        let begun = Instant::now();
        let change = Change::draw(&mut desk);
        match attempt(&mut session, change, &mut desk) {
            Ok(true) => shared.made(change),
            Ok(false) => {}
            Err(error) => mend(shared, &mut session, change, &error),
        }
        sleep(PERIOD.saturating_sub(begun.elapsed()));
    }
}

/// Makes one change in one transaction; `false` when there was nothing to change.
fn attempt(session: &mut Session, change: Change, desk: &mut Desk) -> mysql::Result<bool> {
    let mut tx = session.conn()?.start_transaction(TxOpts::default())?;
    if change.make(&mut tx, desk)? {
        tx.commit()?;
        Ok(true)
    } else {
        tx.rollback()?;
        Ok(false)
    }
}

fn mend(shared: &Shared, session: &mut Session, change: Change, error: &Error) {
    match remedy(error) {
        Remedy::Retry => shared.retried(),
        Remedy::Reconnect if shared.outage_expected.load(Ordering::SeqCst) => {
            if session.give_up() {
                shared.lost();
            }
            sleep(RECONNECT_PAUSE);
        }
        Remedy::Reconnect | Remedy::None => {
            shared.fail(format!("{}: {error}", change.plural()));
        }
    }
}
