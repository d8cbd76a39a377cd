//! Events as the servers write them, byte by byte, and what becomes of them.

use super::bytes::Bytes;
use super::cell::Shape;
use super::query::{Query, Says, branch_of};
use super::*;

const GTID: u8 = 33;
const QUERY: u8 = 2;
const XID: u8 = 16;
const XA_PREPARE: u8 = 38;
const MAP: u8 = 19;
const WRITE: u8 = 30;
const UPDATE: u8 = 31;

fn watch() -> Watch {
    let key = |at| KeyColumn {
        at,
        kind: KeyKind::Plain,
    };
    let table = |number, database: &str, table: &str, first, outbox| Watched {
        number,
        database: database.to_owned(),
        table: table.to_owned(),
        key: vec![key(first)],
        outbox,
    };
    Watch {
        tables: vec![
            table(7, "shop", "item", 0, false),
            table(8, "shop", "order line", 0, false),
            table(7, "tandem_a", "o_7", 2, true),
        ],
        case_matters: true,
    }
}

/// A log that is written and read at once.
struct Tape {
    decoder: Decoder,
    pending: Pending,
    end: u32,
}

impl Tape {
    fn new() -> Self {
        let place = Place { file: 3, offset: 4 };
        Self {
            decoder: Decoder::new(watch(), "binlog", place),
            pending: Pending::new(place),
            end: 4,
        }
    }

    fn event(&mut self, kind: u8, body: &[u8]) {
        self.end += 100;
        let frame = Frame {
            kind,
            flags: 0,
            end: self.end,
            at: 1,
            body,
        };
        self.decoder.take(frame, &mut self.pending);
    }

    fn query(&mut self, text: &str) {
        self.event(QUERY, &query("shop", text));
    }

    fn write(&mut self, database: &str, table: &str, rows: &[u8]) {
        self.event(MAP, &map(database, table, &[3, 15], &[80, 0]));
        self.event(
            WRITE,
            &[&[9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 2, 3], rows].concat(),
        );
    }

    /// A transaction that inserts one item.
    fn insert(&mut self, id: u8) {
        self.event(GTID, &[]);
        self.query("BEGIN");
        self.write("shop", "item", &[0, id, 0, 0, 0, 1, b'x']);
        self.event(XID, &[0; 8]);
    }

    fn keys(&self, table: u32) -> Vec<String> {
        let taken = self.pending.take(table, 0, 100);
        taken.keys.iter().map(|(_, key)| key.to_string()).collect()
    }

    fn place(&self) -> Place {
        Place {
            file: 3,
            offset: u64::from(self.end),
        }
    }
}

fn query(database: &str, text: &str) -> Vec<u8> {
    let length = u8::try_from(database.len()).expect("short");
    let head = [0, 0, 0, 0, 0, 0, 0, 0, length, 0, 0, 0, 0];
    [&head, database.as_bytes(), &[0], text.as_bytes()].concat()
}

fn map(database: &str, table: &str, types: &[u8], meta: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).expect("short");
    let mut body = vec![9, 0, 0, 0, 0, 0, 1, 0];
    for name in [database, table] {
        body.push(length(name.as_bytes()));
        body.extend(name.as_bytes());
        body.push(0);
    }
    body.push(length(types));
    body.extend(types);
    body.push(length(meta));
    body.extend(meta);
    body.push(0);
    body
}

#[test]
fn a_key_stays_until_it_is_acknowledged_with_a_proof() {
    let mut tape = Tape::new();
    tape.insert(5);
    let first = tape.place();
    tape.insert(6);
    assert_eq!(tape.keys(7), ["5", "6"]);
    assert_eq!(tape.decoder.rung(), [7]);
    // Proven is only what came before the second transaction.
    tape.pending.acknowledge(7, &[(1, 2)], first);
    assert_eq!(tape.keys(7), ["6"]);
    assert_eq!(tape.pending.again(), first);
    assert!(tape.pending.unproven());
    tape.pending.prove(tape.place());
    assert!(!tape.pending.unproven());
    tape.pending.acknowledge(7, &[(3, 3)], tape.place());
    assert!(tape.keys(7).is_empty());
    assert_eq!(tape.pending.again(), tape.place());
    assert_eq!(tape.pending.bytes(), 0);
}

