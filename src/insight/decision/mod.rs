//! What an owner decides about an experiment, with the figures it was decided on. No visitor sees another page by it.

pub mod current;
pub mod sql;
pub mod write;

pub use write::{EVIDENCE, ROUTES, WRITE};
