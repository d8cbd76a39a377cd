//! Every bound of the plugin, in one place, each with its reason.
//!
//! Reaching a bound never loses a ring: the plugin then rings early and again later, or answers "unknown, look
//! everywhere", and counts it.

/// Bits of a table id that number the table within its link; the bits above are the link's prefix.
pub const TABLE_BITS: u32 = 20;

/// Prefixes are below this, so that a whole table id fits a positive BIGINT.
pub const PREFIX_END: i64 = 1 << (63 - TABLE_BITS);

/// Longest time that one `tandem_wait` blocks. A client that died is not noticed while its call waits, so waits are short.
pub const WAIT_MAX_MS: u64 = 30_000;

/// How often a waiting call asks the server whether it was killed: the latest that a `KILL` is noticed.
pub const WAIT_SLICE_MS: u64 = 50;

/// MariaDB: how often the waiting calls together look whether the plugin is still installed.
pub const PRESENCE_MS: u64 = 250;

/// Links that the doorbell remembers at once. One link is one upgrade database.
pub const LINKS: usize = 64;

/// Tables that the doorbell remembers for one link; beyond it the older half is forgotten and answered with "unknown".
pub const TABLES_PER_LINK: usize = 4_096;

/// Independent parts of the mark table, so that sessions seldom meet at one lock.
pub const MARK_SHARDS: usize = 64;

/// Sessions that can hold marks in one shard at once (8,192 in all).
pub const SESSIONS_PER_SHARD: usize = 128;

/// Tables that one transaction can mark one by one; beyond it the transaction counts as having changed every table.
pub const TABLES_PER_SESSION: usize = 256;

/// XA branches that were prepared and not yet decided, remembered with what they changed.
pub const PREPARED_BRANCHES: usize = 1_024;

/// Shortest time between two rings for "some table, nobody knows which".
pub const RING_ALL_GAP_MS: u64 = 1_000;

/// First ring for a transaction whose end the server has not told within this time.
pub const ECHO_FIRST_MS: u64 = 100;

/// The time between such rings doubles this many times while the transaction goes on firing (to 1.6 s) ...
pub const ECHO_BUSY_STEPS: u32 = 4;

/// ... and this many times after its last fire (to 25.6 s, 51 s in all); then the plugin waits for the server's word.
pub const ECHO_STEPS: u32 = 8;

/// How long `UNINSTALL PLUGIN` waits for the sessions that it has told to leave.
pub const DRAIN_MS: u64 = 2_000;
