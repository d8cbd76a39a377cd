//! Every crash and every interleaving of one transaction, its branch and the resolver.
//!
//! The world is small enough to be searched whole: a transaction here that goes through its steps, a legacy server that has a branch, a
//! resolver that goes through its own. At each point either may go on, the backend may die, either server may crash and come back.

use std::collections::HashSet;

use super::{Fate, Transaction, fate};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Branch {
    None,
    Active,
    Prepared,
    Committed,
    RolledBack,
}

/// How far the transaction's process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Write,
    Prepare,
    Record,
    Commit,
    Done,
    Dead,
}

/// How far the resolver is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Look {
    Idle,
    /// It has seen the branch prepared.
    Listed,
    /// It has asked one of the two questions: running, or decided.
    Running(bool),
    Decided(bool),
    /// It knows what to do.
    Will(Do),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Do {
    Leave,
    Commit,
    Rollback,
}

impl From<Fate> for Do {
    fn from(fate: Fate) -> Self {
        match fate {
            Fate::Leave => Self::Leave,
            Fate::Commit => Self::Commit,
            Fate::Rollback => Self::Rollback,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct World {
    step: Step,
    branch: Branch,
    /// The decision, durable.
    decided: bool,
    /// The client was told that its transaction has committed.
    confirmed: bool,
    look: Look,
}

const START: World = World {
    step: Step::Write,
    branch: Branch::None,
    decided: false,
    confirmed: false,
    look: Look::Idle,
};

fn running(world: &World) -> Transaction {
    match world.step {
        Step::Write | Step::Prepare | Step::Record => Transaction::Running,
        Step::Commit | Step::Done | Step::Dead => Transaction::Ended,
    }
}

/// The transaction goes on.
fn goes_on(mut w: World) -> Option<World> {
    match (w.step, w.branch) {
        (Step::Write, Branch::None) => (w.step, w.branch) = (Step::Prepare, Branch::Active),
        (Step::Prepare, Branch::Active) => (w.step, w.branch) = (Step::Record, Branch::Prepared),
        (Step::Record, _) => {
            (w.step, w.decided, w.confirmed) = (Step::Commit, true, true);
        }
        (Step::Commit, Branch::Prepared) => (w.step, w.branch) = (Step::Done, Branch::Committed),
        (Step::Commit, _) => w.step = Step::Done,
        // The branch has gone with its server: the transaction fails.
        (Step::Write | Step::Prepare, _) => w.step = Step::Dead,
        (Step::Done | Step::Dead, _) => return None,
    }
    Some(w)
}

/// The process of the transaction, or its server, ends. A branch that is not prepared goes with its connection.
fn dies(mut w: World) -> World {
    if running(&w) == Transaction::Running || w.step == Step::Commit {
        w.step = Step::Dead;
    }
    if w.branch == Branch::Active {
        w.branch = Branch::RolledBack;
    }
    w
}

/// The legacy server crashes and is there again: what was prepared is prepared.
fn legacy_crashes(mut w: World) -> World {
    if w.branch == Branch::Active {
        w.branch = Branch::RolledBack;
    }
    w
}

/// The resolver goes on. `careless` asks the questions in the wrong order.
fn resolves(mut w: World, careless: bool) -> World {
    w.look = match w.look {
        Look::Idle if w.branch == Branch::Prepared => Look::Listed,
        Look::Idle => Look::Idle,
        Look::Listed if careless => Look::Decided(w.decided),
        Look::Listed => Look::Running(running(&w) == Transaction::Running),
        Look::Running(true) => Look::Will(Do::Leave),
        Look::Running(false) => {
            let fate: Result<Fate, ()> = fate(Transaction::Ended, || Ok(w.decided));
            Look::Will(fate.expect("no error").into())
        }
        Look::Decided(decided) => {
            let fate: Result<Fate, ()> = fate(running(&w), || Ok(decided));
            Look::Will(fate.expect("no error").into())
        }
        Look::Will(what) => {
            if w.branch == Branch::Prepared {
                match what {
                    Do::Leave => {}
                    Do::Commit => w.branch = Branch::Committed,
                    Do::Rollback => w.branch = Branch::RolledBack,
                }
            }
            Look::Idle
        }
    };
    w
}

/// A committed branch without a decision, or the other way round.
fn is_wrong(w: &World) -> bool {
    match w.branch {
        Branch::Committed => !w.decided,
        Branch::RolledBack => w.decided || w.confirmed,
        _ => false,
    }
}

/// Visits every world that can be reached; the first wrong one is returned. Also: left alone, every world comes to rest with nothing in doubt.
fn search(careless: bool) -> Option<World> {
    let mut seen = HashSet::from([START]);
    let mut todo = vec![START];
    while let Some(world) = todo.pop() {
        if is_wrong(&world) {
            return Some(world);
        }
        let calm = comes_to_rest(world, careless);
        if calm.branch == Branch::Prepared || is_wrong(&calm) {
            return Some(calm);
        }
        let mut next = vec![
            dies(world),
            legacy_crashes(world),
            resolves(world, careless),
        ];
        // A resolver that dies forgets what it knew.
        next.push(World {
            look: Look::Idle,
            ..world
        });
        next.extend(goes_on(world));
        for world in next {
            if seen.insert(world) {
                todo.push(world);
            }
        }
    }
    assert!(seen.len() > 30, "only {} worlds", seen.len());
    None
}

fn comes_to_rest(world: World, careless: bool) -> World {
    let mut world = dies(world);
    for _ in 0..12 {
        world = resolves(world, careless);
    }
    world
}

#[test]
fn no_crash_and_no_interleaving_parts_the_two_sides() {
    assert_eq!(search(false), None);
}

#[test]
fn asking_in_the_wrong_order_is_noticed() {
    assert!(search(true).is_some());
}
