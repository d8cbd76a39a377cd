//! Routes: what happens to writes on this side, table by table, with exceptions by columns, rows, roles and settings.

use pgrx::{Spi, spi};
use tandem_shared::mapping::document::Route;

use super::table::key;
use crate::report::Result;

/// A row of `tandem.table_route`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// 0 for the table's own route.
    pub number: i32,
    /// What happens to the write.
    pub route: Route,
    /// Only for updates that change none but these columns.
    pub columns: Option<Vec<String>>,
    /// Only for rows of which this is true.
    pub row_filter: Option<String>,
    /// Only for sessions of members of this role.
    pub role: Option<String>,
    /// Only for sessions with this setting, `name=value`.
    pub setting: Option<String>,
    /// True when a write is kept while the legacy server is away.
    pub queue: bool,
    /// True when the legacy server commits first, without a decision.
    pub one_phase: bool,
}

/// The route's word.
pub fn word(route: Route) -> &'static str {
    match route {
        Route::Local => "local",
        Route::Exception => "exception",
        Route::Reverse => "reverse",
    }
}

/// The route of that word.
pub fn named(word: &str) -> Option<Route> {
    [Route::Local, Route::Exception, Route::Reverse]
        .into_iter()
        .find(|route| self::word(*route) == word)
}

/// The rules of a table, in the order in which they are tried; the table's own is the last.
pub fn rules(link: &str, number: u32) -> Result<Vec<Rule>> {
    Spi::connect(|client| {
        let query = "SELECT rule_no, route, columns, row_filter, role, setting, away = 'queue', commit = 'one_phase' \
                     FROM tandem.table_route WHERE link = $1 AND table_no = $2 ORDER BY rule_no = 0, rule_no";
        let rows = client.select(query, None, &[link.into(), key(number)])?;
        rows.map(|row| rule(&row)).collect::<spi::Result<Vec<_>>>()
    })
    .map_err(Into::into)
}

fn rule(row: &spi::SpiHeapTupleData<'_>) -> spi::Result<Rule> {
    Ok(Rule {
        number: row.get(1)?.unwrap_or(0),
        route: row
            .get::<String>(2)?
            .and_then(|word| named(&word))
            .unwrap_or_default(),
        columns: row.get(3)?,
        row_filter: row.get(4)?,
        role: row.get(5)?,
        setting: row.get(6)?,
        queue: row.get(7)?.unwrap_or(false),
        one_phase: row.get(8)?.unwrap_or(false),
    })
}

/// Adds a rule or puts it in the place of the one with its number.
pub fn set(link: &str, number: u32, rule: &Rule) -> Result<()> {
    let away = if rule.queue { "queue" } else { "error" };
    let commit = if rule.one_phase {
        "one_phase"
    } else {
        "two_phase"
    };
    Spi::run_with_args(
        "INSERT INTO tandem.table_route (link, table_no, rule_no, route, columns, row_filter, role, setting, away, commit) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (link, table_no, rule_no) DO UPDATE SET route = excluded.route, away = excluded.away, commit = excluded.commit",
        &[
            link.into(),
            key(number),
            rule.number.into(),
            word(rule.route).into(),
            rule.columns.clone().into(),
            rule.row_filter.clone().into(),
            rule.role.clone().into(),
            rule.setting.clone().into(),
            away.into(),
            commit.into(),
        ],
    )?;
    Ok(())
}

/// Takes a rule away.
pub fn remove(link: &str, number: u32, rule_no: i32) -> Result<()> {
    Spi::run_with_args(
        "DELETE FROM tandem.table_route WHERE link = $1 AND table_no = $2 AND rule_no = $3",
        &[link.into(), key(number), rule_no.into()],
    )?;
    Ok(())
}

/// Remembers statements that take back what a route has changed in the table here.
pub fn set_undo(link: &str, number: u32, undo: Vec<String>) -> Result<()> {
    Spi::run_with_args(
        "UPDATE tandem.table_route SET undo = $3 WHERE link = $1 AND table_no = $2 AND rule_no = 0",
        &[link.into(), key(number), undo.into()],
    )?;
    Ok(())
}

/// The statements remembered by [`set_undo`].
pub fn undo(link: &str, number: u32) -> Result<Vec<String>> {
    let query = "SELECT (SELECT undo FROM tandem.table_route WHERE link = $1 AND table_no = $2 AND rule_no = 0)";
    let found = Spi::get_one_with_args::<Vec<String>>(query, &[link.into(), key(number)])?;
    Ok(found.unwrap_or_default())
}
