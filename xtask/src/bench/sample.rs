//! One measurement, and many.
//!
//! Promises: a median of an even number of values is the mean of the two in the middle; a percentile is a value that was
//! measured. Called by the contenders, which make samples, and by `contest`.

/// What a contender measured in one round.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Rows, changes or transactions.
    pub rows: u64,
    /// Seconds, when the contender's own clock is to count.
    pub seconds: Option<f64>,
    /// Delays, in milliseconds.
    pub delays_ms: Vec<f64>,
    /// Anything else worth keeping, by name.
    pub figures: Vec<(&'static str, f64)>,
}

impl Sample {
    /// So many rows, in the time from beginning to end.
    pub fn of_rows(rows: u64) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }

    /// Adds a figure.
    pub fn with(mut self, name: &'static str, value: f64) -> Self {
        self.figures.push((name, value));
        self
    }
}

/// The median; 0 of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
    }
}

/// The smallest value that at least `percent` of all do not exceed; 0 of nothing.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles() {
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&hundred, 50), 50.0);
        assert_eq!(percentile(&hundred, 99), 99.0);
        assert_eq!(percentile(&[7.0], 99), 7.0);
        assert_eq!(percentile(&[], 50), 0.0);
    }
}
