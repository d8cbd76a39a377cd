//! Ending a connection whose answer nobody waits for any more: the legacy server would go on waiting for a lock.

use mysql::prelude::Queryable;

use crate::legacy::connect::connect;
use crate::legacy::options::LinkOptions;
use crate::legacy::task::spawn;

/// Ends a connection, from a thread of its own. What was not prepared there is rolled back.
pub fn kill(options: &LinkOptions, connection: u32) {
    if connection == 0 {
        return;
    }
    let options = options.clone();
    // A thread that cannot be started, a server that cannot be reached: then the server notices by itself.
    let _ = spawn("tandem kill", move || {
        if let Ok(mut session) = connect(&options) {
            let _ = session
                .conn
                .query_drop(format!("KILL CONNECTION {connection}"));
        }
    });
}
