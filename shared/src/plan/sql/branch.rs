//! What a branch runs on the legacy server beside what [`super::write`] has.
//!
//! Promise: every name is quoted, every value is a parameter.

use super::legacy::{columns, table};
use super::quote::legacy as quote;
use crate::plan::TablePlan;

/// Inserts a row, columns by their positions in the plan; those that are not named get what the legacy server gives them. With `returning` (MariaDB) it comes back at once.
pub fn insert(plan: &TablePlan, positions: &[usize], returning: bool) -> String {
    let named = positions.iter().filter_map(|&at| plan.columns.get(at));
    let (names, places): (Vec<String>, Vec<&str>) = named
        .map(|column| (quote(&column.source), column.codec.place()))
        .unzip();
    let returning = if returning {
        format!(" RETURNING {}", columns(plan, ""))
    } else {
        String::new()
    };
    format!(
        "INSERT INTO {} ({}) VALUES ({}){returning}",
        table(plan),
        names.join(", "),
        places.join(", ")
    )
}

/// The legacy server's own words for a branch. A name has nothing but lower-case letters, digits and underscores.
pub mod xa {
    use crate::xid::BranchName;

    /// Begins a branch.
    pub fn start(name: &BranchName) -> String {
        format!("XA START '{name}'")
    }

    /// Prepares it: from then on it survives everything.
    pub fn prepare(name: &BranchName) -> String {
        format!("XA END '{name}'; XA PREPARE '{name}'")
    }

    /// Commits one that was prepared.
    pub fn commit(name: &BranchName) -> String {
        format!("XA COMMIT '{name}'")
    }

    /// Commits one that was not.
    pub fn commit_one_phase(name: &BranchName) -> String {
        format!("XA END '{name}'; XA COMMIT '{name}' ONE PHASE")
    }

    /// Ends one, before it is rolled back.
    pub fn end(name: &BranchName) -> String {
        format!("XA END '{name}'")
    }

    /// Rolls one back that has ended or was prepared.
    pub fn rollback(name: &BranchName) -> String {
        format!("XA ROLLBACK '{name}'")
    }
}
