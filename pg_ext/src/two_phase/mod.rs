//! The exception path: a write here goes to the legacy database first, as part of the caller's own transaction.
//!
//! ```text
//! install    the triggers of a routed table         callbacks  the ends of transactions, as the server announces them
//! trigger    their function                         branches   the branches of this backend, from the first write to the end
//! write      one row on its way                     decision   what makes a prepared branch one that is to be committed
//! rules      which route it takes                   ledger     what was written there and is not here yet
//! routed     a table's plan, kept                   owner      reading Tandem's tables on behalf of others
//! tuple      rows as fields, and back               failure    the legacy server's errors as PostgreSQL's own
//! resolve    branches in doubt                      settings   and fault, points at which a test can end the process
//! ```

mod branches;
mod callbacks;
pub mod decision;
mod failure;
mod fault;
pub mod install;
mod ledger;
mod owner;
pub mod resolve;
mod routed;
mod rules;
pub mod settings;
mod trigger;
mod tuple;
mod write;
