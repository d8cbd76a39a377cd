//! What the legacy schema says of its data holds in the upgrade database, too: defaults, constraints, keys, generated values, comments.

use anyhow::{Context, Result, ensure};
use postgres::Client;
use tandem_tests::ends::Ends;
use tandem_tests::link::{Link, SCHEMA};
use tandem_tests::promises;
use tandem_tests::upgrade_sql::{number, refused, rows};

promises![rules_and_words_hold_here];

const TABLES: &str = "
    CREATE TABLE office (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'number on the door',
        code CHAR(3) NOT NULL COMMENT 'it''s three letters',
        level ENUM('low','mid''dle','high') NOT NULL DEFAULT 'mid''dle',
        price DECIMAL(8,2) NOT NULL DEFAULT 9.90,
        doubled DECIMAL(9,2) GENERATED ALWAYS AS (price * 2) STORED,
        made DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
        memo VARCHAR(100) DEFAULT 'a \"quoted\" default',
        UNIQUE KEY office_code (code), KEY office_level (level, price),
        CONSTRAINT price_is_not_negative CHECK (price >= 0)) AUTO_INCREMENT = 1000 COMMENT = 'where people work';
    CREATE TABLE worker (
        id BIGINT NOT NULL PRIMARY KEY, office INT UNSIGNED NOT NULL, boss BIGINT,
        CONSTRAINT worker_office FOREIGN KEY (office) REFERENCES office (id) ON DELETE RESTRICT,
        CONSTRAINT worker_boss FOREIGN KEY (boss) REFERENCES worker (id) ON DELETE SET NULL);
    INSERT INTO office (id, code, price) VALUES (1, 'one', 1.50), (2, 'two', 0);
    INSERT INTO worker VALUES (1, 1, NULL), (2, 1, 1);";

/// What the rules forbid: SQLSTATE, statement, and what the message names.
const FORBIDDEN: [(&str, &str, &str); 7] = [
    (
        "23514",
        "INSERT INTO office (code, price) VALUES ('bad', -0.01)",
        "price_is_not_negative",
    ),
    (
        "22P02",
        "INSERT INTO office (code, level) VALUES ('bad', 'middle')",
        "middle",
    ),
    (
        "23505",
        "INSERT INTO office (code) VALUES ('one')",
        "office_code",
    ),
    (
        "23505",
        "INSERT INTO worker (id, office) VALUES (1, 1)",
        "worker",
    ),
    ("23502", "INSERT INTO office (price) VALUES (1)", "code"),
    (
        "23503",
        "INSERT INTO worker VALUES (9, 77, NULL)",
        "worker_office",
    ),
    (
        "22003",
        "INSERT INTO office (code, price) VALUES ('bad', 1000000)",
        "numeric",
    ),
];

fn rules_and_words_hold_here() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "schema", TABLES)?;
    link.begin_and_wait()?;
    link.in_step()?;
    words(&link)?;
    let mut upgrade = link.upgrade()?;
    upgrade.batch_execute(&format!("SET search_path = {SCHEMA}"))?;
    a_new_row_is_completed(&mut upgrade)?;
    for (code, sql, names) in FORBIDDEN {
        let refusal = refused(&mut upgrade, sql)?;
        ensure!(
            refusal.code == code && refusal.message.contains(names),
            "{sql}: {refusal:?}"
        );
    }
    a_row_in_use_stays(&mut upgrade)?;
    a_reference_is_set_null(&mut upgrade)?;
    link.settled()?;
    link.finish()
}

/// Defaults, the identity's next value, a generated value.
fn a_new_row_is_completed(upgrade: &mut Client) -> Result<()> {
    upgrade.batch_execute("BEGIN")?;
    let made = rows(
        upgrade,
        "INSERT INTO office (code) VALUES ('new') RETURNING id, level, price, doubled, memo, made BETWEEN now() - interval '1 day' AND now() + interval '1 day'",
    )?;
    let made: Vec<&str> = made
        .first()
        .context("no row")?
        .iter()
        .map(|value| value.as_deref().unwrap_or("NULL"))
        .collect();
    ensure!(
        made == [
            "1000",
            "mid'dle",
            "9.90",
            "19.80",
            "a \"quoted\" default",
            "t"
        ],
        "a new row gets {made:?}"
    );
    Ok(upgrade.batch_execute("ROLLBACK")?)
}

/// ON DELETE RESTRICT, which has an SQLSTATE of its own from PostgreSQL 18 on.
fn a_row_in_use_stays(upgrade: &mut Client) -> Result<()> {
    let version = number(upgrade, "SHOW server_version_num")?;
    let code = if version < 180_000 { "23503" } else { "23001" };
    let refusal = refused(upgrade, "DELETE FROM office WHERE id = 1")?;
    ensure!(
        refusal.code == code && refusal.message.contains("worker_office"),
        "deleting a row in use: {refusal:?}"
    );
    Ok(())
}

/// ON DELETE SET NULL.
fn a_reference_is_set_null(upgrade: &mut Client) -> Result<()> {
    upgrade.batch_execute("BEGIN; DELETE FROM worker WHERE id = 1")?;
    let boss = rows(upgrade, "SELECT boss FROM worker WHERE id = 2")?;
    ensure!(
        boss == [vec![None]],
        "the boss has gone, and the worker's boss is {boss:?}"
    );
    Ok(upgrade.batch_execute("ROLLBACK")?)
}

/// Comments.
fn words(link: &Link) -> Result<()> {
    let found = link.rows(&format!(
        "SELECT coalesce(a.attname, ''), d.description FROM pg_description d
         LEFT JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
         WHERE d.classoid = 'pg_class'::regclass AND d.objoid = '{SCHEMA}.office'::regclass ORDER BY d.objsubid"
    ))?;
    let found: Vec<String> = found
        .iter()
        .map(|row| row.iter().flatten().cloned().collect::<Vec<_>>().join(": "))
        .collect();
    ensure!(
        found
            == [
                ": where people work",
                "id: number on the door",
                "code: it's three letters"
            ],
        "comments: {found:?}"
    );
    Ok(())
}
