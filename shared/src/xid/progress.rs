//! How far a branch is, and which savepoints it has.
//!
//! ```text
//!   none ──begin──► active ──prepare──► preparing ──prepared──► prepared ──► none     (committed or rolled back)
//!                     │ ▲                   │
//!                     │ └ savepoints        │
//!                     └──── broken ◄────────┘    an answer is missing: what the legacy server did is not known, so nothing more is asked of it
//! ```
//!
//! Savepoints nest as the subtransactions here do. One is made late, before the first write inside, for every level that has none yet:
//! a level that never writes costs nothing.

/// How far a branch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// There is none.
    #[default]
    None,
    /// It takes writes.
    Active,
    /// It was asked to prepare and has not answered.
    Preparing,
    /// It is prepared: it waits for its fate, whatever happens.
    Prepared,
    /// It is lost, or has to be.
    Broken,
}

/// The progress of one branch.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    state: State,
    /// Levels of subtransactions that have a savepoint, rising.
    saved: Vec<u32>,
}

impl Progress {
    /// How far it is.
    pub fn state(&self) -> State {
        self.state
    }

    /// It has begun.
    pub fn begin(&mut self) {
        *self = Self {
            state: State::Active,
            saved: Vec::new(),
        };
    }

    /// The levels that need a savepoint before a write at `level` (1 is the transaction itself).
    pub fn unsaved(&self, level: u32) -> impl Iterator<Item = u32> + use<> {
        let from = self.saved.last().copied().unwrap_or(1) + 1;
        from..=level
    }

    /// A level has its savepoint.
    pub fn saved(&mut self, level: u32) {
        self.saved.push(level);
    }

    /// The subtransaction at `level` was committed: what it wrote belongs to the level above.
    pub fn commit_level(&mut self, level: u32) {
        self.saved.retain(|saved| *saved < level);
    }

    /// The subtransaction at `level` was rolled back: the savepoint to go back to, when anything may have been written there.
    pub fn abort_level(&mut self, level: u32) -> Option<u32> {
        let found = self.saved.contains(&level).then_some(level);
        self.saved.retain(|saved| *saved < level);
        found.filter(|_| self.state == State::Active)
    }

    /// It is asked to prepare.
    pub fn prepare(&mut self) {
        self.state = State::Preparing;
    }

    /// It has been prepared.
    pub fn prepared(&mut self) {
        self.state = State::Prepared;
    }

    /// What it is can no longer be known, or it can only be rolled back.
    pub fn broke(&mut self) {
        self.state = State::Broken;
    }

    /// It is over.
    pub fn end(&mut self) -> State {
        std::mem::take(self).state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(progress: &mut Progress, level: u32) -> Vec<u32> {
        let levels: Vec<u32> = progress.unsaved(level).collect();
        for level in &levels {
            progress.saved(*level);
        }
        levels
    }

    #[test]
    fn savepoints_are_made_late_and_once() {
        let mut branch = Progress::default();
        branch.begin();
        assert_eq!(write(&mut branch, 1), [0_u32; 0]);
        assert_eq!(write(&mut branch, 3), [2, 3]);
        assert_eq!(write(&mut branch, 3), [0_u32; 0]);
        branch.commit_level(3);
        assert_eq!(write(&mut branch, 3), [3]);
        assert_eq!(branch.abort_level(3), Some(3));
        assert_eq!(branch.abort_level(2), Some(2));
        assert_eq!(branch.abort_level(2), None);
        assert_eq!(write(&mut branch, 2), [2]);
    }

    /// Every sequence of 8 steps: the legacy server, as it really treats savepoints, holds what the transaction here holds.
    #[test]
    fn the_branch_holds_what_the_transaction_holds() {
        for code in 0..4_usize.pow(8) {
            play(code);
        }
    }

    fn play(code: usize) {
        let mut branch = Progress::default();
        branch.begin();
        // What each open level here has written; what the legacy server has, with its savepoints by name.
        let mut here: Vec<Vec<u32>> = vec![Vec::new()];
        let mut there: Vec<u32> = Vec::new();
        let mut points: Vec<(u32, usize)> = Vec::new();
        for step in 0..8_u32 {
            let level = here.len() as u32;
            match code / 4_usize.pow(step) % 4 {
                0 => here.push(Vec::new()),
                1 => {
                    for level in write(&mut branch, level) {
                        // A savepoint takes the place of one of its name.
                        points.retain(|(name, _)| *name != level);
                        points.push((level, there.len()));
                    }
                    there.push(step);
                    here.last_mut().expect("a level").push(step);
                }
                2 if level > 1 => {
                    let written = here.pop().expect("a level");
                    here.last_mut().expect("a level").extend(written);
                    branch.commit_level(level);
                }
                3 if level > 1 => {
                    here.pop();
                    if let Some(to) = branch.abort_level(level) {
                        let at = points.iter().position(|(name, _)| *name == to);
                        let at = at.expect("the savepoint exists");
                        there.truncate(points[at].1);
                        points.truncate(at + 1);
                    }
                }
                _ => {}
            }
            assert_eq!(here.concat(), there, "{code}");
        }
    }
}
