//! Numbers that look random and are the same for the same seed.
//!
//! Promises: a row's dice depend on the seed, the table and the row's number only, so rows can be made in any order and on
//! any thread. Never used for secrets. Called by the generator and by the traffic.

/// A stream of numbers.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream of one row of one table.
    pub fn of_row(seed: u64, table: &str, row: u32) -> Self {
        let name = table.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(mix(name.wrapping_add(u64::from(row) << 20)))
    }

    /// The next number, any of 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from 0 to `bound - 1`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        // The upper half of a product: even over the range, and no division.
        let drawn = (self.next() >> 32) * u64::from(bound);
        u32::try_from(drawn >> 32).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of the choices, which must not be empty.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(u32::try_from(choices.len()).unwrap_or(u32::MAX)) as usize]
    }
}

/// Spreads every bit over all bits.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_seed_gives_the_same_numbers_within_their_range() {
        let throw = |row| {
            let mut dice = Dice::of_row(7, "users", row);
            (dice.between(3, 5), dice.below(1_000_000))
        };
        assert_eq!(throw(1), throw(1));
        assert_ne!(throw(1).1, throw(2).1);
        assert!((0..100).all(|row| (3..=5).contains(&throw(row).0)));
        assert_eq!(Dice::new(1).below(0), 0);
    }
}
