//! The SQL of commissions. A commission is made by one INSERT whose WHERE holds every condition.

use super::money::{Delivery, Taken};
use crate::db::Stmt;
use crate::kit::id::{AuditId, CheckoutIntentId, CommissionLedgerId, TenantId};
use crate::{queries, stmt};

/// The insert of a commission: its id, key, maker, audit id and time, which checkout it is for, and the rest of the
/// statement with the proof of who asks. 14 is `COMMISSION_HOLD_DAYS_MIN`; a test holds the two together.
macro_rules! credit {
    ($id:literal, $key:literal, $made_by:literal, $audit:literal, $now:literal, $intent:literal, $rest:literal) => {
        concat!(
            "
        INSERT INTO affiliate_commission_ledger_entries (
          id, tenant_id, idempotency_key, made_by, checkout_intent_id, referral_attribution_id, referral_click_id,
          referral_link_id, referral_code, partner_id, commission_rule_ids_json, source_checkout_status,
          source_checkout_amount_cents, commission_cents, currency, ledger_status, review_status, system_reason,
          refund_window_days, reversible_until, audit_correlation_id, created_at, updated_at)
        SELECT ",
            $id,
            ", i.tenant_id, ",
            $key,
            ", ",
            $made_by,
            ", i.id, a.id, a.referral_click_id,
          a.referral_link_id, a.referral_code, a.partner_id,
          (SELECT json_group_array(rule) FROM (
            SELECT v.commission_rule_id AS rule FROM affiliate_commission_lines v
            WHERE v.checkout_intent_id = i.id AND v.commission_rule_id IS NOT NULL
            GROUP BY v.commission_rule_id ORDER BY MIN(v.position))),
          i.status, i.amount_cents, t.total, i.currency, 'review_only',
          CASE WHEN d.reason IS NULL THEN 'refund_window_open' ELSE 'owner_hold' END, d.reason,
          MAX(t.days, 14), ",
            $now,
            " + MAX(t.days, 14) * 86400, ",
            $audit,
            ", ",
            $now,
            ", ",
            $now,
            "
        FROM checkout_intents i
        JOIN checkout_referral_attributions a ON a.checkout_intent_id = i.id
        JOIN affiliate_attribution_doubts d ON d.checkout_intent_id = i.id
        JOIN (
          SELECT SUM(v.commission_cents) AS total, MAX(v.hold_days) AS days
          FROM affiliate_commission_lines v WHERE v.checkout_intent_id = ",
            $intent,
            "
        ) t ON t.total > 0 ",
            $rest
        )
    };
}

