//! The SQL of post-purchase decisions.

use crate::db::Stmt;
use crate::kit::id::{CheckoutIntentId, TenantId};
use crate::{queries, stmt};

/// The truths of this feature's writes.
pub mod truths {
    use crate::truth;

    truth! {
        /// The checkout, the offer that the decision is about, and whether it can still be decided.
        DECISION, RECORD_DECISION = "
        SELECT json_object(
          'checkoutIntentId', i.id, 'checkoutStatus', i.status, 'updatedAt', i.updated_at,
          'eligible', i.checkout_kind IN ('sandbox_checkout', 'live_checkout') AND i.status IN ('paid', 'completed'),
          'stackId', s.id, 'offerId', o.id, 'offered', o.id IS NOT NULL,
          'open', ?3 <= i.updated_at + 60 * s.post_purchase_minutes,
          'undecided', NOT EXISTS (
            SELECT 1 FROM checkout_post_purchase_decisions d
            WHERE d.checkout_intent_id = i.id AND d.presented_offer_id = o.id),
          'checkout', json_object(
            'checkoutIntentId', i.id, 'status', i.status, 'amountCents', i.amount_cents, 'currency', i.currency,
            'updatedAt', i.updated_at,
            'eligible', json(CASE WHEN i.checkout_kind IN ('sandbox_checkout', 'live_checkout')
              AND i.status IN ('paid', 'completed') THEN 'true' ELSE 'false' END),
            'privateDataIncluded', json('false'), 'rawStripeIdsIncluded', json('false'))) AS truth
        FROM checkout_intents i
        JOIN offer_stacks s ON s.id = i.offer_stack_id
        LEFT JOIN offers o ON o.id = (
          SELECT p.id FROM offers p
          WHERE p.stack_id = s.id AND p.kind = CASE json_extract(?2, '$.decisionKind')
            WHEN 'accept_upsell_follow_up' THEN 'upsell' WHEN 'decline_upsell' THEN 'upsell' ELSE 'downsell' END
          ORDER BY p.position LIMIT 1)
        WHERE i.tenant_id = ?1 AND i.id = json_extract(?2, '$.checkoutIntentId')";
    }
}

queries! {
    /// Keeps the decision of a receipt.
    KEEP_DECISION = "
        INSERT INTO checkout_post_purchase_decisions (
          id, tenant_id, idempotency_key, checkout_intent_id, offer_stack_id, presented_offer_id, decision_kind,
          checkout_status, checkout_updated_at, actor_kind, audit_correlation_id, created_at)
        SELECT r.id, r.tenant_id, r.idempotency_key, json_extract(r.truth_json, '$.checkoutIntentId'),
          json_extract(r.truth_json, '$.stackId'), json_extract(r.truth_json, '$.offerId'),
          json_extract(r.fields_json, '$.decisionKind'), json_extract(r.truth_json, '$.checkoutStatus'),
          json_extract(r.truth_json, '$.updatedAt'), 'buyer_post_purchase_page', r.audit_correlation_id, r.created_at
        FROM evidence_records r WHERE r.id = ?2 AND r.tenant_id = ?1";

    /// The decision of a key.
    DECISION_BY_KEY = "
        SELECT d.* FROM evidence_records r JOIN checkout_post_purchase_decisions d ON d.id = r.id
        WHERE r.tenant_id = ?1 AND r.kind = ?2 AND r.actor = ?3 AND r.idempotency_key = ?4";

    /// How a checkout stands.
    CHECKOUT = "
        SELECT i.status, i.amount_cents, i.currency, i.updated_at,
          i.checkout_kind IN ('sandbox_checkout', 'live_checkout') AND i.status IN ('paid', 'completed') AS eligible,
          i.updated_at + 60 * s.post_purchase_minutes AS open_until,
          (SELECT json_group_array(l.price_id) FROM checkout_line_items l
            WHERE l.checkout_intent_id = i.id AND l.kind = 'order_bump') AS bumps_json
        FROM checkout_intents i JOIN offer_stacks s ON s.id = i.offer_stack_id
        WHERE i.tenant_id = ?1 AND i.id = ?2";

    /// The offers that follow a purchase, with what was decided.
    OFFERS = "
        SELECT o.id, o.kind, o.title, o.customer_promise, o.image_path, o.unit_amount_cents, o.currency,
          d.decision_kind
        FROM checkout_intents i
        JOIN offer_prices o ON o.stack_id = i.offer_stack_id AND o.kind IN ('upsell', 'downsell')
        LEFT JOIN checkout_post_purchase_decisions d ON d.checkout_intent_id = i.id AND d.presented_offer_id = o.id
        WHERE i.tenant_id = ?1 AND i.id = ?2
        ORDER BY o.kind = 'downsell', o.position";

    /// The offers that a shop's default stack makes after a purchase.
    DEFAULT_OFFERS = "
        SELECT o.kind, o.id FROM offer_stacks s JOIN offers o ON o.stack_id = s.id AND o.kind IN ('upsell', 'downsell')
        WHERE s.tenant_id = ?1 AND s.is_default = 1 ORDER BY o.kind = 'downsell', o.position";

    /// How often what was decided.
    DECISION_COUNTS = "
        SELECT offer_stack_id, presented_offer_id, decision_kind, COUNT(*) AS total_decisions,
          MAX(created_at) AS last_created_at
        FROM checkout_post_purchase_decisions WHERE tenant_id = ?1
        GROUP BY offer_stack_id, presented_offer_id, decision_kind
        ORDER BY offer_stack_id, presented_offer_id, decision_kind";
}

/// Binds [`CHECKOUT`].
pub fn checkout(tenant: &TenantId, intent: &CheckoutIntentId) -> Stmt {
    stmt!(CHECKOUT, tenant, intent)
}

/// Binds [`OFFERS`].
pub fn offers(tenant: &TenantId, intent: &CheckoutIntentId) -> Stmt {
    stmt!(OFFERS, tenant, intent)
}

/// Binds [`DEFAULT_OFFERS`].
pub fn default_offers(tenant: &TenantId) -> Stmt {
    stmt!(DEFAULT_OFFERS, tenant)
}

/// Binds [`DECISION_COUNTS`].
pub fn decision_counts(tenant: &TenantId) -> Stmt {
    stmt!(DECISION_COUNTS, tenant)
}
