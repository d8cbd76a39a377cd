//! The upgrade side's types: what PostgreSQL's catalogue says of a column, as far as an encoder needs it.
//!
//! Promise: everything that PostgreSQL would otherwise alter on the way in (length, scale, fractional digits) is part of the type here, so
//! that the encoders can refuse instead. It never asks a server. Called with rows of `pg_attribute` and `pg_type`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A PostgreSQL column type. `None` for a length, precision or scale means that the column has no limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpgradeType {
    /// `boolean`.
    Bool,
    /// `smallint`.
    Int2,
    /// `integer`.
    Int4,
    /// `bigint`.
    Int8,
    /// `numeric`; without precision the scale means nothing.
    Numeric {
        /// Digits in all, 1 to 1000.
        precision: Option<u16>,
        /// Digits after the point, -1000 to 1000.
        scale: i16,
    },
    /// `real`.
    Float4,
    /// `double precision`.
    Float8,
    /// `text` and `citext`.
    Text,
    /// `character varying`.
    Varchar {
        /// In characters.
        length: Option<u32>,
    },
    /// `character` (`bpchar`), padded with spaces to its length.
    Char {
        /// In characters.
        length: Option<u32>,
    },
    /// `bytea`.
    Bytea,
    /// `date`.
    Date,
    /// `time without time zone`.
    Time {
        /// Fractional digits, 0 to 6.
        precision: Option<u8>,
    },
    /// `timestamp without time zone`.
    Timestamp {
        /// Fractional digits, 0 to 6.
        precision: Option<u8>,
    },
    /// `timestamp with time zone`.
    Timestamptz {
        /// Fractional digits, 0 to 6.
        precision: Option<u8>,
    },
    /// `interval` of all fields.
    Interval {
        /// Fractional digits, 0 to 6.
        precision: Option<u8>,
    },
    /// `uuid`.
    Uuid,
    /// `json`.
    Json,
    /// `jsonb`.
    Jsonb,
    /// `bit`.
    Bit {
        /// In bits.
        length: Option<u32>,
    },
    /// `bit varying`.
    VarBit {
        /// In bits.
        length: Option<u32>,
    },
    /// `inet`.
    Inet,
    /// An enum type.
    Enum {
        /// Its labels, in order.
        labels: Vec<String>,
    },
    /// `text[]`.
    TextArray,
    /// `real[]`.
    Float4Array,
    /// `double precision[]`.
    Float8Array,
    /// `xml`. Nothing is written to it: only PostgreSQL's own parser can say what it accepts.
    Xml,
    /// PostGIS `geometry`.
    Geometry {
        /// The SRID that the column is bound to.
        srid: Option<u32>,
        /// The WKB type number that the column is bound to, 1 (point) to 7 (collection).
        kind: Option<u8>,
    },
    /// pgvector's `vector`.
    Vector {
        /// The number of dimensions that the column is bound to.
        dimensions: Option<u16>,
    },
    /// Any other type; nothing is written to it.
    Other {
        /// Its `typname`.
        name: String,
    },
}

impl UpgradeType {
    /// The type of a column: `typname` and `typtype` of `pg_type`, `atttypmod` of `pg_attribute` (-1 for none), and for an enum its labels
    /// in order. A domain is [`UpgradeType::Other`]: its base type may be passed instead, its checks remain PostgreSQL's.
    pub fn from_catalog(
        typname: &str,
        typtype: char,
        atttypmod: i32,
        labels: Vec<String>,
    ) -> UpgradeType {
        match typtype {
            'e' => UpgradeType::Enum { labels },
            'b' => base_type(typname, u32::try_from(atttypmod).ok()),
            _ => other(typname),
        }
    }

    /// True for types whose stored form is not the form written: byte-wise comparison with what PostgreSQL sends back does not work, its own
    /// `=` on the type does.
    pub fn normalises(&self) -> bool {
        matches!(self, UpgradeType::Jsonb)
    }
}

