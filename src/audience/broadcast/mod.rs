//! Broadcasts: drafts, whom each could reach, and what is known about the way that one would take. Never sends a mail.

pub mod draft;
pub mod parts;
pub mod readiness;
pub mod sql;
