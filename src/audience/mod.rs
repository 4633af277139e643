//! The audience: how somebody joins a list, leaves it, and sees or erases what it knows of them; what the owner sees of it
//! and writes down about it, and the document about it.
//!
//! Never puts anybody on a list who did not press the button of a mail we sent them, never tells a stranger whether an
//! address is known, and never lets an address that left come back by anything but its own confirmation. Never imports
//! anybody, and never sends a broadcast.

pub mod broadcast;
pub mod desk;
pub mod document;
pub mod evidence;
pub mod flags;
pub mod join;
pub mod leave;
pub mod own;
pub mod visit;

pub use join::{invitation, Invitation};
pub use visit::email_hash;

use crate::cx::Cx;
use crate::db::Batch;
use crate::http::Result;

/// The public document.
pub const DOCUMENT: &str = "/audience/source-data";
/// The owner's page.
pub const OWNER_PAGE: &str = "/admin/audience";
/// The issue that everything about the audience belongs to.
pub const PARENT_ISSUE: u32 = 17;

/// Forgets wishes to join that nobody confirmed, and links to one's own data that have expired.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn tidy(cx: &Cx) -> Result<()> {
    let (now, mut batch) = (cx.now(), Batch::new());
    join::sql::forget(&mut batch, &cx.tenant, now);
    batch.add(own::sql::forget(now));
    cx.commit(batch).await?;
    Ok(())
}
