//! Events: what has happened, for the DBA.

use pgrx::Spi;

use crate::report::Result;

/// How serious an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// As intended.
    Info,
    /// Needs a look.
    Warning,
    /// Something stopped.
    Error,
}

/// Writes an event; part of the caller's transaction.
pub fn write(
    link: &str,
    severity: Severity,
    code: &str,
    object: Option<&str>,
    message: &str,
    hint: Option<&str>,
) -> Result<()> {
    let severity = match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    Spi::run_with_args(
        "INSERT INTO tandem.event_log (link, severity, code, object, message, hint) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            link.into(),
            severity.into(),
            code.into(),
            object.map(str::to_owned).into(),
            message.into(),
            hint.map(str::to_owned).into(),
        ],
    )?;
    Ok(())
}
