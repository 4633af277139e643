//! An owner stores a small private file.
//!
//! The row is reserved first, then the object is put, then the row is marked as stored: no object is without a row, and
//! what stays unfinished is swept. Never answers a file's content or its place.

pub mod model;
pub mod page;
pub mod sql;
pub mod sweep;
pub mod write;

pub use model::{CONTRACT_ID, FLAGS, ISSUE, PATH, PHRASE, READY, REVISION_FIELD};
pub use write::WRITE;
