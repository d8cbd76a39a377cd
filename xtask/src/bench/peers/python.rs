//! Programs written in Python.

use std::path::Path;
use std::process::Command;

use crate::servers::Root;

/// A command that runs the script `name` of the packages in `root`, in a home directory of its own. Some programs refuse to be run by
/// root although they only read and write databases; they are told that somebody else runs them.
pub fn command(root: &Root, name: &str, home: &Path) -> Command {
    let script = root.path().join("bin").join(name);
    let starter = format!(
        "import os, runpy, sys; os.geteuid = lambda: 65534; sys.argv[0] = '{name}'; \
         runpy.run_path('{}', run_name='__main__')",
        script.display()
    );
    let mut command = Command::new("python3");
    command
        .env("PYTHONPATH", root.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONWARNINGS", "ignore")
        .env("HOME", home)
        .arg("-c")
        .arg(starter);
    command
}
