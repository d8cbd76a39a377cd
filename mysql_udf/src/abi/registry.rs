//! MySQL's component services: registering functions, naming a result's character set, finding the current session.
//!
//! Services are acquired once, when the plugin starts, and released when it stops: acquiring takes a lock of the whole
//! server, which a function that runs for every row must not do.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Mutex, PoisonError};

use super::functions::{FUNCTIONS, Function};
use super::host::Thd;
use super::service::{PluginRegistry, plugin_registry_service};
use super::udf::{CInit, UdfInit};

/// The service `registry`.
#[repr(C)]
pub struct Registry {
    acquire: unsafe extern "C" fn(*const c_char, *mut *mut c_void) -> bool,
    acquire_related: *const c_void,
    release: unsafe extern "C" fn(*mut c_void) -> bool,
}

/// The service `udf_registration`.
#[repr(C)]
struct UdfRegistration {
    register: unsafe extern "C" fn(
        *const c_char,
        c_int,
        *const c_void,
        CInit,
        unsafe extern "C" fn(*mut UdfInit),
    ) -> bool,
    unregister: unsafe extern "C" fn(*const c_char, *mut c_int) -> bool,
}

/// The service `mysql_udf_metadata`.
#[repr(C)]
struct UdfMetadata {
    argument_get: *const c_void,
    result_get: *const c_void,
    argument_set: *const c_void,
    result_set: unsafe extern "C" fn(*mut UdfInit, *const c_char, *mut c_void) -> bool,
}

/// The service `mysql_current_thread_reader`.
#[repr(C)]
struct CurrentThreadReader {
    get: unsafe extern "C" fn(*mut Thd) -> bool,
}

/// What the plugin holds while it is installed in a MySQL server.
struct Held {
    source: &'static PluginRegistry,
    registry: *const Registry,
    registration: *mut c_void,
    metadata: *mut c_void,
    reader: *mut c_void,
}

// SAFETY: the services are tables of functions that any thread may call.
unsafe impl Send for Held {}

static HELD: Mutex<Option<Held>> = Mutex::new(None);

/// Acquires the services. Fails where the server has no registry (MariaDB) or no registration of functions.
pub fn acquire() -> Result<(), String> {
    let mut held = lock();
    if held.is_some() {
        return Ok(());
    }
    // SAFETY: the service's structure is the one of MySQL's header, in the version that is asked for.
    let source = unsafe { plugin_registry_service.get::<PluginRegistry>() };
    let source = source.ok_or("this server has no plugin registry service")?;
    // SAFETY: it returns a reference that `release` gives back, or null.
    let registry = unsafe { (source.acquire)() };
    if registry.is_null() {
        return Err(String::from(
            "the server's service registry is not available",
        ));
    }
    // SAFETY: the registry is alive until it is released.
    let found = |name: &CStr| unsafe { find(registry, name) };
    *held = Some(Held {
        source,
        registry,
        registration: found(c"udf_registration"),
        metadata: found(c"mysql_udf_metadata"),
        reader: found(c"mysql_current_thread_reader"),
    });
    Ok(())
}

/// Gives the services back.
pub fn release() {
    let Some(held) = lock().take() else {
        return;
    };
    // SAFETY: everything was acquired from this registry and is not used after this.
    unsafe {
        for service in [held.registration, held.metadata, held.reader] {
            if !service.is_null() {
                ((*held.registry).release)(service);
            }
        }
        (held.source.release)(held.registry);
    }
}

/// Registers all functions of the plugin. On an error none stays registered.
pub fn register_functions() -> Result<(), String> {
    for function in &FUNCTIONS {
        if let Err(error) = register(function) {
            unregister_functions().ok();
            return Err(error);
        }
    }
    Ok(())
}

/// Registers again what [`unregister_functions`] took back before it failed; the others are there already.
pub fn register_missing_functions() {
    for function in &FUNCTIONS {
        let _ = register(function);
    }
}

/// Takes all functions back. The error names the first one that a statement still uses; the ones before it are gone.
pub fn unregister_functions() -> Result<(), &'static CStr> {
    for function in &FUNCTIONS {
        if !unregister(function) {
            return Err(function.name);
        }
    }
    Ok(())
}

/// How to find the session of a thread; `None` if the server has no such service.
pub fn current_thread_reader() -> Option<unsafe extern "C" fn(*mut Thd) -> bool> {
    let reader = lock().as_ref()?.reader.cast::<CurrentThreadReader>();
    // SAFETY: null, or the service's structure. The server itself provides it, so it stays when it is released.
    unsafe { reader.as_ref() }.map(|reader| reader.get)
}

/// Declares the text that a function returns as utf8mb4. Without it MySQL takes the text for binary.
///
/// # Safety
/// `init` must be what the server has passed to a function's init.
pub unsafe fn declare_utf8(init: *mut UdfInit) {
    let held = lock();
    let metadata = held
        .as_ref()
        .map(|held| held.metadata.cast::<UdfMetadata>());
    // SAFETY: null, or the service's structure.
    let Some(metadata) = metadata.and_then(|metadata| unsafe { metadata.as_ref() }) else {
        return;
    };
    let charset = c"utf8mb4".as_ptr().cast_mut().cast::<c_void>();
    // SAFETY: the caller vouches for `init`, and the service reads the names only.
    unsafe { (metadata.result_set)(init, c"charset".as_ptr(), charset) };
}

/// # Safety
/// `registry` must be acquired.
unsafe fn find(registry: *const Registry, name: &CStr) -> *mut c_void {
    let mut service = std::ptr::null_mut();
    // SAFETY: the registry writes one pointer, and only if it returns false.
    let failed = unsafe { ((*registry).acquire)(name.as_ptr(), &raw mut service) };
    if failed {
        std::ptr::null_mut()
    } else {
        service
    }
}

/// Calls `body` with the registration service.
fn with_registration<T>(body: impl FnOnce(&UdfRegistration) -> T) -> Option<T> {
    let held = lock();
    let service = held.as_ref()?.registration.cast::<UdfRegistration>();
    // SAFETY: null, or the service's structure, alive while it is held.
    unsafe { service.as_ref() }.map(body)
}

fn register(function: &Function) -> Result<(), String> {
    // SAFETY: the functions have the forms that the server expects for their result type.
    let failed = with_registration(|service| unsafe {
        let name = function.name.as_ptr();
        let result = function.result as c_int;
        (service.register)(name, result, function.call, function.init, function.deinit)
    });
    match failed {
        Some(false) => Ok(()),
        Some(true) => Err(format!(
            "function {} cannot be registered: one of that name exists",
            function.name.to_string_lossy()
        )),
        None => Err(String::from("this server cannot register functions")),
    }
}

/// Returns whether the function is gone.
fn unregister(function: &Function) -> bool {
    let mut present: c_int = 0;
    // SAFETY: the name is valid, and the service writes one number.
    let failed = with_registration(|service| unsafe {
        (service.unregister)(function.name.as_ptr(), &raw mut present)
    });
    failed != Some(true) || present == 0
}

fn lock() -> std::sync::MutexGuard<'static, Option<Held>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}
