//! Extensions, phone numbers and voicemail boxes.
//!
//! On every switch, a user's desk telephone has the number 20000 and the user's place, a soft phone an 8 before that; rooms,
//! doors and faxes have 1000 and up. The traffic gives away 90000 to 99999.

use super::World;
use super::dice::Dice;
use super::people;
use super::places::prefix;
use super::row::{Rows, moment};
use super::table::Table;

/// Extensions of each switch that belong to nobody.
const ROOMS: u32 = 6;

/// Inside number of a user's desk telephone.
pub fn desk_number(place: u32) -> u32 {
    20_000 + place
}

/// How many phone numbers a switch with so many users has: a fifth is free.
pub fn numbers_for(users: usize) -> u32 {
    u32::try_from(users + users / 5).unwrap_or(u32::MAX)
}

/// The public number of a place on a switch.
pub fn public_number(switch: u32, place: u32) -> String {
    format!("{}{place:05}", prefix(switch))
}

/// Users who also have a soft phone: 3 of 20.
fn soft_phones(world: &World) -> u32 {
    world.users / 20 * 3
}

/// Extensions: first every user's desk telephone, with the user's own number for a key.
pub const EXTENSION: Table = Table {
    name: "extension",
    columns: "extension_id, switch_id, number, user_id, kind, hardware, label, emergency_calls, last_seen",
    count: |world| world.users + soft_phones(world) + world.switches() * ROOMS,
    row: extension,
};

fn extension(world: &World, row: u32, dice: &mut Dice, rows: &mut Rows) {
    let soft = soft_phones(world);
    rows.number(row);
    if row <= world.users {
        let (switch, place) = world.home(row);
        let (first, last) = people::name(world, row);
        rows.number(switch)
            .quoted(desk_number(place).to_string())
            .number(row)
            .quoted(dice.pick(&["desk", "desk", "desk", "cordless"]))
            .bytes(dice, 6)
            .quoted(format!("{last}, {first}"));
    } else if row <= world.users + soft {
        let at = row - world.users - 1;
        let user = at / 3 * 20 + at % 3 + 1;
        let (switch, place) = world.home(user);
        rows.number(switch)
            .quoted(format!("8{}", desk_number(place)))
            .number(user)
            .quoted("soft phone")
            .bytes(dice, 6)
            .quoted(format!("{} (laptop)", people::login_of(world, user)));
    } else {
        let at = row - world.users - soft - 1;
        let kind = dice.pick(&["conference room", "door", "fax"]);
        rows.number(at / ROOMS + 1)
            .quoted((1_000 + at % ROOMS).to_string())
            .number("NULL")
            .quoted(kind)
            .bytes(dice, 6)
            .quoted(format!("{kind} {}", at % ROOMS + 1));
    }
    rows.number(u8::from(dice.chance(97)))
        .maybe(dice.chance(85).then(|| moment(dice, 3)));
}

/// Phone numbers: nine of ten users have one, and every switch has some left.
pub const PHONE_NUMBER: Table = Table {
    name: "phone_number",
    columns: "number, block_id, extension_id, state, assigned_at",
    count: |world| world.numbers_before.last().copied().unwrap_or(0),
    row: |world, row, dice, rows| {
        let before = &world.numbers_before;
        let switch = u32::try_from(before.partition_point(|count| *count < row)).unwrap_or(1);
        let place = row - before[switch as usize - 1] - 1;
        let user = world.members_of(switch).get(place as usize).copied();
        rows.quoted(public_number(switch, place)).number(switch);
        match user.filter(|_| dice.chance(90)) {
            Some(user) => rows.number(user).quoted("assigned").quoted(moment(dice, 6)),
            None => rows
                .number("NULL")
                .quoted(if dice.chance(5) { "resting" } else { "free" })
                .number("NULL"),
        };
    },
};

/// Voicemail boxes: every user but each fifth has one.
pub const VOICEMAIL_BOX: Table = Table {
    name: "voicemail_box",
    columns: "user_id, pin_digest, greeting, message_waiting, new_messages, old_messages, quota_mb, forward_email, last_message_at",
    count: |world| world.users / 5 * 4,
    row: |world, row, dice, rows| {
        let user = (row - 1) / 4 * 5 + (row - 1) % 4 + 1;
        let fresh = if dice.chance(25) {
            dice.between(1, 12)
        } else {
            0
        };
        rows.number(user)
            .bytes(dice, 16)
            .quoted(dice.pick(&["standard", "standard", "own", "absent"]))
            .number(u8::from(fresh > 0))
            .number(fresh)
            .number(dice.below(40))
            .number(dice.pick(&["20.0", "20.0", "50.0", "7.5"]))
            .maybe(
                dice.chance(35)
                    .then(|| format!("{}@example.com", people::login_of(world, user))),
            )
            .maybe(dice.chance(70).then(|| moment(dice, 0)));
    },
};
