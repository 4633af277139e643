//! The SQL of checkouts. One batch opens an intent: the conditions stand in the `INSERT`'s own `WHERE`.

use serde::Deserialize;

use super::model::{Start, Terms};
use crate::config::StripeMode;
use crate::db::{DbError, Stmt, Value};
use crate::kit::bounds::REFERRAL_CLICK_CHECKOUTS_MAX;
use crate::kit::id::{AuditId, CheckoutIntentId, StripeSessionId, TenantId};
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::{queries, stmt};

queries! {
    /// Opens an intent when the offer can be sold on exactly these terms and the key is new; otherwise does nothing.
    OPEN_INTENT = "
        INSERT INTO checkout_intents (
          id, tenant_id, idempotency_key, request_fingerprint, checkout_kind, status, offer_stack_id, product_id,
          price_id, buyer_email, buyer_email_hash, amount_cents, currency, stripe_mode, success_url, cancel_url,
          confirmation_required, confirmed_at, audit_correlation_id, agent_client_id, metadata_json, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, ?5, 'pending_stripe', p.stack_id, p.product_id,
          p.price_id, ?6, ?7, p.unit_amount_cents + COALESCE(b.total, 0), p.currency, ?8, ?9, ?10,
          1, ?11, ?12, ?13,
          json_object('checkout_surface', ?8, 'issue', 99, 'primary_price_id', p.price_id,
            'selected_order_bump_price_ids', json(?15)),
          ?11, ?11
        FROM offer_prices p
        LEFT JOIN (
          SELECT stack_id, currency, COUNT(*) AS found, SUM(unit_amount_cents) AS total
          FROM offer_prices
          WHERE tenant_id = ?2 AND kind = 'order_bump' AND sellable = 1
            AND price_id IN (SELECT value FROM json_each(?15))
          GROUP BY stack_id, currency
        ) b ON b.stack_id = p.stack_id AND b.currency = p.currency
        WHERE p.tenant_id = ?2 AND p.kind = 'primary' AND p.sellable = 1
          AND (p.price_id = ?14 OR (?14 IS NULL AND p.is_default = 1))
          AND p.stack_status IN (SELECT value FROM json_each(?16))
          AND p.checkout_text = ?17
          AND COALESCE(b.found, 0) = json_array_length(?15)
          AND (?18 IS NULL OR ?18 = p.unit_amount_cents + COALESCE(b.total, 0))
          AND (?19 IS NULL OR EXISTS (
            SELECT 1 FROM affiliate_attachable_clicks v
            WHERE v.tenant_id = ?2 AND v.referral_click_id = ?19 AND v.stack_id = p.stack_id
              AND v.clicked_at <= ?11 AND v.closes_at > ?11 AND v.uses < ?20))
        ON CONFLICT (tenant_id, idempotency_key) DO NOTHING";

    /// Freezes the lines of an intent that was just opened.
    FREEZE_LINES = "
        INSERT INTO checkout_line_items (
          checkout_intent_id, position, tenant_id, checkout_offer_id, kind, product_id, price_id, name, summary,
          product_status, currency, unit_amount_cents, billing_interval, stripe_price_id)
        SELECT i.id, ROW_NUMBER() OVER (ORDER BY o.kind = 'order_bump', o.position) - 1, i.tenant_id, o.checkout_id,
          o.kind, o.product_id, o.price_id, o.title, o.description,
          o.product_status, o.currency, o.unit_amount_cents, o.billing_interval, o.stripe_price_id
        FROM checkout_intents i
        JOIN offer_prices o ON o.stack_id = i.offer_stack_id AND (
          (o.kind = 'primary' AND o.price_id = i.price_id)
          OR (o.kind = 'order_bump' AND o.price_id IN (SELECT value FROM json_each(?2))))
        WHERE i.id = ?1";

    /// An audit row for an intent, if the intent is there.
    AUDIT_OPENED = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, event_kind, actor_kind, actor_id, summary, created_at)
        SELECT ?2, tenant_id, id, 'checkout_intent_created', 'checkout_api', agent_client_id,
          'A buyer confirmed an order.', ?3
        FROM checkout_intents WHERE id = ?1";

    /// What the stack of a price (or the default stack) sells, and the default stack.
    STACK_OFFERS = "
        SELECT stack_id, stack_status, checkout_text, is_default, kind, checkout_id, title AS name, product_id, price_id,
          description AS summary, product_status, currency, unit_amount_cents, billing_interval, sellable,
          (kind = 'primary' AND (price_id = ?2 OR (?2 IS NULL AND is_default = 1))) AS asked
        FROM offer_prices
        WHERE tenant_id = ?1 AND kind IN ('primary', 'order_bump') AND (is_default = 1 OR stack_id IN (
          SELECT stack_id FROM offers WHERE tenant_id = ?1 AND kind = 'primary' AND price_id = ?2))
        ORDER BY stack_id, kind = 'order_bump', position";

    /// The intent of an idempotency key.
    INTENT_BY_KEY = "
        SELECT id, status, request_fingerprint, buyer_email, success_url, cancel_url, audit_correlation_id, created_at,
          stripe_checkout_session_id IS NOT NULL AS has_session
        FROM checkout_intents WHERE tenant_id = ?1 AND idempotency_key = ?2";

    /// The frozen lines of the intent of an idempotency key.
    LINES_BY_KEY = "
        SELECT l.checkout_offer_id AS checkout_id, l.kind, l.name, l.summary, l.product_id, l.price_id,
          l.product_status, l.currency, l.unit_amount_cents, l.billing_interval, l.stripe_price_id
        FROM checkout_intents i JOIN checkout_line_items l ON l.checkout_intent_id = i.id
        WHERE i.tenant_id = ?1 AND i.idempotency_key = ?2
        ORDER BY l.position";

    /// Stripe opened a session for an intent that was waiting for one.
    ATTACH_SESSION = "
        UPDATE checkout_intents
        SET status = 'stripe_session_created', stripe_checkout_session_id = ?2, stripe_checkout_url = ?3,
          last_error = NULL, updated_at = ?4
        WHERE id = ?1 AND status IN ('pending_stripe', 'stripe_error') AND stripe_checkout_session_id IS NULL";

    /// The audit row of an attached session, once.
    AUDIT_SESSION = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, event_kind, actor_kind, actor_id, summary, created_at)
        SELECT ?3, i.tenant_id, i.id,
          CASE i.checkout_kind WHEN 'self_serve_subscription' THEN 'billing_checkout_session_created'
            ELSE 'checkout_session_created' END,
          CASE i.checkout_kind WHEN 'self_serve_subscription' THEN 'billing_signup' ELSE 'checkout_api' END,
          i.agent_client_id, 'The payment page is open.', ?4
        FROM checkout_intents i
        WHERE i.id = ?1 AND i.stripe_checkout_session_id = ?2 AND NOT EXISTS (
          SELECT 1 FROM payment_audit_events a WHERE a.checkout_intent_id = i.id
            AND a.event_kind IN ('checkout_session_created', 'billing_checkout_session_created'))";

    /// Stripe did not open a session; a replay may try again.
    NOTE_STRIPE_ERROR = "
        UPDATE checkout_intents SET status = 'stripe_error', last_error = ?2, updated_at = ?3
        WHERE id = ?1 AND status IN ('pending_stripe', 'stripe_error')";

    /// Where an open checkout is paid.
    PAYMENT_PAGE = "
        SELECT status, stripe_checkout_url FROM checkout_intents WHERE tenant_id = ?1 AND id = ?2";

    /// How a checkout stands.
    STANDING = "
        SELECT status, amount_cents, currency FROM checkout_intents WHERE tenant_id = ?1 AND id = ?2";
}

