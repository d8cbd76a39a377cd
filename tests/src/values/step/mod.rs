//! The smallest differences that a value of each type can have, made behind Tandem's back.
//!
//! Promises: every type of the matrix is here with its default upgrade type, and with those others that compare in a way of their own; a step is
//! one bit, one digit of the lowest place, one microsecond, one character, or a difference that PostgreSQL's `=` does not see. Data only.
//! Called by the promise that each is found.

mod list;

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;

use super::family::Server;
use super::form::COLUMN;
use crate::link::{Link, SCHEMA};
use list::LIST;

/// A legacy type, an upgrade type ("" for the scaffold's), a legacy value, and statements' right sides that step away from it.
pub(super) struct Column {
    legacy: &'static str,
    target: &'static str,
    value: &'static str,
    steps: &'static [&'static str],
    server: Has,
}

/// Which servers have the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Has {
    All,
    MySql,
    MariaDb,
    Vector,
}

/// One step: its row, its column, its right side.
struct Step {
    id: usize,
    column: usize,
    sql: &'static str,
}

/// The columns that the server at hand has, with all their steps.
pub struct Steps {
    columns: Vec<&'static Column>,
    steps: Vec<Step>,
}

impl Steps {
    /// The steps that a server's types can take.
    pub fn of(server: &Server) -> Self {
        let has = |column: &&Column| match column.server {
            Has::All => true,
            Has::MySql => server.is_mysql,
            Has::MariaDb => !server.is_mysql,
            Has::Vector => server.has_vector,
        };
        let columns: Vec<&Column> = LIST.iter().filter(has).collect();
        let all = columns
            .iter()
            .enumerate()
            .flat_map(|(at, column)| column.steps.iter().map(move |sql| (at, *sql)));
        let steps = all
            .enumerate()
            .map(|(id, (column, sql))| Step { id, column, sql })
            .collect();
        Self { columns, steps }
    }

    /// Makes the legacy table `step`, a row for each step.
    pub fn write(&self, link: &Link) -> Result<()> {
        let mut conn = link.legacy()?;
        conn.query_drop("SET SESSION sql_mode = '', time_zone = '+00:00'")?;
        let columns: Vec<String> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("c{at} {}", column.legacy))
            .collect();
        let table = format!(
            "CREATE TABLE step (id INT NOT NULL PRIMARY KEY, {})",
            columns.join(", ")
        );
        conn.query_drop(&table).with_context(|| table.clone())?;
        for Step { id, column, .. } in &self.steps {
            let value = self.columns[*column].value;
            let row = format!("INSERT INTO step (id, c{column}) VALUES ({id}, {value})");
            conn.query_drop(&row).with_context(|| row.clone())?;
        }
        Ok(())
    }

    /// Gives the upgrade columns their types; to be called between scaffold and start.
    pub fn retarget(&self, link: &Link) -> Result<()> {
        let chosen = self.columns.iter().enumerate();
        for (at, column) in chosen.filter(|(_, column)| !column.target.is_empty()) {
            link.upgrade_run(&format!(
                "ALTER TABLE {SCHEMA}.step DROP CONSTRAINT IF EXISTS step_c{at}_check,
                 ALTER COLUMN c{at} TYPE {} USING NULL",
                column.target
            ))?;
        }
        // A step may leave what the legacy type can hold.
        let checks = link.rows(&format!(
            "SELECT conname FROM pg_constraint WHERE conrelid = '{SCHEMA}.step'::regclass AND contype = 'c'"
        ))?;
        for name in checks.into_iter().flatten().flatten() {
            link.upgrade_run(&format!(
                "ALTER TABLE {SCHEMA}.step DROP CONSTRAINT \"{name}\""
            ))?;
        }
        Ok(())
    }

    /// Takes all steps on the upgrade side.
    pub fn take(&self, link: &Link) -> Result<()> {
        let mut upgrade = link.upgrade()?;
        for Step { id, column, sql } in &self.steps {
            let name = format!("c{column}");
            let set = sql.replace(COLUMN, &name);
            let update = format!("UPDATE {SCHEMA}.step SET {name} = {set} WHERE id = {id}");
            let changed = upgrade
                .execute(&update, &[])
                .with_context(|| format!("{} {}: {update}", self.columns[*column].legacy, sql))?;
            ensure!(changed == 1, "{update} changed {changed} rows");
        }
        Ok(())
    }

    /// `tandem.verify` finds each step, says its column (where the two texts differ at all), and finds nothing else.
    pub fn are_found(&self, link: &Link) -> Result<()> {
        let rows = link.rows(&format!(
            "SELECT key ->> 'id', kind, (SELECT coalesce(string_agg(k, ',' ORDER BY k), '') FROM jsonb_object_keys(legacy) AS k
                    WHERE legacy ->> k IS DISTINCT FROM upgrade ->> k)
             FROM tandem.verify('{}') ORDER BY (key ->> 'id')::int",
            link.name
        ))?;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let found: Vec<[String; 3]> = rows
            .iter()
            .filter_map(|row| {
                <[String; 3]>::try_from(row.iter().map(text).collect::<Vec<_>>()).ok()
            })
            .collect();
        let mut wrong = Vec::new();
        for Step { id, column, sql } in &self.steps {
            let Column { legacy, target, .. } = self.columns[*column];
            let row = found.iter().find(|row| row[0] == id.to_string());
            let told = row.map(|[_, kind, columns]| (kind.as_str(), columns.as_str()));
            // Two zeros have one text in JSON, and so have arrays that count from other numbers.
            let unseen = sql.contains("'-0'") || sql.contains("'[0:");
            let name = format!("c{column}");
            let right = told == Some(("different", name.as_str()))
                || unseen && told == Some(("different", ""));
            if !right {
                wrong.push(format!(
                    "{legacy} {target}, row {id}: {sql}: found {told:?}, should be {name}"
                ));
            }
        }
        ensure!(
            wrong.is_empty(),
            "{} steps:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        ensure!(
            found.len() == self.steps.len(),
            "{} differences for {} steps",
            found.len(),
            self.steps.len()
        );
        eprintln!("{} steps were found", found.len());
        Ok(())
    }
}
