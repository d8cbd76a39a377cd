//! Those who wait until the target has what the source has now.
//!
//! Promise: a ticket is served by a pull that started after it was handed in, never by an earlier one.

use super::names::Ticket;

/// The open tickets, each with the number of the last pull that had started when it came.
#[derive(Debug, Default)]
pub(super) struct Tickets(Vec<(Ticket, u64)>);

impl Tickets {
    pub(super) fn add(&mut self, ticket: Ticket, last_pull: u64) {
        self.0.push((ticket, last_pull));
    }

    pub(super) fn withdraw(&mut self, ticket: Ticket) {
        self.0.retain(|(open, _)| *open != ticket);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes the tickets that a complete and applied pull of this number serves.
    pub(super) fn served_by(&mut self, pull: u64) -> Vec<Ticket> {
        let (served, open): (Vec<_>, Vec<_>) = self
            .0
            .iter()
            .copied()
            .partition(|(_, last_pull)| *last_pull < pull);
        self.0 = open;
        served.into_iter().map(|(ticket, _)| ticket).collect()
    }
}