fn other(name: &str) -> UpgradeType {
    UpgradeType::Other {
        name: name.to_owned(),
    }
}

fn base_type(typname: &str, modifier: Option<u32>) -> UpgradeType {
    // Lengths and numeric's digits carry PostgreSQL's 4 bytes of header size in the modifier.
    let sized = modifier.and_then(|modifier| modifier.checked_sub(4));
    let precision = modifier.and_then(|modifier| u8::try_from(modifier).ok());
    match typname {
        "bool" => UpgradeType::Bool,
        "int2" => UpgradeType::Int2,
        "int4" => UpgradeType::Int4,
        "int8" => UpgradeType::Int8,
        "numeric" => numeric(sized),
        "float4" => UpgradeType::Float4,
        "float8" => UpgradeType::Float8,
        "text" | "citext" => UpgradeType::Text,
        "varchar" => UpgradeType::Varchar { length: sized },
        "bpchar" => UpgradeType::Char { length: sized },
        "bytea" => UpgradeType::Bytea,
        "date" => UpgradeType::Date,
        "time" => UpgradeType::Time { precision },
        "timestamp" => UpgradeType::Timestamp { precision },
        "timestamptz" => UpgradeType::Timestamptz { precision },
        "interval" => interval(modifier),
        "uuid" => UpgradeType::Uuid,
        "json" => UpgradeType::Json,
        "jsonb" => UpgradeType::Jsonb,
        "bit" => UpgradeType::Bit { length: modifier },
        "varbit" => UpgradeType::VarBit { length: modifier },
        "inet" => UpgradeType::Inet,
        "_text" => UpgradeType::TextArray,
        "_float4" => UpgradeType::Float4Array,
        "_float8" => UpgradeType::Float8Array,
        "xml" => UpgradeType::Xml,
        "geometry" => geometry(modifier),
        "vector" => UpgradeType::Vector {
            dimensions: modifier.and_then(|dimensions| u16::try_from(dimensions).ok()),
        },
        name => other(name),
    }
}

fn numeric(sized: Option<u32>) -> UpgradeType {
    let Some(sized) = sized else {
        return UpgradeType::Numeric {
            precision: None,
            scale: 0,
        };
    };
    // The scale is the low 11 bits, signed.
    let low = (sized & 0x7ff) as i16;
    UpgradeType::Numeric {
        precision: Some((sized >> 16) as u16),
        scale: (low ^ 0x400) - 0x400,
    }
}

fn interval(modifier: Option<u32>) -> UpgradeType {
    let Some(modifier) = modifier else {
        return UpgradeType::Interval { precision: None };
    };
    // An interval restricted to some fields (`interval day to hour`) drops the others silently.
    if modifier >> 16 != 0x7fff {
        return other("interval with a restriction to fields");
    }
    UpgradeType::Interval {
        precision: u8::try_from(modifier & 0xffff).ok().filter(|p| *p <= 6),
    }
}

fn geometry(modifier: Option<u32>) -> UpgradeType {
    let Some(modifier) = modifier else {
        return UpgradeType::Geometry {
            srid: None,
            kind: None,
        };
    };
    // PostGIS: 21 bits of signed SRID, 6 bits of kind, a bit each for Z and M.
    if modifier & 0b11 != 0 {
        return other("geometry with Z or M coordinates");
    }
    let srid = (modifier >> 8) & 0x1f_ffff;
    let kind = ((modifier >> 2) & 0x3f) as u8;
    UpgradeType::Geometry {
        srid: Some(srid).filter(|srid| *srid != 0),
        kind: Some(kind).filter(|kind| *kind != 0),
    }
}

