//! Whether one type holds what another holds: what a legacy ALTER TABLE did to a column's range.
//!
//! Promise: true only if every value fits; in doubt it is false, and the operator is asked. Called when a table's definition has changed.

use super::legacy::{IntegerWidth, LegacyType};
use super::upgrade::UpgradeType;
use crate::mapping::catalog::LegacyColumn;

/// True when the legacy column, as it is now, can hold every value that it could hold before.
pub fn widens(before: &LegacyColumn, now: &LegacyColumn) -> bool {
    use LegacyType::{
        Binary, Bit, Datetime, Decimal, Double, Enum, Float, Integer, Set, Text, Time, Timestamp,
    };
    match (LegacyType::of(before), LegacyType::of(now)) {
        (Integer(a), Integer(b)) => {
            let ((low, high), (new_low, new_high)) = (range(before, a), range(now, b));
            new_low <= low && new_high >= high
        }
        (Integer(a), Decimal) => {
            let (low, _) = range(before, a);
            let whole = now.precision.unwrap_or(0) as i64 - now.scale.unwrap_or(0) as i64;
            (low >= 0 || !now.unsigned()) && whole >= digits(before, a) as i64
        }
        (Decimal, Decimal) => {
            let whole = |column: &LegacyColumn| {
                column.precision.unwrap_or(0) as i64 - column.scale.unwrap_or(0) as i64
            };
            whole(now) >= whole(before)
                && now.scale >= before.scale
                && (before.unsigned() || !now.unsigned())
        }
        (Bit(a), Bit(b)) => b >= a,
        (Float, Float | Double) | (Double, Double) => before.unsigned() || !now.unsigned(),
        (Text, Text) | (Binary, Binary) => {
            // A fixed length pads: CHAR to BINARY's neighbours is not only a matter of length.
            let sorts = before.data_type == now.data_type || before.data_type != "binary";
            sorts && now.length.unwrap_or(0) >= before.length.unwrap_or(u64::MAX)
        }
        (Enum(a), Enum(b)) | (Set(a), Set(b)) => a.iter().all(|label| b.contains(label)),
        (Datetime(a), Datetime(b)) | (Timestamp(a), Timestamp(b)) | (Time(a), Time(b)) => b >= a,
        (a, b) => a == b && !matches!(a, LegacyType::Unknown),
    }
}

/// True when the upgrade type holds every value of the legacy column. Only asked of pairs that an encoder compiles for; what the encoder may
/// still refuse for its form, as a text that is no JSON, is not counted.
pub fn holds(column: &LegacyColumn, target: &UpgradeType) -> bool {
    match LegacyType::of(column) {
        LegacyType::Integer(width) => holds_integer(column, width, target),
        LegacyType::Bit(bits) => holds_bits(u32::from(bits), target),
        LegacyType::Decimal => match target {
            UpgradeType::Numeric { precision, scale } => precision.is_none_or(|precision| {
                let wanted = column.scale.unwrap_or(0) as i64;
                let whole = column.precision.unwrap_or(0) as i64 - wanted;
                i64::from(precision) - i64::from(*scale) >= whole && i64::from(*scale) >= wanted
            }),
            _ => is_open_text(target),
        },
        LegacyType::Double => matches!(target, UpgradeType::Float8) || is_open_text(target),
        LegacyType::Text => match target {
            UpgradeType::Varchar { length } | UpgradeType::Char { length } => {
                length.is_none_or(|length| u64::from(length) >= column.length.unwrap_or(u64::MAX))
            }
            _ => true,
        },
        LegacyType::Enum(labels) => match target {
            UpgradeType::Enum { labels: known } => labels.iter().all(|l| known.contains(l)),
            UpgradeType::Varchar {
                length: Some(length),
            } => labels.iter().all(|l| l.chars().count() <= *length as usize),
            _ => true,
        },
        LegacyType::Datetime(f) | LegacyType::Timestamp(f) | LegacyType::Time(f) => match target {
            UpgradeType::Timestamp { precision }
            | UpgradeType::Timestamptz { precision }
            | UpgradeType::Interval { precision } => precision.is_none_or(|p| p >= f),
            _ => is_open_text(target),
        },
        _ => true,
    }
}

