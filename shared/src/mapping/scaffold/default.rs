//! Defaults.

use super::column::ColumnDraft;
use super::draft::Draft;
use super::expression::{self, Kind, Scope};
use super::literal::{self, Literal};
use crate::plan::sql::quote;

/// A default that was found, and what to say of it.
enum Found {
    Same(String),
    Noted(String, &'static str, String),
}

type Default_ = Result<Found, String>;

impl Draft<'_> {
    /// The DEFAULT of a column, without the word; a default that cannot come over leaves a note.
    pub(super) fn default(&mut self, object: &str, column: &ColumnDraft<'_>) -> Option<String> {
        let text = column.legacy.default.as_deref()?;
        let found = if column.legacy.default_is_expression {
            from_expression(text, column)
        } else {
            match literal::read(column.legacy, text, self.family) {
                Some(literal) => from_literal(&literal, column).map(Found::Same),
                None => Err("the legacy catalogue does not print it in full".to_owned()),
            }
        };
        match found {
            Ok(Found::Same(sql)) => Some(sql),
            Ok(Found::Noted(sql, kind, what)) => {
                self.info(kind, object, what);
                Some(sql)
            }
            Err(reason) => {
                let what = format!("default {text} was left out: {reason}");
                self.warn("default_dropped", object, what);
                None
            }
        }
    }
}

fn from_expression(text: &str, column: &ColumnDraft<'_>) -> Default_ {
    let call = text
        .trim()
        .trim_start_matches('(')
        .trim_end_matches(')')
        .to_ascii_lowercase();
    let (name, argument) = call.split_once('(').unwrap_or((call.as_str(), ""));
    let digits = if argument.is_empty() {
        "(0)".to_owned()
    } else {
        format!("({})", argument.trim())
    };
    let known_digits = argument.trim().parse::<u8>().is_ok_and(|n| n <= 6) || argument.is_empty();
    match name.trim() {
        "current_timestamp" | "now" | "localtimestamp" | "localtime" if known_digits => {
            now(&digits, column)
        }
        "curdate" | "current_date" if column.kind == Kind::Date => {
            Ok(zoned("CURRENT_DATE".to_owned()))
        }
        "uuid" => uuid(column),
        "json_array" | "json_object" if argument.is_empty() && column.sql.starts_with("json") => {
            let empty = if name == "json_array" { "[]" } else { "{}" };
            Ok(Found::Same(quote::upgrade_literal(empty)))
        }
        _ => expression::value(text, &Scope::default(), &column.kind).map(Found::Same),
    }
}

fn zoned(sql: String) -> Found {
    Found::Noted(
        sql,
        "default_zone",
        "the default takes the date and time of the writing session's own time zone; let the sessions of both servers use one zone".to_owned(),
    )
}

fn now(digits: &str, column: &ColumnDraft<'_>) -> Default_ {
    match column.kind {
        Kind::Timestamp if column.sql.ends_with("with time zone") => {
            Ok(Found::Same(format!("CURRENT_TIMESTAMP{digits}")))
        }
        // A TIMESTAMP without zone holds UTC.
        Kind::Timestamp => Ok(Found::Same(format!(
            "(CURRENT_TIMESTAMP{digits} AT TIME ZONE 'UTC')"
        ))),
        Kind::DateTime => Ok(zoned(format!("LOCALTIMESTAMP{digits}"))),
        Kind::Date => Ok(zoned("CURRENT_DATE".to_owned())),
        _ => Err("its type would be converted".to_owned()),
    }
}

fn uuid(column: &ColumnDraft<'_>) -> Default_ {
    let sql = match &column.kind {
        _ if column.sql == "uuid" => "gen_random_uuid()",
        Kind::Text { .. } => "gen_random_uuid()::text",
        _ => return Err("its type would be converted".to_owned()),
    };
    Ok(Found::Noted(
        sql.to_owned(),
        "default_differs",
        "the legacy server makes UUIDs of the time (version 1), PostgreSQL random ones (version 4)"
            .to_owned(),
    ))
}

