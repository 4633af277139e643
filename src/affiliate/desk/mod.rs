//! The owner's desk: every commission with its reason, the orders without one, and the links with their figures.

pub mod page;
pub mod serve;
pub mod sql;
