//! Errors as PostgreSQL reports them: SQLSTATE, message, detail, hint.

use pgrx::pg_sys::panic::{CaughtError, ErrorReport};
use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::legacy::error::{Kind, LegacyError};

/// An error that was raised in this process and caught, or is about to be raised.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The condition.
    pub code: PgSqlErrorCode,
    /// The primary message.
    pub message: String,
    /// More, in sentences.
    pub detail: Option<String>,
    /// What to do, in sentences.
    pub hint: Option<String>,
}

impl Failure {
    /// An error with a condition and a message.
    pub fn new(code: PgSqlErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            detail: None,
            hint: None,
        }
    }

    /// The same with a hint.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// The same with a detail.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..self
        }
    }

    /// Five characters, such as `23505`.
    pub fn sqlstate(&self) -> String {
        let mut number = self.code as u32;
        (0..5)
            .map(|_| {
                let digit = char::from_u32((number & 0x3f) + u32::from(b'0')).unwrap_or('?');
                number >>= 6;
                digit
            })
            .collect()
    }

    /// True when the fault lies in one row's values: data exceptions, violated constraints, and rows or index entries that are too long for a
    /// page.
    pub fn of_a_row(&self) -> bool {
        let state = self.sqlstate();
        state.starts_with("22") || state.starts_with("23") || state == "54000"
    }

    /// True when a table, here or there, is not what the mapping says, or may not be used: only the operator can mend that.
    pub fn of_a_table(&self) -> bool {
        let state = self.sqlstate();
        ["42", "0A", "HV00R"]
            .iter()
            .any(|class| state.starts_with(class))
    }

    /// Message, detail and hint in one line, for the views.
    pub fn line(&self) -> String {
        let mut line = self.message.clone();
        for more in [&self.detail, &self.hint].into_iter().flatten() {
            line.push_str(": ");
            line.push_str(more);
        }
        line
    }

    /// Raises it.
    pub fn raise(self) -> ! {
        let mut report = ErrorReport::new(self.code, self.message, "tandem");
        if let Some(detail) = self.detail {
            report = report.set_detail(detail);
        }
        if let Some(hint) = self.hint {
            report = report.set_hint(hint);
        }
        report.report(PgLogLevel::ERROR);
        unreachable!("an ERROR does not return")
    }
}

impl From<CaughtError> for Failure {
    fn from(error: CaughtError) -> Self {
        let report = match &error {
            CaughtError::PostgresError(report) | CaughtError::ErrorReport(report) => report,
            CaughtError::RustPanic { ereport, .. } => ereport,
        };
        Self {
            code: report.sql_error_code(),
            message: report.message().to_owned(),
            detail: report.detail().map(str::to_owned),
            hint: report.hint().map(str::to_owned),
        }
    }
}

impl From<LegacyError> for Failure {
    fn from(error: LegacyError) -> Self {
        let (code, message) = match error.kind {
            Kind::Away => (
                PgSqlErrorCode::ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION,
                "could not reach the legacy server",
            ),
            Kind::Denied => (
                PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE,
                "the legacy server refused the account",
            ),
            Kind::Busy => (
                PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
                "the legacy server could not get a lock",
            ),
            Kind::Object => (
                PgSqlErrorCode::ERRCODE_FDW_TABLE_NOT_FOUND,
                "an object of the legacy database is not as the mapping says",
            ),
            Kind::Other => (
                PgSqlErrorCode::ERRCODE_FDW_ERROR,
                "the legacy server reported an error",
            ),
        };
        let detail = if error.code == 0 {
            sentence(&error.message)
        } else {
            format!("MySQL error {}: {}", error.code, sentence(&error.message))
        };
        Self::new(code, message).detail(detail)
    }
}

impl From<pgrx::spi::Error> for Failure {
    fn from(error: pgrx::spi::Error) -> Self {
        Self::new(PgSqlErrorCode::ERRCODE_INTERNAL_ERROR, error.to_string())
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    format!("{text}.")
}

/// What our own fallible code returns.
pub type Result<T> = std::result::Result<T, Failure>;

/// Ends a SQL function: its value, or its error raised.
pub fn or_raise<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|failure| failure.raise())
}