fn from_literal(literal: &Literal, column: &ColumnDraft<'_>) -> Result<String, String> {
    let base = column.sql.split('(').next().unwrap_or_default().trim();
    match literal {
        Literal::Bytes(bytes) if base == "bytea" => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(quote::upgrade_literal(&format!("\\x{digits}")))
        }
        Literal::Bits(digits) => bits(digits, column, base),
        Literal::Text(text) => from_text(text, column, base),
        Literal::Bytes(_) => Err("its type would be converted".to_owned()),
    }
}

fn bits(digits: &str, column: &ColumnDraft<'_>, base: &str) -> Result<String, String> {
    let all_bits = digits.bytes().all(|digit| matches!(digit, b'0' | b'1'));
    let number = u64::from_str_radix(digits, 2).map_err(|_| "it is not a bit string".to_owned())?;
    if !all_bits {
        return Err("it is not a bit string".to_owned());
    }
    match base {
        "bit" => {
            let width = column.sql.trim_start_matches("bit(").trim_end_matches(')');
            let width: usize = width.parse().unwrap_or(1);
            Ok(format!("B'{digits:0>width$}'"))
        }
        "boolean" => Ok((number != 0).to_string()),
        "smallint" | "integer" | "bigint" | "numeric" => Ok(number.to_string()),
        _ => Err("its type would be converted".to_owned()),
    }
}

fn from_text(text: &str, column: &ColumnDraft<'_>, base: &str) -> Result<String, String> {
    if let Some((_, labels)) = &column.enumeration {
        return if labels.iter().any(|label| label == text) {
            Ok(quote::upgrade_literal(text))
        } else {
            Err("it is none of the labels".to_owned())
        };
    }
    match base {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => {
            let number = text.trim();
            let plain = number.parse::<f64>().is_ok_and(f64::is_finite)
                && number.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
            if plain {
                Ok(number.to_owned())
            } else {
                Err("it is not a number".to_owned())
            }
        }
        "boolean" => match text.trim() {
            "0" => Ok("false".to_owned()),
            "1" => Ok("true".to_owned()),
            _ => Err("it is neither 0 nor 1".to_owned()),
        },
        "varchar" | "text" | "char" | "character" | "character varying" => {
            Ok(quote::upgrade_literal(text))
        }
        "text[]" => Ok(set_literal(text)),
        "date" => expression::date_literal(text).ok_or_else(zero_date),
        "timestamp" => timestamp(text, column),
        "interval" => interval(text),
        "json" | "jsonb" => match serde_json::from_str::<serde_json::Value>(text) {
            Ok(_) => Ok(quote::upgrade_literal(text)),
            Err(_) => Err("it is not JSON".to_owned()),
        },
        "uuid" | "inet" => Ok(quote::upgrade_literal(text)),
        _ => Err("its type would be converted".to_owned()),
    }
}

fn zero_date() -> String {
    "PostgreSQL has no such date".to_owned()
}

/// A TIMESTAMP's default is printed in UTC, which the reader of the catalogue sees to.
fn timestamp(text: &str, column: &ColumnDraft<'_>) -> Result<String, String> {
    let plain = expression::datetime_literal(text).ok_or_else(zero_date)?;
    if column.sql.ends_with("with time zone") {
        return Ok(quote::upgrade_literal(&format!("{text}+00")));
    }
    Ok(plain)
}

/// `-838:59:59.5`: PostgreSQL reads it as it is, with the sign over all of it.
fn interval(text: &str) -> Result<String, String> {
    let known = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '-');
    if !text.is_empty() && text.chars().all(known) && text.contains(':') {
        Ok(format!("INTERVAL '{text}'"))
    } else {
        Err("it is not a time".to_owned())
    }
}

fn set_literal(text: &str) -> String {
    let labels: Vec<String> = text
        .split(',')
        .filter(|label| !label.is_empty())
        .map(quote::upgrade_literal)
        .collect();
    format!("ARRAY[{}]::text[]", labels.join(", "))
}
