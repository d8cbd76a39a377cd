//! Configuration files of the servers.
//!
//! Promises: everything a server must know stands in one file made here, so no file of the system is read; the caller's own
//! settings come last and win. Called before each start.

use std::fmt::Write as _;

use super::home::Home;
use super::root::Root;

/// A legacy server's option file, for both MySQL and MariaDB.
pub fn legacy(home: &Home, root: &Root, mysql: bool) -> String {
    let (usr, share) = (root.path().join("usr"), root.messages_dir());
    let (dir, usr, share) = (home.dir().display(), usr.display(), share.display());
    let server_id = 1 + u32::from(home.facts.port);
    let mut text = format!(
        "[mysqld]\nbasedir={usr}\nlc_messages_dir={share}\ncharacter_sets_dir={share}/charsets\n\
         datadir={dir}/data\nplugin_dir={dir}/plugin\ntmpdir={dir}/tmp\npid_file={dir}/data/server.pid\n\
         log_error={dir}/log/error.log\nsocket={}/mysql.sock\nport={}\nbind_address=127.0.0.1\nskip_name_resolve=ON\n\
         server_id={server_id}\nlog_bin=binlog\nloose_binlog_format=ROW\nsync_binlog=1\n\
         log_bin_trust_function_creators=1\nlocal_infile=1\nsecure_file_priv=\ncharacter_set_server=utf8mb4\n\
         innodb_buffer_pool_size=256M\nmax_connections=400\n\
         ssl_ca={dir}/tls/ca.pem\nssl_cert={dir}/tls/server.pem\nssl_key={dir}/tls/server.key\n",
        home.facts.socket_dir.display(),
        home.facts.port,
    );
    text.push_str(if mysql {
        "mysqlx=OFF\n"
    } else {
        "collation_server=utf8mb4_general_ci\n"
    });
    for (name, value) in &home.facts.settings {
        let _ = writeln!(text, "{name}={value}");
    }
    text
}

/// An upgrade server's settings, a file that `postgresql.conf` includes.
pub fn upgrade(home: &Home, with_extension: bool) -> String {
    let mut text = format!(
        "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\nwal_level = logical\n\
         max_worker_processes = 32\nmax_prepared_transactions = 10\nmax_connections = 200\nshared_buffers = '256MB'\n\
         hot_standby = on\ntimezone = 'UTC'\nlog_timezone = 'UTC'\nlogging_collector = off\n\
         log_line_prefix = '%m [%p] %b '\nlog_min_messages = warning\n",
        home.facts.port,
        home.facts.socket_dir.display(),
    );
    if with_extension {
        text.push_str("shared_preload_libraries = 'tandem'\n");
    }
    for (name, value) in &home.facts.settings {
        let _ = writeln!(text, "{name} = '{}'", value.replace('\'', "''"));
    }
    text
}
