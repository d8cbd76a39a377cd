//! Who used the processors while something was measured.
//!
//! Promises: the CPU time of the servers and of the programs that took part, and the part of the machine that strangers had;
//! on a shared machine the first is steadier than the clock, and the second says how far to trust the clock. Called by `contest`.

use std::fs;
use std::time::{Duration, Instant};

/// A measurement that has begun.
pub struct Gauge {
    servers: Vec<u32>,
    begun: Instant,
    at_start: Reading,
}

/// What a measurement took.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// By the clock.
    pub elapsed: Duration,
    /// CPU seconds of the servers and of the programs that we called.
    pub cpu_s: f64,
    /// The part of the machine's processors that others had, 0 to 1.
    pub others: f64,
}

struct Reading {
    servers_s: f64,
    clients_s: f64,
    own_s: f64,
    machine_s: f64,
}

impl Gauge {
    /// Begins, with the servers' main processes.
    pub fn start(servers: &[u32]) -> Self {
        Self {
            servers: servers.to_vec(),
            at_start: read(servers),
            begun: Instant::now(),
        }
    }

    /// Ends.
    pub fn stop(&self) -> Usage {
        let elapsed = self.begun.elapsed();
        let now = read(&self.servers);
        let cpu_s =
            now.servers_s + now.clients_s - self.at_start.servers_s - self.at_start.clients_s;
        let own_s = now.own_s - self.at_start.own_s;
        let machine_s = now.machine_s - self.at_start.machine_s;
        let cores = std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64);
        let all_s = elapsed.as_secs_f64() * cores;
        Usage {
            elapsed,
            cpu_s: cpu_s.max(0.0),
            others: ((machine_s - cpu_s - own_s) / all_s).clamp(0.0, 1.0),
        }
    }
}

/// CPU seconds of a server: its main process, those of its children that live, and those that it has outlived.
pub fn server_s(pid: u32) -> f64 {
    let Some(main) = stat(pid) else { return 0.0 };
    let children: f64 = processes()
        .filter_map(stat)
        .filter(|stat| stat.parent == pid)
        .map(|stat| stat.own_s)
        .sum();
    main.own_s + main.reaped_s + children
}

/// Memory that a process has for itself, in MiB; 0 when it has gone.
pub fn private_mib(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kib = status.lines().find_map(|line| {
        let rest = line.strip_prefix("RssAnon:")?;
        rest.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()
    });
    kib.unwrap_or(0.0) / 1024.0
}

fn read(servers: &[u32]) -> Reading {
    let own = stat(std::process::id());
    Reading {
        servers_s: servers.iter().map(|pid| server_s(*pid)).sum(),
        clients_s: own.as_ref().map_or(0.0, |own| own.reaped_s),
        own_s: own.as_ref().map_or(0.0, |own| own.own_s),
        machine_s: machine_s(),
    }
}

struct Stat {
    parent: u32,
    own_s: f64,
    reaped_s: f64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses and may hold anything; fields are counted after it.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let seconds = |from: usize| -> Option<f64> {
        let ticks: f64 = fields.get(from)?.parse().ok()?;
        let more: f64 = fields.get(from + 1)?.parse().ok()?;
        Some((ticks + more) / ticks_per_s())
    };
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own_s: seconds(11)?,
        reaped_s: seconds(13)?,
    })
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

/// CPU seconds that all processors together have worked, waiting and idling left out.
fn machine_s() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    let ticks: Vec<f64> = line
        .split_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    // user, nice, system, idle, waiting, interrupts, soft interrupts, stolen; guests count in user already.
    let worked = [0, 1, 2, 5, 6, 7].map(|at| ticks.get(at).copied().unwrap_or(0.0));
    worked.iter().sum::<f64>() / ticks_per_s()
}

fn ticks_per_s() -> f64 {
    // SAFETY: sysconf takes a plain number.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    if ticks > 0 { ticks as f64 } else { 100.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_work_is_no_strangers() {
        let gauge = Gauge::start(&[]);
        let mut sum = 0_u64;
        while gauge.begun.elapsed() < Duration::from_millis(100) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        let usage = gauge.stop();
        assert!(usage.elapsed >= Duration::from_millis(100));
        assert!((0.0..=1.0).contains(&usage.others), "{usage:?}");
        assert!(server_s(std::process::id()) > 0.0 && private_mib(std::process::id()) > 0.0);
    }
}
