-- What a buyer may open: entitlements, the work that follows a grant, and one-use download tokens.

CREATE TABLE product_entitlements (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  checkout_intent_id TEXT REFERENCES checkout_intents (id) ON DELETE SET NULL,
  source_stripe_event_id TEXT REFERENCES stripe_webhook_events (id) ON DELETE SET NULL,
  product_id TEXT NOT NULL REFERENCES access_products (id),
  source_commerce_product_id TEXT REFERENCES commerce_products (id) ON DELETE SET NULL,
  entitlement_template_id TEXT NOT NULL REFERENCES entitlement_templates (id),
  access_rule_id TEXT NOT NULL REFERENCES access_rules (id),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
  grant_kind TEXT NOT NULL CHECK (grant_kind IN ('sandbox_paid_webhook', 'live_paid_webhook', 'sandbox_subscription_webhook', 'live_subscription_webhook')),
  buyer_user_id TEXT,
  buyer_email_hash TEXT,
  source_price_id TEXT,
  revoked_at INTEGER,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  granted_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (checkout_intent_id, product_id, entitlement_template_id)
) STRICT;

CREATE INDEX product_entitlements_by_product ON product_entitlements (product_id, status);
CREATE INDEX product_entitlements_by_template ON product_entitlements (entitlement_template_id, status);

CREATE TABLE product_fulfillment_tasks (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  entitlement_id TEXT NOT NULL UNIQUE REFERENCES product_entitlements (id) ON DELETE CASCADE,
  checkout_intent_id TEXT REFERENCES checkout_intents (id) ON DELETE SET NULL,
  product_id TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'active', 'paused')),
  fulfillment_kind TEXT NOT NULL CHECK (fulfillment_kind IN ('bundle', 'digital_download', 'membership')),
  summary TEXT NOT NULL,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX product_fulfillment_tasks_by_status ON product_fulfillment_tasks (status, created_at);
CREATE INDEX product_fulfillment_tasks_by_intent ON product_fulfillment_tasks (checkout_intent_id);

-- Only the SHA-256 of a bearer token is stored. redemption_id names the request that used the token, so that the same
-- request, and no other, can give the use back when the file could not be read.
CREATE TABLE product_download_tokens (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  token_hash TEXT NOT NULL UNIQUE,
  checkout_intent_id TEXT NOT NULL REFERENCES checkout_intents (id) ON DELETE CASCADE,
  entitlement_id TEXT NOT NULL REFERENCES product_entitlements (id) ON DELETE CASCADE,
  product_id TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'downloaded', 'expired')),
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  redemption_id TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((status = 'downloaded') = (used_at IS NOT NULL))
) STRICT;

CREATE INDEX product_download_tokens_by_entitlement ON product_download_tokens (entitlement_id, status, expires_at);
CREATE INDEX product_download_tokens_by_intent ON product_download_tokens (checkout_intent_id, created_at);

-- Every file that an entitlement opens now. Making a token, using it and looking at it all ask this one view.
CREATE VIEW open_files AS
SELECT e.tenant_id, e.id AS entitlement_id, i.id AS checkout_intent_id, e.product_id, x.asset_id, x.position
FROM product_entitlements e
JOIN checkout_intents i ON i.id = e.checkout_intent_id
JOIN access_product_assets x ON x.product_id = e.product_id
JOIN private_files f ON f.asset_id = x.asset_id
WHERE e.status = 'active' AND i.status IN ('paid', 'completed');
