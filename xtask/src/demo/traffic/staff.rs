//! People join the company and leave it.

use mysql::Transaction;
use mysql::prelude::Queryable;

use super::super::world::{DEPARTMENTS, first, last, login};
use super::desk::Desk;
use super::numbers::{give, release};

/// A user joins: rows in six tables, with keys that the server hands out.
pub fn join(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    let (first, last) = (first(&mut desk.dice), last(&mut desk.dice));
    let (login, switch) = (login(first, last, desk.login_number()), desk.switch());
    tx.exec_drop(
        "INSERT INTO users (login, first_name, last_name, department, switch_id, joined_on, created_at) \
         VALUES (?, ?, ?, ?, ?, CURRENT_DATE, NOW())",
        (&login, first, last, desk.dice.pick(&DEPARTMENTS), switch),
    )?;
    let user = tx.last_insert_id();
    tx.exec_drop(
        "INSERT INTO extension (switch_id, number, user_id, kind, hardware, label) VALUES (?, ?, ?, 'desk', RANDOM_BYTES(6), ?)",
        (switch, desk.inside_number(), user, format!("{last}, {first}")),
    )?;
    let extension = tx
        .last_insert_id()
        .and_then(|key| u32::try_from(key).ok())
        .unwrap_or(0);
    let number = give(tx, switch, extension)?.unwrap_or_default();
    tx.exec_drop(
        "INSERT INTO user_setting (user_id, preferences) VALUES (?, '{\"theme\": \"light\", \"lines\": 1}')",
        (user,),
    )?;
    tx.exec_drop(
        "INSERT INTO voicemail_box (user_id, pin_digest) VALUES (?, RANDOM_BYTES(16))",
        (user,),
    )?;
    tx.exec_drop(
        "INSERT INTO company_directory (user_id, display_name, number, place, email) VALUES (?, ?, ?, 'new', ?)",
        (user, format!("{last}, {first}"), number, format!("{login}@example.com")),
    )?;
    Ok(true)
}

/// A user leaves: what hangs on the user goes first, as the foreign keys demand.
pub fn leave(tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
    let user = desk.user();
    let found: Option<u32> = tx.exec_first(
        "SELECT user_id FROM users WHERE user_id = ? FOR UPDATE",
        (user,),
    )?;
    if found.is_none() {
        return Ok(false);
    }
    let extensions: Vec<u32> = tx.exec(
        "SELECT extension_id FROM extension WHERE user_id = ? ORDER BY extension_id FOR UPDATE",
        (user,),
    )?;
    for extension in extensions {
        release(tx, extension)?;
    }
    for table in [
        "hunt_group_member",
        "personal_directory",
        "company_directory",
        "user_mode",
        "user_setting",
        "voicemail_box",
        "extension",
        "users",
    ] {
        tx.exec_drop(format!("DELETE FROM {table} WHERE user_id = ?"), (user,))?;
    }
    Ok(true)
}
