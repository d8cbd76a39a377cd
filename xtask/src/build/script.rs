//! The extension's installation script, put together from its parts.
//!
//! Promises: the parts are `pg_ext/sql/*.sql` in the order of their names; the version is the package's, and a control file
//! that says another is refused. Called by `extension`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// First line of the script: psql stops here when somebody feeds it the file.
const GUARD: &str = "\\echo Use \"CREATE EXTENSION tandem\" to load this file. \\quit\n";

/// The version and the text of the script of the extension in `folder`.
pub fn compose(folder: &Path) -> Result<(String, String)> {
    let version = env!("CARGO_PKG_VERSION");
    let control = folder.join("tandem.control");
    let said = fs::read_to_string(&control)
        .with_context(|| format!("could not read \"{}\"", control.display()))?;
    if default_version(&said) != Some(version) {
        bail!(
            "\"{}\" must say default_version = '{version}'",
            control.display()
        );
    }
    let mut text = GUARD.to_string();
    for part in parts(&folder.join("sql"))? {
        let name = part.file_name().unwrap_or_default().to_string_lossy();
        text.push_str(&format!("\n-- {name}\n\n"));
        text.push_str(
            &fs::read_to_string(&part)
                .with_context(|| format!("could not read \"{}\"", part.display()))?,
        );
    }
    Ok((version.to_string(), text))
}

fn parts(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut parts = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("could not read \"{}\"", folder.display()))?
    {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            parts.push(path);
        }
    }
    parts.sort();
    Ok(parts)
}

fn default_version(control: &str) -> Option<&str> {
    control.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "default_version").then(|| value.trim().trim_matches('\''))
    })
}

#[cfg(test)]
mod tests {
    use super::default_version;

    #[test]
    fn the_control_file_says_its_version() {
        assert_eq!(
            default_version("comment = 'x'\ndefault_version = '1.2'\n"),
            Some("1.2")
        );
        assert_eq!(default_version("comment = 'x'\n"), None);
    }
}
