//! Numbers that look random and are the same in every run.
//!
//! Promises: a row's numbers depend on the row only. Never used for secrets. Called by the generators of rows and statements.

/// A stream of numbers.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The stream of a row, or of a thread.
    pub fn new(seed: u64) -> Self {
        Self(spread(seed.wrapping_mul(0xd134_2543_de82_ef95)))
    }

    /// The next number, any of 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        spread(self.0)
    }

    /// A number from 0 to `bound - 1`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }
}

/// Lets every bit count in every other.
fn spread(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    bits = (bits ^ (bits >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    bits ^ (bits >> 32)
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn streams_repeat_and_stay_in_range() {
        let (mut one, mut again) = (Dice::new(7), Dice::new(7));
        for _ in 0..1000 {
            let drawn = one.below(10);
            assert!(drawn < 10);
            assert_eq!(drawn, again.below(10));
        }
        assert_ne!(Dice::new(1).next(), Dice::new(2).next());
        assert_eq!(Dice::new(1).below(0), 0);
    }
}
