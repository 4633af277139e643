//! The SQL of subscriptions. First an event merges its fact, then everything that it reaches is worked out anew from
//! all facts; so no order of events, and no repetition, ends in another access.
//!
//! Everywhere `?1` is the subscription, `?3` the payer, `?4` the event, `?5` the delivery, `?6` now and `?7` the mode;
//! `?2` is the checkout where statements look for what the event reaches.

use super::model::{rank, Delivery, Reach, DELETED, PAID};
use crate::db::{Bind, DbError, Stmt, Value};
use crate::kit::id::{AuditId, SubscriptionId};
use crate::stripe::billing::{Charge, Metadata, Subscription};
use crate::stripe::invoice::Invoice;
use crate::{queries, stmt};

/// This delivery wrote the inbox row of its event.
macro_rules! mine {
    () => {
        "EXISTS (SELECT 1 FROM stripe_webhook_events w WHERE w.id = ?4 AND w.delivery_id = ?5)"
    };
}

/// The subscriptions that the event reaches.
macro_rules! reached {
    ($column:literal) => {
        concat!(
            "(SELECT r.",
            $column,
            " FROM billing_subscriptions r WHERE r.stripe_mode = ?7
            AND (r.stripe_subscription_id = ?1 OR r.checkout_intent_id = ?2 OR r.stripe_customer_id = ?3))"
        )
    };
}

