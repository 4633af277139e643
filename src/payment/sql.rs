//! The SQL of events. One batch holds the inbox row and everything that the event causes.
//!
//! The inbox row carries the id of the delivery that wrote it. Every later statement asks whether the row is this
//! delivery's own, so a duplicate runs the same batch and changes nothing.

use serde::Deserialize;

use super::model::Source;
use crate::config::StripeMode;
use crate::db::{truth, Bind, Stmt, Value};
use crate::kit::id::{AuditId, CheckoutIntentId};
use crate::kit::time::Moment;
use crate::stripe::event::{Event, Session};
use crate::stripe::reversal::Reversal;
use crate::{queries, stmt};

queries! {
    /// The inbox row, if the event is new.
    RECEIVE = "
        INSERT INTO stripe_webhook_events (
          id, event_type, api_version, livemode, stripe_created_at, status, source, payload_sha256,
          payload_redacted_json, delivery_id, processed_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?11, ?6, ?7, ?8, ?9, ?10, ?10)
        ON CONFLICT (id) DO NOTHING";

    /// Moves the checkout, when the move is allowed and mode, amount, currency and session are the checkout's own. A plan
    /// can be bought with a promotion code, so there the amount before discounts counts.
    MOVE_INTENT = "
        UPDATE checkout_intents
        SET status = ?4, status_event_id = ?2, updated_at = ?11,
          stripe_checkout_session_id = COALESCE(stripe_checkout_session_id, ?6),
          stripe_payment_intent_id = COALESCE(?9, stripe_payment_intent_id),
          stripe_subscription_id = COALESCE(?10, stripe_subscription_id),
          buyer_email = COALESCE(buyer_email, ?12),
          buyer_email_hash = COALESCE(buyer_email_hash, ?13)
        WHERE id = ?1
          AND EXISTS (SELECT 1 FROM stripe_webhook_events w WHERE w.id = ?2 AND w.delivery_id = ?3)
          AND status IN (SELECT value FROM json_each(?5))
          AND COALESCE(stripe_checkout_session_id, ?6) = ?6
          AND NOT EXISTS (SELECT 1 FROM checkout_intents o WHERE o.stripe_checkout_session_id = ?6 AND o.id <> ?1)
          AND amount_cents = CASE checkout_kind WHEN 'self_serve_subscription' THEN ?15 ELSE ?7 END
          AND currency = ?8 AND stripe_mode = ?14";

    /// Grants what the paid lines open: a join over the frozen lines and the grant mappings.
    GRANT = "
        INSERT INTO product_entitlements (
          id, tenant_id, checkout_intent_id, source_stripe_event_id, product_id, source_commerce_product_id,
          entitlement_template_id, access_rule_id, status, grant_kind, buyer_email_hash, source_price_id,
          metadata_json, granted_at, updated_at)
        SELECT 'entitlement-' || i.id || '-' || m.entitlement_template_id, i.tenant_id, i.id, ?2, m.product_id,
          m.source_commerce_product_id, m.entitlement_template_id, m.access_rule_id, 'active',
          i.stripe_mode || '_paid_webhook', i.buyer_email_hash, l.price_id,
          json_object('issue', 101, 'mappingId', m.id, 'grants', json(m.grants_json)), ?3, ?3
        FROM checkout_intents i
        JOIN checkout_line_items l ON l.checkout_intent_id = i.id
        JOIN grant_mappings m ON m.source_price_id = l.price_id AND m.tenant_id = i.tenant_id
        WHERE i.id = ?1 AND i.status = 'paid' AND i.status_event_id = ?2 AND m.granted_by = 'checkout'
          AND EXISTS (SELECT 1 FROM stripe_webhook_events w WHERE w.id = ?2 AND w.delivery_id = ?4)
        ON CONFLICT (checkout_intent_id, product_id, entitlement_template_id) DO NOTHING";

    /// The work that follows each grant; also made for a grant that lacks it.
    QUEUE_FULFILLMENT = "
        INSERT INTO product_fulfillment_tasks (
          id, tenant_id, entitlement_id, checkout_intent_id, product_id, status, fulfillment_kind, summary,
          created_at, updated_at)
        SELECT 'fulfillment-' || i.id || '-' || e.entitlement_template_id, e.tenant_id, e.id, i.id, e.product_id,
          'queued', m.fulfillment_kind, m.grant_summary, ?3, ?3
        FROM checkout_intents i
        JOIN product_entitlements e ON e.checkout_intent_id = i.id
        JOIN grant_mappings m ON m.source_price_id = e.source_price_id AND m.product_id = e.product_id
          AND m.entitlement_template_id = e.entitlement_template_id
        WHERE i.id = ?1 AND i.status = 'paid' AND i.status_event_id = ?2
          AND EXISTS (SELECT 1 FROM stripe_webhook_events w WHERE w.id = ?2 AND w.delivery_id = ?4)
        ON CONFLICT (entitlement_id) DO NOTHING";

    /// One audit row for the event: it moved the checkout, came too late, or did not fit it.
    AUDIT_EVENT = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, stripe_event_id, event_kind, actor_kind, summary, metadata_json, created_at)
        SELECT ?4, i.tenant_id, i.id, ?2,
          CASE
            WHEN i.status_event_id = ?2 THEN ?5
            WHEN COALESCE(i.stripe_checkout_session_id, ?7) = ?7 AND i.currency = ?9
              AND i.amount_cents = CASE i.checkout_kind WHEN 'self_serve_subscription' THEN ?13 ELSE ?8 END
              AND i.stripe_mode = ?10 THEN 'checkout_event_ignored'
            ELSE 'checkout_event_quarantined'
          END,
          ?12,
          CASE WHEN i.status_event_id = ?2 THEN 'An event of Stripe moved the checkout.'
            ELSE 'An event of Stripe left the checkout as it was.' END,
          json_object('eventType', ?5, 'wouldBe', ?11, 'status', i.status,
            'amountCents', CAST(?8 AS INTEGER), 'currency', ?9), ?6
        FROM checkout_intents i
        WHERE i.id = ?1
          AND EXISTS (SELECT 1 FROM stripe_webhook_events w WHERE w.id = ?2 AND w.delivery_id = ?3)";

    /// One audit row per grant of this event.
    AUDIT_GRANTS = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, stripe_event_id, event_kind, actor_kind, summary, metadata_json, created_at)
        SELECT ?3 || '-' || e.entitlement_template_id, e.tenant_id, e.checkout_intent_id, ?2,
          'product_entitlement_granted', ?6, 'Access was granted for a paid line.',
          json_object('entitlementId', e.id, 'sourcePriceId', e.source_price_id), ?4
        FROM product_entitlements e
        WHERE e.checkout_intent_id = ?1 AND e.source_stripe_event_id = ?2
          AND EXISTS (SELECT 1 FROM stripe_webhook_events w WHERE w.id = ?2 AND w.delivery_id = ?5)";

    /// A payment is disputed. A dispute that is lost stays lost, whatever comes late.
    RECORD_DISPUTE = "
        INSERT INTO stripe_disputed_payments (
          stripe_payment_intent_id, stripe_mode, lost, changed_event_id, created_at, updated_at)
        SELECT ?1, ?2, ?3, w.id, ?6, ?6
        FROM stripe_webhook_events w
        WHERE w.id = ?4 AND w.delivery_id = ?5
        ON CONFLICT (stripe_payment_intent_id, stripe_mode) DO UPDATE SET
          lost = excluded.lost, changed_event_id = excluded.changed_event_id, updated_at = excluded.updated_at
        WHERE excluded.lost > lost";

    /// What this delivery did.
    OUTCOME = "
        SELECT w.delivery_id = ?3 AS mine,
          i.id IS NOT NULL AS intent_found,
          COALESCE(i.status_event_id = ?2, 0) AS moved,
          EXISTS (SELECT 1 FROM payment_audit_events a WHERE a.checkout_intent_id = ?1 AND a.stripe_event_id = ?2
            AND a.event_kind = 'checkout_event_quarantined') AS quarantined,
          (SELECT COUNT(*) FROM product_entitlements e
            WHERE e.checkout_intent_id = ?1 AND e.source_stripe_event_id = ?2) AS granted,
          (SELECT COUNT(*) FROM checkout_line_items l
            JOIN grant_mappings m ON m.source_price_id = l.price_id AND m.granted_by = 'checkout'
            WHERE l.checkout_intent_id = ?1) AS grantable
        FROM stripe_webhook_events w
        LEFT JOIN checkout_intents i ON i.id = ?1
        WHERE w.id = ?2";

    /// Takes the lease of a job for one run, if nobody holds it.
    TAKE_LEASE = "
        INSERT INTO job_runs (name, lease_id, lease_until, covered_until, updated_at)
        VALUES (?1, ?2, ?3, 0, ?4)
        ON CONFLICT (name) DO UPDATE SET lease_id = ?2, lease_until = ?3, updated_at = ?4
        WHERE lease_until < ?4";

    /// Where a job stands, and whether this run holds the lease.
    JOB = "
        SELECT lease_id = ?2 AS mine, covered_until, scan_started_at, scan_after
        FROM job_runs WHERE name = ?1";

    /// A run ends: where the next one goes on, and how this one went.
    END_RUN = "
        UPDATE job_runs
        SET lease_id = NULL, lease_until = 0, covered_until = ?3, scan_started_at = ?4, scan_after = ?5,
          last_error = ?6, last_success_at = CASE WHEN ?6 IS NULL THEN ?7 ELSE last_success_at END, updated_at = ?7
        WHERE name = ?1 AND lease_id = ?2";

    /// Which of these events are already in the inbox.
    KNOWN_EVENTS = "
        SELECT id FROM stripe_webhook_events WHERE id IN (SELECT value FROM json_each(?1))";
}

