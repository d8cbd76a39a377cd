//! The form of an SQL function ("loadable function") in C, which both families share.
//!
//! Two macros make the three C functions of one SQL function from an ordinary Rust function. In a trigger the server calls
//! init and deinit for every row, so both do next to nothing.

use std::ffi::{c_char, c_int, c_longlong, c_uint, c_ulong, c_void};
use std::marker::PhantomData;

use super::guard::guard;
use super::registry;

/// The result types of the servers that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum ResultType {
    /// `STRING_RESULT`.
    Text = 0,
    /// `INT_RESULT`.
    Int = 2,
}

/// `UDF_ARGS`.
#[repr(C)]
pub struct UdfArgs {
    count: c_uint,
    types: *mut c_int,
    values: *mut *mut c_char,
    lengths: *mut c_ulong,
    maybe_null: *mut c_char,
    names: *mut *mut c_char,
    name_lengths: *mut c_ulong,
    extension: *mut c_void,
}

/// `UDF_INIT`.
#[repr(C)]
pub struct UdfInit {
    maybe_null: bool,
    decimals: c_uint,
    max_length: c_ulong,
    /// Ours: the text of the last result, which the server reads after the call.
    memory: *mut c_char,
    const_item: bool,
    extension: *mut c_void,
}

/// The C form of an init function: (init, arguments, message of 512 bytes) -> whether it failed.
pub type CInit = unsafe extern "C" fn(*mut UdfInit, *mut UdfArgs, *mut c_char) -> bool;

/// The arguments of one call. All of ours are integers; the server converts what is not.
pub struct Arguments<'a> {
    raw: *const UdfArgs,
    call: PhantomData<&'a UdfArgs>,
}

impl Arguments<'_> {
    /// The integer at `index`; `None` for NULL and where there is no argument.
    pub fn int(&self, index: usize) -> Option<i64> {
        // SAFETY: the server passes `count` values; each is null or, as `init` has asked for integers, a `longlong`.
        unsafe {
            if index >= (*self.raw).count as usize {
                return None;
            }
            let value = *(*self.raw).values.add(index);
            value.cast::<c_longlong>().as_ref().copied()
        }
    }
}

/// Checks the number of arguments and asks for integers.
///
/// # Safety
/// The pointers must be those that the server passes to an init function.
pub unsafe fn init(
    init: *mut UdfInit,
    arguments: *mut UdfArgs,
    message: *mut c_char,
    usage: &'static str,
    count: u32,
    text_length: u32,
) -> bool {
    guard(true, || {
        // SAFETY: both point to the server's structures for the length of this call.
        let (init, arguments) = unsafe { (&mut *init, &mut *arguments) };
        if arguments.count != count {
            // SAFETY: the server provides 512 bytes.
            unsafe { say(message, usage) };
            return true;
        }
        for index in 0..count as usize {
            // SAFETY: there are `count` types.
            unsafe { *arguments.types.add(index) = ResultType::Int as c_int };
        }
        init.maybe_null = text_length > 0;
        init.const_item = false;
        init.memory = std::ptr::null_mut();
        if text_length > 0 {
            init.max_length = text_length.into();
            // SAFETY: the server's own structure.
            unsafe { registry::declare_utf8(init) };
        }
        false
    })
}

/// # Safety
/// The pointers must be those that the server passes to a function with an integer result.
pub unsafe fn call_int(
    arguments: *const UdfArgs,
    is_null: *mut c_char,
    body: impl FnOnce(&Arguments) -> Option<i64>,
) -> c_longlong {
    let call = PhantomData;
    let raw = arguments;
    let result = guard(Some(0), || body(&Arguments { raw, call }));
    // SAFETY: the server provides one byte.
    unsafe { *is_null = c_char::from(result.is_none()) };
    result.unwrap_or(0)
}

/// # Safety
/// The pointers must be those that the server passes to a function with a text result.
pub unsafe fn call_text(
    init: *mut UdfInit,
    arguments: *const UdfArgs,
    length: *mut c_ulong,
    is_null: *mut c_char,
    body: impl FnOnce(&Arguments) -> Option<String>,
) -> *mut c_char {
    let call = PhantomData;
    let raw = arguments;
    let result = guard(None, || body(&Arguments { raw, call }));
    // SAFETY: the server provides one byte, one length, and the structure that `init` has prepared.
    unsafe {
        *is_null = c_char::from(result.is_none());
        *length = result.as_ref().map_or(0, String::len) as c_ulong;
        keep(&mut *init, result.unwrap_or_default())
    }
}

