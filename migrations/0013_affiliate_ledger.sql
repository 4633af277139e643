-- From a partner's link to a credit: clicks, the click that a checkout came by, the credit with its arithmetic, and
-- what an owner decided about it. Nothing here is ever paid out: payout_status has one value.

-- A click is a fact. Addresses and browsers are kept only as keyed hashes whose key changes with the calendar, so they
-- can be counted for a while and never turned back.
CREATE TABLE affiliate_referral_clicks (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  referral_link_id TEXT NOT NULL,
  referral_code TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  destination_route TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  utm_source TEXT,
  visitor_key_hash TEXT,
  ip_hash TEXT,
  user_agent_hash TEXT,
  referrer_hash TEXT,
  -- Keyed hash of everything that the idempotency key stands for; the same key with another request is refused.
  request_hash TEXT NOT NULL,
  -- The rule as it stood at the click, so that a later change of terms does not reach back.
  attribution_rule_id TEXT NOT NULL,
  window_days INTEGER NOT NULL CHECK (window_days >= 0),
  source TEXT NOT NULL CHECK (source IN ('link', 'api')),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  clicked_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, idempotency_key)
) STRICT;

CREATE INDEX affiliate_referral_clicks_by_link ON affiliate_referral_clicks (referral_link_id, clicked_at);
CREATE INDEX affiliate_referral_clicks_by_partner ON affiliate_referral_clicks (partner_id, clicked_at);
CREATE INDEX affiliate_referral_clicks_by_route ON affiliate_referral_clicks (destination_route, clicked_at);
CREATE INDEX affiliate_referral_clicks_by_tenant ON affiliate_referral_clicks (tenant_id, clicked_at);

-- How many clicks a link had, kept by the trigger below, so that no page counts them one by one.
CREATE TABLE affiliate_click_totals (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  referral_link_id TEXT NOT NULL,
  referral_code TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  destination_route TEXT NOT NULL,
  total_clicks INTEGER NOT NULL CHECK (total_clicks > 0),
  last_click_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, referral_link_id, referral_code, partner_id, destination_route)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER affiliate_click_counted AFTER INSERT ON affiliate_referral_clicks
BEGIN
  INSERT INTO affiliate_click_totals (
    tenant_id, referral_link_id, referral_code, partner_id, destination_route, total_clicks, last_click_at)
  VALUES (new.tenant_id, new.referral_link_id, new.referral_code, new.partner_id, new.destination_route, 1, new.clicked_at)
  ON CONFLICT (tenant_id, referral_link_id, referral_code, partner_id, destination_route) DO UPDATE
  SET total_clicks = total_clicks + 1, last_click_at = MAX(last_click_at, excluded.last_click_at);
END;

