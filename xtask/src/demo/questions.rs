//! The same questions to both servers: a check that needs no trust in tandem.verify.
//!
//! Called when the traffic has ended and tandem.wait has returned, so that both must answer the same.

use anyhow::{Context, Result, bail};
use mysql::prelude::Queryable;

use super::dba::Dba;
use super::legacy_dba::LegacyDba;
use super::link::SCHEMA;
use super::screen::Screen;

/// What is asked, in words, and in SQL that both servers understand; `%` is the schema.
const QUESTIONS: [(&str, &str); 6] = [
    ("users", "SELECT COUNT(*) FROM %users"),
    (
        "users on switch 1",
        "SELECT COUNT(*) FROM %users WHERE switch_id = 1",
    ),
    (
        "moves, and what they cost",
        "SELECT CONCAT(COUNT(*), ', ', SUM(cost)) FROM %move_order",
    ),
    (
        "voicemails not heard yet",
        "SELECT SUM(new_messages) FROM %voicemail_box",
    ),
    (
        "numbers assigned, free, resting",
        "SELECT CONCAT(SUM(CASE state WHEN 'assigned' THEN 1 ELSE 0 END), ', ', SUM(CASE state WHEN 'free' THEN 1 ELSE 0 END), \
         ', ', SUM(CASE state WHEN 'resting' THEN 1 ELSE 0 END)) FROM %phone_number",
    ),
    (
        "last user who moved",
        "SELECT CONCAT(u.first_name, ' ', u.last_name, ', room ', u.room, ', extension ', e.number) FROM %move_order o \
         JOIN %users u ON u.user_id = o.user_id JOIN %extension e ON e.user_id = u.user_id \
         ORDER BY o.order_id DESC, e.extension_id LIMIT 1",
    ),
];

/// Asks, shows the answers, and fails when they differ.
pub fn ask_both(dba: &mut Dba<'_>, legacy: &mut LegacyDba<'_>, screen: &Screen) -> Result<()> {
    let mut differing = 0;
    screen.say("the same questions to both servers:");
    for (words, question) in QUESTIONS {
        let theirs: Option<Option<String>> =
            legacy
                .conn()
                .query_first(question.replace('%', ""))
                .with_context(|| format!("the legacy server was asked: {words}"))?;
        let theirs = theirs.flatten().unwrap_or_else(|| "nothing".to_string());
        let ours = dba
            .ask(&question.replace('%', &format!("{SCHEMA}.")))
            .with_context(|| format!("the upgrade server was asked: {words}"))?;
        let ours = ours
            .first()
            .and_then(|row| row.get(0))
            .unwrap_or("nothing")
            .to_string();
        if ours == theirs {
            screen.say(&format!("- {words}: both say {ours}"));
        } else {
            screen.say(&format!(
                "- {words}: legacy says {theirs}, upgrade says {ours}"
            ));
            differing += 1;
        }
    }
    if differing > 0 {
        bail!("the two servers answer {differing} questions differently");
    }
    Ok(())
}