queries! {
    /// A commission for a checkout that this very event made paid, unless all of its money went back before.
    CREDIT = credit!("?1", "'payment-' || i.id", "'payment_event'", "?4", "?5", "?2", "
        WHERE i.id = ?2 AND i.status = 'paid' AND i.status_event_id = ?3
          AND i.checkout_kind IN ('sandbox_checkout', 'live_checkout') AND i.amount_cents > 0
          AND EXISTS (SELECT 1 FROM stripe_webhook_events w WHERE w.id = ?3 AND w.delivery_id = ?6)
          AND NOT EXISTS (
            SELECT 1 FROM checkout_returned_money m WHERE m.checkout_intent_id = i.id AND m.is_final = 1)
        ON CONFLICT DO NOTHING");

    /// A commission for the checkout of a confirmed call.
    CREDIT_BY_CALL = credit!("r.id", "r.idempotency_key", "'confirmed_call'", "r.audit_correlation_id", "?3",
      "(
            SELECT json_extract(c.fields_json, '$.checkoutIntentId') FROM evidence_records c WHERE c.id = ?2)", "
        JOIN evidence_records r ON r.id = ?2 AND r.tenant_id = ?1
        WHERE i.tenant_id = ?1 AND i.id = json_extract(r.fields_json, '$.checkoutIntentId')
        ON CONFLICT DO NOTHING");

    /// The arithmetic of a commission that was just made.
    CREDIT_LINES = "
        INSERT INTO affiliate_commission_ledger_lines (
          commission_ledger_id, position, tenant_id, price_id, name, unit_amount_cents, commission_rule_id, rule_title,
          rate_bps, commission_cents)
        SELECT e.id, v.position, v.tenant_id, v.price_id, v.name, v.unit_amount_cents, v.commission_rule_id,
          v.rule_title, v.rate_bps, v.commission_cents
        FROM affiliate_commission_ledger_entries e
        JOIN affiliate_commission_lines v ON v.checkout_intent_id = e.checkout_intent_id
        WHERE e.id = ?1";

    /// The same for a confirmed call.
    CREDIT_LINES_BY_CALL = "
        INSERT INTO affiliate_commission_ledger_lines (
          commission_ledger_id, position, tenant_id, price_id, name, unit_amount_cents, commission_rule_id, rule_title,
          rate_bps, commission_cents)
        SELECT e.id, v.position, v.tenant_id, v.price_id, v.name, v.unit_amount_cents, v.commission_rule_id,
          v.rule_title, v.rate_bps, v.commission_cents
        FROM affiliate_commission_ledger_entries e
        JOIN affiliate_commission_lines v ON v.checkout_intent_id = e.checkout_intent_id
        WHERE e.tenant_id = ?1 AND e.id = ?2";

    /// The audit row of a commission that was just made.
    AUDIT_CREDIT = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, stripe_event_id, event_kind, actor_kind, summary, metadata_json, created_at)
        SELECT e.audit_correlation_id, e.tenant_id, e.checkout_intent_id, ?2,
          'affiliate_commission_ledger_review_only_created', ?3, 'A partner''s commission was written down for review.',
          json_object('commissionLedgerId', e.id, 'commissionCents', e.commission_cents, 'systemReason', e.system_reason),
          ?4
        FROM affiliate_commission_ledger_entries e WHERE e.id = ?1";

    /// Reverses the commission of a payment whose money is gone, or holds it when a part stayed or a dispute is open; only
    /// when this event brought something new.
    TAKE_BACK = "
        UPDATE affiliate_commission_ledger_entries AS e
        SET (ledger_status, review_status, system_reason) = (
            SELECT CASE WHEN m.is_final THEN 'reversed' ELSE 'review_only' END,
              CASE WHEN m.is_final THEN 'owner_reversed' ELSE 'owner_hold' END, m.reason
            FROM checkout_returned_money m WHERE m.checkout_intent_id = e.checkout_intent_id),
          updated_at = MAX(?5, updated_at + 1)
        WHERE e.ledger_status = 'review_only'
          AND e.checkout_intent_id IN (
            SELECT i.id FROM checkout_intents i WHERE i.stripe_payment_intent_id = ?1 AND i.stripe_mode = ?2)
          AND (
            EXISTS (SELECT 1 FROM stripe_refunded_charges r
              WHERE r.stripe_payment_intent_id = ?1 AND r.stripe_mode = ?2 AND r.changed_event_id = ?3)
            OR EXISTS (SELECT 1 FROM stripe_disputed_payments d
              WHERE d.stripe_payment_intent_id = ?1 AND d.stripe_mode = ?2 AND d.changed_event_id = ?3))
          AND EXISTS (SELECT 1 FROM stripe_webhook_events w WHERE w.id = ?3 AND w.delivery_id = ?4)";

    /// The audit row of money that went back, whether or not a commission was there to reverse.
    AUDIT_TAKE_BACK = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, stripe_event_id, event_kind, actor_kind, summary, metadata_json, created_at)
        SELECT ?9, i.tenant_id, i.id, w.id, w.event_type, ?10, ?7,
          json_object('reason', ?4, 'commissionLedgerId', e.id,
            'ledgerStatus', e.ledger_status, 'reviewStatus', e.review_status), ?8
        FROM checkout_intents i
        JOIN stripe_webhook_events w ON w.id = ?5 AND w.delivery_id = ?6
        LEFT JOIN affiliate_commission_ledger_entries e ON e.checkout_intent_id = i.id
        WHERE i.id = COALESCE(?1, (SELECT n.id FROM checkout_intents n WHERE n.stripe_payment_intent_id = ?2))
          AND COALESCE(i.stripe_payment_intent_id, ?2) IS ?2 AND i.stripe_mode = ?3";

    /// A commission by its id.
    LEDGER = "
        SELECT id, checkout_intent_id, referral_attribution_id, referral_click_id, referral_link_id, referral_code,
          partner_id, commission_rule_ids_json, source_checkout_status, source_checkout_amount_cents, commission_cents,
          currency, ledger_status, review_status, payout_status, refund_window_days, reversible_until, updated_at,
          made_by
        FROM affiliate_commission_ledger_entries WHERE tenant_id = ?1 AND id = ?2";

    /// The commission that a confirmed call made.
    LEDGER_OF_CALL = "
        SELECT e.id, e.checkout_intent_id, e.referral_attribution_id, e.referral_click_id, e.referral_link_id,
          e.referral_code, e.partner_id, e.commission_rule_ids_json, e.source_checkout_status,
          e.source_checkout_amount_cents, e.commission_cents, e.currency, e.ledger_status, e.review_status,
          e.payout_status, e.refund_window_days, e.reversible_until, e.updated_at
        FROM evidence_records r JOIN affiliate_commission_ledger_entries e ON e.id = r.id
        WHERE r.tenant_id = ?1 AND r.kind = ?2 AND r.actor = ?3 AND r.idempotency_key = ?4";

    /// What an owner decided, by the receipt.
    ACTION_OF_RECEIPT = "
        SELECT a.id, a.commission_ledger_id, a.checkout_intent_id, a.action_kind, a.previous_ledger_status,
          a.previous_review_status, a.previous_payout_status, a.next_ledger_status, a.next_review_status,
          a.next_payout_status, a.actor_role, a.reason_public, a.created_at
        FROM evidence_records r JOIN affiliate_commission_ledger_actions a ON a.id = r.id
        WHERE r.tenant_id = ?1 AND r.kind = ?2 AND r.actor = ?3 AND r.idempotency_key = ?4";

    /// The commission that an owner decided about, by the receipt.
    LEDGER_OF_ACTION = "
        SELECT e.id, e.checkout_intent_id, e.referral_attribution_id, e.referral_click_id, e.referral_link_id,
          e.referral_code, e.partner_id, e.commission_rule_ids_json, e.source_checkout_status,
          e.source_checkout_amount_cents, e.commission_cents, e.currency, e.ledger_status, e.review_status,
          e.payout_status, e.refund_window_days, e.reversible_until, e.updated_at
        FROM evidence_records r
        JOIN affiliate_commission_ledger_actions a ON a.id = r.id
        JOIN affiliate_commission_ledger_entries e ON e.id = a.commission_ledger_id
        WHERE r.tenant_id = ?1 AND r.kind = ?2 AND r.actor = ?3 AND r.idempotency_key = ?4";

    /// Writes down what an owner decided, with what was before.
    ACT = "
        INSERT INTO affiliate_commission_ledger_actions (
          id, tenant_id, idempotency_key, commission_ledger_id, checkout_intent_id, action_kind, previous_ledger_status,
          previous_review_status, previous_payout_status, next_ledger_status, next_review_status, next_payout_status,
          actor_user_id, actor_email_hash, actor_role, reason_public, private_reason_hash, created_at)
        SELECT r.id, r.tenant_id, r.idempotency_key, e.id, e.checkout_intent_id,
          json_extract(r.fields_json, '$.actionKind'), e.ledger_status, e.review_status, e.payout_status,
          CASE json_extract(r.fields_json, '$.actionKind') WHEN 'reverse_evidence' THEN 'reversed' ELSE 'review_only' END,
          CASE json_extract(r.fields_json, '$.actionKind') WHEN 'mark_reviewed' THEN 'owner_reviewed'
            WHEN 'hold_for_review' THEN 'owner_hold' ELSE 'owner_reversed' END,
          'not_payable', r.actor, r.actor_email_hash, r.actor_role, json_extract(r.fields_json, '$.publicReason'),
          COALESCE(json_extract(r.fields_json, '$.privateReasonHash'), json_extract(r.fields_json, '$.reasonHash')), ?3
        FROM evidence_records r
        JOIN affiliate_commission_ledger_entries e
          ON e.tenant_id = r.tenant_id AND e.id = json_extract(r.fields_json, '$.commissionLedgerId')
        WHERE r.id = ?2 AND r.tenant_id = ?1";

    /// Does what an owner decided. The stale-state token always grows.
    APPLY_ACTION = "
        UPDATE affiliate_commission_ledger_entries
        SET (ledger_status, review_status, payout_status) = (
            SELECT a.next_ledger_status, a.next_review_status, a.next_payout_status
            FROM affiliate_commission_ledger_actions a WHERE a.id = ?2),
          updated_at = MAX(?3, updated_at + 1)
        WHERE tenant_id = ?1
          AND id = (SELECT a.commission_ledger_id FROM affiliate_commission_ledger_actions a WHERE a.id = ?2)";
}