/// Frees the text of the last result.
///
/// # Safety
/// The pointer must be the one that the server passes to a deinit function.
pub unsafe fn deinit(init: *mut UdfInit) {
    guard((), || {
        // SAFETY: the structure is the one that `init` has prepared.
        let init = unsafe { &mut *init };
        let memory = std::mem::replace(&mut init.memory, std::ptr::null_mut());
        if !memory.is_null() {
            // SAFETY: `keep` has made it from a box.
            drop(unsafe { Box::from_raw(memory.cast::<String>()) });
        }
    });
}

/// Keeps `text` until the next call or deinit and returns its address.
///
/// # Safety
/// `init.memory` must be null or made by this function.
unsafe fn keep(init: &mut UdfInit, text: String) -> *mut c_char {
    if init.memory.is_null() {
        init.memory = Box::into_raw(Box::<String>::default()).cast::<c_char>();
    }
    // SAFETY: it is the box above, or one of an earlier call.
    let kept = unsafe { &mut *init.memory.cast::<String>() };
    *kept = text;
    kept.as_mut_ptr().cast::<c_char>()
}

/// # Safety
/// `message` must have room for 512 bytes.
unsafe fn say(message: *mut c_char, text: &str) {
    let length = text.len().min(511);
    // SAFETY: 511 bytes and the zero behind them fit.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr(), message.cast::<u8>(), length);
        *message.add(length) = 0;
    }
}

/// Defines the C functions of an SQL function that returns an integer.
macro_rules! int_function {
    ($name:ident, $init:ident, $deinit:ident, $usage:literal, $count:literal, $call:path) => {
        #[doc = concat!("Prepares a call of `", $usage, "`.")]
        ///
        /// # Safety
        /// Called by the server only.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $init(
            init: *mut $crate::abi::udf::UdfInit,
            arguments: *mut $crate::abi::udf::UdfArgs,
            message: *mut ::std::ffi::c_char,
        ) -> bool {
            // SAFETY: the server's own pointers.
            unsafe {
                $crate::abi::udf::init(
                    init,
                    arguments,
                    message,
                    concat!("usage: ", $usage),
                    $count,
                    0,
                )
            }
        }

        #[doc = concat!("`", $usage, "`.")]
        ///
        /// # Safety
        /// Called by the server only.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            _init: *mut $crate::abi::udf::UdfInit,
            arguments: *mut $crate::abi::udf::UdfArgs,
            is_null: *mut ::std::ffi::c_char,
            _error: *mut ::std::ffi::c_char,
        ) -> ::std::ffi::c_longlong {
            // SAFETY: the server's own pointers.
            unsafe { $crate::abi::udf::call_int(arguments, is_null, $call) }
        }

        $crate::abi::udf::deinit_function!($deinit);
    };
}

/// Defines the C functions of an SQL function that returns text of at most `$length` bytes.
macro_rules! text_function {
    ($name:ident, $init:ident, $deinit:ident, $usage:literal, $count:literal, $length:literal, $call:path) => {
        #[doc = concat!("Prepares a call of `", $usage, "`.")]
        ///
        /// # Safety
        /// Called by the server only.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $init(
            init: *mut $crate::abi::udf::UdfInit,
            arguments: *mut $crate::abi::udf::UdfArgs,
            message: *mut ::std::ffi::c_char,
        ) -> bool {
            // SAFETY: the server's own pointers.
            unsafe {
                $crate::abi::udf::init(
                    init,
                    arguments,
                    message,
                    concat!("usage: ", $usage),
                    $count,
                    $length,
                )
            }
        }

        #[doc = concat!("`", $usage, "`.")]
        ///
        /// # Safety
        /// Called by the server only.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            init: *mut $crate::abi::udf::UdfInit,
            arguments: *mut $crate::abi::udf::UdfArgs,
            _result: *mut ::std::ffi::c_char,
            length: *mut ::std::ffi::c_ulong,
            is_null: *mut ::std::ffi::c_char,
            _error: *mut ::std::ffi::c_char,
        ) -> *mut ::std::ffi::c_char {
            // SAFETY: the server's own pointers.
            unsafe { $crate::abi::udf::call_text(init, arguments, length, is_null, $call) }
        }

        $crate::abi::udf::deinit_function!($deinit);
    };
}

macro_rules! deinit_function {
    ($deinit:ident) => {
        /// Ends a call.
        ///
        /// # Safety
        /// Called by the server only.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $deinit(init: *mut $crate::abi::udf::UdfInit) {
            // SAFETY: the server's own pointer.
            unsafe { $crate::abi::udf::deinit(init) }
        }
    };
}

pub(crate) use {deinit_function, int_function, text_function};
