//! Errors of the legacy server as PostgreSQL's own.

use pgrx::PgSqlErrorCode;
use tandem_shared::plan::TablePlan;
use tandem_shared::sqlstate;

use crate::legacy::error::{Kind, LegacyError};
use crate::report::Failure;

/// A SQLSTATE as pgrx has it.
fn code(state: &str) -> PgSqlErrorCode {
    let number = state.bytes().rev().fold(0_i32, |number, digit| {
        number << 6 | i32::from((digit - b'0') & 0x3f)
    });
    PgSqlErrorCode::from(number)
}

/// What the legacy server said, under PostgreSQL's condition for it.
pub fn of_legacy(error: &LegacyError) -> Failure {
    if error.kind == Kind::Away && error.code == 0 {
        return Failure::from(error.clone());
    }
    let (state, message) = if error.code == 0 {
        ("HV000", "the legacy server reported an error")
    } else {
        sqlstate::of_legacy(error.code)
    };
    let text = error.message.trim_end_matches('.');
    let detail = if error.code == 0 {
        format!("{text}.")
    } else {
        format!("MySQL error {}: {text}.", error.code)
    };
    Failure::new(code(state), message).detail(detail)
}

/// The same, with the table that was written.
pub fn on_table(failure: Failure, plan: &TablePlan) -> Failure {
    let table = format!(
        "Legacy table: {}.{}.",
        plan.source.database, plan.source.table
    );
    let detail = match &failure.detail {
        Some(detail) => format!("{detail} {table}"),
        None => table,
    };
    failure.detail(detail)
}

/// The branch is gone, and with it what the transaction has written.
pub fn lost(link: &str) -> Failure {
    Failure::new(
        PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE,
        format!("the transaction's writes to the legacy database of link \"{link}\" are lost"),
    )
    .hint("Roll the transaction back and try it again.")
}
