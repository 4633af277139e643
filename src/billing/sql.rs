//! The SQL of plans: what they cost now, opening a sign-up, and who has one.

use serde::{Deserialize, Deserializer};

use super::model::{SignUp, Terms};
use crate::config::StripeMode;
use crate::db::{texts, truth, DbError, Stmt, Value};
use crate::kit::email::Email;
use crate::kit::id::{AuditId, CheckoutIntentId, TenantId};
use crate::kit::money::{Currency, Money};
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::{queries, stmt};

queries! {
    /// Every plan that is shown, with what it costs now.
    PLANS = "
        SELECT p.slug, p.name, p.label, p.headline, p.cta, p.description, p.best_for, p.included_json, p.status,
          p.contact_url, p.price_id, r.product_id, r.unit_amount_cents, r.currency, r.billing_interval,
          c.name AS product_name, c.status AS product_status, COALESCE(r.active, 0) AS price_active
        FROM plans p
        LEFT JOIN commerce_prices r ON r.id = p.price_id
        LEFT JOIN commerce_products c ON c.id = r.product_id
        WHERE p.tenant_id = ?1 AND p.status <> 'hidden'
        ORDER BY p.position, p.slug";

    /// The setup that can be added, with what it costs now.
    ADDON = "
        SELECT a.slug, a.name, a.label, a.description, a.price_id, r.product_id, r.unit_amount_cents, r.currency,
          r.billing_interval, c.name AS product_name, c.status AS product_status, r.active AS price_active
        FROM plan_addons a
        JOIN commerce_prices r ON r.id = a.price_id
        JOIN commerce_products c ON c.id = r.product_id
        WHERE a.tenant_id = ?1";

    /// Opens the checkout of a plan when everything in it can be bought on exactly these terms and the key is new.
    OPEN_SIGN_UP = "
        INSERT INTO checkout_intents (
          id, tenant_id, idempotency_key, request_fingerprint, checkout_kind, status, product_id, price_id, buyer_email,
          buyer_email_hash, amount_cents, currency, stripe_mode, success_url, cancel_url, confirmation_required,
          confirmed_at, audit_correlation_id, metadata_json, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, 'self_serve_subscription', 'pending_stripe', c.id, r.id, ?5,
          ?6, r.unit_amount_cents + COALESCE(q.unit_amount_cents, 0), r.currency, ?7, ?8, ?9, 0,
          ?10, ?11, json_object('checkout_surface', 'self_serve_pricing', 'issue', 316, 'plan_slug', p.slug,
            'white_glove_setup', json(CASE ?13 WHEN 1 THEN 'true' ELSE 'false' END)), ?10, ?10
        FROM plans p
        JOIN commerce_prices r ON r.id = p.price_id AND r.active = 1
        JOIN commerce_products c ON c.id = r.product_id AND c.status IN (SELECT value FROM json_each(?14))
        LEFT JOIN plan_addons a ON ?13 = 1 AND a.tenant_id = p.tenant_id
        LEFT JOIN commerce_prices q ON q.id = a.price_id AND q.active = 1 AND q.currency = r.currency
        LEFT JOIN commerce_products s ON s.id = q.product_id AND s.status IN (SELECT value FROM json_each(?14))
        WHERE p.tenant_id = ?2 AND p.slug = ?12 AND p.status = 'self_serve' AND (?13 = 0 OR s.id IS NOT NULL)
          AND (?15 IS NULL OR ?15 = r.unit_amount_cents + COALESCE(q.unit_amount_cents, 0))
        ON CONFLICT (tenant_id, idempotency_key) DO NOTHING";

    /// Freezes the lines of a checkout that was just opened: the plan, then the setup.
    FREEZE_LINES = "
        INSERT INTO checkout_line_items (
          checkout_intent_id, position, tenant_id, checkout_offer_id, kind, product_id, price_id, name, summary,
          product_status, currency, unit_amount_cents, billing_interval, stripe_price_id)
        SELECT i.id, x.position, i.tenant_id, x.offer_id, x.kind, c.id, r.id, c.name, c.description,
          c.status, r.currency, r.unit_amount_cents, r.billing_interval, r.stripe_price_id
        FROM checkout_intents i
        JOIN (
          SELECT 0 AS position, id AS offer_id, 'primary' AS kind, price_id FROM plans WHERE tenant_id = ?2
          UNION ALL
          SELECT 1, id, 'order_bump', price_id FROM plan_addons WHERE tenant_id = ?2 AND ?3 = 1
        ) x ON x.price_id = i.price_id OR x.kind = 'order_bump'
        JOIN commerce_prices r ON r.id = x.price_id
        JOIN commerce_products c ON c.id = r.product_id
        WHERE i.id = ?1";

    /// The audit row of a checkout that was just opened.
    AUDIT_OPENED = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, event_kind, actor_kind, summary, metadata_json, created_at)
        SELECT ?2, tenant_id, id, 'checkout_intent_created', 'billing_signup', 'Somebody chose a plan.',
          json_object('planSlug', json_extract(metadata_json, '$.plan_slug')), ?3
        FROM checkout_intents WHERE id = ?1";

    /// A sign-up as the page after payment shows it: by checkout, by session, or by both, which must agree.
    SIGNED_UP = "
        SELECT i.id, i.status, i.buyer_email, i.created_at, i.updated_at, i.amount_cents, i.currency,
          p.name AS plan_name,
          COALESCE(json_extract(i.metadata_json, '$.white_glove_setup'), 0) AS setup,
          e.status AS plan_status, e.ends_at, b.status AS subscription_status
        FROM checkout_intents i
        LEFT JOIN plans p ON p.tenant_id = i.tenant_id AND p.slug = json_extract(i.metadata_json, '$.plan_slug')
        LEFT JOIN billing_subscriptions b ON b.checkout_intent_id = i.id
        LEFT JOIN publisher_plan_entitlements e ON e.billing_subscription_id = b.id
        WHERE i.tenant_id = ?1 AND i.checkout_kind = 'self_serve_subscription'
          AND i.id = COALESCE(?2, (SELECT s.id FROM checkout_intents s WHERE s.stripe_checkout_session_id = ?3))
          AND (?3 IS NULL OR i.stripe_checkout_session_id = ?3)
        ORDER BY e.status IS NOT 'active', b.created_at DESC LIMIT 1";

    /// The plan of whoever a session belongs to, if their address is verified: an open one first, else the latest. A row
    /// that somebody claimed is theirs only.
    PLAN_OF = "
        SELECT COALESCE(p.name, e.plan_slug) AS name, e.ends_at, COALESCE(b.cancel_at_period_end, 0) AS cancelled,
          e.status = 'active' AND (e.ends_at IS NULL OR e.ends_at > ?3) AS open
        FROM session s
        JOIN user u ON u.id = s.user_id AND u.email_verified = 1
        JOIN publisher_plan_entitlements e
          ON e.owner_user_id = u.id OR (e.owner_email = u.email AND e.owner_user_id IS NULL)
        LEFT JOIN plans p ON p.tenant_id = e.tenant_id AND p.slug = e.plan_slug
        LEFT JOIN billing_subscriptions b ON b.id = e.billing_subscription_id
        WHERE s.token = ?2 AND s.expires_at > ?3 AND e.tenant_id = ?1
        ORDER BY open DESC, e.updated_at DESC LIMIT 1";

    /// Signing in ties every plan of a verified address that nobody has claimed to the account.
    CLAIM_PLAN = "
        UPDATE publisher_plan_entitlements AS e SET owner_user_id = u.id, updated_at = ?3
        FROM session s JOIN user u ON u.id = s.user_id AND u.email_verified = 1
        WHERE s.token = ?2 AND s.expires_at > ?3 AND e.tenant_id = ?1 AND e.owner_email = u.email
          AND e.owner_user_id IS NULL";
}

