//! MariaDB: makes the SQL functions appear after INSTALL PLUGIN.
//!
//! MariaDB keeps loadable functions in `mysql.func` and loads them from there at each start. So the plugin creates the
//! missing ones once, over the connection that the server lets a plugin have to itself. It cannot do so in INSTALL PLUGIN
//! itself (the server holds its plugin lock there) nor before the server is up, so a short-lived thread does it. The
//! statements are not written to the binary log: a replica has its own plugin, or none.
//!
//! If it does not succeed, the log names the statements that an administrator can run instead.

use std::ffi::{CStr, CString, c_char, c_int, c_ulong, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::functions::{FUNCTIONS, Function};
use super::guard::guard;
use super::host::{function, symbol};
use super::log;
use super::service::{LocalSql, sql_service};
use super::udf::ResultType;
use crate::limits::DRAIN_MS;

static STOP: AtomicBool = AtomicBool::new(false);
static THREAD: Mutex<Option<JoinHandle<()>>> = Mutex::new(None);

/// Starts the thread.
pub fn start() {
    STOP.store(false, Ordering::Relaxed);
    let builder = std::thread::Builder::new().name(String::from("tandem_install"));
    match builder.spawn(|| guard((), run)) {
        Ok(thread) => *lock() = Some(thread),
        Err(error) => give_up(&format!("no thread: {error}")),
    }
}

/// Tells the thread to end and waits for it, but not for long: it may sit in a statement.
pub fn stop() {
    STOP.store(true, Ordering::Relaxed);
    let Some(thread) = lock().take() else {
        return;
    };
    let deadline = Instant::now() + Duration::from_millis(DRAIN_MS);
    while !thread.is_finished() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    if thread.is_finished() {
        let _ = thread.join();
    }
}

fn run() {
    block_signals();
    if !server_is_up() {
        return;
    }
    if let Err(error) = create_functions() {
        give_up(&error);
    }
}

/// Signals are for the server's own threads.
fn block_signals() {
    // SAFETY: a set on the stack, filled and used as the calls say.
    unsafe {
        let mut all = std::mem::zeroed::<libc::sigset_t>();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const all, std::ptr::null_mut());
    }
}

