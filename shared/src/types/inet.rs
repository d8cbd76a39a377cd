//! MariaDB's INET4 and INET6; and PostgreSQL's inet as target of text and of 4 or 16 bytes (what `INET6_ATON` gives).
//!
//! Promise: one host address, never a network. An IPv6 address that maps an IPv4 one stays an IPv6 address.

use super::DefaultTarget;
use super::error::{ValueError, shown_bytes};
use super::text::Form;
use super::upgrade::UpgradeType;
use crate::value::Value;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address column can be written to.
pub(super) const WORKS: &str =
    "an inet4 or inet6 column can become inet, text or character varying";

/// How an address is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    Inet,
    Text(Form),
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Inet => Ok(Up::Inet),
        _ => Form::of(target)
            .map(Up::Text)
            .ok_or_else(|| WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(text) = value else {
            return Err(ValueError::unexpected(value, "inet4 or inet6"));
        };
        match self {
            Up::Inet => put_text(text, out),
            Up::Text(form) => form.put(text, out),
        }
    }
}

/// Writes a field from an address in a text column: only as PostgreSQL prints it, so that the same text comes back.
pub(super) fn put_canonical(text: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
    let printed = std::str::from_utf8(text).map_err(|_| bad(text))?;
    let address: IpAddr = printed.parse().map_err(|_| bad(text))?;
    // PostgreSQL prints the last 32 bits of an address in ::/96 with dots, Rust does not.
    let mixed =
        matches!(address, IpAddr::V6(v6) if v6.segments()[..6] == [0; 6] && v6.segments()[6] != 0);
    if mixed || address.to_string() != printed {
        return Err(bad(text));
    }
    put_text(text, out)
}

/// Writes a field from an address as MariaDB prints it.
pub(super) fn put_text(text: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
    let printed = std::str::from_utf8(text).map_err(|_| bad(text))?;
    if let Ok(address) = printed.parse::<Ipv4Addr>() {
        return put_bytes(&address.octets(), out);
    }
    let address: Ipv6Addr = printed.parse().map_err(|_| bad(text))?;
    put_bytes(&address.octets(), out)
}

/// Writes a field from the 4 or 16 bytes of an address.
pub(super) fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
    // PostgreSQL's own numbers of the families, then bits of the mask, not a network, bytes of the address.
    let head = match bytes.len() {
        4 => [0, 0, 0, 8, 2, 32, 0, 4],
        16 => [0, 0, 0, 20, 3, 128, 0, 16],
        _ => return Err(bad(bytes)),
    };
    out.extend_from_slice(&head);
    out.extend_from_slice(bytes);
    Ok(())
}

#[cold]
fn bad(bytes: &[u8]) -> ValueError {
    ValueError::new(
        "bad_address",
        format!(
            "value {} is not an internet address in canonical form",
            shown_bytes(bytes)
        ),
    )
}

pub(super) fn default_target() -> DefaultTarget {
    DefaultTarget::sql("inet")
}