#[test]
fn a_key_that_comes_again_is_kept_once_and_later() {
    let mut tape = Tape::new();
    tape.insert(5);
    let between = tape.place();
    tape.insert(5);
    let taken = tape.pending.take(7, 0, 10);
    assert_eq!(taken.ids, [(2, 2)]);
    assert_eq!(tape.pending.again(), between);
    // A pull that took it under its old id acknowledges nothing of it.
    tape.pending.acknowledge(7, &[(1, 1)], tape.place());
    assert_eq!(tape.keys(7), ["5"]);
}

#[test]
fn a_pull_takes_no_more_than_it_asks_for() {
    let mut tape = Tape::new();
    tape.insert(5);
    tape.insert(6);
    let taken = tape.pending.take(7, 0, 1);
    assert_eq!(taken.ids, [(1, 1)]);
    assert!(taken.more);
}

#[test]
fn a_branch_is_being_committed_until_that_is_proven_or_its_name_comes_again() {
    let mut tape = Tape::new();
    let prepare = |tape: &mut Tape| {
        tape.event(GTID, &[]);
        tape.query("XA START X'61',X'',1");
        tape.query("XA END X'61',X'',1");
        tape.event(XA_PREPARE, &[0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, b'a']);
    };
    let commit = |tape: &mut Tape| {
        tape.event(GTID, &[]);
        tape.query("XA COMMIT X'61',X'',1");
    };
    let name = [super::branch_name(b"a", b"", 1)];
    prepare(&mut tape);
    assert!(!tape.pending.committing(&name));
    let before = tape.place();
    commit(&mut tape);
    assert!(tape.pending.committing(&name));
    assert!(!tape.pending.committing(&[super::branch_name(b"b", b"", 1)]));
    tape.pending.prove(before);
    assert!(tape.pending.committing(&name), "the commit is later");
    prepare(&mut tape);
    assert!(!tape.pending.committing(&name), "another one of that name");
    commit(&mut tape);
    tape.pending.prove(tape.place());
    assert!(!tape.pending.committing(&name), "proven");
}

#[test]
fn an_update_names_both_keys_and_a_minimal_image_one() {
    let mut tape = Tape::new();
    tape.event(GTID, &[]);
    tape.query("BEGIN");
    tape.event(MAP, &map("shop", "item", &[3, 15], &[80, 0]));
    let head = [9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 2];
    let full = [&head[..], &[3, 3], &[0, 1, 0, 0, 0, 0], &[0, 2, 0, 0, 0, 0]].concat();
    tape.event(UPDATE, &full);
    // Before: the key alone; after: the other column alone.
    let minimal = [&head[..], &[1, 2], &[0, 9, 0, 0, 0], &[0, 1, b'y']].concat();
    tape.event(UPDATE, &minimal);
    assert!(
        tape.decoder.rung().is_empty(),
        "the group is not at its end"
    );
    tape.event(XID, &[0; 8]);
    assert_eq!(tape.keys(7), ["2", "1", "9"]);
}

#[test]
fn a_branch_counts_when_it_is_committed() {
    let mut tape = Tape::new();
    let begin = tape.place();
    let prepare = |tape: &mut Tape, id: u8, name: u8| {
        tape.event(GTID, &[]);
        tape.query("XA START X'61',X'',1");
        tape.write("shop", "item", &[0, id, 0, 0, 0, 0]);
        tape.query("XA END X'61',X'',1");
        tape.event(XA_PREPARE, &[0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, name]);
    };
    prepare(&mut tape, 5, b'a');
    prepare(&mut tape, 6, b'b');
    tape.insert(7);
    assert_eq!(tape.keys(7), ["7"]);
    assert_eq!(tape.pending.again(), begin);
    assert_eq!(tape.pending.branches(), 2);
    tape.event(GTID, &[]);
    tape.query("XA COMMIT X'61',X'',1");
    tape.event(GTID, &[]);
    tape.query("XA ROLLBACK X'62',X'',1");
    assert_eq!(tape.keys(7), ["7", "5"]);
    assert_eq!(tape.pending.branches(), 0);
    assert_eq!(tape.pending.again(), begin, "it was prepared there");
    // One that was prepared before reading began: nobody knows what it changed.
    tape.event(GTID, &[]);
    tape.query("XA COMMIT X'63',X'',1");
    let wholes = tape.pending.wholes(tape.place());
    let tables: Vec<u32> = wholes.iter().map(|(table, _)| *table).collect();
    assert_eq!(tables, [7, 8]);
}

