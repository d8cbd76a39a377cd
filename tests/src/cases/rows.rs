//! Rows as lines of text.
//!
//! Promises: two different rows never look the same, whatever is in them, and a line has neither a character that cannot be seen nor a
//! blank at its end.

use std::fmt::Write;

use crate::upgrade_sql::Row;

/// What stands for a result without rows.
pub const NONE: &str = "(no rows)";

/// Columns joined by `|`.
pub fn line(row: &Row) -> String {
    let columns: Vec<String> = row
        .iter()
        .map(|value| value.as_deref().map_or_else(|| String::from("∅"), text))
        .collect();
    columns.join("|")
}

/// An empty text is `''`; what would be mistaken is escaped.
fn text(value: &str) -> String {
    if value.is_empty() {
        return String::from("''");
    }
    if matches!(value, "''" | "∅" | NONE) {
        return format!("\\{value}");
    }
    let mut line = String::with_capacity(value.len());
    let last = value.chars().count() - 1;
    for (at, c) in value.chars().enumerate() {
        match c {
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            '\\' => line.push_str("\\\\"),
            '|' => line.push_str("\\|"),
            ' ' if at == last => line.push_str("\\s"),
            ' ' => line.push(' '),
            c if c.is_control() || c.is_whitespace() || invisible(c) => {
                // Writing to a String does not fail.
                let _ = write!(line, "\\u{{{:x}}}", u32::from(c));
            }
            c => line.push(c),
        }
    }
    line
}

/// Marks that combine with the character before, and those without width.
fn invisible(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xe000..=0xf8ff | 0xfff0..=0xffff | 0xe0000..=0x10_ffff)
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn what_could_be_mistaken_is_escaped() {
        let row = |values: &[&str]| {
            values
                .iter()
                .map(|value| Some(String::from(*value)))
                .collect()
        };
        assert_eq!(line(&vec![None, Some(String::new())]), "∅|''");
        assert_eq!(
            line(&row(&["∅", "''", "a|b", "c\\d"])),
            "\\∅|\\''|a\\|b|c\\\\d"
        );
        assert_eq!(
            line(&row(&["x \n", "y ", "\u{1}\u{a0}e\u{301}"])),
            "x \\n|y\\s|\\u{1}\\u{a0}e\\u{301}"
        );
    }
}
