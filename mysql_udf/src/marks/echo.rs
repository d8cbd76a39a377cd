//! When to ring for a transaction whose end the server does not tell.
//!
//! The server reports the end of a *client's* statement. It says nothing while one statement runs for minutes (a
//! procedure that commits now and then), and nothing at all for the event scheduler and for replication appliers. For
//! those the plugin rings early and again later: 100 ms after the first fire, then at doubling distances, up to 1.6 s
//! while the transaction goes on firing and up to 25.6 s after its last fire. Then it stays silent until the server
//! says something or a new fire comes.
//!
//! Pure: time comes in as milliseconds. Called by `session`.

use crate::limits::{ECHO_BUSY_STEPS, ECHO_FIRST_MS, ECHO_STEPS};

/// The state of one session's echo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// Ring at `due_ms` unless the server says something before.
    Armed {
        /// When, on the plugin's clock.
        due_ms: u64,
        /// How often the distance has doubled.
        step: u32,
        /// Whether a fire came after the last ring.
        fired: bool,
    },
    /// The server told the end of a statement inside the open transaction: it will tell the transaction's end as well.
    Told,
    /// All rings of a transaction that nobody told the end of are through.
    Spent,
}

impl Echo {
    /// The echo of a first fire.
    pub fn armed(now_ms: u64) -> Self {
        Self::Armed {
            due_ms: now_ms + ECHO_FIRST_MS,
            step: 0,
            fired: true,
        }
    }

    /// Notes another fire. `now_ms` is asked only when the echo has to start anew. Returns the new due time in that
    /// case.
    pub fn fire(&mut self, now_ms: impl FnOnce() -> u64) -> Option<u64> {
        if let Self::Armed { step, fired, .. } = self
            && *step <= ECHO_BUSY_STEPS
        {
            *fired = true;
            return None;
        }
        *self = Self::armed(now_ms());
        self.due_ms()
    }

    /// When it rings next.
    pub fn due_ms(&self) -> Option<u64> {
        match self {
            Self::Armed { due_ms, .. } => Some(*due_ms),
            Self::Told | Self::Spent => None,
        }
    }

    /// Whether it rings now; if so it moves on to the next time.
    pub fn ring(&mut self, now_ms: u64) -> bool {
        let Self::Armed {
            due_ms,
            step,
            fired,
        } = *self
        else {
            return false;
        };
        if now_ms < due_ms {
            return false;
        }
        let step = if fired {
            (step + 1).min(ECHO_BUSY_STEPS)
        } else {
            step + 1
        };
        *self = if step > ECHO_STEPS {
            Self::Spent
        } else {
            Self::Armed {
                due_ms: now_ms + (ECHO_FIRST_MS << step),
                step,
                fired: false,
            }
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Echo;

    #[test]
    fn rings_nine_times_at_doubling_distances_and_is_spent() {
        let mut echo = Echo::armed(1_000);
        let mut at = Vec::new();
        while let Some(due_ms) = echo.due_ms() {
            assert!(!echo.ring(due_ms - 1));
            assert!(echo.ring(due_ms));
            at.push(due_ms - 1_000);
        }
        let wanted = [100, 300, 700, 1_500, 3_100, 6_300, 12_700, 25_500, 51_100];
        assert_eq!(at, wanted);
        assert_eq!(echo, Echo::Spent);
        assert!(!echo.ring(u64::MAX));
    }

    #[test]
    fn goes_on_while_it_fires() {
        let mut echo = Echo::armed(0);
        let mut last_ms = 0;
        for _ in 0..50 {
            let due_ms = echo.due_ms().expect("armed");
            assert!(echo.ring(due_ms));
            last_ms = echo.due_ms().expect("armed") - due_ms;
            assert_eq!(echo.fire(|| panic!("no need of the time")), None);
        }
        assert_eq!(last_ms, 1_600);
    }

    #[test]
    fn a_fire_after_silence_starts_anew() {
        for mut echo in [Echo::Told, Echo::Spent] {
            assert_eq!(echo.fire(|| 5_000), Some(5_100));
        }
        let mut echo = Echo::armed(0);
        for _ in 0..7 {
            echo.ring(echo.due_ms().expect("armed"));
        }
        assert_eq!(echo.fire(|| 60_000), Some(60_100));
    }
}
