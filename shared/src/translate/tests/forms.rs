//! What single values become, byte for byte.

use super::*;

fn micros(at: &str) -> Option<Vec<u8>> {
    let at: jiff::Timestamp = at.parse().expect("an instant");
    let zero: jiff::Timestamp = "2000-01-01T00:00:00Z".parse().expect("an instant");
    Some(
        (at.as_microsecond() - zero.as_microsecond())
            .to_be_bytes()
            .to_vec(),
    )
}

#[test]
fn clocks_that_are_set() {
    let zurich = |ambiguous: &str, skipped: &str| {
        let json = format!(
            r#"{{"kind":"zone","source":"a","target":"b","zone":"Europe/Zurich","ambiguous":"{ambiguous}","skipped":"{skipped}"}}"#
        );
        lens(&json, &["datetime"], &[TIMESTAMPTZ])
    };
    let at = |lens: &Arc<dyn Lens>, local: &str| up(lens, &[time(local)]).map(|row| row[0].clone());
    let parks = zurich("park", "park");
    assert_eq!(
        at(&parks, "2024-07-01 12:00:00"),
        Ok(micros("2024-07-01T10:00:00Z"))
    );
    assert_eq!(at(&parks, "2024-10-27 02:30:00"), Err("ambiguous_time"));
    assert_eq!(at(&parks, "2024-03-31 02:30:00"), Err("skipped_time"));
    let early = zurich("earlier", "earlier");
    assert_eq!(
        at(&early, "2024-10-27 02:30:00"),
        Ok(micros("2024-10-27T00:30:00Z"))
    );
    assert_eq!(
        at(&early, "2024-03-31 02:30:00"),
        Ok(micros("2024-03-31T00:30:00Z"))
    );
    assert_eq!(early.class(), Class::LossyUp);
    let late = zurich("later", "later");
    assert_eq!(
        at(&late, "2024-10-27 02:30:00"),
        Ok(micros("2024-10-27T01:30:00Z"))
    );
    assert_eq!(
        at(&late, "2024-03-31 02:30:00"),
        Ok(micros("2024-03-31T01:30:00Z"))
    );
    let other = vec![micros("2024-10-27T01:30:00Z")];
    assert_eq!(down(&early, &other), Err("ambiguous_time"));
    assert_eq!(down(&late, &other), Ok(vec![time("2024-10-27 02:30:00")]));
    assert_eq!(at(&parks, "0000-00-00 00:00:00"), Err("zero_date"));
}

#[test]
fn misfits_of_local_times() {
    let json =
        r#"{"kind":"zone","source":"a","target":"b","zone":"UTC","misfit":{"zero_date":"null"}}"#;
    let lens = lens(json, &["datetime"], &[TIMESTAMPTZ]);
    assert_eq!(up(&lens, &[time("")]), Ok(vec![None]));
    assert_eq!(lens.class(), Class::LossyUp);
}

#[test]
fn texts() {
    let concat = lens(
        r#"{"kind":"concat","sources":["a","b"],"target":"c","separator":" "}"#,
        &["varchar(9)", "varchar(9)"],
        &[UpgradeType::Text],
    );
    assert_eq!(
        up(&concat, &[text("Ada"), text("King Noel")]),
        Ok(vec![field("Ada King Noel")])
    );
    assert_eq!(
        up(&concat, &[text("Mary Ann"), text("Lee")]),
        Err("outside_domain")
    );
    assert_eq!(
        up(&concat, &[text("Ada"), Value::Null]),
        Err("outside_domain")
    );
    assert_eq!(down(&concat, &vec![field("Ada")]), Err("outside_domain"));
    assert_eq!(
        down(&concat, &vec![field("Ada Countess of L.")]),
        Err("too_long")
    );
    let split = lens(
        r#"{"kind":"split","source":"a","targets":["b","c"],"separator":"-"}"#,
        &["varchar(9)"],
        &[UpgradeType::Text, UpgradeType::Int4],
    );
    let row = up(&split, &[text("zrh-17")]);
    assert_eq!(row, Ok(vec![field("zrh"), Some(vec![0, 0, 0, 17])]));
    assert_eq!(up(&split, &[text("zrh")]), Err("outside_domain"));
    assert_eq!(
        down(&split, &vec![field("a-b"), Some(vec![0, 0, 0, 1])]),
        Err("outside_domain")
    );
}

