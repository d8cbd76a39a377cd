//! Decisions: a row of `tandem.branch` that commits with the transaction says that the branch of that name has to be committed.

use pgrx::{Spi, pg_sys};
use tandem_shared::xid::{BranchName, Transaction};

use super::owner::as_owner;
use crate::report::Result;

/// Writes the decision of a transaction that is about to commit.
pub fn record(link: &str, name: &BranchName) -> Result<()> {
    // SAFETY: before the commit the transaction still takes statements, which want a snapshot.
    unsafe { pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot()) };
    let done = as_owner(|| {
        Spi::run_with_args(
            "INSERT INTO tandem.branch (branch, link, transaction) VALUES ($1, $2, $3)",
            &[
                name.to_string().into(),
                link.into(),
                (name.transaction as i64).into(),
            ],
        )
    });
    // SAFETY: the one pushed above.
    unsafe { pg_sys::PopActiveSnapshot() };
    Ok(done?)
}

/// Decisions of a link whose branches may still have to be committed, of transactions that have ended.
pub fn open(link: &str) -> Result<Vec<BranchName>> {
    let query = "SELECT COALESCE(array_agg(branch ORDER BY decided_at), '{}') FROM tandem.branch WHERE link = $1 AND NOT settled";
    let found = Spi::get_one_with_args::<Vec<String>>(query, &[link.into()])?.unwrap_or_default();
    Ok(found
        .iter()
        .filter_map(|text| BranchName::parse(text))
        .collect())
}

/// True when the decision is there, as of now.
pub fn is_recorded(name: &BranchName) -> Result<bool> {
    // A statement that may write takes a new snapshot.
    let found = Spi::connect_mut(|client| {
        let query = "SELECT 1 FROM tandem.branch WHERE branch = $1";
        let rows = client.update(query, Some(1), &[name.to_string().into()])?;
        Ok::<_, pgrx::spi::Error>(!rows.is_empty())
    })?;
    Ok(found)
}

/// Says that decisions have been carried out. They stay for a while: a legacy server that does not make every commit durable may lose one in a
/// crash, and has the branch prepared again.
pub fn settled(link: &str, names: &[BranchName]) -> Result<()> {
    let names: Vec<String> = names.iter().map(BranchName::to_string).collect();
    Spi::run_with_args(
        "UPDATE tandem.branch SET settled = true WHERE branch = ANY ($1)",
        &[names.into()],
    )?;
    Spi::run_with_args(
        "DELETE FROM tandem.branch WHERE link = $1 AND settled AND decided_at < clock_timestamp() - interval '1 minute'",
        &[link.into()],
    )?;
    Ok(())
}

/// True when a link can have branches: it has a table with this route, or something is not settled.
pub fn any(link: &str) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT FROM tandem.table_route WHERE link = $1 AND route = 'exception') \
                 OR EXISTS (SELECT FROM tandem.branch WHERE link = $1) OR EXISTS (SELECT FROM tandem.branch_seen WHERE link = $1)";
    Ok(Spi::get_one_with_args::<bool>(query, &[link.into()])?.unwrap_or(false))
}

/// Whether the transaction of a branch is still running here.
pub fn transaction(name: &BranchName) -> Transaction {
    // SAFETY: plain reads of the server's state. A number that lies ahead is one of a server that was restored to an earlier state since.
    let running = unsafe {
        let next = pg_sys::ReadNextFullTransactionId().value;
        let known = name.transaction < next && next - name.transaction < u64::from(u32::MAX / 2);
        known
            && pg_sys::TransactionIdIsInProgress(pg_sys::TransactionId::from(
                name.transaction as u32,
            ))
    };
    if running {
        Transaction::Running
    } else {
        Transaction::Ended
    }
}
