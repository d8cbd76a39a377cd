//! Hunt groups: who answers for them.

use mysql::Transaction;
use mysql::prelude::Queryable;

use super::desk::Desk;

/// Members come, go, log in and log out.
pub fn change(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    let group = desk.group();
    match desk.dice.below(10) {
        0..=3 => {
            let skill = f64::from(desk.dice.between(10, 99)) / 10.0;
            tx.exec_drop(
                "INSERT INTO hunt_group_member (group_id, user_id, position, skill) \
                 SELECT ?, user_id, ?, ? FROM users WHERE user_id = ? ON DUPLICATE KEY UPDATE logged_in = 1 - logged_in",
                (group, desk.dice.between(1, 40), skill, desk.user()),
            )?;
        }
        4..=5 => tx.exec_drop(
            "DELETE FROM hunt_group_member WHERE group_id = ? ORDER BY position DESC, user_id LIMIT 1",
            (group,),
        )?,
        // A shift begins or ends: several rows in one statement.
        6..=7 => tx.exec_drop(
            "UPDATE hunt_group_member SET logged_in = 1 - logged_in WHERE group_id = ?",
            (group,),
        )?,
        _ => tx.exec_drop(
            "UPDATE hunt_group SET strategy = ?, ring_seconds = ? WHERE group_id = ?",
            (
                desk.dice.pick(&["linear", "circular", "longest idle", "all"]),
                desk.dice.between(8, 40),
                group,
            ),
        )?,
    }
    Ok(tx.affected_rows() > 0)
}
