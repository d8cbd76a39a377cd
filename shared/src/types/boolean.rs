//! PostgreSQL's boolean, a possible target of integers and BIT(1).
//!
//! Promise: only 0 and 1 become a boolean; any other number is an error of the family that holds it, since it could not come back.

/// Writes one field.
pub(super) fn put(yes: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(&[0, 0, 0, 1, u8::from(yes)]);
}
