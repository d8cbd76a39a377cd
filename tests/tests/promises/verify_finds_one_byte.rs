//! `tandem.verify` finds every difference and nothing else, says where it is, and `tandem.resync` mends it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tandem_tests::condition::until_so;
use tandem_tests::ends::Ends;
use tandem_tests::link::{Difference, Link, SCHEMA};
use tandem_tests::load::{self, Load, Pace};
use tandem_tests::promises;

promises![
    every_kind_of_difference_is_found_and_mended,
    nothing_is_found_when_nothing_differs
];

/// Time within which a table has been mended.
const MENDED: Duration = Duration::from_secs(30);

const TABLES: &str = "
    CREATE TABLE thing (
        id INT NOT NULL, place VARCHAR(20) NOT NULL, words TEXT, bytes VARBINARY(2000), amount DECIMAL(20,6), ratio DOUBLE,
        at DATETIME(6), flags BIT(12), kind ENUM('small','large'), doc JSON, PRIMARY KEY (id, place));
    CREATE TABLE other (id INT NOT NULL PRIMARY KEY, note VARCHAR(50));
    INSERT INTO other SELECT * FROM (
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i, CONCAT('note ', i) FROM n) AS made;
    INSERT INTO thing SELECT id, CONCAT('place ', id % 7), CONCAT('words øf ', id), REPEAT(CHAR(id), 1500), id + 0.000001, id / 3,
        '2026-01-02 03:04:05.678901', id, IF(id % 2, 'small', 'large'), JSON_OBJECT('n', id) FROM other;";

/// What is changed behind Tandem's back: statement, table, kind, key, column that differs.
struct Plant {
    sql: &'static str,
    table: &'static str,
    kind: &'static str,
    id: i64,
    column: &'static str,
}

const fn plant(sql: &'static str, id: i64, column: &'static str) -> Plant {
    Plant {
        sql,
        table: "thing",
        kind: "different",
        id,
        column,
    }
}

const PLANTS: [Plant; 13] = [
    plant(
        "UPDATE thing SET bytes = set_byte(bytes, 1234, get_byte(bytes, 1234) # 1) WHERE id = 10",
        10,
        "bytes",
    ),
    plant(
        "UPDATE thing SET words = replace(words, 'ø', 'o') WHERE id = 11",
        11,
        "words",
    ),
    plant(
        "UPDATE thing SET words = words || ' ' WHERE id = 12",
        12,
        "words",
    ),
    plant("UPDATE thing SET words = NULL WHERE id = 13", 13, "words"),
    plant("UPDATE thing SET bytes = '' WHERE id = 14", 14, "bytes"),
    plant(
        "UPDATE thing SET amount = amount + 0.000001 WHERE id = 15",
        15,
        "amount",
    ),
    plant(
        "UPDATE thing SET ratio = ratio + 1e-13 WHERE id = 16",
        16,
        "ratio",
    ),
    plant(
        "UPDATE thing SET at = at + interval '1 microsecond' WHERE id = 17",
        17,
        "at",
    ),
    plant("UPDATE thing SET flags = ~flags WHERE id = 18", 18, "flags"),
    plant("UPDATE thing SET kind = 'small' WHERE id = 20", 20, "kind"),
    plant(
        "UPDATE thing SET doc = '{\"n\": 22}' WHERE id = 21",
        21,
        "doc",
    ),
    Plant {
        kind: "missing",
        ..plant("DELETE FROM thing WHERE id = 200", 200, "")
    },
    Plant {
        kind: "extra",
        ..plant(
            "INSERT INTO thing (id, place) VALUES (201, 'nowhere')",
            201,
            "",
        )
    },
];

