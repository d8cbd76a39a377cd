//! Files of statements and directives.
//!
//! A statement ends with the delimiter at the end of a line. Between statements, a line that begins with `-- ` is a directive and one
//! that begins with `#` a remark. Promises: a directive that nobody knows is an error, never a remark.

use anyhow::{Context, Result, bail, ensure};

use super::files::family;

/// The session that statements belong to unless another one is named.
pub const FIRST_SESSION: &str = "a";

/// Which end of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The legacy server.
    Legacy,
    /// The upgrade server.
    Upgrade,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A statement of a legacy session.
    Legacy {
        /// The session's name.
        session: String,
        /// The statement, without delimiter.
        sql: String,
        /// Whether the next step is taken before it has ended.
        background: bool,
    },
    /// A statement on the upgrade database.
    Upgrade {
        /// The statement.
        sql: String,
    },
    /// Waits for the statement that a session has in the background.
    Join(String),
    /// Ends a session, whatever it is in.
    Disconnect(String),
    /// `tandem.wait`.
    Wait,
    /// `tandem.verify`, which must find nothing.
    Verify,
    /// Compares with the file `expect_WORD.txt`.
    Expect(String),
    /// Waits until a query's first value is true.
    Until {
        /// Where to ask.
        end: End,
        /// The query.
        sql: String,
    },
    /// Stops a server cleanly and starts it.
    Restart(End),
    /// Kills a server and starts it.
    Kill(End),
}

/// Something to do, and how it must end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The line of the file, from 1.
    pub line: usize,
    /// What.
    pub act: Act,
    /// The error code or SQLSTATE that it must fail with.
    pub error: Option<String>,
}

/// Reads the text of a file; `end` is where statements go at its beginning. Steps that are not for `engine` are left out.
pub fn parse(text: &str, end: End, engine: &str) -> Result<Vec<Step>> {
    let mut reader = Reader {
        engine,
        end,
        session: String::from(FIRST_SESSION),
        delimiter: String::from(";"),
        next: Next::default(),
        steps: Vec::new(),
    };
    let mut statement: Vec<&str> = Vec::new();
    let mut begun = 0;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if statement.is_empty() {
            begun = at + 1;
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(delimiter) = line.strip_prefix("DELIMITER ") {
                reader.delimiter = String::from(delimiter.trim());
                continue;
            }
            if let Some(directive) = line.strip_prefix("-- ") {
                reader
                    .directive(begun, directive.trim())
                    .with_context(|| format!("line {begun}"))?;
                continue;
            }
        }
        match line.strip_suffix(reader.delimiter.as_str()) {
            Some(last) => {
                statement.push(last);
                reader.statement(begun, statement.join("\n"));
                statement.clear();
            }
            None => statement.push(line),
        }
    }
    ensure!(
        statement.is_empty(),
        "the statement of line {begun} does not end"
    );
    ensure!(
        reader.next == Next::default(),
        "a directive without a statement at the end"
    );
    Ok(reader.steps)
}

/// What directives said of the next statement.
#[derive(Debug, Default, PartialEq, Eq)]
struct Next {
    error: Option<String>,
    background: bool,
    wanted: Option<bool>,
}

struct Reader<'a> {
    engine: &'a str,
    end: End,
    session: String,
    delimiter: String,
    next: Next,
    steps: Vec<Step>,
}

