//! The SQL of accounts. Every act is one batch whose statements hang on one row of that batch: the mail that was asked
//! for, the link that was claimed. When that row is not there, nothing happens.

use serde::Deserialize;

use super::limit::Rule;
use crate::db::{truth, Batch, Stmt, Value};
use crate::kit::bounds::{
    ACCOUNT_EXISTS_PAUSE_SECONDS, ACCOUNT_FORGET_ROWS, ACCOUNT_LEFTOVERS_SECONDS, SESSION_LIFE_SECONDS,
    SESSION_SLIDE_SECONDS, UNPROVEN_KEPT_SECONDS, VERIFICATION_PAUSE_SECONDS,
};
use crate::kit::email::Email;
use crate::kit::id::{SessionId, UserId};
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::{outbox, queries, stmt};

queries! {
    /// A session that has not ended, and whose it is.
    SESSION = "
        SELECT s.id AS session_id, s.expires_at, s.remembered, s.created_at AS session_created_at,
          s.updated_at AS session_updated_at, s.ip_address, s.user_agent,
          u.id, u.name, u.email, u.email_verified, u.image, u.created_at, u.updated_at
        FROM session s JOIN user u ON u.id = s.user_id
        WHERE s.token = ?1 AND s.expires_at > ?2";

    /// Prolongs a session that is used after its first day.
    SLIDE = "
        UPDATE session SET expires_at = ?2 + ?3, updated_at = ?2
        WHERE token = ?1 AND remembered = 1 AND expires_at > ?2 AND expires_at - ?3 + ?4 <= ?2";

    /// Removes a session that has ended.
    BURY = "DELETE FROM session WHERE token = ?1 AND expires_at <= ?2";

    /// Signs out.
    SIGN_OUT = "DELETE FROM session WHERE token = ?1";

    /// Counts a request, up to one past the limit.
    HIT = "
        INSERT INTO rate_limits (key, count, window_started_at) VALUES (?1, 1, ?2)
        ON CONFLICT (key) DO UPDATE SET
          count = CASE WHEN window_started_at + ?3 <= ?2 THEN 1 ELSE count + 1 END,
          window_started_at = CASE WHEN window_started_at + ?3 <= ?2 THEN ?2 ELSE window_started_at END
        WHERE window_started_at + ?3 <= ?2 OR count <= ?4";

    /// How often it was counted.
    COUNT = "SELECT count, window_started_at FROM rate_limits WHERE key = ?1";

    /// A person by address, with the password's hash.
    CREDENTIAL = "
        SELECT u.id, u.name, u.email, u.email_verified, u.image, u.created_at, u.updated_at,
          a.id AS credential, a.password
        FROM user u LEFT JOIN account a ON a.user_id = u.id AND a.provider_id = 'credential'
        WHERE u.email = ?1";

    /// The same by session, for whoever is signed in.
    CREDENTIAL_OF_SESSION = "
        SELECT u.id, u.name, u.email, u.email_verified, u.image, u.created_at, u.updated_at,
          a.id AS credential, a.password
        FROM session s JOIN user u ON u.id = s.user_id
        LEFT JOIN account a ON a.user_id = u.id AND a.provider_id = 'credential'
        WHERE s.token = ?1 AND s.expires_at > ?2";

    /// Begins a session, if the password that was checked is still the account's.
    SIGN_IN = "
        INSERT INTO session (
          id, expires_at, token, remembered, created_at, updated_at, ip_address, user_agent, user_id)
        SELECT ?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, a.user_id
        FROM account a WHERE a.user_id = ?8 AND a.id = ?9 AND a.provider_id = 'credential'";

    /// Makes a person, unless the address has one.
    ADD_USER = "
        INSERT INTO user (id, name, email, email_verified, image, created_at, updated_at)
        VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5) ON CONFLICT (email) DO NOTHING";

    /// Decides that somebody is asked to confirm their address: when it is not confirmed and they were not asked lately.
    ASK = "
        INSERT INTO account_verification_emails (
          id, user_id, email, subject, provider, source, sent_at, created_at, updated_at)
        SELECT ?1, u.id, u.email, ?3, ?4, ?5, ?6, ?6, ?6 FROM user u
        WHERE u.email = ?2 AND u.email_verified = 0 AND NOT EXISTS (
          SELECT 1 FROM account_verification_emails e WHERE e.email = u.email AND e.sent_at > ?6 - ?7)";

    /// Whoever signs up anew for an unproven address replaces what was unproven before: its sessions …
    DROP_SESSIONS = "
        DELETE FROM session
        WHERE user_id = (SELECT e.user_id FROM account_verification_emails e WHERE e.id = ?1)";

    /// … its password …
    DROP_CREDENTIAL = "
        DELETE FROM account
        WHERE provider_id = 'credential'
          AND user_id = (SELECT e.user_id FROM account_verification_emails e WHERE e.id = ?1)";

    /// … and its name.
    RENAME = "
        UPDATE user SET name = ?2, image = ?3, updated_at = ?4
        WHERE id = (SELECT e.user_id FROM account_verification_emails e WHERE e.id = ?1)";

    /// The new password.
    ADD_CREDENTIAL = "
        INSERT INTO account (id, account_id, provider_id, user_id, password, created_at, updated_at)
        SELECT ?2, e.user_id, 'credential', e.user_id, ?3, ?4, ?4
        FROM account_verification_emails e WHERE e.id = ?1";

    /// The mail that asks, if it was decided.
    MAIL_ASK = outbox!("EXISTS (SELECT 1 FROM account_verification_emails e WHERE e.id = ?8)");

    /// Tells the holder of a proven address that somebody tried to sign up with it, and not often.
    MAIL_EXISTS = outbox!("
        EXISTS (SELECT 1 FROM user u WHERE u.email = ?4 AND u.email_verified = 1)
        AND NOT EXISTS (
          SELECT 1 FROM mail_outbox m WHERE m.to_email = ?4 AND m.kind = ?3 AND m.created_at > ?11 - ?13)");

    /// When somebody was last asked to confirm an address, and whether it was this time.
    LAST_ASK = "
        SELECT id = ?2 AS mine, subject, status, provider, source, sent_at
        FROM account_verification_emails WHERE email = ?1 ORDER BY sent_at DESC, created_at DESC LIMIT 1";

    /// The same for whoever is signed in.
    LAST_ASK_OF_SESSION = "
        SELECT 0 AS mine, e.subject, e.status, e.provider, e.source, e.sent_at
        FROM account_verification_emails e
        WHERE e.email = (
          SELECT u.email FROM session s JOIN user u ON u.id = s.user_id WHERE s.token = ?1 AND s.expires_at > ?2)
        ORDER BY e.sent_at DESC, e.created_at DESC LIMIT 1";

    /// Confirms an address, if its password is still the one that the mail was sent for.
    VERIFY = "
        UPDATE user SET email_verified = 1, updated_at = ?3
        WHERE email = ?1 AND email_verified = 0 AND ?2 = COALESCE(
          (SELECT a.id FROM account a WHERE a.user_id = user.id AND a.provider_id = 'credential'), '')";

    /// Forgets sessions that have ended.
    FORGET_SESSIONS = "DELETE FROM session WHERE expires_at < ?1";

    /// Forgets links that nobody used.
    FORGET_LINKS = "DELETE FROM verification WHERE expires_at < ?1";

    /// Forgets old counters.
    FORGET_COUNTS = "DELETE FROM rate_limits WHERE window_started_at < ?1";

    /// Forgets accounts whose address nobody proved, once the last mail that asked for it is long past.
    FORGET_UNPROVEN = "
        DELETE FROM user
        WHERE email_verified = 0
          AND id IN (
            SELECT e.user_id FROM account_verification_emails e WHERE e.status IN ('sent', 'failed') AND e.sent_at < ?1
            ORDER BY e.sent_at, e.id LIMIT ?2)
          AND NOT EXISTS (
            SELECT 1 FROM account_verification_emails e WHERE e.user_id = user.id AND e.sent_at >= ?1)";

    /// Forgets the very mails that [`FORGET_UNPROVEN`] looked at.
    FORGET_ASKS = "
        DELETE FROM account_verification_emails WHERE id IN (
          SELECT e.id FROM account_verification_emails e WHERE e.status IN ('sent', 'failed') AND e.sent_at < ?1
          ORDER BY e.sent_at, e.id LIMIT ?2)";
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
    #[serde(rename = "*")]
    pub user: User,
}

