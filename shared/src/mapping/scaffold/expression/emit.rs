//! Giving every part of an expression its kind, and printing it for PostgreSQL.

use super::scope::{Kind, Scope};
use super::tree::Expr;
use crate::plan::sql::quote;

/// The scale beyond which MySQL rounds a product and PostgreSQL does not.
const MAX_SCALE: u32 = 30;

/// A printed part.
struct Part {
    sql: String,
    kind: PartKind,
    /// True when PostgreSQL computes it as `numeric` already.
    wide: bool,
}

impl Part {
    fn new(sql: impl Into<String>, kind: PartKind) -> Self {
        Self {
            sql: sql.into(),
            kind,
            wide: false,
        }
    }

    /// As `numeric`: PostgreSQL computes integers in their own width, MySQL in 64 bits, signed or not.
    fn widened(self) -> Self {
        match self.kind {
            Value(Kind::Number { .. }) if !self.wide => Self {
                sql: format!("{}::numeric", self.sql),
                wide: true,
                ..self
            },
            _ => self,
        }
    }
}

enum PartKind {
    /// A condition; as a number it is 0 or 1.
    Bool,
    /// A text literal, not yet of any type.
    Literal(String),
    /// NULL.
    Null,
    /// A column or what is computed of columns.
    Value(Kind),
}

use PartKind::{Bool, Literal, Null, Value};

type Emitted<T> = Result<T, String>;

/// A number that was computed.
fn number(scale: u32) -> Kind {
    Kind::Number {
        scale,
        padded: false,
    }
}

/// Prints a condition.
pub(super) fn condition(expr: &Expr, scope: &Scope) -> Emitted<String> {
    as_condition(part(expr, scope)?)
}

/// Prints a value for a column of kind `target`.
pub(super) fn value(expr: &Expr, scope: &Scope, target: &Kind) -> Emitted<String> {
    let part = part(expr, scope)?;
    let refused = || Err("its type would be converted".to_owned());
    match (target, &part.kind) {
        (_, Null) => Ok("NULL".to_owned()),
        (Kind::Number { .. }, Bool) => Ok(format!("{}::integer", part.sql)),
        (Kind::Number { .. }, Value(Kind::Number { .. })) => Ok(part.sql),
        (Kind::Double, Value(Kind::Double | Kind::Number { scale: 0, .. })) => Ok(part.sql),
        (Kind::Text { .. }, Value(Kind::Text { .. })) => Ok(part.sql),
        (Kind::Text { .. }, Literal(text)) => Ok(quote::upgrade_literal(text)),
        (Kind::Enum(labels), Literal(text)) if labels.contains(text) => {
            Ok(quote::upgrade_literal(text))
        }
        (Kind::Date, Value(Kind::Date)) => Ok(part.sql),
        (Kind::DateTime, Value(Kind::DateTime | Kind::Date)) => Ok(part.sql),
        (Kind::Date, Literal(text)) => date_literal(text).map_or_else(refused, Ok),
        (Kind::DateTime, Literal(text)) => datetime_literal(text).map_or_else(refused, Ok),
        _ => refused(),
    }
}

fn part(expr: &Expr, scope: &Scope) -> Emitted<Part> {
    let made = |sql: String, kind| Ok(Part::new(sql, kind));
    match expr {
        Expr::Column(name) => {
            let (sql, kind) = scope
                .column(name)
                .ok_or_else(|| format!("column `{name}` cannot be named there"))?;
            made(sql.clone(), Value(kind.clone()))
        }
        Expr::Number(digits) => {
            let scale = digits.split_once('.').map_or(0, |(_, after)| after.len());
            let scale = u32::try_from(scale).unwrap_or(u32::MAX);
            made(digits.clone(), Value(number(scale)))
        }
        Expr::Text(text) => made(quote::upgrade_literal(text), Literal(text.clone())),
        Expr::Null => made("NULL".to_owned(), Null),
        Expr::Bool(is) => made(if *is { "true" } else { "false" }.to_owned(), Bool),
        Expr::Not(inner) => {
            let sql = as_condition(part(inner, scope)?)?;
            made(format!("(NOT {sql})"), Bool)
        }
        Expr::Logic(word, left, right) => {
            let (left, right) = (condition(left, scope)?, condition(right, scope)?);
            made(format!("({left} {word} {right})"), Bool)
        }
        Expr::IsNull(inner, negated) => {
            let inner = part(inner, scope)?;
            let not = if *negated { " NOT" } else { "" };
            made(format!("({} IS{not} NULL)", inner.sql), Bool)
        }
        Expr::Negative(inner) => negative(part(inner, scope)?),
        Expr::Arithmetic(symbol, left, right) => {
            arithmetic(symbol, part(left, scope)?, part(right, scope)?)
        }
        Expr::Compare(symbol, left, right) => {
            let (left, right) = (part(left, scope)?, part(right, scope)?);
            let (left, right) = comparable(left, right, matches!(*symbol, "=" | "<>" | "<=>"))?;
            let symbol = match *symbol {
                "<=>" => "IS NOT DISTINCT FROM",
                other => other,
            };
            made(format!("({left} {symbol} {right})"), Bool)
        }
        Expr::In(left, items, negated) => in_list(left, items, *negated, scope),
        Expr::Between(left, low, high, negated) => {
            let (sql, low) = comparable(part(left, scope)?, part(low, scope)?, false)?;
            let (_, high) = comparable(part(left, scope)?, part(high, scope)?, false)?;
            let not = if *negated { "NOT " } else { "" };
            made(format!("({sql} {not}BETWEEN {low} AND {high})"), Bool)
        }
        Expr::Call(name, arguments) => call(name, arguments, scope),
    }
}

