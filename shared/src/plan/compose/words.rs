//! The names in an SQL expression: enough of PostgreSQL's lexer to find which legacy columns it may read.
//!
//! Promise: a column that the expression names is found; what is no column (a function, a type, a keyword) may be found too, and matches nothing.

use std::iter::Peekable;
use std::str::Chars;

/// The names, each as its parts between dots: `a`, `"B".c`. Unquoted ones in lower case.
pub(crate) fn names(sql: &str) -> Vec<Vec<String>> {
    let mut names: Vec<Vec<String>> = Vec::new();
    let mut chars = sql.chars().peekable();
    let mut dotted = false;
    while let Some(&c) = chars.peek() {
        let word = match c {
            '\'' => {
                skip_quoted(&mut chars);
                None
            }
            '"' => Some(quoted(&mut chars)),
            '$' => {
                skip_dollars(&mut chars);
                None
            }
            '.' => {
                chars.next();
                dotted = !names.is_empty();
                continue;
            }
            c if c.is_alphabetic() || c == '_' => Some(plain(&mut chars)),
            c if c.is_ascii_digit() => {
                while chars
                    .next_if(|c| c.is_alphanumeric() || *c == '.')
                    .is_some()
                {}
                None
            }
            _ => {
                chars.next();
                None
            }
        };
        match (word, dotted, names.last_mut()) {
            (Some(word), true, Some(last)) => last.push(word),
            (Some(word), ..) => names.push(vec![word]),
            (None, ..) => {}
        }
        dotted = false;
    }
    names
}

fn plain(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut word = String::new();
    while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
        word.extend(c.to_lowercase());
    }
    word
}

fn quoted(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut word = String::new();
    chars.next();
    while let Some(c) = chars.next() {
        if c == '"' && chars.next_if_eq(&'"').is_none() {
            break;
        }
        word.push(c);
    }
    word
}

/// A text literal. One with a backslash before its quote ends early here: then more is taken for names, which does no harm.
fn skip_quoted(chars: &mut Peekable<Chars<'_>>) {
    chars.next();
    while let Some(c) = chars.next() {
        if c == '\'' && chars.next_if_eq(&'\'').is_none() {
            return;
        }
    }
}

/// A dollar-quoted literal, or a lonely dollar sign.
fn skip_dollars(chars: &mut Peekable<Chars<'_>>) {
    let mut tag = String::new();
    let rest: String = chars.clone().collect();
    for c in rest.chars() {
        tag.push(c);
        if c == '$' && tag.len() > 1 {
            break;
        }
        if !(c == '$' || c == '_' || c.is_alphanumeric()) {
            break;
        }
    }
    let body = rest.get(tag.len()..).unwrap_or_default();
    let length = match body.find(&tag) {
        Some(end) if tag.len() > 1 && tag.ends_with('$') => {
            rest[..tag.len() + end + tag.len()].chars().count()
        }
        _ => 1,
    };
    for _ in 0..length {
        chars.next();
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_are_found_and_texts_are_not() {
        let found =
            names("concat(City.name, ', it''s ', \"Weird \"\"Col\") || $$nothing$$ || 1.5e3 || $1");
        let found: Vec<String> = found.iter().map(|parts| parts.join(".")).collect();
        assert_eq!(found, ["concat", "city.name", "Weird \"Col"]);
        assert_eq!(names("a . b"), [vec!["a".to_owned()], vec!["b".to_owned()]]);
    }
}
