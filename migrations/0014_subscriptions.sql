-- Subscriptions as Stripe tells of them. Events arrive in any order, so each only merges a fact into these rows: the
-- newest state wins, `deleted` is final, the moment paid for and the money given back only grow. What a subscription
-- opens is worked out from the facts in the same batch, so every order of events ends in the same access.

CREATE TABLE billing_subscriptions (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  owner_user_id TEXT,
  buyer_user_id TEXT,
  -- Copied from the checkout that the subscription belongs to.
  buyer_email TEXT,
  checkout_intent_id TEXT REFERENCES checkout_intents (id) ON DELETE SET NULL,
  product_id TEXT REFERENCES commerce_products (id) ON DELETE SET NULL,
  price_id TEXT REFERENCES commerce_prices (id) ON DELETE SET NULL,
  stripe_mode TEXT NOT NULL CHECK (stripe_mode IN ('sandbox', 'live')),
  -- Stripe's own words; 'canceled' once a deletion was seen, whatever the object said.
  status TEXT NOT NULL DEFAULT 'incomplete' CHECK (status IN (
    'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused')),
  stripe_customer_id TEXT,
  stripe_subscription_id TEXT NOT NULL UNIQUE,
  stripe_price_id TEXT,
  -- What the first item costs at Stripe; access needs it to be what the checkout promised.
  unit_amount_cents INTEGER,
  currency TEXT,
  current_period_start INTEGER,
  current_period_end INTEGER,
  cancel_at_period_end INTEGER NOT NULL DEFAULT 0 CHECK (cancel_at_period_end IN (0, 1)),
  -- The end of the latest period that an invoice was paid for.
  paid_until INTEGER,
  -- When Stripe deleted it. Nothing that comes later or earlier brings it back.
  ended_at INTEGER,
  -- The event that set the state: its time at Stripe, then how late in a life it lies (for events of one second).
  last_event_created INTEGER NOT NULL DEFAULT 0,
  last_event_rank INTEGER NOT NULL DEFAULT 0,
  last_event_id TEXT NOT NULL DEFAULT '',
  -- The last event that changed anything in the row.
  changed_event_id TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX billing_subscriptions_by_buyer ON billing_subscriptions (buyer_user_id, status);
CREATE INDEX billing_subscriptions_by_intent ON billing_subscriptions (checkout_intent_id);
CREATE INDEX billing_subscriptions_by_customer ON billing_subscriptions (stripe_customer_id);
CREATE INDEX billing_subscriptions_by_price ON billing_subscriptions (price_id, status);

-- Finds the checkout of a subscription whose own metadata does not name it.
CREATE INDEX checkout_intents_by_subscription ON checkout_intents (stripe_subscription_id)
WHERE stripe_subscription_id IS NOT NULL;

-- Money that went back, by charge. It belongs to the deployment's Stripe account, as the inbox does: a refund may come
-- before anything that says whose it is. Refund amounts are totals at Stripe, so the largest one is kept.
CREATE TABLE stripe_refunded_charges (
  id TEXT PRIMARY KEY NOT NULL,
  stripe_mode TEXT NOT NULL CHECK (stripe_mode IN ('sandbox', 'live')),
  stripe_customer_id TEXT,
  stripe_payment_intent_id TEXT,
  currency TEXT NOT NULL,
  amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
  refunded_cents INTEGER NOT NULL CHECK (refunded_cents >= 0),
  charged_at INTEGER NOT NULL,
  changed_event_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX stripe_refunded_charges_by_customer ON stripe_refunded_charges (stripe_customer_id, charged_at);
CREATE INDEX stripe_refunded_charges_by_payment ON stripe_refunded_charges (stripe_payment_intent_id);

-- Every subscription beside its checkout. A subscription whose price is not a line of the checkout fits nothing.
-- fits: Stripe charges what the checkout promised. live: it runs, and it fits. refunded: the money for the present
-- period went back in full (an hour of slack, because a charge and its period may not begin in the same second).
CREATE VIEW subscription_access AS
SELECT b.id, b.tenant_id, b.checkout_intent_id, b.stripe_subscription_id, b.stripe_customer_id, b.price_id, b.status,
  b.stripe_mode, b.current_period_start, b.current_period_end, b.paid_until, b.cancel_at_period_end, b.ended_at,
  COALESCE(b.unit_amount_cents = l.unit_amount_cents AND b.currency = l.currency AND b.stripe_mode = i.stripe_mode, 0)
    AS fits,
  COALESCE(b.status IN ('active', 'trialing') AND b.unit_amount_cents = l.unit_amount_cents
    AND b.currency = l.currency AND b.stripe_mode = i.stripe_mode, 0) AS live,
  EXISTS (SELECT 1 FROM stripe_refunded_charges r
    WHERE r.stripe_customer_id = b.stripe_customer_id AND r.stripe_mode = b.stripe_mode
      AND r.charged_at >= COALESCE(b.current_period_start, 0) - 3600 AND r.refunded_cents >= r.amount_cents) AS refunded
FROM billing_subscriptions b
JOIN checkout_intents i ON i.id = b.checkout_intent_id
LEFT JOIN checkout_line_items l ON l.checkout_intent_id = i.id AND l.price_id = b.price_id;
