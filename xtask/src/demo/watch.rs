//! Watching the copy until the link is in step.
//!
//! Promises: fails when a table or a row is set aside, when the traffic fails, and when nothing moves for long.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::clock::for_a_while;
use super::screen::{Screen, bar, grouped, seconds};
use super::status::{LinkStatus, Observer, TableStatus};
use super::traffic::Traffic;

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
    let mut pace = Pace::begin(traffic);
    let (mut seen, mut moved_at) = ((0, 0), Instant::now());
    loop {
        traffic.check()?;
        let (link, tables) = (observer.link()?, observer.tables()?);
        refuse_losses(observer, &link)?;
        let now = (
            link.tables_live,
            tables.iter().map(|table| table.done).sum(),
        );
        if now != seen {
            (seen, moved_at) = (now, Instant::now());
        }
        let in_step = link.state == "live" && link.caught_up && link.tables_live == link.tables;
        let rate = pace.rate(traffic);
        screen.refresh(&lines(&link, &tables, rate), || plain(&link, &tables, rate));
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

/// Transactions a second, over the last second or so.
pub struct Pace {
    at: Instant,
    count: u64,
    rate: f64,
}

impl Pace {
    /// Begins to measure.
    pub fn begin(traffic: &Traffic) -> Self {
        Self {
            at: Instant::now(),
            count: traffic.counts().all(),
            rate: 0.0,
        }
    }

    /// The rate now.
    pub fn rate(&mut self, traffic: &Traffic) -> f64 {
        let elapsed = self.at.elapsed();
        if elapsed >= Duration::from_secs(1) || self.rate == 0.0 && !elapsed.is_zero() {
            let count = traffic.counts().all();
            self.rate = (count - self.count) as f64 / elapsed.as_secs_f64();
            if elapsed >= Duration::from_secs(1) {
                (self.at, self.count) = (Instant::now(), count);
            }
        }
        self.rate
    }
}

/// What the link says of itself, in one line.
pub fn summary(link: &LinkStatus, rate: f64) -> String {
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
        "link {}: {} of {} tables in step, lag {lag}{waiting}, {:.0} rows/s applied; traffic {rate:.0} transactions/s",
        link.state, link.tables_live, link.tables, link.rows_per_s,
    )
}

fn lines(link: &LinkStatus, tables: &[TableStatus], rate: f64) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<20} {:<20} {:>10} {:>10} {:>9}  phase",
        "table", "copied", "rows", "of", "rows/s"
    )];
    let line = |name: &str, percent: f64, done: u64, total: u64, rate: f64, phase: &str| {
        format!(
            "{name:<20} {} {:>10} {:>10} {:>9}  {phase}",
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
    lines.push(summary(link, rate));
    lines
}

fn plain(link: &LinkStatus, tables: &[TableStatus], rate: f64) -> String {
    let (done, total) = sums(tables);
    format!(
        "{} of {} rows copied; {}",
        grouped(done),
        grouped(total),
        summary(link, rate)
    )
}

fn sums(tables: &[TableStatus]) -> (u64, u64) {
    tables.iter().fold((0, 0), |(done, total), table| {
        (done + table.done, total + table.total)
    })
}
