//! `tandem.settle`: branches in doubt, settled now.

use pgrx::iter::TableIterator;
use pgrx::{PgSqlErrorCode, name, pg_extern};
use tandem_shared::xid::BranchName;

use super::legacy::ask;
use crate::legacy::options::LinkOptions;
use crate::report::{Failure, Result, or_raise};
use crate::state::event::{self, Severity};
use crate::state::link::{self, Link};
use crate::two_phase::decision;
use crate::two_phase::resolve::{self, Verdict};

/// A branch, what was to become of it, and what came of that.
type Line = (String, String, String);

/// Settles what is in doubt, or the one branch that is named.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn settle(
    link: Option<&str>,
    branch: Option<&str>,
    action: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(settled_branch, String),
        name!(settled_action, String),
        name!(outcome, String),
    ),
> {
    let lines = match link {
        Some(link) => or_raise(run(link, branch, action)),
        None => Vec::new(),
    };
    TableIterator::new(lines)
}

fn run(name: &str, branch: Option<&str>, action: Option<&str>) -> Result<Vec<Line>> {
    let row = link::get(name)?;
    let options = link::options(name, row.owner)?;
    match branch {
        None => settle_all(&row, &options),
        Some(branch) => force(&row, &options, branch, action),
    }
}

/// Settles everything that no transaction cares for.
pub(super) fn settle_all(row: &Link, options: &LinkOptions) -> Result<Vec<Line>> {
    let open = decision::open(&row.name)?;
    let key = row.key;
    let listed = ask(options, move |session| resolve::list(session, key))?;
    let (mut verdicts, done) = resolve::judge(&open, listed.as_deref())?;
    if !verdicts.is_empty() {
        verdicts = ask(options, move |session| {
            resolve::end(session, &mut verdicts);
            Ok(verdicts)
        })?;
    }
    resolve::note(&row.name, &verdicts, &done, listed.is_some())?;
    Ok(verdicts.iter().map(line).collect())
}

fn line(verdict: &Verdict) -> Line {
    let action = if verdict.commit { "commit" } else { "rollback" };
    let outcome = match &verdict.ended {
        Ok(true) => "done".to_owned(),
        Ok(false) => "the legacy server does not know it, or does not let go of it yet".to_owned(),
        Err(error) => error.to_string(),
    };
    (verdict.name.to_string(), action.to_owned(), outcome)
}

/// Does with one branch what the operator says, whatever was decided.
fn force(
    row: &Link,
    options: &LinkOptions,
    branch: &str,
    action: Option<&str>,
) -> Result<Vec<Line>> {
    let invalid = |message: String, hint: &str| {
        Failure::new(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, message).hint(hint)
    };
    let name = BranchName::parse(branch).filter(|name| name.link_key == row.key);
    let Some(name) = name else {
        return Err(invalid(
            format!("\"{branch}\" is not a branch of link \"{}\"", row.name),
            "Branches are listed in tandem.in_doubt.",
        ));
    };
    let commit = match action {
        Some("commit") => true,
        Some("rollback") => false,
        _ => {
            return Err(invalid(
                "an action is needed for a branch that is named".to_owned(),
                "Actions are commit and rollback.",
            ));
        }
    };
    let mut verdicts = vec![Verdict {
        name,
        commit,
        ended: Ok(false),
    }];
    verdicts = ask(options, move |session| {
        resolve::end(session, &mut verdicts);
        Ok(verdicts)
    })?;
    if verdicts.iter().any(|verdict| verdict.ended == Ok(true)) {
        decision::settled(&row.name, &[name])?;
        pgrx::Spi::run_with_args(
            "DELETE FROM tandem.branch_seen WHERE branch = $1",
            &[branch.into()],
        )?;
        let message = format!(
            "branch {branch} was ended by the operator: {}",
            action.unwrap_or_default()
        );
        event::write(
            &row.name,
            Severity::Warning,
            "settled",
            None,
            &message,
            None,
        )?;
    }
    Ok(verdicts.iter().map(line).collect())
}
