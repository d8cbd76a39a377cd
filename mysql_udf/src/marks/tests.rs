//! The marks of many sessions, without a server.

use super::{Fired, Marks, Report, Rings, Source};
use crate::doorbell::TableId;
use crate::limits::{MARK_SHARDS, PREPARED_BRANCHES, SESSIONS_PER_SHARD, TABLES_PER_SESSION};

fn id(number: i64) -> TableId {
    TableId::new(number).expect("a valid id")
}

fn some(numbers: &[i64]) -> Rings {
    let tables = numbers.iter().copied().map(id).collect();
    Rings { tables, all: false }
}

/// A statement of a MySQL session ends at time 0.
fn ended(marks: &Marks, session: u64, text: &str, in_transaction: bool) -> Rings {
    let text = text.as_bytes();
    let (source, failed) = (Source::Statement, false);
    let report = Report {
        source,
        text,
        failed,
    };
    marks.ended(session, report, || in_transaction, || 0)
}

fn fire(marks: &Marks, session: u64, number: i64) -> Fired {
    marks.fire(session, id(number), || 0)
}

#[test]
fn autocommit_rings_at_the_end_of_the_statement() {
    let marks = Marks::new();
    fire(&marks, 1, 10);
    fire(&marks, 1, 10);
    fire(&marks, 1, 11);
    fire(&marks, 2, 12);
    assert_eq!(
        ended(&marks, 1, "INSERT INTO t VALUES (1)", false),
        some(&[10, 11])
    );
    assert_eq!(
        ended(&marks, 1, "INSERT INTO t VALUES (1)", false),
        Rings::default()
    );
    assert_eq!(marks.counts(), (1, 0));
}

#[test]
fn a_transaction_rings_at_its_end_only() {
    let marks = Marks::new();
    fire(&marks, 1, 10);
    for text in ["INSERT INTO t VALUES (1)", "ROLLBACK TO a", "SELECT 1"] {
        assert!(ended(&marks, 1, text, true).is_empty());
    }
    assert_eq!(ended(&marks, 1, "COMMIT", false), some(&[10]));
    // The next transaction has begun before anybody heard of the end of the first.
    fire(&marks, 1, 10);
    assert_eq!(ended(&marks, 1, "COMMIT AND CHAIN", true), some(&[10]));
    assert_eq!(marks.counts(), (0, 0));
    // A call may have committed: ring, and again at the end.
    fire(&marks, 1, 10);
    assert_eq!(ended(&marks, 1, "CALL p()", true), some(&[10]));
    assert_eq!(ended(&marks, 1, "COMMIT", false), some(&[10]));
}

#[test]
fn a_session_that_is_gone_rings() {
    let marks = Marks::new();
    fire(&marks, 1, 10);
    assert_eq!(marks.gone(1), some(&[10]));
    assert!(marks.gone(1).is_empty());
    assert!(marks.gone(2).is_empty());
}

#[test]
fn a_prepared_branch_rings_at_its_commit_from_any_session() {
    let marks = Marks::new();
    fire(&marks, 1, 10);
    assert!(ended(&marks, 1, "INSERT INTO t VALUES (1)", true).is_empty());
    assert!(ended(&marks, 1, "XA END 'a'", true).is_empty());
    assert!(ended(&marks, 1, "XA PREPARE 'a'", false).is_empty());
    assert_eq!(marks.counts(), (0, 1));
    assert_eq!(ended(&marks, 2, "xa commit  'a'", false), some(&[10]));
    assert_eq!(marks.counts(), (0, 0));
}

#[test]
fn a_branch_without_captured_tables_rings_for_nothing() {
    let marks = Marks::new();
    ended(&marks, 1, "XA PREPARE 'a'", false);
    assert!(ended(&marks, 1, "XA COMMIT 'a'", false).is_empty());
    fire(&marks, 1, 10);
    assert_eq!(
        ended(&marks, 1, "XA COMMIT 'b' ONE PHASE", false),
        some(&[10])
    );
}

#[test]
fn a_branch_that_nobody_remembers_rings_for_all_at_most_once_a_second() {
    let marks = Marks::new();
    let commit = |now_ms| {
        let (source, text, failed) = (Source::Statement, b"XA COMMIT 'old'".as_slice(), false);
        marks.ended(
            1,
            Report {
                source,
                text,
                failed,
            },
            || false,
            || now_ms,
        )
    };
    assert!(commit(5_000).all);
    assert!(!commit(5_001).all);
    assert!(!commit(5_002).all);
    assert!(marks.sweep(5_999).is_empty());
    assert!(marks.sweep(6_000).all);
    assert!(marks.sweep(60_000).is_empty());
}

