//! A lane: one session of the loop with the legacy server, in a thread of its own.
//!
//! Promise: orders are carried out one after the other, each answered by one event. A session that is dropped is abandoned: whatever it
//! still does is void, and its answers are ignored by the machine since its number is never used again.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender, unbounded};
use mysql::prelude::Queryable;
use tandem_shared::binlog::Place;
use tandem_shared::change::{Runs, TableBatch};
use tandem_shared::flow::{
    Batch, Event, Failure, Lane, PullOrder, Receipt, Session as SessionNumber, TableId, Taken,
};
use tandem_shared::plan::TablePlan;

use super::ack::ack;
use super::binlog::log::Log;
use super::connect::{Session, connect};
use super::error::{Kind, LegacyError};
use super::generation::Counters;
use super::options::LinkOptions;
use super::pull::{Learned, PullError, Wanted, pending_in_all, pull};
use super::task::{Wake, spawn};

/// How long a count of the backlog is good for: counting reads every pending notification's index entry.
const COUNT_AGAIN: Duration = Duration::from_secs(5);

/// The server says this of a table that was altered or truncated after the snapshot was taken: a newer one can read it.
const TABLE_DEFINITION_CHANGED: u16 = 1412;
/// Snapshots that are tried before that counts as a failure.
const SNAPSHOTS: usize = 3;

/// What a pull brings to the target.
#[derive(Debug, Clone, Default)]
pub struct Payload {
    /// Tables with something to apply.
    pub tables: Vec<TableBatch>,
    /// Notifications pending in all, when they were counted: now and then, while there is a backlog.
    pub pending: Option<u64>,
}

/// News from the legacy end.
pub enum News {
    /// For the machine, and for a failure what the server said.
    Event(Event<Payload>, Option<LegacyError>),
    /// Triggers, outboxes or tables are not what they were: changes may go unseen, or be read wrongly.
    LegacyChanged,
    /// The ids that the outboxes give out next.
    Counters(Counters),
    /// These tables have to be compared: the log says that they changed, and not how. With where it says so.
    Whole(Vec<(u32, Place)>),
    /// The log can no longer be read from where it was read to; with what the server said.
    LogLost(String),
}

/// How news travels: a channel, and a bell for the thread that reads it.
#[derive(Clone)]
pub struct Post {
    /// The channel.
    pub sender: Sender<News>,
    /// Wakes its reader.
    pub wake: Wake,
}

impl Post {
    /// Sends news; when the reader is gone nobody wants it.
    pub fn send(&self, event: Event<Payload>, error: Option<LegacyError>) {
        self.tell(News::Event(event, error));
    }

    /// Sends news of any kind.
    pub fn tell(&self, news: News) {
        let _ = self.sender.send(news);
        (self.wake)();
    }
}

/// An order for a lane.
enum Order {
    Pull(PullOrder, Vec<Wanted>),
    Ack(Receipt),
}

/// The caller's end of a lane's session.
pub struct LaneHandle {
    orders: Sender<Order>,
}

impl LaneHandle {
    /// Opens a session; `Connected` or `LaneFailed` follows.
    pub fn open(
        lane: Lane,
        session: SessionNumber,
        options: &LinkOptions,
        post: Post,
        log: Option<Arc<Log>>,
    ) -> Result<Self, LegacyError> {
        let (orders, receiver) = unbounded();
        let options = options.clone();
        spawn("tandem lane", move || {
            let id = (lane, session);
            if let Err(error) = serve(id, &options, &receiver, &post, log.as_deref()) {
                post.send(
                    Event::LaneFailed {
                        lane,
                        session,
                        failure: failure_of(&error),
                    },
                    Some(error.error),
                );
            }
        })?;
        Ok(Self { orders })
    }

    /// Orders a pull of the given plans; with `everything` the order's limits do not count.
    pub fn pull(&self, mut order: PullOrder, plans: &[Arc<TablePlan>], everything: bool) {
        if everything {
            order.rows = u32::MAX;
            order.bytes = u64::MAX;
        }
        let wanted = order
            .tables
            .iter()
            .filter_map(|floor| {
                let plan = plans.iter().find(|plan| plan.table_no == floor.table.0)?;
                Some(Wanted {
                    plan: Arc::clone(plan),
                    floor: floor.after.unwrap_or(0),
                })
            })
            .collect();
        // A session that has ended has sent its own news.
        let _ = self.orders.send(Order::Pull(order, wanted));
    }

    /// Orders an acknowledgement.
    pub fn ack(&self, receipt: Receipt) {
        let _ = self.orders.send(Order::Ack(receipt));
    }
}

/// What kind of trouble an error is, for the machine.
fn failure_of(error: &PullError) -> Failure {
    match (error.error.kind, error.table) {
        (Kind::Object, Some(table)) => Failure::Table(TableId(table)),
        (Kind::Denied, _) => Failure::Link,
        _ => Failure::Transient,
    }
}

