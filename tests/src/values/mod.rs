//! Values of every column type, and what both servers say that they are.
//!
//! Promises: the legacy server itself says what a value is, in a form that Tandem has no part in (hexadecimal digits, seconds, bits),
//! PostgreSQL says in its own words what has arrived, and both are brought to one text here. Edge values are always among them, the rest
//! is chance that can be repeated. Nothing is compared by eye or by a recorded answer. Called by the promise that every value arrives.

pub mod arrival;
pub mod family;

mod form;
mod json;
mod literal;
mod number;
mod said;
mod step;
mod subject;

pub use family::{Family, families};
pub use form::Form;
pub use step::Steps;
pub use subject::Subject;