/// Binds [`OPEN_INTENT`].
///
/// # Errors
/// When the expected amount is out of range.
pub fn open_intent(
    tenant: &TenantId,
    id: &CheckoutIntentId,
    start: &Start,
    terms: &Terms<'_>,
    now: Moment,
) -> Result<Stmt, DbError> {
    Ok(stmt!(
        OPEN_INTENT,
        id,
        tenant,
        start.key.as_str(),
        terms.fingerprint.as_str(),
        match terms.mode {
            StripeMode::Sandbox => "sandbox_checkout",
            StripeMode::Live => "live_checkout",
        },
        start.buyer_email.as_ref(),
        start.buyer_email.as_ref().map(crate::kit::email::Email::digest),
        terms.mode.as_str(),
        terms.success_url.as_str(),
        terms.cancel_url.as_str(),
        now,
        terms.audit,
        start.agent_client_id.as_deref(),
        start.price_id.as_deref(),
        start.bumps_json(),
        terms.sellable_statuses(),
        start.confirmation.as_deref(),
        start.expected_amount.map(Value::integer).transpose()?,
        start.required_click(),
        Value::Integer(REFERRAL_CLICK_CHECKOUTS_MAX),
    ))
}

/// Binds [`FREEZE_LINES`].
pub fn freeze_lines(id: &CheckoutIntentId, start: &Start) -> Stmt {
    stmt!(FREEZE_LINES, id, start.bumps_json())
}

/// Binds [`AUDIT_OPENED`].
pub fn audit_opened(id: &CheckoutIntentId, audit: &AuditId, now: Moment) -> Stmt {
    stmt!(AUDIT_OPENED, id, audit, now)
}

/// Binds [`STACK_OFFERS`].
pub fn stack_offers(tenant: &TenantId, price: Option<&str>) -> Stmt {
    stmt!(STACK_OFFERS, tenant, price)
}

/// Binds [`INTENT_BY_KEY`].
pub fn intent_by_key(tenant: &TenantId, key: &str) -> Stmt {
    stmt!(INTENT_BY_KEY, tenant, key)
}

/// Binds [`LINES_BY_KEY`].
pub fn lines_by_key(tenant: &TenantId, key: &str) -> Stmt {
    stmt!(LINES_BY_KEY, tenant, key)
}

/// Binds [`ATTACH_SESSION`].
pub fn attach_session(id: &CheckoutIntentId, session: &StripeSessionId, url: &str, now: Moment) -> Stmt {
    stmt!(ATTACH_SESSION, id, session, url, now)
}

/// Binds [`AUDIT_SESSION`].
pub fn audit_session(id: &CheckoutIntentId, session: &StripeSessionId, audit: &AuditId, now: Moment) -> Stmt {
    stmt!(AUDIT_SESSION, id, session, audit, now)
}

/// Binds [`NOTE_STRIPE_ERROR`].
pub fn note_stripe_error(id: &CheckoutIntentId, cause: &str, now: Moment) -> Stmt {
    stmt!(NOTE_STRIPE_ERROR, id, cause, now)
}

/// Binds [`PAYMENT_PAGE`].
pub fn payment_page(tenant: &TenantId, id: &CheckoutIntentId) -> Stmt {
    stmt!(PAYMENT_PAGE, tenant, id)
}

/// Binds [`STANDING`].
pub fn standing(tenant: &TenantId, id: &CheckoutIntentId) -> Stmt {
    stmt!(STANDING, tenant, id)
}

/// A row of [`PAYMENT_PAGE`].
#[derive(Deserialize)]
pub struct PaymentPage {
    /// The intent's status.
    pub status: String,
    /// Stripe's page; leaves only as a `Location`.
    pub stripe_checkout_url: Option<Private<String>>,
}