/// A number as a condition is true when it is not 0.
fn as_condition(part: Part) -> Emitted<String> {
    match part.kind {
        Bool => Ok(part.sql),
        Null => Ok("NULL::boolean".to_owned()),
        Value(Kind::Number { .. } | Kind::Double) => Ok(format!("({} <> 0)", part.sql)),
        _ => Err("a text or a date is not a condition".to_owned()),
    }
}

fn negative(part: Part) -> Emitted<Part> {
    match part.kind {
        Value(Kind::Number { .. } | Kind::Double) => Ok(Part {
            sql: format!("(- {})", part.sql),
            ..part
        }),
        _ => Err("only a number can be negated".to_owned()),
    }
}

fn arithmetic(symbol: &str, left: Part, right: Part) -> Emitted<Part> {
    match (&left.kind, &right.kind) {
        (Value(Kind::Number { scale: a, .. }), Value(Kind::Number { scale: b, .. })) => {
            let scale = if symbol == "*" {
                a.saturating_add(*b)
            } else {
                *a.max(b)
            };
            if scale > MAX_SCALE {
                return Err("the legacy server would round it".to_owned());
            }
            let (left, right) = (left.widened(), right.widened());
            Ok(Part {
                sql: format!("({} {symbol} {})", left.sql, right.sql),
                kind: Value(number(scale)),
                wide: true,
            })
        }
        (Value(Kind::Double | Kind::Number { .. }), Value(Kind::Double | Kind::Number { .. })) => {
            let sql = format!(
                "({}::double precision {symbol} {}::double precision)",
                left.sql, right.sql
            );
            Ok(Part::new(sql, Value(Kind::Double)))
        }
        _ => Err(format!("operator {symbol} is translated for numbers only")),
    }
}

/// Both sides as PostgreSQL compares them like the legacy server; `equality` is true for `=`, `<>` and IN.
fn comparable(left: Part, right: Part, equality: bool) -> Emitted<(String, String)> {
    let swapped = matches!((&left.kind, &right.kind), (Literal(_), Value(_)));
    let (value, other) = if swapped {
        (right, left)
    } else {
        (left, right)
    };
    let other_sql = match (&value.kind, &other.kind) {
        (Value(Kind::Number { .. } | Kind::Double), Value(Kind::Number { .. } | Kind::Double)) => {
            other.sql
        }
        (
            Value(Kind::Text { exact: true, .. }),
            Literal(_) | Value(Kind::Text { exact: true, .. }),
        ) if equality => other.sql,
        (Value(Kind::Text { exact: true, .. }), _) => {
            return Err("PostgreSQL orders text differently".to_owned());
        }
        (Value(Kind::Text { .. }), _) => {
            return Err("its collation ignores what PostgreSQL does not".to_owned());
        }
        (Value(Kind::Enum(labels)), Literal(text)) if equality && labels.contains(text) => {
            other.sql
        }
        (Value(Kind::Date | Kind::DateTime), Value(Kind::Date | Kind::DateTime))
        | (Value(Kind::Timestamp), Value(Kind::Timestamp)) => other.sql,
        (Value(Kind::Date), Literal(text)) => {
            date_literal(text).ok_or("the literal is not a plain date")?
        }
        (Value(Kind::DateTime), Literal(text)) => datetime_literal(text)
            .or_else(|| date_literal(text))
            .ok_or("the literal is not a plain date and time")?,
        _ => return Err("its two sides would be converted to compare them".to_owned()),
    };
    if swapped {
        return Ok((other_sql, value.sql));
    }
    Ok((value.sql, other_sql))
}

