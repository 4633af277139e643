//! The SQL of joining. Everything that a wish causes hangs on its consent row, and everything that a confirmation causes
//! on the press that claimed that row: of several at once, exactly one acts.

use super::model::{Form, Wish};
use crate::audience::visit::{Limits, Traces};
use crate::db::{Batch, Bind, Stmt, Value};
use crate::kit::bounds::{
    AUDIENCE_ADDRESS_SECONDS, AUDIENCE_FORGET_ROWS, OPT_IN_LINK_LIFE_SECONDS, OPT_IN_UNPROVEN_SECONDS,
};
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{event_of, outbox, queries, stmt};

/// The condition that neither the place nor the address has asked too often: the parameters of the two counters and
/// their limits.
#[macro_export]
macro_rules! within_limits {
    ($place:literal, $place_max:literal, $address:literal, $address_max:literal) => {
        concat!(
            "(SELECT r.count FROM rate_limits r WHERE r.key = ",
            $place,
            ") <= ",
            $place_max,
            " AND (SELECT r.count FROM rate_limits r WHERE r.key = ",
            $address,
            ") <= ",
            $address_max
        )
    };
}

/// Readers who never confirmed, the longest known first: `?2` known before, `?3` the present, `?4` at most so many.
macro_rules! unproven {
    ($id:literal) => {
        concat!(
            "SELECT ",
            $id,
            " FROM audience_subscribers s
               WHERE s.tenant_id = ?1 AND s.confirmed_at IS NULL AND s.created_at < ?2 AND NOT EXISTS (
                 SELECT 1 FROM audience_consent_events c WHERE c.subscriber_id = s.id AND c.expires_at > ?3)
               ORDER BY s.created_at, s.id LIMIT ?4"
        )
    };
}

