//! Public numbers go from one extension to another.

use mysql::Transaction;
use mysql::prelude::Queryable;

use super::desk::Desk;

/// Takes an extension's public number away; it rests before somebody else may have it.
pub fn release(tx: &mut Transaction<'_>, extension: u32) -> mysql::Result<()> {
    tx.exec_drop(
        "UPDATE phone_number SET extension_id = NULL, state = 'resting', assigned_at = NULL WHERE extension_id = ?",
        (extension,),
    )
}

/// Gives an extension, which must have none, a free number of a switch's block; `None` when all are taken.
pub fn give(
    tx: &mut Transaction<'_>,
    switch: u32,
    extension: u32,
) -> mysql::Result<Option<String>> {
    let number: Option<String> = tx.exec_first(
        "SELECT number FROM phone_number WHERE state = 'free' AND block_id = \
         (SELECT block_id FROM number_block WHERE switch_id = ? LIMIT 1) LIMIT 1 FOR UPDATE SKIP LOCKED",
        (switch,),
    )?;
    if let Some(number) = &number {
        tx.exec_drop(
            "UPDATE phone_number SET extension_id = ?, state = 'assigned', assigned_at = NOW(6) WHERE number = ?",
            (extension, number),
        )?;
    }
    Ok(number)
}

/// A user gets another number, and numbers that have rested long enough become free.
pub fn reassign(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    let user = desk.user();
    let found: Option<(u32, u32)> = tx.exec_first(
        "SELECT extension_id, switch_id FROM extension WHERE user_id = ? ORDER BY extension_id LIMIT 1 FOR UPDATE",
        (user,),
    )?;
    let Some((extension, switch)) = found else {
        return Ok(false);
    };
    release(tx, extension)?;
    if let Some(number) = give(tx, switch, extension)? {
        tx.exec_drop(
            "UPDATE company_directory SET number = ? WHERE user_id = ?",
            (number, user),
        )?;
    }
    let rested: Vec<String> = tx.exec(
        "SELECT number FROM phone_number WHERE state = 'resting' AND block_id = \
         (SELECT block_id FROM number_block WHERE switch_id = ? LIMIT 1) LIMIT 3 FOR UPDATE SKIP LOCKED",
        (switch,),
    )?;
    for number in rested {
        tx.exec_drop(
            "UPDATE phone_number SET state = 'free' WHERE number = ?",
            (number,),
        )?;
    }
    Ok(true)
}

/// Two extensions swap their numbers: `extension_id` is unique, so for a moment one number leads nowhere.
pub fn swap(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    let found: Vec<(String, u32)> = tx.exec(
        "SELECT number, extension_id FROM phone_number WHERE extension_id IN (?, ?) ORDER BY number FOR UPDATE",
        (desk.user(), desk.user()),
    )?;
    let [(first, its), (second, others)] = found.as_slice() else {
        return Ok(false);
    };
    let statement =
        "UPDATE phone_number SET extension_id = ?, assigned_at = NOW(6) WHERE number = ?";
    tx.exec_drop(statement, (None::<u32>, first))?;
    tx.exec_drop(statement, (its, second))?;
    tx.exec_drop(statement, (others, first))?;
    for (extension, number) in [(its, second), (others, first)] {
        tx.exec_drop(
            "UPDATE company_directory SET number = ? WHERE user_id = \
             (SELECT user_id FROM extension WHERE extension_id = ?)",
            (number, extension),
        )?;
    }
    Ok(true)
}
