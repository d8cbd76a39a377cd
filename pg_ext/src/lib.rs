//! The upgrade end of Tandem: a PostgreSQL extension.
