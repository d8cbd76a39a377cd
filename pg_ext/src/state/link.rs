//! Links.

use pgrx::{PgSqlErrorCode, Spi, pg_sys};
use tandem_shared::mapping::catalog::Family;

use crate::legacy::install::Owner;
use crate::legacy::options::{LinkOptions, OptionError};
use crate::report::{Failure, Result};

/// What the operator wants of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desired {
    /// Copy and keep in step.
    Running,
    /// Leave both sides alone; capture goes on.
    Paused,
    /// No worker.
    Stopped,
}

impl Desired {
    /// The word in the catalogue.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
    }
}

impl Desired {
    /// How to make a link that is not running run.
    pub fn hint(self, link: &str) -> String {
        let verb = if self == Self::Paused {
            "resume"
        } else {
            "start"
        };
        format!("SELECT tandem.{verb}('{link}').")
    }
}

/// A row of `tandem.link`.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its name, that of its server.
    pub name: String,
    /// Whose user mapping is used.
    pub owner: pg_sys::Oid,
    /// What tells its table numbers apart on the legacy server.
    pub key: u64,
    /// The family of the legacy server.
    pub family: Family,
    /// What the operator wants.
    pub desired: Desired,
    /// Where its worker keeps its live state, when it ever had one.
    pub shm_handle: Option<i64>,
}

const SELECT: &str =
    "SELECT owner::oid, link_key, family, desired, shm_handle FROM tandem.link WHERE link = $1";

/// The link's row, if there is one.
pub fn find(name: &str) -> Result<Option<Link>> {
    Spi::connect(|client| {
        let mut rows = client.select(SELECT, Some(1), &[name.into()])?;
        let Some(row) = rows.next() else {
            return Ok(None);
        };
        let desired = match row.get::<String>(4)?.as_deref() {
            Some("running") => Desired::Running,
            Some("paused") => Desired::Paused,
            _ => Desired::Stopped,
        };
        Ok(Some(Link {
            name: name.to_owned(),
            owner: row.get(1)?.unwrap_or(pg_sys::InvalidOid),
            key: row
                .get::<i64>(2)?
                .and_then(|key| u64::try_from(key).ok())
                .unwrap_or(0),
            family: if row.get::<String>(3)?.as_deref() == Some("mariadb") {
                Family::Mariadb
            } else {
                Family::Mysql
            },
            desired,
            shm_handle: row.get(5)?,
        }))
    })
}

/// Where the link's worker keeps its live state, as of now.
pub fn current_shm(name: &str) -> Result<Option<i64>> {
    // A statement that may write takes a new snapshot: the worker may have started after this one began.
    Spi::connect_mut(|client| {
        let mut rows = client.update(
            "SELECT shm_handle FROM tandem.link WHERE link = $1",
            Some(1),
            &[name.into()],
        )?;
        rows.next().map_or(Ok(None), |row| Ok(row.get::<i64>(1)?))
    })
}

/// The link's row; an error when it has none.
pub fn get(name: &str) -> Result<Link> {
    find(name)?.ok_or_else(|| {
        Failure::new(PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT, format!("link \"{name}\" has no mapping")).hint(format!(
            "Make one with SELECT * FROM tandem.scaffold('{name}', 'schema'); links are listed in tandem.stat_link."
        ))
    })
}

/// Creates the link's row, or finds it.
pub fn create(name: &str, schema: &str, family: Family) -> Result<()> {
    let family = match family {
        Family::Mysql => "mysql",
        Family::Mariadb => "mariadb",
    };
    Spi::run_with_args(
        "INSERT INTO tandem.link (link, owner, link_key, schema, family) \
         VALUES ($1, current_user::regrole, 1 + (('x' || substr(md5(gen_random_uuid()::text), 1, 11))::bit(44)::bigint >> 1), $2, $3) \
         ON CONFLICT (link) DO UPDATE SET schema = excluded.schema, family = excluded.family, generation = link.generation + 1",
        &[name.into(), schema.into(), family.into()],
    )?;
    Ok(())
}

