//! What the text of a statement says about the transaction it ran in.
//!
//! Both servers tell a plugin *that* a statement has ended and hand over its text. Whether it was the end of a
//! transaction is read from the session's state where that is enough, and from the first words of the text where it is
//! not (`COMMIT AND CHAIN`, `autocommit = 0`, `XA`). Reading is conservative: what is not recognised is
//! [`Ended::Other`], after which the plugin rings and keeps its marks.
//!
//! Pure; called by `marks` for sessions that hold marks, and for every statement that begins with `XA`.

/// What a statement means for the marks of its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It never ends a transaction by itself: rows read or written, savepoints, `SHOW`.
    Rows,
    /// It ended the transaction that was open before it: `COMMIT`, `ROLLBACK`, `BEGIN`, `START TRANSACTION`.
    Transaction,
    /// `XA PREPARE`: the branch with this name is set aside.
    XaPrepare(Branch),
    /// `XA COMMIT`: the branch with this name became visible.
    XaCommit(Branch),
    /// `XA ROLLBACK`: the branch with this name is gone.
    XaRollback(Branch),
    /// It may have ended a transaction: DDL, `CALL`, `SET`, `EXECUTE`, anything not known here.
    Other,
}

/// The name of an XA branch as it was written, without spaces and semicolons, as a number (FNV-1a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Branch(u64);

/// Reads the beginning of `text`. Texts in any charset that has ASCII as its first 128 characters.
pub fn classify(text: &[u8]) -> Ended {
    let mut words = Words::new(text);
    let Some(first) = words.next() else {
        // No text at all: a ping, a reset, a statement that was prepared only.
        return Ended::Rows;
    };
    if ROWS.iter().any(|word| first.eq_ignore_ascii_case(word)) {
        return Ended::Rows;
    }
    match first.to_ascii_uppercase().as_slice() {
        b"COMMIT" => Ended::Transaction,
        b"ROLLBACK" => rollback(words),
        b"BEGIN" => begin(words),
        b"START" if words.next_is(b"TRANSACTION") => Ended::Transaction,
        b"RELEASE" if words.next_is(b"SAVEPOINT") => Ended::Rows,
        b"SET" => set(words),
        b"XA" => xa(words),
        _ => Ended::Other,
    }
}

/// Whether the statement could be about an XA branch: cheap enough to ask for every statement of the server.
pub fn may_be_xa(text: &[u8]) -> bool {
    let first = Words::new(text).next();
    first.is_some_and(|word| word.eq_ignore_ascii_case(b"XA"))
}

/// Statements that leave the transaction as it is.
const ROWS: &[&[u8]] = &[
    b"SELECT",
    b"INSERT",
    b"UPDATE",
    b"DELETE",
    b"REPLACE",
    b"WITH",
    b"TABLE",
    b"VALUES",
    b"DO",
    b"SHOW",
    b"EXPLAIN",
    b"DESCRIBE",
    b"DESC",
    b"USE",
    b"SAVEPOINT",
];

fn rollback(mut words: Words) -> Ended {
    let mut next = words.next();
    if next.is_some_and(|word| word.eq_ignore_ascii_case(b"WORK")) {
        next = words.next();
    }
    match next {
        Some(word) if word.eq_ignore_ascii_case(b"TO") => Ended::Rows,
        _ => Ended::Transaction,
    }
}

/// `BEGIN` and `BEGIN WORK` start a transaction; with anything behind it, it is a block of statements.
fn begin(mut words: Words) -> Ended {
    match words.next() {
        None => Ended::Transaction,
        Some(word) if word.eq_ignore_ascii_case(b"WORK") && words.next().is_none() => {
            Ended::Transaction
        }
        Some(_) => Ended::Other,
    }
}

/// Most assignments leave the transaction alone. Those of `autocommit` do not, nor those of passwords and roles; texts too
/// long to search for them may hide one.
fn set(words: Words) -> Ended {
    const LONGEST: usize = 1_024;
    const ENDING: [&[u8]; 5] = [
        b"AUTOCOMMIT",
        b"PASSWORD",
        b"ROLE",
        b"STATEMENT",
        b"RESOURCE",
    ];
    if words.rest.len() > LONGEST {
        return Ended::Other;
    }
    let text = words.rest.to_ascii_uppercase();
    let holds = |word: &&[u8]| text.windows(word.len()).any(|part| part == *word);
    if ENDING.iter().any(holds) {
        Ended::Other
    } else {
        Ended::Rows
    }
}

fn xa(mut words: Words) -> Ended {
    let Some(verb) = words.next() else {
        return Ended::Other;
    };
    let (branch, one_phase) = Branch::read(words.rest);
    match verb.to_ascii_uppercase().as_slice() {
        b"PREPARE" => Ended::XaPrepare(branch),
        b"COMMIT" if one_phase => Ended::Transaction,
        b"COMMIT" => Ended::XaCommit(branch),
        b"ROLLBACK" => Ended::XaRollback(branch),
        b"START" | b"BEGIN" | b"END" | b"RECOVER" => Ended::Rows,
        _ => Ended::Other,
    }
}