#[test]
fn mariadb_reports_inside_a_trigger_change_nothing() {
    let marks = Marks::new();
    let after = |source, text: &str, failed| {
        let text = text.as_bytes();
        marks.ended(
            1,
            Report {
                source,
                text,
                failed,
            },
            || false,
            || 0,
        )
    };
    fire(&marks, 1, 10);
    assert!(after(Source::Status, "INSERT INTO outbox VALUES (1)", false).is_empty());
    // An error that a handler in the trigger may have caught: an early ring, and the mark stays.
    assert_eq!(after(Source::Status, "DO missing()", true), some(&[10]));
    assert_eq!(
        after(Source::Result, "INSERT INTO t VALUES (1)", false),
        some(&[10])
    );
    assert!(after(Source::Status, "INSERT INTO t VALUES (1)", false).is_empty());
    assert_eq!(marks.counts(), (0, 0));
}

#[test]
fn a_session_of_which_nothing_is_heard_rings_again_and_again() {
    let marks = Marks::new();
    fire(&marks, 1, 10);
    assert!(marks.sweep(99).is_empty());
    assert_eq!(marks.sweep(100), some(&[10]));
    assert!(marks.sweep(101).is_empty());
    assert_eq!(marks.sweep(300), some(&[10]));
    // A word from the server ends the echo; the transaction's end rings as ever.
    assert!(ended(&marks, 1, "INSERT INTO t VALUES (1)", true).is_empty());
    assert!(marks.sweep(1_000_000).is_empty());
    assert_eq!(ended(&marks, 1, "COMMIT", false), some(&[10]));
}

#[test]
fn too_many_tables_count_as_all() {
    let marks = Marks::new();
    for number in 0..TABLES_PER_SESSION as i64 {
        assert_eq!(fire(&marks, 1, number), Fired::Marked);
    }
    assert_eq!(fire(&marks, 1, 1_000), Fired::MarkedAll);
    assert_eq!(fire(&marks, 1, 1_001), Fired::Marked);
    let rings = ended(&marks, 1, "COMMIT", false);
    assert!(rings.all);
    assert_eq!(rings.tables.len(), TABLES_PER_SESSION);
}

#[test]
fn too_many_sessions_ring_at_once_and_again_later() {
    let marks = Marks::new();
    let shard = MARK_SHARDS as u64;
    for session in 0..SESSIONS_PER_SHARD as u64 {
        assert_eq!(fire(&marks, session * shard, 1), Fired::Marked);
    }
    let late = SESSIONS_PER_SHARD as u64 * shard;
    assert_eq!(fire(&marks, late, 77), Fired::Full);
    // Another shard has room.
    assert_eq!(fire(&marks, 1, 1), Fired::Marked);
    let rings = marks.sweep(100);
    assert!(rings.tables.contains(&id(77)));
    // Sessions whose echo is spent make room.
    for round in 1..20 {
        marks.sweep(round * 100_000);
    }
    assert!(marks.sweep(u64::MAX / 2).is_empty());
    assert_eq!(fire(&marks, late, 77), Fired::Marked);
    assert_eq!(marks.counts(), (2, 0));
}

#[test]
fn prepared_branches_are_bounded() {
    let marks = Marks::new();
    for number in 0..=PREPARED_BRANCHES {
        fire(&marks, 1, 10);
        ended(&marks, 1, &format!("XA PREPARE 'b{number}'"), false);
    }
    assert_eq!(marks.counts(), (0, PREPARED_BRANCHES));
    assert!(ended(&marks, 2, "XA COMMIT 'b0'", false).all);
    assert_eq!(ended(&marks, 2, "XA COMMIT 'b1'", false), some(&[10]));
}

/// Sessions on their own threads: each rings exactly what it fired.
#[test]
fn sessions_do_not_mix() {
    let marks = Marks::new();
    std::thread::scope(|scope| {
        for session in 0..16_u64 {
            let marks = &marks;
            scope.spawn(move || {
                for round in 0..500 {
                    let number = session as i64 * 1_000 + round;
                    fire(marks, session, number);
                    fire(marks, session, number);
                    marks.sweep(0);
                    assert_eq!(ended(marks, session, "COMMIT", false), some(&[number]));
                }
            });
        }
    });
    assert_eq!(marks.counts(), (0, 0));
}