/// An event as the inbox takes it.
pub struct Inbox<'a> {
    /// The event.
    pub event: &'a Event,
    /// How it came.
    pub source: Source,
    /// Whether anything in this version acts on events of its type.
    pub handled: bool,
    /// SHA-256 of its bytes.
    pub payload_sha256: String,
    /// What may be kept of it, as JSON.
    pub redacted: String,
    /// This delivery.
    pub delivery: &'a AuditId,
    /// When it came.
    pub now: Moment,
}

/// Binds [`RECEIVE`].
///
/// # Errors
/// When Stripe's timestamp is out of range.
pub fn receive(inbox: &Inbox<'_>) -> Result<Stmt, crate::db::DbError> {
    let event = inbox.event;
    Ok(stmt!(
        RECEIVE,
        &event.id,
        event.kind.as_str(),
        event.api_version.as_deref(),
        event.livemode,
        Value::integer(event.created)?,
        inbox.source.as_str(),
        inbox.payload_sha256.as_str(),
        inbox.redacted.as_str(),
        inbox.delivery,
        inbox.now,
        if inbox.handled { "processed" } else { "ignored" },
    ))
}

/// What an event would do to its checkout.
pub struct Move<'a> {
    /// The checkout.
    pub intent: &'a CheckoutIntentId,
    /// The session of the event.
    pub session: &'a Session,
    /// Where it would go; `None` when the event moves nothing.
    pub target: Option<super::model::Target>,
    /// `sandbox` or `live`, proved by the secret or the key.
    pub mode: &'static str,
}

