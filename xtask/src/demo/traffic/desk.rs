//! What a writer knows of the telephone system: how many of everything there are, and dice to choose with.

use std::sync::atomic::{AtomicU32, Ordering};

use super::super::world::{Dice, World};

/// Logins of people who join are numbered on from here, so that they differ from everybody's.
static JOINED: AtomicU32 = AtomicU32::new(0);

/// One writer's desk.
#[derive(Debug)]
pub struct Desk {
    /// What is chosen with.
    pub dice: Dice,
    users: u32,
    switches: u32,
    groups: u32,
    schedules: u32,
}

impl Desk {
    /// A desk in a world.
    pub fn new(world: &World, dice: Dice) -> Self {
        Self {
            dice,
            users: world.users,
            switches: world.switches(),
            groups: world.groups(),
            schedules: world.schedules(),
        }
    }

    /// Any user's key; the user may have left.
    pub fn user(&mut self) -> u32 {
        self.dice.between(1, self.users)
    }

    /// Any switch's key.
    pub fn switch(&mut self) -> u32 {
        self.dice.between(1, self.switches)
    }

    /// Any hunt group's key.
    pub fn group(&mut self) -> u32 {
        self.dice.between(1, self.groups)
    }

    /// Any schedule's key.
    pub fn schedule(&mut self) -> u32 {
        self.dice.between(1, self.schedules)
    }

    /// An inside number that is probably free.
    pub fn inside_number(&mut self) -> String {
        self.dice.between(90_000, 99_999).to_string()
    }

    /// A number that no login has.
    pub fn login_number(&self) -> u32 {
        self.users + 1 + JOINED.fetch_add(1, Ordering::Relaxed)
    }
}
