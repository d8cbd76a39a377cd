//! What the machine asks of the driver.
//!
//! Promise: commands to one lane are to be carried out in the order given, each answered by one event, later; everything else is done
//! when the driver asks for the next command, except `Apply`, which is answered by `Applied` or `ApplyFailed`.

use super::batch::{Apply, PullOrder};
use super::names::{Lane, Receipt, Session, TableId, Ticket};

/// The next thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command<P> {
    /// Open this session on the lane. Answer: `Connected` or `LaneFailed`.
    Connect {
        /// The lane; it has no open session.
        lane: Lane,
        /// The number of the new session.
        session: Session,
    },
    /// End this session at once, whatever it is doing; its receipts and answers are void. No answer.
    Close {
        /// The lane.
        lane: Lane,
        /// Its session.
        session: Session,
    },
    /// Read on the receipt's lane. Answer: `Pulled` or `LaneFailed`.
    Pull(PullOrder),
    /// Apply on the target, in one transaction. Answer: `Applied` or `ApplyFailed`.
    Apply(Apply<P>),
    /// Delete exactly the notifications that this pull read, on its own session. Answer: `Acked` or `LaneFailed`. Fewer rows deleted than
    /// read is no error.
    Ack(Receipt),
    /// Tell these waiters that their wait is over. No answer.
    Serve(Vec<Ticket>),
    /// Something to say in the log, once. No answer.
    Report(Report),
    /// Nothing to do until an event arrives or this time comes, in milliseconds of the machine's clock (`None`: no time).
    Wait {
        /// Later than now.
        until_ms: Option<u64>,
    },
    /// The loop has ended: both lanes are closed, nothing is under way.
    Stopped,
}

/// A change that a log should show once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// The source cannot be reached or refuses; retried with backoff.
    SourceAway,
    /// The source answers again.
    SourceBack,
    /// The target refuses batches; retried with backoff.
    TargetFailing,
    /// The target takes batches again.
    TargetBack,
    /// This table needs the operator and was taken out of the loop; the driver stores that.
    TableExcluded(TableId),
    /// The loop has paused: both lanes are closed.
    Paused,
}