/// A row of [`CREDENTIAL`].
#[derive(Deserialize)]
pub struct Credential {
    /// The credential; none for whoever only ever used links.
    pub credential: Option<String>,
    /// The password's hash.
    pub password: Option<Private<String>>,
    /// Whose it is.
    #[serde(rename = "*")]
    pub user: User,
}

/// A row of [`COUNT`].
#[derive(Deserialize)]
pub struct Count {
    /// How often.
    pub count: i64,
    /// Since when.
    pub window_started_at: Moment,
}

/// A row of [`LAST_ASK`].
#[derive(Deserialize)]
pub struct LastAsk {
    /// True when it was the one that was tried just now.
    #[serde(deserialize_with = "truth")]
    pub mine: bool,
    /// The mail's subject.
    pub subject: String,
    /// `sent` or `failed`.
    pub status: String,
    /// The way it left by.
    pub provider: String,
    /// What caused it.
    pub source: String,
    /// When.
    pub sent_at: Moment,
}

/// Binds [`SESSION`].
pub fn session(token_digest: &str, now: Moment) -> Stmt {
    stmt!(SESSION, token_digest, now)
}

/// Binds [`SLIDE`].
pub fn slide(token_digest: &str, now: Moment) -> Stmt {
    stmt!(SLIDE, token_digest, now, Value::Integer(SESSION_LIFE_SECONDS), Value::Integer(SESSION_SLIDE_SECONDS))
}

/// Binds [`HIT`].
pub fn hit(key: &str, rule: &Rule, now: Moment) -> Stmt {
    stmt!(HIT, key, now, Value::Integer(rule.window_seconds), Value::Integer(rule.max))
}

/// Binds [`COUNT`].
pub fn count(key: &str) -> Stmt {
    stmt!(COUNT, key)
}

