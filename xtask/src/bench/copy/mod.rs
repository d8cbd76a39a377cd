//! Scenario `copy`: legacy tables with rows become upgrade tables with the same rows.
//!
//! Cases: one table of eight mixed columns; and the Sakila database, if it lies beside the checkout. Contenders: Tandem, from
//! `tandem.start` until `tandem.wait` returns; the legacy server's client piped into `\copy`; and `\copy` from files that were
//! there before, which is the limit of what a client can do.

mod plain;
mod sakila;
mod subject;
mod tandem;

use anyhow::Result;

use super::Size;
use super::contest::hold;
use super::scenario::Found;
use super::stage::Stage;
use subject::Subject;

/// Measures.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    let mut subjects = vec![Subject::items(stage, size.rows)?];
    match sakila::find() {
        Some(files) => subjects.push(Subject::sakila(stage, &files)?),
        None => eprintln!("sakila is not beside the checkout, so it is not measured"),
    }
    let mut outcomes = Vec::new();
    for subject in &subjects {
        outcomes.extend(hold(
            stage,
            subject.case,
            size.rounds,
            &mut [
                Box::new(tandem::Tandem::new(subject)),
                Box::new(plain::Pipe(subject)),
                Box::new(plain::Files(subject)),
            ],
        )?);
    }
    for subject in subjects {
        subject.remove(stage)?;
    }
    Ok((outcomes, Vec::new()))
}
