//! What a mapping compiles to: for each table one immutable, printable plan.
//!
//! Promise: a [`TablePlan`] says everything that capture, pull, translate, apply, backfill and verify need; none of them looks anything up
//! while rows flow. Built by [`compile`], turned into SQL by [`sql`], executed by the extension.

pub mod adapter;
mod back;
pub mod cascade;
mod compile;
mod compose;
mod edge;
pub mod explain;
mod join;
pub mod sql;
mod table;

pub use back::{Back, Step, Wanted};
pub use compile::{ColumnSpec, CompileError, TableSpec, compile};
pub(crate) use compose::names_in;
pub use compose::{ComposeSpec, KeySource, TargetSpec, UpgradeColumn, compose};
pub use edge::Edge;
pub use join::{JoinPlan, On};
pub use table::{
    ColumnPlan, KeyField, LensPlan, SourceTable, TablePlan, TargetTable, Untranslatable,
};