/// Binds [`PLANS`].
pub fn plans(tenant: &TenantId) -> Stmt {
    stmt!(PLANS, tenant)
}

/// Binds [`ADDON`].
pub fn addon(tenant: &TenantId) -> Stmt {
    stmt!(ADDON, tenant)
}

/// Binds [`OPEN_SIGN_UP`].
///
/// # Errors
/// When the expected amount is out of range.
pub fn open_sign_up(
    tenant: &TenantId,
    id: &CheckoutIntentId,
    sign_up: &SignUp,
    terms: &Terms<'_>,
    now: Moment,
) -> Result<Stmt, DbError> {
    Ok(stmt!(
        OPEN_SIGN_UP,
        id,
        tenant,
        terms.key.as_str(),
        terms.fingerprint.as_str(),
        sign_up.email.as_ref(),
        sign_up.email.as_ref().map(Email::digest),
        terms.mode.as_str(),
        terms.success_url.as_str(),
        terms.cancel_url.as_str(),
        now,
        terms.audit,
        sign_up.plan.as_str(),
        sign_up.setup,
        super::model::sellable_statuses(terms.mode),
        sign_up.expected_amount.map(Value::integer).transpose()?,
    ))
}

/// Binds [`FREEZE_LINES`].
pub fn freeze_lines(tenant: &TenantId, id: &CheckoutIntentId, setup: bool) -> Stmt {
    stmt!(FREEZE_LINES, id, tenant, setup)
}

