-- Which clicks may still be used, and which commissions are doubtful.

-- A checkout that came to nothing does not use its click up.
DROP VIEW affiliate_attachable_clicks;

-- Each click with each offer stack that it may be credited for, and until when. Opening a checkout, attaching the click
-- and saying why it was not attached all ask this one view.
CREATE VIEW affiliate_attachable_clicks AS
SELECT c.tenant_id, c.id AS referral_click_id, s.id AS stack_id, c.clicked_at,
  c.clicked_at + c.window_days * 86400 AS closes_at,
  (SELECT COUNT(*) FROM checkout_referral_attributions x JOIN checkout_intents i ON i.id = x.checkout_intent_id
    WHERE x.referral_click_id = c.id AND i.status NOT IN ('expired', 'payment_failed', 'stripe_error')) AS uses
FROM affiliate_referral_clicks c
JOIN offer_stacks s ON s.tenant_id = c.tenant_id
  AND c.destination_route IN (s.linked_funnel_route, '/offers/' || s.slug);

-- Payments that a buyer disputes. They belong to the deployment's Stripe account, as the inbox does: a dispute may come
-- before anything that says whose it is. A lost dispute stays lost, and one that ended otherwise stays a dispute.
CREATE TABLE stripe_disputed_payments (
  stripe_payment_intent_id TEXT NOT NULL,
  stripe_mode TEXT NOT NULL CHECK (stripe_mode IN ('sandbox', 'live')),
  lost INTEGER NOT NULL CHECK (lost IN (0, 1)),
  -- The last event that changed anything in the row.
  changed_event_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (stripe_payment_intent_id, stripe_mode)
) STRICT, WITHOUT ROWID;

-- Every checkout, and what went back or may go back of its money; the reason is NULL when nothing did. is_final: all of
-- it is gone. It is worked out from facts, so every order of events ends in the same.
CREATE VIEW checkout_returned_money AS
SELECT f.checkout_intent_id,
  CASE WHEN f.refunded_whole = 1 THEN 'refunded' WHEN f.lost IS NOT NULL THEN 'disputed'
    WHEN f.refunded_whole = 0 THEN 'partially_refunded' END AS reason,
  COALESCE(f.refunded_whole, 0) OR COALESCE(f.lost, 0) AS is_final
FROM (
  SELECT i.id AS checkout_intent_id,
    (SELECT MAX(r.refunded_cents >= r.amount_cents) FROM stripe_refunded_charges r
      WHERE r.stripe_payment_intent_id = i.stripe_payment_intent_id AND r.stripe_mode = i.stripe_mode) AS refunded_whole,
    (SELECT d.lost FROM stripe_disputed_payments d
      WHERE d.stripe_payment_intent_id = i.stripe_payment_intent_id AND d.stripe_mode = i.stripe_mode) AS lost
  FROM checkout_intents i) f;

-- Every checkout that came by a link, and why a person should look before it earns; NULL when nothing speaks against it.
CREATE VIEW affiliate_attribution_doubts AS
SELECT a.checkout_intent_id,
  COALESCE(
    (SELECT m.reason FROM checkout_returned_money m WHERE m.checkout_intent_id = a.checkout_intent_id),
    CASE WHEN p.contact_email_hash = i.buyer_email_hash THEN 'self_referral' END,
    CASE WHEN NOT EXISTS (SELECT 1 FROM affiliate_open_links o WHERE o.id = a.referral_link_id) THEN 'link_closed' END
  ) AS reason
FROM checkout_referral_attributions a
JOIN checkout_intents i ON i.id = a.checkout_intent_id
JOIN affiliate_partners p ON p.id = a.partner_id;

-- One more reason: 'link_closed', when the partner, the link or the program was stopped between the click and the money.
-- A CHECK cannot be changed in place, so a new column takes the name of the old one.
ALTER TABLE affiliate_commission_ledger_entries RENAME COLUMN system_reason TO former_reason;
-- Why the system itself put the row on hold or reversed it; NULL when it did neither.
ALTER TABLE affiliate_commission_ledger_entries ADD COLUMN system_reason TEXT CHECK (system_reason IN (
  'self_referral', 'link_closed', 'partially_refunded', 'refunded', 'disputed'));
UPDATE affiliate_commission_ledger_entries SET system_reason = former_reason;
ALTER TABLE affiliate_commission_ledger_entries DROP COLUMN former_reason;
