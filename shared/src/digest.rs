//! Digests of a table's rows, in buckets by key: whether two sides are equal, and where they are not, without bringing the rows together.
//!
//! Promise: rows that both sides hold alike, byte for byte, have the same digests whatever the order they come in; rows that differ make the digests of
//! their keys' buckets differ, but for a chance of 1 in 2^128. The memory is the same for every table. Called by the comparison, which looks at the rows of
//! differing buckets themselves.

use twox_hash::{XxHash3_64, XxHash3_128};

use crate::row;

/// Buckets of a table. A difference makes one bucket's rows be looked at: one in so many.
const BUCKETS: usize = 4096;

/// The rows of one bucket: how many, and the sum of their digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Bucket {
    rows: u64,
    sum: u128,
}

/// The digest of one side of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    seed: u64,
    buckets: Vec<Bucket>,
}

/// Buckets that differ between two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    seed: u64,
    marked: Vec<bool>,
    rows: u64,
}

/// The bytes of a row's key: the fields at `positions`, with their lengths.
pub fn key_bytes(row: &[u8], positions: &[usize], key: &mut Vec<u8>) {
    key.clear();
    for &at in positions {
        match row::fields(row).nth(at).flatten() {
            Some(field) => {
                key.extend_from_slice(&(field.len() as u64).to_be_bytes());
                key.extend_from_slice(field);
            }
            None => key.extend_from_slice(&u64::MAX.to_be_bytes()),
        }
    }
}

fn bucket(seed: u64, key: &[u8]) -> usize {
    let hash = XxHash3_64::oneshot_with_seed(seed, key);
    usize::try_from(hash % BUCKETS as u64).unwrap_or(0)
}

impl Digest {
    /// Of no rows. Both sides of a comparison have the same seed, which nobody can foresee.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            buckets: vec![Bucket::default(); BUCKETS],
        }
    }

    /// Adds a row, in the format of [`crate::row`], and the bytes of its key.
    pub fn add(&mut self, key: &[u8], row: &[u8]) {
        let bucket = &mut self.buckets[bucket(self.seed, key)];
        bucket.rows += 1;
        let hash = XxHash3_128::oneshot_with_seed(self.seed, row);
        bucket.sum = bucket.sum.wrapping_add(hash);
    }

    /// Rows added.
    pub fn rows(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.rows).sum()
    }

    /// The buckets in which this side and the other differ.
    pub fn differing(&self, other: &Self) -> Marks {
        let pairs = || self.buckets.iter().zip(&other.buckets);
        Marks {
            seed: self.seed,
            marked: pairs().map(|(one, another)| one != another).collect(),
            rows: pairs()
                .filter(|(one, another)| one != another)
                .map(|(one, another)| one.rows.max(another.rows))
                .sum(),
        }
    }
}

impl Marks {
    /// Rows of the marked buckets, on the side that has more.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// True when both sides were equal.
    pub fn none(&self) -> bool {
        !self.marked.contains(&true)
    }

    /// True when the row with this key is in a marked bucket.
    pub fn has(&self, key: &[u8]) -> bool {
        self.marked[bucket(self.seed, key)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::{RowBuf, put_field, put_null};

    fn digest(rows: &[(&[u8], Option<&[u8]>)]) -> Digest {
        let mut digest = Digest::new(7);
        let mut key = Vec::new();
        for (id, value) in rows {
            let mut buffer = RowBuf::new();
            let _ = buffer.push(2, |out| {
                put_field(out, id)?;
                match value {
                    Some(value) => put_field(out, value),
                    None => {
                        put_null(out);
                        Ok(())
                    }
                }
            });
            key_bytes(buffer.bytes(), &[0], &mut key);
            digest.add(&key, buffer.bytes());
        }
        digest
    }

    #[test]
    fn order_does_not_matter_and_every_byte_does() {
        let one = digest(&[(b"1", Some(b"a")), (b"2", None)]);
        let other = digest(&[(b"2", None), (b"1", Some(b"a"))]);
        assert!(one.differing(&other).none());
        assert_eq!(one.rows(), 2);
        for rows in [
            [(&b"1"[..], Some(&b"b"[..])), (b"2", None)],
            [(b"1", Some(b"a")), (b"2", Some(b""))],
            [(b"1", Some(b"a")), (b"3", None)],
        ] {
            let other = digest(&rows);
            let marks = one.differing(&other);
            assert!(!marks.none());
            assert!(marks.rows() >= 1);
        }
        assert!(!one.differing(&digest(&[(b"1", Some(b"a"))])).none());
    }

    #[test]
    fn a_differing_row_is_in_a_marked_bucket() {
        let one = digest(&[(b"1", Some(b"a")), (b"2", None)]);
        let other = digest(&[(b"1", Some(b"a")), (b"2", Some(b"x"))]);
        let marks = one.differing(&other);
        let (mut buffer, mut key) = (RowBuf::new(), Vec::new());
        let _ = buffer.push(1, |out| put_field(out, b"2"));
        key_bytes(buffer.bytes(), &[0], &mut key);
        assert!(marks.has(&key));
    }

    #[test]
    fn fields_of_a_key_do_not_run_into_each_other() {
        let key = |fields: [&[u8]; 2]| {
            let (mut buffer, mut key) = (RowBuf::new(), Vec::new());
            let _ = buffer.push(2, |out| {
                put_field(out, fields[0])?;
                put_field(out, fields[1])
            });
            key_bytes(buffer.bytes(), &[0, 1], &mut key);
            key
        };
        assert_ne!(key([b"ab", b"c"]), key([b"a", b"bc"]));
    }
}
