//! The SQL of what our own code records.

use crate::db::Stmt;
use crate::kit::id::{AuditId, CheckoutIntentId, StripeEventId};
use crate::kit::time::Moment;
use crate::{queries, stmt};

/// The statement that records an event once per key. What happened comes from a `SELECT` with these columns: `id`,
/// `tenant_id`, `event_kind`, `event_key`, `correlation_hash`, `source_route` (NULL: the definition's own), `page_route`
/// (whose step it is; NULL: of the source route), `step_id` (NULL: the page's first), `form_id`, `product_id`,
/// `price_id`, `amount_cents`, `currency`, `properties` (a JSON object), `at`. The variant is the one that the visitor of
/// that hash was given: in the experiment that such events decide, and else the last one. A shop that has no definition of the kind records nothing.
#[macro_export]
macro_rules! event_of {
    ($($happened:tt)*) => {
        concat!(
            "INSERT INTO analytics_events (
               id, tenant_id, event_definition_id, event_kind, source_route, recorded_by, idempotency_key, request_hash,
               funnel_id, funnel_step_id, form_id, product_id, price_id, variant_id, amount_cents, currency,
               public_properties_json, client_correlation_hash, occurred_at, created_at)
             SELECT h.id, d.tenant_id, d.id, d.event_kind, COALESCE(h.source_route, d.source_route), 'server',
               h.event_key || ':analytics:' || d.id, '', s.funnel_id, COALESCE(h.step_id, s.step_id), h.form_id,
               h.product_id, h.price_id,
               (SELECT a.variant_id FROM analytics_experiment_assignments a
                 LEFT JOIN analytics_experiments x ON x.tenant_id = a.tenant_id AND x.id = a.experiment_id
                 LEFT JOIN analytics_conversion_metrics m ON m.tenant_id = x.tenant_id AND m.dashboard_id = x.dashboard_id
                   AND m.primary_metric_id = x.primary_metric_id AND m.conversion_event_id = d.id
                 WHERE a.tenant_id = d.tenant_id AND a.visitor_key_hash = h.correlation_hash
                 ORDER BY m.metric_id IS NULL, a.assigned_at DESC, a.id LIMIT 1),
               h.amount_cents, h.currency,
               (SELECT json_group_object(p.value, h.properties -> p.value) FROM json_each(d.public_properties_json) p
                 WHERE json_type(h.properties, '$.' || p.value) IS NOT NULL),
               h.correlation_hash, h.at, h.at
             FROM (", $($happened)*, ") h
             JOIN analytics_event_definitions d ON d.tenant_id = h.tenant_id AND d.event_kind = h.event_kind
               AND d.trusted = 1
             LEFT JOIN analytics_page_steps s ON s.tenant_id = d.tenant_id
               AND s.source_route = COALESCE(h.page_route, h.source_route, d.source_route)
               AND s.step_id = COALESCE(h.step_id, (
                 SELECT f.step_id FROM analytics_page_steps f WHERE f.tenant_id = d.tenant_id
                   AND f.source_route = COALESCE(h.page_route, h.source_route, d.source_route)
                 ORDER BY f.position LIMIT 1))
             WHERE true
             ON CONFLICT (tenant_id, recorded_by, idempotency_key) DO NOTHING"
        )
    };
}

/// The visitor of a checkout, as its start recorded it.
macro_rules! buyer_of {
    ($intent:literal) => {
        concat!(
            "(SELECT b.client_correlation_hash FROM analytics_event_definitions k
               JOIN analytics_events b ON b.tenant_id = k.tenant_id AND b.recorded_by = 'server'
                 AND b.idempotency_key = ",
            $intent,
            ".id || ':analytics:' || k.id
               WHERE k.tenant_id = ",
            $intent,
            ".tenant_id AND k.event_kind = 'checkout_start' AND k.trusted = 1)"
        )
    };
}

