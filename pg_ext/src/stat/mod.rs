//! Live state: what a link's worker is doing now, for the views and for those who wait.

pub mod shm;
