-- The partner program: who may recommend the shop, by which link, for how long a click counts, and what a sale earns.
-- Everything that decides about money or credit is a column or a row; JSON holds only what is shown.

CREATE TABLE affiliate_programs (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  -- A draft program is not advertised; its approved partners' links work. A paused one takes no clicks.
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused')),
  -- The stale-state token of program edits.
  revision_id TEXT NOT NULL,
  offer_stack_id TEXT REFERENCES offer_stacks (id) ON DELETE SET NULL,
  linked_funnel_route TEXT,
  linked_analytics_route TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, slug)
) STRICT;

CREATE TABLE affiliate_attribution_rules (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  program_id TEXT NOT NULL REFERENCES affiliate_programs (id) ON DELETE CASCADE,
  -- Whose click counts when a visitor came by several. 'manual_review' credits nobody by itself: its window is 0.
  model TEXT NOT NULL CHECK (model IN ('first_click', 'last_click', 'manual_review')),
  title TEXT NOT NULL,
  window_days INTEGER NOT NULL CHECK (window_days BETWEEN 0 AND 365),
  priority INTEGER NOT NULL,
  applies_to_json TEXT NOT NULL CHECK (json_valid(applies_to_json)),
  caveat TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK (model <> 'manual_review' OR window_days = 0)
) STRICT;

CREATE INDEX affiliate_attribution_rules_by_program ON affiliate_attribution_rules (program_id, priority);

CREATE TABLE affiliate_commission_rules (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  program_id TEXT NOT NULL REFERENCES affiliate_programs (id) ON DELETE CASCADE,
  -- 'holdback' pays nothing: it says how long a refunded sale is kept back.
  kind TEXT NOT NULL CHECK (kind IN ('percentage', 'fixed', 'holdback')),
  title TEXT NOT NULL,
  rate_bps INTEGER CHECK (rate_bps BETWEEN 0 AND 10000),
  amount_cents INTEGER CHECK (amount_cents BETWEEN 0 AND 99999999),
  hold_days INTEGER NOT NULL CHECK (hold_days BETWEEN 0 AND 365),
  currency TEXT NOT NULL CHECK (currency = lower(currency) AND length(currency) = 3),
  caveat TEXT NOT NULL,
  -- Where several paying rules fit one offer, the first counts.
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((kind = 'percentage') = (rate_bps IS NOT NULL)),
  CHECK ((kind = 'percentage') = (amount_cents IS NULL))
) STRICT;

CREATE INDEX affiliate_commission_rules_by_program ON affiliate_commission_rules (program_id, position);

-- Which offers a rule pays for.
CREATE TABLE affiliate_commission_rule_offers (
  commission_rule_id TEXT NOT NULL REFERENCES affiliate_commission_rules (id) ON DELETE CASCADE,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (commission_rule_id, offer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX affiliate_commission_rule_offers_by_offer ON affiliate_commission_rule_offers (offer_id);

CREATE TABLE affiliate_partners (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  display_name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'review' CHECK (status IN ('review', 'approved', 'suspended')),
  public_profile TEXT NOT NULL,
  -- SHA-256 of the partner's lower-cased address, to notice a partner who buys by their own link. Never shown.
  contact_email_hash TEXT,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX affiliate_partners_by_tenant ON affiliate_partners (tenant_id, position);

-- Which programs a partner may recommend in.
CREATE TABLE affiliate_partner_approvals (
  partner_id TEXT NOT NULL REFERENCES affiliate_partners (id) ON DELETE CASCADE,
  program_id TEXT NOT NULL REFERENCES affiliate_programs (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (partner_id, program_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE affiliate_referral_links (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  program_id TEXT NOT NULL REFERENCES affiliate_programs (id) ON DELETE CASCADE,
  partner_id TEXT NOT NULL REFERENCES affiliate_partners (id) ON DELETE CASCADE,
  code TEXT NOT NULL CHECK (code = upper(code) AND length(code) BETWEEN 3 AND 40),
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'review', 'active', 'paused')),
  -- What the link recommends; a checkout of another page is not credited to it.
  destination_route TEXT NOT NULL CHECK (destination_route LIKE '/%' AND destination_route NOT LIKE '//%'),
  -- Where a visitor is sent while the recommended page itself is not published; NULL means to that page.
  landing_route TEXT CHECK (landing_route LIKE '/%' AND landing_route NOT LIKE '//%'),
  attribution_rule_id TEXT NOT NULL REFERENCES affiliate_attribution_rules (id),
  utm_source TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, code)
) STRICT;

CREATE INDEX affiliate_referral_links_by_program ON affiliate_referral_links (program_id, position);
CREATE INDEX affiliate_referral_links_by_partner ON affiliate_referral_links (partner_id);

-- Which offers a link earns on.
CREATE TABLE affiliate_referral_link_offers (
  referral_link_id TEXT NOT NULL REFERENCES affiliate_referral_links (id) ON DELETE CASCADE,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (referral_link_id, offer_id)
) STRICT, WITHOUT ROWID;

-- What a program publishes beside its live figures: partner reports, worked examples of credits, payout previews,
-- review flags. Nothing is paid or credited from these rows; they are documents with an order.
CREATE TABLE affiliate_program_documents (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  program_id TEXT NOT NULL REFERENCES affiliate_programs (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('partner_report', 'ledger_example', 'payout_batch', 'review_flag', 'audit_event')),
  position INTEGER NOT NULL DEFAULT 0,
  body_json TEXT NOT NULL CHECK (json_valid(body_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX affiliate_program_documents_by_program ON affiliate_program_documents (program_id, kind, position);

-- The links that take clicks now: approved partner, approved for this program, link and program not stopped.
-- Recording a click and following a link both ask this one view.
CREATE VIEW affiliate_open_links AS
SELECT l.id, l.tenant_id, l.program_id, l.partner_id, l.code, l.destination_route, l.utm_source, l.attribution_rule_id,
  COALESCE(l.landing_route, l.destination_route) AS landing_route, r.model, r.window_days
FROM affiliate_referral_links l
JOIN affiliate_partners p ON p.id = l.partner_id
JOIN affiliate_partner_approvals a ON a.partner_id = l.partner_id AND a.program_id = l.program_id
JOIN affiliate_programs g ON g.id = l.program_id
JOIN affiliate_attribution_rules r ON r.id = l.attribution_rule_id
WHERE l.status IN ('draft', 'active') AND p.status = 'approved' AND g.status IN ('draft', 'active');
