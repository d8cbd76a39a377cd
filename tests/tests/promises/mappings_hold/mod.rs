//! A mapping of one's own holds while everybody works: Sakila onto another design, and three legacy servers as one.

mod servers;

use anyhow::{Result, ensure};
use tandem_tests::ends::Ends;
use tandem_tests::link::Link;
use tandem_tests::promises;
use tandem_tests::sakila::{Sakila, Shop};
use tandem_tests::upgrade_sql::literal;

use servers::three_legacy_servers_as_one;

promises![sakila_onto_a_design_of_its_own, three_legacy_servers_as_one];

/// Tables of the new design.
const DESIGN: &str = include_str!("sakila.sql");
/// The mapping onto them.
const MAPPING: &str = include_str!("sakila.json");

fn sakila_onto_a_design_of_its_own() -> Result<()> {
    let link = Link::new(Ends::shared()?, "redesign")?;
    Sakila::find()?.load_into(&link)?;
    link.upgrade_run(DESIGN)?;
    link.declare()?;
    link.rows(&format!(
        "SELECT * FROM tandem.map('redesign', {}::jsonb)",
        literal(MAPPING)
    ))?;
    link.verb("start")?;
    link.in_step()?;
    let shop = Shop::open(&link)?;
    shop.goes_on(150)?;
    link.legacy_run("UPDATE country SET country = CONCAT(country, '!') WHERE country_id <= 60")?;
    link.legacy_run("UPDATE city SET city = UPPER(city), country_id = 1 WHERE city_id % 3 = 0")?;
    link.legacy_run("UPDATE category SET name = LOWER(name)")?;
    link.in_step()?;
    shop.close()?;
    link.settled()?;
    let whole = "SELECT count(*) FROM app.place WHERE city IS NULL OR country IS NULL";
    ensure!(link.number(whole)? == 0, "places without a city");
    let changed = "SELECT count(*) FROM app.place WHERE country LIKE '%!'";
    ensure!(
        link.number(changed)? > 100,
        "the countries' changes did not arrive"
    );
    ensure!(
        link.number("SELECT count(*) FROM app.rental WHERE upper_inf(period)")? > 0,
        "no open rental"
    );
    ensure!(
        link.number("SELECT count(*) FROM app.film WHERE 'Trailers' = ANY (features)")? > 100,
        "no features"
    );
    link.finish()
}
