//! Processes that die.

use anyhow::{Result, bail};

use crate::condition::until_so;

/// Kills one process without any chance to clean up, and waits until it has gone. The number must be that of a server of the test.
pub fn kill9(pid: u32) -> Result<()> {
    let number = libc::pid_t::try_from(pid)?;
    // SAFETY: kill takes plain numbers.
    if number <= 1 || unsafe { libc::kill(number, libc::SIGKILL) } != 0 {
        bail!(
            "could not kill process {pid}: {}",
            std::io::Error::last_os_error()
        );
    }
    let patience = std::time::Duration::from_secs(30);
    until_so("the killed process has gone", patience, || {
        Ok(!xtask::servers::alive(pid))
    })
}

/// Processor time that a process has used, all its threads together, in milliseconds.
pub fn cpu_ms(pid: u32) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is the program's name in parentheses and may hold anything; fields are counted after it.
    let fields: Vec<&str> = text
        .rsplit_once(')')
        .map_or("", |(_, rest)| rest)
        .split_whitespace()
        .collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<u64>().ok())
            .unwrap_or(0)
    };
    // SAFETY: sysconf takes a plain number.
    let per_second = u64::try_from(unsafe { libc::sysconf(libc::_SC_CLK_TCK) })?;
    Ok((ticks(11) + ticks(12)) * 1_000 / per_second.max(1))
}
