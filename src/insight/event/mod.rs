//! Events that browsers report: page views, by a script or, without script, by an image.

pub mod limits;
pub mod model;
pub mod page;
pub mod serve;
pub mod sql;
