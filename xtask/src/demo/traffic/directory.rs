//! Speed dials in the personal directories.

use mysql::Transaction;
use mysql::prelude::Queryable;

use super::super::world::{first, last};
use super::desk::Desk;

/// A speed dial is put in, put elsewhere (its key changes), or removed.
pub fn speed_dial(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    let user = desk.user();
    match desk.dice.below(4) {
        0 | 1 => {
            let name = format!("{} {}", first(&mut desk.dice), last(&mut desk.dice));
            let number = format!("+49{}", desk.dice.between(200_000_000, 999_999_999));
            tx.exec_drop(
                "INSERT INTO personal_directory (user_id, position, name, number) \
                 SELECT user_id, ?, ?, ? FROM users WHERE user_id = ? \
                 ON DUPLICATE KEY UPDATE name = VALUES(name), number = VALUES(number)",
                (desk.dice.between(1, 20), name, number, user),
            )?;
        }
        2 => tx.exec_drop(
            "UPDATE personal_directory SET position = position + 100 WHERE user_id = ? AND position < 100 \
             ORDER BY position LIMIT 1",
            (user,),
        )?,
        _ => tx.exec_drop(
            "DELETE FROM personal_directory WHERE user_id = ? ORDER BY position DESC LIMIT 1",
            (user,),
        )?,
    }
    Ok(tx.affected_rows() > 0)
}
