//! The tables that are filled: how many rows each has, and what makes a row.

use super::dice::Dice;
use super::row::Rows;
use super::{World, directories, groups, lines, people, places};

/// One table of the schema.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that [`Table::row`] gives, as INSERT names them.
    pub columns: &'static str,
    /// How many rows a world has.
    pub count: fn(&World) -> u32,
    /// Writes the values of the row of a number from 1 to the count.
    pub row: fn(&World, u32, &mut Dice, &mut Rows),
}

/// Every table but those that begin empty.
pub static TABLES: [Table; 16] = [
    places::SITE,
    places::SWITCH,
    places::NUMBER_BLOCK,
    people::CALL_MODE,
    people::USERS,
    people::USER_MODE,
    people::USER_SETTING,
    lines::EXTENSION,
    lines::PHONE_NUMBER,
    lines::VOICEMAIL_BOX,
    groups::SCHEDULE,
    groups::SCHEDULE_WINDOW,
    groups::HUNT_GROUP,
    groups::HUNT_GROUP_MEMBER,
    directories::COMPANY,
    directories::PERSONAL,
];
