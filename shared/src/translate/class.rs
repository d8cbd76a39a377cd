//! What is lost on the way through a column map.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the compiler proves of a column map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// `down(up(x)) = x` and `up(down(y)) = y` on the declared domains.
    Lossless,
    /// Two legacy values may become one upgrade value: `up(down(y)) = y` alone holds.
    LossyUp,
    /// Two upgrade values may become one legacy value: `down(up(x)) = x` alone holds.
    LossyDown,
    /// There is no way back.
    OneWay,
}

impl Class {
    /// `lossless`, `lossy_up`, `lossy_down`, `one_way`.
    pub fn name(self) -> &'static str {
        match self {
            Class::Lossless => "lossless",
            Class::LossyUp => "lossy_up",
            Class::LossyDown => "lossy_down",
            Class::OneWay => "one_way",
        }
    }

    /// True when everything that `other` promises holds for this class, too.
    pub fn is_at_least(self, other: Class) -> bool {
        self == other || self == Class::Lossless || other == Class::OneWay
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
