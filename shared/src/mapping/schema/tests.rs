//! The schema against the types that it is made from, and against documents.

use super::JSON_SCHEMA;
use super::validate::Schema;
use crate::mapping::document::{Document, FORMAT};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

fn generated() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Document>().to_value();
    schema["title"] = json!("Mapping document of a Tandem link");
    schema["properties"]["format"] =
        json!({ "const": FORMAT, "description": "The version of the format." });
    let mut text = serde_json::to_string_pretty(&schema).expect("json");
    text.push('\n');
    text
}

/// Where the published file is not what the types say, `TANDEM_BLESS=1` writes it.
#[test]
fn the_published_schema_is_that_of_the_types() {
    let generated = generated();
    if std::env::var_os("TANDEM_BLESS").is_some() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/mapping/schema/document.json"
        );
        std::fs::write(path, &generated).expect("written");
    } else {
        assert_eq!(JSON_SCHEMA, generated, "run this test with TANDEM_BLESS=1");
    }
}

fn document(columns: Value) -> Value {
    json!({ "format": 1, "tables": [ { "source": { "table": "a", "key": ["id"] },
        "target": { "schema": "s", "table": "a" }, "columns": columns } ] })
}

/// One of each kind, with everything that it can have.
fn columns() -> Vec<Value> {
    let text = r#"[
        {"kind":"copy","source":"a","target":"b","misfit":{"zero_date":"null"}},
        {"kind":"constant","target":"b","value":{"x":[1]}},
        {"kind":"sql","target":"b","up":"lower(a)","down":{"a":"b"}},
        {"kind":"reference","source":"a","target":"b","to":"c"},
        {"kind":"default","source":"a","target":"b","value":1,"class":"lossy_up"},
        {"kind":"lookup","source":"a","target":"b","pairs":[[1,"x"],[null,true]],"otherwise":{"value":1},"class":"one_way"},
        {"kind":"lookup","source":"a","target":"b","pairs":[[1,"x"]],"otherwise":"null"},
        {"kind":"boolean","source":"a","target":"b","true":["Y"],"false":[0,null],"otherwise":"park"},
        {"kind":"concat","sources":["a","b"],"target":"c","separator":" "},
        {"kind":"split","source":"a","targets":["b","c"],"separator":"-","missing":"null"},
        {"kind":"scale","source":"a","target":"b","multiply":"2","divide":"100","add":"-1"},
        {"kind":"zone","source":"a","target":"b","zone":"UTC","ambiguous":"earlier","skipped":"later","misfit":{}},
        {"kind":"date","source":"a","target":"b","form":"YYYYMMDD"},
        {"kind":"epoch","source":"a","target":"b","unit":"milliseconds"},
        {"kind":"number","source":"a","target":"b","decimal":",","group":".","digits":2},
        {"kind":"flags","source":"a","targets":{"b":1,"c":2},"others":"drop"},
        {"kind":"labels","source":"a","target":"b","labels":{"x":1}},
        {"kind":"pack","keys":{"x":"a"},"target":"b","nulls":"omit"},
        {"kind":"unpack","source":"a","targets":{"b":"x"}},
        {"kind":"uuid","source":"a","target":"b","form":"swapped"}
    ]"#;
    serde_json::from_str(text).expect("json")
}

fn agree(schema: &Schema, document: &Value, expected: bool) {
    let read = Document::from_json(&document.to_string());
    assert_eq!(read.is_ok(), expected, "{document}: {read:?}");
    assert_eq!(schema.accepts(document), expected, "{document}: {read:?}");
}

#[test]
fn schema_and_reader_accept_the_same() {
    let schema = Schema::read(JSON_SCHEMA);
    for column in columns() {
        agree(&schema, &document(json!([column])), true);
        // Without any of its properties, with another one, and with one of another type.
        let object = column.as_object().expect("an object");
        for name in object.keys() {
            let mut less = object.clone();
            less.remove(name);
            let less = document(json!([less]));
            let read = Document::from_json(&less.to_string()).is_ok();
            agree(&schema, &less, read);
            let mut other = object.clone();
            other.insert(name.clone(), json!([[[]]]));
            let other = document(json!([other]));
            let read = Document::from_json(&other.to_string()).is_ok();
            agree(&schema, &other, read);
        }
        let mut more = object.clone();
        more.insert("surprise".to_owned(), json!(1));
        agree(&schema, &document(json!([more])), false);
    }
}

#[test]
fn tables_are_held_to_it_too() {
    let schema = Schema::read(JSON_SCHEMA);
    let plain = document(json!(columns()));
    let changed = |pointer: &str, value: Value| {
        let mut document = plain.clone();
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        document.pointer_mut(parent).expect("there")[name] = value;
        document
    };
    let keys = json!({"kind":"range","offset":1,"size":10});
    let join = json!([{"as":"x","table":"b","on":{"id":"x_id"}}]);
    let part = json!([{"target":{"schema":"s","table":"b"},"columns":[],"when":"a > 1","owned_by_upgrade":["x"]}]);
    for (pointer, value, expected) in [
        ("/format", json!(2), false),
        ("/format", json!("1"), false),
        ("/surprise", json!(1), false),
        ("/unmapped", json!(["old"]), true),
        ("/unmapped", json!("old"), false),
        ("/tables/0/keys", keys, true),
        ("/tables/0/keys", json!({"kind":"range","offset":1}), false),
        ("/tables/0/route", json!("exception"), true),
        ("/tables/0/route", json!("backwards"), false),
        ("/tables/0/when", json!("a > 1"), true),
        ("/tables/0/source/joins", join, true),
        (
            "/tables/0/source/joins",
            json!([{"table":"b","on":{}}]),
            false,
        ),
        ("/tables/0/source/filter", json!("a > 1"), true),
        ("/tables/0/also", part, true),
        (
            "/tables/0/also",
            json!([{"target":{"schema":"s","table":"b"}}]),
            false,
        ),
        ("/tables/0/surprise", json!(1), false),
        ("/tables/0/source/surprise", json!(1), false),
    ] {
        let mut document = plain.clone();
        if pointer.starts_with("/tables") {
            document = changed(pointer, value);
        } else {
            document[&pointer[1..]] = value;
        }
        agree(&schema, &document, expected);
    }
}
