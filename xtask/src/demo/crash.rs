//! The legacy server is killed in the middle of everything, and comes back.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::clock::for_a_while;
use super::dba::Dba;
use super::screen::{Screen, grouped, seconds};
use super::status::{LINK, Observer};
use super::traffic::{Traffic, WRITERS};
use super::watch::{link_in_words, refuse_losses, traffic_in_words};
use crate::servers::Pair;

/// How long the server stays away.
const AWAY: Duration = Duration::from_secs(3);
/// Longest time until the writers are back at work.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(250);

/// Kills the legacy server, starts it again, and waits until both sides are in step.
pub fn kill_and_return(
    screen: &Screen,
    pair: &Pair,
    dba: &mut Dba<'_>,
    observer: &mut Observer,
    traffic: &Traffic,
) -> Result<()> {
    let before = traffic.counts();
    traffic.expect_outage(true);
    screen.typed("# ", &format!("kill -9 {}", pair.legacy.pid()?));
    pair.legacy.kill9()?;
    let killed = Instant::now();
    for_a_while(AWAY, LOOK, || {
        traffic.check()?;
        let link = observer.link()?;
        let lines = [link_in_words(&link), traffic_in_words(traffic)];
        screen.refresh(&lines, || lines.join("; "));
        Ok(())
    })?;
    pair.legacy.start()?;
    screen.say(&format!(
        "the legacy server is back after {}",
        seconds(killed.elapsed())
    ));
    let back = traffic.counts().all();
    let begun = Instant::now();
    // Everybody has made some changes: all of them are connected again.
    while traffic.counts().all() < back + 10 * WRITERS {
        if begun.elapsed() > PATIENCE {
            bail!("the traffic did not come back");
        }
        for_a_while(LOOK, LOOK, || traffic.check())?;
    }
    traffic.expect_outage(false);
    dba.type_in(&format!("SELECT tandem.wait('{LINK}')"), None)?;
    let link = observer.link()?;
    refuse_losses(observer, &link)?;
    screen.say(&format!(
        "the traffic lost {} connections and has made new ones; {} after the kill everything committed is in PostgreSQL",
        grouped(traffic.counts().lost - before.lost),
        seconds(killed.elapsed())
    ));
    Ok(())
}
