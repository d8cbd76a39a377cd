//! Runs of the simulator.
//!
//! `TANDEM_SIM_SEEDS` says how many seeds to run (default 2,000), `TANDEM_SIM_FIRST` with which to begin. A failing run is made again with
//! its trace, so `TANDEM_SIM_FIRST=n TANDEM_SIM_SEEDS=1` shows any run that fails.

use super::broken::Broken;
use super::world::{Plan, Totals, Victim, World};

fn run(plan: Plan) -> Result<Totals, String> {
    World::new(plan).run()
}

/// Runs the plan; a failing one again with a trace, to fail with it.
fn run_or_explain(plan: Plan) -> Totals {
    if let Ok(totals) = run(plan) {
        return totals;
    }
    let mut world = World::new(Plan {
        trace: true,
        ..plan
    });
    let result = world.run();
    let from = world.trace.len().saturating_sub(300);
    for line in &world.trace[from..] {
        println!("{line}");
    }
    println!("{:?}", world.scenario);
    panic!("{plan:?}: {result:?}");
}

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn every_seed_keeps_every_promise() {
    let first = setting("TANDEM_SIM_FIRST", 0);
    let count = setting("TANDEM_SIM_SEEDS", 2_000);
    let mut totals = Totals::default();
    for seed in first..first + count {
        totals.add(run_or_explain(Plan {
            seed,
            ..Plan::default()
        }));
    }
    println!("{count} seeds: {totals:?}");
    if count >= 1_000 {
        // A simulator in which nothing happens promises nothing.
        let happened = [
            totals.read_ahead,
            totals.failed_applies,
            totals.late_acks,
            totals.crashes,
            totals.caught_up,
            totals.served,
            totals.ids_used_again,
        ];
        assert!(happened.iter().all(|n| *n > count / 100), "{totals:?}");
    }
}

/// Each member crashes at each step of a run in which nothing else goes wrong.
#[test]
fn a_crash_at_any_step_is_survived() {
    let runs = setting("TANDEM_SIM_SEEDS", 2_000) / 1_000;
    for seed in 0..runs.clamp(20, 200) {
        let crash_at = |step, victim| Plan {
            seed,
            crash_at: Some((step, victim)),
            ..Plan::default()
        };
        let steps = run_or_explain(crash_at(u64::MAX, Victim::Worker)).settled;
        for step in 1..=steps {
            for victim in [Victim::Source, Victim::Worker, Victim::Target] {
                run_or_explain(crash_at(step, victim));
            }
        }
    }
}

/// The simulator is worth its name only if it notices what is broken.
#[test]
fn every_broken_rule_is_noticed() {
    for (broken, words) in Broken::ALL {
        let complaints = (0..20_000).filter_map(|seed| {
            let plan = Plan {
                seed,
                broken: Some(broken),
                ..Plan::default()
            };
            Some((seed, run(plan).err()?))
        });
        let mut noticed = complaints.filter(|(_, complaint)| complaint.contains(words));
        let Some((seed, complaint)) = noticed.next() else {
            panic!("{broken:?} is not noticed");
        };
        println!("{broken:?}: seed {seed}: {complaint}");
    }
}