#[test]
fn documents() {
    let pack = lens(
        r#"{"kind":"pack","target":"d","keys":{"mode":"a","to":"b"},"nulls":"omit"}"#,
        &["int", "varchar(9)"],
        &[UpgradeType::Json],
    );
    assert_eq!(
        up(&pack, &[Value::Int(2), text("a\"b")]),
        Ok(vec![field(r#"{"mode": 2, "to": "a\"b"}"#)])
    );
    assert_eq!(
        up(&pack, &[Value::Int(2), Value::Null]),
        Ok(vec![field(r#"{"mode": 2}"#)])
    );
    for (document, code) in [
        (r#"{"mode": 2, "more": 1}"#, "outside_domain"),
        (r#"{"mode": "2"}"#, "outside_domain"),
        (r#"{"mode": 2.5}"#, "bad_number"),
        ("[]", "outside_domain"),
    ] {
        assert_eq!(down(&pack, &vec![field(document)]), Err(code), "{document}");
    }
    let unpack = lens(
        r#"{"kind":"unpack","source":"d","targets":{"on":"on","rest":"rest"},"others":"drop"}"#,
        &["json"],
        &[UpgradeType::Bool, UpgradeType::Json],
    );
    let row = up(
        &unpack,
        &[text(r#"{"on": true, "rest": {"n": 1.50}, "x": 1}"#)],
    );
    assert_eq!(row, Ok(vec![Some(vec![1]), field(r#"{"n": 1.50}"#)]));
}

#[test]
fn swapped_uuids() {
    let lens = lens(
        r#"{"kind":"uuid","source":"a","target":"b","form":"swapped"}"#,
        &["binary(16)"],
        &[UpgradeType::Uuid],
    );
    // SELECT HEX(UUID_TO_BIN('6ccd780c-baba-1026-9564-5b8c656024db', 1)), from MySQL's manual.
    let bytes = 0x1026_BABA_6CCD_780C_9564_5B8C_6560_24DB_u128.to_be_bytes();
    let plain = 0x6CCD_780C_BABA_1026_9564_5B8C_6560_24DB_u128.to_be_bytes();
    assert_eq!(
        up(&lens, &[Value::Bytes(bytes.to_vec())]),
        Ok(vec![Some(plain.to_vec())])
    );
    assert_eq!(up(&lens, &[text("short")]), Err("bad_uuid"));
}

#[test]
fn instants_and_dates() {
    let epoch = lens(
        r#"{"kind":"epoch","source":"a","target":"b","unit":"milliseconds"}"#,
        &["bigint"],
        &[TIMESTAMP],
    );
    assert_eq!(
        up(&epoch, &[Value::Int(1_700_000_000_123)]),
        Ok(vec![micros("2023-11-14T22:13:20.123Z")])
    );
    assert_eq!(
        down(&epoch, &vec![Some(vec![0, 0, 0, 0, 0, 0, 0, 1])]),
        Err("would_round")
    );
    assert_eq!(up(&epoch, &[Value::Int(i64::MAX)]), Err("out_of_range"));
    let date = lens(
        r#"{"kind":"date","source":"a","target":"b","form":"YYYYMMDDhhmmss"}"#,
        &["char(14)"],
        &[TIMESTAMP],
    );
    assert_eq!(
        up(&date, &[text("20240229235959")]),
        Ok(vec![micros("2024-02-29T23:59:59Z")])
    );
    assert_eq!(up(&date, &[text("20230229000000")]), Err("invalid_date"));
    assert_eq!(up(&date, &[text("2024022923595")]), Err("outside_domain"));
}

#[test]
fn lookups_with_a_last_resort() {
    let json = r#"{"kind":"lookup","source":"a","target":"b","pairs":[["x","one"],[null,"none"]],"otherwise":{"value":"other"}}"#;
    let lens = lens(json, &["varchar(9)"], &[UpgradeType::Text]);
    assert_eq!(up(&lens, &[text("y")]), Ok(vec![field("other")]));
    assert_eq!(up(&lens, &[Value::Null]), Ok(vec![field("none")]));
    assert_eq!(down(&lens, &vec![field("other")]), Err("no_counterpart"));
    assert_eq!(down(&lens, &vec![None]), Err("no_counterpart"));
}
