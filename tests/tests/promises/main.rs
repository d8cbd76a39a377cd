//! What Tandem promises, one file a promise, on real servers.

use std::process::ExitCode;

use tandem_tests::suite;

mod wait_means_visible;

fn main() -> ExitCode {
    suite::main(&[wait_means_visible::PROMISES])
}
