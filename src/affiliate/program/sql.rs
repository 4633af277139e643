//! The SQL of the program's page and of its document. A row is what the document shows.

use crate::db::Stmt;
use crate::kit::id::TenantId;
use crate::{queries, stmt};

queries! {
    /// The programs of a shop.
    PROGRAMS = "
        SELECT g.id, g.slug, g.title, g.summary, g.status, g.revision_id AS \"revisionId\",
          g.linked_funnel_route AS \"linkedFunnelRoute\", '/offers/' || s.slug AS \"linkedOfferRoute\",
          g.linked_analytics_route AS \"linkedAnalyticsRoute\"
        FROM affiliate_programs g LEFT JOIN offer_stacks s ON s.id = g.offer_stack_id
        WHERE g.tenant_id = ?1 ORDER BY g.created_at, g.id";

    /// Whose click counts, and for how long.
    ATTRIBUTION_RULES = "
        SELECT r.program_id AS \"programId\", r.id, r.model, r.title, r.window_days AS \"windowDays\", r.priority,
          r.applies_to_json AS \"appliesTo\", r.caveat
        FROM affiliate_programs g JOIN affiliate_attribution_rules r ON r.program_id = g.id
        WHERE g.tenant_id = ?1 ORDER BY r.priority, r.id";

    /// What a sale earns.
    COMMISSION_RULES = "
        SELECT r.program_id AS \"programId\", r.id, r.kind, r.title,
          (SELECT json_group_array(offer_id) FROM (
            SELECT x.offer_id FROM affiliate_commission_rule_offers x
            WHERE x.commission_rule_id = r.id ORDER BY x.position)) AS \"appliesToOfferIds\",
          r.rate_bps AS \"rateBps\", r.amount_cents AS \"amountCents\", r.hold_days AS \"holdDays\",
          upper(r.currency) AS currency, r.caveat
        FROM affiliate_programs g JOIN affiliate_commission_rules r ON r.program_id = g.id
        WHERE g.tenant_id = ?1 ORDER BY r.position, r.id";

    /// The partners who have a link in a program.
    PARTNERS = "
        SELECT l.program_id AS \"programId\", p.id, p.display_name AS \"displayName\", p.status,
          p.public_profile AS \"publicProfile\",
          (SELECT json_group_array(program_id) FROM (
            SELECT a.program_id FROM affiliate_partner_approvals a WHERE a.partner_id = p.id ORDER BY a.program_id)
          ) AS \"approvedProgramIds\",
          (SELECT json_group_array(id) FROM (
            SELECT n.id FROM affiliate_referral_links n
            WHERE n.partner_id = p.id AND n.program_id = l.program_id ORDER BY n.position, n.id)) AS \"referralLinkIds\"
        FROM affiliate_programs g
        JOIN affiliate_referral_links l ON l.program_id = g.id
        JOIN affiliate_partners p ON p.id = l.partner_id
        WHERE g.tenant_id = ?1 GROUP BY l.program_id, p.id ORDER BY p.position, p.id";

    /// The links of the programs.
    LINKS = "
        SELECT l.program_id AS \"programId\", l.id, l.code, l.status, l.partner_id AS \"partnerId\",
          l.destination_route AS \"destinationRoute\", l.attribution_rule_id AS \"attributionRuleId\",
          (SELECT json_group_array(offer_id) FROM (
            SELECT x.offer_id FROM affiliate_referral_link_offers x
            WHERE x.referral_link_id = l.id ORDER BY x.position)) AS \"linkedOfferIds\",
          l.utm_source AS \"utmSource\"
        FROM affiliate_programs g JOIN affiliate_referral_links l ON l.program_id = g.id
        WHERE g.tenant_id = ?1 ORDER BY l.position, l.id";

    /// What the programs publish beside their figures.
    DOCUMENTS = "
        SELECT d.program_id AS \"programId\", d.kind, d.id, d.body_json
        FROM affiliate_programs g JOIN affiliate_program_documents d ON d.program_id = g.id
        WHERE g.tenant_id = ?1 ORDER BY d.kind, d.position, d.id";

    /// Clicks, counted by link.
    CLICK_TOTALS = "
        SELECT referral_link_id, referral_code, partner_id, destination_route, total_clicks, last_click_at
        FROM affiliate_click_totals WHERE tenant_id = ?1
        ORDER BY referral_link_id, referral_code, partner_id, destination_route";

    /// Checkouts that came by a link, counted by link.
    ATTRIBUTION_TOTALS = "
        SELECT referral_link_id, referral_code, partner_id, destination_route, attribution_status,
          COUNT(*) AS total_checkouts, MAX(created_at) AS last_attached_at
        FROM checkout_referral_attributions WHERE tenant_id = ?1
        GROUP BY referral_link_id, referral_code, partner_id, destination_route, attribution_status
        ORDER BY referral_link_id, referral_code, partner_id, destination_route";

    /// Commissions, counted by link and status.
    LEDGER_TOTALS = "
        SELECT referral_link_id, referral_code, partner_id, ledger_status, review_status, payout_status,
          COUNT(*) AS total_ledgers, SUM(source_checkout_amount_cents) AS total_source_checkout_amount_cents,
          SUM(commission_cents) AS total_commission_cents, MAX(created_at) AS last_created_at
        FROM affiliate_commission_ledger_entries WHERE tenant_id = ?1
        GROUP BY referral_link_id, referral_code, partner_id, ledger_status, review_status, payout_status
        ORDER BY referral_link_id, referral_code, partner_id, ledger_status, review_status, payout_status";

    /// Decisions about commissions, counted.
    ACTION_TOTALS = "
        SELECT action_kind, next_ledger_status, next_review_status, next_payout_status, COUNT(*) AS total_actions,
          MAX(created_at) AS last_created_at
        FROM affiliate_commission_ledger_actions WHERE tenant_id = ?1
        GROUP BY action_kind, next_ledger_status, next_review_status, next_payout_status
        ORDER BY action_kind, next_ledger_status, next_review_status, next_payout_status";

    /// The same by link.
    PARTNER_ACTION_TOTALS = "
        SELECT e.referral_link_id, e.referral_code, e.partner_id, a.action_kind, a.next_ledger_status,
          a.next_review_status, a.next_payout_status, COUNT(*) AS total_actions, MAX(a.created_at) AS last_created_at
        FROM affiliate_commission_ledger_actions a
        JOIN affiliate_commission_ledger_entries e ON e.id = a.commission_ledger_id
        WHERE a.tenant_id = ?1
        GROUP BY e.referral_link_id, e.referral_code, e.partner_id, a.action_kind, a.next_ledger_status,
          a.next_review_status, a.next_payout_status
        ORDER BY e.referral_link_id, e.referral_code, e.partner_id, a.action_kind";

    /// A program by its address.
    PROGRAM = "
        SELECT g.id, g.title, g.summary, g.status, s.slug AS offer_slug
        FROM affiliate_programs g LEFT JOIN offer_stacks s ON s.id = g.offer_stack_id AND s.status <> 'draft'
        WHERE g.tenant_id = ?1 AND g.slug = ?2";

    /// What each offer of a program earns, with its price now.
    EARNINGS = "
        SELECT o.title, o.unit_amount_cents, o.currency, r.kind, r.rate_bps, r.amount_cents, r.hold_days, r.caveat
        FROM affiliate_programs g
        JOIN affiliate_commission_rules r ON r.program_id = g.id AND r.kind <> 'holdback'
        JOIN affiliate_commission_rule_offers x ON x.commission_rule_id = r.id
        JOIN offer_prices o ON o.id = x.offer_id
        WHERE g.tenant_id = ?1 AND g.slug = ?2 ORDER BY r.position, x.position";

    /// How a program chooses the click.
    WINDOWS = "
        SELECT r.model, r.title, r.window_days, r.caveat
        FROM affiliate_programs g JOIN affiliate_attribution_rules r ON r.program_id = g.id
        WHERE g.tenant_id = ?1 AND g.slug = ?2 AND r.window_days > 0 ORDER BY r.priority";

    /// The partners of a program whose links work.
    OPEN_PARTNERS = "
        SELECT p.display_name, p.public_profile
        FROM affiliate_programs g
        JOIN affiliate_open_links l ON l.program_id = g.id
        JOIN affiliate_partners p ON p.id = l.partner_id
        WHERE g.tenant_id = ?1 AND g.slug = ?2 GROUP BY p.id ORDER BY p.position, p.id";
}

crate::of_tenant! {
    programs = PROGRAMS;
    attribution_rules = ATTRIBUTION_RULES;
    commission_rules = COMMISSION_RULES;
    partners = PARTNERS;
    links = LINKS;
    documents = DOCUMENTS;
    click_totals = CLICK_TOTALS;
    attribution_totals = ATTRIBUTION_TOTALS;
    ledger_totals = LEDGER_TOTALS;
    action_totals = ACTION_TOTALS;
    partner_action_totals = PARTNER_ACTION_TOTALS;
}

/// Binds [`PROGRAM`].
pub fn program(tenant: &TenantId, slug: &str) -> Stmt {
    stmt!(PROGRAM, tenant, slug)
}

/// Binds [`EARNINGS`].
pub fn earnings(tenant: &TenantId, slug: &str) -> Stmt {
    stmt!(EARNINGS, tenant, slug)
}

/// Binds [`WINDOWS`].
pub fn windows(tenant: &TenantId, slug: &str) -> Stmt {
    stmt!(WINDOWS, tenant, slug)
}

/// Binds [`OPEN_PARTNERS`].
pub fn open_partners(tenant: &TenantId, slug: &str) -> Stmt {
    stmt!(OPEN_PARTNERS, tenant, slug)
}
