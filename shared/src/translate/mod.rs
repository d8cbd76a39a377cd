//! Column maps as lenses: n legacy values become m upgrade fields, and back.
//!
//! Promise: a lens is pure and total on its declared domain; a value outside of it is an error with a stable code, never another value. What
//! only PostgreSQL can do (expressions, references through a crosswalk) is no lens, it is the second stage's work. Compiled from a
//! [`crate::mapping::document::ColumnMap`] by its `lens`, used by every plan.

mod boolean;
mod class;
mod concat;
mod date_form;
mod declared;
mod default;
mod exact;
mod flags;
mod from_json;
mod hand_out;
mod inlet;
mod lens;
mod lookup;
mod members;
mod number_form;
mod outlet;
mod pack;
mod scalar;
mod scale;
mod split;
mod uuid;
mod zone;

#[cfg(test)]
mod tests;

pub use boolean::Boolean;
pub use class::Class;
pub use concat::Concat;
pub use date_form::{Date, Epoch, Unit};
pub use declared::Declared;
pub use default::Default;
pub use flags::{Flags, Labels, Others};
pub use from_json::from_json;
pub use hand_out::HandOut;
pub use lens::Lens;
pub use lookup::{Lookup, Otherwise};
pub use number_form::Number;
pub use pack::{Nulls, Pack, Unpack};
pub use scale::Scale;
pub use split::{Missing, Split};
pub use uuid::{Form, Uuid};
pub use zone::{Clock, Zone};
