//! What `cargo xtask up` prints.
//!
//! Promises: one JSON object with everything a client needs, the same names for both ends. Read by tests through the file
//! that `TANDEM_TEST_PAIR` names.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How to reach one server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Endpoint {
    /// The server's name, such as `mysql-9.7` or `18`.
    pub engine: String,
    /// Always 127.0.0.1.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// An account with every privilege.
    pub user: String,
    /// Its password over TCP.
    pub password: String,
    /// The application's database.
    pub dbname: String,
    /// Legacy: the socket file. Upgrade: the folder of the socket, as clients take it for a host.
    pub socket: PathBuf,
    /// Process number of the server itself.
    pub pid: u32,
    /// The server's data directory.
    pub datadir: PathBuf,
    /// The matching command-line client, to be run as it is.
    pub client: PathBuf,
    /// The server's log.
    pub log: PathBuf,
    /// Certificate of the authority that signed the server's certificate, where the server has one.
    pub ssl_ca: Option<PathBuf>,
    /// Where this instance looks for libraries: the plugin directory, or PostgreSQL's library directory.
    pub library_dir: PathBuf,
}

/// A pair of servers, and what stands by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The directory of the pair.
    pub dir: PathBuf,
    /// The legacy server.
    pub legacy: Endpoint,
    /// The upgrade server.
    pub upgrade: Endpoint,
    /// A replica of the legacy server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replica: Option<Endpoint>,
    /// A physical standby of the upgrade server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standby: Option<Endpoint>,
}
