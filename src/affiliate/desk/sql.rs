//! The SQL of the owner's desk. Everything newest first, and never more than a page.

use crate::db::{Stmt, Value};
use crate::kit::bounds::AFFILIATE_PAGE_ROWS;
use crate::kit::id::TenantId;
use crate::{queries, stmt};

queries! {
    /// The commissions, with everything that explains them.
    CREDITS = "
        SELECT e.id, e.checkout_intent_id, p.display_name AS partner_name, e.referral_code, c.clicked_at, c.window_days,
          r.title AS attribution_title, i.created_at AS ordered_at, e.source_checkout_amount_cents, e.commission_cents,
          e.currency, e.ledger_status, e.review_status, e.system_reason, e.reversible_until, e.created_at, e.updated_at,
          (SELECT a.reason_public FROM affiliate_commission_ledger_actions a
            WHERE a.commission_ledger_id = e.id ORDER BY a.created_at DESC, a.rowid DESC LIMIT 1) AS reason_public
        FROM affiliate_commission_ledger_entries e
        JOIN affiliate_referral_clicks c ON c.id = e.referral_click_id
        JOIN checkout_intents i ON i.id = e.checkout_intent_id
        LEFT JOIN affiliate_partners p ON p.id = e.partner_id
        LEFT JOIN affiliate_attribution_rules r ON r.id = c.attribution_rule_id
        WHERE e.tenant_id = ?1 ORDER BY e.created_at DESC, e.id LIMIT ?2";

    /// The arithmetic of those commissions.
    CREDIT_LINES = "
        SELECT l.commission_ledger_id, l.name, l.unit_amount_cents, l.rule_title, l.rate_bps, l.commission_cents
        FROM affiliate_commission_ledger_lines l
        WHERE l.commission_ledger_id IN (
          SELECT e.id FROM affiliate_commission_ledger_entries e
          WHERE e.tenant_id = ?1 ORDER BY e.created_at DESC, e.id LIMIT ?2)
        ORDER BY l.commission_ledger_id, l.position";

    /// The links with their figures.
    LINKS = "
        SELECT l.code, l.status, p.display_name AS partner_name, p.status AS partner_status,
          EXISTS (SELECT 1 FROM affiliate_open_links o WHERE o.id = l.id) AS open,
          COALESCE((SELECT SUM(t.total_clicks) FROM affiliate_click_totals t
            WHERE t.tenant_id = l.tenant_id AND t.referral_link_id = l.id), 0) AS clicks,
          (SELECT MAX(t.last_click_at) FROM affiliate_click_totals t
            WHERE t.tenant_id = l.tenant_id AND t.referral_link_id = l.id) AS last_click_at,
          (SELECT COUNT(*) FROM checkout_referral_attributions a WHERE a.referral_link_id = l.id) AS orders,
          (SELECT COUNT(*) FROM affiliate_commission_ledger_entries e
            WHERE e.referral_link_id = l.id AND e.ledger_status = 'review_only') AS credits
        FROM affiliate_programs g
        JOIN affiliate_referral_links l ON l.program_id = g.id
        JOIN affiliate_partners p ON p.id = l.partner_id
        WHERE g.tenant_id = ?1 ORDER BY l.position, l.id LIMIT ?2";

    /// Orders that came by a link and have no commission.
    UNCREDITED = "
        SELECT a.referral_code, p.display_name AS partner_name, i.created_at AS ordered_at, i.status AS checkout_status,
          NULL AS skipped,
          EXISTS (SELECT 1 FROM checkout_returned_money m
            WHERE m.checkout_intent_id = i.id AND m.is_final = 1) AS taken_back
        FROM checkout_referral_attributions a
        JOIN checkout_intents i ON i.id = a.checkout_intent_id
        LEFT JOIN affiliate_partners p ON p.id = a.partner_id
        WHERE a.tenant_id = ?1
          AND NOT EXISTS (SELECT 1 FROM affiliate_commission_ledger_entries e WHERE e.checkout_intent_id = i.id)
        ORDER BY a.created_at DESC, a.id LIMIT ?2";

    /// Orders whose click could not be attached.
    SKIPPED = "
        SELECT l.code AS referral_code, p.display_name AS partner_name, n.created_at AS ordered_at,
          i.status AS checkout_status, json_extract(n.metadata_json, '$.reason') AS skipped, 0 AS taken_back
        FROM payment_audit_events n
        JOIN checkout_intents i ON i.id = n.checkout_intent_id
        LEFT JOIN affiliate_referral_links l ON l.id = json_extract(n.metadata_json, '$.referralLinkId')
        LEFT JOIN affiliate_partners p ON p.id = l.partner_id
        WHERE n.tenant_id = ?1 AND n.event_kind = 'checkout_referral_attribution_skipped'
        ORDER BY n.created_at DESC LIMIT ?2";
}

macro_rules! page_of {
    ($( $name:ident = $query:ident; )*) => { $(
        #[doc = concat!("Binds [`", stringify!($query), "`].")]
        pub fn $name(tenant: &TenantId) -> Stmt {
            stmt!($query, tenant, Value::Integer(AFFILIATE_PAGE_ROWS))
        }
    )* };
}

page_of! {
    credits = CREDITS;
    credit_lines = CREDIT_LINES;
    links = LINKS;
    uncredited = UNCREDITED;
    skipped = SKIPPED;
}
