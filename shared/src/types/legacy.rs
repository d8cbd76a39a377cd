//! The legacy side's types: what the legacy catalogue says of a column, as far as an encoder needs it.
//!
//! Promise: every type that MySQL and MariaDB have is named here; one that is not is [`LegacyType::Unknown`] and refused, never guessed.
//! Called by the matrix and by the default targets.

use crate::mapping::catalog::LegacyColumn;

/// A legacy column's type, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LegacyType {
    /// TINYINT to BIGINT.
    Integer(IntegerWidth),
    /// BIT, with its number of bits, 1 to 64.
    Bit(u8),
    /// DECIMAL.
    Decimal,
    /// FLOAT.
    Float,
    /// DOUBLE.
    Double,
    /// CHAR, VARCHAR and the TEXT types.
    Text,
    /// BINARY, VARBINARY and the BLOB types.
    Binary,
    /// ENUM, with its labels in order.
    Enum(Vec<String>),
    /// SET, with its labels in order.
    Set(Vec<String>),
    /// DATE.
    Date,
    /// DATETIME, with its fractional digits.
    Datetime(u8),
    /// TIMESTAMP, with its fractional digits.
    Timestamp(u8),
    /// TIME, with its fractional digits.
    Time(u8),
    /// YEAR.
    Year,
    /// JSON.
    Json,
    /// All geometry types.
    Geometry,
    /// VECTOR.
    Vector,
    /// MariaDB's UUID.
    Uuid,
    /// MariaDB's INET4 and INET6.
    Inet,
    /// A type this module does not know.
    Unknown,
}

/// The five integer types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IntegerWidth {
    /// TINYINT, 8 bits.
    Tiny,
    /// SMALLINT, 16 bits.
    Small,
    /// MEDIUMINT, 24 bits.
    Medium,
    /// INT, 32 bits.
    Int,
    /// BIGINT, 64 bits.
    Big,
}

impl LegacyType {
    /// The type of a column. MariaDB's JSON is a LONGTEXT; a caller that knows better says `json` as the data type.
    pub(super) fn of(column: &LegacyColumn) -> LegacyType {
        let fraction = column.fraction.unwrap_or(0).min(6);
        match column.data_type.to_ascii_lowercase().as_str() {
            "tinyint" | "bool" | "boolean" => LegacyType::Integer(IntegerWidth::Tiny),
            "smallint" => LegacyType::Integer(IntegerWidth::Small),
            "mediumint" => LegacyType::Integer(IntegerWidth::Medium),
            "int" | "integer" => LegacyType::Integer(IntegerWidth::Int),
            "bigint" => LegacyType::Integer(IntegerWidth::Big),
            "bit" => bit(column),
            "decimal" | "numeric" => LegacyType::Decimal,
            "float" => LegacyType::Float,
            "double" | "real" => LegacyType::Double,
            "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => {
                LegacyType::Text
            }
            "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => {
                LegacyType::Binary
            }
            "enum" => labels(&column.column_type).map_or(LegacyType::Unknown, LegacyType::Enum),
            "set" => labels(&column.column_type).map_or(LegacyType::Unknown, LegacyType::Set),
            "date" => LegacyType::Date,
            "datetime" => LegacyType::Datetime(fraction),
            "timestamp" => LegacyType::Timestamp(fraction),
            "time" => LegacyType::Time(fraction),
            "year" => LegacyType::Year,
            "json" => LegacyType::Json,
            "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring"
            | "multipolygon" | "geomcollection" | "geometrycollection" => LegacyType::Geometry,
            "vector" => LegacyType::Vector,
            "uuid" => LegacyType::Uuid,
            "inet4" | "inet6" => LegacyType::Inet,
            _ => LegacyType::Unknown,
        }
    }
}

fn bit(column: &LegacyColumn) -> LegacyType {
    let printed = number_in_parentheses(&column.column_type);
    match printed.or(column.precision).unwrap_or(1) {
        bits @ 1..=64 => LegacyType::Bit(bits as u8),
        _ => LegacyType::Unknown,
    }
}

/// The first number in parentheses of a printed type: 16 of `varbinary(16)`.
pub(super) fn number_in_parentheses(column_type: &str) -> Option<u64> {
    let (_, rest) = column_type.split_once('(')?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    rest[..end].parse().ok()
}

/// The labels of a printed `enum('a','it''s')` or `set(...)`, in order; `None` where it cannot be read.
///
/// A quote inside a label is doubled; control characters and the backslash are escaped as in a string literal.
pub(super) fn labels(column_type: &str) -> Option<Vec<String>> {
    let (_, list) = column_type.split_once('(')?;
    let mut labels = Vec::new();
    let mut chars = list.chars().peekable();
    loop {
        if chars.next()? != '\'' {
            return None;
        }
        let mut label = String::new();
        loop {
            match chars.next()? {
                '\'' if chars.peek() == Some(&'\'') => {
                    chars.next();
                    label.push('\'');
                }
                '\'' => break,
                '\\' => label.push(match chars.next()? {
                    '0' => '\0',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'Z' => '\u{1a}',
                    other => other,
                }),
                other => label.push(other),
            }
        }
        labels.push(label);
        match chars.next()? {
            ',' => {}
            ')' => return Some(labels),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_the_server_prints_them() {
        let read = |text: &str| labels(text).expect("labels");
        assert_eq!(read("enum('a','b')"), ["a", "b"]);
        assert_eq!(
            read("enum('it''s','a,b','','x)','\u{1f600}')"),
            ["it's", "a,b", "", "x)", "\u{1f600}"]
        );
        assert_eq!(read("set('back\\\\slash','n\\n')"), ["back\\slash", "n\n"]);
        assert_eq!(labels("enum('a'"), None);
        assert_eq!(labels("enum(a)"), None);
    }

    #[test]
    fn sizes_are_read() {
        assert_eq!(number_in_parentheses("bit(64)"), Some(64));
        assert_eq!(number_in_parentheses("varbinary(16)"), Some(16));
        assert_eq!(number_in_parentheses("blob"), None);
    }
}
