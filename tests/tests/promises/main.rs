//! What Tandem promises, one file a promise, on real servers.

use std::process::ExitCode;

use tandem_tests::suite;

mod applications_do_not_notice;
mod catalogue_is_clean;
mod every_value_arrives;
mod full_disk_is_survived;
mod idle_costs_nothing;
mod keys_and_batches;
mod legacy_needs_nothing_more;
mod mappings_hold;
mod network_is_not_trusted;
mod no_change_is_lost;
mod options_and_secrets;
mod parked_rows_wait;
mod sakila_comes_over;
mod the_operator_is_obeyed;
mod the_schema_comes_along;
mod verify_finds_one_byte;
mod wait_means_visible;
mod writes_are_on_both_sides;
mod writes_go_back;

fn main() -> ExitCode {
    // What takes longest begins first.
    suite::main(&[
        no_change_is_lost::PROMISES,
        network_is_not_trusted::PROMISES,
        writes_are_on_both_sides::PROMISES,
        full_disk_is_survived::PROMISES,
        writes_go_back::PROMISES,
        sakila_comes_over::PROMISES,
        mappings_hold::PROMISES,
        every_value_arrives::PROMISES,
        options_and_secrets::PROMISES,
        catalogue_is_clean::PROMISES,
        legacy_needs_nothing_more::PROMISES,
        applications_do_not_notice::PROMISES,
        idle_costs_nothing::PROMISES,
        the_operator_is_obeyed::PROMISES,
        wait_means_visible::PROMISES,
        keys_and_batches::PROMISES,
        verify_finds_one_byte::PROMISES,
        the_schema_comes_along::PROMISES,
        parked_rows_wait::PROMISES,
    ])
}
