//! A small file system that can be filled.
//!
//! Promises: it exists only for the thread that made it and for the servers started from that thread, and goes with them, so nothing is
//! left mounted whatever happens. Where the system forbids mounting, that is a reason to skip, said loudly. Called by tests of full disks.

use std::ffi::CString;
use std::fs;
use std::io::{Error, ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::suite::Skip;

/// The file that takes up the space.
const BALLAST: &str = "ballast";

/// A file system in memory.
#[derive(Debug)]
pub struct Disk {
    dir: PathBuf,
}

impl Disk {
    /// Mounts one of `size_mib` MiB at `dir`, writable for everybody. The calling thread leaves the other threads' view of what is
    /// mounted for good: it must be one that ends with the test.
    pub fn new(dir: &Path, size_mib: u32) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let none = CString::new("none")?;
        let (root, target) = (
            CString::new("/")?,
            CString::new(dir.as_os_str().as_bytes())?,
        );
        let (kind, size) = (
            CString::new("tmpfs")?,
            CString::new(format!("size={size_mib}m,mode=1777"))?,
        );
        let null = std::ptr::null();
        // SAFETY: unshare takes a number; it changes this thread only.
        check("unshare", unsafe { libc::unshare(libc::CLONE_NEWNS) })?;
        let private = libc::MS_REC | libc::MS_PRIVATE;
        // SAFETY: every text ends with a zero and outlives the call; the file system and its options may be absent here.
        check("mount", unsafe {
            libc::mount(none.as_ptr(), root.as_ptr(), null, private, null.cast())
        })?;
        // SAFETY: as above.
        let mounted = unsafe {
            libc::mount(
                none.as_ptr(),
                target.as_ptr(),
                kind.as_ptr(),
                0,
                size.as_ptr().cast(),
            )
        };
        check("mount", mounted)?;
        Ok(Self {
            dir: PathBuf::from(dir),
        })
    }

    /// Takes all space that is left but `free_bytes`.
    pub fn fill_but(&self, free_bytes: u64) -> Result<()> {
        let mut ballast = fs::File::options()
            .create(true)
            .append(true)
            .open(self.dir.join(BALLAST))?;
        let piece = vec![0u8; 8 * 1024];
        while self.free_bytes()? > free_bytes {
            match ballast.write_all(&piece) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Gives the space back.
    pub fn clear(&self) -> Result<()> {
        Ok(fs::remove_file(self.dir.join(BALLAST))?)
    }

    /// Space that is left.
    pub fn free_bytes(&self) -> Result<u64> {
        let dir = CString::new(self.dir.as_os_str().as_bytes())?;
        // SAFETY: all zeros is a valid value of this plain structure.
        let mut facts: libc::statvfs = unsafe { std::mem::zeroed() };
        // SAFETY: the path ends with a zero, the structure is writable.
        if unsafe { libc::statvfs(dir.as_ptr(), &raw mut facts) } != 0 {
            bail!(
                "could not look at \"{}\": {}",
                self.dir.display(),
                Error::last_os_error()
            );
        }
        Ok(facts.f_bavail * facts.f_frsize)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Ok(dir) = CString::new(self.dir.as_os_str().as_bytes()) {
            // SAFETY: the path ends with a zero; only this thread's view changes.
            unsafe { libc::umount2(dir.as_ptr(), libc::MNT_DETACH) };
        }
    }
}

fn check(what: &str, result: i32) -> Result<()> {
    if result == 0 {
        return Ok(());
    }
    let error = Error::last_os_error();
    if error.kind() == ErrorKind::PermissionDenied {
        return Err(Skip(format!(
            "a small file system cannot be mounted here ({what}: {error})"
        ))
        .into());
    }
    bail!("{what}: {error}")
}
