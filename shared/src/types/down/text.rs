//! Text and bytes; and UUIDs and addresses, which are one or the other.
//!
//! Promise: every character and every byte is stored, none is added. What the server would do without a word (cut blanks over a length, strip
//! blanks at the end of a CHAR, fill a BINARY with zeros, put a question mark for a character that its set lacks) is refused here. Sets
//! whose characters only the server's own tables know are left to its strict mode.

use super::super::error::{ValueError, shown_bytes};
use super::super::inet;
use super::super::upgrade::UpgradeType;
use super::super::uuid as canonical;
use super::number::bad_length;
use super::read::{self, exact, malformed};
use crate::mapping::catalog::LegacyColumn;
use crate::value::Value;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::borrow::Cow;

/// What a text column holds.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    charset: Charset,
    /// Most characters, of CHAR and VARCHAR.
    chars: Option<usize>,
    /// Most bytes in the column's own set, of the TEXT types.
    bytes: Option<usize>,
    /// CHAR: blanks at the end are not kept.
    stripped: bool,
}

/// The characters of a set, as far as they are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8mb4,
    Utf8mb3,
    Latin1,
    Ascii,
    Ucs2,
    Utf16,
    Utf32,
    /// The server's tables decide.
    Other,
}

impl Charset {
    fn of(name: &str) -> Charset {
        match name {
            "utf8mb4" => Charset::Utf8mb4,
            "utf8mb3" | "utf8" => Charset::Utf8mb3,
            "latin1" => Charset::Latin1,
            "ascii" => Charset::Ascii,
            "ucs2" => Charset::Ucs2,
            "utf16" | "utf16le" => Charset::Utf16,
            "utf32" => Charset::Utf32,
            _ => Charset::Other,
        }
    }

    fn has(self, character: char) -> bool {
        match self {
            Charset::Utf8mb4 | Charset::Utf16 | Charset::Utf32 | Charset::Other => true,
            Charset::Utf8mb3 | Charset::Ucs2 => character <= '\u{ffff}',
            Charset::Ascii => character.is_ascii(),
            Charset::Latin1 => is_windows_1252(character),
        }
    }

    /// Bytes that a text takes in the set; `None` where only the server knows.
    fn bytes(self, text: &str) -> Option<usize> {
        Some(match self {
            Charset::Utf8mb4 | Charset::Utf8mb3 => text.len(),
            Charset::Latin1 | Charset::Ascii => text.chars().count(),
            Charset::Ucs2 | Charset::Utf16 => text.encode_utf16().count() * 2,
            Charset::Utf32 => text.chars().count() * 4,
            Charset::Other => return None,
        })
    }
}

/// latin1 is what the legacy server means by it; five bytes that Windows-1252 leaves open are control characters there.
fn is_windows_1252(character: char) -> bool {
    const ABOVE: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
    const OPEN: [char; 5] = ['\u{81}', '\u{8d}', '\u{8f}', '\u{90}', '\u{9d}'];
    character.is_ascii()
        || ('\u{a0}'..='\u{ff}').contains(&character)
        || ABOVE.contains(character)
        || OPEN.contains(&character)
}

impl Limits {
    pub(super) fn of(column: &LegacyColumn) -> Limits {
        let sized = matches!(column.data_type.as_str(), "char" | "varchar");
        let length = column
            .length
            .map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        Limits {
            charset: Charset::of(column.charset.as_deref().unwrap_or("utf8mb4")),
            chars: length.filter(|_| sized),
            bytes: length.filter(|_| !sized),
            stripped: column.data_type == "char",
        }
    }

    pub(super) fn take(&self, field: &[u8], target: &UpgradeType) -> Result<Value, ValueError> {
        if matches!(target, UpgradeType::Bytea) {
            return self.own_bytes(field);
        }
        let text = printed(field, target)?;
        self.check(&text)?;
        Ok(Value::Bytes(text.into_owned().into_bytes()))
    }

    fn check(&self, text: &str) -> Result<(), ValueError> {
        // A character has at least one byte: most values need no counting.
        if let Some(most) = self.chars.filter(|most| text.len() > *most) {
            let found = text.chars().count();
            if found > most {
                return Err(too_long(text.as_bytes(), found, "characters", most));
            }
        }
        let bytes = self.bytes.filter(|most| text.len() * 4 > *most);
        if let Some((most, found)) = bytes.zip(self.charset.bytes(text))
            && found > most
        {
            return Err(too_long(text.as_bytes(), found, "bytes", most));
        }
        if self.stripped && text.ends_with(' ') {
            return Err(ValueError::new(
                "invalid_text",
                format!(
                    "value {} ends with spaces, which a legacy CHAR does not keep",
                    shown_bytes(text.as_bytes())
                ),
            ));
        }
        match text.chars().find(|character| !self.charset.has(*character)) {
            None => Ok(()),
            Some(character) => Err(ValueError::new(
                "not_in_charset",
                format!(
                    "value {} has the character U+{:04X}, which the legacy column's character set lacks",
                    shown_bytes(text.as_bytes()),
                    u32::from(character)
                ),
            )),
        }
    }

