//! The SQL of clicks and of the click that a checkout came by.

use super::model::Traces;
use crate::db::Stmt;
use crate::kit::bounds::{REFERRAL_CLICK_CHECKOUTS_MAX, REFERRAL_CLICK_REPEAT_SECONDS};
use crate::kit::id::{AuditId, CheckoutIntentId, ReferralAttributionId, ReferralClickId, TenantId};
use crate::kit::time::Moment;
use crate::{queries, stmt};

queries! {
    /// Writes a click down, when the link takes clicks, id and code agree, it leads there, and the key is new. A visitor
    /// who follows the same link again at once is still on the same visit.
    RECORD = "
        INSERT INTO affiliate_referral_clicks (
          id, tenant_id, referral_link_id, referral_code, partner_id, destination_route, idempotency_key, utm_source,
          visitor_key_hash, ip_hash, user_agent_hash, referrer_hash, request_hash, attribution_rule_id, window_days,
          source, clicked_at, created_at)
        SELECT ?1, l.tenant_id, l.id, l.code, l.partner_id, l.destination_route, ?6, l.utm_source,
          ?7, ?8, ?9, ?10, ?11, l.attribution_rule_id, l.window_days, ?12, ?13, ?13
        FROM affiliate_open_links l
        WHERE l.tenant_id = ?2 AND (?3 IS NULL OR l.id = ?3) AND (?4 IS NULL OR l.code = ?4)
          AND COALESCE(?3, ?4) IS NOT NULL AND (?5 IS NULL OR l.destination_route = ?5)
          AND NOT EXISTS (
            SELECT 1 FROM affiliate_referral_clicks e
            WHERE e.id = ?14 AND e.tenant_id = l.tenant_id AND e.referral_link_id = l.id AND e.clicked_at > ?15)
        ON CONFLICT (tenant_id, idempotency_key) DO NOTHING";

    /// The click of an idempotency key.
    CLICK_BY_KEY = "
        SELECT id, referral_link_id, referral_code, partner_id, destination_route, request_hash
        FROM affiliate_referral_clicks WHERE tenant_id = ?1 AND idempotency_key = ?2";

    /// Whether a link takes clicks under this id and code.
    OPEN_LINK = "
        SELECT l.destination_route FROM affiliate_open_links l
        WHERE l.tenant_id = ?1 AND (?2 IS NULL OR l.id = ?2) AND (?3 IS NULL OR l.code = ?3)
          AND COALESCE(?2, ?3) IS NOT NULL";

    /// A link that is followed, whether this click was written down, and whether the browser's earlier one still counts
    /// for the same offer: an offer's own page and the page that leads to it are one.
    FOLLOWED = "
        SELECT l.landing_route, l.model, l.window_days,
          EXISTS (SELECT 1 FROM affiliate_referral_clicks n WHERE n.id = ?3) AS recorded,
          EXISTS (
            SELECT 1 FROM affiliate_attachable_clicks e JOIN offer_stacks s ON s.id = e.stack_id
            WHERE e.referral_click_id = ?4 AND e.tenant_id = l.tenant_id AND e.closes_at > ?5
              AND l.destination_route IN (s.linked_funnel_route, '/offers/' || s.slug)) AS earlier_counts
        FROM affiliate_open_links l WHERE l.tenant_id = ?1 AND l.code = ?2";

    /// Attaches a click to a checkout that was just opened, when it may be credited for it now.
    ATTACH = "
        INSERT INTO checkout_referral_attributions (
          id, tenant_id, checkout_intent_id, referral_click_id, referral_link_id, referral_code, partner_id,
          destination_route, attribution_status, checkout_product_id, checkout_price_id, audit_correlation_id, created_at)
        SELECT ?1, i.tenant_id, i.id, c.id, c.referral_link_id, c.referral_code, c.partner_id,
          c.destination_route, 'checkout_intent_attached', i.product_id, i.price_id, i.audit_correlation_id, ?4
        FROM checkout_intents i
        JOIN affiliate_attachable_clicks v ON v.referral_click_id = ?3 AND v.tenant_id = i.tenant_id
          AND v.stack_id = i.offer_stack_id
        JOIN affiliate_referral_clicks c ON c.id = v.referral_click_id
        WHERE i.id = ?2 AND v.clicked_at <= ?4 AND v.closes_at > ?4 AND v.uses < ?5
        ON CONFLICT (checkout_intent_id) DO NOTHING";

    /// One audit row about the referral of a checkout that was just opened: attached, or why not.
    AUDIT_REFERRAL = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, event_kind, actor_kind, actor_id, summary, metadata_json, created_at)
        SELECT ?1, i.tenant_id, i.id,
          CASE WHEN a.id IS NULL THEN 'checkout_referral_attribution_skipped'
            ELSE 'checkout_referral_attribution_attached' END,
          'checkout_api', i.agent_client_id,
          CASE WHEN a.id IS NULL THEN 'The order came by a partner link that could not be credited.'
            ELSE 'The order came by a partner link.' END,
          CASE WHEN a.id IS NULL
            THEN json_object('referralLinkId', c.referral_link_id, 'reason', CASE
              WHEN c.id IS NULL THEN 'unknown_click'
              WHEN NOT EXISTS (
                SELECT 1 FROM affiliate_attachable_clicks v
                WHERE v.referral_click_id = c.id AND v.stack_id = i.offer_stack_id) THEN 'other_page'
              WHEN c.clicked_at + c.window_days * 86400 <= ?4 THEN 'click_too_old'
              ELSE 'click_used_up' END)
            ELSE json_object('referralAttributionId', a.id, 'referralLinkId', a.referral_link_id) END,
          ?4
        FROM checkout_intents i
        LEFT JOIN checkout_referral_attributions a ON a.checkout_intent_id = i.id
        LEFT JOIN affiliate_referral_clicks c ON c.id = ?3 AND c.tenant_id = i.tenant_id
        WHERE i.id = ?2";

    /// A click and whether it may be credited for the offer of a price (or the default offer).
    CLICK_STANDING = "
        SELECT c.clicked_at + c.window_days * 86400 AS closes_at,
          COALESCE((SELECT v.uses FROM affiliate_attachable_clicks v WHERE v.referral_click_id = c.id LIMIT 1), 0) AS uses,
          EXISTS (
            SELECT 1 FROM affiliate_attachable_clicks v
            JOIN offer_prices p ON p.stack_id = v.stack_id AND p.tenant_id = v.tenant_id AND p.kind = 'primary'
            WHERE v.referral_click_id = c.id AND (p.price_id = ?3 OR (?3 IS NULL AND p.is_default = 1))) AS fits
        FROM affiliate_referral_clicks c WHERE c.tenant_id = ?1 AND c.id = ?2";

    /// The referral of the checkout of an idempotency key.
    ATTRIBUTION_BY_KEY = "
        SELECT a.checkout_intent_id, a.referral_click_id, a.referral_link_id, a.referral_code, a.partner_id,
          a.destination_route, a.attribution_status
        FROM checkout_intents i JOIN checkout_referral_attributions a ON a.checkout_intent_id = i.id
        WHERE i.tenant_id = ?1 AND i.idempotency_key = ?2";
}

