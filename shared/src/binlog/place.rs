//! Places in a binary log.
//!
//! Promise: places of one server's log compare as its events do. The name of a log file is its base and a number; only the number counts.

use serde::{Deserialize, Serialize};

/// A place: the number of the file, and the offset in it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Place {
    /// The number that the file's name ends in.
    pub file: u64,
    /// Bytes from the file's beginning.
    pub offset: u64,
}

/// Where reading goes on after the link's worker has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resume {
    /// What tells the server apart from others.
    pub server: String,
    /// The name of its log files without the number.
    pub base: String,
    /// Everything before this place has been seen to.
    pub place: Place,
    /// When the file was begun, in the server's seconds since 1970; another one under the same name is another log.
    #[serde(default)]
    pub begun: u32,
}

/// The number in a log file's name.
pub fn file_number(name: &str) -> Option<u64> {
    name.rsplit_once('.').and_then(|(_, n)| n.parse().ok())
}

/// The name of the file of that number.
pub fn file_name(base: &str, number: u64) -> String {
    format!("{base}.{number:06}")
}
