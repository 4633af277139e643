//! The SQL of memberships: reads only.

use serde::Deserialize;

use crate::db::{truth, Stmt};
use crate::kit::id::{CheckoutIntentId, TenantId};
use crate::kit::time::Moment;
use crate::{queries, stmt};

queries! {
    /// The repeating line of a checkout, and how its subscription stands.
    MEMBERSHIP_OF = "
        SELECT b.status, b.current_period_end, b.cancel_at_period_end, b.ended_at,
          COALESCE((SELECT a.live FROM subscription_access a WHERE a.id = b.id), 0) AS live
        FROM checkout_line_items l
        LEFT JOIN billing_subscriptions b ON b.checkout_intent_id = ?2 AND +b.price_id = l.price_id
        WHERE l.tenant_id = ?1 AND l.checkout_intent_id = ?2 AND l.billing_interval <> 'one_time'
        ORDER BY live DESC, b.created_at DESC LIMIT 1";

    /// How many subscriptions a tenant's membership has, and what they opened.
    MEMBERSHIP_COUNTS = "
        SELECT
          (SELECT COUNT(*) FROM billing_subscriptions b WHERE b.tenant_id = ?1 AND b.price_id IN
            (SELECT m.source_price_id FROM grant_mappings m WHERE m.tenant_id = ?1 AND m.granted_by = 'subscription')
          ) AS billing_subscriptions,
          (SELECT COUNT(*) FROM billing_subscriptions b WHERE b.tenant_id = ?1 AND b.price_id IN
            (SELECT m.source_price_id FROM grant_mappings m WHERE m.tenant_id = ?1 AND m.granted_by = 'subscription')
            AND b.status IN ('active', 'trialing')) AS active_or_trialing_billing_subscriptions,
          COUNT(e.id) AS membership_entitlements,
          COUNT(CASE e.status WHEN 'active' THEN 1 END) AS active_membership_entitlements,
          COUNT(CASE e.status WHEN 'inactive' THEN 1 END) AS inactive_membership_entitlements
        FROM grant_mappings g
        LEFT JOIN product_entitlements e ON e.entitlement_template_id = g.entitlement_template_id
          AND e.product_id = g.product_id AND e.tenant_id = g.tenant_id
        WHERE g.tenant_id = ?1 AND g.granted_by = 'subscription'";
}

/// Binds [`MEMBERSHIP_OF`].
pub fn membership_of(tenant: &TenantId, intent: &CheckoutIntentId) -> Stmt {
    stmt!(MEMBERSHIP_OF, tenant, intent)
}

/// Binds [`MEMBERSHIP_COUNTS`].
pub fn membership_counts(tenant: &TenantId) -> Stmt {
    stmt!(MEMBERSHIP_COUNTS, tenant)
}

/// A row of [`MEMBERSHIP_OF`].
#[derive(Debug, Deserialize)]
pub struct MembershipRow {
    /// In Stripe's words; `None` while Stripe has not told of it yet.
    pub status: Option<String>,
    /// When the present period ends.
    pub current_period_end: Option<Moment>,
    /// True when it will not go on after that.
    #[serde(deserialize_with = "truth")]
    pub cancel_at_period_end: bool,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// True while it opens what was bought.
    #[serde(deserialize_with = "truth")]
    pub live: bool,
}
