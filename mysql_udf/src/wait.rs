//! `tandem_wait(prefix, since, timeout_ms)`: where a reader sits until its link's bell rings.
//!
//! Arguments: the link's prefix (`table_id >> 20`), the `bell` of the reader's last answer (0 at first), and how long to
//! wait, clamped to 0..30000 ms. The result is a JSON object (see [`crate::doorbell::Answer`]); NULL if the prefix is
//! NULL or out of range. An interrupted call fails its statement with the server's own error (1317, 1969, 3024). The waiting calls also do the plugin's only periodic work: ringing for transactions whose end
//! the server has not told.

use std::time::Duration;

use crate::abi::presence;
use crate::abi::session::{self, Session, Waiting};
use crate::abi::udf::Arguments;
use crate::clock::now_ms;
use crate::doorbell::table_id::prefix;
use crate::doorbell::{Answer, Request};
use crate::limits::WAIT_MAX_MS;
use crate::plugin::{Plugin, plugin};
use crate::status::{COUNTERS, count};

/// Waits and returns the answer's text.
pub fn call(arguments: &Arguments) -> Option<String> {
    let request = Request {
        prefix: arguments.int(0).and_then(prefix)?,
        since: arguments
            .int(1)
            .and_then(|since| u64::try_from(since).ok())
            .unwrap_or(0),
        timeout: timeout(arguments.int(2)),
    };
    let plugin = plugin();
    count(&COUNTERS.waits);
    echo(plugin);
    let session = session::current();
    // Tells a thread pool that this thread is idle for a while.
    let waiting = Waiting::begin(session);
    let answer = plugin.doorbell.wait(request, &mut || {
        echo(plugin);
        if presence::is_uninstalled(now_ms()) {
            plugin.leave();
        }
        session.is_some_and(Session::is_killed)
    });
    drop(waiting);
    note(&answer);
    if answer == Answer::Killed
        && let Some(session) = session
    {
        session.report_kill();
    }
    answer.to_json()
}

fn timeout(timeout_ms: Option<i64>) -> Duration {
    let timeout_ms = u64::try_from(timeout_ms.unwrap_or(0)).unwrap_or(0);
    Duration::from_millis(timeout_ms.min(WAIT_MAX_MS))
}

/// Rings for transactions whose end was not told in time.
fn echo(plugin: &Plugin) {
    if plugin.is_active() {
        plugin.ring(&plugin.marks.sweep(now_ms()), true);
    }
}

fn note(answer: &Answer) {
    match answer {
        Answer::Rang { .. } | Answer::Unknown { .. } => count(&COUNTERS.wakes),
        Answer::Quiet { .. } => count(&COUNTERS.timeouts),
        Answer::Killed => count(&COUNTERS.kills),
        Answer::Closing { .. } => {}
    }
}