queries! {
    /// A checkout was started, if its payment page is open.
    CHECKOUT_STARTED = event_of!("
        SELECT ?1 AS id, i.tenant_id, 'checkout_start' AS event_kind, i.id AS event_key, ?3 AS correlation_hash,
          NULL AS source_route, '/offers/' || o.slug AS page_route, NULL AS step_id, NULL AS form_id, i.product_id,
          i.price_id, i.amount_cents, i.currency,
          json_object('checkoutKind', i.checkout_kind, 'productId', i.product_id, 'priceId', i.price_id,
            'currency', i.currency) AS properties, i.created_at AS at
        FROM checkout_intents i LEFT JOIN offer_stacks o ON o.id = i.offer_stack_id
        WHERE i.id = ?2 AND i.stripe_checkout_session_id IS NOT NULL");

    /// What a delivery of an event brought: a checkout that it paid, and access that it gave. One statement, because
    /// SQLite compiles the triggers of the table for each.
    DELIVERED = event_of!("
        SELECT ?1 AS id, i.tenant_id, 'purchase' AS event_kind, i.id AS event_key, ", buyer_of!("i"), " AS correlation_hash,
          NULL AS source_route, '/offers/' || o.slug AS page_route, NULL AS step_id, NULL AS form_id, i.product_id,
          i.price_id, i.amount_cents, i.currency,
          json_object('productId', i.product_id, 'priceId', i.price_id, 'amountCents', i.amount_cents,
            'currency', i.currency, 'livemode', json(iif(i.stripe_mode = 'live', 'true', 'false'))) AS properties,
          ?4 AS at
        FROM checkout_intents i
        JOIN stripe_webhook_events w ON w.id = i.status_event_id AND w.id = ?2 AND w.delivery_id = ?3
        LEFT JOIN offer_stacks o ON o.id = i.offer_stack_id
        WHERE i.id = ?5 AND i.status = 'paid' AND i.checkout_kind <> 'self_serve_subscription'
        UNION ALL
        SELECT ?1 || '-' || e.entitlement_template_id, e.tenant_id, 'product_access_grant',
          e.id, ", buyer_of!("i"), ", NULL, NULL, NULL, NULL, e.product_id, e.source_price_id, NULL, NULL,
          json_object('productId', e.product_id, 'accessRuleId', e.access_rule_id,
            'entitlementTemplateId', e.entitlement_template_id), ?4
        FROM stripe_webhook_events w
        JOIN product_entitlements e ON e.source_stripe_event_id = w.id AND e.status = 'active'
        JOIN checkout_intents i ON i.id = e.checkout_intent_id
        WHERE w.id = ?2 AND w.delivery_id = ?3");

    /// A buyer wants the offer that follows: an effect of the decision of a receipt.
    UPSELL_ACCEPTED = event_of!("
        SELECT 'analytics-event-' || r.id AS id, i.tenant_id, 'upsell_accept' AS event_kind, r.id AS event_key,
          ", buyer_of!("i"), " AS correlation_hash, '/offers/' || o.slug AS source_route, NULL AS page_route,
          NULL AS step_id, NULL AS form_id, i.product_id, i.price_id, NULL AS amount_cents,
          NULL AS currency,
          json_object('offerId', r.presented_offer_id, 'pathId', o.post_purchase_path_id,
            'expiresAfterMinutes', o.post_purchase_minutes) AS properties, r.created_at AS at
        FROM checkout_post_purchase_decisions r
        JOIN checkout_intents i ON i.id = r.checkout_intent_id
        JOIN offer_stacks o ON o.id = r.offer_stack_id
        WHERE r.id = ?2 AND r.tenant_id = ?1 AND r.decision_kind = 'accept_upsell_follow_up'");
}

/// Binds [`CHECKOUT_STARTED`].
pub fn checkout_started(id: &str, intent: &CheckoutIntentId, correlation: Option<&str>) -> Stmt {
    stmt!(CHECKOUT_STARTED, id, intent, correlation)
}

/// Binds [`DELIVERED`].
pub fn delivered(
    id: &str,
    event: &StripeEventId,
    delivery: &AuditId,
    now: Moment,
    intent: Option<&CheckoutIntentId>,
) -> Stmt {
    stmt!(DELIVERED, id, event, delivery, now, intent)
}
