//! A partner's link, the clicks on it, and the click that a checkout came by.

pub mod attribution;
pub mod model;
pub mod serve;
pub mod sql;
