//! When which writer commits.
//!
//! Promises: transactions are due at even distances over all writers together; a writer that is late does not skip. Called by the
//! race.

use std::time::Duration;

/// Transactions a second that one writer can keep to on a slow disk.
const PER_WRITER: u32 = 125;

/// A rate for a time.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    rate: u32,
    transactions: u32,
}

impl Pace {
    /// `rate` transactions a second for so many milliseconds; at least one.
    pub fn new(rate: u32, time_ms: u64) -> Self {
        let transactions = u64::from(rate) * time_ms / 1000;
        Self {
            rate,
            transactions: u32::try_from(transactions).unwrap_or(u32::MAX).max(1),
        }
    }

    /// Writers that are needed.
    pub fn writers(self) -> u32 {
        self.rate.div_ceil(PER_WRITER)
    }

    /// All transactions.
    pub fn transactions(self) -> u32 {
        self.transactions
    }

    /// When a writer's transactions are due, from the beginning on.
    pub fn due(self, writer: u32) -> impl Iterator<Item = Duration> {
        let (writers, rate) = (self.writers(), self.rate);
        (0..self.transactions)
            .filter(move |turn| turn % writers == writer)
            .map(move |turn| Duration::from_secs_f64(f64::from(turn) / f64::from(rate)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_share_the_transactions() {
        let pace = Pace::new(500, 2000);
        assert_eq!((pace.writers(), pace.transactions()), (4, 1000));
        let all: usize = (0..4).map(|writer| pace.due(writer).count()).sum();
        assert_eq!(all, 1000);
        assert_eq!(pace.due(1).next(), Some(Duration::from_millis(2)));
        assert_eq!(Pace::new(1, 100).transactions(), 1);
    }
}