/// What must be true for confirmed writes.
pub mod truths {
    use crate::truth;

    truth! {
        /// The checkout of a call: whether its money arrived and stayed, who sent the buyer, what that earns, and the
        /// commission that is there already.
        CALL_TRUTH, CALL_RECORD = "
        SELECT json_object(
          'checkoutIntentId', i.id,
          'trusted', i.status = 'paid' AND i.amount_cents > 0
            AND i.checkout_kind IN ('sandbox_checkout', 'live_checkout')
            AND NOT EXISTS (
              SELECT 1 FROM checkout_returned_money m WHERE m.checkout_intent_id = i.id AND m.is_final = 1),
          'attributed', EXISTS (SELECT 1 FROM checkout_referral_attributions a WHERE a.checkout_intent_id = i.id),
          'earns', COALESCE((
            SELECT SUM(v.commission_cents) FROM affiliate_commission_lines v WHERE v.checkout_intent_id = i.id), 0) > 0,
          'madeByPayment', COALESCE(e.made_by = 'payment_event', 0),
          'madeByCall', COALESCE(e.made_by = 'confirmed_call', 0),
          'commissionLedgerId', e.id) AS truth
        FROM checkout_intents i
        LEFT JOIN affiliate_commission_ledger_entries e ON e.checkout_intent_id = i.id
        WHERE i.tenant_id = ?1 AND i.id = json_extract(?2, '$.checkoutIntentId')";

        /// A commission as it stands.
        ACTION_TRUTH, ACTION_RECORD = "
        SELECT json_object(
          'commissionLedgerId', e.id, 'checkoutIntentId', e.checkout_intent_id, 'updatedAt', e.updated_at,
          'payoutStatus', e.payout_status, 'ledgerStatus', e.ledger_status) AS truth
        FROM affiliate_commission_ledger_entries e
        WHERE e.tenant_id = ?1 AND e.id = json_extract(?2, '$.commissionLedgerId')";
    }
}