impl fmt::Display for UpgradeType {
    /// The type as PostgreSQL prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = match self {
            UpgradeType::Bool => "boolean",
            UpgradeType::Int2 => "smallint",
            UpgradeType::Int4 => "integer",
            UpgradeType::Int8 => "bigint",
            UpgradeType::Float4 => "real",
            UpgradeType::Float8 => "double precision",
            UpgradeType::Text => "text",
            UpgradeType::Bytea => "bytea",
            UpgradeType::Date => "date",
            UpgradeType::Uuid => "uuid",
            UpgradeType::Json => "json",
            UpgradeType::Jsonb => "jsonb",
            UpgradeType::Inet => "inet",
            UpgradeType::Enum { .. } => "enum",
            UpgradeType::TextArray => "text[]",
            UpgradeType::Float4Array => "real[]",
            UpgradeType::Float8Array => "double precision[]",
            UpgradeType::Xml => "xml",
            UpgradeType::Geometry { .. } => "geometry",
            UpgradeType::Other { name } => name,
            UpgradeType::Numeric {
                precision: Some(precision),
                scale,
            } => return write!(f, "numeric({precision},{scale})"),
            UpgradeType::Numeric {
                precision: None, ..
            } => "numeric",
            UpgradeType::Varchar { length } => return sized(f, "character varying", *length, ""),
            UpgradeType::Char { length } => return sized(f, "character", *length, ""),
            UpgradeType::Bit { length } => return sized(f, "bit", *length, ""),
            UpgradeType::VarBit { length } => return sized(f, "bit varying", *length, ""),
            UpgradeType::Vector { dimensions } => {
                return sized(f, "vector", dimensions.map(u32::from), "");
            }
            UpgradeType::Time { precision } => {
                return sized(f, "time", precision.map(u32::from), " without time zone");
            }
            UpgradeType::Timestamp { precision } => {
                let tail = " without time zone";
                return sized(f, "timestamp", precision.map(u32::from), tail);
            }
            UpgradeType::Timestamptz { precision } => {
                let tail = " with time zone";
                return sized(f, "timestamp", precision.map(u32::from), tail);
            }
            UpgradeType::Interval { precision } => {
                return sized(f, "interval", precision.map(u32::from), "");
            }
        };
        f.write_str(plain)
    }
}

fn sized(f: &mut fmt::Formatter<'_>, name: &str, size: Option<u32>, tail: &str) -> fmt::Result {
    match size {
        Some(size) => write!(f, "{name}({size}){tail}"),
        None => write!(f, "{name}{tail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(typname: &str, atttypmod: i32) -> String {
        UpgradeType::from_catalog(typname, 'b', atttypmod, Vec::new()).to_string()
    }

    #[test]
    fn modifiers_are_read_as_postgresql_writes_them() {
        assert_eq!(printed("numeric", -1), "numeric");
        assert_eq!(printed("numeric", ((20 << 16) | 2) + 4), "numeric(20,2)");
        assert_eq!(
            printed("numeric", ((5 << 16) | (-3 & 0x7ff)) + 4),
            "numeric(5,-3)"
        );
        assert_eq!(printed("varchar", 14), "character varying(10)");
        assert_eq!(printed("varchar", -1), "character varying");
        assert_eq!(printed("bpchar", 5), "character(1)");
        assert_eq!(printed("bit", 64), "bit(64)");
        assert_eq!(printed("timestamp", 0), "timestamp(0) without time zone");
        assert_eq!(printed("timestamptz", -1), "timestamp with time zone");
        assert_eq!(printed("interval", 0x7fff_0003), "interval(3)");
        assert_eq!(printed("interval", 0x7fff_ffff), "interval");
        assert_eq!(
            printed("interval", 0x0408_ffff),
            "interval with a restriction to fields"
        );
        assert_eq!(
            UpgradeType::from_catalog("geometry", 'b', (4326 << 8) | (1 << 2), Vec::new()),
            UpgradeType::Geometry {
                srid: Some(4326),
                kind: Some(1)
            }
        );
        assert_eq!(
            UpgradeType::from_catalog("email", 'd', -1, Vec::new()),
            UpgradeType::Other {
                name: "email".to_owned()
            }
        );
    }
}
