//! Marks the library as one that stays mapped once it is loaded.
//!
//! `UNINSTALL PLUGIN` makes the server close the library while a session may still be on its way out of one of our
//! functions (MariaDB keeps the functions callable on purpose). Code that never disappears cannot be jumped into after
//! it is gone.

fn main() {
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    println!("cargo:rerun-if-changed=build.rs");
}
