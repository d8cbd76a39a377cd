//! What a mapping compiles to.
