//! The machine step by step: the worked traces of `flow` and the rules that need a script rather than chance.

use crate::flow::{
    Apply, Batch, Command, Dirty, Event, Failure, Lane, Limits, Machine, Phase, PullOrder, Receipt,
    Report, Session, TableId, TableState, Taken, Ticket,
};

const USERS: TableId = TableId(7);
const HUNT_GROUPS: TableId = TableId(9);

/// A machine, a clock, and a driver that does nothing by itself.
struct Script {
    machine: Machine<&'static str>,
    now_ms: u64,
}

impl Script {
    fn new(limits: Limits) -> Self {
        Self {
            machine: Machine::new(limits, 1),
            now_ms: 1_000,
        }
    }

    /// Connected on lane A, the doorbell is there, both tables are live, everything is in step.
    fn in_step(limits: Limits) -> Self {
        let mut script = Self::new(limits);
        script.table(USERS, TableState::Live);
        script.table(HUNT_GROUPS, TableState::Live);
        script.tell(Event::Doorbell { present: true });
        script.connect(Lane::A);
        let order = script.pull();
        script.found(&order, &[], false);
        script.idle();
        assert!(script.machine.status().caught_up);
        script
    }

    fn tell(&mut self, event: Event<&'static str>) {
        self.machine.handle(self.now_ms, event);
    }

    fn next(&mut self) -> Command<&'static str> {
        self.machine.next(self.now_ms)
    }

    fn table(&mut self, table: TableId, state: TableState) {
        self.tell(Event::Table { table, state });
    }

    /// The machine opens this lane, and that works.
    fn connect(&mut self, wanted: Lane) -> Session {
        let Command::Connect { lane, session } = self.next() else {
            panic!("no connect");
        };
        assert_eq!(lane, wanted);
        self.tell(Event::Connected { lane, session });
        session
    }

    fn pull(&mut self) -> PullOrder {
        match self.next() {
            Command::Pull(order) => order,
            other => panic!("no pull: {other:?}"),
        }
    }

    /// The pull's answer: up to these ids of these tables.
    fn found(&mut self, order: &PullOrder, taken: &[(TableId, u64)], cut: bool) {
        let taken = taken.iter().map(|&(table, last_id)| Taken {
            table,
            last_id,
            notifications: 1,
        });
        self.tell(Event::Pulled(Batch {
            receipt: order.receipt,
            taken: taken.collect(),
            cut,
            payload: "rows",
        }));
    }

    fn apply(&mut self) -> Apply<&'static str> {
        match self.next() {
            Command::Apply(apply) => apply,
            other => panic!("no apply: {other:?}"),
        }
    }

    fn applied(&mut self, receipt: Receipt) {
        self.tell(Event::Applied {
            receipt,
            changed: 1,
            parked: 0,
        });
    }

    fn expect(&mut self, command: Command<&'static str>) {
        assert_eq!(self.next(), command);
    }

    /// Nothing to do; until when.
    fn idle(&mut self) -> Option<u64> {
        match self.next() {
            Command::Wait { until_ms } => until_ms,
            other => panic!("not idle: {other:?}"),
        }
    }

    fn floors(order: &PullOrder) -> Vec<(TableId, Option<u64>)> {
        order.tables.iter().map(|t| (t.table, t.after)).collect()
    }
}

#[test]
fn trace_1_one_change() {
    let mut script = Script::in_step(Limits::default());
    script.tell(Event::Wait(Ticket(5)));
    script.tell(Event::Bell(Dirty::Tables(vec![USERS])));
    assert!(!script.machine.status().caught_up);
    let order = script.pull();
    script.found(&order, &[(USERS, 1)], false);
    let apply = script.apply();
    assert!(apply.complete);
    script.applied(apply.receipt);
    script.expect(Command::Ack(order.receipt));
    script.expect(Command::Serve(vec![Ticket(5)]));
    assert!(script.machine.status().caught_up);
    script.tell(Event::Acked(order.receipt));
    let safety_ms = script.now_ms + Limits::default().safety_poll_ms;
    assert_eq!(script.idle(), Some(safety_ms));
}