fn is_open_text(target: &UpgradeType) -> bool {
    matches!(
        target,
        UpgradeType::Text | UpgradeType::Varchar { length: None }
    )
}

fn holds_integer(column: &LegacyColumn, width: IntegerWidth, target: &UpgradeType) -> bool {
    let (low, high) = range(column, width);
    let within = |min: i128, max: i128| low >= min && high <= max;
    match target {
        UpgradeType::Int2 => within(i16::MIN.into(), i16::MAX.into()),
        UpgradeType::Int4 => within(i32::MIN.into(), i32::MAX.into()),
        UpgradeType::Int8 => within(i64::MIN.into(), i64::MAX.into()),
        UpgradeType::Numeric { precision, scale } => precision.is_none_or(|precision| {
            i64::from(precision) - i64::from(*scale) >= digits(column, width) as i64
        }),
        _ => is_open_text(target),
    }
}

fn holds_bits(bits: u32, target: &UpgradeType) -> bool {
    match target {
        UpgradeType::Bit { length } => length.unwrap_or(1) == bits,
        UpgradeType::VarBit { length } => length.is_none_or(|length| length >= bits),
        UpgradeType::Bool => bits == 1,
        UpgradeType::Int2 => bits <= 15,
        UpgradeType::Int4 => bits <= 31,
        UpgradeType::Int8 => bits <= 63,
        UpgradeType::Bytea => true,
        _ => is_open_text(target),
    }
}

fn range(column: &LegacyColumn, width: IntegerWidth) -> (i128, i128) {
    let bits = match width {
        IntegerWidth::Tiny => 8,
        IntegerWidth::Small => 16,
        IntegerWidth::Medium => 24,
        IntegerWidth::Int => 32,
        IntegerWidth::Big => 64,
    };
    if column.unsigned() {
        (0, (1 << bits) - 1)
    } else {
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    }
}

fn digits(column: &LegacyColumn, width: IntegerWidth) -> usize {
    let (low, high) = range(column, width);
    high.max(-low).to_string().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::example::column;

    #[test]
    fn wider_is_wider_and_nothing_else_is() {
        let wider = [
            ("int", "bigint"),
            ("int unsigned", "bigint"),
            ("tinyint", "smallint"),
            ("int", "decimal(10,0)"),
            ("decimal(10,2)", "decimal(12,4)"),
            ("varchar(10)", "varchar(20)"),
            ("varchar(10)", "text"),
            ("enum('a','b')", "enum('b','c','a')"),
            ("datetime", "datetime(6)"),
            ("bit(3)", "bit(4)"),
            ("float", "double"),
        ];
        for (before, now) in wider {
            let (before, now) = (column("c", before), column("c", now));
            let text = format!("{} to {}", before.column_type, now.column_type);
            assert!(widens(&before, &now), "{text}");
            assert!(!widens(&now, &before), "not {text} back");
        }
        for (before, now) in [
            ("int", "int unsigned"),
            ("int", "varchar(20)"),
            ("datetime", "timestamp"),
            ("decimal(10,2)", "decimal(10,4)"),
        ] {
            assert!(!widens(&column("c", before), &column("c", now)), "{before}");
        }
    }

    #[test]
    fn a_target_holds_what_fits() {
        let varchar = |length| UpgradeType::Varchar {
            length: Some(length),
        };
        assert!(holds(&column("c", "int"), &UpgradeType::Int4));
        assert!(!holds(&column("c", "int unsigned"), &UpgradeType::Int4));
        assert!(holds(&column("c", "int unsigned"), &UpgradeType::Int8));
        assert!(!holds(&column("c", "bigint unsigned"), &UpgradeType::Int8));
        assert!(holds(&column("c", "varchar(10)"), &varchar(10)));
        assert!(!holds(&column("c", "varchar(11)"), &varchar(10)));
        let known = UpgradeType::Enum {
            labels: vec!["a".into(), "b".into()],
        };
        assert!(holds(&column("c", "enum('b')"), &known));
        assert!(!holds(&column("c", "enum('b','c')"), &known));
    }
}
