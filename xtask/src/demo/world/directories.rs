//! The company's directory and the users' own.

use super::World;
use super::lines::public_number;
use super::names::{TOWNS, first, last};
use super::people::{self, mobile};
use super::table::Table;
use super::{site_name, site_of};

/// One entry in so many is no user but a supplier.
const SUPPLIERS: u32 = 25;
/// Speed dials of a user who has any.
const SPEED_DIALS: u32 = 4;

/// The company's directory: every user, then suppliers.
pub const COMPANY: Table = Table {
    name: "company_directory",
    columns: "entry_id, user_id, display_name, number, place, email, keywords, listed",
    count: |world| world.users + world.users / SUPPLIERS,
    row: |world, entry, dice, rows| {
        rows.number(entry);
        if entry <= world.users {
            let (switch, place) = world.home(entry);
            let (first, last) = people::name(world, entry);
            rows.number(entry)
                .quoted(format!("{last}, {first}"))
                .quoted(public_number(switch, place))
                .quoted(site_name(site_of(switch)))
                .quoted(format!("{}@example.com", people::login_of(world, entry)))
                .number("NULL");
        } else {
            let owner = last(dice);
            let trade = dice.pick(&[
                "Catering",
                "Elevators",
                "Kabelbau",
                "Office Supplies",
                "Taxi",
            ]);
            rows.number("NULL")
                .quoted(format!("{owner} {trade}"))
                .quoted(mobile(dice))
                .quoted(dice.pick(&TOWNS.each_ref()).name)
                .number("NULL")
                .quoted(format!(
                    "{trade}, {owner}; supplier since {}",
                    dice.between(1991, 2024)
                ));
        }
        rows.number(u8::from(dice.chance(95)));
    },
};

/// Personal directories: every fifth user has one.
pub const PERSONAL: Table = Table {
    name: "personal_directory",
    columns: "user_id, position, name, number, note",
    count: |world| world.users / 5 * SPEED_DIALS,
    row: |_: &World, row, dice, rows| {
        let (at, position) = ((row - 1) / SPEED_DIALS, (row - 1) % SPEED_DIALS + 1);
        rows.number(at * 5 + 1)
            .number(position)
            .quoted(format!("{} {}", first(dice), last(dice)))
            .quoted(mobile(dice))
            .maybe(dice.chance(15).then_some("call back on Monday \u{260e}"));
    },
};
