//! Chance that can be repeated.
//!
//! Promises: the same seed gives the same numbers on every machine; each run says its seed, and `TANDEM_TEST_SEED` sets it. Called by
//! the load and by tests with random moments.

use std::hash::{BuildHasher, RandomState};

/// Sets the seed of a run.
pub const SEED_VARIABLE: &str = "TANDEM_TEST_SEED";

/// A generator of numbers.
#[derive(Clone, Debug)]
pub struct Dice(u64);

/// The seed of this run for `what`, said on the terminal.
pub fn seed(what: &str) -> u64 {
    let given = std::env::var(SEED_VARIABLE)
        .ok()
        .and_then(|text| text.parse().ok());
    let seed = given.unwrap_or_else(|| RandomState::new().hash_one(what) >> 16);
    eprintln!("{what}: {SEED_VARIABLE}={seed}");
    seed
}

impl Dice {
    /// The generator of a seed; `stream` tells generators of one seed apart.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut dice = Self(seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.bits();
        dice
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        // splitmix64: every state is good, so a seed can be any number.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is 1 or more.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound.max(1)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of `values`, which must not be empty.
    pub fn pick<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        let at = self.below(values.len() as u64);
        values.get(usize::try_from(at).unwrap_or(0))
    }

    /// `length` letters and digits.
    pub fn word(&mut self, length: u64) -> String {
        const SIGNS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        (0..length)
            .filter_map(|_| self.pick(SIGNS))
            .map(|sign| char::from(*sign))
            .collect()
    }
}
