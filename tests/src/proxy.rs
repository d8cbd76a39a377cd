//! A network between a link and its legacy server that can be broken.
//!
//! Promises: bytes pass unchanged and in order until a fault is ordered; a stalled connection stays open and silent; a cut one ends at
//! the byte that was asked for; `heal` lets new connections through, never a cut one. Called by tests of the network.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Most bytes passed on at once.
const PIECE: usize = 16 * 1024;

/// The network's state.
#[derive(Clone, Copy, Debug, Default)]
struct Weather {
    /// New connections are closed at once.
    cut: bool,
    /// Nothing passes.
    stalled: bool,
    /// After so many more bytes from the server every connection is cut, once.
    cut_after: Option<u64>,
    /// Bytes a second from the server, over all connections; 0 for no limit.
    bytes_per_s: u64,
}

#[derive(Default)]
struct Shared {
    weather: Mutex<Weather>,
    changed: Condvar,
    streams: Mutex<Vec<TcpStream>>,
    closing: AtomicBool,
    passed: AtomicU64,
    accepted: AtomicU64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn set(&self, change: impl FnOnce(&mut Weather)) {
        change(&mut locked(&self.weather));
        self.changed.notify_all();
    }

    fn drop_connections(&self) {
        for stream in locked(&self.streams).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// How many of `length` bytes from the server may pass now; waits while nothing may. `None` ends the connection.
    fn admit(&self, length: u64) -> Option<u64> {
        let mut weather = locked(&self.weather);
        while weather.stalled && !self.closing.load(Ordering::SeqCst) {
            weather = self
                .changed
                .wait(weather)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if weather.cut {
            return None;
        }
        let Some(left) = weather.cut_after else {
            return Some(length);
        };
        let admitted = left.min(length);
        weather.cut_after = if left > length {
            Some(left - length)
        } else {
            Some(0)
        };
        Some(admitted)
    }

    /// Cuts when the byte has been reached that was asked for.
    fn cut_if_due(&self) -> bool {
        let due = {
            let mut weather = locked(&self.weather);
            let due = weather.cut_after == Some(0);
            if due {
                weather.cut_after = None;
            }
            due
        };
        if due {
            self.drop_connections();
        }
        due
    }
}

/// A proxy on a port of its own.
pub struct Proxy {
    port: u16,
    address: String,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Listens on 127.0.0.1 and passes everything on to `port`.
    pub fn new(port: u16) -> Result<Self> {
        Self::on("127.0.0.1", port)
    }

    /// Listens on one of this machine's own addresses.
    pub fn on(address: &str, port: u16) -> Result<Self> {
        let listener = TcpListener::bind((address, 0))?;
        let own_port = listener.local_addr()?.port();
        let shared = Arc::new(Shared::default());
        let thread = {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || listen(&listener, port, &shared))
        };
        Ok(Self {
            port: own_port,
            address: String::from(address),
            shared,
            listener: Some(thread),
        })
    }

    /// The port that a link connects to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends every connection and refuses new ones.
    pub fn cut(&self) {
        self.shared.set(|weather| weather.cut = true);
        self.shared.drop_connections();
    }

    /// Ends every connection, once; new ones pass.
    pub fn drop_connections(&self) {
        self.shared.drop_connections();
    }

    /// Lets nothing pass, and ends nothing.
    pub fn stall(&self) {
        self.shared.set(|weather| weather.stalled = true);
    }

    /// Cuts every connection, once, in the middle of what the server sends: after so many more bytes.
    pub fn cut_after(&self, bytes: u64) {
        self.shared
            .set(|weather| weather.cut_after = Some(bytes.max(1)));
    }

    /// Whether the cut of [`Proxy::cut_after`] is still to come.
    pub fn cut_pending(&self) -> bool {
        locked(&self.shared.weather).cut_after.is_some()
    }

    /// Lets at most so many bytes a second through from the server; 0 for all.
    pub fn throttle(&self, bytes_per_s: u64) {
        self.shared.set(|weather| weather.bytes_per_s = bytes_per_s);
    }

    /// Everything passes again. Connections that were stalled end: a network that comes back has forgotten them.
    pub fn heal(&self) {
        self.shared.drop_connections();
        self.shared.set(|weather| {
            *weather = Weather {
                bytes_per_s: weather.bytes_per_s,
                ..Weather::default()
            }
        });
    }

    /// Bytes that have come from the server.
    pub fn passed(&self) -> u64 {
        self.shared.passed.load(Ordering::SeqCst)
    }

    /// Connections that were asked for.
    pub fn accepted(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        self.shared.changed.notify_all();
        self.shared.drop_connections();
        // The listener waits for a connection: this is the last one.
        let _ = TcpStream::connect((self.address.as_str(), self.port));
        if let Some(thread) = self.listener.take() {
            let _ = thread.join();
        }
    }
}

fn listen(listener: &TcpListener, port: u16, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.closing.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        shared.accepted.fetch_add(1, Ordering::SeqCst);
        if locked(&shared.weather).cut {
            continue;
        }
        // A server that is down: the client sees its connection end.
        let _ = join(client, port, shared);
    }
}

