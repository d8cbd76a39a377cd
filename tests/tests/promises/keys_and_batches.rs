//! Values and keys that move between rows arrive, in batches of any size.

use anyhow::{Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::ends::Ends;
use tandem_tests::link::{Link, SCHEMA};
use tandem_tests::load::{self, Load, Pace};
use tandem_tests::promises;

promises![
    swaps_within_a_transaction,
    swaps_across_a_cut_batch,
    every_size_of_batch
];

const SEATS: &str = "
    CREATE TABLE seat (
        id INT NOT NULL PRIMARY KEY, guest VARCHAR(20) NOT NULL, lane INT NOT NULL, place INT NOT NULL,
        UNIQUE KEY seat_guest (guest), UNIQUE KEY seat_place (lane, place));
    INSERT INTO seat VALUES (1, 'ann', 1, 1), (2, 'bob', 1, 2), (3, 'cid', 2, 1), (4, 'dan', 2, 2), (5, 'eve', 3, 1);";

/// Rows of the table, as text, on both sides.
fn rows_agree(link: &Link, table: &str, columns: &str) -> Result<Vec<String>> {
    let legacy: Vec<String> = link.legacy()?.query(format!(
        "SELECT CONCAT_WS(' ', {columns}) FROM {table} ORDER BY id"
    ))?;
    let upgrade = link.rows(&format!(
        "SELECT concat_ws(' ', {columns}) FROM {SCHEMA}.{table} ORDER BY id"
    ))?;
    let upgrade: Vec<String> = upgrade.into_iter().flatten().flatten().collect();
    ensure!(
        legacy == upgrade,
        "legacy has {legacy:?}, upgrade has {upgrade:?}"
    );
    Ok(upgrade)
}

fn swaps_within_a_transaction() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "swaps", SEATS)?;
    link.begin_and_wait()?;
    let mut legacy = link.legacy()?;
    let changes: [(&str, &[&str]); 6] = [
        (
            "two rows swap a unique value",
            &[
                "UPDATE seat SET guest = '' WHERE id = 1",
                "UPDATE seat SET guest = 'ann' WHERE id = 2",
                "UPDATE seat SET guest = 'bob' WHERE id = 1",
            ],
        ),
        (
            "four rows pass a composite value round",
            &[
                "UPDATE seat SET lane = 9 WHERE id = 1",
                "UPDATE seat SET lane = 1, place = 1 WHERE id = 2",
                "UPDATE seat SET lane = 1, place = 2 WHERE id = 3",
                "UPDATE seat SET lane = 2, place = 1 WHERE id = 4",
                "UPDATE seat SET lane = 2, place = 2 WHERE id = 1",
            ],
        ),
        (
            "two rows swap their keys",
            &[
                "UPDATE seat SET id = 99 WHERE id = 1",
                "UPDATE seat SET id = 1 WHERE id = 2",
                "UPDATE seat SET id = 2 WHERE id = 99",
            ],
        ),
        (
            "every key moves on by one",
            &["UPDATE seat SET id = id + 1 ORDER BY id DESC"],
        ),
        (
            "a key is freed and used again",
            &[
                "DELETE FROM seat WHERE id = 4",
                "INSERT INTO seat VALUES (4, 'new', 7, 7)",
            ],
        ),
        (
            "a unique value is freed by a deletion and used by another row",
            &[
                "DELETE FROM seat WHERE id = 6",
                "UPDATE seat SET guest = 'eve' WHERE id = 5",
            ],
        ),
    ];
    for (what, statements) in changes {
        legacy.query_drop("START TRANSACTION")?;
        for statement in statements {
            legacy.query_drop(statement)?;
        }
        legacy.query_drop("COMMIT")?;
        link.wait()?;
        rows_agree(&link, "seat", "id, guest, lane, place").map_err(|error| error.context(what))?;
        ensure!(
            link.number("SELECT count(*) FROM tandem.parked")? == 0,
            "{what}: a row was parked"
        );
    }
    link.settled()?;
    link.finish()
}

/// With batches of one notification a swap never fits into a batch.
fn swaps_across_a_cut_batch() -> Result<()> {
    let link = Link::with_tables(
        Ends::shared()?,
        "swaps_cut",
        &format!("{SEATS}{}", load::TABLES),
    )?;
    let link = link.option("batch_rows", 1);
    link.begin_and_wait()?;
    let mut legacy = link.legacy()?;
    for round in 0..5 {
        legacy.query_drop("START TRANSACTION")?;
        for (id, guest) in [(1, "x"), (2, "y"), (3, "z")] {
            legacy.exec_drop("UPDATE seat SET guest = ? WHERE id = ?", (guest, id))?;
        }
        for id in 1..=3 {
            let guest = ["ann", "bob", "cid"][(id + round) % 3];
            legacy.exec_drop("UPDATE seat SET guest = ? WHERE id = ?", (guest, id))?;
        }
        legacy.query_drop("COMMIT")?;
    }
    link.wait()?;
    rows_agree(&link, "seat", "id, guest, lane, place")?;
    let load = Load::begin(&link, Pace::default())?;
    load.goes_on(60)?;
    let known = load.end()?;
    link.settled()?;
    known.is_in(&mut link.upgrade()?)?;
    ensure!(
        link.number("SELECT count(*) FROM tandem.parked")? == 0,
        "a row stayed parked"
    );
    link.finish()
}

fn every_size_of_batch() -> Result<()> {
    const SIZE: u32 = 7;
    let table = "CREATE TABLE n (id INT NOT NULL PRIMARY KEY, v INT NOT NULL);";
    let link = Link::with_tables(Ends::shared()?, "sizes", table)?.option("batch_rows", SIZE);
    link.begin_and_wait()?;
    let mut legacy = link.legacy()?;
    let mut next = 0;
    for size in [
        SIZE - 1,
        SIZE,
        SIZE + 1,
        2 * SIZE - 1,
        2 * SIZE,
        2 * SIZE + 1,
        20 * SIZE,
    ] {
        let values: Vec<String> = (next..next + size).map(|id| format!("({id}, 0)")).collect();
        for statement in [
            format!("INSERT INTO n VALUES {}", values.join(", ")),
            format!("UPDATE n SET v = {size} WHERE id >= {next}"),
            format!("DELETE FROM n WHERE id >= {next} AND id % 3 = 0"),
        ] {
            legacy.query_drop(statement)?;
            link.wait()?;
            rows_agree(&link, "n", "id, v")
                .map_err(|error| error.context(format!("{size} rows")))?;
        }
        next += size;
    }
    // A backlog of many batches, read in one go.
    link.verb("pause")?;
    for v in 0..30 {
        legacy.query_drop(format!("UPDATE n SET v = {v}"))?;
    }
    link.verb("resume")?;
    link.settled()?;
    rows_agree(&link, "n", "id, v")?;
    link.finish()
}