queries! {
    /// A form that takes readers: by id, by address, or the shop's first.
    FORM = "
        SELECT f.id, f.slug, f.title, f.headline, f.summary, f.button, f.status, f.route_anchor,
          m.title AS lead_magnet_title, m.delivery_promise,
          c.version AS consent_version, c.statement AS consent_statement, q.id AS sequence_id,
          (SELECT json_group_array(t.tag_id) FROM (
            SELECT x.tag_id FROM audience_form_tags x WHERE x.form_id = f.id ORDER BY x.position) t) AS tag_ids,
          w.offer_route, w.product_route
        FROM audience_forms f
        JOIN audience_workspaces w ON w.id = f.workspace_id
        JOIN audience_lead_magnets m ON m.id = f.lead_magnet_id
        JOIN audience_consent_statements c ON c.id = f.consent_statement_id
        JOIN audience_sequences q ON q.linked_form_id = f.id
        WHERE f.tenant_id = ?1 AND f.status <> 'archived' AND (?2 IS NULL OR f.id = ?2) AND (?3 IS NULL OR f.slug = ?3)
        ORDER BY f.position, f.id, q.position LIMIT 1";

    /// The form that the front page points to.
    INVITATION = "
        SELECT slug, headline, summary, button FROM audience_forms
        WHERE tenant_id = ?1 AND status <> 'archived' ORDER BY position, id LIMIT 1";

    /// The fields of a form.
    FIELDS = "
        SELECT x.kind, x.label, x.required FROM audience_form_fields x JOIN audience_forms f ON f.id = x.form_id
        WHERE f.tenant_id = ?1 AND f.slug = ?2 ORDER BY x.position";

    /// Makes a reader of an address that is not known yet. One that is known stays as it is.
    ADD_READER = concat!("
        INSERT INTO audience_subscribers (
          id, tenant_id, email, email_hash, status, source_form_id, source_segment_id, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, 'pending', ?5,
          (SELECT x.segment_id FROM audience_form_segments x WHERE x.form_id = ?5 ORDER BY x.position LIMIT 1), ?6, ?6
        WHERE ", within_limits!("?7", "?8", "?9", "?10"), "
        ON CONFLICT (tenant_id, email) DO UPDATE SET email_hash = excluded.email_hash
        WHERE email_hash <> excluded.email_hash");

    /// Writes a wish down with the very wording that was agreed to, if its key is new. One that expired or was withdrawn
    /// is asked for anew.
    ADD_WISH = concat!("
        INSERT INTO audience_consent_events (
          id, tenant_id, subscriber_id, form_id, consent_statement_id, consent_statement, consent_kind, status,
          idempotency_key, request_hash, first_name, token_hash, expires_at, by_robot, ip_hash, user_agent_hash,
          visitor_hash, requested_at)
        SELECT ?1, s.tenant_id, s.id, f.id, c.id, c.statement, c.consent_kind, 'requested', ?6, ?7, ?8, ?9, ?10 + ?11,
          ?12, ?13, ?14, ?15, ?10
        FROM audience_subscribers s
        JOIN audience_forms f ON f.id = ?4 AND f.tenant_id = s.tenant_id
        JOIN audience_consent_statements c ON c.id = f.consent_statement_id AND c.version = ?5
        WHERE s.tenant_id = ?2 AND s.email_hash = ?3 AND ", within_limits!("?16", "?17", "?18", "?19"), "
        ON CONFLICT (subscriber_id, idempotency_key) DO UPDATE SET
          status = 'requested', token_hash = excluded.token_hash, expires_at = excluded.expires_at,
          by_robot = excluded.by_robot, ip_hash = excluded.ip_hash, user_agent_hash = excluded.user_agent_hash,
          visitor_hash = excluded.visitor_hash, requested_at = excluded.requested_at
        WHERE request_hash = excluded.request_hash AND status <> 'consented'
          AND (status = 'withdrawn' OR expires_at <= excluded.requested_at)");

    /// Asks whoever is not on the list to confirm, if this request wrote the wish down. Who left is asked once a day.
    MAIL_ASK = outbox!("
        EXISTS (SELECT 1 FROM audience_consent_events c JOIN audience_subscribers s ON s.id = c.subscriber_id
          WHERE c.token_hash = ?13 AND (s.status <> 'subscribed' OR s.is_suppressed = 1)
            AND NOT (s.is_suppressed = 1 AND EXISTS (SELECT 1 FROM mail_outbox m
              WHERE m.to_email = ?4 AND m.kind = ?3 AND m.created_at > ?11 - ?14 AND m.created_at > (
                SELECT MIN(+x.updated_at) FROM audience_suppression_entries x
                WHERE x.tenant_id = s.tenant_id AND x.email_hash = s.email_hash AND x.status = 'active'))))");

    /// Tells whoever is on the list already.
    MAIL_MEMBER = outbox!("
        EXISTS (SELECT 1 FROM audience_consent_events c JOIN audience_subscribers s ON s.id = c.subscriber_id
          WHERE c.token_hash = ?13 AND s.status = 'subscribed' AND s.is_suppressed = 0)");

    /// The wish of a key, whoever was first.
    WISH = "
        SELECT c.id, c.request_hash, c.status = 'withdrawn' OR (c.status = 'requested' AND c.expires_at <= ?4) AS over
        FROM audience_subscribers s
        JOIN audience_consent_events c ON c.subscriber_id = s.id
        WHERE s.tenant_id = ?1 AND s.email_hash = ?2 AND c.idempotency_key = ?3";

    /// The wish of a mailed token.
    ASKED = "
        SELECT c.id, c.status, c.expires_at, s.id AS subscriber_id, s.status AS subscriber_status, s.email, s.email_hash,
          f.slug, f.title AS form_title, m.title AS lead_magnet_title,
          CASE c.status WHEN 'consented' THEN m.body END AS body, w.offer_route
        FROM audience_consent_events c
        JOIN audience_subscribers s ON s.id = c.subscriber_id
        JOIN audience_forms f ON f.id = c.form_id
        JOIN audience_workspaces w ON w.id = f.workspace_id
        JOIN audience_lead_magnets m ON m.id = f.lead_magnet_id
        WHERE c.token_hash = ?2 AND c.tenant_id = ?1";

    /// Confirms a wish, once.
    CLAIM = "
        UPDATE audience_consent_events SET status = 'consented', consented_at = ?3, confirmation_id = ?4
        WHERE token_hash = ?2 AND tenant_id = ?1 AND status = 'requested' AND expires_at > ?3";

    /// Leaves word in the audit trail that a suppression ends, and by whose confirmation.
    AUDIT_LIFT = "
        INSERT INTO payment_audit_events (
          id, tenant_id, event_kind, actor_kind, actor_id, summary, metadata_json, created_at)
        SELECT ?1, c.tenant_id, 'audience_suppression_lifted', 'subscriber', s.id,
          'Somebody who had left asked to join again and confirmed it from their mailbox',
          json_object('consentEventId', c.id, 'liftedEntries', (SELECT COUNT(*) FROM audience_suppression_entries x
            WHERE x.tenant_id = s.tenant_id AND x.email_hash = s.email_hash AND x.status = 'active')), ?3
        FROM audience_consent_events c JOIN audience_subscribers s ON s.id = c.subscriber_id
        WHERE c.confirmation_id = ?2 AND s.is_suppressed = 1";

    /// Ends the suppressions of whoever confirmed.
    LIFT = "
        UPDATE audience_suppression_entries SET status = 'lifted', updated_at = ?3,
          metadata_json = json_object('liftedByConsentEventId', (
            SELECT c.id FROM audience_consent_events c WHERE c.confirmation_id = ?2))
        WHERE tenant_id = ?1 AND status = 'active' AND email_hash = (
          SELECT s.email_hash FROM audience_consent_events c JOIN audience_subscribers s ON s.id = c.subscriber_id
          WHERE c.confirmation_id = ?2)";

    /// Puts whoever confirmed on the list. Who is on it already stays as they are: anybody can ask in their name.
    SUBSCRIBE = "
        UPDATE audience_subscribers SET status = 'subscribed', confirmed_at = ?2, updated_at = ?2,
          first_name = COALESCE(c.first_name, audience_subscribers.first_name), source_form_id = c.form_id,
          source_segment_id = (
            SELECT x.segment_id FROM audience_form_segments x WHERE x.form_id = c.form_id ORDER BY x.position LIMIT 1)
        FROM audience_consent_events c
        WHERE c.confirmation_id = ?1 AND audience_subscribers.id = c.subscriber_id
          AND (audience_subscribers.status <> 'subscribed' OR audience_subscribers.is_suppressed = 1)";

    /// Gives the tags of the form.
    TAG = "
        INSERT INTO audience_tag_assignments (
          id, tenant_id, subscriber_id, tag_id, source_form_id, idempotency_key, created_at, updated_at)
        SELECT 'tag-assignment-' || ?2 || '-' || x.position, c.tenant_id, c.subscriber_id, x.tag_id, c.form_id,
          c.id || ':' || x.tag_id, ?3, ?3
        FROM audience_consent_events c JOIN audience_form_tags x ON x.form_id = c.form_id
        WHERE c.confirmation_id = ?1
        ON CONFLICT (subscriber_id, tag_id) DO UPDATE SET status = 'active', updated_at = excluded.updated_at
        WHERE status <> 'active'";

    /// Notes the reader for the sequences of the form; one that was paused begins anew.
    ENROL = "
        INSERT INTO audience_sequence_enrollments (
          id, tenant_id, subscriber_id, sequence_id, source_form_id, idempotency_key, next_step_id, created_at, updated_at)
        SELECT 'sequence-enrollment-' || ?2 || '-' || q.position, c.tenant_id, c.subscriber_id, q.id, c.form_id,
          c.id || ':' || q.id,
          (SELECT p.id FROM audience_sequence_steps p WHERE p.sequence_id = q.id ORDER BY p.position LIMIT 1), ?3, ?3
        FROM audience_consent_events c JOIN audience_sequences q ON q.linked_form_id = c.form_id
        WHERE c.confirmation_id = ?1
        ON CONFLICT (subscriber_id, sequence_id) DO UPDATE SET status = 'draft_enrolled',
          next_step_id = excluded.next_step_id, updated_at = excluded.updated_at
        WHERE status = 'unsubscribe_paused'";

    /// Counts who joins, before they have: if it was this press that confirmed, and no robot that asked.
    COUNT = event_of!("
        SELECT ?2 AS id, c.tenant_id, 'opt_in' AS event_kind, c.id AS event_key,
          COALESCE(c.visitor_hash, ?3) AS correlation_hash,
          '/audience/' || f.slug AS source_route, NULL AS page_route, f.source_funnel_step_id AS step_id,
          c.form_id, NULL AS product_id, NULL AS price_id, NULL AS amount_cents, NULL AS currency,
          json_object('formId', f.id, 'segmentId', (
              SELECT x.segment_id FROM audience_form_segments x WHERE x.form_id = f.id ORDER BY x.position LIMIT 1),
            'leadMagnetId', f.lead_magnet_id, 'consentVersion', w.version) AS properties, c.consented_at AS at
        FROM audience_consent_events c
        JOIN audience_subscribers r ON r.id = c.subscriber_id AND (r.status <> 'subscribed' OR r.is_suppressed = 1)
        JOIN audience_forms f ON f.id = c.form_id
        JOIN audience_consent_statements w ON w.id = c.consent_statement_id
        WHERE c.confirmation_id = ?1 AND c.by_robot = 0");

    /// Forgets the visitor once they are counted.
    FORGET_VISITOR = "UPDATE audience_consent_events SET visitor_hash = NULL WHERE confirmation_id = ?1";

    /// The letter to whoever joins, before they have, if it was this press that confirmed.
    MAIL_WELCOME = outbox!("
        EXISTS (SELECT 1 FROM audience_consent_events c JOIN audience_subscribers s ON s.id = c.subscriber_id
          WHERE c.confirmation_id = ?13 AND (s.status <> 'subscribed' OR s.is_suppressed = 1))");

    /// Forgets what was noted about readers who never confirmed …
    FORGET_NOTES = concat!("
        DELETE FROM evidence_records WHERE tenant_id = ?1 AND json_extract(fields_json, '$.subscriberId') IN (",
          unproven!("s.id || ''"), ")");

    /// … and then themselves, whether they have left since or not.
    FORGET = concat!("DELETE FROM audience_subscribers WHERE id IN (", unproven!("s.id"), ")");
}

/// Binds [`FORM`].
pub fn form(tenant: &TenantId, id: Option<&str>, slug: Option<&str>) -> Stmt {
    stmt!(FORM, tenant, id, slug)
}

/// Binds [`INVITATION`].
pub fn invitation(tenant: &TenantId) -> Stmt {
    stmt!(INVITATION, tenant)
}

/// Binds [`FIELDS`].
pub fn fields(tenant: &TenantId, slug: &str) -> Stmt {
    stmt!(FIELDS, tenant, slug)
}

/// A wish that is about to be written down.
pub struct NewWish<'a> {
    /// Whose list.
    pub tenant: &'a TenantId,
    /// Its id.
    pub id: &'a str,
    /// The reader's id, if the address is new.
    pub reader: &'a str,
    /// What was asked for.
    pub wish: &'a Wish,
    /// The hash of the address.
    pub email_hash: &'a str,
    /// The form.
    pub form: &'a Form,
    /// The caller's key.
    pub key: &'a str,
    /// What it stands for.
    pub request_hash: &'a str,
    /// The hash of the mailed token.
    pub token_hash: &'a str,
    /// The hash of the visitor, as events have it.
    pub visitor: Option<&'a String>,
    /// True when no person fills in forms like this one.
    pub by_robot: bool,
    /// Where it came from.
    pub traces: &'a Traces,
    /// When.
    pub now: Moment,
}

/// Binds [`ADD_READER`] and [`ADD_WISH`].
pub fn add(batch: &mut Batch, new: &NewWish<'_>, limits: &Limits) {
    let NewWish { tenant, email_hash, form, now, .. } = *new;
    let mut reader = stmt!(ADD_READER, new.reader, tenant, &new.wish.email, email_hash, &form.id, now);
    reader.values.extend(limits.values());
    batch.add(reader);
    let mut wish = stmt!(
        ADD_WISH,
        new.id,
        tenant,
        email_hash,
        &form.id,
        &form.consent_version,
        new.key,
        new.request_hash,
        new.wish.first_name.as_ref(),
        new.token_hash,
        now,
        Value::Integer(OPT_IN_LINK_LIFE_SECONDS),
        new.by_robot,
        new.traces.ip.as_ref(),
        new.traces.agent.as_ref(),
        new.visitor,
    );
    wish.values.extend(limits.values());
    batch.add(wish);
}

/// Binds [`MAIL_ASK`] and [`MAIL_MEMBER`], whose first values are the mail's. One of them is sent, or none.
pub fn mail(batch: &mut Batch, token_hash: &str, mut ask: Vec<Value>, mut member: Vec<Value>) {
    ask.extend([token_hash.value(), Value::Integer(AUDIENCE_ADDRESS_SECONDS)]);
    member.push(token_hash.value());
    for (query, values) in [(&MAIL_ASK, ask), (&MAIL_MEMBER, member)] {
        batch.add(Stmt { query, values });
    }
}

/// Binds [`WISH`].
pub fn wish(tenant: &TenantId, email_hash: &str, key: &str, now: Moment) -> Stmt {
    stmt!(WISH, tenant, email_hash, key, now)
}

/// Binds [`ASKED`].
pub fn asked(tenant: &TenantId, token_hash: &str) -> Stmt {
    stmt!(ASKED, tenant, token_hash)
}

/// A press on the mailed page.
pub struct Press<'a> {
    /// Its id.
    pub id: &'a str,
    /// A fresh UUID for the ids of what it makes.
    pub uuid: &'a str,
    /// The id of the audit row.
    pub audit: &'a crate::kit::id::AuditId,
    /// The hash of the mailed token.
    pub token_hash: &'a str,
    /// When.
    pub now: Moment,
}

/// Binds everything that a confirmation does to the list. `visitor` is the hash of whoever's browser did not name itself.
/// `mail` are the first values of [`MAIL_WELCOME`].
pub fn confirm(batch: &mut Batch, tenant: &TenantId, press: &Press<'_>, visitor: Option<String>, mut mail: Vec<Value>) {
    let Press { id, uuid, audit, token_hash, now } = *press;
    batch.add(stmt!(CLAIM, tenant, token_hash, now, id));
    batch.add(stmt!(AUDIT_LIFT, audit, id, now));
    batch.add(stmt!(COUNT, id, format!("analytics-event-{uuid}"), visitor));
    mail.push(id.value());
    batch.add(Stmt { query: &MAIL_WELCOME, values: mail });
    batch.add(stmt!(SUBSCRIBE, id, now));
    batch.add(stmt!(LIFT, tenant, id, now));
    batch.add(stmt!(TAG, id, uuid, now));
    batch.add(stmt!(ENROL, id, uuid, now));
    batch.add(stmt!(FORGET_VISITOR, id));
}

/// Binds [`FORGET_NOTES`] and [`FORGET`].
pub fn forget(batch: &mut Batch, tenant: &TenantId, now: Moment) {
    for query in [&FORGET_NOTES, &FORGET] {
        let before = now.plus_seconds(-OPT_IN_UNPROVEN_SECONDS);
        batch.add(Stmt::new(query, &[tenant, &before, &now, &Value::Integer(AUDIENCE_FORGET_ROWS)]));
    }
}
