//! How to reach a legacy server: the options of a link's server and user mapping.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// A secret that no log, view or error can show.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// How the connection is encrypted and what of the server's certificate is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SslMode {
    /// No encryption.
    #[default]
    Disabled,
    /// Encrypted; the certificate is not checked.
    Required,
    /// Encrypted; the certificate must be signed by `ssl_ca`.
    VerifyCa,
    /// As `VerifyCa`, and the certificate must name the host.
    VerifyFull,
}

/// How changes of the legacy database are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Capture {
    /// By triggers, which write keys into outboxes.
    #[default]
    Triggers,
    /// By reading the binary log.
    Binlog,
}

/// Where an option may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `CREATE SERVER ... OPTIONS`.
    Server,
    /// `CREATE USER MAPPING ... OPTIONS`.
    UserMapping,
}

/// All options: name, place, what it means.
pub const OPTIONS: &[(&str, Place, &str)] = &[
    (
        "host",
        Place::Server,
        "name or address of the legacy server; default 127.0.0.1",
    ),
    ("port", Place::Server, "TCP port, 1 to 65535; default 3306"),
    ("dbname", Place::Server, "the legacy database; required"),
    (
        "ssl_mode",
        Place::Server,
        "disabled, required, verify_ca or verify_full; default verify_full with ssl_ca, else disabled",
    ),
    (
        "ssl_ca",
        Place::Server,
        "file with the certificate authority, PEM",
    ),
    (
        "ssl_cert",
        Place::Server,
        "file with the client certificate, PEM",
    ),
    ("ssl_key", Place::Server, "file with the client key, PEM"),
    (
        "connect_timeout",
        Place::Server,
        "seconds to wait for a connection, 1 to 300; default 10",
    ),
    (
        "read_timeout",
        Place::Server,
        "seconds without an answer after which a connection counts as lost, 1 to 3600; default 60",
    ),
    (
        "outbox_schema",
        Place::Server,
        "Tandem's own schema on the legacy server; default tandem_ and the link's name",
    ),
    (
        "backfill_workers",
        Place::Server,
        "workers that copy at the same time, 1 to 16; default 2",
    ),
    (
        "chunk_rows",
        Place::Server,
        "rows copied in one transaction, 100 to 10000000; default 50000",
    ),
    (
        "batch_rows",
        Place::Server,
        "notifications taken in one batch, 1 to 1000000; default 10000",
    ),
    (
        "capture",
        Place::Server,
        "how changes are noticed, triggers or binlog; default triggers",
    ),
    (
        "binlog_memory",
        Place::Server,
        "MiB that keys from the binary log may take, 1 to 65536; default 64",
    ),
    (
        "username",
        Place::UserMapping,
        "account on the legacy server; required",
    ),
    ("password", Place::UserMapping, "its password"),
];

/// A problem with an option: message, then hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionError {
    /// What is wrong, without any secret.
    pub message: String,
    /// What to do.
    pub hint: String,
}

fn wrong(message: String, hint: impl Into<String>) -> OptionError {
    OptionError {
        message,
        hint: hint.into(),
    }
}

/// Everything needed to reach and work with one legacy server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkOptions {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The legacy database.
    pub dbname: String,
    /// The account.
    pub username: String,
    /// Its password.
    pub password: Secret,
    /// Encryption.
    pub ssl_mode: SslMode,
    /// Certificate authority.
    pub ssl_ca: Option<PathBuf>,
    /// Client certificate.
    pub ssl_cert: Option<PathBuf>,
    /// Client key.
    pub ssl_key: Option<PathBuf>,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long without an answer before the connection counts as lost.
    pub read_timeout: Duration,
    /// Tandem's own schema on the legacy server.
    pub outbox_schema: String,
    /// Workers that copy at the same time.
    pub backfill_workers: u32,
    /// Rows copied in one transaction.
    pub chunk_rows: u64,
    /// Notifications taken in one batch.
    pub batch_rows: u64,
    /// How changes are noticed.
    pub capture: Capture,
    /// Bytes that keys from the binary log may take.
    pub binlog_memory_bytes: usize,
}

