//! The proof that both sides are equal, with the traffic still running.

use std::time::Instant;

use anyhow::{Result, bail};

use super::dba::Dba;
use super::screen::{Screen, grouped, seconds};
use super::status::LINK;
use super::traffic::Traffic;

/// Differences that are shown; the others are counted.
const SHOWN_DIFFERENCES: usize = 10;

/// Compares both sides with tandem.verify, and fails when they differ.
pub fn prove(dba: &mut Dba<'_>, screen: &Screen, traffic: &Traffic) -> Result<()> {
    let (begun, before) = (Instant::now(), traffic.counts().all());
    let meanwhile = || traffic.counts().all() - before;
    let differences = dba.type_and_tick(
        &format!("SELECT * FROM tandem.verify('{LINK}')"),
        None,
        || {
            traffic.check()?;
            let text = format!(
                "comparing every row of both sides: {}, and {} transactions meanwhile",
                seconds(begun.elapsed()),
                grouped(meanwhile())
            );
            screen.refresh(std::slice::from_ref(&text), || text.clone());
            Ok(())
        },
    )?;
    let (took, during) = (begun.elapsed(), meanwhile());
    screen.settle();
    screen.say(&format!("({} rows)", differences.len()));
    for row in differences.iter().take(SHOWN_DIFFERENCES) {
        let column = |name: &str| row.get(name).unwrap_or("NULL");
        screen.say(&format!(
            "- {} {} is {}:\n  legacy  {}\n  upgrade {}",
            column("table_name"),
            column("key"),
            column("kind"),
            column("legacy"),
            column("upgrade")
        ));
    }
    let compared = compared(dba, screen)?;
    if !differences.is_empty() || compared.legacy != compared.upgrade || compared.differences > 0 {
        bail!(
            "the two sides differ in {} rows (legacy {} rows, upgrade {} rows)",
            compared.differences.max(differences.len() as u64),
            compared.legacy,
            compared.upgrade
        );
    }
    screen.shout(&format!(
        "Both sides are equal: {} tables with {} rows on each side, every column of every row compared, no difference.\n\
         One snapshot of each side showed the same moment; it took {}, and {} transactions went on meanwhile.",
        compared.tables,
        grouped(compared.legacy),
        seconds(took),
        grouped(during)
    ));
    Ok(())
}

/// Sums of what the last comparison covered.
#[derive(Default)]
struct Compared {
    tables: u64,
    legacy: u64,
    upgrade: u64,
    differences: u64,
}

/// Shows the record of the last comparison.
fn compared(dba: &mut Dba<'_>, screen: &Screen) -> Result<Compared> {
    let rows = dba.ask(
        "SELECT table_name, legacy_rows, upgrade_rows, differences FROM tandem.verify_table \
         WHERE run_id = (SELECT max(run_id) FROM tandem.verify_run) ORDER BY legacy_rows DESC, table_name",
    )?;
    let mut sums = Compared::default();
    screen.say(&format!(
        "{:<20} {:>12} {:>12} {:>12}",
        "table", "legacy rows", "upgrade rows", "differences"
    ));
    for row in &rows {
        let count = |name: &str| -> u64 {
            row.get(name)
                .and_then(|text| text.parse().ok())
                .unwrap_or(0)
        };
        let (legacy, upgrade, differences) = (
            count("legacy_rows"),
            count("upgrade_rows"),
            count("differences"),
        );
        screen.say(&format!(
            "{:<20} {:>12} {:>12} {:>12}",
            row.get("table_name").unwrap_or_default(),
            grouped(legacy),
            grouped(upgrade),
            grouped(differences)
        ));
        sums.tables += 1;
        sums.legacy += legacy;
        sums.upgrade += upgrade;
        sums.differences += differences;
    }
    Ok(sums)
}
