//! One finding, and the list that they are collected in.

use super::code::Code;
use super::severity::Severity;
use serde::{Deserialize, Serialize};

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Stable, snake_case, one of [`super::CODES`].
    pub code: String,
    /// What it is about: a legacy `table` or `table.column`, an upgrade `schema.table` or `schema.table.column`, or the server.
    pub object: String,
    /// What is the matter: lower case, no full stop.
    pub message: String,
    /// What to do, in sentences.
    pub hint: String,
}

/// Findings so far.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    /// Adds a finding with the hint that goes with its code.
    pub(super) fn add(
        &mut self,
        code: Code,
        object: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.add_with_hint(code, object, message, code.doc().action);
    }

    /// Adds a finding with a hint of its own.
    pub(super) fn add_with_hint(
        &mut self,
        code: Code,
        object: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let doc = code.doc();
        self.0.push(Finding {
            severity: doc.severity,
            code: doc.code.to_owned(),
            object: object.into(),
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// The number of errors so far.
    pub(super) fn errors(&self) -> usize {
        let errors = self.0.iter();
        errors
            .filter(|finding| finding.severity == Severity::Error)
            .count()
    }

    /// The gravest first, then by object and code.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        self.0.sort_by(|a, b| {
            (b.severity, &a.object, &a.code).cmp(&(a.severity, &b.object, &b.code))
        });
        self.0
    }
}
