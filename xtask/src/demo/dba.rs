//! A DBA at the upgrade server's prompt.
//!
//! Promises: a statement that takes long is cancelled by Ctrl-C or by a `tick` that fails. An error has the server's own message,
//! detail and hint.

use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Error, Result, anyhow, bail};
use postgres::{Client, NoTls, SimpleQueryMessage, SimpleQueryRow};

use super::clock::go_on;
use super::screen::Screen;
use crate::servers::Upgrade;

/// Pause between two looks whether a statement is done.
const LOOK: Duration = Duration::from_millis(10);
/// Time between two calls of `tick`.
const TICK: Duration = Duration::from_millis(250);

/// A superuser's session.
pub struct Dba<'a> {
    client: Client,
    screen: &'a Screen,
}

impl<'a> Dba<'a> {
    /// Connects to the application's database.
    pub fn connect(server: &Upgrade, screen: &'a Screen) -> Result<Self> {
        Ok(Self {
            client: server.connect("app")?,
            screen,
        })
    }

    /// Types a statement, with `***` on the screen in the place of `secret`, and returns its rows.
    pub fn type_in(
        &mut self,
        statement: &str,
        secret: Option<&str>,
    ) -> Result<Vec<SimpleQueryRow>> {
        self.type_and_tick(statement, secret, || Ok(()))
    }

    /// Types a statement and calls `tick` several times a second while it runs.
    pub fn type_and_tick(
        &mut self,
        statement: &str,
        secret: Option<&str>,
        tick: impl FnMut() -> Result<()>,
    ) -> Result<Vec<SimpleQueryRow>> {
        let shown = secret.map_or_else(
            || statement.to_string(),
            |secret| statement.replace(secret, "***"),
        );
        self.screen.typed("app=# ", &format!("{shown};"));
        self.run(statement, tick)
    }

    /// Runs a statement without showing it.
    pub fn ask(&mut self, statement: &str) -> Result<Vec<SimpleQueryRow>> {
        self.run(statement, || Ok(()))
    }

    fn run(
        &mut self,
        statement: &str,
        mut tick: impl FnMut() -> Result<()>,
    ) -> Result<Vec<SimpleQueryRow>> {
        let token = self.client.cancel_token();
        let client = &mut self.client;
        let mut stopped: Option<Error> = None;
        let answer = scope(|scope| {
            let query = scope.spawn(|| client.simple_query(statement));
            let mut ticked = Instant::now();
            while !query.is_finished() {
                sleep(LOOK);
                if stopped.is_some() || ticked.elapsed() < TICK {
                    continue;
                }
                ticked = Instant::now();
                if let Err(error) = go_on().and_then(|()| tick()) {
                    stopped = Some(error);
                    // If that fails the statement goes on to its end, and the error is raised then.
                    let _ = token.cancel_query(NoTls);
                }
            }
            query.join()
        });
        if let Some(error) = stopped {
            return Err(error);
        }
        match answer {
            Ok(Ok(messages)) => Ok(messages
                .into_iter()
                .filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => Some(row),
                    _ => None,
                })
                .collect()),
            Ok(Err(error)) => Err(in_servers_words(&error)),
            Err(_) => bail!("the thread that waits for a statement has failed"),
        }
    }
}

/// The server's message with its detail and hint.
fn in_servers_words(error: &postgres::Error) -> Error {
    let Some(said) = error.as_db_error() else {
        return anyhow!("the upgrade server does not answer: {error}");
    };
    let mut text = format!("{}: {}", said.severity(), said.message());
    for (name, more) in [("DETAIL", said.detail()), ("HINT", said.hint())] {
        if let Some(more) = more {
            text.push_str(&format!("\n{name}: {more}"));
        }
    }
    anyhow!(text)
}
