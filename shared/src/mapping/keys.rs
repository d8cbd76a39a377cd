//! Who hands out the keys of a target's rows.
//!
//! Promise: keys of several legacy servers, or of both sides, never meet; each rule says how.

use crate::translate::{HandOut, Lens};
use crate::types::UpgradeType;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The rule by which a legacy key becomes an upgrade key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Keys {
    /// The legacy database hands them out, and they stay as they are.
    #[default]
    Legacy,
    /// The legacy database's keys have a range of their own: `offset` and the `size - 1` numbers after it.
    Range {
        /// The upgrade key of legacy key 0.
        offset: i64,
        /// How many legacy keys have a place.
        size: i64,
    },
    /// The legacy database's keys are every `step`-th number: `key * step + offset`.
    Interleaved {
        /// The number of those who hand out keys.
        step: i64,
        /// Which of them this link is, from 0.
        offset: i64,
    },
    /// The upgrade table's own sequence gives each legacy row a key, remembered in `tandem.crosswalk`.
    Crosswalk,
}

impl Keys {
    /// True when keys stay as they are.
    pub fn is_legacy(&self) -> bool {
        *self == Keys::Legacy
    }

    /// The lens of a rule that is arithmetic; `None` for one that is not.
    pub fn lens(&self, target: &UpgradeType) -> Option<Result<Arc<dyn Lens>, String>> {
        let made = match *self {
            Keys::Legacy | Keys::Crosswalk => return None,
            Keys::Range { offset, size } => HandOut::range(offset, size, target),
            Keys::Interleaved { step, offset } => HandOut::interleaved(step, offset, target),
        };
        Some(made.map(|lens| Arc::new(lens) as Arc<dyn Lens>))
    }
}