impl LinkOptions {
    /// Reads the options of a link called `link`. Fails on what is missing, unknown or contradictory.
    pub fn parse(
        link: &str,
        server: &[(String, String)],
        mapping: &[(String, String)],
    ) -> Result<Self, OptionError> {
        validate(Place::Server, server)?;
        validate(Place::UserMapping, mapping)?;
        let of = |options: &[(String, String)], name: &str| {
            options
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
        };
        let dbname = of(server, "dbname").ok_or_else(|| {
            wrong(
                format!("option \"dbname\" of server \"{link}\" is missing"),
                format!(
                    "Name the legacy database: ALTER SERVER {link} OPTIONS (ADD dbname '...')."
                ),
            )
        })?;
        let username = of(mapping, "username").ok_or_else(|| {
            wrong(
                format!("option \"username\" of the user mapping for server \"{link}\" is missing"),
                format!("CREATE USER MAPPING FOR CURRENT_USER SERVER {link} OPTIONS (username '...', password '...')."),
            )
        })?;
        let ssl_ca = of(server, "ssl_ca").map(PathBuf::from);
        let ssl_mode = match of(server, "ssl_mode") {
            Some(text) => ssl_mode(&text)?,
            None if ssl_ca.is_some() => SslMode::VerifyFull,
            None => SslMode::Disabled,
        };
        let seconds = |name: &str, default: u64| {
            Duration::from_secs(
                of(server, name)
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(default),
            )
        };
        let number = |name: &str, default: u64| {
            of(server, name)
                .and_then(|text| text.parse().ok())
                .unwrap_or(default)
        };
        Ok(Self {
            host: of(server, "host").unwrap_or_else(|| "127.0.0.1".to_owned()),
            port: u16::try_from(number("port", 3306)).unwrap_or(3306),
            dbname,
            username,
            password: Secret::new(of(mapping, "password").unwrap_or_default()),
            ssl_mode,
            ssl_ca,
            ssl_cert: of(server, "ssl_cert").map(PathBuf::from),
            ssl_key: of(server, "ssl_key").map(PathBuf::from),
            connect_timeout: seconds("connect_timeout", 10),
            read_timeout: seconds("read_timeout", 60),
            outbox_schema: of(server, "outbox_schema").unwrap_or_else(|| default_schema(link)),
            backfill_workers: u32::try_from(number("backfill_workers", 2)).unwrap_or(2),
            chunk_rows: number("chunk_rows", 50_000),
            batch_rows: number("batch_rows", 10_000),
            capture: match of(server, "capture") {
                Some(text) => capture(&text)?,
                None => Capture::default(),
            },
            binlog_memory_bytes: usize::try_from(number("binlog_memory", 64) << 20)
                .unwrap_or(usize::MAX),
        })
    }
}

/// `tandem_` and the link's name, cut so that trigger names built from it stay below 64 characters.
fn default_schema(link: &str) -> String {
    format!("tandem_{}", link.chars().take(40).collect::<String>())
}

fn ssl_mode(text: &str) -> Result<SslMode, OptionError> {
    match text.to_ascii_lowercase().as_str() {
        "disabled" => Ok(SslMode::Disabled),
        "required" => Ok(SslMode::Required),
        "verify_ca" => Ok(SslMode::VerifyCa),
        "verify_full" => Ok(SslMode::VerifyFull),
        _ => Err(wrong(
            format!("invalid value for option \"ssl_mode\": \"{text}\""),
            "Valid values are disabled, required, verify_ca and verify_full.",
        )),
    }
}

fn capture(text: &str) -> Result<Capture, OptionError> {
    match text.to_ascii_lowercase().as_str() {
        "triggers" => Ok(Capture::Triggers),
        "binlog" => Ok(Capture::Binlog),
        _ => Err(wrong(
            format!("invalid value for option \"capture\": \"{text}\""),
            "Valid values are triggers and binlog.",
        )),
    }
}

