//! What each side says of a column's values, and what has been parked.

use std::collections::HashMap;

use anyhow::{Context, Result};
use mysql::Conn;
use mysql::prelude::Queryable;
use postgres::Client;

use super::super::Form;
use super::super::form::COLUMN;
use crate::link::{Link, SCHEMA};
use crate::upgrade_sql::rows;

/// What is said of each row: `None` for NULL.
pub(super) type Said = HashMap<usize, Option<String>>;

/// A session with the legacy server whose answers do not depend on the session.
pub(super) fn legacy(link: &Link) -> Result<Conn> {
    let mut conn = link.legacy()?;
    conn.query_drop("SET NAMES utf8mb4")?;
    conn.query_drop("SET SESSION time_zone = '+00:00', sql_mode = ''")?;
    Ok(conn)
}

/// A session with the upgrade server whose answers do not depend on its settings.
pub(super) fn upgrade(link: &Link) -> Result<Client> {
    let mut client = link.upgrade()?;
    client.batch_execute(
        "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = postgres; SET bytea_output = hex;
         SET extra_float_digits = 1",
    )?;
    Ok(client)
}

/// What the legacy server says of the rows with these ids.
pub(super) fn said_there(
    conn: &mut Conn,
    table: &str,
    column: &str,
    form: &Form,
    ids: (usize, usize),
) -> Result<Said> {
    let expression = form.legacy.replace(COLUMN, column);
    let sql = format!(
        "SELECT id, {expression} FROM {table} WHERE id BETWEEN {} AND {}",
        ids.0, ids.1
    );
    let rows: Vec<(usize, Option<Vec<u8>>)> = conn.query(&sql).with_context(|| sql.clone())?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(rows
        .into_iter()
        .map(|(id, said)| (id, said.map(text)))
        .collect())
}

/// What PostgreSQL says of them.
pub(super) fn said_here(
    client: &mut Client,
    table: &str,
    column: &str,
    form: &Form,
    ids: (usize, usize),
) -> Result<Said> {
    let expression = form.upgrade.replace(COLUMN, column);
    let sql = format!(
        "SELECT id, {expression} FROM {SCHEMA}.{table} WHERE id BETWEEN {} AND {}",
        ids.0, ids.1
    );
    rows(client, &sql)?
        .into_iter()
        .map(|row| {
            let [id, said] = <[_; 2]>::try_from(row).ok().context("not two columns")?;
            Ok((id.context("no id")?.parse()?, said))
        })
        .collect()
}

/// What is parked of a table: column and code of each row.
pub(super) fn parked(link: &Link, table: &str) -> Result<HashMap<usize, (String, String)>> {
    let sql = format!(
        "SELECT key ->> 'id', column_name, code FROM tandem.parked WHERE source_table = '{table}'"
    );
    link.rows(&sql)?
        .into_iter()
        .map(|row| {
            let [id, column, code] = <[_; 3]>::try_from(row).ok().context("not three columns")?;
            let fault = (column.unwrap_or_default(), code.unwrap_or_default());
            Ok((id.context("no id")?.parse()?, fault))
        })
        .collect()
}

/// The bytes of a value, for a failure.
pub(super) fn bytes(conn: &mut Conn, table: &str, column: &str, id: usize) -> String {
    let sql = format!("SELECT HEX({column}) FROM {table} WHERE id = {id}");
    match conn.query_first::<Option<String>, _>(sql) {
        Ok(Some(Some(digits))) => digits,
        Ok(_) => String::from("NULL"),
        Err(error) => error.to_string(),
    }
}