/// Binds [`AUDIT_OPENED`].
pub fn audit_opened(id: &CheckoutIntentId, audit: &AuditId, now: Moment) -> Stmt {
    stmt!(AUDIT_OPENED, id, audit, now)
}

/// Binds [`SIGNED_UP`].
pub fn signed_up(tenant: &TenantId, intent: Option<&CheckoutIntentId>, session: Option<&str>) -> Stmt {
    stmt!(SIGNED_UP, tenant, intent, session)
}

/// Binds [`PLAN_OF`].
pub fn plan_of(tenant: &TenantId, token_digest: &str, now: Moment) -> Stmt {
    stmt!(PLAN_OF, tenant, token_digest, now)
}

/// Binds [`CLAIM_PLAN`].
pub fn claim_plan(tenant: &TenantId, token_digest: &str, now: Moment) -> Stmt {
    stmt!(CLAIM_PLAN, tenant, token_digest, now)
}

/// What something costs now, and whether it can be bought.
#[derive(Clone, Debug, Deserialize)]
pub struct Cost {
    /// The price.
    pub price_id: String,
    /// Its product.
    pub product_id: String,
    /// The product's name, as Stripe's page shows it.
    pub product_name: String,
    product_status: String,
    #[serde(deserialize_with = "truth")]
    price_active: bool,
    /// In minor units.
    pub unit_amount_cents: i64,
    /// The currency.
    pub currency: Currency,
    /// `one_time` or how often it repeats.
    pub billing_interval: String,
}

impl Cost {
    /// Whether it can be bought in a mode.
    pub fn sellable(&self, mode: StripeMode) -> bool {
        self.price_active && super::model::sellable_statuses(mode).contains(&format!("\"{}\"", self.product_status))
    }

    /// The amount.
    pub fn money(&self) -> Option<Money> {
        Money::new(self.unit_amount_cents, self.currency)
    }
}

/// A row of [`PLANS`].
#[derive(Debug, Deserialize)]
pub struct PlanRow {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// A few words beside the name.
    pub label: String,
    /// What it does for a publisher.
    pub headline: String,
    /// What its button says.
    pub cta: String,
    /// In a sentence or two.
    pub description: String,
    /// Who it suits.
    pub best_for: String,
    /// What is included.
    #[serde(rename = "included_json", deserialize_with = "texts")]
    pub included: Vec<String>,
    /// `self_serve` or `contact`.
    pub status: String,
    /// Where to write to about a plan that is not bought here.
    pub contact_url: Option<String>,
    /// What it costs; `None` for a plan that is talked about first.
    #[serde(rename = "*", deserialize_with = "cost_if_any")]
    pub cost: Option<Cost>,
}

/// The row of [`ADDON`].
#[derive(Debug, Deserialize)]
pub struct AddonRow {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// A few words beside the name.
    pub label: String,
    /// What it is.
    pub description: String,
    /// What it costs.
    #[serde(rename = "*")]
    pub cost: Cost,
}

/// A row of [`SIGNED_UP`].
#[derive(Debug, Deserialize)]
pub struct SignedUp {
    /// The checkout.
    pub id: CheckoutIntentId,
    /// How the checkout stands.
    pub status: String,
    /// The buyer's address; only ever shown masked.
    pub buyer_email: Option<Private<String>>,
    /// When the sign-up began.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// What the first payment came to before discounts.
    pub amount_cents: i64,
    /// Its currency.
    pub currency: Currency,
    /// The plan.
    pub plan_name: Option<String>,
    /// True when the setup was added.
    #[serde(deserialize_with = "truth")]
    pub setup: bool,
    /// How the plan stands; `None` until Stripe told of the subscription.
    pub plan_status: Option<String>,
    /// Until when it is paid.
    pub ends_at: Option<Moment>,
    /// How the subscription stands, in Stripe's words.
    pub subscription_status: Option<String>,
}

/// A plan of somebody who is signed in.
#[derive(Debug, Deserialize)]
pub struct HeldPlan {
    /// What it is called.
    pub name: String,
    /// True while it is paid.
    #[serde(deserialize_with = "truth")]
    pub open: bool,
    /// Until when; `None` for a plan without a subscription.
    pub ends_at: Option<Moment>,
    /// True when it was cancelled and runs until its end.
    #[serde(deserialize_with = "truth")]
    pub cancelled: bool,
}

/// A plan that is talked about first has no price, so its columns are NULL.
fn cost_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Cost>, D::Error> {
    Ok(Cost::deserialize(from).ok())
}
