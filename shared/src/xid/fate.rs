//! What becomes of a branch that was prepared.
//!
//! The order of the questions matters: a transaction that is seen to have ended has its decision recorded by then or never. Asked the other way
//! round, it could record the decision between the two questions.

/// What is known of the transaction that a prepared branch belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    /// It may still record its decision.
    Running,
    /// It has ended, one way or the other.
    Ended,
}

/// What to do with a prepared branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing: its transaction will.
    Leave,
    /// Commit it.
    Commit,
    /// Roll it back.
    Rollback,
}

/// Decides. `decided` is asked only after the transaction was seen to have ended.
pub fn fate<E>(
    transaction: Transaction,
    decided: impl FnOnce() -> Result<bool, E>,
) -> Result<Fate, E> {
    Ok(match transaction {
        Transaction::Running => Fate::Leave,
        Transaction::Ended if decided()? => Fate::Commit,
        Transaction::Ended => Fate::Rollback,
    })
}
