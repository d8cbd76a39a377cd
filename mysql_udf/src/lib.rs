//! The legacy end of Tandem: a plugin for MySQL and MariaDB servers.
