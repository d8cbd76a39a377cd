//! What can go wrong on the legacy server, sorted by what to do about it.

use std::fmt;

/// What an error means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The server cannot be reached, or the connection broke: connect again later.
    Away,
    /// The account or the password was refused.
    Denied,
    /// A lock or a deadlock stood in the way: the same again can work.
    Busy,
    /// The server does not know an object or a column: the mapping and the database no longer agree.
    Object,
    /// Anything else the server said.
    Other,
}

/// An error of the legacy server or of the connection to it. Never holds a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyError {
    /// What it means.
    pub kind: Kind,
    /// The server's error number; 0 when the server said nothing.
    pub code: u16,
    /// The server's text, or what happened to the connection.
    pub message: String,
}

impl LegacyError {
    /// An error that the server did not report.
    pub fn away(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Away,
            code: 0,
            message: message.into(),
        }
    }

    /// An error of ours about what the server sent.
    pub fn other(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Other,
            code: 0,
            message: message.into(),
        }
    }
}

impl fmt::Display for LegacyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code == 0 {
            write!(f, "{}", self.message)
        } else {
            write!(f, "legacy server error {}: {}", self.code, self.message)
        }
    }
}

impl std::error::Error for LegacyError {}

impl From<mysql::Error> for LegacyError {
    fn from(error: mysql::Error) -> Self {
        match error {
            mysql::Error::MySqlError(server) => Self {
                kind: kind_of(server.code),
                code: server.code,
                message: server.message,
            },
            mysql::Error::DriverError(error) => Self::away(error.to_string()),
            mysql::Error::IoError(error) => Self::away(of_io(&error)),
            mysql::Error::CodecError(error) => match std::error::Error::source(&error) {
                Some(cause) => Self::away(of_cause(cause)),
                None => Self::away(error.to_string()),
            },
            other => Self::away(other.to_string()),
        }
    }
}

/// Sorts the server's error numbers.
fn kind_of(code: u16) -> Kind {
    match code {
        // Shutdown, killed, too many connections, lost or refused by limits.
        1040 | 1053 | 1077 | 1129 | 1152 | 1184 | 1203 | 1226 | 1927 | 2002 | 2003 | 2006
        | 2013 | 3032 | 3169 => Kind::Away,
        1044 | 1045 | 1130 | 1142 | 1143 | 1227 | 1370 | 1698 | 1862 | 3118 => Kind::Denied,
        1205 | 1213 | 1412 | 3058 | 3572 | 1020 => Kind::Busy,
        1049 | 1051 | 1054 | 1146 | 1305 => Kind::Object,
        _ => Kind::Other,
    }
}

/// What a broken packet stream means to a DBA.
fn of_cause(cause: &(dyn std::error::Error + 'static)) -> String {
    match cause.downcast_ref::<std::io::Error>() {
        Some(error) => of_io(error),
        None => cause.to_string(),
    }
}

/// What an error of the connection means to a DBA.
fn of_io(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            "no answer within the time that option read_timeout allows".to_owned()
        }
        ErrorKind::UnexpectedEof => "the connection ended in the middle of an answer".to_owned(),
        ErrorKind::Other if error.to_string().contains("remaining") => {
            "the connection ended in the middle of an answer".to_owned()
        }
        _ => error.to_string(),
    }
}
