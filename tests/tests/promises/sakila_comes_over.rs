//! A real database comes over whole while it is being used, stays in step, and can be let go of without a trace.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::condition::until_so;
use tandem_tests::ends::Ends;
use tandem_tests::link::{Link, SCHEMA};
use tandem_tests::promises;
use tandem_tests::sakila::{Sakila, Shop};
use tandem_tests::trace;
use tandem_tests::upgrade_sql::{Row, rows, value};

promises![sakila_comes_over_whole_and_leaves_no_trace];

/// Tables that Sakila has.
const TABLES: i64 = 16;
/// Time within which identity sequences follow the legacy server's.
const FOLLOWED: Duration = Duration::from_secs(30);

fn sakila_comes_over_whole_and_leaves_no_trace() -> Result<()> {
    let sakila = Sakila::find()?;
    let link = Link::new(Ends::shared()?, "sakila")?;
    link.upgrade_run("DROP EXTENSION tandem CASCADE; DROP SCHEMA IF EXISTS tandem")?;
    let upgrade_before = trace::upgrade(&link.ends, &link.database)?;
    link.upgrade_run("CREATE EXTENSION tandem")?;
    sakila.load_into(&link)?;
    let legacy_before = trace::legacy(&link.ends, &link.database, &link.outbox_schema())?;

    let shop = Shop::open(&link)?;
    shop.goes_on(30)?;
    link.declare()?;
    what_stays_behind_is_listed(&link.scaffold()?)?;
    link.verb("start")?;
    link.wait()?;
    link.equal()?;
    shop.goes_on(300)?;
    link.in_step()?;
    shop.close()?;
    link.settled()?;

    everything_was_compared(&link)?;
    same_indexes(&link)?;
    same_foreign_keys(&link)?;
    same_ratings(&link)?;
    identities_continue(&link)?;

    link.rows("SELECT tandem.uninstall('sakila')")?;
    let legacy_after = trace::legacy(&link.ends, &link.database, &link.outbox_schema())?;
    let left = trace::changes(&legacy_before, &legacy_after);
    ensure!(left.is_empty(), "changed on the legacy server: {left:#?}");
    no_rows_of_the_link(&link)?;
    ensure!(
        link.count("film")? >= 1_000,
        "the copied tables have gone with the link"
    );
    link.upgrade_run(&format!(
        "DROP EXTENSION tandem CASCADE; DROP SCHEMA {SCHEMA} CASCADE"
    ))?;
    let left = trace::changes(
        &upgrade_before,
        &trace::upgrade(&link.ends, &link.database)?,
    );
    ensure!(left.is_empty(), "changed on the upgrade server: {left:#?}");
    link.finish_unlinked()
}

/// Views, routines and triggers do not come over, and the scaffold says so of each.
fn what_stays_behind_is_listed(scaffold: &[Row]) -> Result<()> {
    let names = |kind: &str| -> BTreeSet<&str> {
        let of_kind = scaffold
            .iter()
            .filter(|row| row[0].as_deref() == Some(kind));
        of_kind.filter_map(|row| row[1].as_deref()).collect()
    };
    let expected: [(&str, &[&str]); 4] = [
        (
            "view",
            &[
                "actor_info",
                "customer_list",
                "film_list",
                "nicer_but_slower_film_list",
                "sales_by_film_category",
                "sales_by_store",
                "staff_list",
            ],
        ),
        (
            "procedure",
            &["film_in_stock", "film_not_in_stock", "rewards_report"],
        ),
        (
            "function",
            &[
                "get_customer_balance",
                "inventory_held_by_customer",
                "inventory_in_stock",
            ],
        ),
        (
            "trigger",
            &[
                "customer_create_date",
                "del_film",
                "ins_film",
                "payment_date",
                "rental_date",
                "upd_film",
            ],
        ),
    ];
    for (kind, expected) in expected {
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        ensure!(names(kind) == expected, "{kind}: listed {:?}", names(kind));
    }
    ensure!(
        names("table").len() == usize::try_from(TABLES)?,
        "tables: {:?}",
        names("table")
    );
    Ok(())
}

/// The last comparison covered every table with all its rows.
fn everything_was_compared(link: &Link) -> Result<()> {
    let compared = link.rows(
        "SELECT table_name, legacy_rows FROM tandem.verify_table v JOIN tandem.verify_run r USING (run_id)
         WHERE r.run_id = (SELECT max(run_id) FROM tandem.verify_run) AND r.state = 'done' AND legacy_rows = upgrade_rows
         AND differences = 0",
    )?;
    ensure!(
        compared.len() == usize::try_from(TABLES)?,
        "compared: {compared:?}"
    );
    let mut legacy = link.legacy()?;
    for row in &compared {
        let table = row[0].as_deref().context("no name")?;
        let count: Option<i64> = legacy.query_first(format!("SELECT COUNT(*) FROM {table}"))?;
        ensure!(
            count.map(|count| count.to_string()) == row[1],
            "{table}: {row:?}, in fact {count:?}"
        );
    }
    Ok(())
}

