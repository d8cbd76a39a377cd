//! Locks: a link has one worker, and one worker finishes a table's copy.
//!
//! They are session locks in the space of advisory locks, under a class that no SQL function uses: the users' have 1 and 2.

use pgrx::pg_sys;

/// What is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Being the worker of a link, by the link's key.
    Worker(u64),
    /// Finishing the copy of a table, by the link's key and the table's number.
    Finish(u64, u32),
}

impl Lock {
    fn tag(self) -> pg_sys::LOCKTAG {
        let (first, second, class) = match self {
            Self::Worker(key) => (
                (key >> 32) as u32,
                (key & u64::from(u32::MAX)) as u32,
                0x7464,
            ),
            Self::Finish(key, table) => ((key & u64::from(u32::MAX)) as u32, table, 0x7465),
        };
        pg_sys::LOCKTAG {
            // SAFETY: a plain read.
            locktag_field1: unsafe { pg_sys::MyDatabaseId }.to_u32(),
            locktag_field2: first,
            locktag_field3: second,
            locktag_field4: class,
            locktag_type: pg_sys::LockTagType::LOCKTAG_ADVISORY as u8,
            locktag_lockmethodid: pg_sys::USER_LOCKMETHOD as u8,
        }
    }

    /// Takes the lock for the life of this session; with `wait` as long as it takes, else false when another has it.
    pub fn take(self, wait: bool) -> bool {
        let tag = self.tag();
        // SAFETY: a session lock; needs no transaction.
        let result = unsafe {
            pg_sys::LockAcquire(&raw const tag, pg_sys::ExclusiveLock as i32, true, !wait)
        };
        result != pg_sys::LockAcquireResult::LOCKACQUIRE_NOT_AVAIL
    }

    /// Gives the lock back.
    pub fn release(self) {
        let tag = self.tag();
        // SAFETY: as above; releasing what is not held is only a warning.
        unsafe { pg_sys::LockRelease(&raw const tag, pg_sys::ExclusiveLock as i32, true) };
    }
}
