//! Programs of others to compare with.
//!
//! Promises: each is fetched as a package of the machine's own sources into a folder of its own and is not installed; one that
//! cannot be had, or cannot work with the servers of this run, is said and left out. Called by the scenarios.

pub mod chameleon;
pub mod mysql_fdw;
pub mod pgloader;
pub mod python;
pub mod reladiff;
pub mod sysbench;