    /// Bytes of the column's own set, as far as it is known here.
    fn own_bytes(&self, field: &[u8]) -> Result<Value, ValueError> {
        let own = match self.charset {
            Charset::Utf8mb4 | Charset::Utf8mb3 | Charset::Ascii => {
                let text = std::str::from_utf8(field).map_err(|_| {
                    ValueError::new(
                        "invalid_text",
                        format!(
                            "bytes {} are no text in the legacy column's character set",
                            shown_bytes(field)
                        ),
                    )
                })?;
                self.check(text)?;
                return Ok(Value::Bytes(field.to_vec()));
            }
            Charset::Latin1 => field.len(),
            Charset::Utf32 => field.len() / 4,
            Charset::Ucs2 => field.len() / 2,
            Charset::Utf16 | Charset::Other => 0,
        };
        if let Some(most) = self.chars.filter(|most| own > *most) {
            return Err(too_long(field, own, "characters", most));
        }
        if let Some(most) = self.bytes.filter(|most| field.len() > *most) {
            return Err(too_long(field, field.len(), "bytes", most));
        }
        Ok(Value::Bytes(field.to_vec()))
    }
}

#[cold]
fn too_long(bytes: &[u8], found: usize, what: &str, most: usize) -> ValueError {
    ValueError::new(
        "too_long",
        format!(
            "value {} has {found} {what}, the legacy column holds {most}",
            shown_bytes(bytes)
        ),
    )
}

/// The text of a field of any type that text becomes.
fn printed<'a>(field: &'a [u8], target: &UpgradeType) -> Result<Cow<'a, str>, ValueError> {
    Ok(match target {
        UpgradeType::Jsonb => match field.split_first() {
            Some((1, text)) => Cow::Borrowed(read::text(text, target)?),
            _ => return Err(malformed(field, target)),
        },
        UpgradeType::Uuid => Cow::Owned(print_uuid(exact(field, target)?)),
        UpgradeType::Inet => Cow::Owned(print_canonical(field, target)?),
        _ => Cow::Borrowed(read::text(field, target)?),
    })
}

/// How many bytes a binary column holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes {
    most: usize,
    fixed: bool,
}

impl Bytes {
    pub(super) fn of(column: &LegacyColumn) -> Bytes {
        let length = column.length.unwrap_or(u32::MAX.into());
        Bytes {
            most: usize::try_from(length).unwrap_or(usize::MAX),
            fixed: column.data_type == "binary",
        }
    }

    pub(super) fn take(&self, field: &[u8], target: &UpgradeType) -> Result<Value, ValueError> {
        let bytes = match target {
            UpgradeType::Bytea => field.to_vec(),
            UpgradeType::Uuid => exact::<16>(field, target)?.to_vec(),
            UpgradeType::Inet => match host(field, target)? {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            },
            _ => read::text(field, target)?.as_bytes().to_vec(),
        };
        if bytes.len() > self.most {
            return Err(too_long(&bytes, bytes.len(), "bytes", self.most));
        }
        if self.fixed && bytes.len() < self.most {
            return Err(bad_length(bytes.len(), "bytes", self.most));
        }
        Ok(Value::Bytes(bytes))
    }
}

/// MariaDB's UUID.
pub(super) fn uuid(field: &[u8], target: &UpgradeType) -> Result<Value, ValueError> {
    let text = match target {
        UpgradeType::Uuid => print_uuid(exact(field, target)?),
        _ => {
            let text = read::text(field, target)?;
            canonical::put_text(text.as_bytes(), &mut Vec::new())?;
            text.to_owned()
        }
    };
    Ok(Value::Bytes(text.into_bytes()))
}

fn print_uuid(bytes: [u8; 16]) -> String {
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    parts.join("-")
}

/// Which addresses a column of MariaDB's holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// INET4.
    Four,
    /// INET6.
    Six,
}

impl Host {
    pub(super) fn of(data_type: &str) -> Host {
        match data_type {
            "inet4" => Host::Four,
            _ => Host::Six,
        }
    }

    pub(super) fn take(self, field: &[u8], target: &UpgradeType) -> Result<Value, ValueError> {
        let text = match target {
            UpgradeType::Inet => {
                let address = host(field, target)?;
                if (self == Host::Four) != address.is_ipv4() {
                    return Err(bad_address(&address.to_string()));
                }
                address.to_string()
            }
            _ => {
                let text = read::text(field, target)?;
                let fits = match self {
                    Host::Four => text.parse::<Ipv4Addr>().is_ok(),
                    Host::Six => text.parse::<Ipv6Addr>().is_ok(),
                };
                if !fits {
                    return Err(bad_address(text));
                }
                text.to_owned()
            }
        };
        Ok(Value::Bytes(text.into_bytes()))
    }
}

#[cold]
fn bad_address(text: &str) -> ValueError {
    ValueError::new(
        "bad_address",
        format!("address {text} is none that the legacy column holds"),
    )
}

/// The address of an inet field, which must be a host's: a network has no counterpart.
fn host(field: &[u8], target: &UpgradeType) -> Result<IpAddr, ValueError> {
    let (head, address) = field
        .split_first_chunk::<4>()
        .ok_or_else(|| malformed(field, target))?;
    let whole = match (head, address.len()) {
        ([2, bits, _, 4], 4) => *bits == 32,
        ([3, bits, _, 16], 16) => *bits == 128,
        _ => return Err(malformed(field, target)),
    };
    let address: IpAddr = if address.len() == 4 {
        IpAddr::from(exact::<4>(address, target)?)
    } else {
        IpAddr::from(exact::<16>(address, target)?)
    };
    if !whole {
        return Err(bad_address(&format!("{address}/{}", head[1])));
    }
    Ok(address)
}

/// An address in a text column: only one that both sides print alike, so that the same text comes back.
fn print_canonical(field: &[u8], target: &UpgradeType) -> Result<String, ValueError> {
    let text = host(field, target)?.to_string();
    inet::put_canonical(text.as_bytes(), &mut Vec::new())?;
    Ok(text)
}