CREATE TABLE checkout_referral_attributions (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  checkout_intent_id TEXT NOT NULL UNIQUE REFERENCES checkout_intents (id) ON DELETE CASCADE,
  referral_click_id TEXT NOT NULL REFERENCES affiliate_referral_clicks (id) ON DELETE CASCADE,
  referral_link_id TEXT NOT NULL,
  referral_code TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  destination_route TEXT NOT NULL,
  attribution_status TEXT NOT NULL DEFAULT 'checkout_intent_attached' CHECK (attribution_status IN ('checkout_intent_attached')),
  checkout_product_id TEXT REFERENCES commerce_products (id) ON DELETE SET NULL,
  checkout_price_id TEXT REFERENCES commerce_prices (id) ON DELETE SET NULL,
  audit_correlation_id TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX checkout_referral_attributions_by_click ON checkout_referral_attributions (referral_click_id);
CREATE INDEX checkout_referral_attributions_by_partner ON checkout_referral_attributions (partner_id, created_at);
CREATE INDEX checkout_referral_attributions_by_link ON checkout_referral_attributions (referral_link_id, created_at);
CREATE INDEX checkout_referral_attributions_by_tenant ON checkout_referral_attributions (tenant_id, created_at);

CREATE TABLE affiliate_commission_ledger_entries (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  idempotency_key TEXT NOT NULL,
  -- Who made the row: a signed payment event, or a confirmed call.
  made_by TEXT NOT NULL CHECK (made_by IN ('payment_event', 'confirmed_call')),
  checkout_intent_id TEXT NOT NULL UNIQUE REFERENCES checkout_intents (id) ON DELETE CASCADE,
  referral_attribution_id TEXT NOT NULL REFERENCES checkout_referral_attributions (id) ON DELETE CASCADE,
  referral_click_id TEXT NOT NULL REFERENCES affiliate_referral_clicks (id) ON DELETE CASCADE,
  referral_link_id TEXT NOT NULL,
  referral_code TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  commission_rule_ids_json TEXT NOT NULL CHECK (json_valid(commission_rule_ids_json)),
  source_checkout_status TEXT NOT NULL CHECK (source_checkout_status IN ('paid')),
  source_checkout_amount_cents INTEGER NOT NULL CHECK (source_checkout_amount_cents > 0),
  commission_cents INTEGER NOT NULL CHECK (commission_cents BETWEEN 1 AND source_checkout_amount_cents),
  currency TEXT NOT NULL CHECK (currency = lower(currency) AND length(currency) = 3),
  ledger_status TEXT NOT NULL DEFAULT 'review_only' CHECK (ledger_status IN ('review_only', 'reversed')),
  review_status TEXT NOT NULL DEFAULT 'refund_window_open' CHECK (review_status IN (
    'refund_window_open', 'owner_reviewed', 'owner_hold', 'owner_reversed')),
  payout_status TEXT NOT NULL DEFAULT 'not_payable' CHECK (payout_status IN ('not_payable')),
  -- Why the system itself put the row on hold or reversed it; NULL when it did neither.
  system_reason TEXT CHECK (system_reason IN ('self_referral', 'partially_refunded', 'refunded', 'disputed')),
  refund_window_days INTEGER NOT NULL DEFAULT 14 CHECK (refund_window_days >= 0),
  reversible_until INTEGER,
  audit_correlation_id TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, idempotency_key),
  CHECK ((ledger_status = 'reversed') = (review_status = 'owner_reversed'))
) STRICT;

CREATE INDEX affiliate_ledger_by_partner ON affiliate_commission_ledger_entries (partner_id, created_at);
CREATE INDEX affiliate_ledger_by_link ON affiliate_commission_ledger_entries (referral_link_id, created_at);
CREATE INDEX affiliate_ledger_by_status ON affiliate_commission_ledger_entries (ledger_status, review_status, payout_status);
CREATE INDEX affiliate_ledger_by_attribution ON affiliate_commission_ledger_entries (referral_attribution_id);
CREATE INDEX affiliate_ledger_by_click ON affiliate_commission_ledger_entries (referral_click_id);
CREATE INDEX affiliate_ledger_by_tenant ON affiliate_commission_ledger_entries (tenant_id, created_at);

