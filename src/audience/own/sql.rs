//! The SQL of one's own data. Every statement finds the reader by the mailed link, so without a link that holds none of
//! them reads or changes anything. An index on a part of a JSON column serves a text and not a column's value; hence
//! `|| ''`.

use serde::Deserialize;

use crate::audience::visit::Limits;
use crate::db::{Batch, Bind, Stmt, Value};
use crate::kit::bounds::{AUDIENCE_FORGET_ROWS, OWN_DATA_LINK_LIFE_SECONDS, UNPAID_ORDER_SECONDS};
use crate::kit::email::Email;
use crate::kit::id::{AuditId, TenantId};
use crate::kit::time::Moment;
use crate::{outbox, queries, stmt, within_limits};

/// A column of the reader behind a link: `?1` tenant, `?2` the hash of the token, `?3` the present.
macro_rules! reader {
    ($column:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM audience_data_requests r
              JOIN audience_subscribers s ON s.tenant_id = r.tenant_id AND s.email_hash = r.email_hash
              WHERE r.token_hash = ?2 AND r.tenant_id = ?1 AND r.erased_at IS NULL AND r.expires_at > ?3)"
        )
    };
}

/// A moment in a copy, as RFC 3339.
macro_rules! iso {
    ($column:literal) => {
        concat!("strftime('%Y-%m-%dT%H:%M:%SZ', ", $column, ", 'unixepoch')")
    };
}

