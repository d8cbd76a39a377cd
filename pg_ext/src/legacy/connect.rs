//! One connection to a legacy server, set up the way all of Tandem's connections are.

use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable;
use mysql::{ClientIdentity, Conn, Opts, OptsBuilder, SslOpts};
use tandem_shared::mapping::catalog::Family;

use super::error::LegacyError;
use super::options::{LinkOptions, SslMode};
use super::settings;

/// Seconds without an answer to a keep-alive probe after which the kernel gives a connection up, probe by probe.
const KEEPALIVE_PROBE_S: u32 = 5;
/// The largest packet accepted: the protocol's own limit.
const MAX_PACKET: usize = 1 << 30;
/// Prepared statements kept on a connection.
const STATEMENTS: usize = 512;

/// A connection, with what is known of its server.
pub struct Session {
    /// The connection, with the settings of [`settings`].
    pub conn: Conn,
    /// The family of the server.
    pub family: Family,
}

/// Connects and sets the session up.
pub fn connect(options: &LinkOptions) -> Result<Session, LegacyError> {
    set_up(Conn::new(opts(options))?)
}

/// As [`connect`], for a session whose updates count the rows that they find and not those that they change.
pub fn connect_to_write(options: &LinkOptions) -> Result<Session, LegacyError> {
    let builder = OptsBuilder::from_opts(opts(options));
    let builder = builder.additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS);
    set_up(Conn::new(builder)?)
}

fn set_up(mut conn: Conn) -> Result<Session, LegacyError> {
    let version: Option<String> = conn.query_first("SELECT VERSION()")?;
    let version = version.unwrap_or_default();
    let family = if version.to_ascii_lowercase().contains("mariadb") {
        Family::Mariadb
    } else {
        Family::Mysql
    };
    settings::apply(&mut conn, family)?;
    Ok(Session { conn, family })
}

fn opts(options: &LinkOptions) -> Opts {
    let builder = OptsBuilder::new()
        .ip_or_hostname(Some(options.host.clone()))
        .tcp_port(options.port)
        .user(Some(options.username.clone()))
        .pass(Some(options.password.reveal().to_owned()))
        .prefer_socket(false)
        .tcp_connect_timeout(Some(options.connect_timeout))
        .read_timeout(Some(options.read_timeout))
        .write_timeout(Some(options.read_timeout))
        .tcp_keepalive_time_ms(Some(KEEPALIVE_PROBE_S * 1000))
        .tcp_keepalive_probe_interval_secs(Some(KEEPALIVE_PROBE_S))
        .tcp_keepalive_probe_count(Some(3))
        .max_allowed_packet(Some(MAX_PACKET))
        .stmt_cache_size(Some(STATEMENTS))
        .ssl_opts(ssl(options));
    Opts::from(builder)
}

fn ssl(options: &LinkOptions) -> Option<SslOpts> {
    let base = SslOpts::default().with_root_cert_path(options.ssl_ca.clone());
    let base = match (&options.ssl_cert, &options.ssl_key) {
        (Some(cert), Some(key)) => {
            base.with_client_identity(Some(ClientIdentity::new(cert.clone(), key.clone())))
        }
        _ => base,
    };
    match options.ssl_mode {
        SslMode::Disabled => None,
        SslMode::Required => Some(
            base.with_danger_accept_invalid_certs(true)
                .with_danger_skip_domain_validation(true),
        ),
        SslMode::VerifyCa => Some(base.with_danger_skip_domain_validation(true)),
        SslMode::VerifyFull => Some(base),
    }
}