/// Says what the operator wants now.
pub fn set_desired(name: &str, desired: Desired) -> Result<()> {
    Spi::run_with_args(
        "UPDATE tandem.link SET desired = $2, generation = generation + 1 WHERE link = $1",
        &[name.into(), desired.word().into()],
    )?;
    Ok(())
}

/// Remembers where the worker's live state is.
pub fn set_shm(name: &str, handle: i64) -> Result<()> {
    Spi::run_with_args(
        "UPDATE tandem.link SET shm_handle = $2 WHERE link = $1",
        &[name.into(), handle.into()],
    )?;
    Ok(())
}

/// Options as `name=value` texts, split.
fn pairs(texts: Vec<String>) -> Vec<(String, String)> {
    texts
        .into_iter()
        .map(|text| match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (text, String::new()),
        })
        .collect()
}

/// The options of the link's server and of `owner`'s user mapping.
pub fn options(name: &str, owner: pg_sys::Oid) -> Result<LinkOptions> {
    let missing = |message: String, hint: String| {
        Failure::new(PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT, message).hint(hint)
    };
    let server = Spi::get_one_with_args::<Vec<String>>(
        "SELECT (SELECT COALESCE(s.srvoptions, '{}') FROM pg_catalog.pg_foreign_server s \
         JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE s.srvname = $1 AND w.fdwname = 'tandem')",
        &[name.into()],
    )?
    .ok_or_else(|| {
        missing(
            format!("server \"{name}\" of foreign data wrapper \"tandem\" does not exist"),
            format!("CREATE SERVER {name} FOREIGN DATA WRAPPER tandem OPTIONS (host '...', dbname '...')."),
        )
    })?;
    let mapping = Spi::get_one_with_args::<Vec<String>>(
        "SELECT (SELECT COALESCE(m.umoptions, '{}') FROM pg_catalog.pg_user_mapping m \
         JOIN pg_catalog.pg_foreign_server s ON s.oid = m.umserver \
         WHERE s.srvname = $1 AND m.umuser IN ($2, 0) ORDER BY m.umuser DESC LIMIT 1)",
        &[name.into(), owner.into()],
    )?
    .ok_or_else(|| {
        missing(
            format!("user mapping for server \"{name}\" not found"),
            format!("CREATE USER MAPPING FOR CURRENT_USER SERVER {name} OPTIONS (username '...', password '...')."),
        )
    })?;
    LinkOptions::parse(name, &pairs(server), &pairs(mapping)).map_err(
        |OptionError { message, hint }| {
            Failure::new(PgSqlErrorCode::ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE, message).hint(hint)
        },
    )
}

/// Who the link's schema on the legacy server belongs to.
pub fn owner(link: &Link, options: &LinkOptions) -> Result<Owner> {
    let upgrade = Spi::get_one_with_args::<String>(
        "SELECT format('database %s of PostgreSQL system %s, link %s', current_database(), \
         (SELECT system_identifier FROM pg_catalog.pg_control_system()), $1)",
        &[link.name.as_str().into()],
    )?;
    Ok(Owner {
        outbox_schema: options.outbox_schema.clone(),
        link_key: link.key,
        upgrade: upgrade.unwrap_or_default(),
    })
}

/// Says that something has changed that the link's worker must read again.
pub fn changed(name: &str) -> Result<()> {
    let update = "UPDATE tandem.link SET generation = generation + 1 WHERE link = $1";
    Ok(Spi::run_with_args(update, &[name.into()])?)
}

/// Says which legacy tables are left out on purpose.
pub fn set_unmapped(name: &str, tables: &[String]) -> Result<()> {
    let update = "UPDATE tandem.link SET unmapped = $2 WHERE link = $1";
    Ok(Spi::run_with_args(
        update,
        &[name.into(), tables.to_vec().into()],
    )?)
}
