//! What Tandem promises, one file a promise, on real servers.

use std::process::ExitCode;

use tandem_tests::suite;

mod full_disk_is_survived;
mod network_is_not_trusted;
mod no_change_is_lost;
mod sakila_comes_over;
mod wait_means_visible;

fn main() -> ExitCode {
    // What takes longest begins first.
    suite::main(&[
        no_change_is_lost::PROMISES,
        network_is_not_trusted::PROMISES,
        full_disk_is_survived::PROMISES,
        sakila_comes_over::PROMISES,
        wait_means_visible::PROMISES,
    ])
}
