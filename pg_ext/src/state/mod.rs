//! The catalogue's rows: what is remembered of links, tables, chunks and events.

pub mod binlog;
pub mod chunk;
pub mod ddl;
pub mod event;
pub mod link;
pub mod lock;
pub mod mapping;
pub mod memory;
pub mod route;
pub mod table;
