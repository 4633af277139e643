-- The platform's own plans: what a publisher can subscribe to, the optional setup, and who has a plan now.

CREATE TABLE plans (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  headline TEXT NOT NULL,
  cta TEXT NOT NULL,
  description TEXT NOT NULL,
  best_for TEXT NOT NULL,
  -- What is included, as a JSON array of short sentences.
  included_json TEXT NOT NULL CHECK (json_valid(included_json)),
  -- 'self_serve' is bought here, 'contact' is talked about first, 'hidden' is neither.
  status TEXT NOT NULL CHECK (status IN ('self_serve', 'contact', 'hidden')),
  price_id TEXT UNIQUE REFERENCES commerce_prices (id),
  -- Where a person writes to about a plan that is not bought here.
  contact_url TEXT,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, slug),
  CHECK (status <> 'self_serve' OR price_id IS NOT NULL),
  CHECK (status <> 'contact' OR contact_url IS NOT NULL)
) STRICT;

-- The setup that can be added to a plan, paid once together with the first month. One for each tenant.
CREATE TABLE plan_addons (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL UNIQUE REFERENCES tenants (id),
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  description TEXT NOT NULL,
  price_id TEXT NOT NULL REFERENCES commerce_prices (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Who has a plan. Signed events are the only writers of a row with a subscription, and each subscription has one row.
CREATE TABLE publisher_plan_entitlements (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  billing_subscription_id TEXT UNIQUE REFERENCES billing_subscriptions (id),
  -- Filled by the first use; from then on the address no longer counts.
  owner_user_id TEXT,
  owner_email TEXT NOT NULL CHECK (owner_email = lower(owner_email)),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
  source TEXT NOT NULL CHECK (source IN ('launch_pilot', 'stripe_checkout_session')),
  plan_slug TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  -- NULL only for a plan that has no subscription behind it.
  ends_at INTEGER,
  changed_event_id TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((source = 'stripe_checkout_session') = (billing_subscription_id IS NOT NULL))
) STRICT;

CREATE INDEX publisher_plan_entitlements_by_owner ON publisher_plan_entitlements (owner_user_id, status, updated_at);
CREATE INDEX publisher_plan_entitlements_by_email ON publisher_plan_entitlements (owner_email, status, updated_at);
