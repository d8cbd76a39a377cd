//! Deliberate faults: one broken rule each, in the machine or in its driver, to show that the simulator notices.

/// The rule that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Machine: a batch is acknowledged when it is read, not when it is applied.
    AckBeforeApply,
    /// Machine: what was read ahead is kept when the batch before it fails, and applied after that has been read again.
    KeepReadAhead,
    /// Machine: a lane that is lost in a pull counts as "there was nothing".
    LostIsEmpty,
    /// Machine: a pull that continued after a batch in flight counts as complete.
    CompleteWithFloors,
    /// Machine: a ticket is served by a pull that had started before it.
    TicketServedEarly,
    /// Machine: a bell during a pull counts as answered by that pull.
    BellForgotten,
    /// Machine: an acknowledgement without an answer is repeated in the next session.
    ReceiptOutlivesSession,
    /// Machine: a batch is complete although a table joined since it was read.
    JoinIgnored,
    /// Machine: what was read of a table is applied after the table has left.
    LeftTableKept,
    /// Machine: a failure of the source is retried at once.
    NoBackoff,
    /// Driver: everything up to the highest id read is deleted.
    RangeAck,
    /// Driver: says "applied" when the target has committed but not flushed.
    AppliedBeforeDurable,
    /// Driver: a transaction that it gave up commits later, after newer ones.
    LateCommit,
    /// Driver: a batch of exactly the allowed size is taken for all there was.
    FullBatchIsAll,
    /// Driver: writes rows that are equal.
    WriteEqual,
}

impl Broken {
    /// Every rule with words from the complaint that breaking it must lead to.
    pub const ALL: [(Self, &str); 15] = [
        (Self::AckBeforeApply, "before the target has it durably"),
        (Self::KeepReadAhead, "though the batch before it failed"),
        (Self::LostIsEmpty, "never reached the source"),
        (Self::CompleteWithFloors, "instead of"),
        (Self::TicketServedEarly, "is served with"),
        (Self::BellForgotten, "though a bell rang"),
        (
            Self::ReceiptOutlivesSession,
            "by a session that does not hold it",
        ),
        (Self::JoinIgnored, "instead of"),
        (Self::LeftTableKept, "is applied after it left"),
        (Self::NoBackoff, "no end after"),
        (Self::RangeAck, "was never read by this session"),
        (
            Self::AppliedBeforeDurable,
            "before the target has it durably",
        ),
        (Self::LateCommit, "instead of"),
        (Self::FullBatchIsAll, "instead of"),
        (Self::WriteEqual, "though it was equal"),
    ];
}
