//! The SQL of leaving. The suppression comes first; what follows asks whether the address is suppressed.

use crate::audience::visit::{Limits, Traces};
use crate::db::{Batch, Stmt};
use crate::kit::email::Email;
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{queries, stmt, within_limits};

queries! {
    /// Brings the hash of a reader up to date who was written down under another secret.
    REHASH = "
        UPDATE audience_subscribers SET email_hash = ?3 WHERE tenant_id = ?1 AND email = ?2 AND email_hash <> ?3";

    /// Suppresses an address that a form named. A key whose suppression was lifted since suppresses anew. A reason is kept
    /// of readers only, who can see and erase it.
    SUPPRESS = concat!("
        INSERT INTO audience_suppression_entries (
          id, tenant_id, email_hash, subscriber_id, source_route, reason, idempotency_key, request_hash, ip_hash,
          user_agent_hash, created_at, updated_at)
        SELECT ?1, ?2, ?3, (SELECT s.id FROM audience_subscribers s WHERE s.tenant_id = ?2 AND s.email_hash = ?3),
          ?4, CASE WHEN EXISTS (SELECT 1 FROM audience_subscribers s
            WHERE s.tenant_id = ?2 AND s.email_hash = ?3 AND s.confirmed_at IS NOT NULL) THEN ?5 END,
          ?6, ?7, ?8, ?9, ?10, ?10
        WHERE ", within_limits!("?11", "?12", "?13", "?14"), "
        ON CONFLICT (tenant_id, email_hash, idempotency_key) DO UPDATE SET
          status = 'active', updated_at = excluded.updated_at
        WHERE status = 'lifted' AND request_hash = excluded.request_hash");

    /// Suppresses the address of a signed link, unless it is suppressed already.
    SUPPRESS_BY_LINK = "
        INSERT INTO audience_suppression_entries (
          id, tenant_id, email_hash, subscriber_id, source_route, idempotency_key, request_hash, ip_hash,
          user_agent_hash, created_at, updated_at)
        SELECT ?1, ?2, ?3, (SELECT s.id FROM audience_subscribers s WHERE s.tenant_id = ?2 AND s.email_hash = ?3),
          ?4, ?5, ?6, ?7, ?8, ?9, ?9
        WHERE NOT EXISTS (SELECT 1 FROM audience_suppression_entries x
          WHERE x.tenant_id = ?2 AND x.email_hash = ?3 AND x.status = 'active')";

    /// A suppressed reader is off the list …
    LEAVE = "
        UPDATE audience_subscribers SET status = 'unsubscribed', updated_at = ?3
        WHERE tenant_id = ?1 AND email_hash = ?2 AND is_suppressed = 1 AND status <> 'unsubscribed'";

    /// … in no sequence …
    PAUSE = "
        UPDATE audience_sequence_enrollments SET status = 'unsubscribe_paused', next_step_id = NULL, updated_at = ?3
        WHERE status <> 'unsubscribe_paused' AND subscriber_id = (
          SELECT s.id FROM audience_subscribers s WHERE s.tenant_id = ?1 AND s.email_hash = ?2 AND s.is_suppressed = 1)";

    /// … no older mail can bring them back …
    WITHDRAW = "
        UPDATE audience_consent_events SET status = 'withdrawn', visitor_hash = NULL
        WHERE status = 'requested' AND subscriber_id = (
          SELECT s.id FROM audience_subscribers s WHERE s.tenant_id = ?1 AND s.email_hash = ?2 AND s.is_suppressed = 1)";

    /// … and no letter that is still here goes out.
    STOP = "
        UPDATE mail_outbox SET status = 'failed', body_text = NULL, body_html = NULL, unsubscribe_url = NULL,
          last_error = 'its receiver has left', updated_at = ?3
        WHERE tenant_id = ?1 AND status = 'queued'
          AND kind IN ('audience_confirm', 'audience_member', 'audience_welcome')
          AND to_email = (SELECT s.email FROM audience_subscribers s
            WHERE s.tenant_id = ?1 AND s.email_hash = ?2 AND s.is_suppressed = 1)";

    /// The suppression of a key.
    ENTRY = "
        SELECT id, request_hash, status = 'active' AS holds FROM audience_suppression_entries
        WHERE tenant_id = ?1 AND email_hash = ?2 AND idempotency_key = ?3";
}

/// A suppression that is about to be written down.
pub struct NewEntry<'a> {
    /// Whose lists.
    pub tenant: &'a TenantId,
    /// Its id.
    pub id: &'a str,
    /// The hash of the address.
    pub email_hash: &'a str,
    /// Where it came in.
    pub route: &'static str,
    /// The key.
    pub key: &'a str,
    /// What it stands for.
    pub request_hash: &'a str,
    /// Where it came from.
    pub traces: &'a Traces,
    /// When.
    pub now: Moment,
}

/// Binds [`SUPPRESS`] and what follows it.
pub fn leave(batch: &mut Batch, new: &NewEntry<'_>, reason: Option<&String>, limits: &Limits) {
    let NewEntry { tenant, id, email_hash, route, key, request_hash, traces, now } = *new;
    let (ip, agent) = (traces.ip.as_ref(), traces.agent.as_ref());
    let mut entry = stmt!(SUPPRESS, id, tenant, email_hash, route, reason, key, request_hash, ip, agent, now);
    entry.values.extend(limits.values());
    batch.add(entry);
    follow(batch, new);
}

/// Binds [`SUPPRESS_BY_LINK`] and what follows it.
pub fn leave_by_link(batch: &mut Batch, new: &NewEntry<'_>) {
    let NewEntry { tenant, id, email_hash, route, key, request_hash, traces, now } = *new;
    let (ip, agent) = (traces.ip.as_ref(), traces.agent.as_ref());
    batch.add(stmt!(SUPPRESS_BY_LINK, id, tenant, email_hash, route, key, request_hash, ip, agent, now));
    follow(batch, new);
}

fn follow(batch: &mut Batch, new: &NewEntry<'_>) {
    batch.add(stmt!(LEAVE, new.tenant, new.email_hash, new.now));
    batch.add(stmt!(PAUSE, new.tenant, new.email_hash, new.now));
    batch.add(stmt!(WITHDRAW, new.tenant, new.email_hash));
    batch.add(stmt!(STOP, new.tenant, new.email_hash, new.now));
}

/// Binds [`REHASH`].
pub fn rehash(tenant: &TenantId, email: &Email, email_hash: &str) -> Stmt {
    stmt!(REHASH, tenant, email, email_hash)
}

/// Binds [`ENTRY`].
pub fn entry(tenant: &TenantId, email_hash: &str, key: &str) -> Stmt {
    stmt!(ENTRY, tenant, email_hash, key)
}
