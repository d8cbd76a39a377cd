//! Creating the schema from the files in `sql/demo/`.

use anyhow::{Context, Result};
use mysql::Conn;
use mysql::prelude::Queryable;

/// The files, in order.
const FILES: [(&str, &str); 6] = [
    (
        "10_places.sql",
        include_str!("../../../../sql/demo/10_places.sql"),
    ),
    (
        "20_people.sql",
        include_str!("../../../../sql/demo/20_people.sql"),
    ),
    (
        "30_lines.sql",
        include_str!("../../../../sql/demo/30_lines.sql"),
    ),
    (
        "40_groups.sql",
        include_str!("../../../../sql/demo/40_groups.sql"),
    ),
    (
        "50_directories.sql",
        include_str!("../../../../sql/demo/50_directories.sql"),
    ),
    (
        "60_orders.sql",
        include_str!("../../../../sql/demo/60_orders.sql"),
    ),
];

/// Runs every statement of the files in the connection's database.
pub fn create(conn: &mut Conn) -> Result<()> {
    for (name, text) in FILES {
        for statement in statements(text) {
            conn.query_drop(&statement)
                .with_context(|| format!("sql/demo/{name}: {statement}"))?;
        }
    }
    Ok(())
}

/// The statements of a file: a statement ends with a semicolon at the end of a line; a comment is a line of its own.
fn statements(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
    {
        current.push_str(line);
        current.push('\n');
        if line.trim_end().ends_with(';') {
            found.push(current.trim().trim_end_matches(';').to_string());
            current.clear();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{FILES, statements};

    #[test]
    fn files_are_cut_into_statements() {
        let text = "-- a; comment;\nCREATE TABLE a (\n  b int\n);\n\nINSERT INTO a VALUES (1);\n";
        assert_eq!(
            statements(text),
            ["CREATE TABLE a (\n  b int\n)", "INSERT INTO a VALUES (1)"]
        );
        let all: usize = FILES.iter().map(|(_, text)| statements(text).len()).sum();
        assert!(all > 18);
    }
}