/// Waits until the server accepts statements; `false` if the plugin stops before.
fn server_is_up() -> bool {
    let Some(started) = symbol(c"mysqld_server_started") else {
        return true;
    };
    while !STOP.load(Ordering::Relaxed) {
        // SAFETY: the server exports one byte of that name and changes it once.
        if unsafe { started.cast::<u8>().read_volatile() } != 0 {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

fn create_functions() -> Result<(), String> {
    let file = own_file().ok_or("the name of the library is not known")?;
    let thread = ServerThread::begin()?;
    let connection = Connection::open(&thread)?;
    connection.run("SET SESSION sql_log_bin = 0")?;
    let known = connection.rows("SELECT name, dl FROM mysql.func WHERE name LIKE 'tandem\\_%'")?;
    for function in &FUNCTIONS {
        let name = function.name.to_string_lossy();
        match known.iter().find(|(known, _)| *known == name) {
            None => connection.run(&statement(function, &file))?,
            Some((_, other)) if *other != file => log::warning(&format!(
                "function {name} is that of library {other}, not of {file}: drop and create it"
            )),
            Some(_) => {}
        }
    }
    Ok(())
}

fn statement(function: &Function, file: &str) -> String {
    let name = function.name.to_string_lossy();
    let result = match function.result {
        ResultType::Int => "INTEGER",
        ResultType::Text => "STRING",
    };
    format!("CREATE FUNCTION IF NOT EXISTS {name} RETURNS {result} SONAME '{file}'")
}

fn give_up(error: &str) {
    let file = own_file().unwrap_or_else(|| String::from("tandem.so"));
    let by_hand: Vec<String> = FUNCTIONS.iter().map(|f| statement(f, &file)).collect();
    log::warning(&format!(
        "the functions could not be created ({error}); run: {};",
        by_hand.join("; ")
    ));
}

/// The file name of this library, without its folder.
fn own_file() -> Option<String> {
    // SAFETY: an address of our own code; the answer points to the loader's memory, which lives as long as the library.
    let path = unsafe {
        let mut info = std::mem::zeroed::<libc::Dl_info>();
        if libc::dladdr(own_file as *const c_void, &raw mut info) == 0 || info.dli_fname.is_null() {
            return None;
        }
        CStr::from_ptr(info.dli_fname).to_str().ok()?
    };
    let file = path.rsplit('/').next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    file.chars().all(plain).then(|| String::from(file))
}

/// The calling thread as one that the server knows (`my_thread_init`); without it a connection crashes the server.
struct ServerThread {
    end: unsafe extern "C" fn(),
}

impl ServerThread {
    fn begin() -> Result<Self, String> {
        // SAFETY: `my_bool my_thread_init(void)` and `void my_thread_end(void)`.
        let (init, end) = unsafe {
            let init: unsafe extern "C" fn() -> c_char = function(c"my_thread_init")?;
            (init, function(c"my_thread_end")?)
        };
        // SAFETY: called once on this thread, which is ours.
        if unsafe { init() } != 0 {
            return Err(String::from("the server does not accept the thread"));
        }
        Ok(Self { end })
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        // SAFETY: `begin` has succeeded on this thread.
        unsafe { (self.end)() };
    }
}

/// A connection of the server to itself, with all rights.
struct Connection<'a> {
    service: &'static LocalSql,
    mysql: *mut c_void,
    _thread: &'a ServerThread,
}

impl<'a> Connection<'a> {
    fn open(thread: &'a ServerThread) -> Result<Self, String> {
        // SAFETY: the beginning of the structure in MariaDB's header.
        let service = unsafe { sql_service.get::<LocalSql>() };
        let service = service.ok_or("this server has no SQL service")?;
        // SAFETY: null asks for a new handle.
        let mysql = unsafe { (service.init)(std::ptr::null_mut()) };
        if mysql.is_null() {
            return Err(String::from("out of memory"));
        }
        let connection = Self {
            service,
            mysql,
            _thread: thread,
        };
        // SAFETY: the handle was made just now.
        if unsafe { (service.connect_local)(mysql) }.is_null() {
            return Err(connection.error());
        }
        Ok(connection)
    }

    fn run(&self, sql: &str) -> Result<(), String> {
        // SAFETY: the handle is alive, the text has this length.
        let failed: c_int = unsafe {
            (self.service.query)(
                self.mysql,
                sql.as_ptr().cast::<c_char>(),
                sql.len() as c_ulong,
            )
        };
        if failed == 0 {
            Ok(())
        } else {
            Err(self.error())
        }
    }

    /// The rows of a query with two columns of text.
    fn rows(&self, sql: &str) -> Result<Vec<(String, String)>, String> {
        self.run(sql)?;
        // SAFETY: a query has just succeeded on this handle.
        let result = unsafe { (self.service.store_result)(self.mysql) };
        if result.is_null() {
            return Err(self.error());
        }
        let mut rows = Vec::new();
        loop {
            // SAFETY: the result is alive; a row has as many fields as the query has columns.
            let row = unsafe { (self.service.fetch_row)(result) };
            if row.is_null() {
                break;
            }
            // SAFETY: as above.
            rows.push(unsafe { (text(*row), text(*row.add(1))) });
        }
        // SAFETY: it is not used any more.
        unsafe { (self.service.free_result)(result) };
        Ok(rows)
    }

    fn error(&self) -> String {
        // SAFETY: the handle is alive, and the text lives until the next call on it.
        unsafe {
            let number = (self.service.errno)(self.mysql);
            format!("error {number}: {}", text((self.service.error)(self.mysql)))
        }
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is alive and not used any more.
        unsafe { (self.service.close)(self.mysql) };
    }
}

/// # Safety
/// `field` must be null or a text that ends with a zero.
unsafe fn text(field: *const c_char) -> String {
    if field.is_null() {
        return String::new();
    }
    // SAFETY: the caller vouches for it.
    CString::from(unsafe { CStr::from_ptr(field) })
        .to_string_lossy()
        .into_owned()
}

fn lock() -> std::sync::MutexGuard<'static, Option<JoinHandle<()>>> {
    THREAD.lock().unwrap_or_else(PoisonError::into_inner)
}
