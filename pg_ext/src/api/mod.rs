//! The SQL functions, one file a noun. Their declarations and comments are in `sql/`.

mod check;
mod explain;
mod legacy;
pub(crate) mod link;
mod live;
mod mapping;
mod mapping_schema;
mod options;
mod policy;
mod probe;
mod refresh;
mod reverse;
mod route;
mod scaffold;
mod settle;
mod translate;
mod uninstall;
mod verify;
mod wait;
