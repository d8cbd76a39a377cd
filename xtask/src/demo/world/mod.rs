//! The telephone system of a company that does not exist: how large it is, and every row of it.
//!
//! Promises: the same seed and number of users give the same rows, and every foreign key among them holds. The schema is
//! `sql/demo/`; the rows are inserted by `load`. Called by the story of the demo.

mod dice;
mod directories;
mod groups;
mod lines;
mod load;
mod names;
mod people;
mod places;
mod row;
mod schema;
mod table;

pub use dice::Dice;
pub use load::load;
pub use names::{DEPARTMENTS, RING_TONES, first, last, login};
pub use schema::create as create_schema;

/// Fewest users of a world: enough for a hunt group on every switch.
pub const USERS_MIN: u32 = 200;
/// Most users of a world.
pub const USERS_MAX: u32 = 2_000_000;
/// Users that one switch serves, about.
const USERS_PER_SWITCH: u32 = 850;
/// Members of a hunt group.
const GROUP_SIZE: u32 = 8;

/// A world's plan: who is where. Numbers of rows begin with 1, as the keys do.
#[derive(Debug)]
pub struct World {
    /// What everything is drawn from.
    pub seed: u64,
    /// Number of users.
    pub users: u32,
    /// Users of each switch, in the order of the switches.
    members: Vec<Vec<u32>>,
    /// For each user, the switch (from 0) and the place among the switch's users.
    homes: Vec<(u32, u32)>,
    /// For each switch, how many phone numbers all switches before it have; one more for all of them.
    numbers_before: Vec<u32>,
}

impl World {
    /// Plans a world of `users` users, [`USERS_MIN`] to [`USERS_MAX`].
    pub fn new(seed: u64, users: u32) -> Self {
        let users = users.clamp(USERS_MIN, USERS_MAX);
        let switches = (users / USERS_PER_SWITCH).clamp(4, 900);
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); switches as usize];
        let mut homes = Vec::with_capacity(users as usize);
        for user in 1..=users {
            let mut dice = Dice::of_row(seed, "homes", user);
            // The first ones are dealt out, so that every switch can fill a hunt group; main switches have more users.
            let switch = if user <= switches * GROUP_SIZE {
                user % switches
            } else {
                let drawn = dice.below(switches);
                if dice.chance(30) {
                    drawn / 3 * 3
                } else {
                    drawn
                }
            };
            let list = &mut members[switch as usize];
            homes.push((switch, u32::try_from(list.len()).unwrap_or(u32::MAX)));
            list.push(user);
        }
        let mut numbers_before = vec![0];
        for list in &members {
            let last = numbers_before.last().copied().unwrap_or(0);
            numbers_before.push(last + lines::numbers_for(list.len()));
        }
        Self {
            seed,
            users,
            members,
            homes,
            numbers_before,
        }
    }

    /// Number of switches.
    pub fn switches(&self) -> u32 {
        u32::try_from(self.members.len()).unwrap_or(u32::MAX)
    }

    /// Number of sites: three switches stand at each.
    pub fn sites(&self) -> u32 {
        self.switches().div_ceil(3)
    }

    /// Number of hunt groups.
    pub fn groups(&self) -> u32 {
        (self.users / 60).max(self.switches())
    }

    /// Number of schedules: three a site.
    pub fn schedules(&self) -> u32 {
        self.sites() * 3
    }

    /// The switch (from 1) and the place among its users (from 0) of a user.
    fn home(&self, user: u32) -> (u32, u32) {
        let (switch, place) = self.homes[user as usize - 1];
        (switch + 1, place)
    }

    /// The users of a switch (from 1).
    fn members_of(&self, switch: u32) -> &[u32] {
        &self.members[switch as usize - 1]
    }
}

/// The site (from 1) that a switch (from 1) stands at.
fn site_of(switch: u32) -> u32 {
    (switch - 1) / 3 + 1
}

/// The town of a site (from 1).
fn town_of(site: u32) -> &'static names::Town {
    &names::TOWNS[(site as usize - 1) % names::TOWNS.len()]
}

/// The name of a site (from 1): its town, numbered where a town has several.
fn site_name(site: u32) -> String {
    let town = town_of(site).name;
    match (site as usize - 1) / names::TOWNS.len() {
        0 => town.to_string(),
        more => format!("{town} {}", more + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_user_has_one_home_and_every_switch_fills_a_group() {
        let world = World::new(1, 5_000);
        let all: usize = world.members.iter().map(Vec::len).sum();
        assert_eq!(all, 5_000);
        assert!(world.members.iter().all(|list| list.len() >= 8));
        for user in [1, 77, 5_000] {
            let (switch, place) = world.home(user);
            assert_eq!(world.members_of(switch)[place as usize], user);
        }
    }
}
