//! A writer's connection: made again when it is lost.
//!
//! Promises: time zone UTC, short lock waits, and reads that time out, so that a writer always comes back to look whether it
//! should end.

use std::time::Duration;

use mysql::{Conn, Error, Opts, OptsBuilder};

/// Errors after which an application tries its transaction again: lock wait timeout, deadlock, a value that another
/// transaction was quicker to take, MariaDB's row that changed since it was read, and a prepared statement whose table has
/// just got a trigger.
const RETRIED: [u16; 5] = [1205, 1213, 1062, 1020, 1615];

/// A connection that may be down.
pub struct Session {
    options: Opts,
    conn: Option<Conn>,
}

/// What to do after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Try again.
    Retry,
    /// Connect again.
    Reconnect,
    /// Nothing: the application is wrong.
    None,
}

impl Session {
    /// A session that is not connected yet.
    pub fn new(options: Opts) -> Self {
        let options = OptsBuilder::from_opts(options)
            .tcp_connect_timeout(Some(Duration::from_secs(3)))
            .read_timeout(Some(Duration::from_secs(15)))
            .stmt_cache_size(100)
            .init(vec![
                "SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 3",
            ]);
        Self {
            options: options.into(),
            conn: None,
        }
    }

    /// The connection, made when there is none.
    pub fn conn(&mut self) -> mysql::Result<&mut Conn> {
        match &mut self.conn {
            Some(_) => {}
            none => *none = Some(Conn::new(self.options.clone())?),
        }
        self.conn
            .as_mut()
            .ok_or_else(|| Error::from(std::io::Error::from(std::io::ErrorKind::NotConnected)))
    }

    /// Gives the connection up; `false` when there was none.
    pub fn give_up(&mut self) -> bool {
        self.conn.take().is_some()
    }
}

/// What an error asks for.
pub fn remedy(error: &Error) -> Remedy {
    match error {
        Error::MySqlError(error) if RETRIED.contains(&error.code) => Remedy::Retry,
        // The server is going down, has killed us, or is not up yet.
        Error::MySqlError(error) if [1053, 1077, 1078, 1079, 1927].contains(&error.code) => {
            Remedy::Reconnect
        }
        Error::IoError(_) | Error::CodecError(_) | Error::DriverError(_) => Remedy::Reconnect,
        _ => Remedy::None,
    }
}
