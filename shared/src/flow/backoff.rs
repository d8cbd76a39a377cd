//! Waiting longer after each failure, and saying so once.
//!
//! Promise: the wait doubles from the first to the longest, never exceeds it, and is spread by a number given from outside, so that many
//! links do not knock at the same moment. Used for each end by the machine.

/// The state of one end's trouble.
#[derive(Debug, Clone, Copy)]
pub(super) struct Backoff {
    first_ms: u64,
    max_ms: u64,
    jitter: u64,
    failures: u32,
    since_ms: Option<u64>,
    until_ms: u64,
}

impl Backoff {
    pub(super) fn new(first_ms: u64, max_ms: u64, jitter: u64) -> Self {
        Self {
            first_ms,
            max_ms,
            jitter,
            failures: 0,
            since_ms: None,
            until_ms: 0,
        }
    }

    /// Notes a failure; `long` goes straight to the longest wait. True when this is the first one of the trouble.
    pub(super) fn fail(&mut self, now_ms: u64, long: bool) -> bool {
        let doubled = self
            .first_ms
            .checked_shl(self.failures.min(40))
            .unwrap_or(self.max_ms);
        let wait_ms = if long {
            self.max_ms
        } else {
            doubled.clamp(1, self.max_ms)
        };
        self.failures = self.failures.saturating_add(1);
        self.until_ms = now_ms + self.spread(wait_ms);
        let first = self.since_ms.is_none();
        self.since_ms.get_or_insert(now_ms);
        first
    }

    /// The end works; true when it did not before.
    pub(super) fn succeed(&mut self) -> bool {
        self.failures = 0;
        self.until_ms = 0;
        self.since_ms.take().is_some()
    }

    /// Ends the wait; the trouble goes on until something succeeds.
    pub(super) fn retry_now(&mut self) {
        self.until_ms = 0;
    }

    /// When to try again, if that is still to come.
    pub(super) fn until(&self, now_ms: u64) -> Option<u64> {
        (self.until_ms > now_ms).then_some(self.until_ms)
    }

    /// Since when there is trouble.
    pub(super) fn since_ms(&self) -> Option<u64> {
        self.since_ms
    }

    /// Between half of the wait and all of it.
    fn spread(&mut self, wait_ms: u64) -> u64 {
        // One step of a linear congruential generator; its high bits are good enough to spread retries.
        self.jitter = self
            .jitter
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let half = wait_ms / 2;
        (wait_ms - (self.jitter >> 33) % (half + 1)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_is_bounded() {
        let mut backoff = Backoff::new(100, 1_000, 7);
        let mut waits = Vec::new();
        for n in 0..60 {
            assert_eq!(backoff.fail(0, false), n == 0);
            waits.push(backoff.until(0).expect("waiting"));
        }
        for (n, wait) in waits.iter().enumerate() {
            let full = (100u64 << n.min(10)).min(1_000);
            assert!((full / 2..=full).contains(wait), "attempt {n}: {wait}");
        }
        assert!(backoff.succeed());
        assert!(!backoff.succeed());
        assert_eq!(backoff.until(0), None);
    }
}
