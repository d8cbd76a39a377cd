//! A DBA at the legacy server's prompt.

use anyhow::{Context, Result};
use mysql::Conn;
use mysql::prelude::Queryable;

use super::screen::Screen;
use crate::servers::Legacy;

/// A session with every right; statements are shown as they are typed.
pub struct LegacyDba<'a> {
    conn: Conn,
    screen: &'a Screen,
    mysql: bool,
}

impl<'a> LegacyDba<'a> {
    /// Connects to the application's database.
    pub fn connect(server: &Legacy, screen: &'a Screen) -> Result<Self> {
        Ok(Self {
            conn: server.connect(Some("app"))?,
            screen,
            mysql: server.engine().is_mysql(),
        })
    }

    /// Whether the server is MySQL and not MariaDB.
    pub fn is_mysql(&self) -> bool {
        self.mysql
    }

    /// Types a statement, with `***` on the screen in the place of `secret`.
    pub fn type_in(&mut self, statement: &str, secret: Option<&str>) -> Result<()> {
        let shown = secret.map_or_else(
            || statement.to_string(),
            |secret| statement.replace(secret, "***"),
        );
        let prompt = if self.mysql { "mysql> " } else { "MariaDB> " };
        self.screen.typed(prompt, &format!("{shown};"));
        self.conn
            .query_drop(statement)
            .with_context(|| format!("on the legacy server: {shown}"))
    }

    /// The session itself, for what the demo does without showing it.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
