//! An owner notes that somebody's access should end, and why. Nothing ends by it.
//!
//! In public only the shop's own description of such a note is shown; what owners noted is counted there.

pub mod model;
pub mod sql;
pub mod write;

pub use model::{read_all, read_public, summary, RevocationIntent, RevocationIntents, PATH, STATUS_FIELD};
pub use write::WRITE;
