//! What the machine says of itself, for views and for logs.

/// The state of one direction of one link, as seen by its loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What it is doing.
    pub phase: Phase,
    /// True when the last snapshot applied was complete and nothing has been heard since.
    pub caught_up: bool,
    /// The newest snapshot that the target was equal to, in all tables that were live.
    pub consistent: Option<Consistent>,
    /// Since when the source is away, in milliseconds of the machine's clock.
    pub source_away_since_ms: Option<u64>,
    /// Since when the target refuses batches, in milliseconds of the machine's clock.
    pub target_failing_since_ms: Option<u64>,
    /// Waiters not served yet.
    pub open_tickets: usize,
    /// What was done since the machine was made.
    pub counts: Counts,
}

/// A complete and applied snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consistent {
    /// The number of its pull.
    pub pull: u64,
    /// When the pull was ordered, in milliseconds of the machine's clock: the target lags by no more than now minus this.
    pub started_ms: u64,
}

/// Totals since the machine was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pulls answered.
    pub pulls: u64,
    /// Notifications read, those read again included.
    pub notifications: u64,
    /// Batches applied.
    pub batches: u64,
    /// Rows changed on the target.
    pub changed: u64,
    /// Rows set aside with their error.
    pub parked: u64,
    /// Acknowledgements answered.
    pub acks: u64,
    /// Times that the lanes were given up.
    pub resets: u64,
}

/// What the loop is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// No table is live: nothing to do.
    NoTables,
    /// Opening a lane, or waiting to try again.
    Connecting,
    /// Reading.
    Pulling,
    /// Writing to the target, or waiting to try again.
    Applying,
    /// Waiting for a bell or for the next poll.
    Idle,
    /// Coming to a pause or to the end.
    Leaving,
    /// Paused.
    Paused,
    /// Ended.
    Stopped,
}
