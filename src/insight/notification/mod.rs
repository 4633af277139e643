//! What an owner writes down before anybody is told that a rate has fallen: fifteen stages, each standing on the one before.
//!
//! Nothing is sent, queued or asked of a provider by any of them.

#[macro_use]
mod table;

pub mod current;
pub mod flags;
pub mod parts;
pub mod sql;
pub mod stages;

pub use stages::{ALL, ROUTES, WRITES};
