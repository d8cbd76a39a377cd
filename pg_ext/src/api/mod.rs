//! The SQL functions, one file a noun. Their declarations and comments are in `sql/`.

mod check;
mod legacy;
mod link;
mod live;
mod options;
mod policy;
mod refresh;
mod route;
mod scaffold;
mod settle;
mod uninstall;
mod verify;
mod wait;
