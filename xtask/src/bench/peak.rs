//! The most memory that a process had for itself.
//!
//! Promises: looked at 50 times a second; what is shorter is not seen. Called by the contenders that have a worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use super::gauge::private_mib;

/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// Somebody who looks.
pub struct Peak {
    stop: Arc<AtomicBool>,
    watcher: JoinHandle<f64>,
}

impl Peak {
    /// Begins to look at a process.
    pub fn watch(pid: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stop);
        let watcher = spawn(move || {
            let mut peak = private_mib(pid);
            while !seen.load(Ordering::SeqCst) {
                sleep(LOOK);
                peak = peak.max(private_mib(pid));
            }
            peak
        });
        Self { stop, watcher }
    }

    /// Ends; the peak in MiB.
    pub fn mib(self) -> f64 {
        self.stop.store(true, Ordering::SeqCst);
        self.watcher.join().unwrap_or(0.0)
    }
}
