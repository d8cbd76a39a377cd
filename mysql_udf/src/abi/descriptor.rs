//! The description of the plugin that each family looks for in the library.
//!
//! MySQL looks for `_mysql_plugin_declarations_`, MariaDB for `_maria_plugin_declarations_` first. Both load it as an audit
//! plugin: that type has a fixed interface version, hears of the end of statements, and carries variables.

use std::ffi::{c_char, c_int, c_uint, c_ulong, c_void};
use std::ptr::{null, null_mut};

use super::audit;
use super::host::Thd;
use super::lifecycle;
use super::variables::{STATUS_VARIABLES, SYSTEM_VARIABLES, Shared};

const AUDIT_PLUGIN: c_int = 5;
/// Permissive, which is what the PostgreSQL licence is.
const LICENSE_BSD: c_int = 2;
/// 0.1, as SHOW PLUGINS prints it.
const VERSION: c_uint = 0x0001;
/// MariaDB: a release candidate; a server that is itself stable loads nothing below.
const MATURITY_GAMMA: c_uint = 4;

const NAME: *const c_char = c"tandem".as_ptr();
const AUTHOR: *const c_char = c"The Tandem developers".as_ptr();
const DESCRIPTION: *const c_char =
    c"Tells an upgrade database which tables have changed, when the change is committed".as_ptr();

/// MySQL's `st_mysql_plugin`.
#[repr(C)]
pub struct MySqlPlugin {
    kind: c_int,
    info: *const c_void,
    name: *const c_char,
    author: *const c_char,
    description: *const c_char,
    license: c_int,
    init: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    check_uninstall: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    deinit: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    version: c_uint,
    status_variables: *mut c_void,
    system_variables: *mut c_void,
    reserved: *mut c_void,
    flags: c_ulong,
}

/// MariaDB's `st_maria_plugin`.
#[repr(C)]
pub struct MariaDbPlugin {
    kind: c_int,
    info: *const c_void,
    name: *const c_char,
    author: *const c_char,
    description: *const c_char,
    license: c_int,
    init: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    deinit: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    version: c_uint,
    status_variables: *mut c_void,
    system_variables: *mut c_void,
    version_text: *const c_char,
    maturity: c_uint,
}

/// MySQL's `st_mysql_audit`: a mask of subclasses for each of 13 classes.
#[repr(C)]
struct MySqlAudit {
    version: c_int,
    release: *const c_void,
    event: unsafe extern "C" fn(Thd, c_uint, *const c_void) -> c_int,
    classes: [c_ulong; 13],
}

/// MariaDB's `st_mysql_audit`: a mask of classes.
#[repr(C)]
struct MariaDbAudit {
    version: c_int,
    release: *const c_void,
    event: unsafe extern "C" fn(Thd, c_uint, *const c_void),
    classes: [c_ulong; 1],
}

static MYSQL_AUDIT: Shared<MySqlAudit> = Shared::new(MySqlAudit {
    version: 0x0401,
    release: null(),
    event: audit::mysql_event,
    classes: mysql_classes(),
});

const fn mysql_classes() -> [c_ulong; 13] {
    let mut classes = [0; 13];
    classes[0] = audit::mysql::STATUS as c_ulong;
    classes[1] = audit::mysql::DISCONNECT as c_ulong;
    classes
}

static MARIADB_AUDIT: Shared<MariaDbAudit> = Shared::new(MariaDbAudit {
    version: 0x0302,
    release: null(),
    event: audit::mariadb_event,
    // General and connection.
    classes: [0b11],
});

/// The plugin interface that MySQL is asked for.
#[unsafe(no_mangle)]
pub static _mysql_plugin_interface_version_: c_int = 0x010B;

/// The size of one description.
#[unsafe(no_mangle)]
pub static _mysql_sizeof_struct_st_plugin_: c_int = size_of::<MySqlPlugin>() as c_int;

/// The plugins in this library, for MySQL; an empty one ends them.
#[unsafe(no_mangle)]
pub static _mysql_plugin_declarations_: Shared<[MySqlPlugin; 2]> = Shared::new([
    MySqlPlugin {
        kind: AUDIT_PLUGIN,
        info: MYSQL_AUDIT.get().cast::<c_void>(),
        name: NAME,
        author: AUTHOR,
        description: DESCRIPTION,
        license: LICENSE_BSD,
        init: Some(lifecycle::mysql_init),
        check_uninstall: Some(lifecycle::mysql_check_uninstall),
        deinit: Some(lifecycle::mysql_deinit),
        version: VERSION,
        status_variables: STATUS_VARIABLES.get().cast::<c_void>(),
        system_variables: SYSTEM_VARIABLES.get().cast::<c_void>(),
        reserved: null_mut(),
        flags: 0,
    },
    MySqlPlugin {
        kind: 0,
        info: null(),
        name: null(),
        author: null(),
        description: null(),
        license: 0,
        init: None,
        check_uninstall: None,
        deinit: None,
        version: 0,
        status_variables: null_mut(),
        system_variables: null_mut(),
        reserved: null_mut(),
        flags: 0,
    },
]);

/// The plugin interface that MariaDB is asked for.
#[unsafe(no_mangle)]
pub static _maria_plugin_interface_version_: c_int = 0x010f;

/// The size of one description.
#[unsafe(no_mangle)]
pub static _maria_sizeof_struct_st_plugin_: c_int = size_of::<MariaDbPlugin>() as c_int;

/// The plugins in this library, for MariaDB; an empty one ends them.
#[unsafe(no_mangle)]
pub static _maria_plugin_declarations_: Shared<[MariaDbPlugin; 2]> = Shared::new([
    MariaDbPlugin {
        kind: AUDIT_PLUGIN,
        info: MARIADB_AUDIT.get().cast::<c_void>(),
        name: NAME,
        author: AUTHOR,
        description: DESCRIPTION,
        license: LICENSE_BSD,
        init: Some(lifecycle::mariadb_init),
        deinit: Some(lifecycle::mariadb_deinit),
        version: VERSION,
        status_variables: STATUS_VARIABLES.get().cast::<c_void>(),
        system_variables: SYSTEM_VARIABLES.get().cast::<c_void>(),
        version_text: concat!(env!("CARGO_PKG_VERSION"), "\0")
            .as_ptr()
            .cast::<c_char>(),
        maturity: MATURITY_GAMMA,
    },
    MariaDbPlugin {
        kind: 0,
        info: null(),
        name: null(),
        author: null(),
        description: null(),
        license: 0,
        init: None,
        deinit: None,
        version: 0,
        status_variables: null_mut(),
        system_variables: null_mut(),
        version_text: null(),
        maturity: 0,
    },
]);

// SAFETY: addresses that only the server follows.
unsafe impl Sync for MySqlPlugin {}
// SAFETY: as above.
unsafe impl Sync for MariaDbPlugin {}
