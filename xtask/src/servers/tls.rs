//! Certificates for the legacy server, so that TLS with verification can be tested.
//!
//! Promises: an authority of the instance's own and a server certificate for `localhost` and 127.0.0.1; never a file
//! outside the instance. Called when a legacy instance is made.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::command::run;
use super::home::Home;

/// Days that the certificates are valid.
const VALID_DAYS: &str = "3650";

/// Makes `tls/ca.pem`, `tls/server.pem` and `tls/server.key`; returns the authority's certificate.
pub fn create(home: &Home) -> Result<PathBuf> {
    let dir = home.path("tls");
    home.own_dir(&dir)?;
    fs::write(
        dir.join("server.ext"),
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n",
    )?;
    let openssl = |line: &str| {
        run(Command::new("openssl")
            .args(line.split(' '))
            .current_dir(&dir))
    };
    openssl(&format!(
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days {VALID_DAYS} -subj /CN=tandem-test-authority \
         -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign"
    ))?;
    openssl("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost")?;
    openssl(&format!(
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days {VALID_DAYS} \
         -extfile server.ext"
    ))?;
    if let Some(account) = &home.account {
        for name in ["ca.pem", "server.pem", "server.key"] {
            account.own(&dir.join(name))?;
        }
    }
    Ok(dir.join("ca.pem"))
}