impl Branch {
    /// The branch named in the rest of an XA statement, and whether `ONE PHASE` stands behind it.
    fn read(text: &[u8]) -> (Self, bool) {
        let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
        let name: Vec<u8> = text.iter().filter(|byte| !blank(byte)).copied().collect();
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in &name {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let tail = &name[name.len().saturating_sub(b"ONEPHASE".len())..];
        (Self(hash), tail.eq_ignore_ascii_case(b"ONEPHASE"))
    }
}

/// The words at the beginning of a statement, comments and opening parentheses skipped.
struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    fn next_is(&mut self, word: &[u8]) -> bool {
        self.next()
            .is_some_and(|next| next.eq_ignore_ascii_case(word))
    }

    /// The next word; `None` at the end of the statement. A character that belongs to no word is a word of its own.
    fn next(&mut self) -> Option<&'a [u8]> {
        self.skip_blank();
        let first = *self.rest.first()?;
        if first == b';' {
            return None;
        }
        let letters = self
            .rest
            .iter()
            .take_while(|byte| is_letter(**byte))
            .count();
        let (word, rest) = self.rest.split_at(letters.max(1));
        self.rest = rest;
        Some(word)
    }

    fn skip_blank(&mut self) {
        loop {
            let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'(' || *byte == 0;
            let length = self.rest.iter().take_while(|byte| blank(byte)).count();
            self.rest = &self.rest[length..];
            let Some(length) = comment(self.rest) else {
                return;
            };
            self.rest = &self.rest[length..];
        }
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The length of the comment at the beginning of `text`. Comments that the server runs (`/*!`, `/*M!`) are text to us
/// that begins with no known word.
fn comment(text: &[u8]) -> Option<usize> {
    let line = |text: &[u8]| {
        let end = text.iter().position(|byte| *byte == b'\n');
        end.map_or(text.len(), |end| end + 1)
    };
    match text {
        [b'/', b'*', b'!', ..] | [b'/', b'*', b'M', b'!', ..] => None,
        [b'/', b'*', ..] => {
            let end = text[2..].windows(2).position(|pair| pair == b"*/");
            Some(end.map_or(text.len(), |end| end + 4))
        }
        [b'#', ..] => Some(line(text)),
        [b'-', b'-', next, ..] if next.is_ascii_whitespace() => Some(line(text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Ended, classify, may_be_xa};

    fn all(texts: &[&str], wanted: Ended) {
        for text in texts {
            assert_eq!(classify(text.as_bytes()), wanted, "{text}");
        }
    }

    #[test]
    fn rows_leave_the_transaction_alone() {
        all(
            &[
                "",
                "   ",
                "insert into t values (1)",
                "/* a comment */ UPDATE t SET a = 1",
                "-- one\n# two\n\tdelete from t",
                "(SELECT 1) UNION (SELECT 2)",
                "((select 1))",
                "WITH x AS (SELECT 1) SELECT * FROM x",
                "replace into t values (1)",
                "SAVEPOINT a",
                "RELEASE SAVEPOINT a",
                "ROLLBACK TO a",
                "rollback work to savepoint a",
                "XA START 'a'",
                "XA END 'a'",
                "do tandem_fire(1)",
                "SET @a = 1",
                "set names utf8mb4",
                "SET SESSION lock_wait_timeout = 5",
            ],
            Ended::Rows,
        );
    }

    #[test]
    fn ends_of_a_transaction() {
        all(
            &[
                "COMMIT",
                "commit and chain",
                "COMMIT;",
                "rollback",
                "ROLLBACK WORK",
                "ROLLBACK /* to */ AND CHAIN",
                "BEGIN",
                "begin work ;",
                "START TRANSACTION READ ONLY",
                "XA COMMIT 'a' ONE PHASE",
                "xa commit 'a','b',1 one phase ;",
            ],
            Ended::Transaction,
        );
    }

    #[test]
    fn what_is_not_known_is_other() {
        let texts = [
            "CALL p()",
            "EXECUTE s",
            "SET autocommit = 1",
            "set @a = 1, @@Session.AutoCommit = on",
            "SET PASSWORD = 'x'",
            "SET STATEMENT max_statement_time = 1 FOR COMMIT",
            "CREATE TABLE t (a int)",
            "BEGIN NOT ATOMIC INSERT INTO t VALUES (1); END",
            "START REPLICA",
            "/*!40001 COMMIT */",
            "/*M! COMMIT */",
            "LOAD DATA INFILE 'f' INTO TABLE t",
            "commitment",
            "\u{e9}t\u{e9}",
            "XA",
            "XA SOMETHING",
        ];
        all(&texts, Ended::Other);
        all(&["/* never closed"], Ended::Rows);
    }

    #[test]
    fn branches_are_recognised_by_their_text() {
        let Ended::XaPrepare(prepared) = classify(b"XA PREPARE 'a', 'b' ,1") else {
            panic!("not a prepare");
        };
        assert_eq!(classify(b"xa commit 'a','b',1;"), Ended::XaCommit(prepared));
        assert_eq!(
            classify(b"/* c */ XA ROLLBACK 'a','b', 1"),
            Ended::XaRollback(prepared)
        );
        assert_ne!(classify(b"XA COMMIT 'a','c',1"), Ended::XaCommit(prepared));
    }

    #[test]
    fn only_xa_may_be_xa() {
        assert!(may_be_xa(b" /* x */ xa commit 'a'"));
        assert!(!may_be_xa(b"XAVIER"));
        assert!(!may_be_xa(b"SELECT 1"));
        assert!(!may_be_xa(b""));
    }
}
