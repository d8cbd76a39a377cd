//! All column types of a legacy server, family by family; a family is one table.
//!
//! Promises: every type that the server at hand has is here, with its edge values and with each upgrade type that the reference page
//! names for it. Called by the promise that every value arrives.

mod addresses;
mod binaries;
mod bits;
mod charsets;
mod decimals;
mod documents;
mod floats;
mod integers;
mod labels;
mod random_text;
mod spatial;
mod temporal;
mod texts;
mod vectors;

use super::Subject;
use crate::ends::Ends;
use crate::upgrade_sql::rows;
use anyhow::Result;
use mysql::prelude::Queryable;

/// Columns of one table.
pub struct Family {
    /// The table's name.
    pub name: &'static str,
    /// Its columns besides the key.
    pub subjects: Vec<Subject>,
}

/// What a legacy server has.
pub struct Server {
    /// Whether it is MySQL; otherwise it is MariaDB.
    pub is_mysql: bool,
    /// Whether it has VECTOR.
    pub has_vector: bool,
    /// Its character sets, and the most bytes of a character.
    pub charsets: Vec<(String, u32)>,
    /// Extensions that the upgrade server can create.
    pub extensions: Vec<String>,
}

impl Server {
    /// Asks the server.
    pub fn ask(ends: &Ends) -> Result<Self> {
        let mut conn = ends.legacy("")?;
        let is_mysql = ends.is_mysql();
        let charsets = conn.query(
            "SELECT CHARACTER_SET_NAME, MAXLEN FROM information_schema.CHARACTER_SETS ORDER BY 1",
        )?;
        let version: Option<String> = conn.query_first("SELECT VERSION()")?;
        let version = version.unwrap_or_default();
        let old_mariadb = !is_mysql && version.starts_with("10.");
        let extensions = rows(
            &mut ends.upgrade("postgres")?,
            "SELECT name FROM pg_available_extensions",
        )?;
        Ok(Self {
            extensions: extensions.into_iter().flatten().flatten().collect(),
            is_mysql,
            has_vector: !old_mariadb,
            charsets,
        })
    }
}

/// Every family.
pub fn families(server: &Server) -> Vec<Family> {
    let mut families = vec![
        integers::family(),
        decimals::family(),
        floats::family(),
        bits::family(),
        temporal::family(),
        texts::family(server),
        binaries::family(server),
        labels::family(),
        documents::family(server),
        spatial::family(server),
    ];
    families.extend(charsets::families(server));
    if server.has_vector {
        families.push(vectors::family());
    }
    if !server.is_mysql {
        families.push(addresses::family());
    }
    let is_there = |name: &str| server.extensions.iter().any(|known| known == name);
    for family in &mut families {
        family
            .subjects
            .retain(|subject| subject.extension.is_none_or(is_there));
    }
    families
}