/// Both sides' lists, one line each, are the same.
fn same(what: &str, link: &Link, legacy: &str, upgrade: &str) -> Result<BTreeSet<String>> {
    let legacy: BTreeSet<String> = link
        .legacy()?
        .query::<String, _>(legacy)?
        .into_iter()
        .collect();
    let upgrade: BTreeSet<String> = link
        .rows(upgrade)?
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    let missing: Vec<_> = legacy.difference(&upgrade).collect();
    let extra: Vec<_> = upgrade.difference(&legacy).collect();
    ensure!(
        missing.is_empty() && extra.is_empty(),
        "{what}: not there: {missing:#?}; too many: {extra:#?}"
    );
    Ok(upgrade)
}

fn same_indexes(link: &Link) -> Result<()> {
    let indexes = same(
        "indexes",
        link,
        "SELECT CONCAT(table_name, ' (', GROUP_CONCAT(column_name ORDER BY seq_in_index), ') unique ', 1 - MIN(non_unique))
         FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_type = 'BTREE'
         GROUP BY table_name, index_name",
        &format!(
            "SELECT format('%s (%s) unique %s', c.relname,
                 (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k (no, n)
                  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.no), i.indisunique::int)
             FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
             WHERE c.relnamespace = '{SCHEMA}'::regnamespace AND i.indisvalid"
        ),
    )?;
    ensure!(indexes.len() > 35, "only {} indexes", indexes.len());
    Ok(())
}

fn same_foreign_keys(link: &Link) -> Result<()> {
    let keys = same(
        "foreign keys",
        link,
        "SELECT CONCAT(k.table_name, '.', k.column_name, ' -> ', k.referenced_table_name, '.', k.referenced_column_name,
                ' update ', r.update_rule, ' delete ', r.delete_rule)
         FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
           ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
         WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL",
        &format!(
            "SELECT format('%s.%s -> %s.%s update %s delete %s', c.conrelid::regclass::text, f.attname,
                 c.confrelid::regclass::text, t.attname, w.word, d.word)
             FROM pg_constraint c JOIN pg_attribute f ON f.attrelid = c.conrelid AND f.attnum = c.conkey[1]
             JOIN pg_attribute t ON t.attrelid = c.confrelid AND t.attnum = c.confkey[1]
             JOIN (VALUES ('a', 'NO ACTION'), ('r', 'RESTRICT'), ('c', 'CASCADE'), ('n', 'SET NULL')) w (code, word) ON w.code = c.confupdtype
             JOIN (VALUES ('a', 'NO ACTION'), ('r', 'RESTRICT'), ('c', 'CASCADE'), ('n', 'SET NULL')) d (code, word) ON d.code = c.confdeltype
             WHERE c.contype = 'f' AND c.convalidated AND c.connamespace = '{SCHEMA}'::regnamespace"
        )
        .replace("c.conrelid::regclass::text", "(SELECT relname FROM pg_class WHERE oid = c.conrelid)")
        .replace("c.confrelid::regclass::text", "(SELECT relname FROM pg_class WHERE oid = c.confrelid)"),
    )?;
    ensure!(keys.len() == 22, "{} foreign keys", keys.len());
    Ok(())
}

fn same_ratings(link: &Link) -> Result<()> {
    let labels = link.rows(&format!(
        "SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e JOIN pg_attribute a ON a.atttypid = e.enumtypid
         WHERE a.attrelid = '{SCHEMA}.film'::regclass AND a.attname = 'rating'"
    ))?;
    ensure!(
        labels == [vec![Some(String::from("G,PG,PG-13,R,NC-17"))]],
        "labels of film.rating: {labels:?}"
    );
    Ok(())
}

/// A row that is inserted here gets a key above every key that came, and not above what the legacy server would give.
fn identities_continue(link: &Link) -> Result<()> {
    for (table, column) in [
        ("actor", "actor_id"),
        ("film", "film_id"),
        ("rental", "rental_id"),
        ("payment", "payment_id"),
    ] {
        until_so(
            &format!("the identity of {table} follows"),
            FOLLOWED,
            || {
                let range: Option<(i64, i64)> = link.legacy()?.exec_first(
                format!(
                    "SELECT (SELECT MAX({column}) FROM {table}), auto_increment FROM information_schema.tables
                     WHERE table_schema = DATABASE() AND table_name = ?"
                ),
                (table,),
            )?;
                let (highest, next) = range.context("no such table")?;
                let sequence =
                    format!("SELECT pg_get_serial_sequence('{SCHEMA}.{table}', '{column}')");
                let mut upgrade = link.upgrade()?;
                let sequence = value(&mut upgrade, &sequence)?.context("no sequence")?;
                let last = rows(
                    &mut upgrade,
                    &format!("SELECT last_value + is_called::int FROM {sequence}"),
                )?;
                let mine: i64 = last
                    .first()
                    .and_then(|row| row[0].as_ref())
                    .context("no value")?
                    .parse()?;
                ensure!(
                    highest < mine && mine <= next.max(highest + 1),
                    "highest key {highest}, next there {next}, next here {mine}"
                );
                Ok(true)
            },
        )?;
    }
    Ok(())
}

/// Nothing in Tandem's own tables speaks of a link.
fn no_rows_of_the_link(link: &Link) -> Result<()> {
    let tables = link.rows("SELECT oid::regclass FROM pg_class WHERE relnamespace = 'tandem'::regnamespace AND relkind = 'r'")?;
    ensure!(tables.len() >= 8, "tables of schema tandem: {tables:?}");
    for table in tables.iter().flatten().flatten() {
        let count = link.number(&format!("SELECT count(*) FROM {table}"))?;
        ensure!(count == 0, "{table} still has {count} rows");
    }
    Ok(())
}
