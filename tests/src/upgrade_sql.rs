//! Rows and errors of the upgrade server, as text.
//!
//! Promises: a value arrives as PostgreSQL writes it, so a comparison does not depend on a client's types. Called by `link` and the tests.

use anyhow::{Context, Result, bail};
use postgres::{Client, SimpleQueryMessage};

/// One row.
pub type Row = Vec<Option<String>>;

/// All rows of the last statement in `sql`.
pub fn rows(client: &mut Client, sql: &str) -> Result<Vec<Row>> {
    let messages = client
        .simple_query(sql)
        .with_context(|| format!("failed: {sql}"))?;
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(
            (0..row.len())
                .map(|at| row.get(at).map(String::from))
                .collect(),
        ),
        _ => None,
    });
    Ok(rows.collect())
}

/// The only value of the only row.
pub fn value(client: &mut Client, sql: &str) -> Result<Option<String>> {
    let rows = rows(client, sql)?;
    match rows.as_slice() {
        [row] if row.len() == 1 => Ok(row[0].clone()),
        _ => bail!("expected one value, got {rows:?} from {sql}"),
    }
}

/// The only value of the only row, as a number.
pub fn number(client: &mut Client, sql: &str) -> Result<i64> {
    let text = value(client, sql)?.with_context(|| format!("NULL from {sql}"))?;
    text.parse()
        .with_context(|| format!("\"{text}\" from {sql} is no number"))
}

/// What the server said when it refused a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// SQLSTATE.
    pub code: String,
    /// The primary message.
    pub message: String,
    /// More, or nothing.
    pub detail: String,
    /// Advice, or nothing.
    pub hint: String,
}

/// Runs `sql`, which must be refused, and returns how. A lost connection is no refusal.
pub fn refused(client: &mut Client, sql: &str) -> Result<Refusal> {
    match client.simple_query(sql) {
        Ok(_) => bail!("was not refused: {sql}"),
        Err(error) => {
            let Some(said) = error.as_db_error() else {
                return Err(error.into());
            };
            Ok(Refusal {
                code: said.code().code().to_owned(),
                message: said.message().to_owned(),
                detail: said.detail().unwrap_or_default().to_owned(),
                hint: said.hint().unwrap_or_default().to_owned(),
            })
        }
    }
}

/// A text as a literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
