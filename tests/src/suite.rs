//! A list of promises, run as tests.
//!
//! Promises: a promise that this machine cannot test is counted as ignored, never as passed, and the reason is said where nobody
//! overlooks it. Order is the order of the list, so what takes long can begin first. Called by the test binaries' `main`.

use std::fmt;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;
use libtest_mimic::{Arguments, Completion, Failed, Trial, run};

/// Tests that run at the same time unless `--test-threads` says otherwise. They mostly wait for servers.
const AT_ONCE: usize = 3;

/// A promise with the function that tests it.
pub struct Promise {
    /// `file::function`, as in any Rust test.
    pub name: &'static str,
    /// Returns an error when the promise is broken, [`Skip`] when this machine cannot tell.
    pub test: fn() -> Result<()>,
}

/// Lists functions of the calling module as promises.
#[macro_export]
macro_rules! promises {
    ($($test:ident),+ $(,)?) => {
        /// The promises of this file.
        pub const PROMISES: &[$crate::suite::Promise] = &[$($crate::suite::Promise {
            name: concat!(module_path!(), "::", stringify!($test)),
            test: $test,
        }),+];
    };
}

/// Why a promise could not be tested here.
#[derive(Debug)]
pub struct Skip(pub String);

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not tested: {}", self.0)
    }
}

impl std::error::Error for Skip {}

/// Runs the promises that the command line names, `skipped` ones included in the count of ignored tests.
pub fn main(groups: &[&[Promise]]) -> ExitCode {
    let promises = groups.iter().flat_map(|group| group.iter());
    run_named(promises.map(|promise| {
        // The binary's own name says nothing.
        let name = promise
            .name
            .split_once("::")
            .map_or(promise.name, |(_, rest)| rest);
        (String::from(name), promise.test)
    }))
}

/// As [`main`], for tests that are no functions of their own.
pub fn run_named<T>(tests: impl Iterator<Item = (String, T)>) -> ExitCode
where
    T: FnOnce() -> Result<()> + Send + 'static,
{
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let skipped = Arc::new(Mutex::new(Vec::new()));
    let trials = tests.map(|(name, test)| {
        let skipped = Arc::clone(&skipped);
        Trial::ignorable_test(name.clone(), move || one(&name, test, &skipped))
    });
    let conclusion = run(&arguments, trials.collect());
    for line in skipped
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
    {
        eprintln!("IGNORED {line}");
    }
    conclusion.exit_code()
}

fn one(
    name: &str,
    test: impl FnOnce() -> Result<()>,
    skipped: &Mutex<Vec<String>>,
) -> Result<Completion, Failed> {
    let begun = Instant::now();
    let outcome = test();
    let took_s = begun.elapsed().as_secs_f64();
    match outcome {
        Ok(()) => {
            eprintln!("{name}: {took_s:.1} s");
            Ok(Completion::Completed)
        }
        Err(error) => match error.downcast_ref::<Skip>() {
            Some(skip) => {
                let line = format!("{name}: {skip}");
                eprintln!("IGNORED {line}");
                skipped
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(line);
                Ok(Completion::ignored_with(&skip.0))
            }
            None => Err(Failed::from(format!("{error:?}\nafter {took_s:.1} s"))),
        },
    }
}
