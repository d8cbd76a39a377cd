//! Statements in the log: where transactions begin and end, and what else they say about tables.

use super::bytes::{Bytes, Unreadable};
use super::rows::inflate;

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The database that it ran in.
    pub database: String,
    /// Its text.
    pub text: String,
}

impl Query {
    /// Reads the body of a query event, MariaDB's compressed form too.
    pub fn read(body: &[u8], compressed: bool) -> Result<Self, Unreadable> {
        let mut bytes = Bytes(body);
        bytes.take(8)?;
        let database = bytes.size(1)?;
        bytes.take(2)?;
        let status = bytes.size(2)?;
        bytes.take(status)?;
        let database = String::from_utf8_lossy(bytes.take(database)?).into_owned();
        bytes.take(1)?;
        let text = if compressed {
            inflate(bytes.0)?
        } else {
            bytes.0.to_vec()
        };
        Ok(Self {
            database,
            text: String::from_utf8_lossy(&text).into_owned(),
        })
    }

    /// What the statement is.
    pub fn says(&self) -> Says {
        let text = without_remarks(&self.text);
        let upper: String = text.chars().take(80).collect::<String>().to_uppercase();
        let mut words = upper.split(|c: char| !c.is_alphanumeric() && c != '_');
        let mut next = || words.by_ref().find(|word| !word.is_empty()).unwrap_or("");
        match next() {
            "BEGIN" | "START" => Says::Begin,
            "COMMIT" => Says::Commit,
            "ROLLBACK" if next() == "TO" => Says::Nothing,
            "ROLLBACK" => Says::Rollback,
            "XA" => match next() {
                "START" | "BEGIN" => Says::BranchBegins,
                "COMMIT" => Says::BranchCommits(branch(text)),
                "ROLLBACK" => Says::BranchRollsBack(branch(text)),
                _ => Says::Nothing,
            },
            "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "LOAD" | "WITH" | "CALL" => Says::Writes,
            "TRUNCATE" | "RENAME" | "EXCHANGE" => Says::Alters,
            verb @ ("ALTER" | "DROP" | "CREATE") => defines(verb, &mut next),
            _ => Says::Nothing,
        }
    }
}

fn defines<'a>(verb: &str, next: &mut impl FnMut() -> &'a str) -> Says {
    let mut what = next();
    if what == "OR" {
        next();
        what = next();
    }
    match what {
        "TABLE" | "ONLINE" | "OFFLINE" | "IGNORE" => Says::Alters,
        "DATABASE" | "SCHEMA" if verb == "DROP" => Says::DropsDatabase,
        _ => Says::Nothing,
    }
}

/// What a statement means to those who follow rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// A transaction begins.
    Begin,
    /// It ends.
    Commit,
    /// It ends and was not.
    Rollback,
    /// An XA branch begins.
    BranchBegins,
    /// A prepared branch is committed.
    BranchCommits(String),
    /// A prepared branch is rolled back.
    BranchRollsBack(String),
    /// Rows are written, logged as a statement.
    Writes,
    /// A table becomes another, or empty.
    Alters,
    /// A database goes.
    DropsDatabase,
    /// Nothing about rows.
    Nothing,
}

/// The name of a branch as statements spell it: `X'67',X'',1`, in lower case.
fn branch(text: &str) -> String {
    let name = text.splitn(3, char::is_whitespace).nth(2).unwrap_or("");
    name.trim().to_lowercase()
}

/// The same name, from the event that prepares it.
pub fn branch_of(body: &[u8]) -> Result<(bool, String), Unreadable> {
    let mut bytes = Bytes(body);
    let one_phase = bytes.little(1)? != 0;
    let format = bytes.little(4)?;
    let (global, local) = (bytes.size(4)?, bytes.size(4)?);
    let (global, local) = (bytes.take(global)?, bytes.take(local)?);
    Ok((one_phase, branch_name(global, local, format)))
}

/// The same name, from its parts.
pub fn branch_name(global: &[u8], local: &[u8], format: u64) -> String {
    let hex = |raw: &[u8]| raw.iter().map(|b| format!("{b:02x}")).collect::<String>();
    format!("x'{}',x'{}',{format}", hex(global), hex(local))
}

fn without_remarks(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        let rest = if text.starts_with("/*") && !text.starts_with("/*!") {
            text.split_once("*/").map(|(_, rest)| rest)
        } else if text.starts_with('#') || text.starts_with("-- ") {
            text.split_once('\n').map(|(_, rest)| rest)
        } else {
            None
        };
        match rest {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}
