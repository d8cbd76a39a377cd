//! Legacy SQL expressions in PostgreSQL's SQL, where both mean exactly the same.
//!
//! Promise: a translated expression gives the same value as the legacy server for every row that the upgrade types can hold; whatever is not
//! known to do so is refused with its reason. So division, LIKE, dates as text, and every comparison under a collation that ignores
//! something are refused. Called for CHECK constraints, generated columns and expression defaults.
//!
//! Three steps: [`token`] cuts the text, [`tree`] parses it with MySQL's precedence, [`emit`] gives every part a kind and prints it with all
//! its parentheses.

mod emit;
mod scope;
mod token;
mod tree;

pub(super) use emit::{date_literal, datetime_literal};
pub(super) use scope::{Kind, Scope};
pub(super) use token::literal;

/// A condition, for CHECK.
pub(super) fn condition(text: &str, scope: &Scope) -> Result<String, String> {
    emit::condition(&tree::parse(text)?, scope)
}

/// A value for a column of that kind, for a generated column or a default.
pub(super) fn value(text: &str, scope: &Scope, target: &Kind) -> Result<String, String> {
    emit::value(&tree::parse(text)?, scope, target)
}

#[cfg(test)]
mod tests;
