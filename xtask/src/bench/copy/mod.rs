//! Scenario `copy`: legacy tables with rows become upgrade tables with the same rows.
//!
//! Cases: one table of eight mixed columns; and the Sakila database, if it lies beside the checkout. Contenders: Tandem, from
//! `tandem.start` until `tandem.wait` returns; the legacy server's client piped into `\copy`; and `\copy` from files that were
//! there before, which is the limit of what a client can do. Peers: pgloader, and `INSERT ... SELECT` through mysql_fdw.

mod fdw;
mod pgloader;
mod plain;
mod sakila;
mod subject;
mod tandem;

use anyhow::Result;

use super::Size;
use super::contest::{Contender, hold};
use super::report::Found;
use super::stage::Stage;
use subject::Subject;

/// Measures.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    let mut found = Found::default();
    let items = Subject::items(stage, size.rows)?;
    let mut contenders = everybody(stage, size, &items, &mut found);
    if size.peers {
        let fdw = found.try_out("items: mysql_fdw", fdw::Fdw::new(stage, &items));
        contenders.extend(fdw.map(|fdw| Box::new(fdw) as Box<dyn Contender>));
    }
    found.add(hold(stage, items.case, size.rounds, contenders)?);
    items.remove(stage)?;
    match sakila::find() {
        Some(files) => {
            let sakila = Subject::sakila(stage, &files)?;
            let contenders = everybody(stage, size, &sakila, &mut found);
            found.add(hold(stage, sakila.case, size.rounds, contenders)?);
            sakila.remove(stage)?;
        }
        None => eprintln!("sakila is not beside the checkout, so it is not measured"),
    }
    Ok(found)
}

/// Those who can copy anything.
fn everybody<'a>(
    stage: &Stage,
    size: Size,
    subject: &'a Subject,
    found: &mut Found,
) -> Vec<Box<dyn Contender + 'a>> {
    let mut contenders: Vec<Box<dyn Contender + 'a>> = vec![
        Box::new(tandem::Tandem::new(subject)),
        Box::new(plain::Pipe(subject)),
        Box::new(plain::Files(subject)),
    ];
    if size.peers {
        let name = format!("{}: pgloader", subject.case);
        let pgloader = found.try_out(&name, pgloader::Pgloader::new(stage, subject));
        contenders.extend(pgloader.map(|pgloader| Box::new(pgloader) as Box<dyn Contender>));
    }
    contenders
}
