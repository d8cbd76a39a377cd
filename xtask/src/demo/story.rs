//! The chapters of the demo, in order.
//!
//! ```text
//! servers ─► telephone system, traffic begins ─► link ─► copy ─► in step ─► (kill -9) ─► proof ─► traffic ends ─► the end
//! ```

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use mysql::prelude::Queryable;
use mysql::{Opts, OptsBuilder};

use super::clock::go_on;
use super::dba::Dba;
use super::legacy_dba::LegacyDba;
use super::marker::Marker;
use super::place::Place;
use super::screen::{Screen, grouped, seconds};
use super::status::{LINK, Observer};
use super::traffic::{Change, Counts, Traffic, WRITERS};
use super::world::{self, World};
use super::{DemoOptions, crash, farewell, link, questions, servers, step, verdict, watch};
use crate::servers::Pair;

/// The application's account on the legacy server.
const APPLICATION: &str = "telephony";

/// Tells the story; fails at the first thing that is not as it should be, and then says where the servers' logs are.
pub fn tell(screen: &Screen, options: &DemoOptions, place: &mut Place) -> Result<()> {
    screen
        .say("A company's telephone system moves to PostgreSQL while everybody goes on using it.");
    let told = chapters(screen, options, place);
    if told.is_err() && !crate::interrupt::happened() {
        for log in place.keep_logs().unwrap_or_default() {
            eprintln!("server log: {}", log.display());
        }
    }
    let took = told?;
    if options.keep {
        place.keep();
    } else {
        place.clear()?;
        screen.say("servers stopped, files removed");
    }
    screen.say(&format!("({} from the servers' start)", seconds(took)));
    farewell::what_next(screen, options);
    Ok(())
}

/// Returns how long it took from the moment that the servers ran.
fn chapters(screen: &Screen, options: &DemoOptions, place: &Place) -> Result<Duration> {
    screen.chapter("Two servers");
    let pair = servers::bring_up(screen, options, place)?;
    let begun = Instant::now();
    let mut legacy = LegacyDba::connect(&pair.legacy, screen)?;
    let mut dba = Dba::connect(&pair.upgrade, screen)?;
    introduce(screen, &pair, &mut legacy, &mut dba)?;

    screen.chapter("A telephone system, and the people who use it");
    let world = World::new(options.seed, options.users);
    create(screen, &pair, &mut legacy, &world)?;
    let application = hire_application(&pair, &mut legacy)?;
    let traffic = Traffic::start(&world, &application);
    screen.say(&format!(
        "{WRITERS} writers are at work from now on: moves, settings, voicemail, numbers, hunt groups, people who come and go"
    ));

    screen.chapter("What the DBAs type");
    let password = secret();
    link::prepare_legacy(&mut legacy, &password)?;
    link::link(&mut dba, screen, &pair.legacy.endpoint()?, &password)?;

    screen.chapter("The copy, while the traffic runs");
    let mut observer = Observer::connect(&pair.upgrade)?;
    let took = watch::until_in_step(screen, &mut observer, &traffic)?;
    dba.type_in(&format!("SELECT tandem.wait('{LINK}')"), None)?;
    screen.say(&format!(
        "copied and in step {} after the start; {} transactions until now",
        seconds(took),
        grouped(traffic.counts().all())
    ));

    screen.chapter("In step");
    let marker = Marker::start(&application, pair.upgrade.connect("app")?, link::SCHEMA)?;
    step::look_on(screen, &mut observer, &traffic, marker)?;

    if options.crash {
        screen.chapter("kill -9");
        crash::kill_and_return(screen, &pair, &mut dba, &mut observer, &traffic)?;
        legacy = LegacyDba::connect(&pair.legacy, screen)?;
    }

    screen.chapter("The proof, while the traffic runs");
    verdict::prove(&mut dba, screen, &traffic)?;

    screen.chapter("The traffic ends");
    traffic.check()?;
    let counts = traffic.stop();
    screen.say(&in_words(&counts));
    dba.type_in(&format!("SELECT tandem.wait('{LINK}')"), None)?;
    questions::ask_both(&mut dba, &mut legacy, screen)?;

    screen.chapter("The end");
    if options.keep {
        farewell::how_to_connect(screen, &pair, place.dir())?;
    } else {
        link::uninstall(&mut dba, &mut legacy, screen)?;
    }
    Ok(begun.elapsed())
}

fn introduce(
    screen: &Screen,
    pair: &Pair,
    legacy: &mut LegacyDba<'_>,
    dba: &mut Dba<'_>,
) -> Result<()> {
    let theirs: Option<String> = legacy.conn().query_first("SELECT VERSION()")?;
    let ours = dba.ask("SHOW server_version")?;
    let name = if pair.legacy.engine().is_mysql() {
        "MySQL"
    } else {
        "MariaDB"
    };
    screen.say(&format!(
        "legacy:  {name} {} on 127.0.0.1:{}\nupgrade: PostgreSQL {} on 127.0.0.1:{}\nboth private to this run: nothing of the system is touched",
        theirs.unwrap_or_default(),
        pair.legacy.port(),
        ours.first().and_then(|row| row.get(0)).unwrap_or_default(),
        pair.upgrade.port(),
    ));
    Ok(())
}

fn create(screen: &Screen, pair: &Pair, legacy: &mut LegacyDba<'_>, world: &World) -> Result<()> {
    world::create_schema(legacy.conn())?;
    let begun = Instant::now();
    let connect = || pair.legacy.connect(Some("app"));
    let rows = world::load(world, connect, |done, total| {
        let text = format!("{} of {} rows created", grouped(done), grouped(total));
        screen.refresh(std::slice::from_ref(&text), || text.clone());
    })
    .context("could not create the telephone system")?;
    go_on()?;
    let tables: Option<u64> = legacy.conn().query_first(
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
    )?;
    screen.say(&format!(
        "{} users at {} sites with {} switches and {} hunt groups: {} tables, {} rows, created in {}",
        grouped(world.users.into()),
        world.sites(),
        world.switches(),
        grouped(world.groups().into()),
        tables.unwrap_or(0),
        grouped(rows),
        seconds(begun.elapsed())
    ));
    Ok(())
}

/// Makes the application's account, which has no special rights, and returns how to connect with it.
fn hire_application(pair: &Pair, legacy: &mut LegacyDba<'_>) -> Result<Opts> {
    let password = secret();
    for statement in [
        format!("CREATE USER {APPLICATION}@'127.0.0.1' IDENTIFIED BY '{password}'"),
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON app.* TO {APPLICATION}@'127.0.0.1'"),
    ] {
        legacy.conn().query_drop(statement)?;
    }
    Ok(OptsBuilder::new()
        .ip_or_hostname(Some("127.0.0.1"))
        .tcp_port(pair.legacy.port())
        .prefer_socket(false)
        .user(Some(APPLICATION))
        .pass(Some(password))
        .db_name(Some("app"))
        .into())
}

/// A password for this run only.
fn secret() -> String {
    let random = RandomState::new();
    format!("{:016x}{:016x}", random.hash_one(1), random.hash_one(2))
}

fn in_words(counts: &Counts) -> String {
    let kinds: Vec<String> = Change::ALL
        .iter()
        .map(|change| format!("{} {}", grouped(counts.of(*change)), change.plural()))
        .collect();
    format!(
        "{} transactions: {}; {} tried again, as applications do after a deadlock or when a number was taken",
        grouped(counts.all()),
        kinds.join(", "),
        grouped(counts.retried)
    )
}
