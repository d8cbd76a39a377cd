//! What a mapping compiles to: for each table one immutable, printable plan.
//!
//! Promise: a [`TablePlan`] says everything that capture, pull, translate, apply, backfill and verify need; none of them looks anything up
//! while rows flow. Built by [`compile`], turned into SQL by [`sql`], executed by the extension.

pub mod cascade;
mod compile;
mod edge;
pub mod sql;
mod table;

pub use compile::{ColumnSpec, CompileError, TableSpec, compile};
pub use edge::Edge;
pub use table::{ColumnPlan, SourceTable, TablePlan, TargetTable, Untranslatable};
