//! `down(up(x)) = x` and `up(down(y)) = y` over the declared domains.

use super::*;
use proptest::prelude::*;

fn mode() -> UpgradeType {
    UpgradeType::Enum {
        labels: vec!["off".to_owned(), "busy".to_owned(), "always".to_owned()],
    }
}

proptest! {
    #[test]
    fn lookups_and_booleans(code in -2i64..5, letter in "[YNyn]?") {
        let lookup = lens(
            r#"{"kind":"lookup","source":"a","target":"b","class":"lossless","pairs":[[0,"off"],[1,"busy"],[2,"always"]]}"#,
            &["tinyint"], &[mode()]);
        assert_eq!(obeys(&lookup, &[Value::Int(code)]), (0..3).contains(&code));
        assert!(obeys(&lookup, &[Value::Null]));
        let boolean = lens(
            r#"{"kind":"boolean","source":"a","target":"b","true":["Y","y"],"false":["N",""]}"#,
            &["char(1)"], &[UpgradeType::Bool]);
        assert_eq!(boolean.class(), Class::LossyUp);
        assert_eq!(obeys(&boolean, &[text(&letter)]), letter != "n");
    }

    #[test]
    fn texts_joined_and_cut(parts in prop::collection::vec("[a-c ,]{0,4}", 3), whole in "[a-c ,]{0,9}") {
        let concat = lens(
            r#"{"kind":"concat","sources":["a","b","c"],"target":"d","separator":", ","class":"lossless"}"#,
            &["varchar(10)", "varchar(10)", "varchar(10)"], &[UpgradeType::Text]);
        let values: Vec<Value> = parts.iter().map(|part| text(part)).collect();
        obeys(&concat, &values);
        assert!(obeys(&concat, &[text("x"), text(""), text("y, z")]));
        assert!(obeys(&concat, &[Value::Null, Value::Null, Value::Null]));
        let split = lens(
            r#"{"kind":"split","source":"a","targets":["b","c"],"separator":", ","missing":"null","class":"lossless"}"#,
            &["varchar(40)"], &[UpgradeType::Text, UpgradeType::Text]);
        assert!(obeys(&split, &[text(&whole)]));
        assert!(obeys(&split, &[Value::Null]));
    }

    #[test]
    fn scales(cents: i64, shift in 0u32..64, inches in -99_999i64..99_999) {
        let scale = lens(
            r#"{"kind":"scale","source":"a","target":"b","divide":"100","class":"lossless"}"#,
            &["bigint"], &[UpgradeType::Numeric { precision: None, scale: 0 }]);
        assert!(obeys(&scale, &[Value::Int(cents >> shift)]));
        let unit = lens(
            r#"{"kind":"scale","source":"a","target":"b","multiply":"2.54","add":"-1"}"#,
            &["decimal(10,2)"], &[UpgradeType::Numeric { precision: Some(20), scale: 4 }]);
        let sign = if inches < 0 { "-" } else { "" };
        let value = format!("{sign}{}.{:02}", inches.abs() / 100, inches.abs() % 100);
        assert!(obeys(&unit, &[text(&value)]));
    }

    #[test]
    fn local_times(year in 1i64..9999, day in 0i64..365, second in 0i64..86_400, micros in 0u32..1_000_000) {
        let start = jiff::civil::date(i16::try_from(year).expect("a year"), 1, 1).at(0, 0, 0, 0);
        let at = start.saturating_add(jiff::Span::new().days(day).seconds(second));
        let value = time(&format!("{}-{}-{} {}:{}:{}.{micros:06}", at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second()));
        let fixed = lens(r#"{"kind":"zone","source":"a","target":"b","zone":"-05:30","class":"lossless"}"#, &["datetime(6)"], &[TIMESTAMPTZ]);
        assert!(obeys(&fixed, std::slice::from_ref(&value)));
        for policy in ["park", "earlier", "later"] {
            let json = format!(r#"{{"kind":"zone","source":"a","target":"b","zone":"Europe/Zurich","ambiguous":"{policy}","class":"lossless"}}"#);
            obeys(&lens(&json, &["datetime(6)"], &[TIMESTAMPTZ]), std::slice::from_ref(&value));
            let json = format!(r#"{{"kind":"zone","source":"a","target":"b","zone":"America/New_York","ambiguous":"later","skipped":"{policy}"}}"#);
            obeys(&lens(&json, &["datetime(6)"], &[TIMESTAMPTZ]), std::slice::from_ref(&value));
        }
    }

    #[test]
    fn dates_and_instants(year in 1i64..9999, month in 0i64..14, day in 0i64..33, seconds in -60_000_000_000i64..250_000_000_000) {
        let date = lens(
            r#"{"kind":"date","source":"a","target":"b","form":"DD.MM.YYYY","class":"lossless"}"#,
            &["varchar(10)"], &[UpgradeType::Date]);
        obeys(&date, &[text(&format!("{day:02}.{month:02}.{year:04}"))]);
        let number = lens(r#"{"kind":"date","source":"a","target":"b","form":"DDMMYYYY"}"#, &["int"], &[UpgradeType::Date]);
        let valid = (1..13).contains(&month) && (1..29).contains(&day);
        assert!(obeys(&number, &[Value::Int(day * 1_000_000 + month * 10_000 + year)]) || !valid);
        let epoch = lens(r#"{"kind":"epoch","source":"a","target":"b","class":"lossless"}"#, &["bigint"], &[TIMESTAMPTZ]);
        assert!(obeys(&epoch, &[Value::Int(seconds)]));
    }

    #[test]
    fn numbers_in_texts(whole in 0u64..10_000_000_000, cents in 0u64..100, negative: bool) {
        let number = lens(
            r#"{"kind":"number","source":"a","target":"b","decimal":",","group":"'","digits":2,"class":"lossless"}"#,
            &["varchar(30)"], &[NUMERIC]);
        let plain = whole.to_string();
        let mut grouped = String::new();
        for (at, digit) in plain.char_indices() {
            if at > 0 && (plain.len() - at) % 3 == 0 {
                grouped.push('\'');
            }
            grouped.push(digit);
        }
        let sign = if negative && whole + cents > 0 { "-" } else { "" };
        assert!(obeys(&number, &[text(&format!("{sign}{grouped},{cents:02}"))]));
        let free = lens(r#"{"kind":"number","source":"a","target":"b"}"#, &["varchar(30)"], &[NUMERIC]);
        assert!(obeys(&free, &[text(&format!("{sign}{whole}.{cents}"))]));
    }

    #[test]
    fn flags_and_labels(mask in 0u64..16, a: bool, b: bool) {
        let flags = lens(
            r#"{"kind":"flags","source":"a","targets":{"read":1,"write":4},"class":"lossless"}"#,
            &["int unsigned"], &[UpgradeType::Bool, UpgradeType::Bool]);
        assert_eq!(obeys(&flags, &[Value::UInt(mask)]), mask & !5 == 0);
        assert!(obeys(&flags, &[Value::Null]));
        let dropping = lens(
            r#"{"kind":"labels","source":"a","target":"b","labels":{"write":1,"read":4},"others":"drop"}"#,
            &["int unsigned"], &[UpgradeType::TextArray]);
        assert!(obeys(&dropping, &[Value::UInt(mask)]));
        let members = lens(
            r#"{"kind":"flags","source":"a","targets":{"x":"late","y":"early"},"class":"lossless"}"#,
            &["set('early','late')"], &[UpgradeType::Bool, UpgradeType::Bool]);
        let set: Vec<&str> = [(a, "early"), (b, "late")].iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect();
        let row = up(&members, &[text(&set.join(","))]).expect("goes up");
        assert_eq!(row, vec![Some(vec![u8::from(b)]), Some(vec![u8::from(a)])]);
        assert_eq!(plain(&down(&members, &row).expect("comes back")), [(u64::from(a) + 2 * u64::from(b)).to_string()]);
    }

    #[test]
    fn documents(number: i64, cents in 0u32..100, words in "\\PC{0,8}") {
        for nulls in ["keep", "omit"] {
            let json = format!(r#"{{"kind":"pack","target":"d","keys":{{"a":"x","b":"y","c":"z"}},"nulls":"{nulls}","class":"lossless"}}"#);
            let pack = lens(&json, &["bigint", "decimal(30,2)", "varchar(90)"], &[UpgradeType::Jsonb]);
            assert!(obeys(&pack, &[Value::Int(number), text(&format!("{}.{cents:02}", number.unsigned_abs())), text(&words)]));
            assert!(obeys(&pack, &[Value::Int(number), Value::Null, Value::Null]));
        }
        let unpack = lens(
            r#"{"kind":"unpack","source":"d","targets":{"x":"a","y":"b"}}"#,
            &["json"], &[UpgradeType::Int8, UpgradeType::Text]);
        let document = serde_json::json!({ "a": number, "b": words });
        assert!(obeys(&unpack, &[text(&document.to_string())]));
        assert!(obeys(&unpack, &[text("{}")]) && obeys(&unpack, &[text(r#"{"b": null}"#)]));
    }

    #[test]
    fn uuids(bytes: [u8; 16]) {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        for (form, legacy, value) in [
            ("binary", "binary(16)", Value::Bytes(bytes.to_vec())),
            ("swapped", "binary(16)", Value::Bytes(bytes.to_vec())),
            ("digits", "char(32)", text(&digits)),
        ] {
            let json = format!(r#"{{"kind":"uuid","source":"a","target":"b","form":"{form}","class":"lossless"}}"#);
            assert!(obeys(&lens(&json, &[legacy], &[UpgradeType::Uuid]), &[value]));
        }
    }
}

#[test]
fn defaults_fill_nulls_only() {
    let json = r#"{"kind":"default","source":"a","target":"b","value":7}"#;
    let filled = lens(json, &["int"], &[UpgradeType::Int4]);
    assert_eq!(filled.class(), Class::LossyUp);
    assert!(obeys(&filled, &[Value::Null]) && obeys(&filled, &[Value::Int(-1)]));
    assert_eq!(up(&filled, &[Value::Null]), up(&filled, &[Value::Int(7)]));
}