/// What the newest pull of a session read: the only thing that it can acknowledge.
struct Held {
    receipt: Receipt,
    tables: Vec<(Arc<TablePlan>, Runs)>,
    /// With capture from the binary log: before this place everything was visible.
    proven: Place,
}

fn serve(
    (lane, number): (Lane, SessionNumber),
    options: &LinkOptions,
    orders: &Receiver<Order>,
    post: &Post,
    log: Option<&Log>,
) -> Result<(), PullError> {
    let mut session = connect(options)?;
    // Every transaction but an acknowledgement is a pull: its snapshot then begins without a word before it.
    session
        .conn
        .query_drop("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
    post.send(
        Event::Connected {
            lane,
            session: number,
        },
        None,
    );
    let mut learned = Learned::default();
    let mut held: Option<Held> = None;
    let mut counted: Option<Instant> = None;
    for order in orders {
        match order {
            Order::Pull(order, wanted) => {
                let (mut batch, now_held) =
                    carry_out(&mut session, &order, &wanted, &mut learned, log)?;
                if let Some(log) = log {
                    after_pull(log, now_held.proven, post);
                }
                held = Some(now_held);
                if batch.cut && counted.is_none_or(|at| at.elapsed() > COUNT_AGAIN) {
                    batch.payload.pending = Some(pending_in_all(&mut session, &wanted, log)?);
                    counted = Some(Instant::now());
                }
                post.send(Event::Pulled(batch), None);
                // The batch is whole: nobody has to wait for the end of its snapshot.
                session.conn.query_drop("COMMIT")?;
            }
            Order::Ack(receipt) => {
                let Some(held) = held.take().filter(|held| held.receipt == receipt) else {
                    return Err(LegacyError::other(
                        "asked to acknowledge what this session has not read",
                    )
                    .into());
                };
                match log {
                    Some(log) => acknowledge(&mut session, log, &held)?,
                    None => ack(
                        &mut session,
                        held.tables
                            .iter()
                            .map(|(plan, runs)| (plan.as_ref(), runs.as_slice())),
                    )?,
                }
                post.send(Event::Acked(receipt), None);
            }
        }
    }
    Ok(())
}

/// Says what a pull has shown of the log: tables that have to be compared.
fn after_pull(log: &Log, proven: Place, post: &Post) {
    let wholes = log.wholes(proven);
    if !wholes.is_empty() {
        post.tell(News::Whole(wholes));
    }
}

/// Keys of the log are acknowledged in memory; rows of outboxes that brought some of them, on the server.
fn acknowledge(session: &mut Session, log: &Log, held: &Held) -> Result<(), LegacyError> {
    let taken: Vec<(u32, Runs)> = held
        .tables
        .iter()
        .map(|(plan, runs)| (plan.table_no, runs.clone()))
        .collect();
    log.acknowledge(&taken, held.proven);
    for (plan, _) in &held.tables {
        let ids = log.spent(plan.table_no);
        if ids.is_empty() {
            continue;
        }
        let runs: Runs = ids.iter().map(|id| (*id, *id)).collect();
        ack(session, std::iter::once((plan.as_ref(), runs.as_slice())))?;
    }
    Ok(())
}

fn carry_out(
    session: &mut Session,
    order: &PullOrder,
    wanted: &[Wanted],
    learned: &mut Learned,
    log: Option<&Log>,
) -> Result<(Batch<Payload>, Held), PullError> {
    let rows = u64::from(order.rows);
    let mut pulled = pull(session, wanted, rows, order.bytes, learned, log);
    let altered = |pulled: &Result<_, PullError>| matches!(pulled, Err(failed) if failed.error.code == TABLE_DEFINITION_CHANGED);
    for _ in 0..SNAPSHOTS {
        if !altered(&pulled) {
            break;
        }
        session.conn.query_drop("ROLLBACK")?;
        pulled = pull(session, wanted, rows, order.bytes, learned, log);
    }
    let pulled = pulled?;
    let taken = pulled
        .tables
        .iter()
        .filter_map(|table| {
            let &(_, last_id) = table.ids.last()?;
            let table_id = TableId(table.plan.table_no);
            Some(Taken {
                table: table_id,
                last_id,
                notifications: table.notifications(),
            })
        })
        .collect();
    let tables = pulled
        .tables
        .iter()
        .map(|table| (Arc::clone(&table.plan), table.ids.clone()))
        .collect();
    let held = Held {
        receipt: order.receipt,
        tables,
        proven: pulled.horizon.map_or_else(Place::default, |h| h.proven),
    };
    let payload = Payload {
        tables: pulled.tables,
        pending: None,
    };
    Ok((
        Batch {
            receipt: order.receipt,
            taken,
            cut: pulled.cut,
            payload,
        },
        held,
    ))
}

/// Microseconds since 1970, for values that must differ between runs.
pub fn epoch_us() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
        })
}
