//! What a column map of the document promises to the compiler.

use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::UpgradeType;
use std::sync::Arc;

/// A column map that becomes a lens.
pub trait Declared {
    /// The legacy columns that it reads, in the order in which its lens takes them.
    fn sources(&self) -> Vec<&str>;

    /// The upgrade columns that it writes, in the order in which its lens gives them.
    fn targets(&self) -> Vec<&str>;

    /// Compiles it for these columns, `sources()` and `targets()` long. Fails with the reason, in one line.
    fn compile(
        &self,
        inputs: &[&LegacyColumn],
        family: Family,
        outputs: &[&UpgradeType],
    ) -> Result<Arc<dyn Lens>, String>;
}

/// Checks the class that a map declares against what was proved; `why` says what keeps it from being lossless.
pub(super) fn promise(
    declared: Option<Class>,
    proved: Class,
    why: impl FnOnce() -> String,
) -> Result<(), String> {
    match declared {
        Some(declared) if !proved.is_at_least(declared) => Err(format!(
            "the map is declared {declared} but is {proved}: {}",
            why()
        )),
        _ => Ok(()),
    }
}

/// The only column of a map of one to one.
pub(super) fn only<'a, T: ?Sized>(columns: &[&'a T]) -> Result<&'a T, String> {
    match columns {
        [column] => Ok(column),
        _ => Err(format!("one column is wanted here, not {}", columns.len())),
    }
}