/// A click to be written down.
pub struct NewClick<'a> {
    /// Its id.
    pub id: &'a ReferralClickId,
    /// The link, by id.
    pub link_id: Option<&'a str>,
    /// The link, by code.
    pub code: Option<&'a str>,
    /// Where it is said to lead; `None` when the link itself decides.
    pub route: Option<&'a str>,
    /// The idempotency key.
    pub key: &'a str,
    /// What is kept of the visitor.
    pub traces: &'a Traces,
    /// What the key stands for.
    pub request_hash: &'a str,
    /// `link` or `api`.
    pub source: &'static str,
    /// The click that the browser keeps.
    pub earlier: Option<&'a ReferralClickId>,
    /// When it happened.
    pub now: Moment,
}

/// Binds [`RECORD`].
pub fn record(tenant: &TenantId, click: &NewClick<'_>) -> Stmt {
    let Traces { visitor, ip, user_agent, referrer } = click.traces;
    stmt!(
        RECORD,
        click.id,
        tenant,
        click.link_id,
        click.code,
        click.route,
        click.key,
        visitor.as_ref(),
        ip.as_ref(),
        user_agent.as_ref(),
        referrer.as_ref(),
        click.request_hash,
        click.source,
        click.now,
        click.earlier,
        click.now.plus_seconds(-REFERRAL_CLICK_REPEAT_SECONDS),
    )
}

/// Binds [`CLICK_BY_KEY`].
pub fn click_by_key(tenant: &TenantId, key: &str) -> Stmt {
    stmt!(CLICK_BY_KEY, tenant, key)
}

/// Binds [`OPEN_LINK`].
pub fn open_link(tenant: &TenantId, id: Option<&str>, code: Option<&str>) -> Stmt {
    stmt!(OPEN_LINK, tenant, id, code)
}

/// Binds [`FOLLOWED`].
pub fn followed(
    tenant: &TenantId,
    code: &str,
    click: &ReferralClickId,
    earlier: Option<&ReferralClickId>,
    now: Moment,
) -> Stmt {
    stmt!(FOLLOWED, tenant, code, click, earlier, now)
}

/// Binds [`ATTACH`].
pub fn attach(id: &ReferralAttributionId, intent: &CheckoutIntentId, click: &str, now: Moment) -> Stmt {
    stmt!(ATTACH, id, intent, click, now, crate::db::Value::Integer(REFERRAL_CLICK_CHECKOUTS_MAX))
}

/// Binds [`AUDIT_REFERRAL`].
pub fn audit_referral(audit: &AuditId, intent: &CheckoutIntentId, click: &str, now: Moment) -> Stmt {
    stmt!(AUDIT_REFERRAL, audit, intent, click, now)
}

/// Binds [`CLICK_STANDING`].
pub fn click_standing(tenant: &TenantId, click: &str, price: Option<&str>) -> Stmt {
    stmt!(CLICK_STANDING, tenant, click, price)
}

/// Binds [`ATTRIBUTION_BY_KEY`].
pub fn attribution_by_key(tenant: &TenantId, key: &str) -> Stmt {
    stmt!(ATTRIBUTION_BY_KEY, tenant, key)
}
