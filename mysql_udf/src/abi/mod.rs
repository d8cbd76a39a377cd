//! The border to the server: everything that is C, and all the `unsafe` of the plugin.
//!
//! What the server looks for in the library:
//! - [`descriptor`]: the plugin's description, once for each family.
//! - [`lifecycle`]: what the server calls when the plugin starts and stops.
//! - [`functions`]: the SQL functions. **A new function is one line there.**
//! - [`audit`]: "a statement has ended", "a session is gone".
//! - [`variables`]: status and system variables.
//! - [`service`]: pointers that the server fills in.
//!
//! What the library asks of the server:
//! - [`host`]: which server this is, and its exported functions.
//! - [`session`]: the session that runs on this thread.
//! - [`registry`]: MySQL's component services.
//! - [`local_sql`]: MariaDB's connection to itself.
//! - [`presence`]: whether MariaDB still counts the plugin as installed.
//! - [`log`]: the server's error log.
//!
//! Every entry goes through [`guard`]: a panic is logged and counted, and never reaches the server. The declarations are
//! written by hand after the servers' public headers; where the families differ, both forms stand side by side.

pub mod audit;
pub mod descriptor;
pub mod functions;
pub mod guard;
pub mod host;
pub mod lifecycle;
pub mod local_sql;
pub mod log;
pub mod presence;
pub mod registry;
pub mod service;
pub mod session;
pub mod udf;
pub mod variables;
