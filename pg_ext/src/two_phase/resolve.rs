//! The resolver: what becomes of branches that are prepared on the legacy server and that no transaction cares for any more.
//!
//! ```text
//! open      here     decisions that may not have been carried out yet
//! list      there    branches that are prepared                                    in this order: a decision that was read before the list
//! judge     here     which of them to commit, which to roll back                   and whose branch is not in the list has been carried out
//! end       there    commits and rolls back
//! note      here     what was done, what could not be done
//! ```
//!
//! Any number of resolvers may run at once: each step is harmless when it has been done already. Called by the link's worker, by `tandem.settle`
//! and before a link is uninstalled.

use pgrx::Spi;
use tandem_shared::xid::{BranchName, Fate, fate};

use super::decision;
use crate::legacy::branch::writer;
use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;
use crate::report::Result;

/// The server's word for lacking the right to see prepared branches.
const NO_RIGHT: u16 = 1401;

/// Prepared branches of the link on the legacy server; `None` when the account may not see them.
pub fn list(
    session: &mut Session,
    link_key: u64,
) -> std::result::Result<Option<Vec<BranchName>>, LegacyError> {
    match writer::prepared(session) {
        Ok(names) => {
            let names = names.iter().filter_map(|name| BranchName::parse(name));
            Ok(Some(
                names.filter(|name| name.link_key == link_key).collect(),
            ))
        }
        Err(error) if error.code == NO_RIGHT => Ok(None),
        Err(error) => Err(error),
    }
}

/// A branch, what is to become of it, and what came of that.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The branch.
    pub name: BranchName,
    /// True to commit it.
    pub commit: bool,
    /// True when it has ended; an error when the server refused; false when it does not know it or does not let go of it yet.
    pub ended: std::result::Result<bool, LegacyError>,
}

/// What has to be done, and the decisions that need nothing any more.
pub fn judge(
    open: &[BranchName],
    listed: Option<&[BranchName]>,
) -> Result<(Vec<Verdict>, Vec<BranchName>)> {
    let verdict = |name: &BranchName, commit| Verdict {
        name: *name,
        commit,
        ended: Ok(false),
    };
    let Some(listed) = listed else {
        // Without the list, what was decided is simply done again.
        return Ok((
            open.iter().map(|name| verdict(name, true)).collect(),
            Vec::new(),
        ));
    };
    let mut verdicts = Vec::new();
    for name in listed {
        match fate(decision::transaction(name), || decision::is_recorded(name))? {
            Fate::Leave => {}
            Fate::Commit => verdicts.push(verdict(name, true)),
            Fate::Rollback => verdicts.push(verdict(name, false)),
        }
    }
    let done = open.iter().filter(|name| !listed.contains(name)).copied();
    Ok((verdicts, done.collect()))
}

/// Carries the verdicts out.
pub fn end(session: &mut Session, verdicts: &mut [Verdict]) {
    for verdict in verdicts {
        verdict.ended = writer::settle(session, &verdict.name, verdict.commit);
    }
}

/// Notes what was done and what is left. `listed` says whether the server's list was seen.
pub fn note(link: &str, verdicts: &[Verdict], done: &[BranchName], listed: bool) -> Result<()> {
    let mut settled = done.to_vec();
    for verdict in verdicts {
        // A branch that the server does not know, and that no list says is there, was committed before.
        let over = matches!(verdict.ended, Ok(true)) || verdict.ended == Ok(false) && !listed;
        if over && verdict.commit {
            settled.push(verdict.name);
        }
        if !over {
            see(link, verdict)?;
        }
    }
    if !settled.is_empty() {
        decision::settled(link, &settled)?;
    }
    let left: Vec<String> = verdicts
        .iter()
        .filter(|verdict| verdict.ended != Ok(true))
        .map(|verdict| verdict.name.to_string())
        .collect();
    Spi::run_with_args(
        "DELETE FROM tandem.branch_seen WHERE link = $1 AND NOT branch = ANY ($2)",
        &[link.into(), left.into()],
    )?;
    Ok(())
}

fn see(link: &str, verdict: &Verdict) -> Result<()> {
    let error = match &verdict.ended {
        Ok(_) => "the legacy server does not let go of it yet".to_owned(),
        Err(error) => error.to_string(),
    };
    let action = if verdict.commit { "commit" } else { "rollback" };
    Spi::run_with_args(
        "INSERT INTO tandem.branch_seen (branch, link, decision, error) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (branch) DO UPDATE SET decision = excluded.decision, last_seen = clock_timestamp(), error = excluded.error",
        &[
            verdict.name.to_string().into(),
            link.into(),
            action.into(),
            error.into(),
        ],
    )?;
    Ok(())
}
