//! Every folder of `tests/cases` that is for the legacy server at hand, as a test.

use std::process::ExitCode;
use std::sync::{Arc, PoisonError, RwLock};

use tandem_tests::link::CAPTURE;
use tandem_tests::{cases, pair, suite};
use xtask::compatibility::{Folder, folders};

/// The groups that are played once more with capture from the binary log: what values become is the same whatever said that a row changed.
const GROUPS: [&str; 3] = ["binlog", "changes", "ddl"];

fn main() -> ExitCode {
    let all = pair::report().and_then(|report| Ok((report.legacy.engine, folders()?)));
    let (engine, all) = match all {
        Ok(found) => found,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let mut all: Vec<Folder> = all.iter().flat_map(Folder::plays).collect();
    all.retain(|folder| folder.case.is_for(&engine));
    if std::env::var(CAPTURE).is_ok_and(|capture| capture == "binlog") {
        all.retain(|folder| {
            folder.case.triggers_only.is_none() && GROUPS.contains(&folder.group.as_str())
        });
    }
    // Those that need the servers to themselves come last, and one by one.
    all.sort_by_key(|folder| folder.case.alone);
    let quiet = Arc::new(RwLock::new(()));
    suite::run_named(all.into_iter().map(|folder| {
        let name = format!("cases::{}", folder.full_name("::"));
        let quiet = Arc::clone(&quiet);
        (name, move || play(&folder, &quiet))
    }))
}

fn play(folder: &Folder, quiet: &RwLock<()>) -> anyhow::Result<()> {
    if folder.case.alone {
        let _nobody_else = quiet.write().unwrap_or_else(PoisonError::into_inner);
        cases::play(folder)
    } else {
        let _others_too = quiet.read().unwrap_or_else(PoisonError::into_inner);
        cases::play(folder)
    }
}
