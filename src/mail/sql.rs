//! The SQL of the outbox. These statements work for the whole deployment: a job has no tenant.

use serde::Deserialize;

use crate::db::{Stmt, Value};
use crate::kit::bounds::MAIL_ATTEMPTS_MAX;
use crate::kit::email::Email;
use crate::kit::id::{AuditId, MailId};
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::{queries, stmt};

/// The head of a statement that puts a mail into the outbox. Whoever sends adds the `WHERE` under which the mail is to
/// be sent; the first twelve values are [`values`], `?3` is the kind, `?4` the receiver and `?11` the present moment.
#[macro_export]
macro_rules! outbox {
    ($condition:literal) => {
        concat!(
            "INSERT INTO mail_outbox (id, tenant_id, kind, to_email, subject, body_text, body_html, evidence_id, useless_at,
               next_attempt_at, created_at, updated_at, unsubscribe_url)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12 WHERE ",
            $condition
        )
    };
}

queries! {
    /// Gives up a mail that has become useless, or that was tried often enough.
    GIVE_UP = "
        UPDATE mail_outbox SET status = 'failed', body_text = NULL, body_html = NULL, unsubscribe_url = NULL,
          lease_id = NULL, updated_at = ?2,
          last_error = COALESCE(last_error, 'it was too late to send it')
        WHERE id = ?1 AND (status = 'queued' OR (status = 'sending' AND lease_until < ?2))
          AND (useless_at <= ?2 OR attempts >= ?3)";

    /// Takes a mail for sending. Of several that try, one gets it.
    CLAIM = "
        UPDATE mail_outbox SET status = 'sending', lease_id = ?3, lease_until = ?4, attempts = attempts + 1, updated_at = ?2
        WHERE id = ?1 AND useless_at > ?2 AND attempts < ?5
          AND ((status = 'queued' AND next_attempt_at <= ?2) OR (status = 'sending' AND lease_until < ?2))";

    /// The mail, if it was taken by this very claim.
    CLAIMED = "
        SELECT id, to_email, subject, body_text, body_html, unsubscribe_url, attempts FROM mail_outbox
        WHERE id = ?1 AND lease_id = ?2";

    /// How a mail stands, for whoever could not take it.
    STANDING = "SELECT status, next_attempt_at, lease_until FROM mail_outbox WHERE id = ?1";

    /// The mail has left: its body goes.
    SENT = "
        UPDATE mail_outbox SET status = 'sent', sent_at = ?3, body_text = NULL, body_html = NULL, unsubscribe_url = NULL,
          lease_id = NULL, last_error = NULL, updated_at = ?3
        WHERE id = ?1 AND lease_id = ?2 AND status = 'sending'";

    /// The mail waits for another try, or is given up when there is none left.
    MISSED = "
        UPDATE mail_outbox SET lease_id = NULL, last_error = ?4, updated_at = ?3,
          next_attempt_at = ?5,
          status = CASE WHEN ?6 OR attempts >= ?7 OR useless_at <= ?5 THEN 'failed' ELSE 'queued' END,
          body_text = CASE WHEN ?6 OR attempts >= ?7 OR useless_at <= ?5 THEN NULL ELSE body_text END,
          body_html = CASE WHEN ?6 OR attempts >= ?7 OR useless_at <= ?5 THEN NULL ELSE body_html END,
          unsubscribe_url = CASE WHEN ?6 OR attempts >= ?7 OR useless_at <= ?5 THEN NULL ELSE unsubscribe_url END
        WHERE id = ?1 AND lease_id = ?2 AND status = 'sending'";

    /// The log of verification mails learns that one did not arrive.
    TELL = "
        UPDATE account_verification_emails SET status = 'failed', updated_at = ?2,
          error = (SELECT m.last_error FROM mail_outbox m WHERE m.id = ?1)
        WHERE id = (SELECT m.evidence_id FROM mail_outbox m WHERE m.id = ?1 AND m.status = 'failed')";

    /// Mails that the queue missed, those first that should have left first.
    OVERDUE = "
        SELECT id, next_attempt_at FROM mail_outbox WHERE status = 'queued' AND next_attempt_at <= ?1
        UNION ALL SELECT id, next_attempt_at FROM mail_outbox WHERE status = 'sending' AND lease_until < ?2
        ORDER BY next_attempt_at LIMIT ?3";

    /// Forgets mails of long ago.
    FORGET = "DELETE FROM mail_outbox WHERE created_at < ?1";
}

/// Binds [`GIVE_UP`].
pub fn give_up(id: &MailId, now: Moment) -> Stmt {
    stmt!(GIVE_UP, id, now, Value::Integer(MAIL_ATTEMPTS_MAX))
}

/// Binds [`CLAIM`].
pub fn claim(id: &MailId, lease: &AuditId, until: Moment, now: Moment) -> Stmt {
    stmt!(CLAIM, id, now, lease, until, Value::Integer(MAIL_ATTEMPTS_MAX))
}

/// Binds [`CLAIMED`].
pub fn claimed(id: &MailId, lease: &AuditId) -> Stmt {
    stmt!(CLAIMED, id, lease)
}

/// A row of [`CLAIMED`].
#[derive(Deserialize)]
pub struct Claimed {
    /// The mail.
    pub id: MailId,
    /// Who gets it.
    pub to_email: Email,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body_text: Private<String>,
    /// Its HTML.
    pub body_html: Private<String>,
    /// The address that takes its receiver off a list.
    pub unsubscribe_url: Option<Private<String>>,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// Binds [`STANDING`].
pub fn standing(id: &MailId) -> Stmt {
    stmt!(STANDING, id)
}

/// A row of [`STANDING`].
#[derive(Deserialize)]
pub struct Standing {
    /// Its status.
    pub status: String,
    /// When it may be tried again.
    pub next_attempt_at: Moment,
    /// Until when somebody else has it.
    pub lease_until: Moment,
}

/// Binds [`SENT`].
pub fn sent(id: &MailId, lease: &AuditId, now: Moment) -> Stmt {
    stmt!(SENT, id, lease, now)
}

/// Binds [`MISSED`].
pub fn missed(id: &MailId, lease: &AuditId, now: Moment, cause: &str, next: Moment, lasting: bool) -> Stmt {
    stmt!(MISSED, id, lease, now, cause, next, lasting, Value::Integer(MAIL_ATTEMPTS_MAX))
}

/// Binds [`TELL`].
pub fn tell(id: &MailId, now: Moment) -> Stmt {
    stmt!(TELL, id, now)
}

/// Binds [`OVERDUE`].
pub fn overdue(since: Moment, now: Moment, at_most: i64) -> Stmt {
    stmt!(OVERDUE, since, now, Value::Integer(at_most))
}

/// Binds [`FORGET`].
pub fn forget(before: Moment) -> Stmt {
    stmt!(FORGET, before)
}
