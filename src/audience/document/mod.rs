//! `/audience/source-data`: how the list works and its figures, for programs to read.
//!
//! One read batch. No person is in it.

pub mod figures;
pub mod fixed;
pub mod model;
pub mod serve;
pub mod sql;
pub mod summary;
