//! `tandem.check`: everything at once that stands in the way of a link.

use pgrx::iter::TableIterator;
use pgrx::{Spi, name, pg_extern};
use tandem_shared::mapping::check::{
    Finding, LogFacts, OtherLink, Severity, Subject, check as find_all,
};
use tandem_shared::mapping::document::Document;

use super::legacy::ask;
use super::probe;
use crate::legacy::binlog::server::oldest;
use crate::legacy::catalog;
use crate::legacy::options::Capture;
use crate::report::{Result, or_raise};
use crate::state::binlog;
use crate::state::link;
use crate::state::table::{self, Phase};
use crate::upgrade::target::target_catalog;

/// All findings, errors first.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn check(
    link: &str,
) -> TableIterator<
    'static,
    (
        name!(severity, String),
        name!(code, String),
        name!(object, String),
        name!(message, String),
        name!(hint, String),
    ),
> {
    let found = or_raise(find(link, true));
    TableIterator::new(found.into_iter().map(|finding| {
        let severity = finding.severity.name().to_owned();
        (
            severity,
            finding.code.to_owned(),
            finding.object,
            finding.message,
            finding.hint,
        )
    }))
}

/// The findings that keep a link from starting.
pub fn errors(name: &str) -> Result<Vec<Finding>> {
    Ok(find(name, false)?
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect())
}

/// All findings; `data` says whether rows are tried, too, which finds warnings only.
fn find(name: &str, data: bool) -> Result<Vec<Finding>> {
    let row = link::get(name)?;
    let options = link::options(name, row.owner)?;
    let database = options.dbname.clone();
    let reads_log = options.capture == Capture::Binlog;
    let (server, legacy, oldest) = ask(&options, move |session| {
        let facts = catalog::facts(&mut session.conn)?;
        Ok((
            facts,
            catalog::read(&mut session.conn, &database, session.family)?,
            if reads_log { oldest(session)? } else { None },
        ))
    })?;
    let resume = binlog::load(name)?.map(|stored| stored.resume.place.file);
    let log = reads_log.then_some(LogFacts { oldest, resume });
    let tables = table::all(name)?;
    let fresh: Vec<bool> = tables
        .iter()
        .map(|table| table.phase == Phase::Init)
        .collect();
    let planned = tables.clone();
    let mut mapping = Document::new(tables.into_iter().map(|table| table.map).collect());
    let query = "SELECT (SELECT unmapped FROM tandem.link WHERE link = $1)";
    mapping.unmapped =
        Spi::get_one_with_args::<Vec<String>>(query, &[name.into()])?.unwrap_or_default();
    let parts = mapping.tables.iter().zip(fresh);
    let parts = parts.flat_map(|(map, fresh)| map.parts().map(move |part| (part.target, fresh)));
    let target = target_catalog(parts)?;
    let elsewhere = table::of_other_links(name)?;
    let others: Vec<OtherLink<'_>> = elsewhere
        .iter()
        .map(|(link, map)| OtherLink { link, map })
        .collect();
    let mut probes = probe::expressions(&row, &options, &legacy, &planned)?;
    if data {
        probes.extend(probe::values(&row, &options, &legacy, &planned)?);
        probes.extend(probe::mapping(&row, &options)?);
    }
    Ok(find_all(&Subject {
        link: name,
        server: &server,
        legacy: &legacy,
        mapping: &mapping,
        target: &target,
        own_schema: &options.outbox_schema,
        others: &others,
        probes: &probes,
        log,
    }))
}
