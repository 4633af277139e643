//! The program as others read it: a page in plain words and a document for programs.

pub mod document;
pub mod fixed;
pub mod model;
pub mod page;
pub mod serve;
pub mod sql;
pub mod report;
pub mod totals;

use crate::http::Refusal;

/// No such program.
pub const NOTHING_HERE: Refusal = Refusal::new(404, "not_found", "There is nothing at this address.");
