//! Privileges, read from the lines of `SHOW GRANTS`.
//!
//! Promise: never sees a privilege that is not there. A line that is not understood grants nothing; a column's privilege is not the table's.

/// What an account may do.
#[derive(Debug, Default)]
pub(super) struct Grants {
    granted: Vec<Grant>,
    revoked: Vec<Grant>,
    account: Option<String>,
}

#[derive(Debug)]
struct Grant {
    /// The account or role that has it, quoted.
    grantee: String,
    privileges: Vec<String>,
    /// `*`, or a pattern with `%` and `_`.
    database: String,
    /// `*`, or a table.
    table: String,
}

/// What MySQL and MariaDB mean by ALL PRIVILEGES on a database or table.
const ALL: [&str; 2] = ["ALL PRIVILEGES", "ALL"];

impl Grants {
    pub(super) fn read(lines: &[String]) -> Self {
        let mut grants = Self::default();
        for line in lines {
            if let Some(grant) = parse(line, "GRANT ", " TO ") {
                grants.account.get_or_insert(grant.grantee.clone());
                grants.granted.push(grant);
            } else if let Some(revoke) = parse(line, "REVOKE ", " FROM ") {
                grants.revoked.push(revoke);
            }
        }
        grants
    }

    /// The account as GRANT names it, quoted.
    pub(super) fn account(&self) -> &str {
        self.account.as_deref().unwrap_or("CURRENT_USER()")
    }

    /// True when the privilege is granted on the whole server.
    pub(super) fn on_server(&self, privilege: &str) -> bool {
        self.granted
            .iter()
            .any(|grant| grant.database == "*" && grant.has(privilege))
    }

    /// True when the privilege holds for every table of the database, those to come included.
    pub(super) fn on_database(&self, privilege: &str, database: &str) -> bool {
        self.on_server(privilege) && !self.is_revoked(privilege, database)
            || self.granted.iter().any(|grant| {
                grant.has(privilege) && grant.is_on(database) && self.is_closest(grant, database)
            })
    }

    /// The server goes by one pattern of those of an account that match a database, the most specific one.
    fn is_closest(&self, grant: &Grant, database: &str) -> bool {
        let mut others = self.granted.iter().filter(|other| other.is_on(database));
        others.all(|other| {
            other.grantee != grant.grantee || other.specificity() <= grant.specificity()
        })
    }

    /// True when the privilege holds for one table.
    pub(super) fn on_table(&self, privilege: &str, database: &str, table: &str) -> bool {
        self.on_database(privilege, database)
            || self.granted.iter().any(|grant| {
                grant.table == table && grant.database == database && grant.has(privilege)
            })
    }

    /// Partial revokes: on everything but one database.
    fn is_revoked(&self, privilege: &str, database: &str) -> bool {
        self.revoked
            .iter()
            .any(|revoke| revoke.database == database && revoke.has(privilege))
    }
}

impl Grant {
    /// True for a grant on databases, not on one table nor on the whole server, whose pattern matches.
    fn is_on(&self, database: &str) -> bool {
        self.table == "*" && self.database != "*" && matches(&self.database, database)
    }

    /// How much of the pattern stands before its first wildcard; without one it is the most specific there is.
    fn specificity(&self) -> usize {
        let mut letters = self.database.char_indices();
        while let Some((at, c)) = letters.next() {
            match c {
                '\\' => drop(letters.next()),
                '%' | '_' => return at,
                _ => {}
            }
        }
        usize::MAX
    }

    fn has(&self, privilege: &str) -> bool {
        self.privileges
            .iter()
            .any(|held| held == privilege || ALL.contains(&held.as_str()))
    }
}

/// ``GRANT SELECT, INSERT (`a`) ON `db`.* TO `u`@`%` WITH GRANT OPTION``; a role's or a routine's grant is `None`.
fn parse(line: &str, verb: &str, to: &str) -> Option<Grant> {
    let rest = line.strip_prefix(verb)?;
    let (privileges, rest) = split_outside(rest, " ON ")?;
    let (object, rest) = split_outside(rest, to)?;
    let (database, table) = split_outside(object.strip_prefix("TABLE ").unwrap_or(object), ".")?;
    let end = split_outside(rest, " ").map_or(rest, |(account, _)| account);
    Some(Grant {
        grantee: end.to_owned(),
        privileges: list(privileges),
        database: unquoted(database)?,
        table: unquoted(table)?,
    })
}

/// Cuts at the first `separator` that is not within quotes.
fn split_outside<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if text[at..].starts_with(separator) => {
                return Some((&text[..at], &text[at + separator.len()..]));
            }
            None if matches!(c, '`' | '"' | '\'') => quote = Some(c),
            None => {}
        }
    }
    None
}