impl Move<'_> {
    fn amount(&self) -> Result<Value, crate::db::DbError> {
        Value::integer(self.session.amount_total.unwrap_or(-1))
    }

    fn subtotal(&self) -> Result<Value, crate::db::DbError> {
        Value::integer(self.session.amount_subtotal.unwrap_or(-1))
    }

    fn currency(&self) -> Value {
        self.session.currency.map_or(Value::Text(String::new()), |currency| currency.value())
    }
}

/// Binds [`MOVE_INTENT`]; nothing for an event that moves nothing.
///
/// # Errors
/// When the amount is out of range.
pub fn move_intent(moved: &Move<'_>, inbox: &Inbox<'_>) -> Result<Option<Stmt>, crate::db::DbError> {
    let Some(target) = moved.target else { return Ok(None) };
    let email = moved.session.email();
    Ok(Some(stmt!(
        MOVE_INTENT,
        moved.intent,
        &inbox.event.id,
        inbox.delivery,
        target.as_str(),
        target.allowed_from(),
        &moved.session.id,
        moved.amount()?,
        moved.currency(),
        moved.session.payment_intent(),
        moved.session.subscription().as_ref(),
        inbox.now,
        email.as_ref(),
        email.as_ref().map(crate::kit::email::Email::digest),
        moved.mode,
        moved.subtotal()?,
    )))
}

