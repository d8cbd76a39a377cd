//! The table that transactions write to: the one that sysbench uses, made here, so that it is the same with and without sysbench.

use anyhow::Result;
use mysql::Conn;
use mysql::prelude::Queryable;

use crate::bench::dice::Dice;

/// The table.
pub const DDL: &str = "CREATE TABLE sbtest1 (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    k INT NOT NULL DEFAULT 0,
    c CHAR(120) NOT NULL DEFAULT '',
    pad CHAR(60) NOT NULL DEFAULT '',
    KEY k_1 (k))";

/// Triggers that store the images of a row before and after each change, as many capture tools do, and their table.
pub const JSON_CAPTURE: [&str; 4] = [
    "CREATE TABLE row_image (
        id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
        happened TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
        name VARCHAR(64) NOT NULL, kind CHAR(1) NOT NULL, old_row JSON, new_row JSON)",
    "CREATE TRIGGER image_i AFTER INSERT ON sbtest1 FOR EACH ROW
        INSERT INTO row_image (name, kind, new_row) VALUES ('sbtest1', 'i',
            JSON_OBJECT('id', NEW.id, 'k', NEW.k, 'c', NEW.c, 'pad', NEW.pad))",
    "CREATE TRIGGER image_u AFTER UPDATE ON sbtest1 FOR EACH ROW
        INSERT INTO row_image (name, kind, old_row, new_row) VALUES ('sbtest1', 'u',
            JSON_OBJECT('id', OLD.id, 'k', OLD.k, 'c', OLD.c, 'pad', OLD.pad),
            JSON_OBJECT('id', NEW.id, 'k', NEW.k, 'c', NEW.c, 'pad', NEW.pad))",
    "CREATE TRIGGER image_d AFTER DELETE ON sbtest1 FOR EACH ROW
        INSERT INTO row_image (name, kind, old_row) VALUES ('sbtest1', 'd',
            JSON_OBJECT('id', OLD.id, 'k', OLD.k, 'c', OLD.c, 'pad', OLD.pad))",
];

/// Rows of one statement that fills the table.
const PIECE: u64 = 500;

/// Makes the table with rows from 1 on.
pub fn make(conn: &mut Conn, rows: u64) -> Result<()> {
    conn.query_drop(DDL)?;
    let mut next = 1;
    while next <= rows {
        let end = rows.min(next + PIECE - 1);
        let tuples: Vec<String> = (next..=end)
            .map(|id| {
                let mut dice = Dice::new(id);
                let k = dice.below(rows) + 1;
                format!(
                    "({id},{k},'{}','{}')",
                    digits(&mut dice, 10),
                    digits(&mut dice, 5)
                )
            })
            .collect();
        conn.query_drop(format!("INSERT INTO sbtest1 VALUES {}", tuples.join(",")))?;
        next = end + 1;
    }
    Ok(())
}

/// Groups of eleven digits.
pub fn digits(dice: &mut Dice, groups: usize) -> String {
    let group = |_| format!("{:011}", dice.below(100_000_000_000));
    (0..groups).map(group).collect::<Vec<_>>().join("-")
}
