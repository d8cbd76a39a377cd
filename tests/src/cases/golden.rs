//! Files of queries with their expected rows.
//!
//! A query ends with `;` at the end of a line; its rows follow, one a line; an empty line ends them. Lines that begin with `#` before a
//! query are remarks. Promises: writing what was read gives the same file.

use anyhow::{Result, ensure};

/// One query and what it is to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line of the file that it begins on, from 1.
    pub line: usize,
    /// Remarks before it.
    pub remarks: Vec<String>,
    /// The query, with its semicolon.
    pub query: String,
    /// The expected rows.
    pub rows: Vec<String>,
}

/// Reads the text of a file.
pub fn parse(text: &str) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while lines.peek().is_some() {
        let mut remarks = Vec::new();
        while let Some((_, line)) =
            lines.next_if(|(_, line)| line.starts_with('#') || line.is_empty())
        {
            if !line.is_empty() {
                remarks.push(line.to_string());
            }
        }
        let Some(&(at, _)) = lines.peek() else {
            ensure!(remarks.is_empty(), "a remark without a query at the end");
            break;
        };
        let mut query: Vec<&str> = Vec::new();
        while !query.last().is_some_and(|line| line.ends_with(';')) {
            let Some((_, line)) = lines.next() else {
                anyhow::bail!("the query of line {} does not end with ;", at + 1)
            };
            query.push(line);
        }
        let mut rows = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.is_empty()) {
            rows.push(line.to_string());
        }
        entries.push(Entry {
            line: at + 1,
            remarks,
            query: query.join("\n"),
            rows,
        });
    }
    Ok(entries)
}

/// The text of a file.
pub fn print(entries: &[Entry]) -> String {
    let paragraphs: Vec<String> = entries
        .iter()
        .map(|entry| {
            let query = std::iter::once(&entry.query);
            let lines: Vec<&str> = entry
                .remarks
                .iter()
                .chain(query)
                .chain(&entry.rows)
                .map(String::as_str)
                .collect();
            lines.join("\n") + "\n"
        })
        .collect();
    paragraphs.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{parse, print};

    #[test]
    fn there_and_back() {
        let text = "# why\nSELECT 1,\n  2;\n1|2\n\nSELECT 3;\n(no rows)\n";
        let entries = parse(text).expect("a file");
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[0].line, entries[1].line), (2, 6));
        assert_eq!(entries[0].rows, ["1|2"]);
        assert_eq!(print(&entries), text);
        assert!(parse("SELECT 1\n").is_err());
    }
}