#[test]
fn what_is_not_row_by_row_makes_a_table_whole() {
    for (text, whole) in [
        ("TRUNCATE TABLE item", vec![7]),
        ("/* x */ alter table shop.`order line` add c int", vec![8]),
        ("INSERT INTO item VALUES (1)", vec![7]),
        ("DROP DATABASE shop", vec![7, 8]),
        ("CREATE TABLE tandem_shop.itemised (a int)", vec![]),
        ("CREATE TEMPORARY TABLE item (a int)", vec![]),
        ("GRANT ALL ON item TO somebody", vec![]),
    ] {
        let mut tape = Tape::new();
        tape.insert(5);
        tape.event(GTID, &[]);
        tape.query(text);
        let wholes = tape.pending.wholes(tape.place());
        let tables: Vec<u32> = wholes.iter().map(|(table, _)| *table).collect();
        assert_eq!(tables, whole, "{text}");
        assert_eq!(tape.keys(7).is_empty(), whole.contains(&7), "{text}");
        // Said once, it does not count again.
        if let Some((table, place)) = wholes.first() {
            let mut again = Tape::new();
            let after = Place {
                offset: place.offset + 1,
                ..*place
            };
            again.pending.since(*table, after);
            again.insert(5);
            again.event(GTID, &[]);
            again.query(text);
            let left = again.pending.wholes(again.place());
            assert!(left.iter().all(|(number, _)| number != table));
        }
    }
}

#[test]
fn what_cannot_be_read_makes_a_table_whole() {
    let mut tape = Tape::new();
    tape.event(GTID, &[]);
    tape.query("BEGIN");
    tape.write("shop", "item", &[0, 1, 0]);
    tape.event(XID, &[0; 8]);
    assert_eq!(tape.pending.wholes(tape.place()).len(), 1);
}

#[test]
fn rows_of_an_outbox_are_keys_of_its_table() {
    let mut tape = Tape::new();
    tape.event(GTID, &[]);
    tape.query("BEGIN");
    tape.event(MAP, &map("tandem_a", "o_7", &[8, 1, 3], &[]));
    let rows = [0, 44, 0, 0, 0, 0, 0, 0, 0, 3, 12, 0, 0, 0];
    let event = [&[9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 7][..], &rows].concat();
    tape.event(WRITE, &event);
    tape.event(XID, &[0; 8]);
    assert_eq!(tape.keys(7), ["12"]);
    assert_eq!(tape.pending.spent(7), [44]);
}

#[test]
fn files_follow_each_other() {
    let mut tape = Tape::new();
    let rotate = |file: &str| [&4u64.to_le_bytes()[..], file.as_bytes()].concat();
    tape.event(4, &rotate("binlog.000004"));
    let begun = Place { file: 4, offset: 4 };
    tape.end = 4;
    tape.insert(5);
    assert_eq!(tape.pending.again(), begun);
    assert_eq!(file_name("binlog", 4), "binlog.000004");
    assert_eq!(file_number("a.b.1000000"), Some(1_000_000));
}

#[test]
fn a_large_file_goes_on_beyond_four_gibibytes() {
    let mut tape = Tape::new();
    tape.end = u32::MAX - 500;
    tape.insert(5);
    tape.end = 20;
    tape.insert(6);
    assert!(tape.pending.read().offset > u64::from(u32::MAX));
}

fn literal(shape: Shape, kind: KeyKind, bytes: &[u8]) -> String {
    let mut bytes = Bytes(bytes);
    let all = shape.literals(kind, &mut bytes).expect("readable");
    assert!(bytes.0.is_empty());
    all.join(" ")
}

