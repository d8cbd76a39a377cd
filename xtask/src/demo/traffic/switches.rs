//! What switches report about themselves, and changes to schedules.

use mysql::Transaction;
use mysql::prelude::Queryable;

use super::desk::Desk;

/// A switch reports its load, is maintained, or a schedule closes at another time.
pub fn report(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    match desk.dice.below(4) {
        0 | 1 => {
            let load = f64::from(desk.dice.below(9_900)) / 100.0;
            tx.exec_drop(
                "UPDATE switch SET load_percent = ? WHERE switch_id = ?",
                (load, desk.switch()),
            )?;
        }
        2 => {
            let state = desk.dice.pick(&["in service", "in service", "maintenance"]);
            let trunks = desk.dice.between(1, 8);
            tx.exec_drop(
                "UPDATE switch SET state = ?, last_restart = NOW(), config = JSON_SET(config, '$.trunks', ?) WHERE switch_id = ?",
                (state, trunks, desk.switch()),
            )?;
        }
        _ => {
            let (day, minute) = (
                desk.dice.pick(&["Mon", "Tue", "Wed", "Thu", "Fri"]),
                desk.dice.below(60),
            );
            tx.exec_drop(
                "UPDATE schedule_window SET closes = ADDTIME(opens, MAKETIME(4, ?, 0)) WHERE schedule_id = ? AND weekday = ?",
                (minute, desk.schedule(), day),
            )?;
        }
    }
    Ok(tx.affected_rows() > 0)
}
