//! Experiments: which variant a visitor sees, the same each time and wherever it is worked out.

pub mod model;
pub mod serve;
pub mod sql;
