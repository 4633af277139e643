//! People on the list, put there as rows.

use bumpgrade::audience::email_hash;
use bumpgrade::kit::email::Email;

use crate::shop::Shop;

pub const FORM: &str = "opt-in-form-indie-launch-waitlist";
pub const SEGMENT: &str = "segment-indie-launch-waitlist";

/// Somebody who asked to join and is `pending`; returns their id.
pub fn pending(shop: &Shop, email: &str, name: &str) -> String {
    let id = format!("subscriber-{}", email.replace(['@', '.'], "-"));
    let hash = email_hash(&shop.cx, &Email::plain(email).unwrap()).unwrap();
    let now = shop.clock.0.get();
    shop.run_sql(&format!(
        "INSERT INTO audience_subscribers (id, tenant_id, email, email_hash, first_name, status, source_form_id,
           source_segment_id, created_at, updated_at)
         VALUES ('{id}', 'tenant-platform', '{email}', '{hash}', NULLIF('{name}', ''), 'pending', '{FORM}', '{SEGMENT}',
           {now}, {now});
         INSERT INTO audience_consent_events (id, tenant_id, subscriber_id, form_id, consent_statement_id,
           consent_statement, consent_kind, status, idempotency_key, request_hash, token_hash, expires_at, requested_at)
         SELECT 'consent-{id}', 'tenant-platform', '{id}', '{FORM}', c.id, c.statement, c.consent_kind, 'requested',
           'key-{id}', 'request-{id}', 'token-{id}', {now} + 86400, {now} FROM audience_consent_statements c LIMIT 1;"
    ));
    id
}

/// Somebody who confirmed, with the tag and the letters of the form; returns their id.
pub fn joined(shop: &Shop, email: &str, name: &str) -> String {
    let id = pending(shop, email, name);
    let now = shop.clock.0.get();
    shop.run_sql(&format!(
        "UPDATE audience_consent_events SET status = 'consented', consented_at = {now} WHERE subscriber_id = '{id}';
         UPDATE audience_subscribers SET status = 'subscribed', confirmed_at = {now} WHERE id = '{id}';
         INSERT INTO audience_tag_assignments (id, tenant_id, subscriber_id, tag_id, source_form_id, idempotency_key,
           created_at, updated_at)
         VALUES ('tag-of-{id}', 'tenant-platform', '{id}', 'tag-lead-magnet-launch-checklist', '{FORM}', 'tag-{id}', {now}, {now});
         INSERT INTO audience_sequence_enrollments (id, tenant_id, subscriber_id, sequence_id, source_form_id,
           idempotency_key, next_step_id, created_at, updated_at)
         VALUES ('enrolled-{id}', 'tenant-platform', '{id}', 'sequence-indie-launch-nurture', '{FORM}', 'sequence-{id}',
           'email-step-deliver-checklist', {now}, {now});"
    ));
    id
}

/// They leave: held back by the hash of their address, letters paused.
pub fn left(shop: &Shop, id: &str) {
    let now = shop.clock.0.get();
    suppressed(shop, id);
    shop.run_sql(&format!(
        "UPDATE audience_subscribers SET status = 'unsubscribed', updated_at = {now} WHERE id = '{id}';
         UPDATE audience_sequence_enrollments SET status = 'unsubscribe_paused', next_step_id = NULL
         WHERE subscriber_id = '{id}';"
    ));
}

/// Their address is held back, by its hash alone.
pub fn suppressed(shop: &Shop, id: &str) {
    let now = shop.clock.0.get();
    shop.run_sql(&format!(
        "INSERT INTO audience_suppression_entries (id, tenant_id, email_hash, source_route, reason, idempotency_key,
           request_hash, created_at, updated_at)
         SELECT 'suppression-{id}', tenant_id, email_hash, '/audience/unsubscribe', 'Too many letters', 'left-{id}', 'x',
           {now}, {now} FROM audience_subscribers WHERE id = '{id}';"
    ));
}
