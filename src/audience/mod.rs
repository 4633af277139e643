//! The audience: who is on the list, what the owner sees of it, and the document about it.

pub mod broadcast;
pub mod desk;
pub mod document;
pub mod evidence;
pub mod flags;

/// The public document.
pub const DOCUMENT: &str = "/audience/source-data";
/// The owner's page.
pub const OWNER_PAGE: &str = "/admin/audience";
/// The issue that everything about the audience belongs to.
pub const PARENT_ISSUE: u32 = 17;
