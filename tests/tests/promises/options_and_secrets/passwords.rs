//! MySQL's way of checking passwords, caching_sha2_password, with a password that the server has not cached.

use anyhow::{Context, Result};
use mysql::prelude::Queryable;
use tandem_tests::ends::Ends;
use tandem_tests::link::Link;
use tandem_tests::suite::Skip;

use super::TABLE;
use super::certificates::authority;

/// With and without TLS.
pub fn passwords_of_mysql() -> Result<()> {
    let ends = Ends::shared()?;
    if !ends.is_mysql() {
        return Err(Skip(String::from("MariaDB has no caching_sha2_password")).into());
    }
    let ca = authority(&ends)?;
    let mut legacy = ends.legacy("")?;
    for (name, encrypted) in [("sha_plain", false), ("sha_tls", true)] {
        legacy.query_drop(format!("DROP USER IF EXISTS {name}"))?;
        legacy.query_drop(format!("CREATE USER {name} IDENTIFIED WITH caching_sha2_password BY 'Gr\u{fc}n '' \" \\\\ % :@/'"))?;
        legacy.query_drop(format!("GRANT ALL ON *.* TO {name}"))?;
        let link =
            Link::with_tables(ends.clone(), name, TABLE)?.account(name, "Gr\u{fc}n ' \" \\ % :@/");
        let link = if encrypted { link.ssl_ca(&ca) } else { link };
        legacy.query_drop("FLUSH PRIVILEGES")?;
        link.begin_and_wait()
            .with_context(|| format!("encrypted: {encrypted}"))?;
        link.in_step()?;
        link.finish()?;
        legacy.query_drop(format!("DROP USER {name}"))?;
    }
    Ok(())
}
