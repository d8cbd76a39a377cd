//! BIT(1) to BIT(64). The server sends the bits as big-endian bytes, right-aligned; PostgreSQL reads a bit count and left-aligned bytes.
//!
//! Promise: every bit in its place, leading zeros included.

use super::error::ValueError;
use super::upgrade::UpgradeType;
use super::{DefaultTarget, binary, integer};
use crate::value::Value;

/// What a bit column can be written to.
pub(super) const WORKS: &str = "a bit column can become bit of the same length, bit varying, boolean (0 and 1 only), smallint, integer, bigint, numeric, text or bytea";

/// How bits are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    /// As this many bits.
    Bits(u8),
    /// As the number they make.
    Number(integer::Up, u8),
    /// As bytes, right-aligned.
    Bytes(u8),
}

pub(super) fn compile(bits: u8, target: &UpgradeType) -> Result<Up, String> {
    match *target {
        UpgradeType::Bit { length } if length.is_none_or(|n| n == u32::from(bits)) => {
            Ok(Up::Bits(bits))
        }
        UpgradeType::VarBit { length } if length.is_none_or(|n| n >= u32::from(bits)) => {
            Ok(Up::Bits(bits))
        }
        UpgradeType::Bytea => Ok(Up::Bytes(bits)),
        _ => integer::compile(target)
            .map(|up| Up::Number(up, bits))
            .map_err(|_| WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let (Up::Bits(bits) | Up::Number(_, bits) | Up::Bytes(bits)) = *self;
        let number = number(value, bits)?;
        let width = usize::from(bits.div_ceil(8));
        match self {
            Up::Bits(_) => {
                let left_aligned = number << (64 - u32::from(bits));
                out.extend_from_slice(&(4 + i32::from(bits.div_ceil(8))).to_be_bytes());
                out.extend_from_slice(&i32::from(bits).to_be_bytes());
                out.extend_from_slice(&left_aligned.to_be_bytes()[..width]);
                Ok(())
            }
            Up::Number(up, _) => up.put_number(false, number, out),
            Up::Bytes(_) => binary::put(&number.to_be_bytes()[8 - width..], out),
        }
    }
}

/// The bits as a number below 2^bits.
fn number(value: &Value, bits: u8) -> Result<u64, ValueError> {
    let number = match value {
        Value::Bytes(bytes) if bytes.len() <= 8 => bytes
            .iter()
            .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)),
        Value::UInt(number) => *number,
        _ => return Err(ValueError::unexpected(value, "bit")),
    };
    if bits < 64 && number >> bits != 0 {
        return Err(ValueError::unexpected(value, &format!("bit({bits})")));
    }
    Ok(number)
}

pub(super) fn default_target(bits: u8) -> DefaultTarget {
    let target = DefaultTarget::sql(format!("bit({bits})"));
    if bits == 1 {
        return target.with_note("bit(1) can also become boolean");
    }
    target
}
