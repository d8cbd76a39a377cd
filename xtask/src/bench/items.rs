//! The table of eight mixed columns that most scenarios work on.
//!
//! Promises: a row's values follow from its number; about 190 bytes of text each. The file's format is read by
//! `LOAD DATA INFILE` and by PostgreSQL's COPY alike. Called by the scenarios.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::RangeInclusive;
use std::path::Path;

use anyhow::{Context, Result};
use mysql::Conn;
use mysql::prelude::Queryable;

use super::dice::Dice;

/// The table's name.
pub const TABLE: &str = "item";

/// The legacy table.
pub const LEGACY_DDL: &str = "CREATE TABLE item (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer INT NOT NULL,
    title VARCHAR(100) NOT NULL,
    amount DECIMAL(12,2) NOT NULL,
    quantity SMALLINT NOT NULL,
    ratio DOUBLE,
    created DATETIME(6) NOT NULL,
    note TEXT)";

/// What `tandem.scaffold` makes of it, for servers without Tandem.
pub const UPGRADE_DDL: &str = "CREATE TABLE item (
    id bigint NOT NULL PRIMARY KEY,
    customer integer NOT NULL,
    title character varying(100) NOT NULL,
    amount numeric(12,2) NOT NULL,
    quantity smallint NOT NULL,
    ratio double precision,
    created timestamp(6) NOT NULL,
    note text)";

/// A table whose one row says how far changes have come, for those who follow a legacy database.
pub const LEGACY_MARKER: &str = "CREATE TABLE marker (id INT NOT NULL PRIMARY KEY, reached BIGINT NOT NULL) SELECT 1 AS id, 0 AS reached";

const WORDS: [&str; 24] = [
    "anchor", "blanket", "copper", "drawer", "engine", "feather", "garden", "hammer", "island",
    "jacket", "kettle", "ladder", "marble", "needle", "orchard", "pencil", "quarry", "ribbon",
    "saddle", "timber", "umbrella", "velvet", "window", "Zürich",
];

/// Writes the rows with these numbers, one a line, columns apart by tabs, NULL as `\N`.
pub fn write_file(path: &Path, ids: RangeInclusive<u64>) -> Result<()> {
    let file = File::create(path)
        .with_context(|| format!("could not create file \"{}\"", path.display()))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    for id in ids {
        writeln!(out, "{}", line(id))?;
    }
    Ok(out.flush()?)
}

/// Reads such a file, which the server itself can read, into a legacy table; not written to the binary log.
pub fn load(conn: &mut Conn, path: &Path) -> Result<()> {
    conn.query_drop("SET SESSION sql_log_bin = 0")?;
    conn.query_drop(format!(
        "LOAD DATA INFILE '{}' INTO TABLE {TABLE} CHARACTER SET utf8mb4",
        path.display()
    ))?;
    Ok(conn.query_drop("SET SESSION sql_log_bin = 1")?)
}

/// Inserts rows from 1 on with statements that are written to the binary log.
pub fn insert(conn: &mut Conn, rows: u64) -> Result<()> {
    let mut next = 1;
    while next <= rows {
        let end = rows.min(next + 999);
        let tuples: Vec<String> = (next..=end).map(tuple).collect();
        conn.query_drop(format!("INSERT INTO {TABLE} VALUES {}", tuples.join(",")))?;
        next = end + 1;
    }
    Ok(())
}

/// The row as a tuple of SQL literals that both servers understand.
pub fn tuple(id: u64) -> String {
    let line = line(id);
    let mut text = String::from("(");
    for (at, field) in line.split('\t').enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ = match (field, at) {
            ("\\N", _) => write!(text, "{comma}NULL"),
            (number, 0 | 1 | 3 | 4 | 5) => write!(text, "{comma}{number}"),
            (words, _) => write!(text, "{comma}'{words}'"),
        };
    }
    text.push(')');
    text
}

fn line(id: u64) -> String {
    let mut dice = Dice::new(id);
    let customer = dice.below(500_000);
    let title = words(&mut dice, 4);
    let cents = dice.below(100_000_000);
    let quantity = dice.below(1000);
    let ratio = match dice.below(10) {
        0 => String::from("\\N"),
        _ => format!("{}", dice.below(1 << 50) as f64 / (1_u64 << 40) as f64),
    };
    let (day, second) = (dice.below(28) + 1, dice.below(86_400));
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let created = format!(
        "20{:02}-{:02}-{day:02} {hour:02}:{minute:02}:{:02}.{:06}",
        dice.below(26),
        dice.below(12) + 1,
        second % 60,
        dice.below(1_000_000)
    );
    let note = match dice.below(10) {
        0 => String::from("\\N"),
        _ => words(&mut dice, 14),
    };
    format!(
        "{id}\t{customer}\t{title}\t{}.{:02}\t{quantity}\t{ratio}\t{created}\t{note}",
        cents / 100,
        cents % 100
    )
}

fn words(dice: &mut Dice, count: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        if at > 0 {
            text.push(' ');
        }
        text.push_str(WORDS[usize::try_from(dice.below(WORDS.len() as u64)).unwrap_or(0)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{line, tuple};

    #[test]
    fn rows_have_eight_columns_and_repeat() {
        for id in 1..500 {
            assert_eq!(line(id).split('\t').count(), 8);
            assert_eq!(line(id), line(id));
        }
        assert!(tuple(1).starts_with("(1,"));
        assert!((1..500).any(|id| tuple(id).contains(",NULL,")));
        let bytes: usize = (1..=1000).map(|id| line(id).len() + 1).sum();
        assert!(
            (180_000..200_000).contains(&bytes),
            "{bytes} bytes of 1000 rows"
        );
    }
}
