//! Schema drift: what has become of a legacy table since its rows were copied, and how the upgrade table and the map can follow.
//!
//! Promise: a change that could make a value arrive wrongly, or not at all, is never overlooked; what makes no difference to a row (an index,
//! a default, a comment) is no change. What is not clear is refused with what to do, never guessed. Nothing is executed here. Called by the
//! link's worker before its loop, and by `tandem.refresh`.

mod adopt;
mod change;
mod compare;

pub use adopt::{Adoption, Question, Refusal, Step, TargetFacts, adopt};
pub use change::Change;
pub use compare::{Shape, ShapeColumn, compare};

#[cfg(test)]
mod tests;
