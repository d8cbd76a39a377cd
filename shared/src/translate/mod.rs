//! Column maps as lenses: n legacy values become m upgrade fields, and back.
//!
//! Promise: a lens is pure and total on its declared domain; a value outside of it is an error with a stable code, never another value. What
//! only PostgreSQL can do (expressions, references through a crosswalk) is no lens, it is the second stage's work. Compiled from a
//! [`crate::mapping::document::ColumnMap`] by its `lens`, used by every plan.

mod class;
mod from_json;
mod hand_out;
mod lens;

pub use class::Class;
pub use from_json::from_json;
pub use hand_out::HandOut;
pub use lens::Lens;