#[test]
fn trace_2_a_backlog_and_a_deadlock() {
    let mut script = Script::in_step(Limits::default());
    script.tell(Event::Bell(Dirty::Tables(vec![USERS])));
    let first = script.pull();
    script.found(&first, &[(USERS, 10)], true);
    let Command::Connect { lane, session } = script.next() else {
        panic!("the second lane is wanted");
    };
    let apply = script.apply();
    assert!(!apply.complete);
    script.applied(apply.receipt);
    script.expect(Command::Ack(first.receipt));
    // The second lane is not there yet: on the first lane, behind the acknowledgement, a look from the start.
    let second = script.pull();
    assert_eq!(second.receipt.lane, Lane::A);
    assert!(Script::floors(&second).iter().all(|f| f.1.is_none()));
    script.tell(Event::Connected { lane, session });
    script.tell(Event::Acked(first.receipt));
    script.found(&second, &[(USERS, 20)], true);
    let third = script.pull();
    assert_eq!(third.receipt.lane, Lane::B);
    // The table that was not reached comes first, the other continues.
    assert_eq!(
        Script::floors(&third),
        [(HUNT_GROUPS, None), (USERS, Some(20))]
    );
    let receipt = script.apply().receipt;
    script.tell(Event::ApplyFailed {
        receipt,
        failure: Failure::Transient,
    });
    script.expect(Command::Report(Report::TargetFailing));
    // What was read ahead is thrown away when it comes.
    script.found(&third, &[(USERS, 30)], true);
    let until_ms = script.idle().expect("a backoff");
    assert!(until_ms <= script.now_ms + Limits::default().backoff_first_ms);
    script.now_ms = until_ms;
    let fourth = script.pull();
    assert_eq!(fourth.receipt.lane, Lane::A);
    assert!(Script::floors(&fourth).iter().all(|f| f.1.is_none()));
    script.found(&fourth, &[(USERS, 20)], false);
    let apply = script.apply();
    script.applied(apply.receipt);
    script.expect(Command::Report(Report::TargetBack));
    script.expect(Command::Ack(fourth.receipt));
}

#[test]
fn a_long_backlog_is_interrupted_for_what_became_visible_late() {
    let mut script = Script::in_step(Limits {
        floored_pulls: 2,
        ..Limits::default()
    });
    script.tell(Event::Bell(Dirty::All));
    let mut order = script.pull();
    let mut from_the_start = 0;
    for n in 1..=9 {
        script.found(&order, &[(USERS, n)], true);
        let ahead = match script.next() {
            Command::Connect { lane, session } => {
                script.tell(Event::Connected { lane, session });
                Some(script.pull())
            }
            Command::Pull(ahead) => Some(ahead),
            Command::Apply(apply) => {
                script.applied(apply.receipt);
                None
            }
            other => panic!("{other:?}"),
        };
        if ahead.is_some() {
            let apply = script.apply();
            script.applied(apply.receipt);
        }
        script.expect(Command::Ack(order.receipt));
        script.tell(Event::Acked(order.receipt));
        order = ahead.unwrap_or_else(|| {
            from_the_start += 1;
            script.pull()
        });
    }
    assert_eq!(from_the_start, 3);
}

