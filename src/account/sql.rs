//! The SQL of accounts.

use serde::Deserialize;

use crate::db::{truth, Stmt};
use crate::kit::email::Email;
use crate::kit::id::{SessionId, UserId};
use crate::kit::time::Moment;
use crate::{queries, stmt};

queries! {
    /// A session that has not ended, and whose it is.
    SESSION = "
        SELECT s.id AS session_id, s.expires_at, s.remembered, s.created_at AS session_created_at,
          s.updated_at AS session_updated_at, s.ip_address, s.user_agent,
          u.id, u.name, u.email, u.email_verified, u.image, u.created_at, u.updated_at
        FROM session s JOIN user u ON u.id = s.user_id
        WHERE s.token = ?1 AND s.expires_at > ?2";
}

/// Binds [`SESSION`].
pub fn session(token_digest: &str, now: Moment) -> Stmt {
    stmt!(SESSION, token_digest, now)
}

/// A person as the tables hold them.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// The name they gave.
    pub name: String,
    /// Their address, lower-case.
    pub email: Email,
    /// True when they proved that the address is theirs.
    #[serde(deserialize_with = "truth")]
    pub email_verified: bool,
    /// A picture's address.
    pub image: Option<String>,
    /// When the account was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// A row of [`SESSION`].
#[derive(Clone, Debug, Deserialize)]
pub struct Session {
    /// The session.
    pub session_id: SessionId,
    /// When it ends.
    pub expires_at: Moment,
    /// False when it ends with the browser.
    #[serde(deserialize_with = "truth")]
    pub remembered: bool,
    /// When it began.
    pub session_created_at: Moment,
    /// When it was last prolonged.
    pub session_updated_at: Moment,
    /// Where it began.
    pub ip_address: Option<String>,
    /// The browser it began in.
    pub user_agent: Option<String>,
    /// Whose it is.
    #[serde(flatten)]
    pub user: User,
}
