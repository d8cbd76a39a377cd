//! What users do on their telephones: settings, and voicemail.

use mysql::Transaction;
use mysql::prelude::Queryable;

use super::super::world::RING_TONES;
use super::desk::Desk;

/// A user changes something.
pub fn settings(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    let user = desk.user();
    match desk.dice.below(5) {
        0 => tx.exec_drop(
            "UPDATE user_setting SET active_mode = ? WHERE user_id = ?",
            (desk.dice.between(1, 6), user),
        )?,
        1 => tx.exec_drop(
            "UPDATE user_setting SET ring_tone = ?, ring_volume = ? WHERE user_id = ?",
            (
                desk.dice.pick(&RING_TONES),
                i64::from(desk.dice.between(0, 9)) - 1,
                user,
            ),
        )?,
        2 => tx.exec_drop(
            "UPDATE user_setting SET private_number = 1 - private_number, notify_by = ? WHERE user_id = ?",
            (desk.dice.pick(&["", "lamp", "email,lamp", "app,sms"]), user),
        )?,
        3 => {
            let hour = desk.dice.between(18, 23);
            tx.exec_drop(
                "UPDATE user_setting SET quiet_from = MAKETIME(?, 30, 0), quiet_to = '06:45:00' WHERE user_id = ?",
                (hour, user),
            )?;
        }
        _ => tx.exec_drop(
            "UPDATE user_setting SET preferences = JSON_SET(preferences, '$.lines', ?, '$.theme', ?) WHERE user_id = ?",
            (
                desk.dice.between(1, 6),
                desk.dice.pick(&["light", "dark", "größer"]),
                user,
            ),
        )?,
    }
    let changed = tx.affected_rows() > 0;
    if desk.dice.chance(20) {
        tx.exec_drop(
            "INSERT INTO user_mode (user_id, mode_id, ring_seconds) SELECT user_id, ?, ? FROM users WHERE user_id = ? \
             ON DUPLICATE KEY UPDATE ring_seconds = VALUES(ring_seconds)",
            (desk.dice.between(1, 6), desk.dice.between(5, 60), user),
        )?;
    }
    Ok(changed)
}

/// A message arrives, or is heard.
pub fn voicemail(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    let statement = if desk.dice.chance(60) {
        "UPDATE voicemail_box SET new_messages = new_messages + 1, message_waiting = 1, last_message_at = NOW() \
         WHERE user_id = ?"
    } else {
        "UPDATE voicemail_box SET old_messages = LEAST(old_messages + new_messages, 200), new_messages = 0, \
         message_waiting = 0 WHERE user_id = ?"
    };
    tx.exec_drop(statement, (desk.user(),))?;
    Ok(tx.affected_rows() > 0)
}
