//! The doorbell under plain threads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{Answer, Doorbell, Request, TableId};

const LONG: Duration = Duration::from_secs(20);

fn id(prefix: i64, number: i64) -> TableId {
    TableId::new((prefix << 20) | number).expect("a valid id")
}

fn opened() -> (Doorbell, u64) {
    let bell = Doorbell::new();
    bell.open(1000);
    (bell, 1000)
}

fn wait(bell: &Doorbell, prefix: u64, since: u64, timeout: Duration) -> Answer {
    let request = Request {
        prefix,
        since,
        timeout,
    };
    bell.wait(request, &mut || false)
}

/// Returns when `count` readers sit at the door.
fn seated(bell: &Doorbell, count: usize) {
    while bell.snapshot().waiters != count {
        thread::yield_now();
    }
}

#[test]
fn a_ring_before_the_wait_is_heard() {
    let (bell, start) = opened();
    bell.ring(&[id(1, 5)]);
    let tables = vec![5];
    let heard = Answer::Rang {
        bell: start + 1,
        tables,
    };
    assert_eq!(wait(&bell, 1, start, LONG), heard);
}

#[test]
fn a_ring_during_the_wait_wakes_its_link_only() {
    let (bell, start) = opened();
    thread::scope(|scope| {
        let mine = scope.spawn(|| wait(&bell, 1, start, LONG));
        let other = scope.spawn(|| wait(&bell, 2, start, Duration::from_millis(200)));
        seated(&bell, 2);
        bell.ring(&[id(1, 5)]);
        let tables = vec![5];
        let heard = Answer::Rang {
            bell: start + 1,
            tables,
        };
        assert_eq!(mine.join().expect("the reader"), heard);
        let quiet = Answer::Quiet { bell: start + 1 };
        assert_eq!(other.join().expect("the reader"), quiet);
    });
}

#[test]
fn a_first_call_looks_everywhere() {
    let (bell, start) = opened();
    assert_eq!(wait(&bell, 1, 0, LONG), Answer::Unknown { bell: start });
}

#[test]
fn timeouts_are_quiet_and_zero_does_not_block() {
    let (bell, start) = opened();
    let quiet = Answer::Quiet { bell: start };
    assert_eq!(wait(&bell, 1, start, Duration::ZERO), quiet);
    let began = Instant::now();
    assert_eq!(wait(&bell, 1, start, Duration::from_millis(120)), quiet);
    assert!(began.elapsed() >= Duration::from_millis(120));
}

#[test]
fn closing_sends_everybody_away_and_opening_voids_what_they_knew() {
    let (bell, start) = opened();
    thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|prefix| {
                scope.spawn({
                    let bell = &bell;
                    move || wait(bell, prefix, start, LONG)
                })
            })
            .collect();
        seated(&bell, 4);
        assert!(bell.close(LONG));
        for reader in readers {
            let answer = reader.join().expect("the reader");
            assert_eq!(answer, Answer::Closing { bell: start });
        }
    });
    assert_eq!(wait(&bell, 1, start, LONG), Answer::Closing { bell: start });
    bell.open(500);
    assert_eq!(
        wait(&bell, 1, start, LONG),
        Answer::Unknown { bell: start + 1 }
    );
}

#[test]
fn an_interrupted_reader_leaves_within_a_slice() {
    let (bell, start) = opened();
    let killed = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let request = Request {
                prefix: 1,
                since: start,
                timeout: LONG,
            };
            bell.wait(request, &mut || killed.load(Ordering::Relaxed))
        });
        seated(&bell, 1);
        killed.store(true, Ordering::Relaxed);
        assert_eq!(reader.join().expect("the reader"), Answer::Killed);
    });
    assert_eq!(bell.snapshot().waiters, 0);
}

#[test]
fn a_muted_bell_says_unknown_and_is_news_when_it_is_back() {
    let (bell, start) = opened();
    bell.mute(true);
    assert_eq!(bell.ring(&[id(1, 1)]), 0);
    let unknown = Answer::Unknown { bell: start };
    assert_eq!(wait(&bell, 1, start, Duration::from_millis(1)), unknown);
    bell.mute(false);
    assert_eq!(
        wait(&bell, 1, start, LONG),
        Answer::Unknown { bell: start + 1 }
    );
}

/// Many ringers and readers: every reader hears the last ring of its link, whatever the interleaving.
#[test]
fn no_ring_is_lost() {
    const ROUNDS: i64 = 2_000;
    let (bell, start) = opened();
    let rung = AtomicU64::new(0);
    thread::scope(|scope| {
        for table in 0..4 {
            let (bell, rung) = (&bell, &rung);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    bell.ring(&[id(round & 1, table)]);
                    rung.fetch_add(1, Ordering::Relaxed);
                }
                bell.ring(&[id(0, 100 + table), id(1, 100 + table)]);
            });
        }
        for prefix in [0, 0, 1, 1] {
            let bell = &bell;
            scope.spawn(move || {
                let (mut since, mut last) = (start, std::collections::BTreeSet::new());
                while last.len() < 4 {
                    match wait(bell, prefix, since, LONG) {
                        Answer::Rang { bell, tables } => {
                            assert!(bell > since);
                            since = bell;
                            last.extend(tables.into_iter().filter(|table| *table >= 100));
                        }
                        other => panic!("unexpected {other:?}"),
                    }
                }
            });
        }
    });
    assert_eq!(rung.load(Ordering::Relaxed), 4 * 2_000);
    assert_eq!(bell.snapshot().waiters, 0);
}
