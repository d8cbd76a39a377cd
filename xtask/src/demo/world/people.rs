//! Users, call-handling modes, and what users choose on their telephones.

use super::World;
use super::dice::Dice;
use super::names::{DEPARTMENTS, RING_TONES, first, last, login};
use super::row::{Rows, date, moment};
use super::table::Table;

/// The call-handling modes: name, whether the desk telephone rings, whether the mobile does, description.
const MODES: [(&str, u8, u8, &str); 6] = [
    (
        "At my desk",
        1,
        0,
        "Calls ring here and go to voicemail when nobody answers.",
    ),
    (
        "On the move",
        0,
        1,
        "Calls ring on the mobile telephone only.",
    ),
    (
        "Anywhere",
        1,
        1,
        "Calls ring everywhere; the first to answer has it.",
    ),
    (
        "Do not disturb",
        0,
        0,
        "Nothing rings. The caller hears an announcement and may leave a message.",
    ),
    (
        "Out of office",
        0,
        0,
        "The deputy's telephone rings; mail says so.",
    ),
    (
        "Home office",
        0,
        1,
        "As \"On the move\", and the caller sees the office number.",
    ),
];

/// Number of call-handling modes.
pub const MODE_COUNT: u32 = 6;

/// A user's first and last name.
pub fn name(world: &World, user: u32) -> (&'static str, &'static str) {
    let mut dice = Dice::of_row(world.seed, "names", user);
    (first(&mut dice), last(&mut dice))
}

/// A user's login.
pub fn login_of(world: &World, user: u32) -> String {
    let (first, last) = name(world, user);
    login(first, last, user)
}

/// Users.
pub const USERS: Table = Table {
    name: "users",
    columns: "user_id, login, first_name, last_name, department, room, switch_id, language, status, call_budget, \
              joined_on, created_at, changed_at",
    count: |world| world.users,
    row: |world, user, dice, rows| {
        let (first, last) = name(world, user);
        rows.number(user)
            .quoted(login_of(world, user))
            .quoted(first)
            .quoted(last)
            .quoted(dice.pick(&DEPARTMENTS))
            .maybe(dice.chance(92).then(|| room(dice)))
            .number(world.home(user).0)
            .quoted(dice.pick(&["de", "de", "de", "de", "en", "fr", "it", "pl", "tr"]))
            .quoted(dice.pick(&["active", "active", "active", "active", "away"]));
        if dice.chance(25) {
            rows.number(format!("{}.{:02}", dice.between(5, 400), dice.below(100)));
        } else {
            rows.number("NULL");
        }
        rows.quoted(date(dice))
            .quoted(moment(dice, 0))
            .quoted(moment(dice, 3));
    },
};

/// Call-handling modes.
pub const CALL_MODE: Table = Table {
    name: "call_mode",
    columns: "mode_id, name, rings_desk, rings_mobile, description",
    count: |_| MODE_COUNT,
    row: |_, mode, _, rows| {
        let (name, desk, mobile, description) = MODES[mode as usize - 1];
        rows.number(mode)
            .quoted(name)
            .number(desk)
            .number(mobile)
            .quoted(description);
    },
};

/// What modes do for single users: two rows for every second user.
pub const USER_MODE: Table = Table {
    name: "user_mode",
    columns: "user_id, mode_id, ring_seconds, forward_to, announcement",
    count: |world| world.users / 2 * 2,
    row: |_, row, dice, rows| {
        let user = (row - 1) / 2 * 2 + 1;
        let mode = if row % 2 == 0 {
            dice.between(2, 3)
        } else {
            dice.between(4, MODE_COUNT)
        };
        rows.number(user)
            .number(mode)
            .number(dice.between(5, 60))
            .maybe(dice.chance(40).then(|| mobile(dice)))
            .maybe(dice.chance(20).then(|| {
                format!(
                    "I am back on the {}. In urgent cases please call extension {}.\nThank you!",
                    dice.between(2, 28),
                    dice.between(20_000, 20_400)
                )
            }));
    },
};

/// Settings of users.
pub const USER_SETTING: Table = Table {
    name: "user_setting",
    columns: "user_id, active_mode, ring_tone, ring_volume, private_number, notify_by, quiet_from, quiet_to, preferences, changed_at",
    count: |world| world.users,
    row: setting,
};

fn setting(_: &World, user: u32, dice: &mut Dice, rows: &mut Rows) {
    let quiet = dice.chance(30);
    rows.number(user)
        .number(dice.between(1, MODE_COUNT))
        .quoted(dice.pick(&RING_TONES))
        .number(i64::from(dice.between(0, 9)) - 1)
        .number(u8::from(dice.chance(8)))
        .quoted(dice.pick(&["", "lamp", "email,lamp", "app", "email,app,sms", "sms,lamp"]))
        .maybe(quiet.then(|| format!("{}:{:02}:00", dice.between(18, 23), dice.below(4) * 15)))
        .maybe(quiet.then(|| format!("0{}:{:02}:00", dice.between(5, 9), dice.below(4) * 15)))
        .quoted(preferences(dice))
        .quoted(moment(dice, 6));
}

/// Preferences as telephones store them.
fn preferences(dice: &mut Dice) -> String {
    format!(
        r#"{{"theme": "{}", "lines": {}, "favourites": [{}, {}], "hearing_aid": {}, "contrast": 0.{}}}"#,
        dice.pick(&["light", "dark", "Jugendstil"]),
        dice.between(1, 6),
        dice.between(20_000, 20_400),
        dice.between(20_000, 20_400),
        dice.chance(4),
        dice.between(1, 9)
    )
}

fn room(dice: &mut Dice) -> String {
    format!(
        "{}{}.{:03}",
        dice.pick(&["A", "B", "C", "D", "H"]),
        dice.below(6),
        dice.between(1, 140)
    )
}

/// A mobile number.
pub fn mobile(dice: &mut Dice) -> String {
    format!("+4915{}{:07}", dice.between(10, 29), dice.below(10_000_000))
}
