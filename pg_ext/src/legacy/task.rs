//! One piece of work on the legacy server, in a thread of its own: the caller waits for the answer its own way.

use std::sync::Arc;

use crossbeam_channel::{Receiver, bounded};

use super::connect::{Session, connect};
use super::error::LegacyError;
use super::options::LinkOptions;

/// Wakes the thread that waits for news from the legacy end.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Starts a thread that no signal of the server is delivered to.
pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), LegacyError> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    let started = crate::worker::signals::blocked(|| thread.spawn(body));
    started
        .map(drop)
        .map_err(|error| LegacyError::other(format!("could not start a thread: {error}")))
}

/// Runs `work` on a new connection; the answer arrives on the channel, then `wake` is called.
///
/// Dropping the receiver abandons the work: its thread ends when its current call does.
pub fn run<T: Send + 'static>(
    options: &LinkOptions,
    wake: Wake,
    work: impl FnOnce(&mut Session) -> Result<T, LegacyError> + Send + 'static,
) -> Result<Receiver<Result<T, LegacyError>>, LegacyError> {
    let (sender, receiver) = bounded(1);
    let options = options.clone();
    spawn("tandem task", move || {
        let answer = connect(&options).and_then(|mut session| work(&mut session));
        // The caller may have gone: then nobody wants the answer.
        let _ = sender.send(answer);
        wake();
    })?;
    Ok(receiver)
}