#[test]
fn an_hour_without_the_source_is_said_once_and_costs_little() {
    let mut script = Script::new(Limits::default());
    script.table(USERS, TableState::Live);
    let (mut connects, mut reports) = (0, Vec::new());
    let end_ms = script.now_ms + 3_600_000;
    while script.now_ms < end_ms {
        match script.next() {
            Command::Connect { lane, session } => {
                connects += 1;
                let failure = Failure::Transient;
                script.tell(Event::LaneFailed {
                    lane,
                    session,
                    failure,
                });
            }
            Command::Close { .. } => {}
            Command::Report(report) => reports.push(report),
            Command::Wait { until_ms } => script.now_ms = until_ms.expect("a retry"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(reports, [Report::SourceAway]);
    assert!((100..300).contains(&connects), "{connects} connects");
    assert_eq!(script.machine.status().phase, Phase::Connecting);
    assert_eq!(script.machine.status().source_away_since_ms, Some(1_000));
}

#[test]
fn resume_ends_a_long_backoff() {
    let mut script = Script::new(Limits::default());
    script.table(USERS, TableState::Live);
    let Command::Connect { lane, session } = script.next() else {
        panic!("no connect");
    };
    script.tell(Event::LaneFailed {
        lane,
        session,
        failure: Failure::Link,
    });
    script.expect(Command::Close { lane, session });
    script.expect(Command::Report(Report::SourceAway));
    assert!(script.idle() > Some(script.now_ms + 10_000));
    script.tell(Event::Resume);
    script.connect(Lane::A);
}

#[test]
fn a_stalled_lane_is_given_up() {
    let mut script = Script::in_step(Limits::default());
    script.tell(Event::Bell(Dirty::All));
    let order = script.pull();
    let deadline_ms = script.now_ms + Limits::default().answer_timeout_ms;
    assert_eq!(script.idle(), Some(deadline_ms));
    script.now_ms = deadline_ms;
    let (lane, session) = (Lane::A, order.receipt.session);
    script.expect(Command::Close { lane, session });
    script.expect(Command::Report(Report::SourceAway));
    // An answer after all, of the session that was given up.
    script.found(&order, &[], false);
    assert!(!script.machine.status().caught_up);
}

#[test]
fn a_failing_table_leaves_and_the_others_go_on() {
    let mut script = Script::in_step(Limits::default());
    script.tell(Event::Bell(Dirty::All));
    let order = script.pull();
    script.found(&order, &[(USERS, 1), (HUNT_GROUPS, 1)], false);
    let receipt = script.apply().receipt;
    let failure = Failure::Table(USERS);
    script.tell(Event::ApplyFailed { receipt, failure });
    script.expect(Command::Report(Report::TableExcluded(USERS)));
    let order = script.pull();
    assert_eq!(Script::floors(&order), [(HUNT_GROUPS, None)]);
    assert!(!script.machine.is_live(USERS));
}

#[test]
fn with_many_tables_a_bell_is_followed_by_a_look_at_all() {
    let mut script = Script::in_step(Limits {
        full_look_tables: 1,
        ..Limits::default()
    });
    script.now_ms += 10;
    script.tell(Event::Bell(Dirty::Tables(vec![USERS])));
    let order = script.pull();
    assert_eq!(Script::floors(&order), [(USERS, None)]);
    script.found(&order, &[(USERS, 1)], false);
    let apply = script.apply();
    assert!(!apply.complete);
    script.applied(apply.receipt);
    script.expect(Command::Ack(order.receipt));
    script.tell(Event::Acked(order.receipt));
    let full_ms = 1_000 + Limits::default().full_look_gap_ms;
    assert_eq!(script.idle(), Some(full_ms));
    script.now_ms = full_ms;
    let order = script.pull();
    assert_eq!(order.tables.len(), 2);
    script.found(&order, &[], false);
    assert!(script.machine.status().caught_up);
}

#[test]
fn tickets_wait_for_tables_that_are_being_copied() {
    let mut script = Script::in_step(Limits::default());
    let switches = TableId(11);
    script.table(switches, TableState::Pending);
    script.tell(Event::Wait(Ticket(1)));
    script.idle();
    // Its bells are for later.
    script.tell(Event::Bell(Dirty::Tables(vec![switches])));
    script.idle();
    script.table(switches, TableState::Live);
    let order = script.pull();
    assert_eq!(order.tables.len(), 3);
    script.found(&order, &[], false);
    script.expect(Command::Serve(vec![Ticket(1)]));
}

#[test]
fn without_any_table_nothing_is_done_and_nobody_waits() {
    let mut script = Script::new(Limits::default());
    assert_eq!(script.idle(), None);
    assert_eq!(script.machine.status().phase, Phase::NoTables);
    script.tell(Event::Wait(Ticket(3)));
    script.expect(Command::Serve(vec![Ticket(3)]));
    script.table(USERS, TableState::Live);
    script.table(USERS, TableState::Gone);
    assert_eq!(script.idle(), None);
}

#[test]
fn the_second_lane_goes_when_it_is_no_longer_needed() {
    let mut script = Script::in_step(Limits::default());
    script.tell(Event::Bell(Dirty::All));
    let order = script.pull();
    script.found(&order, &[(USERS, 1)], true);
    let session = script.connect(Lane::B);
    let ahead = script.pull();
    let apply = script.apply();
    script.applied(apply.receipt);
    script.expect(Command::Ack(order.receipt));
    script.found(&ahead, &[], false);
    script.tell(Event::Acked(order.receipt));
    let last = script.pull();
    assert_eq!(last.receipt.lane, Lane::A);
    script.found(&last, &[], false);
    script.idle();
    script.now_ms += Limits::default().second_lane_idle_ms;
    let poll = script.pull();
    script.found(&poll, &[], false);
    let lane = Lane::B;
    script.expect(Command::Close { lane, session });
}

#[test]
fn a_stop_waits_for_the_acknowledgement_but_not_for_ever() {
    for answered in [true, false] {
        let mut script = Script::in_step(Limits::default());
        script.tell(Event::Bell(Dirty::All));
        let order = script.pull();
        script.found(&order, &[(USERS, 1)], false);
        let apply = script.apply();
        script.applied(apply.receipt);
        script.tell(Event::Stop);
        script.expect(Command::Ack(order.receipt));
        let until_ms = script.idle().expect("the grace");
        if answered {
            script.tell(Event::Acked(order.receipt));
        } else {
            script.now_ms = until_ms;
        }
        let (lane, session) = (Lane::A, order.receipt.session);
        script.expect(Command::Close { lane, session });
        script.expect(Command::Stopped);
        script.tell(Event::Resume);
        script.expect(Command::Stopped);
    }
}
