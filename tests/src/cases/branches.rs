//! XA branches of a case, named after its link.
//!
//! Promises: a branch that a case left prepared does not keep its database from being dropped.

use anyhow::Result;
use mysql::prelude::Queryable;

use crate::ends::Ends;

/// Rolls back every prepared branch whose name begins with the link's.
pub fn roll_back(ends: &Ends, link: &str) -> Result<()> {
    let mut conn = ends.legacy("")?;
    let prepared: Vec<(i64, usize, usize, Vec<u8>)> = conn.query("XA RECOVER")?;
    for (_, global, branch, name) in prepared {
        if !name.starts_with(link.as_bytes()) {
            continue;
        }
        let part = |from: usize, length: usize| {
            String::from_utf8_lossy(&name[from..from + length]).replace('\'', "''")
        };
        let (global, branch) = (part(0, global), part(global, branch));
        conn.query_drop(format!("XA ROLLBACK '{global}', '{branch}'"))?;
    }
    Ok(())
}
