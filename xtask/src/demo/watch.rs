//! Watching the copy until the link is in step.
//!
//! Promises: fails when a table or a row is set aside, when the traffic fails, and when nothing moves for long.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::clock::for_a_while;
use super::screen::{Screen, bar, grouped, seconds};
use super::status::{LinkStatus, Observer, TableStatus};
use super::traffic::{Change, Traffic};

/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(250);
/// The link may stand still for so long.
const PATIENCE: Duration = Duration::from_secs(120);
/// Tables that get a line of their own; the others are summed up.
const OWN_LINES: usize = 9;

/// Shows the progress until every table is copied and nothing is pending; returns how long that took.
pub fn until_in_step(
    screen: &Screen,
    observer: &mut Observer,
    traffic: &Traffic,
) -> Result<Duration> {
    let begun = Instant::now();
    let mut order = Vec::new();
    let (mut seen, mut moved_at) = ((0, 0), Instant::now());
    loop {
        traffic.check()?;
        let (link, mut tables) = (observer.link()?, observer.tables()?);
        settle_order(&mut order, &mut tables);
        refuse_losses(observer, &link)?;
        let now = (
            link.tables_live,
            tables.iter().map(|table| table.done).sum(),
        );
        if now != seen {
            (seen, moved_at) = (now, Instant::now());
        }
        let in_step = link.state == "live" && link.caught_up && link.tables_live == link.tables;
        screen.refresh(&lines(&link, &tables, traffic), || {
            plain(&link, &tables, traffic)
        });
        if in_step {
            return Ok(begun.elapsed());
        }
        if moved_at.elapsed() > PATIENCE {
            let error = link
                .last_error
                .unwrap_or_else(|| "no error is known".to_string());
            bail!(
                "the link has not moved for {} s (state {}): {error}",
                PATIENCE.as_secs(),
                link.state
            );
        }
        for_a_while(LOOK, LOOK, || Ok(()))?;
    }
}

/// Puts the tables into the order that they had at the first look, so that lines stay where they are.
fn settle_order(order: &mut Vec<String>, tables: &mut [TableStatus]) {
    if order.is_empty() {
        order.extend(tables.iter().map(|table| table.name.clone()));
    }
    tables.sort_by_key(|table| order.iter().position(|name| *name == table.name));
}

/// Fails when a table or a row could not be brought over.
pub fn refuse_losses(observer: &mut Observer, link: &LinkStatus) -> Result<()> {
    let errors = observer.errors()?;
    if !errors.is_empty() {
        bail!("tables were set aside: {}", errors.join("; "));
    }
    if link.parked > 0 {
        bail!("{} rows were set aside: see tandem.parked", link.parked);
    }
    Ok(())
}

/// What the link says of itself.
pub fn link_in_words(link: &LinkStatus) -> String {
    let lag = match link.lag {
        Some(_) if link.caught_up => "0".to_string(),
        Some(lag) => seconds(lag),
        None => "-".to_string(),
    };
    let waiting = match link.pending {
        0 => String::new(),
        pending => format!(", {} changes waiting", grouped(pending)),
    };
    format!(
        "link {}, {} of {} tables in step, lag {lag}{waiting}, {:.0} rows/s applied",
        link.state, link.tables_live, link.tables, link.rows_per_s,
    )
}

/// What the traffic is doing.
pub fn traffic_in_words(traffic: &Traffic) -> String {
    let counts = traffic.counts();
    format!(
        "traffic {:.0} transactions/s, {} until now, {} of them moves",
        traffic.rate(),
        grouped(counts.all()),
        grouped(counts.of(Change::Move))
    )
}

fn lines(link: &LinkStatus, tables: &[TableStatus], traffic: &Traffic) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<18} {:<16} {:>9} {:>9} {:>8}  phase",
        "table", "copied", "rows", "of", "rows/s"
    )];
    let line = |name: &str, percent: f64, done: u64, total: u64, rate: f64, phase: &str| {
        format!(
            "{name:<18} {} {:>9} {:>9} {:>8}  {phase}",
            bar(percent),
            grouped(done),
            grouped(total),
            grouped(rate as u64)
        )
    };
    for table in tables.iter().take(OWN_LINES) {
        lines.push(line(
            &table.name,
            table.percent,
            table.done,
            table.total,
            table.rows_per_s,
            &table.phase,
        ));
    }
    let others = tables.get(OWN_LINES..).unwrap_or_default();
    if !others.is_empty() {
        let (done, total) = sums(others);
        let live = others.iter().filter(|table| table.phase == "live").count();
        let percent = 100.0 * live as f64 / others.len() as f64;
        let name = format!("{} smaller tables", others.len());
        let phase = format!("{live} live");
        lines.push(line(&name, percent, done, total, 0.0, &phase));
    }
    lines.push(link_in_words(link));
    lines.push(traffic_in_words(traffic));
    lines
}

fn plain(link: &LinkStatus, tables: &[TableStatus], traffic: &Traffic) -> String {
    let (done, total) = sums(tables);
    format!(
        "{} of {} rows copied; {}; {}",
        grouped(done),
        grouped(total),
        link_in_words(link),
        traffic_in_words(traffic)
    )
}

fn sums(tables: &[TableStatus]) -> (u64, u64) {
    tables.iter().fold((0, 0), |(done, total), table| {
        (done + table.done, total + table.total)
    })
}
