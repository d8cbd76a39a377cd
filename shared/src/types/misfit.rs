//! Which errors a column's values can lead to: where a policy for them makes sense.

use super::legacy::LegacyType;
use crate::mapping::catalog::LegacyColumn;

/// True when a value of the column may be refused with that code.
pub fn may_raise(column: &LegacyColumn, code: &str) -> bool {
    let legacy = LegacyType::of(column);
    match code {
        "zero_date" | "partial_date" | "invalid_date" => matches!(
            legacy,
            LegacyType::Date | LegacyType::Datetime(_) | LegacyType::Timestamp(_)
        ),
        "nul_in_text" | "invalid_text" => matches!(
            legacy,
            LegacyType::Text | LegacyType::Binary | LegacyType::Enum(_) | LegacyType::Set(_)
        ),
        "nul_in_json" | "bad_json" | "duplicate_key" => {
            matches!(legacy, LegacyType::Json | LegacyType::Text)
        }
        "not_a_label" | "ambiguous_set" => {
            matches!(
                legacy,
                LegacyType::Enum(_) | LegacyType::Set(_) | LegacyType::Text
            )
        }
        "not_finite" => matches!(legacy, LegacyType::Float | LegacyType::Double),
        "bad_geometry" | "wrong_srid" => legacy == LegacyType::Geometry,
        "bad_array" | "bad_length" | "bad_number" | "bad_time" | "not_in_charset"
        | "unexpected_value" => false,
        _ => true,
    }
}
