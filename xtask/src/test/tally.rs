//! What passed and what failed.
//!
//! Promises: tests are counted from cargo's own summaries; a step that failed without a failed test (a build, a lint, a
//! server that does not start) counts as one failure. Called by the steps.

use std::collections::BTreeSet;

/// Counts, and the names of what failed.
#[derive(Debug, Default)]
pub struct Tally {
    passed: usize,
    failed: usize,
    names: BTreeSet<String>,
}

impl Tally {
    /// Tests that passed.
    pub fn passed(&self) -> usize {
        self.passed
    }

    /// Tests and steps that failed.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// Reads one line of cargo's output; `step` is said before the names of failed tests.
    pub fn read(&mut self, step: &str, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += count(counts, "passed");
            self.failed += count(counts, "failed");
        } else if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            self.names.insert(format!("{step}: {name}"));
        }
    }

    /// Counts a step that failed for another reason than a failed test.
    pub fn fail(&mut self, step: &str, reason: &str) {
        self.failed += 1;
        self.names.insert(format!("{step}: {reason}"));
    }

    /// One line for each failure; empty when there is none.
    pub fn failures(&self) -> String {
        self.names
            .iter()
            .map(|name| format!("failed: {name}\n"))
            .collect()
    }
}

/// The number before `word` in `ok. 3 passed; 0 failed; ...`.
fn count(counts: &str, word: &str) -> usize {
    let before = counts.split(word).next().unwrap_or_default();
    before
        .split_whitespace()
        .next_back()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn summaries_add_up() {
        let mut tally = Tally::default();
        tally.read("a", "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s");
        tally.read("a", "test one::two ... FAILED");
        tally.read(
            "a",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured",
        );
        tally.fail("lint", "it failed");
        assert_eq!((tally.passed(), tally.failed()), (4, 3));
        assert_eq!(
            tally.failures(),
            "failed: a: one::two\nfailed: lint: it failed\n"
        );
    }
}
