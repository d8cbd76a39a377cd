//! sysbench, a program that writes to MySQL and MariaDB as fast as it can.

use std::process::Command;

use anyhow::{Context, Result};

use crate::bench::stage::Stage;
use crate::servers::Root;

/// The program.
pub struct Sysbench(Root);

/// What it counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// Transactions.
    pub transactions: u64,
    /// Seconds that it took.
    pub seconds: f64,
    /// 99th percentile of a transaction's milliseconds.
    pub p99_ms: f64,
}

impl Sysbench {
    /// Fetches it.
    pub fn fetch() -> Result<Self> {
        let root = Root::of_packages(
            "peer-sysbench",
            &["bookworm"],
            &["sysbench"],
            "1.0.",
            &["usr/bin"],
        )?;
        Ok(Self(root))
    }

    /// A command that runs one of its scripts on table `sbtest1` of a legacy database.
    pub fn command(
        &self,
        stage: &Stage,
        database: &str,
        script: &str,
        (rows, threads, time_ms): (u64, usize, u64),
    ) -> Result<Command> {
        let scripts = self.0.path().join("usr/share/sysbench");
        let plugins = std::fs::read_dir(self.0.path().join("usr/lib"))?
            .filter_map(|entry| Some(entry.ok()?.path().join("libmariadb3/plugin")))
            .find(|path| path.is_dir())
            .context("the packages have no client library")?;
        let mut command = Command::new(self.0.path().join("usr/bin/sysbench"));
        command
            .env("LUA_PATH", scripts.join("?.lua"))
            .env("MARIADB_PLUGIN_DIR", plugins)
            .arg(scripts.join(format!("{script}.lua")))
            .arg(format!(
                "--mysql-socket={}",
                stage.legacy_end().socket.display()
            ))
            .arg(format!("--mysql-db={database}"))
            .arg(format!("--table-size={rows}"))
            .arg(format!("--threads={threads}"))
            .arg(format!("--time={}", time_ms.div_ceil(1000)))
            .args(["--mysql-user=root", "--tables=1", "--rand-type=uniform"])
            .args([
                "--percentile=99",
                "--mysql-ignore-errors=1213,1205,1062,1020",
            ])
            .arg("run");
        Ok(command)
    }
}

/// Reads what it printed.
pub fn read(output: &str) -> Result<Counted> {
    let field = |name: &str| {
        output.lines().find_map(|line| {
            let value = line.trim().strip_prefix(name)?.trim();
            let number = value.split_whitespace().next()?.trim_end_matches('s');
            number.parse::<f64>().ok()
        })
    };
    let found = || -> Option<Counted> {
        Some(Counted {
            transactions: field("transactions:")? as u64,
            seconds: field("total time:")?,
            p99_ms: field("99th percentile:")?,
        })
    };
    found().with_context(|| format!("sysbench has not said what it did: {output}"))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_it_prints_is_read() {
        let output = "    transactions:  882    (438.65 per sec.)\n    total time:   2.0099s\n    99th percentile:  13.46\n";
        let counted = read(output).expect("all three stand there");
        assert_eq!(counted.transactions, 882);
        assert_eq!((counted.seconds, counted.p99_ms), (2.0099, 13.46));
        assert!(read("FATAL: no").is_err());
    }
}