/// Binds [`GRANT`].
pub fn grant(intent: &CheckoutIntentId, inbox: &Inbox<'_>) -> Stmt {
    stmt!(GRANT, intent, &inbox.event.id, inbox.now, inbox.delivery)
}

/// Binds [`QUEUE_FULFILLMENT`].
pub fn queue_fulfillment(intent: &CheckoutIntentId, inbox: &Inbox<'_>) -> Stmt {
    stmt!(QUEUE_FULFILLMENT, intent, &inbox.event.id, inbox.now, inbox.delivery)
}

/// Binds [`AUDIT_EVENT`].
///
/// # Errors
/// When the amount is out of range.
pub fn audit_event(moved: &Move<'_>, inbox: &Inbox<'_>, audit: &AuditId) -> Result<Stmt, crate::db::DbError> {
    Ok(stmt!(
        AUDIT_EVENT,
        moved.intent,
        &inbox.event.id,
        inbox.delivery,
        audit,
        inbox.event.kind.as_str(),
        inbox.now,
        &moved.session.id,
        moved.amount()?,
        moved.currency(),
        moved.mode,
        moved.target.map(super::model::Target::as_str),
        inbox.source.actor(),
        moved.subtotal()?,
    ))
}

/// Binds [`AUDIT_GRANTS`].
pub fn audit_grants(intent: &CheckoutIntentId, inbox: &Inbox<'_>, audit: &AuditId) -> Stmt {
    stmt!(AUDIT_GRANTS, intent, &inbox.event.id, audit, inbox.now, inbox.delivery, inbox.source.actor())
}

/// Binds [`RECORD_DISPUTE`]; nothing for a refund, or for a dispute that names no payment.
pub fn record_dispute(reversal: &Reversal, mode: StripeMode, inbox: &Inbox<'_>) -> Option<Stmt> {
    let (lost, payment) = (reversal.kind.dispute_lost()?, reversal.payment_intent.as_deref()?);
    Some(stmt!(RECORD_DISPUTE, payment, mode.as_str(), lost, &inbox.event.id, inbox.delivery, inbox.now))
}

/// Binds [`OUTCOME`].
pub fn outcome(intent: Option<&CheckoutIntentId>, inbox: &Inbox<'_>) -> Stmt {
    stmt!(OUTCOME, intent, &inbox.event.id, inbox.delivery)
}

/// A row of [`OUTCOME`].
#[derive(Debug, Deserialize)]
pub struct Outcome {
    /// True when this delivery wrote the inbox row.
    #[serde(deserialize_with = "truth")]
    pub mine: bool,
    /// True when the event names a checkout of ours.
    #[serde(deserialize_with = "truth")]
    pub intent_found: bool,
    /// True when the event set the checkout's status.
    #[serde(deserialize_with = "truth")]
    pub moved: bool,
    /// True when the event named a checkout of ours with another amount, currency, session or mode.
    #[serde(deserialize_with = "truth")]
    pub quarantined: bool,
    /// Entitlements that this event granted.
    pub granted: i64,
    /// Entitlements that the checkout's lines can grant.
    pub grantable: i64,
}

/// Binds [`TAKE_LEASE`].
pub fn take_lease(name: &str, lease: &AuditId, until: Moment, now: Moment) -> Stmt {
    stmt!(TAKE_LEASE, name, lease, until, now)
}

/// Binds [`JOB`].
pub fn job(name: &str, lease: &AuditId) -> Stmt {
    stmt!(JOB, name, lease)
}

/// Binds [`END_RUN`].
pub fn end_run(name: &str, lease: &AuditId, next: &super::sweep::Next, error: Option<&str>, now: Moment) -> Stmt {
    stmt!(END_RUN, name, lease, next.covered_until, next.scan_started_at, next.scan_after.as_ref(), error, now)
}

/// Binds [`KNOWN_EVENTS`].
pub fn known_events(ids: &[&str]) -> Stmt {
    stmt!(KNOWN_EVENTS, serde_json::Value::from(ids.to_vec()).to_string())
}
