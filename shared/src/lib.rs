//! The pure core of Tandem.
#![forbid(unsafe_code)]
