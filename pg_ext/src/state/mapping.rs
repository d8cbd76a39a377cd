//! The mapping document of a link, and its versions.
//!
//! Promise: the document is put together from the rows of `tandem.table_map`, which are what the workers go by; whatever changes one of them
//! keeps the new document as a version.

use pgrx::{JsonB, Spi};
use tandem_shared::mapping::document::Document;

use super::table;
use crate::report::Result;

/// A version: its number, and the digest that both servers know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// 1 for the first.
    pub number: i32,
    /// SHA-256 of the document as jsonb prints it, in hexadecimal digits.
    pub hash: String,
    /// The document, as jsonb prints it.
    pub text: String,
}

/// The document of a link.
pub fn document(link: &str) -> Result<Document> {
    let tables = table::all(link)?.into_iter().map(|table| table.map);
    let mut document = Document::new(tables.collect());
    let query = "SELECT (SELECT unmapped FROM tandem.link WHERE link = $1)";
    document.unmapped =
        Spi::get_one_with_args::<Vec<String>>(query, &[link.into()])?.unwrap_or_default();
    Ok(document)
}

/// Keeps the document as a version, unless it is the newest one already. Returns the version that it is.
pub fn keep(link: &str) -> Result<Version> {
    let document = serde_json::to_value(document(link)?).unwrap_or_default();
    Spi::run_with_args(
        "INSERT INTO tandem.mapping_version (link, version, hash, document) \
         SELECT $1, COALESCE(v.version, 0) + 1, d.hash, $2 \
         FROM (SELECT encode(sha256(convert_to($2::text, 'UTF8')), 'hex') AS hash) AS d \
         LEFT JOIN LATERAL (SELECT version, hash FROM tandem.mapping_version WHERE link = $1 ORDER BY version DESC LIMIT 1) AS v ON true \
         WHERE v.hash IS DISTINCT FROM d.hash",
        &[link.into(), JsonB(document).into()],
    )?;
    Ok(newest(link)?.unwrap_or(Version {
        number: 0,
        hash: String::new(),
        text: String::new(),
    }))
}

/// The newest version.
pub fn newest(link: &str) -> Result<Option<Version>> {
    Spi::connect_mut(|client| {
        let query = "SELECT version, hash, document::text FROM tandem.mapping_version WHERE link = $1 \
                     ORDER BY version DESC LIMIT 1";
        let mut rows = client.update(query, Some(1), &[link.into()])?;
        let Some(row) = rows.next() else {
            return Ok(None);
        };
        Ok(Some(Version {
            number: row.get(1)?.unwrap_or(0),
            hash: row.get(2)?.unwrap_or_default(),
            text: row.get(3)?.unwrap_or_default(),
        }))
    })
}

/// True when the link has had this version.
pub fn knows(link: &str, number: i32, hash: &str) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT FROM tandem.mapping_version WHERE link = $1 AND version = $2 AND hash = $3)";
    let found = Spi::get_one_with_args::<bool>(query, &[link.into(), number.into(), hash.into()])?;
    Ok(found.unwrap_or(false))
}