fn every_kind_of_difference_is_found_and_mended() -> Result<()> {
    let link = Link::with_tables(
        Ends::shared()?,
        "verify",
        &format!("{TABLES}{}", load::TABLES),
    )?;
    link.begin_and_wait()?;
    let load = Load::begin(&link, Pace::default())?;
    load.goes_on(20)?;
    link.equal()?;
    for plant in &PLANTS {
        change_here(&link, plant.sql)?;
    }
    change_here(&link, "UPDATE other SET note = 'another' WHERE id = 100")?;

    let found = link.verify()?;
    for plant in &PLANTS {
        is_among(&found, plant).with_context(|| format!("after {}", plant.sql))?;
    }
    let other = Difference {
        table: String::from("other"),
        key: json!({"id": 100}),
        kind: String::from("different"),
        legacy: json!({"id": 100, "note": "note 100"}),
        upgrade: json!({"id": 100, "note": "another"}),
    };
    ensure!(found.contains(&other), "not found: {other:?}");
    ensure!(
        found.len() == PLANTS.len() + 1,
        "found {} differences: {found:#?}",
        found.len()
    );
    the_record_agrees(&link)?;

    link.resync("thing")?;
    until_so("thing is mended", MENDED, || {
        link.wait()?;
        Ok(link.verify()? == [other.clone()])
    })?;
    link.resync("other")?;
    until_so("other is mended", MENDED, || {
        link.wait()?;
        Ok(link.verify()?.is_empty())
    })?;
    load.end()?;
    link.settled()?;
    link.finish()
}

/// Changes the copy behind Tandem's back.
fn change_here(link: &Link, sql: &str) -> Result<()> {
    link.upgrade_run(&format!("SET search_path = {SCHEMA}; {sql}"))
}

fn is_among(found: &[Difference], plant: &Plant) -> Result<()> {
    let same_row = |difference: &&Difference| {
        difference.table == plant.table && difference.key["id"] == plant.id
    };
    let rows: Vec<&Difference> = found.iter().filter(same_row).collect();
    let [difference] = rows.as_slice() else {
        anyhow::bail!("found {} times: {rows:?}", rows.len());
    };
    ensure!(difference.kind == plant.kind, "{difference:?}");
    ensure!(
        difference.key["place"].is_string(),
        "half a key: {difference:?}"
    );
    let (legacy, upgrade) = (&difference.legacy, &difference.upgrade);
    match plant.kind {
        "missing" => ensure!(
            upgrade.is_null() && legacy["words"] == "words øf 200",
            "{difference:?}"
        ),
        "extra" => ensure!(
            legacy.is_null() && upgrade["place"] == "nowhere",
            "{difference:?}"
        ),
        _ => {
            let columns = legacy
                .as_object()
                .context("no row of the legacy side")?
                .keys();
            let differ: Vec<&String> = columns
                .filter(|column| legacy[*column] != upgrade[*column])
                .collect();
            ensure!(
                differ == [plant.column],
                "columns {differ:?} differ in {difference:?}"
            );
        }
    }
    Ok(())
}

/// What was compared has been written down.
fn the_record_agrees(link: &Link) -> Result<()> {
    let rows = link.rows(
        "SELECT table_name, legacy_rows, upgrade_rows, differences FROM tandem.verify_table
         WHERE run_id = (SELECT max(run_id) FROM tandem.verify_run WHERE state = 'done') AND table_name IN ('thing', 'other')
         ORDER BY 1",
    )?;
    let text: Vec<String> = rows
        .iter()
        .map(|row| row.iter().flatten().cloned().collect::<Vec<_>>().join(" "))
        .collect();
    ensure!(
        text == ["other 200 200 1", "thing 200 200 13"],
        "the record says {text:?}"
    );
    Ok(())
}

fn nothing_is_found_when_nothing_differs() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "verify_none", load::TABLES)?;
    link.begin_and_wait()?;
    let pace = Pace {
        pause: Duration::ZERO,
        ..Pace::default()
    };
    let load = Load::begin(&link, pace)?;
    for _ in 0..8 {
        load.goes_on(40)?;
        link.equal()?;
    }
    let known = load.end()?;
    link.settled()?;
    known.is_in(&mut link.upgrade()?)?;
    ensure!(link.count("item")? > 0, "nothing was compared");
    link.finish()
}
