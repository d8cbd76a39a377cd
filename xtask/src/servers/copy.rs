//! Copies of folders by hard links, and installing one file.
//!
//! Promises: a copy costs no space where links are possible; an installed file is always a new file that takes the place of
//! the old one, so that a running server keeps the file it has mapped and no other instance sees the change.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use anyhow::{Context, Result};

/// Copies the folder `from` to `to`, linking files when both are on one file system and copying them otherwise.
pub fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)
        .with_context(|| format!("could not create directory \"{}\"", to.display()))?;
    for entry in fs::read_dir(from)
        .with_context(|| format!("could not read directory \"{}\"", from.display()))?
    {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_tree(&source, &target)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(&source)?, &target)?;
        } else if fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target)
                .with_context(|| format!("could not copy \"{}\"", source.display()))?;
        }
    }
    Ok(())
}

/// Installs the file `from` as `to`, readable by everybody, as a new file and a rename.
pub fn install_file(from: &Path, to: &Path) -> Result<()> {
    let fresh = to.with_added_extension(format!("new{}", std::process::id()));
    let failed = || {
        format!(
            "could not install \"{}\" as \"{}\"",
            from.display(),
            to.display()
        )
    };
    fs::copy(from, &fresh).with_context(failed)?;
    fs::set_permissions(&fresh, fs::Permissions::from_mode(0o755)).with_context(failed)?;
    fs::rename(&fresh, to).with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installing_leaves_other_copies_alone() -> Result<()> {
        let dir = std::env::temp_dir().join(format!("tandem-copy-{}", std::process::id()));
        fs::create_dir_all(dir.join("root"))?;
        fs::write(dir.join("root/file"), "old")?;
        fs::write(dir.join("fresh"), "new")?;
        copy_tree(&dir.join("root"), &dir.join("one"))?;
        install_file(&dir.join("fresh"), &dir.join("one/file"))?;
        assert_eq!(fs::read_to_string(dir.join("root/file"))?, "old");
        assert_eq!(fs::read_to_string(dir.join("one/file"))?, "new");
        fs::remove_dir_all(dir)?;
        Ok(())
    }
}
