//! The one plugin of this server process: its doorbell, its marks, and its life.
//!
//! ```text
//!   start (INSTALL PLUGIN, server start) ──► active ── stop (UNINSTALL PLUGIN, shutdown) ──► inactive ── start ...
//! ```
//! An inactive plugin is harmless: fires do nothing, waits return "closing". That matters on MariaDB, where the functions
//! stay callable after `UNINSTALL PLUGIN`.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::doorbell::Doorbell;
use crate::limits::DRAIN_MS;
use crate::marks::{Marks, Rings};
use crate::status::{COUNTERS, add, count};
use crate::{clock, settings};

/// The state of the plugin.
pub struct Plugin {
    /// Who waits and what rang.
    pub doorbell: Doorbell,
    /// Which sessions have something to ring for.
    pub marks: Marks,
    active: AtomicBool,
}

/// The plugin of this process.
pub fn plugin() -> &'static Plugin {
    static PLUGIN: LazyLock<Plugin> = LazyLock::new(|| Plugin {
        doorbell: Doorbell::new(),
        marks: Marks::new(),
        active: AtomicBool::new(false),
    });
    &PLUGIN
}

impl Plugin {
    /// Opens the doorbell. The bell starts at the wall clock, so that readers from before a restart look everywhere.
    pub fn start(&self) {
        self.marks.clear();
        self.doorbell.mute(!settings::doorbell());
        self.doorbell.open(clock::wall_us());
        self.active.store(true, Ordering::Release);
    }

    /// The plugin is being uninstalled: becomes inactive and sends the readers away, without waiting for them.
    pub fn leave(&self) {
        self.active.store(false, Ordering::Release);
        self.doorbell.close(Duration::ZERO);
    }

    /// Closes the doorbell and sends the readers away. Returns whether all have left in time.
    pub fn stop(&self) -> bool {
        self.active.store(false, Ordering::Release);
        let gone = self.doorbell.close(Duration::from_millis(DRAIN_MS));
        self.marks.clear();
        gone
    }

    /// Whether it is installed.
    pub fn is_active(&self) -> bool {
        self.active.load(Ordering::Acquire)
    }

    /// Rings, and counts it. `early`: before the end of the transaction is known.
    pub fn ring(&self, rings: &Rings, early: bool) {
        if rings.is_empty() {
            return;
        }
        if rings.all {
            self.doorbell.ring_all();
            count(&COUNTERS.rings_all);
            return;
        }
        add(&COUNTERS.overflows, self.doorbell.ring(&rings.tables));
        count(&COUNTERS.rings);
        if early {
            count(&COUNTERS.rings_early);
        }
    }

    /// `SET GLOBAL tandem_doorbell`.
    pub fn set_doorbell(&self, on: bool) {
        settings::DOORBELL.store(u8::from(on), Ordering::Relaxed);
        self.doorbell.mute(!on);
    }
}