queries! {
    /// Makes a link for an address, known or not.
    ASK = concat!("
        INSERT INTO audience_data_requests (id, tenant_id, email_hash, token_hash, expires_at, created_at)
        SELECT ?1, ?2, ?3, ?4, ?5 + ?6, ?5 WHERE ", within_limits!("?7", "?8", "?9", "?10"));

    /// The mail with the link, if it was made and the address is known.
    MAIL = outbox!("
        EXISTS (SELECT 1 FROM audience_data_requests r
          JOIN audience_subscribers s ON s.tenant_id = r.tenant_id AND s.email_hash = r.email_hash WHERE r.id = ?13)");

    /// Who a link is for.
    READER = concat!("
        SELECT s.email FROM audience_subscribers s WHERE s.id = ", reader!("s.id"));

    /// Everything about the reader of a link.
    COPY = concat!("
        SELECT json_object(
          'email', s.email, 'firstName', s.first_name, 'status', s.status, 'knownSince', ", iso!("s.created_at"), ",
          'confirmedAt', ", iso!("s.confirmed_at"), ", 'joinedBy', f.title,
          'consents', (SELECT json_group_array(json_object('form', x.title, 'wording', c.consent_statement,
              'status', c.status, 'askedAt', ", iso!("c.requested_at"), ", 'agreedAt', ", iso!("c.consented_at"), "))
            FROM audience_consent_events c JOIN audience_forms x ON x.id = c.form_id WHERE c.subscriber_id = s.id),
          'tags', (SELECT json_group_array(t.label) FROM audience_tag_assignments a JOIN audience_tags t ON t.id = a.tag_id
            WHERE a.subscriber_id = s.id AND a.status = 'active'),
          'sequences', (SELECT json_group_array(json_object('title', q.title, 'status', e.status))
            FROM audience_sequence_enrollments e JOIN audience_sequences q ON q.id = e.sequence_id
            WHERE e.subscriber_id = s.id),
          'suppressions', (SELECT json_group_array(json_object('kind', x.suppression_kind, 'status', x.status,
              'reason', x.reason, 'since', ", iso!("x.created_at"), "))
            FROM audience_suppression_entries x WHERE x.tenant_id = s.tenant_id AND x.email_hash = s.email_hash),
          'mails', (SELECT json_group_array(json_object('subject', m.subject, 'status', m.status,
              'writtenAt', ", iso!("m.created_at"), ")) FROM mail_outbox m
            WHERE m.to_email = s.email AND m.tenant_id = s.tenant_id),
          'notes', (SELECT json_group_array(json_object('text', json_extract(n.fields_json, '$.noteBody'),
              'writtenAt', ", iso!("n.created_at"), ")) FROM evidence_records n
            WHERE n.tenant_id = s.tenant_id AND json_extract(n.fields_json, '$.subscriberId') = s.id || ''),
          'account', (SELECT json_object('name', u.name, 'since', ", iso!("u.created_at"), ") FROM user u
            WHERE u.email = s.email)
        ) AS copy
        FROM audience_subscribers s JOIN audience_forms f ON f.id = s.source_form_id WHERE s.id = ", reader!("s.id"));

    /// Says in the audit trail that somebody was erased, and not who.
    AUDIT_ERASE = concat!("
        INSERT INTO payment_audit_events (id, tenant_id, event_kind, actor_kind, summary, created_at)
        SELECT ?4, ?1, 'audience_reader_erased', 'subscriber',
          'A reader erased everything that was known of them, by a mailed link', ?3
        WHERE ", reader!("s.id"), " IS NOT NULL");

    /// Forgets what was noted about the reader …
    ERASE_NOTES = concat!("
        DELETE FROM evidence_records
        WHERE tenant_id = ?1 AND json_extract(fields_json, '$.subscriberId') = ", reader!("s.id || ''"));

    /// … every mail to them, whether it has left or not …
    ERASE_MAILS = concat!("DELETE FROM mail_outbox WHERE tenant_id = ?1 AND to_email = ", reader!("s.email"));

    /// … the mails that asked them to confirm an account …
    ERASE_ASKS = concat!("
        DELETE FROM account_verification_emails WHERE email = ", reader!("s.email"));

    /// … the links that would sign them in …
    ERASE_LINKS = concat!("
        DELETE FROM verification WHERE json_extract(value, '$.email') = ", reader!("s.email || ''"));

    /// … the address of orders that nobody paid, once none of them can still be in payment …
    ERASE_UNPAID = concat!("
        UPDATE checkout_intents SET buyer_email = NULL, buyer_email_hash = NULL, updated_at = ?3
        WHERE lower(buyer_email) = ", reader!("s.email || ''"), " AND tenant_id = ?1 AND created_at <= ?3 - ?4
          AND status IN ('draft', 'stripe_error', 'payment_failed', 'expired')");

    /// … their account, unless a plan hangs on it …
    ERASE_ACCOUNT = concat!("
        DELETE FROM user WHERE email = ", reader!("s.email"), "
          AND NOT EXISTS (SELECT 1 FROM publisher_plan_entitlements p WHERE p.owner_user_id = user.id)
          AND NOT EXISTS (SELECT 1 FROM publisher_plan_entitlements p WHERE p.owner_email = user.email)");

    /// … and how they left before: of that, only the hash stays.
    ERASE_SUPPRESSIONS = concat!("
        DELETE FROM audience_suppression_entries WHERE tenant_id = ?1 AND email_hash = ", reader!("s.email_hash"));

    /// The hash that keeps the address from being written to.
    SUPPRESS = concat!("
        INSERT INTO audience_suppression_entries (
          id, tenant_id, email_hash, suppression_kind, source_route, idempotency_key, request_hash, created_at, updated_at)
        SELECT ?4, ?1, h.email_hash, 'erasure', ?5, ?4, '', ?3, ?3
        FROM (SELECT ", reader!("s.email_hash"), " AS email_hash) h WHERE h.email_hash IS NOT NULL");

    /// The reader goes, and with them consents, tags and enrolments.
    ERASE_READER = concat!("DELETE FROM audience_subscribers WHERE id = ", reader!("s.id"));

    /// Every link to what is gone is over.
    CLOSE = "
        UPDATE audience_data_requests SET erased_at = ?3
        WHERE tenant_id = ?1 AND token_hash = ?2 AND erased_at IS NULL AND expires_at > ?3";

    /// Whether a link has erased.
    ERASED = "SELECT erased_at FROM audience_data_requests WHERE tenant_id = ?1 AND token_hash = ?2";

    /// Forgets links that are over.
    FORGET = "
        DELETE FROM audience_data_requests WHERE id IN (
          SELECT r.id FROM audience_data_requests r WHERE r.expires_at < ?1 ORDER BY r.expires_at LIMIT ?2)";
}

/// A link that is about to be made.
pub struct NewLink<'a> {
    /// Its id.
    pub id: &'a str,
    /// Whose data.
    pub email_hash: &'a str,
    /// The hash of its token.
    pub token_hash: &'a str,
    /// When.
    pub now: Moment,
}

/// Binds [`ASK`] and [`MAIL`], whose first values are the mail's.
pub fn ask(batch: &mut Batch, tenant: &TenantId, new: &NewLink<'_>, limits: &Limits, mut mail: Vec<Value>) {
    let life = Value::Integer(OWN_DATA_LINK_LIFE_SECONDS);
    let mut link = stmt!(ASK, new.id, tenant, new.email_hash, new.token_hash, new.now, life);
    link.values.extend(limits.values());
    batch.add(link);
    mail.push(new.id.value());
    batch.add(Stmt { query: &MAIL, values: mail });
}

/// A row of [`READER`].
#[derive(Deserialize)]
pub struct Reader {
    /// Their address.
    pub email: Email,
}

/// Binds [`READER`].
pub fn reader(tenant: &TenantId, token_hash: &str, now: Moment) -> Stmt {
    stmt!(READER, tenant, token_hash, now)
}

/// A row of [`COPY`].
#[derive(Deserialize)]
pub struct CopyRow {
    /// One JSON object.
    pub copy: crate::kit::private::Private<String>,
}

/// Binds [`COPY`].
pub fn copy(tenant: &TenantId, token_hash: &str, now: Moment) -> Stmt {
    stmt!(COPY, tenant, token_hash, now)
}

/// An erasure that is about to happen.
pub struct Erasure<'a> {
    /// Whose lists.
    pub tenant: &'a TenantId,
    /// The hash of the link's token.
    pub token_hash: &'a str,
    /// The id of the suppression that stays.
    pub suppression: &'a str,
    /// Where it was asked for.
    pub route: &'static str,
    /// The id of the audit row.
    pub audit: &'a AuditId,
    /// False for the account of an owner, who would lock themselves out.
    pub with_account: bool,
    /// When.
    pub now: Moment,
}

/// Binds everything that erasing does, the reader last: the others find what to erase through them.
pub fn erase(batch: &mut Batch, it: &Erasure<'_>) {
    let (tenant, hash, now) = (it.tenant, it.token_hash, it.now);
    batch.add(stmt!(AUDIT_ERASE, tenant, hash, now, it.audit));
    for query in [&ERASE_NOTES, &ERASE_MAILS, &ERASE_ASKS, &ERASE_LINKS] {
        batch.add(Stmt::new(query, &[tenant, &hash, &now]));
    }
    batch.add(stmt!(ERASE_UNPAID, tenant, hash, now, Value::Integer(UNPAID_ORDER_SECONDS)));
    if it.with_account {
        batch.add(stmt!(ERASE_ACCOUNT, tenant, hash, now));
    }
    batch.add(stmt!(ERASE_SUPPRESSIONS, tenant, hash, now));
    batch.add(stmt!(SUPPRESS, tenant, hash, now, it.suppression, it.route));
    batch.add(stmt!(ERASE_READER, tenant, hash, now));
    batch.add(stmt!(CLOSE, tenant, hash, now));
}

/// A row of [`ERASED`].
#[derive(Deserialize)]
pub struct Closed {
    /// When it erased.
    pub erased_at: Option<Moment>,
}

/// Binds [`ERASED`].
pub fn erased(tenant: &TenantId, token_hash: &str) -> Stmt {
    stmt!(ERASED, tenant, token_hash)
}

/// Binds [`FORGET`].
pub fn forget(now: Moment) -> Stmt {
    stmt!(FORGET, now, Value::Integer(AUDIENCE_FORGET_ROWS))
}