/// Binds [`BURY`].
pub fn bury(token_digest: &str, now: Moment) -> Stmt {
    stmt!(BURY, token_digest, now)
}

/// Binds [`SIGN_OUT`].
pub fn sign_out(token_digest: &str) -> Stmt {
    stmt!(SIGN_OUT, token_digest)
}

/// Binds [`CREDENTIAL`].
pub fn credential(email: &Email) -> Stmt {
    stmt!(CREDENTIAL, email)
}

/// Binds [`CREDENTIAL_OF_SESSION`].
pub fn credential_of_session(token_digest: &str, now: Moment) -> Stmt {
    stmt!(CREDENTIAL_OF_SESSION, token_digest, now)
}

/// A session that is about to begin.
pub struct Beginning<'a> {
    /// Its id.
    pub id: &'a SessionId,
    /// The digest of its token.
    pub token_digest: &'a str,
    /// When it ends.
    pub expires_at: Moment,
    /// False when it ends with the browser.
    pub remembered: bool,
    /// Where it begins.
    pub ip_address: &'a str,
    /// The browser it begins in.
    pub user_agent: Option<&'a str>,
    /// Now.
    pub now: Moment,
}

/// Binds [`SIGN_IN`].
pub fn sign_in(new: &Beginning<'_>, user: &UserId, credential: &str) -> Stmt {
    let Beginning { id, token_digest, expires_at, remembered, ip_address, user_agent, now } = *new;
    stmt!(SIGN_IN, id, expires_at, token_digest, remembered, now, ip_address, user_agent, user, credential)
}

/// A mail that asks somebody to confirm their address.
pub struct Asking<'a> {
    /// The row of the log.
    pub id: &'a str,
    /// The address.
    pub email: &'a Email,
    /// The subject.
    pub subject: &'a str,
    /// The way it leaves by.
    pub provider: &'a str,
    /// What causes it.
    pub source: &'a str,
    /// Now.
    pub now: Moment,
}

/// Binds [`ASK`] and [`MAIL_ASK`], whose first values are the mail's.
pub fn ask(batch: &mut Batch, asking: &Asking<'_>, mail: Vec<Value>) {
    let Asking { id, email, subject, provider, source, now } = *asking;
    batch.add(stmt!(ASK, id, email, subject, provider, source, now, Value::Integer(VERIFICATION_PAUSE_SECONDS)));
    batch.add(Stmt { query: &MAIL_ASK, values: mail });
}

/// Somebody who signs up.
pub struct Newcomer<'a> {
    /// The account's id, if the address has none.
    pub user: &'a UserId,
    /// The credential's id.
    pub credential: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Their picture.
    pub image: Option<&'a str>,
    /// The password's hash.
    pub password: &'a Private<String>,
}

/// Binds [`ADD_USER`].
pub fn add_user(new: &Newcomer<'_>, asking: &Asking<'_>) -> Stmt {
    stmt!(ADD_USER, new.user, new.name, asking.email, new.image, asking.now)
}

/// Binds the statements that let a newcomer replace what was unproven. They hang on [`ASK`].
pub fn settle(batch: &mut Batch, new: &Newcomer<'_>, asking: &Asking<'_>) {
    batch.add(stmt!(DROP_SESSIONS, asking.id));
    batch.add(stmt!(DROP_CREDENTIAL, asking.id));
    batch.add(stmt!(RENAME, asking.id, new.name, new.image, asking.now));
    batch.add(stmt!(ADD_CREDENTIAL, asking.id, new.credential, new.password.open(), asking.now));
}

/// Binds [`MAIL_EXISTS`], whose first values are the mail's.
pub fn mail_exists(mut mail: Vec<Value>) -> Stmt {
    mail.push(Value::Integer(ACCOUNT_EXISTS_PAUSE_SECONDS));
    Stmt { query: &MAIL_EXISTS, values: mail }
}

/// Binds [`LAST_ASK`].
pub fn last_ask(email: &Email, asking: &str) -> Stmt {
    stmt!(LAST_ASK, email, asking)
}

/// Binds [`LAST_ASK_OF_SESSION`].
pub fn last_ask_of_session(token_digest: &str, now: Moment) -> Stmt {
    stmt!(LAST_ASK_OF_SESSION, token_digest, now)
}

/// Binds [`VERIFY`].
pub fn verify(email: &Email, credential: &str, now: Moment) -> Stmt {
    stmt!(VERIFY, email, credential, now)
}

/// Binds the statements that forget what is long past.
pub fn forget(batch: &mut Batch, now: Moment) {
    let before = now.plus_seconds(-ACCOUNT_LEFTOVERS_SECONDS);
    for query in [&FORGET_SESSIONS, &FORGET_LINKS, &FORGET_COUNTS] {
        batch.add(Stmt::new(query, &[&before]));
    }
    let (before, rows) = (now.plus_seconds(-UNPROVEN_KEPT_SECONDS), Value::Integer(ACCOUNT_FORGET_ROWS));
    batch.add(stmt!(FORGET_UNPROVEN, before, rows.clone()));
    batch.add(stmt!(FORGET_ASKS, before, rows));
}
