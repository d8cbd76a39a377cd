//! A replica whose applier runs triggers (statement-based replication): the server tells nothing of the end of an
//! applier's transaction, and the bell rings all the same.

use anyhow::{Context, Result};
use mysql::prelude::Queryable;
use tandem_tests::pair::{PrivateServer, Reader, until};

const PREFIX: i64 = 21;
const TABLE: u64 = 9;

#[test]
fn the_bell_rings_for_an_applier() -> Result<()> {
    let settings = [("binlog_format", "STATEMENT")];
    let source = PrivateServer::new("source", &settings)?;
    let replica = PrivateServer::new("applier", &settings)?;
    replica.install()?;
    let mut at_source = source.connect()?;
    let mut at_replica = replica.connect()?;
    let endpoint = source.legacy.endpoint()?;
    // A replica starts with what the source has: nothing but accounts.
    let (change, start) = if source.is_mysql() {
        at_source.query_drop("RESET BINARY LOGS AND GTIDS")?;
        let change = format!(
            "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = {}, SOURCE_USER = '{}',
             SOURCE_PASSWORD = '{}', SOURCE_SSL = 1",
            endpoint.port, endpoint.user, endpoint.password
        );
        (change, "START REPLICA")
    } else {
        at_source.query_drop("RESET MASTER")?;
        let change = format!(
            "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = {}, MASTER_USER = '{}',
             MASTER_PASSWORD = '{}', MASTER_SSL_VERIFY_SERVER_CERT = 0",
            endpoint.port, endpoint.user, endpoint.password
        );
        (change, "START SLAVE")
    };
    at_source.query_drop("CREATE DATABASE d")?;
    at_source.query_drop("CREATE TABLE d.t (id INT PRIMARY KEY, v INT) ENGINE = InnoDB")?;
    at_replica.query_drop(change)?;
    at_replica.query_drop(start)?;
    until("the table is at the replica", || {
        Ok(at_replica.query_drop("DO (SELECT 1 FROM d.t)").is_ok())
    })?;
    let id = (PREFIX << 20) | TABLE as i64;
    at_replica.query_drop("SET sql_log_bin = 0")?;
    at_replica.query_drop(format!(
        "CREATE TRIGGER d.t_ai AFTER INSERT ON d.t FOR EACH ROW DO tandem_fire({id})"
    ))?;
    let mut reader = Reader::new(replica.connect()?, PREFIX)?;
    for row in 0..5 {
        reader.catch_up()?;
        at_source.query_drop("BEGIN")?;
        at_source.query_drop(format!("INSERT INTO d.t VALUES ({row}, 1)"))?;
        at_source.query_drop("COMMIT")?;
        // Possibly early; in the end the row is there when the bell rings.
        until("the row is there after a ring", || {
            reader.hears(TABLE)?;
            let count: Option<u64> = at_replica.query_first("SELECT COUNT(*) FROM d.t")?;
            Ok(count.context("no count")? == row + 1)
        })?;
    }
    Ok(())
}
