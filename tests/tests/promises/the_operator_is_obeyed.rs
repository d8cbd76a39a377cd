//! Pause, resume, stop and start at any time: what changes meanwhile is captured and arrives; what does not fit is refused with a reason.

use std::time::Duration;

use anyhow::{Result, ensure};
use tandem_tests::condition::until_so;
use tandem_tests::ends::Ends;
use tandem_tests::link::{Link, SCHEMA};
use tandem_tests::load::{self, Load, Pace};
use tandem_tests::promises;
use tandem_tests::scene::Scene;

promises![
    changes_made_while_it_stands_arrive,
    the_copy_can_be_interrupted,
    what_does_not_fit_is_refused
];

/// Longest time until a link stands or goes.
const SOON: Duration = Duration::from_secs(30);

fn changes_made_while_it_stands_arrive() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "stand", load::TABLES)?;
    link.begin_and_wait()?;
    let load = Load::begin(&link, Pace::default())?;
    load.goes_on(20)?;
    for (verb, state, on) in [
        ("pause", "paused", "resume"),
        ("stop", "stopped", "start"),
        ("pause", "paused", "start"),
    ] {
        link.verb(verb)?;
        link.becomes(state, SOON)?;
        if verb == "stop" {
            until_so("its worker has gone", SOON, || {
                Ok(link.workers("tandem link worker")?.is_empty())
            })?;
        }
        let before = link.count("ledger")?;
        load.goes_on(60)?;
        let after = link.count("ledger")?;
        ensure!(before == after, "{state}, and {} rows came", after - before);
        ensure!(
            link.notifications()? >= 60,
            "{state}, and only {} changes were captured",
            link.notifications()?
        );
        link.verb(on)?;
        link.in_step()?;
    }
    let known = load.end()?;
    link.settled()?;
    known.is_in(&mut link.upgrade()?)?;
    link.finish()
}

fn the_copy_can_be_interrupted() -> Result<()> {
    let mut scene = Scene::begin(Link::new(Ends::shared()?, "stand_copy")?, &[], false)?;
    for (verb, state, on) in [("pause", "paused", "resume"), ("stop", "stopped", "start")] {
        scene.copy_goes_on()?;
        ensure!(!scene.is_copied()?, "the copy was over before {verb}");
        scene.link.verb(verb)?;
        scene.link.becomes(state, SOON)?;
        until_so("the copy stands", SOON, || {
            Ok(scene.link.workers("tandem backfill worker")?.is_empty())
        })?;
        let (before, _) = scene.link.copied()?;
        scene.load.goes_on(60)?;
        let (after, _) = scene.link.copied()?;
        ensure!(
            before == after,
            "{state}, and {} rows were copied",
            after - before
        );
        scene.link.verb(on)?;
    }
    scene.copy_goes_on()?;
    scene.hurry();
    scene.end()
}

fn what_does_not_fit_is_refused() -> Result<()> {
    let link = Link::with_tables(
        Ends::shared()?,
        "refuse",
        "CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v INT)",
    )?;
    before_the_mapping(&link)?;
    link.declare()?;
    link.scaffold()?;
    before_the_start(&link)?;
    while_errors_stand(&link)?;
    link.verb("start")?;
    link.wait()?;
    while_it_runs(&link)?;
    link.finish()
}

fn before_the_mapping(link: &Link) -> Result<()> {
    for verb in [
        "start",
        "pause",
        "resume",
        "stop",
        "verify",
        "check",
        "uninstall",
    ] {
        let refusal = link.verb_refused(verb)?;
        ensure!(
            refusal.code == "42704" && refusal.hint.contains("tandem.scaffold"),
            "{verb}: {refusal:?}"
        );
    }
    Ok(())
}

fn before_the_start(link: &Link) -> Result<()> {
    for (verb, message) in [
        ("pause", "link \"refuse\" is not running"),
        ("resume", "link \"refuse\" is not paused but stopped"),
    ] {
        let refusal = link.verb_refused(verb)?;
        ensure!(
            refusal.code == "55000" && refusal.message == message,
            "{verb}: {refusal:?}"
        );
    }
    says("scaffold twice", link.scaffold(), "has a mapping already")
}

/// A mapped column that is not there; it is there again afterwards.
fn while_errors_stand(link: &Link) -> Result<()> {
    link.upgrade_run(&format!("ALTER TABLE {SCHEMA}.t RENAME COLUMN v TO w"))?;
    let findings =
        link.rows("SELECT severity, object FROM tandem.check('refuse') WHERE severity = 'error'")?;
    ensure!(
        !findings.is_empty(),
        "tandem.check finds nothing wrong with a column that is not there"
    );
    let refusal = link.verb_refused("start")?;
    ensure!(
        refusal.code == "55000" && refusal.message.contains("cannot start"),
        "{refusal:?}"
    );
    ensure!(
        refusal.detail.contains('v') && refusal.hint.contains("tandem.check"),
        "{refusal:?}"
    );
    ensure!(
        link.workers("tandem link worker")?.is_empty(),
        "refused, and a worker runs"
    );
    link.upgrade_run(&format!("ALTER TABLE {SCHEMA}.t RENAME COLUMN w TO v"))
}

/// Saying something twice is no error; what needs a link at rest, or another table, is one.
fn while_it_runs(link: &Link) -> Result<()> {
    for verb in ["start", "pause", "pause", "resume"] {
        link.verb(verb)?;
    }
    link.in_step()?;
    says("scaffold while running", link.scaffold(), "is running")?;
    says(
        "resync of a strange table",
        link.resync("nowhere"),
        "is not mapped",
    )
}

/// `answer` is a refusal with these words.
fn says<T>(what: &str, answer: Result<T>, words: &str) -> Result<()> {
    let said = answer.err().map(|error| format!("{error:?}"));
    let said = said.unwrap_or_default();
    ensure!(said.contains(words), "{what}: {said}");
    Ok(())
}
