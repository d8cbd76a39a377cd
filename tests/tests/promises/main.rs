//! What Tandem promises, one file a promise, on real servers.

use std::process::ExitCode;

use tandem_tests::suite;

mod no_change_is_lost;
mod sakila_comes_over;
mod wait_means_visible;

fn main() -> ExitCode {
    suite::main(&[
        no_change_is_lost::PROMISES,
        sakila_comes_over::PROMISES,
        wait_means_visible::PROMISES,
    ])
}
