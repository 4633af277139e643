//! Accounts: who signs in, with a password or a link, and who of them owns the shop. On the wire this is Better Auth 1.6.
//!
//! Never keeps a session token, a sign-in link's token or a password in a readable form, never runs the password
//! derivation past the limit, and never tells a stranger whether an address has an account.

pub mod cookie;
pub mod desk;
pub mod enter;
pub mod join;
pub mod jwt;
pub mod letters;
pub mod limit;
pub mod link;
pub mod model;
pub mod page;
pub mod password;
pub mod people;
pub mod serve;
pub mod session;
pub mod sql;
pub mod wire;

pub use model::TOO_MANY;
pub use session::owner;
pub use wire::ROUTES;

use crate::cx::Cx;
use crate::db::Batch;
use crate::http::Result;

/// Forgets ended sessions, unused links, old counters, the log of verification mails of long ago, and accounts whose
/// address nobody proved since.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn forget(cx: &Cx) -> Result<()> {
    let mut batch = Batch::new();
    sql::forget(&mut batch, cx.now());
    cx.commit(batch).await?;
    Ok(())
}
