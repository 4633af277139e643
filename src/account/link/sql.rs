//! The SQL of sign-in links.

use crate::account::limit::Counted;
use crate::account::sql::Beginning;
use crate::db::{Batch, Bind, Stmt, Value};
use crate::kit::bounds::{SIGN_IN_LINKS_MAX, SIGN_IN_LINKS_WINDOW_SECONDS};
use crate::kit::email::Email;
use crate::kit::id::UserId;
use crate::kit::time::Moment;
use crate::{outbox, queries, stmt};

queries! {
    /// Makes a sign-in link, when the caller may ask and the address was not sent too many.
    ADD_LINK = "
        INSERT INTO verification (id, identifier, value, expires_at, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?5
        WHERE (SELECT r.count FROM rate_limits r WHERE r.key = ?6) <= ?7
          AND (SELECT COUNT(*) FROM mail_outbox m
            WHERE m.to_email = ?8 AND m.kind = ?9 AND m.created_at > ?5 - ?10) < ?11";

    /// The mail with the link, if it was made.
    MAIL_LINK = outbox!("EXISTS (SELECT 1 FROM verification v WHERE v.id = ?13)");

    /// Uses a link up. Of many requests with one link exactly one goes on.
    CLAIM_LINK = "
        UPDATE verification SET claim = ?2, updated_at = ?3
        WHERE identifier = ?1 AND claim IS NULL AND expires_at > ?3
          AND (SELECT r.count FROM rate_limits r WHERE r.key = ?4) <= ?5";

    /// Makes the person of a claimed link, unless the address has one. The link proves the address.
    ADD_USER_OF_LINK = "
        INSERT INTO user (id, name, email, email_verified, created_at, updated_at)
        SELECT ?2, COALESCE(json_extract(v.value, '$.name'), ''), json_extract(v.value, '$.email'), 1, ?3, ?3
        FROM verification v WHERE v.claim = ?1 ON CONFLICT (email) DO NOTHING";

    /// Whatever was set up before the address was proven may be somebody else's: its sessions …
    DROP_SESSIONS_OF_LINK = "
        DELETE FROM session WHERE user_id = (
          SELECT u.id FROM verification v JOIN user u ON u.email = json_extract(v.value, '$.email')
          WHERE v.claim = ?1 AND u.email_verified = 0)";

    /// … and its password.
    DROP_CREDENTIAL_OF_LINK = "
        DELETE FROM account WHERE user_id = (
          SELECT u.id FROM verification v JOIN user u ON u.email = json_extract(v.value, '$.email')
          WHERE v.claim = ?1 AND u.email_verified = 0)";

    /// The address is proven now.
    VERIFY_BY_LINK = "
        UPDATE user SET email_verified = 1, updated_at = ?2
        WHERE email_verified = 0
          AND email = (SELECT json_extract(v.value, '$.email') FROM verification v WHERE v.claim = ?1)";

    /// Begins the session of a claimed link.
    SIGN_IN_BY_LINK = "
        INSERT INTO session (
          id, expires_at, token, remembered, created_at, updated_at, ip_address, user_agent, user_id)
        SELECT ?2, ?3, ?4, 1, ?5, ?5, ?6, ?7, u.id
        FROM verification v JOIN user u ON u.email = json_extract(v.value, '$.email') WHERE v.claim = ?1";

    /// The link is gone.
    DROP_LINK = "DELETE FROM verification WHERE claim = ?1";
}

/// A link that is about to be made.
pub struct NewLink<'a> {
    /// The row.
    pub id: &'a str,
    /// The digest of its token.
    pub identifier: &'a str,
    /// Who it is for, as JSON.
    pub value: &'a str,
    /// When it ends.
    pub expires_at: Moment,
    /// Who it is for.
    pub email: &'a Email,
    /// The kind of its mail.
    pub kind: &'a str,
    /// Now.
    pub now: Moment,
}

/// Binds [`ADD_LINK`] and [`MAIL_LINK`], whose first values are the mail's.
pub fn add(batch: &mut Batch, link: &NewLink<'_>, counted: &Counted, mut mail: Vec<Value>) {
    let NewLink { id, identifier, value, expires_at, email, kind, now } = *link;
    let (max, window) = (Value::Integer(SIGN_IN_LINKS_MAX), Value::Integer(SIGN_IN_LINKS_WINDOW_SECONDS));
    let limit = Value::Integer(counted.rule.max);
    batch.add(stmt!(ADD_LINK, id, identifier, value, expires_at, now, &counted.key, limit, email, kind, window, max));
    mail.push(id.value());
    batch.add(Stmt { query: &MAIL_LINK, values: mail });
}

/// Binds everything that using a link does; it hangs on [`CLAIM_LINK`].
pub fn consume(
    batch: &mut Batch,
    identifier: &str,
    claim: &str,
    counted: &Counted,
    new: &Beginning<'_>,
    user: &UserId,
) {
    let Beginning { id, token_digest, expires_at, ip_address, user_agent, now, .. } = *new;
    batch.add(stmt!(CLAIM_LINK, identifier, claim, now, &counted.key, Value::Integer(counted.rule.max)));
    batch.add(stmt!(ADD_USER_OF_LINK, claim, user, now));
    batch.add(stmt!(DROP_SESSIONS_OF_LINK, claim));
    batch.add(stmt!(DROP_CREDENTIAL_OF_LINK, claim));
    batch.add(stmt!(VERIFY_BY_LINK, claim, now));
    batch.add(stmt!(SIGN_IN_BY_LINK, claim, id, expires_at, token_digest, now, ip_address, user_agent));
    batch.add(stmt!(DROP_LINK, claim));
}
