//! What is written here to a table with route `reverse` reaches the legacy database, once and exactly; what it cannot hold is recorded; a row that was
//! changed on both sides is decided as the operator said, and never without a record.

use std::time::Duration;

use anyhow::{Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::condition::{until, until_so};
use tandem_tests::ends::Ends;
use tandem_tests::faults::kill9;
use tandem_tests::link::{Link, SCHEMA};
use tandem_tests::private::PrivateUpgrade;
use tandem_tests::promises;

promises![
    every_write_goes_back_once,
    what_has_no_counterpart_is_recorded,
    a_row_changed_on_both_sides_is_decided,
    a_killed_worker_loses_nothing_that_goes_back,
];

/// Longest time until what was written here is there.
const SOON: Duration = Duration::from_secs(60);

const TABLES: &str = "
    CREATE TABLE person (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL, born DATE, balance DECIMAL(8,2),
        boss INT, UNIQUE KEY person_name (name), FOREIGN KEY (boss) REFERENCES person (id));
    CREATE TABLE phone (person INT NOT NULL, number VARCHAR(20) NOT NULL, PRIMARY KEY (person, number), FOREIGN KEY (person) REFERENCES person (id));
    CREATE TABLE written (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(60) NOT NULL);
    INSERT INTO person (id, name, born, balance) VALUES (1, 'ann', '1990-01-01', 1.50), (2, 'bob', NULL, NULL), (3, 'cid', '1980-05-05', 7);
    INSERT INTO phone VALUES (1, '111'), (2, '222');";

/// A link whose tables `person` and `phone` go back.
fn begin(link: &Link) -> Result<()> {
    link.legacy_run(TABLES)?;
    link.begin_and_wait()?;
    for table in ["person", "phone"] {
        link.upgrade_run(&format!(
            "SELECT tandem.route('{}', '{table}', 'reverse')",
            link.name
        ))?;
    }
    Ok(())
}

/// Waits until nothing waits to go back.
fn sent(link: &Link) -> Result<()> {
    until_so("everything has gone back", SOON, || {
        // A row that another one of a later batch has to precede is refused at first, and tried again when that one is there.
        let left = "SELECT coalesce(sum(pending_rows), 0)::bigint
                    + (SELECT count(*) FROM tandem.not_representable WHERE code LIKE 'legacy%') FROM tandem.stat_reverse";
        let left = link.number(left)?;
        ensure!(left == 0, "{left} wait; {:?}", link.stat()?);
        Ok(true)
    })
}

/// Rows that the applications' own triggers have counted.
fn count(link: &Link, sql: &str) -> Result<u64> {
    let count: Option<u64> = link.legacy()?.query_first(sql)?;
    Ok(count.unwrap_or(0))
}

fn every_write_goes_back_once() -> Result<()> {
    let link = Link::new(Ends::shared()?, "back")?;
    begin(&link)?;
    // Both sides count every row that anybody writes, Tandem included.
    link.legacy_run(
        "CREATE TRIGGER count_i AFTER INSERT ON person FOR EACH ROW INSERT INTO written (what) VALUES (CONCAT('i', NEW.id));
         CREATE TRIGGER count_u AFTER UPDATE ON person FOR EACH ROW INSERT INTO written (what) VALUES (CONCAT('u', NEW.id));
         CREATE TRIGGER count_d AFTER DELETE ON person FOR EACH ROW INSERT INTO written (what) VALUES (CONCAT('d', OLD.id))",
    )?;
    link.upgrade_run(&format!(
        "CREATE TABLE public.seen (what text);
         CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN INSERT INTO public.seen VALUES (TG_OP); RETURN NULL; END $$;
         CREATE TRIGGER seen AFTER INSERT OR UPDATE OR DELETE ON {SCHEMA}.person FOR EACH ROW EXECUTE FUNCTION public.see();
         ALTER TABLE {SCHEMA}.person ENABLE ALWAYS TRIGGER seen"
    ))?;
    // Here: 100 rows come, each with the one before it as its superior, every other one changes, ten change their keys, some go.
    link.upgrade_run(&format!(
        "INSERT INTO {SCHEMA}.person (id, name, balance, boss) SELECT n, 'n' || n, n / 4.0, nullif(n - 1, 99) FROM generate_series(199, 100, -1) AS n;
         UPDATE {SCHEMA}.person SET balance = balance + 0.25 WHERE id >= 100 AND id % 2 = 0;
         INSERT INTO {SCHEMA}.phone SELECT n, 'p' || n FROM generate_series(100, 150) AS n;
         UPDATE {SCHEMA}.phone SET number = number || '!' WHERE person < 110;
         DELETE FROM {SCHEMA}.phone WHERE person IN (1, 140);
         DELETE FROM {SCHEMA}.person WHERE id IN (1, 199);"
    ))?;
    // There, at the same time: others.
    link.legacy_run(
        "INSERT INTO person (id, name) VALUES (500, 'x'), (501, 'y'); UPDATE person SET balance = 9 WHERE id = 3; DELETE FROM person WHERE id = 501",
    )?;
    sent(&link)?;
    link.settled()?;
    let there = count(
        &link,
        "SELECT COUNT(*) FROM written WHERE what NOT IN ('i500', 'i501', 'u3', 'd501')",
    )?;
    // Whether a change of an insert that has not gone back yet is a write of its own depends on the moment.
    let sent_rows = "SELECT rows_sent FROM tandem.stat_reverse WHERE source_table = 'person'";
    let sent_rows = link.number(sent_rows)?;
    ensure!(
        i64::try_from(there)? == sent_rows && there >= 100,
        "{there} rows were written there, {sent_rows} were sent"
    );
    let here = link.number("SELECT count(*) FROM public.seen")?;
    // 100 inserts, 50 updates and 2 deletes of the application's; at most 4 and at least 2 rows that came forward.
    ensure!((154..=156).contains(&here), "{here} rows were written here");
    // Silence: nothing moves any more, in either direction.
    sent(&link)?;
    link.settled()?;
    ensure!(
        count(&link, "SELECT COUNT(*) FROM written")? == there + 4
            && link.number("SELECT count(*) FROM public.seen")? == here,
        "rows go round"
    );
    // Nothing of it stays when the table's writes stay here again.
    link.upgrade_run(&format!(
        "SELECT tandem.route('{}', 'person', 'local')",
        link.name
    ))?;
    link.upgrade_run(&format!(
        "UPDATE {SCHEMA}.person SET name = 'local' WHERE id = 3"
    ))?;
    let left = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'zz_tandem_reverse%' AND tgrelid = 'app.person'::regclass";
    ensure!(link.number(left)? == 0, "triggers were left");
    link.finish()
}

fn what_has_no_counterpart_is_recorded() -> Result<()> {
    let link = Link::new(Ends::shared()?, "norep")?;
    begin(&link)?;
    link.upgrade_run(&format!(
        "ALTER TABLE {SCHEMA}.person ALTER name TYPE text, ALTER balance TYPE numeric"
    ))?;
    link.verb("stop")?;
    link.verb("start")?;
    link.wait()?;
    link.upgrade_run(&format!(
        "INSERT INTO {SCHEMA}.person (id, name, born, balance, boss) VALUES
             (10, 'infinite', 'infinity', NULL, NULL), (11, 'old', '0044-03-15 BC', NULL, NULL), (12, 'nan', NULL, 'NaN', NULL),
             (13, repeat('x', 21), NULL, NULL, NULL), (14, 'fine', NULL, 0.005, NULL), (15, 'good', '2000-01-01', 1.5, NULL)"
    ))?;
    // A unique value of a legacy row that is not here any more: only the legacy server knows.
    sent(&link)?;
    let codes = "SELECT string_agg((key ->> 'id') || ':' || code || ':' || column_name, ' ' ORDER BY key ->> 'id') FROM tandem.not_representable";
    let found: String = link.rows(codes)?.into_iter().flatten().flatten().collect();
    ensure!(
        found
            == "10:not_finite:born 11:out_of_range:born 12:not_finite:balance 13:too_long:name 14:would_round:balance",
        "recorded are {found}"
    );
    ensure!(
        count(&link, "SELECT COUNT(*) FROM person WHERE id >= 10")? == 1,
        "rows that the legacy table cannot hold are there"
    );
    // They leave when they can be sent, and when they are gone.
    link.upgrade_run(&format!(
        "UPDATE {SCHEMA}.person SET born = '2001-01-01' WHERE id = 10; UPDATE {SCHEMA}.person SET balance = 0.25 WHERE id IN (12, 14);
         UPDATE {SCHEMA}.person SET name = 'short', id = 130 WHERE id = 13; DELETE FROM {SCHEMA}.person WHERE id = 11"
    ))?;
    sent(&link)?;
    ensure!(
        link.number("SELECT count(*) FROM tandem.not_representable")? == 0,
        "rows stay recorded"
    );
    link.settled()?;
    link.finish()
}

fn a_row_changed_on_both_sides_is_decided() -> Result<()> {
    let link = Link::new(Ends::shared()?, "bothsides")?;
    begin(&link)?;
    for (policy, winner) in [("legacy_wins", "there"), ("upgrade_wins", "here")] {
        link.upgrade_run(&format!(
            "SELECT tandem.conflict_policy('{}', 'person', '{policy}'); TRUNCATE tandem.conflict_log",
            link.name
        ))?;
        link.verb("pause")?;
        link.becomes("paused", SOON)?;
        link.legacy_run(
            "INSERT INTO person (id, name) VALUES (20, 'there20'); UPDATE person SET name = 'there2' WHERE id = 2;
             UPDATE person SET name = 'there3' WHERE id = 3",
        )?;
        link.upgrade_run(&format!(
            "INSERT INTO {SCHEMA}.person (id, name) VALUES (20, 'here20'); UPDATE {SCHEMA}.person SET name = 'here2' WHERE id = 2;
             UPDATE {SCHEMA}.person SET name = 'there3' WHERE id = 3"
        ))?;
        link.verb("resume")?;
        link.wait()?;
        sent(&link)?;
        link.settled()?;
        let names = format!(
            "SELECT string_agg(name, ' ' ORDER BY id) FROM {SCHEMA}.person WHERE id IN (2, 20)"
        );
        let names: String = link.rows(&names)?.into_iter().flatten().flatten().collect();
        ensure!(
            names == format!("{winner}2 {winner}20"),
            "{policy}: {names}"
        );
        // Equal changes are no conflict; both states of the others are recorded.
        let recorded = format!(
            "SELECT count(*) FROM tandem.conflict WHERE kind = 'update_origin_differs' AND resolution = '{policy}'
             AND legacy_row ->> 'name' LIKE 'there%' AND upgrade_row ->> 'name' LIKE 'here%' AND key ->> 'id' IN ('2', '20')"
        );
        let all = link.number("SELECT count(*) FROM tandem.conflict")?;
        ensure!(
            link.number(&recorded)? == 2 && all == 2,
            "{policy}: {:?}",
            link.rows("SELECT kind, direction, resolution, key, legacy_row, upgrade_row FROM tandem.conflict")?
        );
        link.legacy_run(
            "DELETE FROM person WHERE id = 20; UPDATE person SET name = 'bob' WHERE id = 2",
        )?;
        link.settled()?;
    }
    link.finish()
}

fn a_killed_worker_loses_nothing_that_goes_back() -> Result<()> {
    let upgrade = PrivateUpgrade::new("back-killed")?;
    let link = Link::new(upgrade.ends()?, "back_kill")?;
    begin(&link)?;
    for round in 0..3 {
        let first = 1_000 + round * 1_000;
        link.upgrade_run(&format!(
            "INSERT INTO {SCHEMA}.person (id, name, boss) SELECT n, 'n' || n, nullif(n - 1, {first} - 1) FROM generate_series({first}, {first} + 299) AS n;
             UPDATE {SCHEMA}.person SET balance = id % 100 WHERE id >= 1000 AND id % 3 = 0;
             INSERT INTO {SCHEMA}.phone SELECT n, 'p' || n FROM generate_series({first}, {first} + 200) AS n"
        ))?;
        let pid = until("there is a link worker", SOON, || {
            Ok(link.workers("tandem link worker")?.first().copied())
        })?;
        let mut witness = link.upgrade()?;
        kill9(pid)?;
        until_so("the server has noticed", SOON, || {
            Ok(witness.simple_query("").is_err())
        })?;
        until_so("the server is back", SOON, || Ok(link.upgrade().is_ok()))?;
        link.legacy_run(&format!(
            "INSERT INTO person (id, name) VALUES ({}, 'legacy{round}')",
            100 + round
        ))?;
    }
    sent(&link)?;
    link.settled()?;
    ensure!(
        link.number("SELECT count(*) FROM tandem.not_representable")? == 0,
        "rows were refused"
    );
    ensure!(
        count(&link, "SELECT COUNT(*) FROM person WHERE id >= 1000")? == 900,
        "rows are missing there"
    );
    link.finish()
}
