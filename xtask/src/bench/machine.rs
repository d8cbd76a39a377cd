//! What the numbers were measured on.
//!
//! Promises: names the processor, the memory, the kernel, the two servers and the state of the sources, and nothing that
//! identifies the machine. Called by `report`.

use std::fs;
use std::process::Command;

use serde::Serialize;

use super::stage::Stage;
use crate::build;
use crate::servers::capture;

/// The machine and the software of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Model of the processor.
    pub processor: String,
    /// Processors that may be used.
    pub cores: usize,
    /// Memory.
    pub memory_gib: u64,
    /// Linux.
    pub kernel: String,
    /// Legacy server.
    pub legacy: String,
    /// Upgrade server.
    pub upgrade: String,
    /// How plugin and extension were built.
    pub profile: String,
    /// Commit of the sources.
    pub commit: String,
}

impl Machine {
    /// Describes this machine and the stage's servers.
    pub fn describe(stage: &Stage) -> Self {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kib: u64 = field(&memory, "MemTotal")
            .and_then(|text| text.trim_end_matches("kB").trim().parse().ok())
            .unwrap_or(0);
        Self {
            processor: field(&info, "model name").unwrap_or("unknown").to_string(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: kib.div_ceil(1 << 20),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")
                .unwrap_or_default()
                .trim()
                .to_string(),
            legacy: stage.legacy_version(),
            upgrade: stage.upgrade_version(),
            profile: build::profile(),
            commit: commit(),
        }
    }
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim())
    })
}

fn commit() -> String {
    let git = |arguments: &[&str]| {
        capture(
            Command::new("git")
                .args(arguments)
                .current_dir(build::workspace()),
        )
    };
    let head = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_default();
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).unwrap_or_default();
    let mark = if changed.trim().is_empty() {
        ""
    } else {
        ", changed"
    };
    format!("{}{mark}", head.trim())
}
