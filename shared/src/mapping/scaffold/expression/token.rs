//! Cutting an expression into tokens.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name in backticks.
    Name(String),
    /// A bare word, in lower case: a keyword or a function's name.
    Word(String),
    /// An unsigned number as written.
    Number(String),
    /// A string literal's text.
    Text(String),
    /// An operator or a parenthesis.
    Symbol(&'static str),
}

/// Longest first, so that `<=>` is not read as `<=`.
const SYMBOLS: [&str; 17] = [
    "<=>", "<>", "!=", "<=", ">=", "&&", "||", "<", ">", "=", "(", ")", ",", "+", "-", "*", "!",
];

/// Cuts the text; fails at the first character that no token begins with.
pub(super) fn cut(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = next(rest, first)?;
        tokens.extend(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn next(rest: &str, first: char) -> Result<(Option<Token>, &str), String> {
    match first {
        '`' => quoted(rest, '`').map(|(name, after)| (Some(Token::Name(name)), after)),
        '\'' => quoted(rest, '\'').map(|(text, after)| (Some(Token::Text(text)), after)),
        '_' => introducer(rest),
        _ if first.is_ascii_digit() || first == '.' => number(rest),
        _ if first.is_ascii_alphabetic() => {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if after.starts_with('\'') {
                return Err(format!("literal {word}'...' is not translated"));
            }
            Ok((Some(Token::Word(word.to_ascii_lowercase())), after))
        }
        _ => {
            let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
            let symbol = symbol.ok_or_else(|| format!("operator {first} is not translated"))?;
            Ok((Some(Token::Symbol(symbol)), &rest[symbol.len()..]))
        }
    }
}

/// `_utf8mb4'text'`: the introducer is dropped where the text means the same without it.
fn introducer(rest: &str) -> Result<(Option<Token>, &str), String> {
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    let after = after.trim_start();
    if !after.starts_with('\'') {
        return Err(format!("{word} is not translated"));
    }
    let (text, after) = quoted(after, '\'')?;
    if matches!(word, "_utf8mb4" | "_utf8mb3" | "_utf8") || text.is_ascii() && word != "_binary" {
        return Ok((Some(Token::Text(text)), after));
    }
    Err(format!("literal {word}'...' is not translated"))
}

fn number(rest: &str) -> Result<(Option<Token>, &str), String> {
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    let more = after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    if digits == "." {
        return Err("a name of two parts is not translated".to_owned());
    }
    if more || digits.matches('.').count() > 1 {
        return Err(format!("number {digits}... is not translated"));
    }
    Ok((Some(Token::Number(digits.to_owned())), after))
}

/// A literal or a name up to its closing quote; a doubled quote is one. Only a literal knows the backslash.
fn quoted(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut inner = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '\'' => match chars.next() {
                Some((_, '0')) => inner.push('\0'),
                Some((_, 'n')) => inner.push('\n'),
                Some((_, 'r')) => inner.push('\r'),
                Some((_, 't')) => inner.push('\t'),
                Some((_, 'b')) => inner.push('\u{8}'),
                Some((_, 'Z')) => inner.push('\u{1a}'),
                // The server keeps these two for LIKE.
                Some((_, c @ ('%' | '_'))) => inner.extend(['\\', c]),
                Some((_, c)) => inner.push(c),
                None => break,
            },
            _ if c == quote => {
                if chars.peek().is_some_and(|(_, next)| *next == quote) {
                    chars.next();
                    inner.push(quote);
                } else {
                    return Ok((inner, &text[at + quote.len_utf8()..]));
                }
            }
            _ => inner.push(c),
        }
    }
    Err("a quote is not closed".to_owned())
}

/// A string literal alone, as MariaDB prints a default: its text.
pub(crate) fn literal(text: &str) -> Option<String> {
    match quoted(text.strip_prefix('\'').map(|_| text)?, '\'') {
        Ok((inner, "")) => Some(inner),
        _ => None,
    }
}
