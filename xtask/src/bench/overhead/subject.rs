//! Tables that are captured in different ways.
//!
//! Promises: all are alike but for their triggers; a link that was paused has caught up before the next measurement. Called by the
//! scenario.

use std::rc::Rc;

use anyhow::Result;
use mysql::prelude::Queryable;

use super::generator::{self, Load};
use super::table;
use crate::bench::contest::{Contender, TANDEM};
use crate::bench::link::{Link, SCHEMA};
use crate::bench::peers::sysbench::Sysbench;
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// The contender that the others lose against.
pub const NO_CAPTURE: &str = "no capture";

/// Legacy databases: without triggers, with JSON triggers, with Tandem's.
const DATABASES: [&str; 3] = ["bench_plain", "bench_json", "bench_overhead"];

/// How a table is captured.
pub struct Subject {
    name: &'static str,
    database: &'static str,
    capture: Capture,
}

enum Capture {
    /// By nobody, or by somebody who needs no care.
    Simple,
    /// By a link that stands still.
    Paused(Rc<Link>),
    /// By a link that works.
    Running(Rc<Link>),
}

impl Subject {
    /// Makes all of them.
    pub fn all(stage: &Stage, rows: u64) -> Result<Vec<Self>> {
        let [plain, json, tandem] = DATABASES;
        for database in DATABASES {
            stage.legacy_database(database)?;
            table::make(&mut stage.legacy(database)?, rows)?;
        }
        let mut legacy = stage.legacy(json)?;
        for statement in table::JSON_CAPTURE {
            legacy.query_drop(statement)?;
        }
        stage.upgrade_database(tandem)?;
        let link = Link::declare(stage, tandem, tandem, tandem)?;
        link.scaffold(stage, SCHEMA)?;
        link.verb(stage, "start")?;
        link.wait(stage)?;
        let link = Rc::new(link);
        let subject = |name, database, capture| Self {
            name,
            database,
            capture,
        };
        Ok(vec![
            subject(NO_CAPTURE, plain, Capture::Simple),
            subject(TANDEM, tandem, Capture::Paused(Rc::clone(&link))),
            subject("tandem, link running", tandem, Capture::Running(link)),
            subject("triggers that store JSON", json, Capture::Simple),
        ])
    }

    /// Removes all of them.
    pub fn remove(subjects: Vec<Self>, stage: &Stage) -> Result<()> {
        for subject in subjects {
            if let Capture::Running(link) = subject.capture {
                link.remove(stage)?;
            }
        }
        for database in DATABASES {
            stage.drop_legacy_database(database)?;
        }
        stage.drop_upgrade_database(DATABASES[2])
    }
}

/// Sessions that write to one of them.
pub struct Writers<'a> {
    subject: &'a Subject,
    load: Load,
    sysbench: Option<&'a Sysbench>,
}

impl<'a> Writers<'a> {
    /// So much, to this table, by sysbench if it is there.
    pub fn new(subject: &'a Subject, load: Load, sysbench: Option<&'a Sysbench>) -> Self {
        Self {
            subject,
            load,
            sysbench,
        }
    }
}

impl Contender for Writers<'_> {
    fn name(&self) -> String {
        self.subject.name.to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        match &self.subject.capture {
            Capture::Paused(link) => link.hold_still(stage),
            Capture::Simple | Capture::Running(_) => Ok(()),
        }
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        let database = self.subject.database;
        match self.sysbench {
            Some(sysbench) => generator::call(stage, sysbench, database, self.load),
            None => generator::write(stage, database, self.load),
        }
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        match &self.subject.capture {
            Capture::Simple => Ok(()),
            Capture::Paused(link) => {
                link.verb(stage, "resume")?;
                link.wait(stage)
            }
            Capture::Running(link) => link.wait(stage),
        }
    }
}
