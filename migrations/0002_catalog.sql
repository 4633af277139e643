-- What a tenant sells: products, prices, and the offer stacks (a primary offer, its order bumps, and the
-- upsell and downsell shown after payment). A price lives in commerce_prices only; an offer points at it,
-- so the amount on a page and the amount charged cannot drift apart.

CREATE TABLE commerce_products (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  owner_user_id TEXT,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'sandbox', 'sandbox_live', 'live', 'archived')),
  description TEXT,
  fulfillment_kind TEXT NOT NULL DEFAULT 'manual',
  image_path TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, slug)
) STRICT;

CREATE INDEX commerce_products_by_status ON commerce_products (tenant_id, status);

CREATE TABLE commerce_prices (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  product_id TEXT NOT NULL REFERENCES commerce_products (id) ON DELETE CASCADE,
  nickname TEXT,
  currency TEXT NOT NULL DEFAULT 'usd' CHECK (currency = lower(currency) AND length(currency) = 3),
  unit_amount_cents INTEGER NOT NULL CHECK (unit_amount_cents BETWEEN 0 AND 99999999),
  billing_interval TEXT NOT NULL DEFAULT 'one_time' CHECK (billing_interval IN ('one_time', 'month', 'year')),
  stripe_price_id TEXT UNIQUE,
  active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX commerce_prices_by_product ON commerce_prices (product_id, active);

CREATE TABLE offer_stacks (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  -- A sandbox stack can be bought with test money only; 'live' can be bought in either mode.
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'sandbox_checkout_ready', 'live')),
  revision_id TEXT NOT NULL,
  linked_funnel_id TEXT,
  linked_funnel_route TEXT,
  -- The exact text that a checkout start must repeat; {price} stands for the primary offer's price, so that the text
  -- cannot promise another amount than the one that is charged.
  checkout_text TEXT NOT NULL,
  -- The stack that a checkout start without a price means.
  is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
  -- Whether the front page shows it; one that is not listed is sold to whoever has its address.
  listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, slug)
) STRICT;

CREATE UNIQUE INDEX offer_stacks_one_default ON offer_stacks (tenant_id) WHERE is_default = 1;

CREATE TABLE offers (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  stack_id TEXT NOT NULL REFERENCES offer_stacks (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('primary', 'order_bump', 'upsell', 'downsell')),
  position INTEGER NOT NULL DEFAULT 0,
  slug TEXT NOT NULL,
  -- The id that the checkout API shows for this offer; clients know some offers by another name.
  checkout_id TEXT NOT NULL,
  title TEXT NOT NULL,
  product_id TEXT NOT NULL REFERENCES commerce_products (id),
  price_id TEXT NOT NULL REFERENCES commerce_prices (id),
  price_label TEXT NOT NULL,
  customer_promise TEXT NOT NULL,
  placement TEXT NOT NULL,
  copy_intent TEXT NOT NULL,
  -- What the buyer gets, as a JSON array of short sentences for the page.
  highlights_json TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(highlights_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (stack_id, kind, position),
  UNIQUE (stack_id, price_id)
) STRICT;

-- A price names one primary offer at most: a checkout start gives a price, not a stack. And a stack has one at most.
CREATE UNIQUE INDEX offers_one_primary_per_price ON offers (tenant_id, price_id) WHERE kind = 'primary';
CREATE UNIQUE INDEX offers_one_primary_per_stack ON offers (stack_id) WHERE kind = 'primary';

-- Every offer with what it costs now and whether it can be bought now. Checkout reads this, and nothing else,
-- to learn an amount.
CREATE VIEW offer_prices AS
WITH written AS (
  -- A price as a person reads it: 9.00 USD, 900 JPY, 1.234 KWD.
  SELECT id, upper(currency) AS code, CASE
    WHEN currency IN ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'ugx', 'vnd', 'vuv', 'xaf',
      'xof', 'xpf') THEN printf('%d', unit_amount_cents)
    WHEN currency IN ('bhd', 'jod', 'kwd', 'omr', 'tnd')
      THEN printf('%d.%03d', unit_amount_cents / 1000, unit_amount_cents % 1000)
    ELSE printf('%d.%02d', unit_amount_cents / 100, unit_amount_cents % 100)
  END AS digits
  FROM commerce_prices
)
SELECT
  o.id, o.tenant_id, o.stack_id, o.kind, o.position, o.slug, o.checkout_id, o.title, o.product_id, o.price_id,
  o.price_label, o.customer_promise, o.highlights_json,
  s.status AS stack_status, s.is_default,
  replace(s.checkout_text, '{price}', w.digits || ' ' || w.code) AS checkout_text,
  p.name AS product_name, p.slug AS product_slug, p.description, p.status AS product_status, p.image_path,
  r.currency, r.unit_amount_cents, r.billing_interval, r.stripe_price_id,
  (r.active = 1 AND p.status NOT IN ('draft', 'archived')) AS sellable
FROM offers o
JOIN offer_stacks s ON s.id = o.stack_id
JOIN commerce_products p ON p.id = o.product_id
JOIN commerce_prices r ON r.id = o.price_id
JOIN written w ON w.id = o.price_id;
