//! The model driver's other half: a batch with the target, from `Apply` to its answer.

use super::agenda::Happening;
use super::broken::Broken;
use super::model::{Rows, table_id};
use super::worker::Worker;
use super::world::World;
use crate::flow::{Apply, Event, Failure, Receipt};

/// The batch that the target is working on.
#[derive(Debug)]
pub struct InHand {
    apply: Apply<Rows>,
    fate: Fate,
    committed: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Good,
    Refused(Failure),
    /// It is committed, but the driver is not told so.
    CommittedUnknown,
}

impl World {
    pub fn take_in_hand(&mut self, worker: &mut Worker, apply: Apply<Rows>) -> Result<(), String> {
        self.check_apply(worker, &apply)?;
        worker.last_applied = apply.receipt.pull;
        self.totals.applies += 1;
        let trouble = !self.calm() && self.dice.chance(self.scenario.apply_trouble);
        let fate = match self.dice.below(4) {
            _ if !trouble => Fate::Good,
            0..=1 => Fate::Refused(Failure::Transient),
            2 => Fate::Refused(Failure::Link),
            _ => Fate::CommittedUnknown,
        };
        worker.in_hand = Some(InHand {
            apply,
            fate,
            committed: None,
        });
        self.plan_apply_step();
        Ok(())
    }

    fn plan_apply_step(&mut self) {
        let (life, wait_ms) = (self.life, self.dice.between(0, self.scenario.apply_ms));
        self.agenda
            .add(self.now_ms + wait_ms, Happening::ApplyStep { life });
    }

    /// First the commit, then the flush; a crash may come in between.
    pub fn apply_step(&mut self) -> Result<(), String> {
        let Some(mut worker) = self.worker.take() else {
            return Ok(());
        };
        let result = self.apply_step_of(&mut worker);
        self.worker = Some(worker);
        result
    }

    fn apply_step_of(&mut self, worker: &mut Worker) -> Result<(), String> {
        let early = self.broken(Broken::AppliedBeforeDurable);
        let Some(hand) = &mut worker.in_hand else {
            if self.target.up {
                self.target.flush();
            }
            return Ok(());
        };
        let receipt = hand.apply.receipt;
        let failed = |failure| Event::ApplyFailed { receipt, failure };
        let rows = &hand.apply.payload;
        let answer = match (hand.committed, hand.fate) {
            (None, _) if !self.target.up => failed(Failure::Transient),
            (None, Fate::Refused(failure)) => failed(failure),
            (None, Fate::CommittedUnknown) if self.plan.broken == Some(Broken::LateCommit) => {
                let at_ms = self.now_ms + self.dice.between(1, 60);
                let rows = rows.clone();
                self.agenda.add(at_ms, Happening::LateCommit(rows));
                failed(Failure::Transient)
            }
            (None, fate) => {
                if let Some(table) = self.target.refuses(rows) {
                    failed(Failure::Table(table_id(table)))
                } else {
                    let changed = self.target.commit(rows, self.plan.broken)?;
                    hand.committed = Some(changed);
                    self.plan_apply_step();
                    if !early || fate != Fate::Good {
                        return Ok(());
                    }
                    applied(receipt, changed)
                }
            }
            (Some(_), Fate::CommittedUnknown) => {
                self.target.flush();
                failed(Failure::Transient)
            }
            (Some(changed), _) => {
                self.target.flush();
                applied(receipt, changed)
            }
        };
        worker.in_hand = None;
        if self.scenario.async_apply {
            worker.inbox.push_back(answer);
        } else {
            worker.inbox.push_front(answer);
        }
        Ok(())
    }

    /// The remote target has crashed under the batch in hand.
    pub fn lose_apply(&mut self) {
        let Some(worker) = &mut self.worker else {
            return;
        };
        if let Some(hand) = worker.in_hand.take() {
            worker.inbox.push_front(Event::ApplyFailed {
                receipt: hand.apply.receipt,
                failure: Failure::Transient,
            });
        }
    }
}

fn applied(receipt: Receipt, changed: u64) -> Event<Rows> {
    Event::Applied {
        receipt,
        changed,
        parked: 0,
    }
}