#[test]
fn values_become_literals() {
    let plain = |shape, bytes: &[u8]| literal(shape, KeyKind::Plain, bytes);
    assert_eq!(plain(Shape::Int(1), &[0xff]), "-1");
    assert_eq!(literal(Shape::Int(1), KeyKind::Unsigned, &[0xff]), "255");
    assert_eq!(plain(Shape::Int(3), &[0, 0, 0x80]), "-8388608");
    assert_eq!(plain(Shape::Int(8), &[0xff; 8]), "-1");
    assert_eq!(plain(Shape::Year, &[0]), "0");
    assert_eq!(plain(Shape::Year, &[124]), "2024");
    assert_eq!(plain(Shape::Float, &1.5f32.to_le_bytes()), "1.5e0");
    assert_eq!(plain(Shape::Date, &[0x43, 0xd0, 0x0f]), "'2024-02-03'");
    assert_eq!(plain(Shape::Text(1), &[2, b'a', 0xe9]), "X'61e9'");
    assert_eq!(plain(Shape::Text(1), &[0]), "X''");
    assert_eq!(plain(Shape::Bit(2), &[1, 2]), "258");
    assert_eq!(
        plain(Shape::Timestamp(0), &[0, 0, 0, 0]),
        "'0000-00-00 00:00:00'"
    );
    assert_eq!(
        plain(Shape::Timestamp(3), &[0x65, 0xbd, 0xb0, 0x82, 0x1e, 0xd2]),
        "'2024-02-03 03:18:26.789000'"
    );
    assert_eq!(
        plain(Shape::Decimal(10, 2), &[0x80, 0, 0, 12, 34]),
        "00000012.34"
    );
    assert_eq!(
        plain(Shape::Decimal(10, 2), &[0x7f, 0xff, 0xff, 0xf3, 0xdd]),
        "-00000012.34"
    );
    assert_eq!(
        plain(Shape::Time(0), &[0x80, 0x10, 0x83]),
        "'01:02:03.000000'"
    );
    assert_eq!(
        plain(Shape::Time(2), &[0x7f, 0xff, 0xfe, 0xce]),
        "'-00:00:01.500000'"
    );
    let uuid: Vec<u8> = (0..17).map(|n| if n == 0 { 16 } else { n - 1 }).collect();
    assert_eq!(
        literal(Shape::Text(1), KeyKind::Uuid, &uuid),
        "X'000102030405060708090a0b0c0d0e0f' X'0c0d0e0f0a0b08090607000102030405'"
    );
}

#[test]
fn statements_are_told_apart() {
    let says = |text: &str| {
        let body = query("d", text);
        Query::read(&body, false).expect("a query").says()
    };
    assert_eq!(says("BEGIN"), Says::Begin);
    assert_eq!(says("ROLLBACK TO `a`"), Says::Nothing);
    assert_eq!(says("create or replace table t (a int)"), Says::Alters);
    assert_eq!(says("drop schema d"), Says::DropsDatabase);
    assert_eq!(says("create database d"), Says::Nothing);
    let name = "x'61',x'62',7".to_owned();
    assert_eq!(
        says("XA COMMIT X'61',X'62',7"),
        Says::BranchCommits(name.clone())
    );
    let body = [0, 7, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, b'a', b'b'];
    assert_eq!(branch_of(&body), Ok((false, name)));
}

#[test]
fn zeros_that_an_image_leaves_out_are_put_back() {
    let identifier = [3, 0x42, 0x66, 0x55];
    let all = |kind, bytes: &[u8]| Shape::Text(1).literals(kind, &mut Bytes(bytes));
    let stored = format!("X'426655{}'", "00".repeat(13));
    let shown = format!("X'{}426655000000'", "00".repeat(10));
    assert_eq!(
        all(KeyKind::Uuid, &identifier).expect("readable"),
        [stored, shown]
    );
    assert_eq!(
        all(KeyKind::Fixed(4), &[1, 10]).expect("readable"),
        ["X'0a000000'"]
    );
    assert!(all(KeyKind::Fixed(4), &[5, 1, 2, 3, 4, 5]).is_err());
}
