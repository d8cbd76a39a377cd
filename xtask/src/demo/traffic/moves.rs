//! The classic change of a telephone system: a user moves from one switch to another.

use mysql::Transaction;
use mysql::prelude::Queryable;

use super::desk::Desk;
use super::numbers::{give, release};

/// Moves a user with everything that hangs on the switch: extensions, public number, voicemail, hunt groups, directory.
pub fn move_user(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    let (user, to) = (desk.user(), desk.switch());
    let from: Option<u32> = tx.exec_first(
        "SELECT switch_id FROM users WHERE user_id = ? FOR UPDATE",
        (user,),
    )?;
    let Some(from) = from.filter(|from| *from != to) else {
        return Ok(false);
    };
    let room = format!("N{}.{:03}", desk.dice.below(9), desk.dice.between(1, 99));
    tx.exec_drop(
        "UPDATE users SET switch_id = ?, room = ? WHERE user_id = ?",
        (to, room, user),
    )?;
    let extensions: Vec<(u32, String)> = tx.exec(
        "SELECT extension_id, kind FROM extension WHERE user_id = ? ORDER BY extension_id FOR UPDATE",
        (user,),
    )?;
    for (extension, kind) in &extensions {
        let soft = if kind == "soft phone" { "8" } else { "" };
        let number = format!("{soft}{}", desk.inside_number());
        tx.exec_drop(
            "UPDATE extension SET switch_id = ?, number = ?, last_seen = NULL WHERE extension_id = ?",
            (to, number, extension),
        )?;
    }
    if let Some((extension, _)) = extensions.first() {
        release(tx, *extension)?;
        if let Some(number) = give(tx, to, *extension)? {
            tx.exec_drop(
                "UPDATE company_directory SET number = ?, place = \
                 (SELECT s.name FROM site s JOIN switch w ON w.site_id = s.site_id WHERE w.switch_id = ?) WHERE user_id = ?",
                (number, to, user),
            )?;
        }
    }
    tx.exec_drop(
        "UPDATE voicemail_box SET greeting = 'standard', message_waiting = 0, old_messages = old_messages + new_messages, \
         new_messages = 0 WHERE user_id = ?",
        (user,),
    )?;
    tx.exec_drop("DELETE FROM hunt_group_member WHERE user_id = ?", (user,))?;
    let cost = f64::from(desk.dice.between(1_000, 25_000)) / 100.0;
    tx.exec_drop(
        "INSERT INTO move_order (user_id, from_switch, to_switch, cost, ordered_by, done_at) \
         VALUES (?, ?, ?, ?, SUBSTRING_INDEX(CURRENT_USER(), '@', 1), NOW(6))",
        (user, from, to, cost),
    )?;
    Ok(true)
}
