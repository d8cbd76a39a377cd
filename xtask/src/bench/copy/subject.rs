//! What is copied.
//!
//! Promises: every contender fills tables that `tandem.scaffold` made, and makes the indexes and foreign keys that Tandem makes
//! after the data; what arrived is counted and summed up. Called by the contenders.

use std::cell::OnceCell;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use mysql::prelude::Queryable;

use super::sakila;
use crate::bench::items;
use crate::bench::link::Link;
use crate::bench::program;
use crate::bench::stage::{Stage, same};

/// Schema of the tables that are filled without Tandem.
pub const PLAIN: &str = "plain";

/// A legacy database with rows, and an upgrade database for them.
pub struct Subject {
    /// What results call it.
    pub case: &'static str,
    /// The legacy database.
    pub legacy: String,
    /// The upgrade database.
    pub upgrade: String,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Rows of all tables.
    pub rows: u64,
    /// Indexes and foreign keys of the plain tables.
    pub afterwards: Vec<String>,
    /// A sum of each table's rows, as the first contender left them.
    contents: OnceCell<Vec<(String, Option<String>)>>,
}

/// One table.
pub struct Table {
    /// Its name.
    pub name: String,
    /// The columns as a query gives them to PostgreSQL's COPY.
    pub select: String,
    /// Names of the columns.
    pub columns: String,
    /// Its rows in a file that COPY reads.
    pub file: PathBuf,
    /// Its rows.
    pub rows: u64,
}

impl Subject {
    /// One table of eight columns.
    pub fn items(stage: &Stage, rows: u64) -> Result<Self> {
        eprintln!("making a table of {rows} rows");
        let name = "bench_copy";
        stage.legacy_database(name)?;
        stage.upgrade_database(name)?;
        let file = stage.file("items");
        items::write_file(&file, 1..=rows)?;
        let mut legacy = stage.legacy(name)?;
        legacy.query_drop(items::LEGACY_DDL)?;
        items::load(&mut legacy, &file)?;
        fs::remove_file(file)?;
        Self::describe(stage, "items", name, name)
    }

    /// The Sakila database.
    pub fn sakila(stage: &Stage, scripts: &[PathBuf]) -> Result<Self> {
        sakila::load(stage, scripts)?;
        let upgrade = "bench_sakila";
        stage.upgrade_database(upgrade)?;
        Self::describe(stage, "sakila", sakila::DATABASE, upgrade)
    }

    /// Removes both databases and the files.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        for table in &self.tables {
            fs::remove_file(&table.file)?;
        }
        stage.drop_legacy_database(&self.legacy)?;
        stage.drop_upgrade_database(&self.upgrade)
    }

    /// Fails unless the tables in `schema` have all rows.
    pub fn counted(&self, stage: &Stage, schema: &str) -> Result<()> {
        let mut client = stage.upgrade(&self.upgrade)?;
        for table in &self.tables {
            let sql = format!("SELECT count(*) FROM {schema}.{}", table.name);
            let count: i64 = client.query_one(&sql, &[])?.get(0);
            let what = format!("rows of table {} in schema {schema}", table.name);
            same(&what, &u64::try_from(count)?, &table.rows)?;
        }
        Ok(())
    }

    /// Fails unless the tables in `schema` have all rows, and the same ones that the first contender had there.
    pub fn arrived(&self, stage: &Stage, schema: &str) -> Result<()> {
        self.counted(stage, schema)?;
        let mut client = stage.upgrade(&self.upgrade)?;
        let mut contents = Vec::new();
        for table in &self.tables {
            let sql = format!(
                "SELECT sum(hashtextextended(t::text, 0))::text FROM {schema}.{} t",
                table.name
            );
            let sum: Option<String> = client.query_one(&sql, &[])?.get(0);
            contents.push((table.name.clone(), sum));
        }
        same(
            &format!("the contents of schema {schema}"),
            &contents,
            self.contents.get_or_init(|| contents.clone()),
        )
    }

    fn describe(stage: &Stage, case: &'static str, legacy: &str, upgrade: &str) -> Result<Self> {
        let mut subject = Self {
            case,
            legacy: legacy.to_string(),
            upgrade: upgrade.to_string(),
            tables: Vec::new(),
            rows: 0,
            afterwards: Vec::new(),
            contents: OnceCell::new(),
        };
        subject.afterwards = subject.make_plain(stage)?;
        subject.read_tables(stage)?;
        subject.rows = subject.tables.iter().map(|table| table.rows).sum();
        Ok(subject)
    }

    /// Makes the plain tables anew.
    pub fn empty(&self, stage: &Stage) -> Result<()> {
        stage
            .upgrade(&self.upgrade)?
            .batch_execute(&format!("DROP SCHEMA {PLAIN} CASCADE"))?;
        self.make_plain(stage).map(drop)
    }

    /// Lets Tandem make the tables and takes the link away; returns what is to be made after the data.
    fn make_plain(&self, stage: &Stage) -> Result<Vec<String>> {
        let link = Link::declare(stage, "bench_plain", &self.legacy, &self.upgrade)?;
        link.scaffold(stage, PLAIN)?;
        let later = stage.upgrade(&self.upgrade)?.query(
            "SELECT statement FROM tandem.deferred_ddl ORDER BY step, ddl_no",
            &[],
        )?;
        link.remove(stage)?;
        Ok(later.iter().map(|row| row.get(0)).collect())
    }

    fn read_tables(&mut self, stage: &Stage) -> Result<()> {
        let names = stage.upgrade(&self.upgrade)?.query(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY 1",
            &[&PLAIN],
        )?;
        for name in names {
            let table = self.read_table(stage, name.get(0))?;
            self.tables.push(table);
        }
        Ok(())
    }

    fn read_table(&self, stage: &Stage, name: String) -> Result<Table> {
        let mut legacy = stage.legacy(&self.legacy)?;
        let columns: Vec<(String, String)> = legacy.exec(
            "SELECT column_name AS n, data_type AS t FROM information_schema.columns
             WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position",
            (&self.legacy, &name),
        )?;
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|(name, kind)| for_copy(name, kind))
            .collect();
        let rows: Option<u64> = legacy.query_first(format!("SELECT COUNT(*) FROM `{name}`"))?;
        let table = Table {
            select: format!("SELECT {} FROM `{name}`", values.join(", ")),
            columns: names.join(", "),
            file: stage.file(&format!("{}-{name}", self.case)),
            rows: rows.context("no count")?,
            name,
        };
        let text = fs::File::create(&table.file)?;
        let status = program::legacy_rows(stage, &self.legacy, &table.select)
            .stdout(text)
            .status()?;
        anyhow::ensure!(status.success(), "could not write table {}", table.name);
        Ok(table)
    }
}

/// A column as PostgreSQL's COPY wants to have it.
fn for_copy(name: &str, kind: &str) -> String {
    match kind.to_ascii_lowercase().as_str() {
        "tinyblob" | "blob" | "mediumblob" | "longblob" | "binary" | "varbinary" | "geometry"
        | "point" | "linestring" | "polygon" => format!("CONCAT('\\\\x', HEX(`{name}`))"),
        "set" => format!("CONCAT('{{', `{name}`, '}}')"),
        _ => format!("`{name}`"),
    }
}