fn in_list(left: &Expr, items: &[Expr], negated: bool, scope: &Scope) -> Emitted<Part> {
    let mut printed = Vec::with_capacity(items.len());
    for item in items {
        if matches!(item, Expr::Null) {
            printed.push("NULL".to_owned());
            continue;
        }
        let (_, item) = comparable(part(left, scope)?, part(item, scope)?, true)?;
        printed.push(item);
    }
    let sql = part(left, scope)?.sql;
    let not = if negated { "NOT " } else { "" };
    let sql = format!("({sql} {not}IN ({}))", printed.join(", "));
    Ok(Part::new(sql, Bool))
}

fn call(name: &str, arguments: &[Expr], scope: &Scope) -> Emitted<Part> {
    let mut parts = arguments
        .iter()
        .map(|argument| part(argument, scope))
        .collect::<Emitted<Vec<_>>>()?;
    let integer = |sql: String| Ok(Part::new(sql, Value(number(0))));
    match (name, parts.as_slice()) {
        ("char_length" | "character_length", [text]) if is_text(text) => {
            integer(format!("char_length({})", text.sql))
        }
        ("length" | "octet_length", [text])
            if matches!(text.kind, Value(Kind::Text { utf8: true, .. })) =>
        {
            integer(format!("octet_length({})", text.sql))
        }
        ("abs", [number]) if matches!(number.kind, Value(Kind::Number { .. } | Kind::Double)) => {
            let number = parts.remove(0).widened();
            Ok(Part {
                sql: format!("abs({})", number.sql),
                ..number
            })
        }
        ("concat", [_, ..]) => concat(&parts),
        ("ifnull" | "coalesce", [_, _, ..]) => coalesce(parts),
        _ => Err(format!("function {name} is not translated")),
    }
}

fn is_text(part: &Part) -> bool {
    matches!(part.kind, Value(Kind::Text { .. }))
}

/// `||` and not PostgreSQL's concat(), which takes NULL for an empty text and cannot be in a generated column.
fn concat(parts: &[Part]) -> Emitted<Part> {
    let mut printed = Vec::with_capacity(parts.len());
    for part in parts {
        printed.push(match &part.kind {
            Value(Kind::Text { .. }) => part.sql.clone(),
            Literal(_) => format!("{}::text", part.sql),
            Value(Kind::Number { padded: false, .. }) => format!("{}::text", part.sql),
            Value(Kind::Number { .. }) => {
                return Err("ZEROFILL puts zeros before the number".to_owned());
            }
            _ => return Err("concat() is translated for text and exact numbers only".to_owned()),
        });
    }
    let utf8 = parts.iter().all(|part| match part.kind {
        Value(Kind::Text { utf8, .. }) => utf8,
        _ => true,
    });
    let sql = format!("({})", printed.join(" || "));
    Ok(Part::new(sql, Value(Kind::Text { exact: false, utf8 })))
}

fn coalesce(parts: Vec<Part>) -> Emitted<Part> {
    let first = match &parts[0].kind {
        Value(kind @ (Kind::Number { .. } | Kind::Text { .. } | Kind::Date)) => kind.clone(),
        _ => return Err("it would be converted".to_owned()),
    };
    let fits = |part: &Part| match (&first, &part.kind) {
        (Kind::Text { .. }, Literal(_)) => true,
        // Another scale would change how the number is printed.
        (_, Value(kind)) => *kind == first,
        _ => false,
    };
    if !parts.iter().all(fits) {
        return Err("its arguments would be converted".to_owned());
    }
    let printed: Vec<String> = parts.into_iter().map(|part| part.sql).collect();
    let sql = format!("COALESCE({})", printed.join(", "));
    Ok(Part::new(sql, Value(first)))
}

/// `2020-01-31` as a typed literal; `None` for anything shorter, looser, or not in the calendar.
pub(crate) fn date_literal(text: &str) -> Option<String> {
    is_date(text).then(|| format!("DATE '{text}'"))
}

/// `2020-01-31 12:00:00`, with a fraction or not, as a typed literal.
pub(crate) fn datetime_literal(text: &str) -> Option<String> {
    let (date, time) = text.split_once(' ')?;
    (is_date(date) && is_time_of_day(time)).then(|| format!("TIMESTAMP '{text}'"))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    };
    year >= 1 && (1..=12).contains(&month) && (1..=last).contains(&day)
}

fn is_time_of_day(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<Option<u32>> = clock.split(':').map(|part| digits(part, 2)).collect();
    let fraction = fraction.len() <= 6 && digits(fraction, fraction.len()).is_some();
    matches!(parts.as_slice(), [Some(0..=23), Some(0..=59), Some(0..=59)]) && fraction
}

/// Exactly `count` digits, as a number.
fn digits(text: &str, count: usize) -> Option<u32> {
    let all = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}