fn join(client: TcpStream, port: u16, shared: &Arc<Shared>) -> std::io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", port))?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
        locked(&shared.streams).push(stream.try_clone()?);
    }
    let (client_reads, server_writes) = (client.try_clone()?, server.try_clone()?);
    let upstream = Arc::clone(shared);
    std::thread::spawn(move || pass(client_reads, server_writes, &upstream, false));
    let downstream = Arc::clone(shared);
    std::thread::spawn(move || pass(server, client, &downstream, true));
    Ok(())
}

/// Passes bytes on until either side ends; `metered` are those that come from the server.
fn pass(mut from: TcpStream, mut to: TcpStream, shared: &Shared, metered: bool) {
    let mut piece = vec![0; PIECE];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        let begun = Instant::now();
        let admitted = if metered {
            shared.admit(length as u64)
        } else {
            wait_for_calm(shared, length as u64)
        };
        let Some(admitted) = admitted else { break };
        let admitted = usize::try_from(admitted).unwrap_or(length);
        if to.write_all(&piece[..admitted]).is_err() {
            break;
        }
        if metered {
            shared.passed.fetch_add(admitted as u64, Ordering::SeqCst);
            slow_down(shared, admitted as u64, begun);
        }
        if admitted < length || (metered && shared.cut_if_due()) {
            shared.cut_if_due();
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// Bytes to the server are only held by a stall.
fn wait_for_calm(shared: &Shared, length: u64) -> Option<u64> {
    let mut weather = locked(&shared.weather);
    while weather.stalled && !shared.closing.load(Ordering::SeqCst) {
        weather = shared
            .changed
            .wait(weather)
            .unwrap_or_else(PoisonError::into_inner);
    }
    (!weather.cut).then_some(length)
}

/// Takes as long over `bytes` as the limit says.
fn slow_down(shared: &Shared, bytes: u64, begun: Instant) {
    let limit = locked(&shared.weather).bytes_per_s;
    if limit == 0 {
        return;
    }
    let due = Duration::from_micros(bytes.saturating_mul(1_000_000) / limit);
    let mut weather = locked(&shared.weather);
    while begun.elapsed() < due && weather.bytes_per_s > 0 && !shared.closing.load(Ordering::SeqCst)
    {
        let left = due.saturating_sub(begun.elapsed());
        weather = shared
            .changed
            .wait_timeout(weather, left)
            .unwrap_or_else(PoisonError::into_inner)
            .0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that sends `length` bytes to everyone who connects.
    fn source(length: usize) -> Result<u16> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let mut stream = stream;
                    let _ = stream.write_all(&vec![7; length]);
                    let _ = stream.read(&mut [0]);
                });
            }
        });
        Ok(port)
    }

    fn received(proxy: &Proxy, want: usize) -> Result<usize> {
        let mut stream = TcpStream::connect(("127.0.0.1", proxy.port()))?;
        let mut got = vec![0; want];
        let mut count = 0;
        while count < want {
            match stream.read(&mut got[count..]) {
                Ok(0) | Err(_) => break,
                Ok(more) => count += more,
            }
        }
        Ok(count)
    }

    #[test]
    fn cuts_at_the_byte_and_only_once() -> Result<()> {
        let proxy = Proxy::new(source(100_000)?)?;
        assert_eq!(received(&proxy, 100_000)?, 100_000);
        proxy.cut_after(54_321);
        assert_eq!(received(&proxy, 100_000)?, 54_321);
        assert!(!proxy.cut_pending());
        assert_eq!(received(&proxy, 100_000)?, 100_000);
        Ok(())
    }

    #[test]
    fn a_cut_refuses_and_healing_lets_through() -> Result<()> {
        let proxy = Proxy::new(source(1_000)?)?;
        proxy.cut();
        assert_eq!(received(&proxy, 1_000)?, 0);
        proxy.heal();
        assert_eq!(received(&proxy, 1_000)?, 1_000);
        Ok(())
    }

    #[test]
    fn a_stall_is_silence_and_not_an_end() -> Result<()> {
        let proxy = Proxy::new(source(1_000)?)?;
        proxy.stall();
        let mut stream = TcpStream::connect(("127.0.0.1", proxy.port()))?;
        stream.set_read_timeout(Some(Duration::from_millis(200)))?;
        let error = stream.read(&mut [0; 10]).expect_err("nothing comes");
        assert!(matches!(
            error.kind(),
            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
        ));
        proxy.heal();
        assert_eq!(received(&proxy, 1_000)?, 1_000);
        Ok(())
    }
}