-- The arithmetic of a credit, line by line, as it was done: why a partner got this much.
CREATE TABLE affiliate_commission_ledger_lines (
  commission_ledger_id TEXT NOT NULL REFERENCES affiliate_commission_ledger_entries (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  price_id TEXT NOT NULL,
  name TEXT NOT NULL,
  unit_amount_cents INTEGER NOT NULL CHECK (unit_amount_cents >= 0),
  -- NULL when no rule pays for the line.
  commission_rule_id TEXT,
  rule_title TEXT,
  rate_bps INTEGER,
  commission_cents INTEGER NOT NULL CHECK (commission_cents BETWEEN 0 AND unit_amount_cents),
  PRIMARY KEY (commission_ledger_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE affiliate_commission_ledger_actions (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  idempotency_key TEXT NOT NULL,
  commission_ledger_id TEXT NOT NULL REFERENCES affiliate_commission_ledger_entries (id) ON DELETE CASCADE,
  checkout_intent_id TEXT NOT NULL REFERENCES checkout_intents (id) ON DELETE CASCADE,
  action_kind TEXT NOT NULL CHECK (action_kind IN ('mark_reviewed', 'hold_for_review', 'reverse_evidence')),
  previous_ledger_status TEXT NOT NULL,
  previous_review_status TEXT NOT NULL,
  previous_payout_status TEXT NOT NULL,
  next_ledger_status TEXT NOT NULL,
  next_review_status TEXT NOT NULL,
  next_payout_status TEXT NOT NULL,
  actor_user_id TEXT NOT NULL,
  -- Keyed hash; the address itself stays with the account.
  actor_email_hash TEXT,
  actor_role TEXT NOT NULL,
  reason_public TEXT,
  -- Keyed hash of the private reason: it can be proved later and never read here.
  private_reason_hash TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX affiliate_ledger_actions_by_key
  ON affiliate_commission_ledger_actions (tenant_id, actor_user_id, idempotency_key);
CREATE INDEX affiliate_ledger_actions_by_ledger ON affiliate_commission_ledger_actions (commission_ledger_id, created_at);
CREATE INDEX affiliate_ledger_actions_by_intent ON affiliate_commission_ledger_actions (checkout_intent_id);
CREATE INDEX affiliate_ledger_actions_by_kind ON affiliate_commission_ledger_actions (action_kind, created_at);
CREATE INDEX affiliate_ledger_actions_by_tenant ON affiliate_commission_ledger_actions (tenant_id, created_at);

-- A refund or a dispute names the payment, not the checkout.
CREATE INDEX checkout_intents_by_payment_intent ON checkout_intents (stripe_payment_intent_id);

-- Each click with each offer stack that it may be credited for, and until when. Opening a checkout, attaching the click
-- and saying why it was not attached all ask this one view.
CREATE VIEW affiliate_attachable_clicks AS
SELECT c.tenant_id, c.id AS referral_click_id, s.id AS stack_id, c.clicked_at,
  c.clicked_at + c.window_days * 86400 AS closes_at,
  (SELECT COUNT(*) FROM checkout_referral_attributions x WHERE x.referral_click_id = c.id) AS uses
FROM affiliate_referral_clicks c
JOIN offer_stacks s ON s.tenant_id = c.tenant_id
  AND c.destination_route IN (s.linked_funnel_route, '/offers/' || s.slug);

-- Each line of an attributed checkout with the rule that pays for it, and how much: cents times rate, rounded half up.
CREATE VIEW affiliate_commission_lines AS
SELECT a.tenant_id, a.id AS referral_attribution_id, a.checkout_intent_id, l.position, l.price_id, l.name, l.currency,
  l.unit_amount_cents, r.id AS commission_rule_id, r.title AS rule_title, r.rate_bps, r.hold_days,
  CASE r.kind
    WHEN 'percentage' THEN (l.unit_amount_cents * r.rate_bps + 5000) / 10000
    WHEN 'fixed' THEN MIN(r.amount_cents, l.unit_amount_cents)
    ELSE 0
  END AS commission_cents
FROM checkout_referral_attributions a
JOIN checkout_intents i ON i.id = a.checkout_intent_id
JOIN checkout_line_items l ON l.checkout_intent_id = i.id
LEFT JOIN affiliate_commission_rules r ON r.id = (
  SELECT y.id
  FROM offers o
  JOIN affiliate_referral_link_offers k ON k.offer_id = o.id AND k.referral_link_id = a.referral_link_id
  JOIN affiliate_commission_rule_offers x ON x.offer_id = o.id
  JOIN affiliate_commission_rules y ON y.id = x.commission_rule_id
  JOIN affiliate_referral_links n ON n.id = a.referral_link_id AND n.program_id = y.program_id
  WHERE o.stack_id = i.offer_stack_id AND o.price_id = l.price_id AND o.tenant_id = a.tenant_id
    AND y.kind <> 'holdback' AND y.currency = l.currency
  ORDER BY y.position, y.id LIMIT 1);

-- The orders whose click could not be attached, for the owner's desk.
CREATE INDEX payment_audit_events_by_skipped_referral ON payment_audit_events (tenant_id, created_at)
  WHERE event_kind = 'checkout_referral_attribution_skipped';
