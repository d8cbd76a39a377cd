//! A thread with one connection that does what a backend asks, one thing after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use super::writer::Writer;
use crate::legacy::error::LegacyError;
use crate::legacy::options::LinkOptions;
use crate::legacy::task::{Wake, spawn};

/// How long a connection is kept without being used.
const IDLE: Duration = Duration::from_secs(60);

/// Something to do on the connection.
type Job = Box<dyn FnOnce(&mut Writer) + Send>;

/// The backend's end.
pub struct Line {
    jobs: Sender<Job>,
    asked: AtomicU64,
    shared: Arc<Shared>,
    wake: Wake,
}

/// What both ends see.
#[derive(Default)]
struct Shared {
    answered: AtomicU64,
    connection: AtomicU32,
}

impl Line {
    /// Starts the thread; it connects when it is first asked for something. `wake` is called after each answer.
    pub fn open(options: &LinkOptions, wake: Wake) -> Result<Self, LegacyError> {
        let (jobs, inbox) = unbounded();
        let shared = Arc::new(Shared::default());
        let (theirs, options) = (Arc::clone(&shared), options.clone());
        spawn("tandem branch", move || {
            work(&inbox, Writer::new(options), &theirs);
        })?;
        Ok(Self {
            jobs,
            asked: AtomicU64::new(0),
            shared,
            wake,
        })
    }

    /// Asks for something; the answer arrives on the channel, then the bell rings.
    pub fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T, LegacyError> + Send + 'static,
    ) -> Receiver<Result<T, LegacyError>> {
        let (sender, receiver) = bounded(1);
        let (wake, shared) = (Arc::clone(&self.wake), Arc::clone(&self.shared));
        self.asked.fetch_add(1, Ordering::SeqCst);
        // When the thread has gone the job is dropped, its sender with it, and the receiver says so.
        let _ = self.jobs.send(Box::new(move |writer| {
            let answer = work(writer);
            shared.answered.fetch_add(1, Ordering::SeqCst);
            let _ = sender.send(answer);
            wake();
        }));
        receiver
    }

    /// Asks for something and does not wait for an answer. Never fails.
    pub fn tell(&self, work: impl FnOnce(&mut Writer) + Send + 'static) {
        let _ = self.jobs.send(Box::new(work));
    }

    /// True while something that was asked for has no answer.
    pub fn busy(&self) -> bool {
        self.shared.answered.load(Ordering::SeqCst) < self.asked.load(Ordering::SeqCst)
    }

    /// Waits until everything is done, but not longer than this; true when it is. Answers no interrupts: for the end of a transaction only.
    pub fn settle(&self, longest: Duration) -> bool {
        let (sender, receiver) = bounded::<()>(1);
        let asked = self.jobs.send(Box::new(move |_| drop(sender)));
        asked.is_err() || receiver.recv_timeout(longest) != Err(RecvTimeoutError::Timeout)
    }

    /// The number that the legacy server knows the connection by; 0 before there is one.
    pub fn connection(&self) -> u32 {
        self.shared.connection.load(Ordering::SeqCst)
    }
}

fn work(inbox: &Receiver<Job>, mut writer: Writer, shared: &Shared) {
    let mut used = Instant::now();
    loop {
        match inbox.recv_timeout(IDLE) {
            Ok(job) => {
                job(&mut writer);
                shared
                    .connection
                    .store(writer.connection(), Ordering::SeqCst);
                used = Instant::now();
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                if used.elapsed() >= IDLE && !writer.in_branch() {
                    writer.disconnect();
                }
            }
        }
    }
}
