//! The lock that makes a link's worker the only one.

use pgrx::pg_sys;

/// Tells Tandem's locks apart from the users' advisory locks, which have 1 and 2 here.
const WORKER: u16 = 0x7464;

fn tag(link_key: u64) -> pg_sys::LOCKTAG {
    pg_sys::LOCKTAG {
        // SAFETY: a plain read.
        locktag_field1: unsafe { pg_sys::MyDatabaseId }.to_u32(),
        locktag_field2: (link_key >> 32) as u32,
        locktag_field3: (link_key & u64::from(u32::MAX)) as u32,
        locktag_field4: WORKER,
        locktag_type: pg_sys::LockTagType::LOCKTAG_ADVISORY as u8,
        locktag_lockmethodid: pg_sys::USER_LOCKMETHOD as u8,
    }
}

/// Takes the link's lock for the life of this session; with `wait` as long as it takes, else false when another has it.
pub fn take(link_key: u64, wait: bool) -> bool {
    let tag = tag(link_key);
    // SAFETY: a session lock; needs no transaction.
    let result = unsafe { pg_sys::LockAcquire(&raw const tag, pg_sys::ExclusiveLock as i32, true, !wait) };
    result != pg_sys::LockAcquireResult::LOCKACQUIRE_NOT_AVAIL
}

/// Gives the link's lock back.
pub fn release(link_key: u64) {
    let tag = tag(link_key);
    // SAFETY: as above; releasing what is not held is only a warning.
    unsafe { pg_sys::LockRelease(&raw const tag, pg_sys::ExclusiveLock as i32, true) };
}
