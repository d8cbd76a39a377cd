//! Legacy tables that are looked up for each row of a source.
//!
//! Promise: at most one row of the joined table belongs to a row of the source, and every change of the joined table reaches the rows of the
//! source that it belongs to: its triggers write what the rows are found by into the source's outbox, and the pull finds them in its snapshot.

use crate::mapping::drift::Shape;

/// One joined table.
#[derive(Debug, Clone)]
pub struct JoinPlan {
    /// What column maps call it.
    pub name: String,
    /// The legacy table.
    pub table: String,
    /// Its columns, each with what it is equal to.
    pub on: Vec<On>,
    /// Its columns as the plan knows them.
    pub shape: Shape,
}

/// One column of a joined table, and what it is equal to.
#[derive(Debug, Clone)]
pub struct On {
    /// The joined table's column.
    pub column: String,
    /// As an outbox column declares it.
    pub declared: String,
    /// `COLUMN_TYPE` and `COLLATION_NAME`.
    pub column_type: (String, Option<String>),
    /// The table of the other side: 0 for the source, else the number of a join before this one.
    pub from: usize,
    /// The other side's column.
    pub equals: String,
}

impl JoinPlan {
    /// The numbers of the joins before this one that it needs, itself not included.
    pub fn needs(&self, all: &[JoinPlan]) -> Vec<usize> {
        let mut needed: Vec<usize> = Vec::new();
        let mut open: Vec<usize> = self.on.iter().map(|on| on.from).collect();
        while let Some(number) = open.pop() {
            if number == 0 || needed.contains(&number) {
                continue;
            }
            needed.push(number);
            let join = number.checked_sub(1).and_then(|at| all.get(at));
            open.extend(
                join.iter()
                    .flat_map(|join| join.on.iter().map(|on| on.from)),
            );
        }
        needed.sort_unstable();
        needed
    }
}
