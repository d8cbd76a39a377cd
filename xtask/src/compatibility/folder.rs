//! The folders of the cases: `tests/cases/GROUP/NAME/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::Case;
use crate::build::workspace;

/// Where the cases are, from the root of the workspace.
pub const CASES: &str = "tests/cases";

/// One case and where it is.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The group, which is the folder around it.
    pub group: String,
    /// The name, which is its own folder's.
    pub name: String,
    /// Its own folder.
    pub path: PathBuf,
    /// What it says of itself.
    pub case: Case,
    /// The variant; none when it is the case itself.
    pub variant: Option<String>,
}

impl Folder {
    /// The case in the folder `path`.
    pub fn open(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path.join("case.toml"))
            .with_context(|| format!("could not read \"{}/case.toml\"", path.display()))?;
        let case =
            Case::parse(&text).with_context(|| format!("\"{}/case.toml\"", path.display()))?;
        Ok(Self {
            group: path.parent().map(last).unwrap_or_default(),
            name: last(path),
            path: path.to_path_buf(),
            case,
            variant: None,
        })
    }

    /// The case itself and its variants.
    pub fn plays(&self) -> Vec<Self> {
        let variants = self.case.varied().map(|(name, case)| Self {
            case,
            variant: Some(String::from(name)),
            ..self.clone()
        });
        std::iter::once(self.clone()).chain(variants).collect()
    }

    /// Group, name and variant, joined by `between`.
    pub fn full_name(&self, between: &str) -> String {
        let parts = [Some(&self.group), Some(&self.name), self.variant.as_ref()];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        parts.join(between)
    }
}

/// All cases, by group and name.
pub fn folders() -> Result<Vec<Folder>> {
    let mut all = Vec::new();
    for group in directories(&workspace().join(CASES))? {
        for path in directories(&group)? {
            let folder = Folder::open(&path)?;
            for name in [&folder.group, &folder.name]
                .into_iter()
                .chain(folder.case.variants.keys())
            {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                ensure!(
                    name.chars().all(plain),
                    "\"{}\": only a-z, 0-9 and _ in a name",
                    path.display()
                );
            }
            all.push(folder);
        }
    }
    Ok(all)
}

fn directories(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(path).with_context(|| format!("could not read \"{}\"", path.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn last(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
