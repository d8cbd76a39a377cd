//! The PostgreSQL type in which a legacy column is given to SQL expressions.
//!
//! Promise: it holds every value of the legacy column, and a codec compiles for it. The same type that a scaffold would choose, except that
//! an enum's label is a text.

use super::default::default_target;
use super::upgrade::UpgradeType;
use crate::mapping::catalog::{Family, LegacyColumn};

/// The type of a column that nobody has declared another for.
pub fn natural_type(column: &LegacyColumn, family: Family) -> UpgradeType {
    let target = default_target(column, family);
    named_type(&target.sql).unwrap_or(UpgradeType::Text)
}

/// The type that PostgreSQL knows by that name, with its modifiers; `None` for one that expressions are not given.
pub fn named_type(name: &str) -> Option<UpgradeType> {
    let name = name.trim().to_lowercase();
    let (word, modifiers, tail) = parts(&name)?;
    let first = modifiers.first().copied();
    let size = first.and_then(|size| u32::try_from(size).ok());
    let digits = first.and_then(|digits| u8::try_from(digits).ok());
    Some(match (word, tail) {
        ("boolean" | "bool", "") => UpgradeType::Bool,
        ("smallint" | "int2", "") => UpgradeType::Int2,
        ("integer" | "int" | "int4", "") => UpgradeType::Int4,
        ("bigint" | "int8", "") => UpgradeType::Int8,
        ("numeric" | "decimal", "") => UpgradeType::Numeric {
            precision: first.and_then(|precision| u16::try_from(precision).ok()),
            scale: modifiers
                .get(1)
                .and_then(|scale| i16::try_from(*scale).ok())
                .unwrap_or(0),
        },
        ("real", "") => UpgradeType::Float4,
        ("double precision", "") => UpgradeType::Float8,
        ("text", "") => UpgradeType::Text,
        ("varchar" | "character varying", "") => UpgradeType::Varchar { length: size },
        ("bytea", "") => UpgradeType::Bytea,
        ("date", "") => UpgradeType::Date,
        ("time", "" | "without time zone") => UpgradeType::Time { precision: digits },
        ("timestamp", "" | "without time zone") => UpgradeType::Timestamp { precision: digits },
        ("timestamptz", "") | ("timestamp", "with time zone") => {
            UpgradeType::Timestamptz { precision: digits }
        }
        ("interval", "") => UpgradeType::Interval { precision: digits },
        ("uuid", "") => UpgradeType::Uuid,
        ("json", "") => UpgradeType::Json,
        ("jsonb", "") => UpgradeType::Jsonb,
        ("bit", "") => UpgradeType::Bit { length: size },
        ("bit varying" | "varbit", "") => UpgradeType::VarBit { length: size },
        ("inet", "") => UpgradeType::Inet,
        ("text[]", "") => UpgradeType::TextArray,
        ("real[]", "") => UpgradeType::Float4Array,
        ("double precision[]", "") => UpgradeType::Float8Array,
        _ => return None,
    })
}

/// A type's name, the numbers in its parentheses, and the words behind them.
fn parts(name: &str) -> Option<(&str, Vec<i64>, &str)> {
    let Some((word, rest)) = name.split_once('(') else {
        for tail in ["without time zone", "with time zone"] {
            if let Some(word) = name.strip_suffix(tail) {
                return Some((word.trim_end(), Vec::new(), tail));
            }
        }
        return Some((name, Vec::new(), ""));
    };
    let (inner, tail) = rest.split_once(')')?;
    let modifiers = inner.split(',').map(|number| number.trim().parse().ok());
    Some((
        word.trim_end(),
        modifiers.collect::<Option<_>>()?,
        tail.trim(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_understood_as_they_are_printed() {
        for name in [
            "numeric(20,0)",
            "numeric",
            "character varying(80)",
            "timestamp(3) with time zone",
            "timestamp without time zone",
            "text[]",
            "bit(7)",
            "double precision",
        ] {
            let found = named_type(name).map(|found| found.to_string());
            assert_eq!(found.as_deref(), Some(name));
        }
        assert_eq!(named_type("mood"), None);
        assert_eq!(named_type("numeric(x)"), None);
    }
}