/// Whose subscription it is, from what is written in it: its checkout `i` and its price `p`.
macro_rules! from_metadata {
    ($stripe_price:literal) => {
        concat!(
            "FROM stripe_webhook_events w
        LEFT JOIN checkout_intents i ON i.id = COALESCE(
          (SELECT n.id FROM checkout_intents n WHERE n.id = ?8),
          (SELECT n.id FROM checkout_intents n WHERE n.stripe_subscription_id = ?1 ORDER BY n.created_at DESC LIMIT 1))
        LEFT JOIN commerce_prices p ON p.id = COALESCE(
          (SELECT q.id FROM commerce_prices q WHERE q.id = ?9),
          (SELECT q.id FROM commerce_prices q WHERE q.stripe_price_id = ",
            $stripe_price,
            "))
        WHERE w.id = ?4 AND w.delivery_id = ?5
          AND COALESCE(i.tenant_id, p.tenant_id) IS NOT NULL AND COALESCE(i.tenant_id = p.tenant_id, 1)"
        )
    };
}

queries! {
    /// The state of a subscription, unless a newer one is known. A deletion is final.
    RECORD_STATE = concat!("
        INSERT INTO billing_subscriptions (
          id, tenant_id, product_id, price_id, stripe_mode, status, stripe_customer_id, stripe_subscription_id,
          stripe_price_id, unit_amount_cents, currency, current_period_start, current_period_end,
          cancel_at_period_end, ended_at, last_event_created, last_event_rank, last_event_id, changed_event_id,
          created_at, updated_at)
        SELECT ?2, COALESCE(i.tenant_id, p.tenant_id), p.product_id, p.id, ?7, ?10, ?3, ?1,
          ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?4, ?4, ?6, ?6
        ", from_metadata!("?11"), "
        ON CONFLICT (stripe_subscription_id) DO UPDATE SET
          product_id = excluded.product_id, price_id = excluded.price_id, status = excluded.status,
          stripe_customer_id = COALESCE(excluded.stripe_customer_id, stripe_customer_id),
          stripe_price_id = excluded.stripe_price_id, unit_amount_cents = excluded.unit_amount_cents,
          currency = excluded.currency, current_period_start = excluded.current_period_start,
          current_period_end = excluded.current_period_end, cancel_at_period_end = excluded.cancel_at_period_end,
          ended_at = excluded.ended_at, last_event_created = excluded.last_event_created,
          last_event_rank = excluded.last_event_rank, last_event_id = excluded.last_event_id,
          changed_event_id = excluded.changed_event_id, updated_at = excluded.updated_at
        WHERE stripe_mode = excluded.stripe_mode
          AND (excluded.ended_at IS NOT NULL, excluded.last_event_created, excluded.last_event_rank,
            excluded.last_event_id) > (ended_at IS NOT NULL, last_event_created, last_event_rank, last_event_id)");

    /// An invoice was paid: the moment paid for moves on, never back, and what the invoice came to goes with it. Of two
    /// invoices for one period the larger one counts. Also makes the row when the invoice comes first.
    RECORD_PAID = concat!("
        INSERT INTO billing_subscriptions (
          id, tenant_id, product_id, price_id, stripe_mode, stripe_customer_id, stripe_subscription_id, paid_until,
          paid_amount_cents, paid_payment_intent_id, changed_event_id, created_at, updated_at)
        SELECT ?2, COALESCE(i.tenant_id, p.tenant_id), p.product_id, p.id, ?7, ?3, ?1, ?10, ?12, ?13, ?4, ?6, ?6
        ", from_metadata!("NULL"), "
          AND COALESCE(i.currency = ?11 AND i.stripe_mode = ?7, 1)
        ON CONFLICT (stripe_subscription_id) DO UPDATE SET
          paid_until = excluded.paid_until, paid_amount_cents = excluded.paid_amount_cents,
          paid_payment_intent_id = excluded.paid_payment_intent_id,
          stripe_customer_id = COALESCE(stripe_customer_id, excluded.stripe_customer_id),
          changed_event_id = excluded.changed_event_id, updated_at = excluded.updated_at
        WHERE stripe_mode = excluded.stripe_mode
          AND (excluded.paid_until, excluded.paid_amount_cents, excluded.paid_payment_intent_id)
            > (COALESCE(paid_until, 0), COALESCE(paid_amount_cents, -1), COALESCE(paid_payment_intent_id, ''))");

    /// Money went back. Stripe tells the total so far, so the largest is kept.
    RECORD_REFUND = "
        INSERT INTO stripe_refunded_charges (
          id, stripe_mode, stripe_customer_id, stripe_payment_intent_id, currency, amount_cents, refunded_cents,
          charged_at, changed_event_id, created_at, updated_at)
        SELECT ?1, ?7, ?3, ?2, ?8, ?9, ?10, ?11, ?4, ?6, ?6
        FROM stripe_webhook_events w
        WHERE w.id = ?4 AND w.delivery_id = ?5
        ON CONFLICT (id) DO UPDATE SET
          refunded_cents = excluded.refunded_cents, changed_event_id = excluded.changed_event_id,
          updated_at = excluded.updated_at
        WHERE stripe_mode = excluded.stripe_mode AND excluded.refunded_cents > refunded_cents";

    /// Ties a subscription to its checkout, once, and copies the buyer's address when it is known.
    LINK = concat!("
        UPDATE billing_subscriptions AS b
        SET checkout_intent_id = i.id, buyer_email = COALESCE(i.buyer_email, b.buyer_email), updated_at = ?6
        FROM checkout_intents i
        WHERE b.id IN ", reached!("id"), " AND ", mine!(), "
          AND i.id = COALESCE(b.checkout_intent_id,
            (SELECT n.id FROM checkout_intents n WHERE n.id = ?8),
            (SELECT n.id FROM checkout_intents n
              WHERE n.stripe_subscription_id = b.stripe_subscription_id ORDER BY n.created_at DESC LIMIT 1))
          AND i.tenant_id = b.tenant_id AND i.stripe_mode = b.stripe_mode
          AND (b.checkout_intent_id IS NOT i.id OR b.buyer_email IS NOT COALESCE(i.buyer_email, b.buyer_email))");

    /// What a member may open: active while any subscription of the checkout is.
    SYNC_MEMBERSHIP = concat!("
        INSERT INTO product_entitlements (
          id, tenant_id, checkout_intent_id, source_stripe_event_id, product_id, source_commerce_product_id,
          entitlement_template_id, access_rule_id, status, grant_kind, buyer_email_hash, source_price_id,
          metadata_json, granted_at, updated_at)
        SELECT 'entitlement-' || i.id || '-' || m.entitlement_template_id, i.tenant_id, i.id, ?4, m.product_id,
          m.source_commerce_product_id, m.entitlement_template_id, m.access_rule_id,
          CASE WHEN MAX(a.live) THEN 'active' ELSE 'inactive' END,
          i.stripe_mode || '_subscription_webhook', i.buyer_email_hash, m.source_price_id,
          json_object('issue', 187, 'mappingId', m.id, 'grants', json(m.grants_json)), ?6, ?6
        FROM checkout_intents i
        JOIN subscription_access a ON a.checkout_intent_id = i.id
        JOIN checkout_line_items l ON l.checkout_intent_id = i.id
        JOIN grant_mappings m ON m.source_price_id = l.price_id AND m.tenant_id = i.tenant_id
        WHERE i.id IN ", reached!("checkout_intent_id"), " AND m.granted_by = 'subscription' AND ", mine!(), "
        GROUP BY i.id, m.id
        ON CONFLICT (checkout_intent_id, product_id, entitlement_template_id) DO UPDATE SET
          status = excluded.status, source_stripe_event_id = excluded.source_stripe_event_id,
          buyer_email_hash = COALESCE(excluded.buyer_email_hash, buyer_email_hash), updated_at = excluded.updated_at
        WHERE status <> excluded.status
          OR buyer_email_hash IS NOT COALESCE(excluded.buyer_email_hash, buyer_email_hash)");

    /// The work that follows a membership: goes on while it is active, and pauses with it.
    SYNC_TASKS = concat!("
        INSERT INTO product_fulfillment_tasks (
          id, tenant_id, entitlement_id, checkout_intent_id, product_id, status, fulfillment_kind, summary,
          created_at, updated_at)
        SELECT 'fulfillment-' || e.checkout_intent_id || '-' || e.entitlement_template_id, e.tenant_id, e.id,
          e.checkout_intent_id, e.product_id, CASE e.status WHEN 'active' THEN 'active' ELSE 'paused' END,
          m.fulfillment_kind, m.grant_summary, ?6, ?6
        FROM product_entitlements e
        JOIN grant_mappings m ON m.source_price_id = e.source_price_id AND m.product_id = e.product_id
          AND m.entitlement_template_id = e.entitlement_template_id
        WHERE e.checkout_intent_id IN ", reached!("checkout_intent_id"), " AND m.granted_by = 'subscription'
          AND ", mine!(), "
        ON CONFLICT (entitlement_id) DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at
        WHERE status <> excluded.status");

    /// One audit row per membership that this event changed.
    AUDIT_MEMBERSHIP = concat!("
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, stripe_event_id, event_kind, actor_kind, summary, metadata_json, created_at)
        SELECT ?8 || '-' || e.id, e.tenant_id, e.checkout_intent_id, ?4, 'product_subscription_membership_access_synced',
          ?9, CASE e.status WHEN 'active' THEN 'A membership is open.' ELSE 'A membership is closed.' END,
          json_object('entitlementId', e.id, 'status', e.status), ?6
        FROM product_entitlements e
        WHERE e.checkout_intent_id IN ", reached!("checkout_intent_id"), " AND e.source_stripe_event_id = ?4
          AND ", mine!());

    /// Who has a plan: one row per subscription of a plan's checkout, open while the money for it is here.
    SYNC_PLAN = concat!("
        INSERT INTO publisher_plan_entitlements (
          id, tenant_id, billing_subscription_id, owner_email, status, source, plan_slug, starts_at, ends_at,
          changed_event_id, metadata_json, created_at, updated_at)
        SELECT replace(a.id, 'billing-subscription-', 'publisher-plan-entitlement-'), a.tenant_id, a.id,
          lower(i.buyer_email),
          CASE WHEN a.live AND NOT a.refunded AND i.status = 'paid' THEN 'active' ELSE 'inactive' END,
          'stripe_checkout_session', json_extract(i.metadata_json, '$.plan_slug'), i.created_at,
          NULLIF(MAX(COALESCE(a.current_period_end, 0), COALESCE(a.paid_until, 0)), 0), ?4,
          json_object('setupAddonSelected', json(CASE WHEN EXISTS (SELECT 1 FROM checkout_line_items o
            WHERE o.checkout_intent_id = i.id AND o.kind = 'order_bump') THEN 'true' ELSE 'false' END)),
          ?6, ?6
        FROM subscription_access a
        JOIN checkout_intents i ON i.id = a.checkout_intent_id
        WHERE a.id IN ", reached!("id"), " AND ", mine!(), "
          AND i.checkout_kind = 'self_serve_subscription' AND i.buyer_email IS NOT NULL
        ON CONFLICT (billing_subscription_id) DO UPDATE SET
          status = excluded.status, ends_at = excluded.ends_at, owner_email = excluded.owner_email,
          changed_event_id = excluded.changed_event_id, updated_at = excluded.updated_at
        WHERE status <> excluded.status OR ends_at IS NOT excluded.ends_at OR owner_email <> excluded.owner_email");

    /// One audit row per plan that this event changed. Holds no address.
    AUDIT_PLAN = concat!("
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, stripe_event_id, event_kind, actor_kind, summary, metadata_json, created_at)
        SELECT ?8 || '-' || e.id, e.tenant_id, a.checkout_intent_id, ?4,
          CASE WHEN e.status = 'active' AND NOT EXISTS (SELECT 1 FROM payment_audit_events x
              WHERE x.checkout_intent_id = a.checkout_intent_id AND x.event_kind = 'billing_checkout_session_verified')
            THEN 'billing_checkout_session_verified' ELSE 'publisher_plan_access_synced' END,
          ?9, CASE e.status WHEN 'active' THEN 'A plan is open.' ELSE 'A plan is not open.' END,
          json_object('planEntitlementId', e.id, 'planSlug', e.plan_slug, 'status', e.status, 'endsAt', e.ends_at), ?6
        FROM publisher_plan_entitlements e
        JOIN billing_subscriptions a ON a.id = e.billing_subscription_id
        WHERE e.billing_subscription_id IN ", reached!("id"), " AND e.changed_event_id = ?4 AND ", mine!());

    /// One audit row for the event: it changed the subscription, came too late, or did not fit its checkout.
    AUDIT_EVENT = concat!("
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, stripe_event_id, event_kind, actor_kind, summary, metadata_json, created_at)
        SELECT ?8 || '-' || b.id, b.tenant_id, b.checkout_intent_id, ?4,
          CASE
            WHEN ?10 = 'fact' AND b.changed_event_id IS NOT ?4 AND NOT EXISTS (
              SELECT 1 FROM stripe_refunded_charges c WHERE c.stripe_customer_id = b.stripe_customer_id
                AND c.changed_event_id = ?4) THEN 'subscription_event_ignored'
            WHEN ?10 = 'fact' AND b.last_event_id = ?4 AND (?2 IS NOT NULL OR b.checkout_intent_id IS NOT NULL)
              AND NOT EXISTS (SELECT 1 FROM subscription_access a WHERE a.id = b.id AND a.fits)
              THEN 'subscription_event_quarantined'
            ELSE ?11
          END,
          ?9, 'Stripe told of a subscription.',
          json_object('eventType', ?11, 'subscriptionId', b.id, 'status', b.status), ?6
        FROM billing_subscriptions b
        WHERE b.stripe_mode = ?7 AND (b.stripe_subscription_id = ?1 OR b.stripe_customer_id = ?3) AND ", mine!());

    /// What this delivery did to the subscription and to the membership behind it.
    STANDING = "
        SELECT
          EXISTS (SELECT 1 FROM billing_subscriptions c
            WHERE (c.stripe_subscription_id = ?1 OR c.stripe_customer_id = ?2) AND c.changed_event_id = ?3) AS changed,
          b.checkout_intent_id AS intent,
          e.id AS entitlement, e.status AS entitlement_status,
          COALESCE(e.source_stripe_event_id = ?3, 0) AS entitlement_changed,
          EXISTS (SELECT 1 FROM payment_audit_events x WHERE x.checkout_intent_id = b.checkout_intent_id
            AND x.stripe_event_id = ?3 AND x.event_kind = 'subscription_event_quarantined') AS quarantined
        FROM (SELECT 1)
        LEFT JOIN billing_subscriptions b ON b.stripe_subscription_id = ?1
        LEFT JOIN product_entitlements e ON e.checkout_intent_id = b.checkout_intent_id
          AND e.grant_kind IN ('sandbox_subscription_webhook', 'live_subscription_webhook')
        ORDER BY e.id LIMIT 1";
}

fn meta(metadata: Option<&Metadata>) -> (Value, Value) {
    let intent = metadata.and_then(Metadata::intent);
    let price = metadata.and_then(Metadata::price);
    (intent.value(), price.value())
}

/// Binds [`RECORD_STATE`].
///
/// # Errors
/// When Stripe's timestamp is out of range.
pub fn record_state(it: &Subscription, delivery: &Delivery<'_>, fresh: &SubscriptionId) -> Result<Stmt, DbError> {
    let Delivery { event, id, mode, now, .. } = delivery;
    let deleted = event.kind == DELETED;
    let created = Value::integer(event.created)?;
    let (intent, price) = meta(it.metadata());
    let (amount, currency) = it.amount().unzip();
    Ok(stmt!(
        RECORD_STATE,
        &it.id,
        fresh,
        it.customer(),
        &event.id,
        *id,
        *now,
        mode.as_str(),
        intent,
        price,
        if deleted { "canceled" } else { it.status.as_str() },
        it.stripe_price(),
        amount.map(Value::integer).transpose()?,
        currency,
        it.period_start().map(Value::integer).transpose()?,
        it.period_end().map(Value::integer).transpose()?,
        it.will_end(),
        deleted.then(|| created.clone()),
        created,
        Value::integer(rank(&event.kind, it.status))?,
    ))
}

/// Binds [`RECORD_PAID`]; nothing for an invoice that is not paid or pays for no time.
///
/// # Errors
/// When Stripe's timestamp is out of range.
pub fn record_paid(
    it: &Invoice,
    delivery: &Delivery<'_>,
    reach: &Reach,
    fresh: &SubscriptionId,
) -> Result<Option<Stmt>, DbError> {
    let Delivery { event, id, mode, now, .. } = delivery;
    let (Some(subscription), Some(until), PAID) = (&reach.subscription, it.paid_until(), event.kind.as_str()) else {
        return Ok(None);
    };
    let (intent, price) = meta(it.metadata());
    Ok(Some(stmt!(
        RECORD_PAID,
        subscription,
        fresh,
        it.customer(),
        &event.id,
        *id,
        *now,
        mode.as_str(),
        intent,
        price,
        Value::integer(until)?,
        it.currency,
        it.amount_paid().map(Value::integer).transpose()?,
        it.payment_intent(),
    )))
}

/// Binds [`RECORD_REFUND`]; nothing for a charge without a usable id.
///
/// # Errors
/// When an amount or a timestamp is out of range.
pub fn record_refund(it: &Charge, delivery: &Delivery<'_>) -> Result<Option<Stmt>, DbError> {
    let Delivery { event, id, mode, now, .. } = delivery;
    let Some(charge) = it.id() else { return Ok(None) };
    Ok(Some(stmt!(
        RECORD_REFUND,
        charge,
        it.payment_intent(),
        it.customer(),
        &event.id,
        *id,
        *now,
        mode.as_str(),
        it.currency,
        Value::integer(it.amount.max(0))?,
        Value::integer(it.amount_refunded.max(0))?,
        Value::integer(it.created)?,
    )))
}

/// The statements that work everything out anew, in order. `audits` are two fresh ids.
pub fn settle(reach: &Reach, delivery: &Delivery<'_>, audits: [&AuditId; 2]) -> [Stmt; 6] {
    let Delivery { event, id, mode, actor, now } = delivery;
    let Reach { subscription, intent, customer, bought_with } = reach;
    let customer = customer.as_deref();
    let [membership, plan] = audits;
    macro_rules! shared {
        ($query:ident $(, $more:expr)*) => {
            stmt!($query, subscription.as_ref(), intent.as_ref(), customer, &event.id, *id, *now, mode.as_str()
                $(, $more)*)
        };
    }
    [
        shared!(LINK, bought_with.as_ref()),
        shared!(SYNC_MEMBERSHIP),
        shared!(SYNC_TASKS),
        shared!(AUDIT_MEMBERSHIP, membership, *actor),
        shared!(SYNC_PLAN),
        shared!(AUDIT_PLAN, plan, *actor),
    ]
}

/// Binds [`AUDIT_EVENT`]. `fact` says whether the event should have changed something.
pub fn audit_event(reach: &Reach, delivery: &Delivery<'_>, audit: &AuditId, fact: bool) -> Stmt {
    let Delivery { event, id, mode, actor, now } = delivery;
    stmt!(
        AUDIT_EVENT,
        reach.subscription.as_ref(),
        reach.bought_with.as_ref(),
        reach.customer.as_deref(),
        &event.id,
        *id,
        *now,
        mode.as_str(),
        audit,
        *actor,
        if fact { "fact" } else { "word" },
        event.kind.as_str(),
    )
}

/// Binds [`STANDING`].
pub fn standing(reach: &Reach, delivery: &Delivery<'_>) -> Stmt {
    stmt!(STANDING, reach.subscription.as_ref(), reach.customer.as_deref(), delivery.event_id())
}
