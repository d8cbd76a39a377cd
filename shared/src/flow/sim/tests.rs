//! Runs of the simulator.

use super::world::{Plan, Totals, World};

fn run(plan: Plan) -> Result<Totals, String> {
    World::new(plan).run()
}

/// Runs the plan again with a trace and fails with it.
fn explain(plan: Plan) -> ! {
    let mut world = World::new(Plan { trace: true, ..plan });
    let result = world.run();
    let from = world.trace.len().saturating_sub(150);
    for line in &world.trace[from..] {
        println!("{line}");
    }
    println!("{:?}", world.scenario);
    panic!("{plan:?}: {result:?}");
}

/// A number from the environment.
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn every_seed_keeps_every_promise() {
    let first = setting("TANDEM_SIM_FIRST").unwrap_or(0);
    for seed in first..first + setting("TANDEM_SIM_SEEDS").unwrap_or(2_000) {
        let plan = Plan { seed, ..Plan::default() };
        if run(plan).is_err() {
            explain(plan);
        }
    }
}
