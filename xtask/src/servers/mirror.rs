//! Where this machine gets its Debian packages from.
//!
//! Promises: the sites are read from the machine's own apt configuration each time and are written nowhere but in the
//! cache's private source lists. Called by `apt`.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::command::capture;
use super::system;

/// The key ring of Debian's archives, as the package debian-archive-keyring installs it.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Suites that have a security archive of their own.
const STABLE_SUITES: [&str; 2] = ["bookworm", "trixie"];

/// The sites of the machine's Debian archives.
#[derive(Debug, PartialEq, Eq)]
pub struct Mirror {
    archive: String,
    security: Option<String>,
}

impl Mirror {
    /// Reads the sites; refreshes the machine's package lists when they are missing.
    pub fn of_machine() -> Result<Self> {
        if let Some(mirror) = read(&index_targets()?) {
            return Ok(mirror);
        }
        system::refresh_package_lists()?;
        match read(&index_targets()?) {
            Some(mirror) => Ok(mirror),
            None => bail!(
                "this machine's apt configuration names no Debian archive to get servers from"
            ),
        }
    }

    /// The source list of one suite, its security updates included.
    pub fn source_list(&self, suite: &str) -> Result<String> {
        if !Path::new(KEYRING).exists() {
            bail!("could not find Debian's key ring: install the package debian-archive-keyring");
        }
        let mut list = format!("deb [signed-by={KEYRING}] {} {suite} main\n", self.archive);
        if STABLE_SUITES.contains(&suite)
            && let Some(security) = &self.security
        {
            list.push_str(&format!(
                "deb [signed-by={KEYRING}] {security} {suite}-security main\n"
            ));
        }
        Ok(list)
    }
}

fn index_targets() -> Result<String> {
    let format = "$(CREATED_BY)|$(ORIGIN)|$(LABEL)|$(SITE)";
    capture(Command::new("apt-get").args(["indextargets", "--format", format]))
}

fn read(targets: &str) -> Option<Mirror> {
    let site = |label: &str| {
        targets.lines().find_map(|line| {
            let fields: Vec<&str> = line.split('|').collect();
            (fields.len() == 4 && fields[..3] == ["Packages", "Debian", label])
                .then(|| fields[3].to_string())
        })
    };
    Some(Mirror {
        archive: site("Debian")?,
        security: site("Debian-Security"),
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn only_debian_archives_count() {
        let targets = "Packages|Other|Other|http://other.test\nPackages|Debian|Debian|http://one.test/debian\n\
                       DEP-11|Debian|Debian|http://two.test\nPackages|Debian|Debian-Security|http://sec.test\n";
        let mirror = read(targets).expect("the list names an archive");
        assert_eq!(mirror.archive, "http://one.test/debian");
        assert_eq!(mirror.security.as_deref(), Some("http://sec.test"));
        assert_eq!(read("Packages|||\n"), None);
    }
}