/// Binds [`CREDIT`].
pub fn credit(id: &CommissionLedgerId, intent: &CheckoutIntentId, audit: &AuditId, it: Delivery<'_>) -> Stmt {
    stmt!(CREDIT, id, intent, it.event, audit, it.now, it.id)
}

/// Binds [`CREDIT_LINES`].
pub fn credit_lines(id: &CommissionLedgerId) -> Stmt {
    stmt!(CREDIT_LINES, id)
}

/// Binds [`AUDIT_CREDIT`].
pub fn audit_credit(id: &CommissionLedgerId, it: Delivery<'_>) -> Stmt {
    stmt!(AUDIT_CREDIT, id, it.event, it.actor, it.now)
}

/// Binds [`TAKE_BACK`].
pub fn take_back(taken: Taken<'_>, it: Delivery<'_>) -> Stmt {
    stmt!(TAKE_BACK, taken.payment, taken.mode, it.event, it.id, it.now)
}

/// Binds [`AUDIT_TAKE_BACK`].
pub fn audit_take_back(taken: Taken<'_>, it: Delivery<'_>, audit: &AuditId) -> Stmt {
    let Taken { intent, payment, mode, reason, summary } = taken;
    stmt!(AUDIT_TAKE_BACK, intent, payment, mode, reason, it.event, it.id, summary, it.now, audit, it.actor)
}

/// Binds [`LEDGER`].
pub fn ledger(tenant: &TenantId, id: &str) -> Stmt {
    stmt!(LEDGER, tenant, id)
}