/// The names in a list of privileges, in upper case; those on columns only are left out.
fn list(text: &str) -> Vec<String> {
    let mut privileges = Vec::new();
    let mut depth = 0u32;
    let mut current = String::new();
    let mut on_columns = false;
    for c in text.chars().chain([',']) {
        match c {
            '(' => {
                depth += 1;
                on_columns = true;
            }
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                let name = current.trim().to_ascii_uppercase();
                if !name.is_empty() && !on_columns {
                    privileges.push(name);
                }
                current.clear();
                on_columns = false;
            }
            _ if depth == 0 => current.push(c),
            _ => {}
        }
    }
    privileges
}

fn unquoted(name: &str) -> Option<String> {
    if name == "*" {
        return Some("*".to_owned());
    }
    let quote = name.chars().next().filter(|c| matches!(c, '`' | '"'))?;
    let inner = name.strip_prefix(quote)?.strip_suffix(quote)?;
    Some(inner.replace(&format!("{quote}{quote}"), &quote.to_string()))
}

/// A database's pattern: `%` is any text, `_` any character, and a backslash takes their meaning away.
fn matches(pattern: &str, name: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => name.is_empty(),
        Some('%') => {
            let after = rest.as_str();
            let mut ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.any(|at| matches(after, &name[at..]))
        }
        Some(c) => {
            let (literal, after) = match c {
                '\\' => {
                    let escaped = rest.next();
                    (escaped, rest.as_str())
                }
                '_' => (None, rest.as_str()),
                _ => (Some(c), rest.as_str()),
            };
            let mut letters = name.chars();
            match letters.next() {
                Some(letter) if literal.is_none_or(|c| c == letter) => {
                    matches(after, letters.as_str())
                }
                _ => false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(lines: &[&str]) -> Grants {
        Grants::read(
            &lines
                .iter()
                .map(|line| (*line).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn lines_as_the_servers_print_them() {
        let grants = grants(&[
            "GRANT `r1`@`%` TO `lk`@`localhost`",
            "GRANT SUPER, BINLOG ADMIN ON *.* TO `lk`@`localhost` WITH GRANT OPTION",
            "GRANT SELECT, TRIGGER ON `wl`.* TO `lk`@`localhost`",
            "GRANT ALL PRIVILEGES ON `tan\\_dem`.* TO `lk`@`localhost`",
            "GRANT SELECT (`a`, `b`), INSERT, UPDATE (`a`) ON `other`.`t` TO `lk`@`localhost`",
            "GRANT PROXY ON ``@`` TO `lk`@`localhost`",
            "GRANT EXECUTE ON FUNCTION `wl`.`f` TO `lk`@`localhost`",
        ]);
        assert_eq!(grants.account(), "`lk`@`localhost`");
        assert!(grants.on_server("SUPER") && grants.on_server("BINLOG ADMIN"));
        assert!(!grants.on_server("SELECT"));
        assert!(grants.on_database("SELECT", "wl") && !grants.on_database("SELECT", "w"));
        assert!(
            grants.on_database("DELETE", "tan_dem") && !grants.on_database("DELETE", "tanXdem")
        );
        assert!(grants.on_table("INSERT", "other", "t"));
        assert!(!grants.on_table("SELECT", "other", "t"));
        assert!(!grants.on_table("UPDATE", "other", "t"));
        assert!(!grants.on_table("EXECUTE", "wl", "f"));
    }

    #[test]
    fn patterns_and_partial_revokes() {
        let grants = grants(&[
            "GRANT SELECT ON *.* TO `u`@`%`",
            "REVOKE SELECT ON `hidden`.* FROM `u`@`%`",
            "GRANT INSERT ON `app%`.* TO `u`@`%`",
            "GRANT DELETE ON `a_c`.* TO `u`@`%`",
            "GRANT DROP ON `back``tick`.* TO `u`@`%`",
        ]);
        assert!(grants.on_database("SELECT", "seen") && !grants.on_database("SELECT", "hidden"));
        assert!(grants.on_database("INSERT", "app") && grants.on_database("INSERT", "apples"));
        assert!(grants.on_database("DELETE", "abc") && !grants.on_database("DELETE", "abbc"));
        assert!(grants.on_database("DROP", "back`tick"));
    }

    #[test]
    fn the_most_specific_pattern_counts() {
        let grants = grants(&[
            "GRANT SELECT ON *.* TO `u`@`%`",
            "GRANT INSERT, TRIGGER ON `app%`.* TO `u`@`%`",
            "GRANT INSERT ON `app\\_1`.* TO `u`@`%`",
            "GRANT DELETE ON `app%`.* TO `role`@`%`",
        ]);
        assert!(grants.on_database("TRIGGER", "app_2"));
        assert!(!grants.on_database("TRIGGER", "app_1"));
        assert!(grants.on_database("INSERT", "app_1"));
        assert!(
            grants.on_database("DELETE", "app_1"),
            "a role's count beside the account's"
        );
        assert!(
            grants.on_database("SELECT", "app_1"),
            "the server's always count"
        );
    }
}
