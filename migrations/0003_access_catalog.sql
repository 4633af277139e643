-- What a purchase opens: products in a library, the assets they hold, the rule that opens them, the private file
-- behind an asset, and which price grants what.

CREATE TABLE access_catalogs (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published')),
  -- The stale-state token of catalogue edits.
  revision_id TEXT NOT NULL,
  offer_stack_id TEXT REFERENCES offer_stacks (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, slug)
) STRICT;

CREATE TABLE access_products (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  catalog_id TEXT NOT NULL REFERENCES access_catalogs (id) ON DELETE CASCADE,
  slug TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('digital_download', 'course', 'membership', 'coaching_service', 'event_webinar', 'bundle')),
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published')),
  image_path TEXT,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (catalog_id, slug)
) STRICT;

CREATE TABLE access_assets (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  kind TEXT NOT NULL CHECK (kind IN ('file', 'lesson', 'member_area', 'booking', 'event')),
  title TEXT NOT NULL,
  public_description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE access_product_assets (
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  asset_id TEXT NOT NULL REFERENCES access_assets (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id, asset_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_rules (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  title TEXT NOT NULL,
  timing TEXT NOT NULL CHECK (timing IN ('after_webhook_paid', 'active_subscription', 'manual_review')),
  source_event TEXT NOT NULL,
  revocable INTEGER NOT NULL DEFAULT 1 CHECK (revocable IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE entitlement_templates (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (id, product_id)
) STRICT;

-- The private object behind an asset. object_key never leaves the server.
CREATE TABLE private_files (
  asset_id TEXT PRIMARY KEY NOT NULL REFERENCES access_assets (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  object_key TEXT NOT NULL UNIQUE,
  file_name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  delivery_mode TEXT NOT NULL DEFAULT 'private-r2-fixture' CHECK (delivery_mode IN ('private-r2-fixture', 'private-r2')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Price bought -> access granted. granted_by says which kind of event may use the row.
CREATE TABLE grant_mappings (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  source_price_id TEXT NOT NULL REFERENCES commerce_prices (id) ON DELETE CASCADE,
  source_commerce_product_id TEXT NOT NULL REFERENCES commerce_products (id) ON DELETE CASCADE,
  product_id TEXT NOT NULL REFERENCES access_products (id),
  entitlement_template_id TEXT NOT NULL,
  access_rule_id TEXT NOT NULL REFERENCES access_rules (id),
  fulfillment_kind TEXT NOT NULL CHECK (fulfillment_kind IN ('bundle', 'digital_download', 'membership')),
  granted_by TEXT NOT NULL CHECK (granted_by IN ('checkout', 'subscription')),
  grants_json TEXT NOT NULL CHECK (json_valid(grants_json)),
  grant_summary TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (source_price_id, product_id, entitlement_template_id),
  -- An entitlement's id is made of checkout and template, so a template must belong to the product that is granted.
  FOREIGN KEY (entitlement_template_id, product_id) REFERENCES entitlement_templates (id, product_id)
) STRICT;
