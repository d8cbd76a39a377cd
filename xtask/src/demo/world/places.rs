//! Sites, switches and number blocks.

use super::dice::Dice;
use super::names::STREETS;
use super::row::{date, moment};
use super::table::Table;
use super::{World, site_name, site_of, town_of};

/// Phone numbers that a block is rented for.
const BLOCK_SIZE: u32 = 100_000;

/// Sites.
pub const SITE: Table = Table {
    name: "site",
    columns: "site_id, code, name, street, postcode, city, latitude, longitude, opened_on",
    count: World::sites,
    row: |_, site, dice, rows| {
        let town = town_of(site);
        let street = dice.pick(&STREETS);
        let shift = f64::from(dice.below(4_000)) / 100_000.0;
        rows.number(site)
            .quoted(format!("{}{:02}", town.letters, site % 100))
            .quoted(site_name(site))
            .quoted(format!("{street} {}", dice.between(1, 180)))
            .quoted(town.postcode)
            .quoted(town.name)
            .number(format!("{:.5}", town.latitude + shift))
            .number(format!("{:.5}", town.longitude - shift))
            .quoted(date(dice));
    },
};

/// Switches.
pub const SWITCH: Table = Table {
    name: "switch",
    columns: "switch_id, site_id, name, kind, features, software, ports, load_percent, last_restart, config, changed_at",
    count: World::switches,
    row: |world, switch, dice, rows| {
        let kind = ["main", "remote", "survivable"][(switch as usize - 1) % 3];
        let users = u32::try_from(world.members_of(switch).len()).unwrap_or(0);
        rows.number(switch)
            .number(site_of(switch))
            .quoted(format!("{} {kind}", site_name(site_of(switch))))
            .quoted(kind)
            .quoted(features(kind))
            .quoted(format!("V{}.{}", dice.between(6, 9), dice.below(10)))
            .number(users * 3 / 2 + 50)
            .number(format!("{}.{:02}", dice.between(5, 60), dice.below(100)))
            .maybe(dice.chance(90).then(|| moment(dice, 0)))
            .quoted(config(switch, dice))
            .quoted(moment(dice, 0));
    },
};

/// Number blocks: one a switch.
pub const NUMBER_BLOCK: Table = Table {
    name: "number_block",
    columns: "block_id, switch_id, prefix, size, monthly_fee, rented_until",
    count: World::switches,
    row: |_, switch, dice, rows| {
        rows.number(switch)
            .number(switch)
            .quoted(prefix(switch))
            .number(BLOCK_SIZE)
            .number(format!("{}.{:02}", dice.between(90, 900), dice.below(100)))
            .quoted(format!("20{}-12-31", dice.between(27, 35)));
    },
};

/// What the public numbers of a switch begin with. No prefix begins with another.
pub fn prefix(switch: u32) -> String {
    format!("+49{}{switch:03}", town_of(site_of(switch)).area)
}

fn features(kind: &str) -> &'static str {
    match kind {
        "main" => "voicemail,conference,recording,hunt groups,night service,emergency calls",
        "remote" => "voicemail,hunt groups,emergency calls",
        _ => "emergency calls",
    }
}

fn config(switch: u32, dice: &mut Dice) -> String {
    format!(
        r#"{{"gateway": "10.{}.{}.1", "trunks": {}, "codecs": ["G.711", "{}"], "clock": {{"source": "network", "drift_ppm": {}.5}}}}"#,
        site_of(switch),
        switch % 250,
        dice.between(1, 8),
        dice.pick(&["G.722", "G.729", "Opus"]),
        dice.below(5)
    )
}
