//! In step: traffic runs on, and the time from commit to visible is measured.

use std::time::Duration;

use anyhow::{Result, bail};

use super::clock::for_a_while;
use super::marker::{Latency, Marker};
use super::screen::{Screen, grouped, seconds};
use super::status::Observer;
use super::traffic::Traffic;
use super::watch::{link_in_words, refuse_losses, traffic_in_words};

/// How long to look on.
const TIME: Duration = Duration::from_secs(10);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(250);

/// Looks on, shows lag and latency, and says what was measured.
pub fn look_on(
    screen: &Screen,
    observer: &mut Observer,
    traffic: &Traffic,
    mut marker: Marker,
) -> Result<()> {
    if observer.link()?.doorbell {
        screen.say("the plugin's doorbell wakes the link at every commit");
    } else {
        screen.say("the link looks for changes by itself: the plugin's doorbell is not there");
    }
    let before = traffic.counts().all();
    for_a_while(TIME, LOOK, || {
        traffic.check()?;
        let link = observer.link()?;
        refuse_losses(observer, &link)?;
        marker.check()?;
        let latency = marker.latency().map_or_else(
            || "no commit of the marker row is visible yet".to_string(),
            |latency| format!("commit to visible: {}", in_words(&latency)),
        );
        let lines = [link_in_words(&link), traffic_in_words(traffic), latency];
        screen.refresh(&lines, || lines.join("; "));
        Ok(())
    })?;
    let during = traffic.counts().all() - before;
    let Some(latency) = marker.stop()? else {
        bail!("no commit of the marker row became visible");
    };
    screen.settle();
    screen.say(&format!("{} transactions while in step.", grouped(during)));
    screen.shout(&format!(
        "From COMMIT on the legacy server to visible in PostgreSQL, measured with a marker row: {}.",
        in_words(&latency)
    ));
    Ok(())
}

fn in_words(latency: &Latency) -> String {
    format!(
        "p50 {}, p99 {}, longest {} ({} commits)",
        seconds(latency.p50),
        seconds(latency.p99),
        seconds(latency.max),
        grouped(latency.count as u64)
    )
}
