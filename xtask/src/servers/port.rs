//! Choosing a TCP port.
//!
//! Promises: the port was free a moment ago and lies below the range from which the kernel takes ports for outgoing
//! connections, so that a stopped server gets it again. Called when an instance is made.

use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;

use anyhow::{Result, bail};

const LOWEST: u16 = 15_000;
const HIGHEST: u16 = 32_000;
const ATTEMPTS: u64 = 200;

/// A free port on 127.0.0.1.
pub fn free() -> Result<u16> {
    let random = RandomState::new();
    for attempt in 0..ATTEMPTS {
        let spread = random.hash_one(attempt) % u64::from(HIGHEST - LOWEST);
        let port = LOWEST + spread as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("could not find a free port on 127.0.0.1")
}
