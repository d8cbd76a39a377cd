//! One Debian package, put together with `dpkg-deb`.
//!
//! Promises: files belong to root, libraries carry no debugging information, and the package asks for the C library that its
//! libraries were linked against. Called by `dist`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::servers::{capture, run};

/// Revision of the packaging, after the version of the project.
const REVISION: u32 = 1;

/// Beginning of the copyright file that every package must have; the license's text follows.
const COPYRIGHT: &str = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
                         Upstream-Name: Tandem\n\nFiles: *\nCopyright: the Tandem developers\nLicense: PostgreSQL\n";
/// The license.
const LICENSE: &str = include_str!("../../../LICENSE");

/// What a package is and has.
pub struct Package {
    /// Its name.
    pub name: String,
    /// Packages it depends on or goes with.
    pub relations: Vec<(&'static str, String)>,
    /// One line, without an article or a full stop.
    pub summary: String,
    /// The longer description; lines after the first begin with a blank.
    pub text: String,
    /// Files: where they are and where they go, relative to the system's root.
    pub files: Vec<(PathBuf, String)>,
}

impl Package {
    /// Builds the package in `folder` and returns its file.
    pub fn build(&self, folder: &Path) -> Result<PathBuf> {
        let stage = folder.join(&self.name);
        if stage.exists() {
            fs::remove_dir_all(&stage)?;
        }
        let mut libraries = Vec::new();
        for (from, to) in &self.files {
            let to = stage.join(to);
            place(from, &to)?;
            if to.extension().is_some_and(|extension| extension == "so") {
                run(Command::new("strip").arg("--strip-debug").arg(&to))?;
                libraries.push(to);
            }
        }
        let docs = stage.join("usr/share/doc").join(&self.name);
        fs::create_dir_all(&docs)?;
        fs::write(docs.join("copyright"), copyright())?;
        let architecture = capture(Command::new("dpkg").arg("--print-architecture"))?
            .trim()
            .to_string();
        let control = self.control(&architecture, &libraries)?;
        fs::create_dir_all(stage.join("DEBIAN"))?;
        fs::write(stage.join("DEBIAN/control"), control)?;
        let archive = folder.join(format!("{}_{}_{architecture}.deb", self.name, version()));
        run(Command::new("dpkg-deb")
            .args(["--root-owner-group", "--build"])
            .arg(&stage)
            .arg(&archive))?;
        fs::remove_dir_all(stage)?;
        Ok(archive)
    }

    fn control(&self, architecture: &str, libraries: &[PathBuf]) -> Result<String> {
        let mut depends = vec![
            format!("libc6 (>= {})", needed_c_library(libraries)?),
            "libgcc-s1".to_string(),
        ];
        let mut others = String::new();
        for (field, packages) in &self.relations {
            match *field {
                "Depends" => depends.push(packages.clone()),
                _ => others.push_str(&format!("{field}: {packages}\n")),
            }
        }
        Ok(format!(
            "Package: {}\nVersion: {}\nArchitecture: {architecture}\nSection: database\nPriority: optional\n\
             Maintainer: The Tandem developers <developers@tandem.invalid>\nDepends: {}\n{others}\
             Description: {}\n {}\n",
            self.name,
            version(),
            depends.join(", "),
            self.summary,
            self.text
        ))
    }
}

/// The copyright file: in its format the lines of a text are indented, and an empty one is a dot.
fn copyright() -> String {
    let mut text = COPYRIGHT.to_string();
    for line in LICENSE.lines() {
        text.push_str(&match line.trim_end() {
            "" => " .\n".to_string(),
            line => format!(" {line}\n"),
        });
    }
    text
}

fn version() -> String {
    format!("{}-{REVISION}", env!("CARGO_PKG_VERSION"))
}

fn place(from: &Path, to: &Path) -> Result<()> {
    let failed = || {
        format!(
            "could not copy \"{}\" to \"{}\"",
            from.display(),
            to.display()
        )
    };
    fs::create_dir_all(to.parent().with_context(failed)?).with_context(failed)?;
    fs::copy(from, to).with_context(failed)?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o644)).with_context(failed)
}

/// The newest version of the C library that one of the libraries names.
fn needed_c_library(libraries: &[PathBuf]) -> Result<String> {
    let mut newest = (2, 17);
    for library in libraries {
        let bytes = fs::read(library)?;
        for at in 0..bytes.len().saturating_sub(C_VERSION.len()) {
            if bytes[at..].starts_with(C_VERSION)
                && let Some(version) = minor_version(&bytes[at + C_VERSION.len()..])
            {
                newest = newest.max((2, version));
            }
        }
    }
    Ok(format!("{}.{}", newest.0, newest.1))
}

/// How the names of versioned symbols of the C library begin.
const C_VERSION: &[u8] = b"GLIBC_2.";

fn minor_version(bytes: &[u8]) -> Option<u32> {
    let digits: Vec<u8> = bytes
        .iter()
        .copied()
        .take_while(u8::is_ascii_digit)
        .collect();
    String::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::minor_version;

    #[test]
    fn versions_are_read_from_symbol_names() {
        assert_eq!(minor_version(b"34\0rest"), Some(34));
        assert_eq!(minor_version(b"2.5\0"), Some(2));
        assert_eq!(minor_version(b"x"), None);
    }
}
