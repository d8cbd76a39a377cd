//! What was found by trying: expressions on the upgrade server, rows of the legacy tables, the legacy server's copy of the mapping.

use super::Subject;
use super::code::Code;
use super::finding::Findings;

/// One thing that was tried and did not go well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// PostgreSQL refused a statement of a map's second stage.
    Expression {
        /// The legacy table.
        table: String,
        /// What it said.
        message: String,
    },
    /// Rows of a legacy table cannot be translated.
    Values {
        /// The legacy table.
        table: String,
        /// The column at fault.
        column: String,
        /// How many rows were found so.
        rows: u64,
        /// What is wrong with the first of them.
        message: String,
    },
    /// The legacy server remembers another mapping.
    Mapping {
        /// Its version and hash there.
        there: String,
        /// Its version and hash here.
        here: String,
    },
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for probe in subject.probes {
        match probe {
            Probe::Expression { table, message } => findings.add(
                Code::ExpressionInvalid,
                table,
                format!("the mapping of legacy table \"{table}\" cannot be run: {message}"),
            ),
            Probe::Values {
                table,
                column,
                rows,
                message,
            } => findings.add(
                Code::ValueOutsideDomain,
                format!("{table}.{column}"),
                format!("{rows} row(s) of legacy table \"{table}\" cannot be translated, the first since {message}"),
            ),
            Probe::Mapping { there, here } => findings.add(
                Code::MappingDiffers,
                "mapping",
                format!("the legacy server has mapping {there}, this database has {here}"),
            ),
        }
    }
}
