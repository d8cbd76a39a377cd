//! Every number that bounds the loop, in one place, each with its unit and its default.
//!
//! Promise: a machine built with any values in the stated ranges makes progress; `Limits::clamped` brings others into range. It never
//! holds a setting of a server connection (socket timeouts, TLS): those are the driver's.

/// The bounds of one direction of one link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Notifications in one batch, at most. 1 or more.
    pub batch_rows: u32,
    /// Size of the rows in one batch in bytes; a batch may exceed it by one row. 1 or more.
    pub batch_bytes: u64,
    /// Continuing pulls in a row before the loop looks from the start again, so that a notification that became visible late, below the
    /// ids already taken, does not wait for the end of a long backlog. 1 or more.
    pub floored_pulls: u32,
    /// With at most this many live tables every look names them all; with more, a look after a bell names the dirty ones only.
    pub full_look_tables: usize,
    /// After a look at some tables, the look at all of them comes this long after the previous one, in milliseconds.
    pub full_look_gap_ms: u64,
    /// Without a doorbell: the shortest time between two looks, used while there is traffic, in milliseconds. 1 or more.
    pub min_poll_ms: u64,
    /// Without a doorbell: the longest time between two looks, reached by doubling while nothing is found, in milliseconds.
    pub max_poll_ms: u64,
    /// With a doorbell: all tables are looked at this often, whatever the bell says, in milliseconds.
    pub safety_poll_ms: u64,
    /// A bell whose look found nothing is looked after again: first after this long, in milliseconds. 1 or more.
    pub relook_first_ms: u64,
    /// ... then after twice that, and so on up to this, then not before the next bell, in milliseconds.
    pub relook_max_ms: u64,
    /// After an error of either end: first retry after about this long, in milliseconds. 1 or more.
    pub backoff_first_ms: u64,
    /// ... doubling up to about this long, in milliseconds.
    pub backoff_max_ms: u64,
    /// A lane that has not answered for this long counts as lost, in milliseconds. 1 or more.
    pub answer_timeout_ms: u64,
    /// The second lane is closed when it has had nothing to do for this long, in milliseconds.
    pub second_lane_idle_ms: u64,
    /// Pause and stop wait this long for an acknowledgement that is under way, in milliseconds.
    pub leave_grace_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_rows: 10_000,
            batch_bytes: 16 * 1024 * 1024,
            floored_pulls: 64,
            full_look_tables: 100,
            full_look_gap_ms: 1_000,
            min_poll_ms: 5,
            max_poll_ms: 500,
            safety_poll_ms: 30_000,
            relook_first_ms: 1,
            relook_max_ms: 64,
            backoff_first_ms: 100,
            backoff_max_ms: 30_000,
            answer_timeout_ms: 60_000,
            second_lane_idle_ms: 60_000,
            leave_grace_ms: 2_000,
        }
    }
}

impl Limits {
    /// The same limits with every value brought into its range.
    pub fn clamped(self) -> Self {
        let min_poll_ms = self.min_poll_ms.max(1);
        let relook_first_ms = self.relook_first_ms.max(1);
        let backoff_first_ms = self.backoff_first_ms.max(1);
        Self {
            batch_rows: self.batch_rows.max(1),
            batch_bytes: self.batch_bytes.max(1),
            floored_pulls: self.floored_pulls.max(1),
            min_poll_ms,
            max_poll_ms: self.max_poll_ms.max(min_poll_ms),
            safety_poll_ms: self.safety_poll_ms.max(1),
            relook_first_ms,
            relook_max_ms: self.relook_max_ms.max(relook_first_ms),
            backoff_first_ms,
            backoff_max_ms: self.backoff_max_ms.max(backoff_first_ms),
            answer_timeout_ms: self.answer_timeout_ms.max(1),
            ..self
        }
    }
}
