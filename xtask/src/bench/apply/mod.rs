//! Scenario `apply`: a backlog of changes is there, and one contender after the other works it off.
//!
//! Cases: `distinct`, every row of the backlog once, a third inserted, a third updated, a third deleted; and `hot`, as many updates
//! of a hundredth as many rows. Contenders: Tandem, from `tandem.resume` until `tandem.wait` returns, and PostgreSQL's logical
//! replication of the same changes, from `ENABLE` until the last one is visible; Tandem once more, reading the binary log. Peers: a replica of the legacy server, from
//! `START REPLICA` on; and pg_chameleon, from its start on, with a tenth of the changes.

mod chameleon;
mod logical;
mod replica;
mod tandem;

use anyhow::Result;

use super::Size;
use super::backlog::{Backlog, Case};
use super::contest::{Contender, hold};
use super::report::Found;
use super::stage::Stage;

/// Measures.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    let backlog = Backlog::of(size.rows);
    eprintln!("making tables of {} rows", backlog.standing_rows());
    let mut found = Found::default();
    let mut tandem = tandem::Ends::begin(stage, backlog)?;
    let mut logical = logical::Ends::begin(stage, backlog)?;
    let from_log = tandem::Ends::begin_from_log(stage, backlog);
    let mut from_log = found.try_out("tandem, capture 'binlog'", from_log);
    let (mut replica, mut chameleon) = (None, None);
    if size.peers {
        replica = found.try_out("replica", replica::Ends::begin(stage, backlog));
        let begun = chameleon::Ends::begin(stage, size.rows);
        chameleon = found.try_out("pg_chameleon", begun);
    }
    for case in [Case::Distinct, Case::Hot] {
        let mut contenders: Vec<Box<dyn Contender + '_>> = vec![
            Box::new(tandem.contender(case)),
            Box::new(logical.contender(case)),
        ];
        if let Some(from_log) = &mut from_log {
            contenders.push(Box::new(from_log.contender(case)));
        }
        if let Some(replica) = &mut replica {
            contenders.push(Box::new(replica.contender(case)));
        }
        if let Some(chameleon) = &mut chameleon {
            contenders.push(Box::new(chameleon.contender(case)));
        }
        found.add(hold(stage, case.name(), size.rounds, contenders)?);
    }
    tandem.remove(stage)?;
    logical.remove(stage)?;
    if let Some(from_log) = from_log {
        from_log.remove(stage)?;
    }
    if let Some(replica) = replica {
        replica.remove(stage)?;
    }
    if let Some(chameleon) = chameleon {
        chameleon.remove(stage)?;
    }
    Ok(found)
}
