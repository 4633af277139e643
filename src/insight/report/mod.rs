//! Reports: what the totals say about a window of time, for programs and for people.
//!
//! Never reads an event or an assignment, only their totals; never shows a source that fewer than a few people came by.

pub mod contract;
pub mod document;
pub mod evidence;
pub mod export;
pub mod flags;
pub mod model;
pub mod page;
pub mod rows;
pub mod serve;
pub mod sql;
pub mod wire;