impl Reader<'_> {
    fn statement(&mut self, line: usize, sql: String) {
        let next = std::mem::take(&mut self.next);
        if next.wanted == Some(false) {
            return;
        }
        let act = match self.end {
            End::Upgrade => Act::Upgrade { sql },
            End::Legacy => Act::Legacy {
                session: self.session.clone(),
                sql,
                background: next.background,
            },
        };
        let error = next.error;
        self.steps.push(Step { line, act, error });
    }

    fn directive(&mut self, line: usize, text: &str) -> Result<()> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let act = match (word, rest.trim()) {
            ("session", name) if is_word(name) => {
                self.end = End::Legacy;
                self.session = String::from(name);
                return Ok(());
            }
            ("legacy", "") => {
                self.end = End::Legacy;
                self.session = String::from(FIRST_SESSION);
                return Ok(());
            }
            ("upgrade", "") => {
                self.end = End::Upgrade;
                return Ok(());
            }
            ("background", "") => {
                self.next.background = true;
                return Ok(());
            }
            ("error", code) if is_word(code) => {
                self.next.error = Some(String::from(code));
                return Ok(());
            }
            ("only", servers) => {
                self.next.wanted = Some(self.is_among(servers)?);
                return Ok(());
            }
            ("wait", "") => Act::Wait,
            ("verify", "") => Act::Verify,
            ("expect", word) if is_word(word) => Act::Expect(String::from(word)),
            ("disconnect", name) if is_word(name) => Act::Disconnect(String::from(name)),
            ("join", name) if is_word(name) => Act::Join(String::from(name)),
            ("until", query) => until(query)?,
            ("restart", name) => Act::Restart(end(name)?),
            ("kill", name) => Act::Kill(end(name)?),
            _ => bail!("\"{text}\" is no directive; remarks begin with #"),
        };
        if std::mem::take(&mut self.next).wanted != Some(false) {
            let error = None;
            self.steps.push(Step { line, act, error });
        }
        Ok(())
    }

    fn is_among(&self, servers: &str) -> Result<bool> {
        let mut among = false;
        for name in servers.split_whitespace() {
            let known = ["mysql", "mariadb"].contains(&name)
                || name.parse::<xtask::servers::LegacyEngine>().is_ok();
            ensure!(known, "\"{name}\" is no legacy server");
            among |= name == self.engine || name == family(self.engine);
        }
        Ok(among)
    }
}

fn until(text: &str) -> Result<Act> {
    let (end, query) = match text.strip_prefix("legacy ") {
        Some(query) => (End::Legacy, query),
        None => (End::Upgrade, text),
    };
    let sql = query
        .trim()
        .strip_suffix(';')
        .context("the query does not end with ;")?;
    let sql = String::from(sql);
    Ok(Act::Until { end, sql })
}

fn end(name: &str) -> Result<End> {
    match name {
        "legacy" => Ok(End::Legacy),
        "upgrade" => Ok(End::Upgrade),
        _ => bail!("\"{name}\" is neither legacy nor upgrade"),
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{Act, End, parse};

    #[test]
    fn statements_directives_and_remarks() {
        let text = "# why\nINSERT\n  INTO t;\n-- session b\n-- background\n-- error 1205\nUPDATE t;\n\
            -- only mariadb-11.8\nSELECT 1;\n-- only mariadb\nDELIMITER //\nBEGIN\n  x;\nEND//\nDELIMITER ;\n\
            -- upgrade\nSELECT 2;\n-- until legacy SELECT 3;\n-- kill upgrade\n";
        let steps = parse(text, End::Legacy, "mariadb-10.11").expect("a script");
        let legacy = |session: &str, sql: &str, background| Act::Legacy {
            session: String::from(session),
            sql: String::from(sql),
            background,
        };
        let acts = [
            legacy("a", "INSERT\n  INTO t", false),
            legacy("b", "UPDATE t", true),
            legacy("b", "BEGIN\n  x;\nEND", false),
            Act::Upgrade {
                sql: String::from("SELECT 2"),
            },
            Act::Until {
                end: End::Legacy,
                sql: String::from("SELECT 3"),
            },
            Act::Kill(End::Upgrade),
        ];
        assert_eq!(
            steps
                .iter()
                .map(|step| step.act.clone())
                .collect::<Vec<_>>(),
            acts
        );
        assert_eq!(steps[1].error.as_deref(), Some("1205"));
        assert_eq!(steps[2].line, 12);
    }

    #[test]
    fn what_is_refused() {
        for wrong in [
            "SELECT 1",
            "-- only mysql",
            "-- only oracle\nSELECT 1;",
            "-- waiting for something\nSELECT 1;",
            "-- restart all",
        ] {
            assert!(parse(wrong, End::Legacy, "mysql-9.7").is_err(), "{wrong}");
        }
    }
}
