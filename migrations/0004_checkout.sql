-- A checkout from the buyer's click to the money: the intent, its frozen lines, the webhook inbox, the audit trail,
-- and where the missed-event sweep stands.

CREATE TABLE checkout_intents (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  idempotency_key TEXT NOT NULL,
  -- SHA-256 of everything that the key stands for; the same key with another request is refused.
  request_fingerprint TEXT NOT NULL,
  checkout_kind TEXT NOT NULL CHECK (checkout_kind IN ('sandbox_checkout', 'live_checkout', 'self_serve_subscription')),
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN (
    'draft', 'pending_stripe', 'stripe_session_created', 'stripe_error', 'paid', 'completed', 'payment_failed', 'expired')),
  offer_stack_id TEXT REFERENCES offer_stacks (id) ON DELETE SET NULL,
  product_id TEXT REFERENCES commerce_products (id) ON DELETE SET NULL,
  price_id TEXT REFERENCES commerce_prices (id) ON DELETE SET NULL,
  owner_user_id TEXT,
  buyer_user_id TEXT,
  buyer_email TEXT,
  buyer_email_hash TEXT,
  amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
  currency TEXT NOT NULL DEFAULT 'usd',
  stripe_mode TEXT NOT NULL CHECK (stripe_mode IN ('sandbox', 'live')),
  stripe_checkout_session_id TEXT UNIQUE,
  stripe_payment_intent_id TEXT,
  stripe_subscription_id TEXT,
  stripe_checkout_url TEXT,
  success_url TEXT,
  cancel_url TEXT,
  confirmation_required INTEGER NOT NULL DEFAULT 1 CHECK (confirmation_required IN (0, 1)),
  confirmed_at INTEGER,
  audit_correlation_id TEXT,
  agent_client_id TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  -- The typed reason why Stripe could not open a session; never the provider's own words.
  last_error TEXT,
  -- The event that set the present status.
  status_event_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, idempotency_key)
) STRICT;

CREATE INDEX checkout_intents_by_status ON checkout_intents (status, created_at);
CREATE INDEX checkout_intents_by_product ON checkout_intents (product_id, created_at);

-- What was shown and confirmed, frozen: a later price change or a failed provider call cannot alter it.
CREATE TABLE checkout_line_items (
  checkout_intent_id TEXT NOT NULL REFERENCES checkout_intents (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  checkout_offer_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('primary', 'order_bump')),
  product_id TEXT NOT NULL,
  price_id TEXT NOT NULL,
  name TEXT NOT NULL,
  summary TEXT,
  product_status TEXT NOT NULL,
  currency TEXT NOT NULL,
  unit_amount_cents INTEGER NOT NULL CHECK (unit_amount_cents >= 0),
  billing_interval TEXT NOT NULL,
  stripe_price_id TEXT,
  quantity INTEGER NOT NULL DEFAULT 1 CHECK (quantity = 1),
  PRIMARY KEY (checkout_intent_id, position),
  UNIQUE (checkout_intent_id, price_id)
) STRICT, WITHOUT ROWID;

-- The inbox of signed events. It belongs to the deployment's Stripe account, not to a tenant. A row is written in
-- the same batch as everything the event causes, so a row that exists was processed.
CREATE TABLE stripe_webhook_events (
  id TEXT PRIMARY KEY NOT NULL,
  event_type TEXT NOT NULL,
  api_version TEXT,
  livemode INTEGER NOT NULL DEFAULT 0 CHECK (livemode IN (0, 1)),
  stripe_created_at INTEGER,
  -- 'ignored': stored, but nothing in this version acts on events of its type.
  status TEXT NOT NULL DEFAULT 'processed' CHECK (status IN ('processed', 'ignored')),
  source TEXT NOT NULL CHECK (source IN ('webhook', 'sweep')),
  -- SHA-256 of the raw body; the body itself is not kept.
  payload_sha256 TEXT NOT NULL,
  payload_redacted_json TEXT CHECK (payload_redacted_json IS NULL OR json_valid(payload_redacted_json)),
  -- Which delivery wrote the row: a batch acts only when the row is its own.
  delivery_id TEXT NOT NULL,
  error TEXT,
  processed_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX stripe_webhook_events_by_type ON stripe_webhook_events (event_type, processed_at);

-- Append-only: the two triggers refuse a change of the past.
CREATE TABLE payment_audit_events (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  checkout_intent_id TEXT REFERENCES checkout_intents (id) ON DELETE SET NULL,
  stripe_event_id TEXT REFERENCES stripe_webhook_events (id) ON DELETE SET NULL,
  event_kind TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT,
  summary TEXT NOT NULL,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX payment_audit_events_by_intent ON payment_audit_events (checkout_intent_id, created_at);

CREATE TRIGGER payment_audit_events_keep BEFORE DELETE ON payment_audit_events
BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;

CREATE TRIGGER payment_audit_events_fixed
BEFORE UPDATE OF event_kind, actor_kind, actor_id, summary, metadata_json, created_at ON payment_audit_events
BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;

-- Where a repeated job stands. lease_until keeps two runs of one job apart (cron may fire twice).
CREATE TABLE job_runs (
  name TEXT PRIMARY KEY NOT NULL,
  lease_id TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  -- Everything Stripe made before this moment has been looked at.
  covered_until INTEGER NOT NULL DEFAULT 0,
  -- A scan that did not reach the end: when it began, and the event to go on after.
  scan_started_at INTEGER,
  scan_after TEXT,
  last_success_at INTEGER,
  last_error TEXT,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