/// Checks one list of options, as `CREATE SERVER` or `CREATE USER MAPPING` gives it.
pub fn validate(place: Place, options: &[(String, String)]) -> Result<(), OptionError> {
    for (name, value) in options {
        known(place, name)?;
        range(name, value)?;
    }
    if place == Place::Server {
        contradictions(options)
    } else {
        Ok(())
    }
}

fn known(place: Place, name: &str) -> Result<(), OptionError> {
    if OPTIONS
        .iter()
        .any(|&(known, at, _)| known == name && at == place)
    {
        return Ok(());
    }
    let valid: Vec<&str> = OPTIONS
        .iter()
        .filter(|&&(_, at, _)| at == place)
        .map(|&(name, _, _)| name)
        .collect();
    let elsewhere = OPTIONS.iter().any(|&(known, _, _)| known == name);
    let hint = match (elsewhere, place) {
        (true, Place::Server) => format!("Option \"{name}\" belongs to the user mapping."),
        (true, Place::UserMapping) => format!("Option \"{name}\" belongs to the server."),
        (false, _) => format!("Valid options here are: {}.", valid.join(", ")),
    };
    Err(wrong(format!("invalid option \"{name}\""), hint))
}

fn range(name: &str, value: &str) -> Result<(), OptionError> {
    let bounds = match name {
        "port" => Some((1, 65_535)),
        "connect_timeout" => Some((1, 300)),
        "read_timeout" => Some((1, 3_600)),
        "backfill_workers" => Some((1, 16)),
        "chunk_rows" => Some((100, 10_000_000)),
        "batch_rows" => Some((1, 1_000_000)),
        "binlog_memory" => Some((1, 65_536)),
        _ => None,
    };
    if let Some((low, high)) = bounds {
        let fits = value
            .parse::<u64>()
            .is_ok_and(|number| (low..=high).contains(&number));
        if !fits {
            return Err(wrong(
                format!("invalid value for option \"{name}\": \"{value}\""),
                format!("It must be a whole number from {low} to {high}."),
            ));
        }
    }
    let must_say = ["host", "dbname", "username", "outbox_schema"].contains(&name);
    if must_say && value.is_empty() {
        return Err(wrong(
            format!("option \"{name}\" must not be empty"),
            "Give it a value or leave it out.",
        ));
    }
    if name == "outbox_schema"
        && (value.len() > 47
            || value
                .chars()
                .any(|c| !(c.is_ascii_alphanumeric() || c == '_')))
    {
        return Err(wrong(
            format!("invalid value for option \"outbox_schema\": \"{value}\""),
            "Use at most 47 ASCII letters, digits and underscores: names of triggers are made from it.",
        ));
    }
    if name == "ssl_mode" {
        ssl_mode(value)?;
    }
    if name == "capture" {
        capture(value)?;
    }
    Ok(())
}

fn contradictions(options: &[(String, String)]) -> Result<(), OptionError> {
    let of = |name: &str| {
        options
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let mode = of("ssl_mode").map(ssl_mode).transpose()?;
    let contradicted = ["ssl_ca", "ssl_cert", "ssl_key"]
        .into_iter()
        .find(|name| mode == Some(SslMode::Disabled) && of(name).is_some());
    if let Some(name) = contradicted {
        return Err(wrong(
            format!("options \"ssl_mode\" and \"{name}\" contradict each other"),
            format!(
                "With ssl_mode disabled nothing is encrypted: drop \"{name}\" or choose another mode."
            ),
        ));
    }
    if matches!(mode, Some(SslMode::VerifyCa | SslMode::VerifyFull)) && of("ssl_ca").is_none() {
        return Err(wrong(
            "option \"ssl_ca\" is missing".to_owned(),
            "To verify the server's certificate, name the file of its certificate authority.",
        ));
    }
    if of("ssl_cert").is_some() != of("ssl_key").is_some() {
        return Err(wrong(
            "options \"ssl_cert\" and \"ssl_key\" go together".to_owned(),
            "A client certificate needs its key, and the other way round.",
        ));
    }
    Ok(())
}
