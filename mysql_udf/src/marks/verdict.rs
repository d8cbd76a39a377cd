//! What the end of a statement means for the marks of its session.
//!
//! The servers report differently, and this module is where the difference ends:
//!
//! | report | comes | text |
//! |---|---|---|
//! | MySQL, STATUS | once for each statement of a client, after its commit | the statement's |
//! | MariaDB, RESULT | once for each packet of a client that succeeded, after the commit | its last statement's |
//! | MariaDB, STATUS | for every statement, also those in triggers (before the commit) and procedures | the statement's |
//!
//! So MariaDB's STATUS is believed only where a statement cannot stand in a trigger (`COMMIT`, `XA`, ...), and a failed
//! one rings without forgetting, since a handler may have caught the error.
//!
//! Pure. Called by `table`.

use crate::statement::Ended;

/// Which report of the server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// MySQL's STATUS.
    Statement,
    /// MariaDB's RESULT.
    Result,
    /// MariaDB's STATUS.
    Status,
}

/// A statement has ended, in the server's words.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Which report it is.
    pub source: Source,
    /// The statement's text; may be empty.
    pub text: &'a [u8],
    /// Whether it failed.
    pub failed: bool,
}

/// What to do with the marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Ring for them.
    pub ring: bool,
    /// Keep them.
    pub keep: bool,
}

const NOTHING: Verdict = Verdict {
    ring: false,
    keep: true,
};

/// Whether this report decides about a statement of this kind: each statement is decided once.
pub fn decides(source: Source, ended: Ended, failed: bool) -> bool {
    let in_any_block = matches!(ended, Ended::Rows | Ended::Other);
    match source {
        Source::Statement => true,
        Source::Result => in_any_block,
        Source::Status => failed || !in_any_block,
    }
}

/// What to do after a statement that is not about an XA branch. `in_transaction`: the session is in a transaction, or
/// has autocommit off.
pub fn verdict(source: Source, ended: Ended, failed: bool, in_transaction: bool) -> Verdict {
    if !decides(source, ended, failed) || (ended == Ended::Rows && in_transaction) {
        return NOTHING;
    }
    let keep = match ended {
        _ if failed && source == Source::Status => true,
        Ended::Transaction => failed && in_transaction,
        _ => in_transaction,
    };
    Verdict { ring: true, keep }
}

#[cfg(test)]
mod tests {
    use super::{Source, Verdict, decides, verdict};
    use crate::statement::Ended;

    const SILENT: Verdict = Verdict {
        ring: false,
        keep: true,
    };
    const RING: Verdict = Verdict {
        ring: true,
        keep: false,
    };
    const BOTH: Verdict = Verdict {
        ring: true,
        keep: true,
    };

    #[test]
    fn mysql_is_believed_at_each_statement() {
        let after = |ended, failed, inside| verdict(Source::Statement, ended, failed, inside);
        assert_eq!(after(Ended::Rows, false, false), RING);
        assert_eq!(after(Ended::Rows, false, true), SILENT);
        assert_eq!(after(Ended::Rows, true, true), SILENT);
        assert_eq!(after(Ended::Rows, true, false), RING);
        // COMMIT AND CHAIN leaves the session inside the next transaction.
        assert_eq!(after(Ended::Transaction, false, true), RING);
        assert_eq!(after(Ended::Transaction, true, true), BOTH);
        assert_eq!(after(Ended::Other, false, true), BOTH);
        assert_eq!(after(Ended::Other, false, false), RING);
    }

    #[test]
    fn mariadb_results_decide_about_rows_and_statuses_about_ends() {
        assert_eq!(verdict(Source::Result, Ended::Rows, false, false), RING);
        assert_eq!(verdict(Source::Result, Ended::Other, false, true), BOTH);
        assert_eq!(
            verdict(Source::Result, Ended::Transaction, false, false),
            SILENT
        );
        assert_eq!(
            verdict(Source::Status, Ended::Transaction, false, true),
            RING
        );
        assert_eq!(verdict(Source::Status, Ended::Rows, false, false), SILENT);
        // Possibly caught by a handler inside a trigger.
        assert_eq!(verdict(Source::Status, Ended::Rows, true, false), BOTH);
        assert_eq!(verdict(Source::Status, Ended::Rows, true, true), SILENT);
        assert_eq!(
            verdict(Source::Status, Ended::Transaction, true, false),
            BOTH
        );
    }

    #[test]
    fn each_successful_statement_is_decided_once() {
        for ended in [Ended::Rows, Ended::Other, Ended::Transaction] {
            let sources = [Source::Result, Source::Status];
            let count = sources
                .iter()
                .filter(|source| decides(**source, ended, false))
                .count();
            assert_eq!(count, 1, "{ended:?}");
        }
    }
}
