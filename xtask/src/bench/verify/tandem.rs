//! `tandem.verify`.

use anyhow::Result;

use super::ends::{Case, Ends, NAME};
use crate::bench::contest::{Contender, TANDEM};
use crate::bench::sample::Sample;
use crate::bench::stage::{Stage, same};

/// One case.
pub struct Tandem<'a> {
    ends: &'a Ends,
    case: Case,
    found: Vec<(String, i64)>,
}

impl<'a> Tandem<'a> {
    /// Compares.
    pub fn new(ends: &'a Ends, case: Case) -> Self {
        Self {
            ends,
            case,
            found: Vec::new(),
        }
    }
}

impl Contender for Tandem<'_> {
    fn name(&self) -> String {
        TANDEM.to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        self.ends.spoil(stage, self.case)
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        let sql = format!(
            "SELECT kind, count(*) FROM tandem.verify('{}') GROUP BY kind ORDER BY kind",
            self.ends.link()
        );
        let found = stage.upgrade(NAME)?.query(&sql, &[])?;
        self.found = found.iter().map(|row| (row.get(0), row.get(1))).collect();
        Ok(Sample::of_rows(self.ends.rows()))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        self.ends.mend(stage, self.case)?;
        let mut expected = Vec::new();
        let kinds = ["different", "extra", "missing"];
        for (kind, count) in kinds.into_iter().zip(self.case.differences()) {
            if count > 0 {
                expected.push((kind.to_string(), i64::try_from(count)?));
            }
        }
        same("the differences", &self.found, &expected)
    }
}
