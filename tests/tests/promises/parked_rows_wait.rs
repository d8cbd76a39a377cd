//! A row that the upgrade database cannot hold is set aside and shown; the others go on; it leaves when it is mended on the legacy side.

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::ends::Ends;
use tandem_tests::link::{Link, SCHEMA};
use tandem_tests::promises;

promises![a_row_that_does_not_fit];

const TABLE: &str = "
    CREATE TABLE visit (id INT NOT NULL PRIMARY KEY, day DATE NOT NULL, who VARCHAR(30) NOT NULL, UNIQUE KEY visit_who (who));
    SET SESSION sql_mode = '';
    INSERT INTO visit VALUES (1, '2026-01-01', 'ann'), (2, '0000-00-00', 'bob'), (3, '2026-01-03', 'cid');";

fn a_row_that_does_not_fit() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "parked", TABLE)?;
    link.begin_and_wait()?;
    let mut legacy = link.legacy()?;
    legacy.query_drop("SET SESSION sql_mode = ''")?;
    ensure!(
        ids(&link)? == "1,3",
        "after the copy the rows are {}",
        ids(&link)?
    );
    is_parked(&link, 2, "after the copy")?;

    // While live: a row goes bad, a new one is bad, the others go on.
    legacy.query_drop("UPDATE visit SET day = '0000-00-00' WHERE id = 3")?;
    legacy.query_drop(
        "INSERT INTO visit VALUES (4, '2026-02-30', 'dan'), (5, '2026-01-05', 'eve')",
    )?;
    legacy.query_drop("INSERT INTO visit VALUES (6, '2026-01-00', 'fay')")?;
    link.wait()?;
    for id in [2, 3, 6] {
        is_parked(&link, id, "while live")?;
    }
    ensure!(
        link.number(&format!("SELECT count(*) FROM {SCHEMA}.visit WHERE id = 5"))? == 1,
        "the good row did not come"
    );
    ensure!(link.stat()?.state == "live", "{:?}", link.stat()?);
    ensure!(
        link.number("SELECT parked FROM tandem.stat_link")? >= 3,
        "tandem.stat_link does not count them"
    );
    let kinds: Vec<String> = link.verify()?.into_iter().map(|found| found.kind).collect();
    ensure!(
        kinds.contains(&String::from("untranslatable")),
        "tandem.verify finds {kinds:?}"
    );

    // Mended in each of the ways there are.
    legacy.query_drop("UPDATE visit SET day = '2026-01-02' WHERE id = 2")?;
    legacy.query_drop("DELETE FROM visit WHERE id = 3")?;
    legacy.query_drop("UPDATE visit SET id = 60, day = '2026-01-06' WHERE id = 6")?;
    legacy.query_drop("UPDATE visit SET day = '2026-01-04' WHERE id = 4")?;
    link.settled()?;
    ensure!(
        ids(&link)? == "1,2,4,5,60",
        "in the end the rows are {}",
        ids(&link)?
    );
    ensure!(
        link.number("SELECT count(*) FROM tandem.parked")? == 0,
        "rows are still parked"
    );
    link.finish()
}

fn ids(link: &Link) -> Result<String> {
    let rows = link.rows(&format!(
        "SELECT string_agg(id::text, ',' ORDER BY id) FROM {SCHEMA}.visit"
    ))?;
    Ok(rows.into_iter().flatten().flatten().collect())
}

/// The row is in `tandem.parked`, with all that is needed to mend it.
fn is_parked(link: &Link, id: i32, when: &str) -> Result<()> {
    let rows = link.rows(&format!(
        "SELECT source_table, column_name, message, legacy_row ->> 'who', legacy_row ->> 'day'
         FROM tandem.parked WHERE link = '{}' AND key = '{{\"id\": {id}}}'",
        link.name
    ))?;
    let row = rows
        .first()
        .with_context(|| format!("{when}: row {id} is not parked"))?;
    let text = |at: usize| row[at].as_deref().unwrap_or_default();
    let shown = text(0) == "visit"
        && text(1) == "day"
        && !text(2).is_empty()
        && !text(3).is_empty()
        && text(4).contains("00");
    ensure!(shown, "{when}: row {id} is shown as {row:?}");
    Ok(())
}
