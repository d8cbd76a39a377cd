//! Every value of every column type arrives as the legacy server says it is, or its row is parked with the documented code; and no two values
//! of a type are so near to each other that a comparison takes one for the other.

use std::time::Duration;

use anyhow::Result;
use tandem_tests::condition::until_so;
use tandem_tests::dice::{self, Dice};
use tandem_tests::ends::Ends;
use tandem_tests::link::Link;
use tandem_tests::promises;
use tandem_tests::values::{Steps, arrival, families, family::Server};

promises![
    values_of_every_type_arrive,
    the_smallest_step_of_every_type_is_found
];

/// Time within which a table has been mended.
const MENDED: Duration = Duration::from_secs(30);

fn values_of_every_type_arrive() -> Result<()> {
    let ends = Ends::shared()?;
    let families = families(&Server::ask(&ends)?);
    let link = Link::new(ends, "values")?;
    let mut dice = Dice::new(dice::seed("values of every type"), 0);
    arrival::all_arrive(&link, &families, &mut dice)?;
    link.finish()
}

fn the_smallest_step_of_every_type_is_found() -> Result<()> {
    let ends = Ends::shared()?;
    let steps = Steps::of(&Server::ask(&ends)?);
    let link = Link::new(ends, "steps")?;
    steps.write(&link)?;
    link.declare()?;
    link.scaffold()?;
    steps.retarget(&link)?;
    link.verb("start")?;
    link.in_step()?;
    steps.take(&link)?;
    steps.are_found(&link)?;
    link.resync("step")?;
    until_so("the steps are taken back", MENDED, || {
        link.wait()?;
        Ok(link.verify()?.is_empty())
    })?;
    link.settled()?;
    link.finish()
}
