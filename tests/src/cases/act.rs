//! Carrying out the steps of a script.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use mysql::prelude::Queryable;
use mysql::{Value, from_value_opt};
use postgres::Client;

use super::compare;
use super::files;
use super::script::{self, Act, End, Step};
use super::session::Order;
use super::stage::Stage;
use super::variables::replace;
use crate::condition::until_so;
use crate::upgrade_sql::rows;

/// Longest time until a condition of a script holds.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause before a question to the legacy server: InnoDB's views are only renewed when nobody has asked for 100 ms.
const UNASKED: Duration = Duration::from_millis(120);
/// How much of a statement is shown.
const SHOWN: usize = 300;

/// Carries out a file; returns whether the case has it.
pub fn run(stage: &mut Stage<'_>, stem: &str, end: End) -> Result<bool> {
    let engine = stage.engine();
    let Some(path) = files::find(stage.folder, stem, "sql", &engine) else {
        return Ok(false);
    };
    let steps = script::parse(&files::read(&path)?, end, &engine).with_context(|| name(&path))?;
    for step in steps {
        let place = format!("{}:{}", name(&path), step.line);
        take(stage, step, &place)?;
    }
    stage.join_all()?;
    Ok(true)
}

fn take(stage: &mut Stage<'_>, step: Step, place: &str) -> Result<()> {
    let variables = stage.variables();
    match step.act {
        Act::Legacy {
            session,
            sql,
            background,
        } => {
            let order = Order {
                place: String::from(place),
                sql: replace(&sql, &variables),
                error: step.error,
            };
            stage.legacy(&session, order, background)
        }
        Act::Upgrade { sql } => {
            let sql = replace(&sql, &variables);
            upgrade(stage.upgrade()?, &sql, step.error.as_deref())
                .with_context(|| format!("{place}: {sql:.SHOWN$}"))
        }
        Act::Join(session) => stage.session(&session)?.join(),
        Act::Disconnect(session) => {
            stage.disconnect(&session);
            Ok(())
        }
        Act::Expect(word) => expect(stage, &word),
        Act::Verify => stage.link.equal().with_context(|| String::from(place)),
        Act::Wait => stage.wait().with_context(|| String::from(place)),
        Act::Until { end, sql } => {
            let sql = replace(&sql, &variables);
            until_so(&format!("{place}: {sql}"), PATIENCE, || match end {
                End::Legacy => legacy_says(stage, &sql),
                End::Upgrade => upgrade_says(stage, &sql),
            })
        }
        Act::Restart(end) => stage
            .restart(end, false)
            .with_context(|| String::from(place)),
        Act::Kill(end) => stage
            .restart(end, true)
            .with_context(|| String::from(place)),
    }
}

fn expect(stage: &mut Stage<'_>, word: &str) -> Result<()> {
    let differences = compare::compare(stage, &format!("expect_{word}"))?;
    stage.complaints.extend(differences);
    Ok(())
}

fn upgrade(client: &mut Client, sql: &str, error: Option<&str>) -> Result<()> {
    match (client.simple_query(sql), error) {
        (Ok(_), None) => Ok(()),
        (Ok(_), Some(code)) => bail!("did not fail with {code}"),
        (Err(said), Some(code)) if said.code().is_some_and(|it| it.code() == code) => Ok(()),
        (Err(said), _) => Err(said.into()),
    }
}

/// Whether the first value of a query on the legacy server is a number that is not 0. A session of its own sees what is committed.
fn legacy_says(stage: &Stage<'_>, sql: &str) -> Result<bool> {
    std::thread::sleep(UNASKED);
    let first: Option<Value> = stage.link.legacy()?.query_first(sql)?;
    let number = first.and_then(|value| from_value_opt::<f64>(value).ok());
    Ok(number.is_some_and(|number| number != 0.0))
}

fn upgrade_says(stage: &mut Stage<'_>, sql: &str) -> Result<bool> {
    let rows = rows(stage.upgrade()?, sql)?;
    Ok(rows.first().and_then(|row| row.first()) == Some(&Some(String::from("t"))))
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
