-- What an owner does to products by a confirmed write: uploading a private file, and noting that access should end. The
-- receipt of each lies in evidence_records under the same id.

-- A file that an owner uploaded. The row is reserved as 'pending' before the object is put, so that no object is without
-- a row. One that stays pending is given up as 'abandoned'; when no request can still be putting its object, the object
-- is deleted and the row becomes 'removed'.
CREATE TABLE product_asset_uploads (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  idempotency_key TEXT NOT NULL,
  actor_user_id TEXT,
  -- Keyed hash.
  actor_email_hash TEXT NOT NULL,
  actor_role TEXT NOT NULL CHECK (actor_role = 'owner'),
  product_id TEXT NOT NULL REFERENCES access_products (id),
  asset_id TEXT NOT NULL REFERENCES access_assets (id),
  file_name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  byte_count INTEGER NOT NULL CHECK (byte_count BETWEEN 1 AND 65536),
  body_sha256 TEXT NOT NULL CHECK (length(body_sha256) = 64),
  -- Never leaves the server.
  r2_object_key TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'stored_private', 'abandoned', 'removed')),
  confirmation_text_sha256 TEXT NOT NULL,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, actor_user_id, idempotency_key)
) STRICT;

CREATE INDEX product_asset_uploads_by_tenant ON product_asset_uploads (tenant_id, status, created_at);
CREATE INDEX product_asset_uploads_by_product ON product_asset_uploads (product_id, asset_id, status);
CREATE INDEX product_asset_uploads_unfinished ON product_asset_uploads (status, updated_at);

-- That somebody's access should end, and why. Nothing ends by it. A row without a target is the shop's own description of
-- how such an intent looks; it is public, the others are only counted in public.
CREATE TABLE product_entitlement_revocation_intents (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  product_id TEXT NOT NULL REFERENCES access_products (id),
  entitlement_template_id TEXT NOT NULL REFERENCES entitlement_templates (id),
  access_rule_id TEXT NOT NULL REFERENCES access_rules (id),
  status TEXT NOT NULL DEFAULT 'revocation_intent_ready'
    CHECK (status IN ('revocation_intent_ready', 'revocation_intent_recorded')),
  intent_kind TEXT NOT NULL DEFAULT 'owner_confirmed_dry_run' CHECK (intent_kind = 'owner_confirmed_dry_run'),
  revocation_policy TEXT NOT NULL,
  stale_state_policy TEXT NOT NULL,
  audit_correlation_policy TEXT NOT NULL,
  destructive_action_enabled INTEGER NOT NULL DEFAULT 0 CHECK (destructive_action_enabled = 0),
  entitlement_mutation_enabled INTEGER NOT NULL DEFAULT 0 CHECK (entitlement_mutation_enabled = 0),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  target_entitlement_id TEXT REFERENCES product_entitlements (id) ON DELETE SET NULL,
  idempotency_key TEXT,
  actor_user_id TEXT,
  -- Keyed hashes.
  actor_email_hash TEXT,
  actor_role TEXT CHECK (actor_role IS NULL OR actor_role = 'owner'),
  expected_entitlement_status TEXT,
  reason_code TEXT CHECK (reason_code IS NULL OR reason_code IN (
    'manual_review', 'refund_or_chargeback', 'customer_request', 'test_cleanup')),
  private_reason_sha256 TEXT,
  confirmation_text_sha256 TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX product_revocation_intents_one_per_key
  ON product_entitlement_revocation_intents (tenant_id, actor_user_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX product_revocation_intents_by_tenant ON product_entitlement_revocation_intents (tenant_id, updated_at);
CREATE INDEX product_revocation_intents_by_product ON product_entitlement_revocation_intents (product_id, status);
CREATE INDEX product_revocation_intents_by_template
  ON product_entitlement_revocation_intents (entitlement_template_id, status);
CREATE INDEX product_revocation_intents_by_target
  ON product_entitlement_revocation_intents (target_entitlement_id, status);

-- The owner's page shows the newest entitlements of a shop.
CREATE INDEX product_entitlements_newest ON product_entitlements (tenant_id, granted_at);
