//! Schedules, hunt groups and their members.

use super::dice::Dice;
use super::names::DEPARTMENTS;
use super::row::{Rows, date, moment};
use super::table::Table;
use super::{GROUP_SIZE, World, site_name, site_of};

/// Days of the week as the schema names them.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Windows of the three schedules of a site, in the order of the schedules: office hours, shifts, emergency.
const WINDOWS: [u32; 3] = [10, 21, 7];
/// Windows of a site.
const WINDOWS_PER_SITE: u32 = WINDOWS[0] + WINDOWS[1] + WINDOWS[2];

/// Schedules: three a site.
pub const SCHEDULE: Table = Table {
    name: "schedule",
    columns: "schedule_id, site_id, name, kind, valid_from",
    count: World::schedules,
    row: |_, schedule, dice, rows| {
        let (site, kind) = ((schedule - 1) / 3 + 1, (schedule - 1) % 3);
        let name = ["Office hours", "Shifts", "Always"][kind as usize];
        rows.number(schedule)
            .number(site)
            .quoted(format!("{name} {}", site_name(site)))
            .quoted(["office hours", "shifts", "emergency"][kind as usize])
            .quoted(date(dice));
    },
};

/// When schedules are open.
pub const SCHEDULE_WINDOW: Table = Table {
    name: "schedule_window",
    columns: "schedule_id, weekday, opens, closes",
    count: |world| world.sites() * WINDOWS_PER_SITE,
    row: |_, row, _, rows| {
        let (site, at) = (
            (row - 1) / WINDOWS_PER_SITE,
            ((row - 1) % WINDOWS_PER_SITE) as usize,
        );
        let (kind, day, (opens, closes)) = if at < 10 {
            let half = [("08:00:00", "12:00:00"), ("13:00:00", "17:30:00")][at % 2];
            (1, at / 2, half)
        } else if at < 31 {
            let shift = [
                ("06:00:00", "14:00:00"),
                ("14:00:00", "22:00:00"),
                ("22:00:00", "30:00:00"),
            ][(at - 10) % 3];
            (2, (at - 10) / 3, shift)
        } else {
            (3, at - 31, ("00:00:00", "24:00:00"))
        };
        rows.number(site * 3 + kind)
            .quoted(DAYS[day])
            .quoted(opens)
            .quoted(closes);
    },
};

/// Hunt groups, dealt out to the switches.
pub const HUNT_GROUP: Table = Table {
    name: "hunt_group",
    columns: "group_id, switch_id, number, name, strategy, ring_seconds, schedule_id, overflow_id, greeting",
    count: World::groups,
    row: |world, group, dice, rows| {
        let switch = switch_of(world, group);
        let department = dice.pick(&DEPARTMENTS);
        rows.number(group)
            .number(switch)
            .quoted((7_000 + (group - 1) / world.switches()).to_string())
            .quoted(format!("{department} {}", site_name(site_of(switch))))
            .quoted(dice.pick(&["linear", "circular", "longest idle", "all"]))
            .number(dice.between(8, 40))
            .number((site_of(switch) - 1) * 3 + dice.between(1, 3));
        // Only groups with a lower key are named, so that no circle arises.
        if group > 1 && dice.chance(30) {
            rows.number(dice.between(1, group - 1));
        } else {
            rows.number("NULL");
        }
        rows.maybe(dice.chance(60).then(|| {
            format!("Welcome to {department}. Please hold the line; your call is number {{n}} in the queue.")
        }));
    },
};

/// Members of hunt groups: a run of the switch's users.
pub const HUNT_GROUP_MEMBER: Table = Table {
    name: "hunt_group_member",
    columns: "group_id, user_id, position, logged_in, skill, joined_at",
    count: |world| world.groups() * GROUP_SIZE,
    row: |world, row, dice, rows: &mut Rows| {
        let (group, position) = ((row - 1) / GROUP_SIZE + 1, (row - 1) % GROUP_SIZE);
        let users = world.members_of(switch_of(world, group));
        let start = Dice::of_row(world.seed, "group start", group)
            .below(u32::try_from(users.len()).unwrap_or(u32::MAX));
        let user = users[(start + position) as usize % users.len()];
        rows.number(group)
            .number(user)
            .number(position + 1)
            .number(u8::from(dice.chance(80)))
            .number(format!("{}.{}", dice.between(1, 9), dice.below(10)))
            .quoted(moment(dice, 0));
    },
};

fn switch_of(world: &World, group: u32) -> u32 {
    (group - 1) % world.switches() + 1
}
