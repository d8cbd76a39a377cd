//! Names in PostgreSQL: at most 63 bytes, unique within their namespace.

use std::collections::HashSet;

/// PostgreSQL cuts off what is longer.
pub const MAX_BYTES: usize = 63;

/// Digits of the hash at the end of a shortened name.
const HASH_DIGITS: usize = 8;

/// One namespace: the names that are taken.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Takes `wanted`, or a name as near to it as possible: shortened when it is too long, numbered when it is taken.
    pub fn take(&mut self, wanted: &str) -> String {
        let mut name = shortened(wanted);
        let mut number = 1u32;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = shortened(&format!("{wanted}_{number}"));
        }
        name
    }

    /// True when the name is taken.
    pub fn has(&self, name: &str) -> bool {
        self.taken.contains(name)
    }
}

/// The name itself when it fits; else its start and a hash of the whole, so that two long names stay two.
pub fn shortened(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let mut end = MAX_BYTES - HASH_DIGITS - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{:08x}", &name[..end], fnv1a(name.as_bytes()))
}

/// FNV-1a, 32 bits: the same on every machine and in every version.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_between_characters_and_stays_unique() {
        let long = "ü".repeat(40);
        let short = shortened(&long);
        assert!(short.len() <= MAX_BYTES, "{short}");
        assert_ne!(short, shortened(&format!("{long}x")));
        assert_eq!(short, shortened(&long));
        assert_eq!(shortened(&"a".repeat(63)), "a".repeat(63));
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut names = Names::default();
        assert_eq!(names.take("a"), "a");
        assert_eq!(names.take("a"), "a_2");
        assert_eq!(names.take("a"), "a_3");
        assert_eq!(names.take("A"), "A");
        let long = "b".repeat(70);
        let first = names.take(&long);
        let second = names.take(&long);
        assert_ne!(first, second);
        assert!(second.len() <= MAX_BYTES);
    }
}
