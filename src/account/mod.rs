//! Accounts: who signs in, with a password or a link, and who of them owns the shop. On the wire this is Better Auth 1.6.
//!
//! Never keeps a session token, a sign-in link's token or a password in a readable form.

pub mod cookie;
pub mod session;
pub mod sql;

pub use session::owner;
