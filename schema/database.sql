-- Written by a test from migrations/. Read this, edit those.

CREATE TABLE access_assets (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  kind TEXT NOT NULL CHECK (kind IN ('file', 'lesson', 'member_area', 'booking', 'event')),
  title TEXT NOT NULL,
  public_description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
, position INTEGER NOT NULL DEFAULT 0, storage_boundary TEXT NOT NULL DEFAULT '') STRICT;

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

CREATE TABLE access_product_assets (
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  asset_id TEXT NOT NULL REFERENCES access_assets (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id, asset_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_product_offers (
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id, offer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_product_rules (
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  access_rule_id TEXT NOT NULL REFERENCES access_rules (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id, access_rule_id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE access_rules (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  title TEXT NOT NULL,
  timing TEXT NOT NULL CHECK (timing IN ('after_webhook_paid', 'active_subscription', 'manual_review')),
  source_event TEXT NOT NULL,
  revocable INTEGER NOT NULL DEFAULT 1 CHECK (revocable IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
, position INTEGER NOT NULL DEFAULT 0, grants TEXT NOT NULL DEFAULT '', write_boundary TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE access_totals (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subject TEXT NOT NULL CHECK (subject IN ('product', 'template', 'fulfillment', 'checkout')),
  id TEXT NOT NULL,
  status TEXT NOT NULL,
  total INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, subject, id, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
  id TEXT PRIMARY KEY NOT NULL,
  account_id TEXT NOT NULL,
  provider_id TEXT NOT NULL CHECK (provider_id IN ('credential')),
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  access_token TEXT,
  refresh_token TEXT,
  id_token TEXT,
  access_token_expires_at INTEGER,
  refresh_token_expires_at INTEGER,
  scope TEXT,
  password TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (user_id, provider_id)
) STRICT;

CREATE TABLE account_verification_emails (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT REFERENCES user (id) ON DELETE SET NULL,
  email TEXT NOT NULL,
  subject TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'sent' CHECK (status IN ('sent', 'failed')),
  provider TEXT NOT NULL CHECK (provider IN (
    'cloudflare-binding', 'test', 'development', 'not-configured', 'smtp', 'postmark', 'resend')),
  source TEXT NOT NULL CHECK (source IN ('better-auth', 'signed-in-resend')),
  error TEXT CHECK (length(error) <= 500),
  sent_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
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
  refund_window_days INTEGER NOT NULL DEFAULT 14 CHECK (refund_window_days >= 0),
  reversible_until INTEGER,
  audit_correlation_id TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, system_reason TEXT CHECK (system_reason IN (
  'self_referral', 'link_closed', 'partially_refunded', 'refunded', 'disputed')),
  UNIQUE (tenant_id, idempotency_key),
  CHECK ((ledger_status = 'reversed') = (review_status = 'owner_reversed'))
) STRICT;

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

CREATE TABLE affiliate_commission_rule_offers (
  commission_rule_id TEXT NOT NULL REFERENCES affiliate_commission_rules (id) ON DELETE CASCADE,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (commission_rule_id, offer_id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE affiliate_partner_approvals (
  partner_id TEXT NOT NULL REFERENCES affiliate_partners (id) ON DELETE CASCADE,
  program_id TEXT NOT NULL REFERENCES affiliate_programs (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (partner_id, program_id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE affiliate_referral_link_offers (
  referral_link_id TEXT NOT NULL REFERENCES affiliate_referral_links (id) ON DELETE CASCADE,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (referral_link_id, offer_id)
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

CREATE TABLE analytics_alert_thresholds (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  dashboard_id TEXT NOT NULL,
  -- The row of the conversion report that is watched.
  metric_id TEXT NOT NULL,
  title TEXT NOT NULL,
  operator TEXT NOT NULL CHECK (operator = 'below'),
  -- A rate, in thousandths: 120 is 0.12.
  threshold_thousandths INTEGER NOT NULL CHECK (threshold_thousandths BETWEEN 0 AND 1000),
  action TEXT NOT NULL DEFAULT 'owner_review_only' CHECK (action = 'owner_review_only'),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, dashboard_id) REFERENCES analytics_dashboards (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_assignment_hours (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  experiment_id TEXT NOT NULL,
  source_route TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  assignments INTEGER NOT NULL,
  last_assigned_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, experiment_id, source_route, variant_id, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_cohort_sources (
  tenant_id TEXT NOT NULL,
  dashboard_id TEXT NOT NULL,
  utm_source TEXT NOT NULL CHECK (utm_source = lower(utm_source)),
  cohort_id TEXT NOT NULL,
  label TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, dashboard_id, utm_source),
  FOREIGN KEY (tenant_id, dashboard_id) REFERENCES analytics_dashboards (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_conversion_metrics (
  tenant_id TEXT NOT NULL,
  dashboard_id TEXT NOT NULL,
  metric_id TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  label TEXT NOT NULL,
  -- The metric that an experiment names, when this row is what it is measured by.
  primary_metric_id TEXT NOT NULL DEFAULT '',
  step_id TEXT NOT NULL,
  visitor_event_id TEXT NOT NULL,
  visitor_step_id TEXT NOT NULL DEFAULT '',
  conversion_event_id TEXT NOT NULL,
  conversion_step_id TEXT NOT NULL DEFAULT '',
  -- Example figures, shown apart and never counted.
  fixture_visitors INTEGER NOT NULL DEFAULT 0 CHECK (fixture_visitors >= 0),
  fixture_conversions INTEGER NOT NULL DEFAULT 0 CHECK (fixture_conversions >= 0),
  PRIMARY KEY (tenant_id, dashboard_id, metric_id),
  FOREIGN KEY (tenant_id, dashboard_id) REFERENCES analytics_dashboards (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_dashboard_documents (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  dashboard_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN (
    'metric', 'report', 'report_export', 'cohort_comparison', 'alert_review', 'anomaly_review')),
  position INTEGER NOT NULL DEFAULT 0,
  body_json TEXT NOT NULL CHECK (json_valid(body_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, dashboard_id) REFERENCES analytics_dashboards (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE analytics_dashboards (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  status TEXT NOT NULL,
  -- What an owner says to have looked at when deciding by this dashboard.
  revision_id TEXT NOT NULL,
  linked_funnel_route TEXT,
  linked_offer_route TEXT,
  linked_audience_route TEXT,
  caveat TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, slug)
) STRICT;

CREATE TABLE analytics_event_definitions (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  event_kind TEXT NOT NULL CHECK (event_kind IN (
    'page_view', 'opt_in', 'checkout_start', 'purchase', 'upsell_accept', 'product_access_grant', 'order_bump_accept',
    'refund', 'subscription_cancel', 'sequence_started')),
  -- Where it happens, unless it says so itself.
  source_route TEXT NOT NULL,
  -- 1: only our own code records it, in the batch that makes it true. 0: browsers report it.
  trusted INTEGER NOT NULL CHECK (trusted IN (0, 1)),
  -- The properties that an event may carry; all others are dropped.
  public_properties_json TEXT NOT NULL CHECK (json_type(public_properties_json) = 'array'),
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE analytics_event_hours (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  hour INTEGER NOT NULL,
  event_definition_id TEXT NOT NULL,
  source_route TEXT NOT NULL,
  funnel_step_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  total_events INTEGER NOT NULL,
  last_event_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, hour, event_definition_id, source_route, funnel_step_id, variant_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_event_routes (
  tenant_id TEXT NOT NULL,
  event_definition_id TEXT NOT NULL,
  source_route TEXT NOT NULL CHECK (source_route LIKE '/%' AND source_route NOT LIKE '//%'),
  PRIMARY KEY (tenant_id, event_definition_id, source_route),
  FOREIGN KEY (tenant_id, event_definition_id) REFERENCES analytics_event_definitions (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_events (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  event_definition_id TEXT NOT NULL,
  event_kind TEXT NOT NULL,
  source_route TEXT NOT NULL,
  -- Whose word it is: keys of visitors and keys of our own never meet.
  recorded_by TEXT NOT NULL CHECK (recorded_by IN ('visitor', 'server')),
  idempotency_key TEXT NOT NULL,
  -- What the key stands for; '' for our own, whose key says it all.
  request_hash TEXT NOT NULL,
  funnel_id TEXT,
  funnel_step_id TEXT,
  form_id TEXT,
  product_id TEXT,
  price_id TEXT,
  variant_id TEXT,
  amount_cents INTEGER,
  currency TEXT,
  public_properties_json TEXT NOT NULL CHECK (json_valid(public_properties_json)),
  client_correlation_hash TEXT,
  occurred_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, recorded_by, idempotency_key)
) STRICT;

CREATE TABLE analytics_experiment_assignments (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  experiment_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  source_route TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  assignment_bucket INTEGER NOT NULL CHECK (assignment_bucket BETWEEN 0 AND 99),
  visitor_key_hash TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  assigned_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, visitor_key_hash, experiment_id),
  UNIQUE (tenant_id, idempotency_key)
) STRICT;

CREATE TABLE analytics_experiment_variants (
  tenant_id TEXT NOT NULL,
  experiment_id TEXT NOT NULL,
  id TEXT NOT NULL,
  label TEXT NOT NULL,
  summary TEXT NOT NULL,
  weight INTEGER NOT NULL CHECK (weight BETWEEN 0 AND 1000000),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, experiment_id, id),
  FOREIGN KEY (tenant_id, experiment_id) REFERENCES analytics_experiments (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_experiments (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  dashboard_id TEXT NOT NULL,
  title TEXT NOT NULL,
  hypothesis TEXT NOT NULL,
  status TEXT NOT NULL,
  -- The page whose visitors take part.
  source_route TEXT NOT NULL,
  linked_block_id TEXT,
  -- What the stable key of a visitor is called.
  assignment_key TEXT NOT NULL,
  primary_metric_id TEXT NOT NULL,
  guardrail_metric_id TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, dashboard_id) REFERENCES analytics_dashboards (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE analytics_notification_channels (
  tenant_id TEXT NOT NULL,
  readiness_id TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('admin', 'email')),
  title TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, readiness_id, id),
  FOREIGN KEY (tenant_id, readiness_id) REFERENCES analytics_notification_reviews (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_notification_reviews (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  dashboard_id TEXT NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  owner_review_status TEXT NOT NULL,
  alert_review_id TEXT NOT NULL,
  anomaly_review_id TEXT NOT NULL,
  reviewed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, dashboard_id) REFERENCES analytics_dashboards (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_page_steps (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  source_route TEXT NOT NULL CHECK (source_route LIKE '/%' AND source_route NOT LIKE '//%'),
  step_id TEXT NOT NULL,
  funnel_id TEXT NOT NULL,
  anchor TEXT NOT NULL,
  title TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, source_route, step_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_source_hours (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  hour INTEGER NOT NULL,
  event_definition_id TEXT NOT NULL,
  source_route TEXT NOT NULL,
  utm_source TEXT NOT NULL,
  utm_medium TEXT NOT NULL,
  utm_campaign TEXT NOT NULL,
  utm_content TEXT NOT NULL,
  utm_term TEXT NOT NULL,
  referrer_host TEXT NOT NULL,
  total_events INTEGER NOT NULL,
  last_event_at INTEGER NOT NULL,
  -- Different visitors who had come by this source when it was last counted, as far as analytics_source_visitors knows.
  people INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, hour, event_definition_id, source_route, utm_source, utm_medium, utm_campaign, utm_content,
    utm_term, referrer_host)
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_source_visitors (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  event_definition_id TEXT NOT NULL,
  source_route TEXT NOT NULL,
  -- All names of the source, as a JSON list.
  source TEXT NOT NULL,
  correlation_hash TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, event_definition_id, source_route, source, correlation_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_visitor_days (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  event_definition_id TEXT NOT NULL,
  funnel_step_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  visitors INTEGER NOT NULL CHECK (visitors >= 0),
  PRIMARY KEY (tenant_id, event_definition_id, funnel_step_id, variant_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_visitor_hours (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  event_definition_id TEXT NOT NULL,
  funnel_step_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  visitors INTEGER NOT NULL CHECK (visitors >= 0),
  PRIMARY KEY (tenant_id, event_definition_id, funnel_step_id, variant_id, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_visits (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  event_definition_id TEXT NOT NULL,
  funnel_step_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  correlation_hash TEXT NOT NULL,
  -- Unix seconds, a multiple of 86400.
  day INTEGER NOT NULL,
  last_hour INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, event_definition_id, funnel_step_id, variant_id, correlation_hash, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE audience_automation_actions (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  rule_id TEXT NOT NULL REFERENCES audience_automation_rules (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('tag_contact', 'start_sequence', 'notify_owner', 'record_event')),
  -- A tag, a sequence or an event definition, by the kind.
  target_id TEXT NOT NULL,
  summary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE audience_automation_rules (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  trigger_event TEXT NOT NULL,
  conditions_json TEXT NOT NULL CHECK (json_valid(conditions_json)),
  write_boundary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audience_broadcast_drafts (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  subject_intent TEXT NOT NULL,
  preview_text TEXT NOT NULL,
  audience_scope TEXT NOT NULL,
  -- Who it is for; its counts are of this segment only.
  segment_id TEXT NOT NULL,
  approval_boundary TEXT NOT NULL,
  suppression_policy TEXT NOT NULL,
  -- Counts the changes. Two changes within one second are two revisions.
  revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audience_broadcast_readiness (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  draft_id TEXT NOT NULL REFERENCES audience_broadcast_drafts (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN (
    'preview_safety', 'queue_readiness', 'sender_domain_readiness', 'provider_event_readiness',
    'provider_rate_limit_readiness', 'provider_response_readiness', 'send_payload_readiness',
    'queue_producer_readiness', 'queue_consumer_readiness')),
  status TEXT NOT NULL,
  facts_json TEXT NOT NULL CHECK (json_type(facts_json) = 'object'),
  flags_json TEXT NOT NULL CHECK (json_type(flags_json) = 'object'),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, draft_id, kind)
) STRICT;

CREATE TABLE audience_consent_events (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subscriber_id TEXT NOT NULL REFERENCES audience_subscribers (id) ON DELETE CASCADE,
  form_id TEXT NOT NULL REFERENCES audience_forms (id),
  consent_statement_id TEXT NOT NULL REFERENCES audience_consent_statements (id),
  consent_statement TEXT NOT NULL,
  consent_kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('requested', 'consented', 'withdrawn')),
  idempotency_key TEXT NOT NULL,
  -- What the key stands for, so that it cannot be used for anything else.
  request_hash TEXT NOT NULL,
  -- The name as it was typed with this request; it becomes the subscriber's when the request is confirmed.
  first_name TEXT CHECK (length(first_name) BETWEEN 1 AND 120),
  token_hash TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL,
  -- A robot that fills in forms is not a visitor to be counted.
  by_robot INTEGER NOT NULL DEFAULT 0 CHECK (by_robot IN (0, 1)),
  ip_hash TEXT,
  user_agent_hash TEXT,
  -- The visitor of the pages, as events name them, until the confirmation counts them.
  visitor_hash TEXT,
  -- Names the request that confirmed it, so that of several presses exactly one acts.
  confirmation_id TEXT UNIQUE,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  requested_at INTEGER NOT NULL,
  consented_at INTEGER,
  -- Keys belong to the address that they came with.
  UNIQUE (subscriber_id, idempotency_key),
  CHECK ((status = 'consented') = (consented_at IS NOT NULL))
) STRICT;

CREATE TABLE audience_consent_statements (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  version TEXT NOT NULL,
  consent_kind TEXT NOT NULL,
  statement TEXT NOT NULL CHECK (length(statement) > 0),
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, version)
) STRICT;

CREATE TABLE audience_data_requests (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  email_hash TEXT NOT NULL CHECK (length(email_hash) = 64),
  token_hash TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL,
  -- Set when everything was erased by this link.
  erased_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audience_enrollment_totals (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  sequence_id TEXT NOT NULL,
  status TEXT NOT NULL,
  subscriber_status TEXT NOT NULL,
  has_consent INTEGER NOT NULL,
  is_suppressed INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, sequence_id, status, subscriber_status, has_consent, is_suppressed)
) STRICT, WITHOUT ROWID;

CREATE TABLE audience_form_fields (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  form_id TEXT NOT NULL REFERENCES audience_forms (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('email', 'text', 'checkbox')),
  required INTEGER NOT NULL CHECK (required IN (0, 1)),
  storage_boundary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE audience_form_segments (
  form_id TEXT NOT NULL REFERENCES audience_forms (id) ON DELETE CASCADE,
  segment_id TEXT NOT NULL REFERENCES audience_segments (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (form_id, segment_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audience_form_tags (
  form_id TEXT NOT NULL REFERENCES audience_forms (id) ON DELETE CASCADE,
  tag_id TEXT NOT NULL REFERENCES audience_tags (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (form_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audience_forms (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  headline TEXT NOT NULL,
  summary TEXT NOT NULL,
  button TEXT NOT NULL,
  -- 'archived' takes nobody; a draft is shown as a preview that works.
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  route_anchor TEXT NOT NULL,
  source_funnel_step_id TEXT,
  lead_magnet_id TEXT NOT NULL REFERENCES audience_lead_magnets (id),
  consent_statement_id TEXT NOT NULL REFERENCES audience_consent_statements (id),
  write_boundary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, slug)
) STRICT;

CREATE TABLE audience_lead_magnets (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  delivery_promise TEXT NOT NULL,
  asset_boundary TEXT NOT NULL,
  body TEXT NOT NULL CHECK (length(body) > 0),
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audience_paused_totals (
  tenant_id TEXT PRIMARY KEY NOT NULL REFERENCES tenants (id),
  total INTEGER NOT NULL
) STRICT;

CREATE TABLE audience_segments (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  source TEXT NOT NULL,
  definition TEXT NOT NULL,
  private_data_excluded_json TEXT NOT NULL CHECK (json_valid(private_data_excluded_json)),
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audience_sequence_enrollments (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subscriber_id TEXT NOT NULL REFERENCES audience_subscribers (id) ON DELETE CASCADE,
  sequence_id TEXT NOT NULL REFERENCES audience_sequences (id),
  source_form_id TEXT NOT NULL REFERENCES audience_forms (id),
  status TEXT NOT NULL DEFAULT 'draft_enrolled' CHECK (status IN ('draft_enrolled', 'unsubscribe_paused')),
  idempotency_key TEXT NOT NULL UNIQUE,
  next_step_id TEXT REFERENCES audience_sequence_steps (id),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (subscriber_id, sequence_id),
  CHECK (status <> 'unsubscribe_paused' OR next_step_id IS NULL)
) STRICT;

CREATE TABLE audience_sequence_steps (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  sequence_id TEXT NOT NULL REFERENCES audience_sequences (id) ON DELETE CASCADE,
  subject_intent TEXT NOT NULL,
  timing TEXT NOT NULL CHECK (timing IN ('immediate', 'delay_hours', 'delay_days')),
  delay_value INTEGER NOT NULL CHECK (delay_value >= 0),
  goal TEXT NOT NULL,
  agent_editable INTEGER NOT NULL CHECK (agent_editable IN (0, 1)),
  position INTEGER NOT NULL DEFAULT 0,
  CHECK ((timing = 'immediate') = (delay_value = 0))
) STRICT;

CREATE TABLE audience_sequences (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  -- What begins it, as a sentence.
  starts_when TEXT NOT NULL,
  linked_form_id TEXT NOT NULL REFERENCES audience_forms (id) ON DELETE CASCADE,
  write_boundary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audience_subscriber_totals (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  source_form_id TEXT NOT NULL,
  source_segment_id TEXT NOT NULL,
  status TEXT NOT NULL,
  has_consent INTEGER NOT NULL,
  is_suppressed INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, source_form_id, source_segment_id, status, has_consent, is_suppressed)
) STRICT, WITHOUT ROWID;

CREATE TABLE audience_subscribers (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  email TEXT NOT NULL CHECK (email = lower(email)),
  email_hash TEXT NOT NULL CHECK (length(email_hash) = 64),
  first_name TEXT CHECK (length(first_name) BETWEEN 1 AND 120),
  status TEXT NOT NULL CHECK (status IN ('pending', 'subscribed', 'unsubscribed')),
  source_form_id TEXT NOT NULL REFERENCES audience_forms (id),
  source_segment_id TEXT REFERENCES audience_segments (id),
  -- When a press on the mailed page last put the address on the list.
  confirmed_at INTEGER,
  -- Kept by the triggers below: whether a consent stands behind it, and whether its hash is suppressed.
  has_consent INTEGER NOT NULL DEFAULT 0 CHECK (has_consent IN (0, 1)),
  is_suppressed INTEGER NOT NULL DEFAULT 0 CHECK (is_suppressed IN (0, 1)),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, email),
  UNIQUE (tenant_id, email_hash),
  CHECK (status <> 'subscribed' OR confirmed_at IS NOT NULL)
) STRICT;

CREATE TABLE audience_suppression_entries (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  email_hash TEXT NOT NULL CHECK (length(email_hash) = 64),
  subscriber_id TEXT REFERENCES audience_subscribers (id) ON DELETE SET NULL,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'lifted')),
  suppression_kind TEXT NOT NULL DEFAULT 'unsubscribe' CHECK (suppression_kind IN ('unsubscribe', 'erasure')),
  source_route TEXT NOT NULL,
  reason TEXT CHECK (length(reason) <= 240),
  idempotency_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  ip_hash TEXT,
  user_agent_hash TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, email_hash, idempotency_key)
) STRICT;

CREATE TABLE audience_tag_assignments (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subscriber_id TEXT NOT NULL REFERENCES audience_subscribers (id) ON DELETE CASCADE,
  tag_id TEXT NOT NULL REFERENCES audience_tags (id),
  source_form_id TEXT NOT NULL REFERENCES audience_forms (id),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'removed')),
  idempotency_key TEXT NOT NULL UNIQUE,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (subscriber_id, tag_id)
) STRICT;

CREATE TABLE audience_tags (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  purpose TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audience_totals (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subject TEXT NOT NULL CHECK (subject IN ('subscriber', 'consent', 'tag', 'sequence', 'suppression', 'note')),
  id TEXT NOT NULL,
  status TEXT NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, subject, id, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE audience_workspaces (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  issue INTEGER NOT NULL,
  parent_issue INTEGER NOT NULL,
  revision_id TEXT NOT NULL,
  preview_route TEXT NOT NULL,
  funnel_route TEXT,
  offer_route TEXT,
  product_route TEXT,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, slug)
) STRICT;

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
, paid_amount_cents INTEGER, paid_payment_intent_id TEXT) STRICT;

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

CREATE TABLE checkout_post_purchase_decisions (
  -- The id of its receipt.
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  idempotency_key TEXT NOT NULL,
  checkout_intent_id TEXT NOT NULL REFERENCES checkout_intents (id) ON DELETE CASCADE,
  offer_stack_id TEXT NOT NULL,
  presented_offer_id TEXT NOT NULL,
  decision_kind TEXT NOT NULL CHECK (decision_kind IN (
    'accept_upsell_follow_up', 'decline_upsell', 'accept_downsell_follow_up', 'decline_downsell')),
  checkout_status TEXT NOT NULL,
  checkout_updated_at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  audit_correlation_id TEXT NOT NULL,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, idempotency_key),
  -- One decision for each offer: a second thought is a matter between people.
  UNIQUE (checkout_intent_id, presented_offer_id)
) STRICT;

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

CREATE TABLE entitlement_templates (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, grants_json TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(grants_json)), revocation_rules_json TEXT NOT NULL DEFAULT '[]'
  CHECK (json_valid(revocation_rules_json)), private_data_excluded_json TEXT NOT NULL DEFAULT '[]'
  CHECK (json_valid(private_data_excluded_json)),
  UNIQUE (id, product_id)
) STRICT;

CREATE TABLE evidence_records (
  -- The id of the record that the act made; a domain table uses the same id.
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  -- Which confirmed write this is.
  kind TEXT NOT NULL,
  -- The account of an owner, or 'anyone' for acts that need no session.
  actor TEXT NOT NULL,
  actor_role TEXT NOT NULL CHECK (actor_role IN ('owner', 'anyone')),
  -- Keyed hash: can be compared, cannot be guessed without the deployment's secret.
  actor_email_hash TEXT,
  idempotency_key TEXT NOT NULL,
  -- Hash of the kind and of every field (private ones are keyed hashes already); the same key with other fields is
  -- refused.
  fingerprint TEXT NOT NULL,
  confirmation_text_sha256 TEXT NOT NULL,
  -- The fields as they were understood. Private text is in here as a keyed hash only.
  fields_json TEXT NOT NULL CHECK (json_valid(fields_json)),
  -- What was true when the act was accepted.
  truth_json TEXT NOT NULL CHECK (json_valid(truth_json)),
  audit_correlation_id TEXT NOT NULL,
  created_at INTEGER NOT NULL, subject TEXT GENERATED ALWAYS AS (json_extract(truth_json, '$.subject')) VIRTUAL,
  UNIQUE (tenant_id, kind, actor, idempotency_key)
) STRICT;

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
  updated_at INTEGER NOT NULL, position INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source_price_id, product_id, entitlement_template_id),
  -- An entitlement's id is made of checkout and template, so a template must belong to the product that is granted.
  FOREIGN KEY (entitlement_template_id, product_id) REFERENCES entitlement_templates (id, product_id)
) STRICT;

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

CREATE TABLE mail_outbox (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  kind TEXT NOT NULL CHECK (kind GLOB '[a-z]*' AND length(kind) <= 40),
  to_email TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_text TEXT,
  body_html TEXT,
  -- The row of account_verification_emails that tells how this mail went, if it has one.
  evidence_id TEXT,
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sending', 'sent', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  lease_id TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  -- A link that no longer works is not worth sending.
  useless_at INTEGER NOT NULL,
  last_error TEXT CHECK (length(last_error) <= 500),
  sent_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, unsubscribe_url TEXT,
  CHECK ((status IN ('sent', 'failed')) = (body_text IS NULL AND body_html IS NULL)),
  CHECK ((status = 'sent') = (sent_at IS NOT NULL))
) STRICT;

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
  updated_at INTEGER NOT NULL, post_purchase_path_id TEXT, post_purchase_starts_after TEXT, post_purchase_minutes INTEGER NOT NULL DEFAULT 30
  CHECK (post_purchase_minutes BETWEEN 1 AND 1440), published INTEGER NOT NULL DEFAULT 1 CHECK (published IN (0, 1)),
  UNIQUE (tenant_id, slug)
) STRICT;

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

CREATE TABLE product_protected_content_sections (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  asset_id TEXT NOT NULL REFERENCES access_assets (id) ON DELETE CASCADE,
  entitlement_template_id TEXT NOT NULL REFERENCES entitlement_templates (id),
  -- The rule that opens this section. An entitlement that another kind of rule opened does not.
  access_rule_id TEXT NOT NULL REFERENCES access_rules (id),
  position INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'protected_content_ready'
    CHECK (status IN ('protected_content_ready', 'protected_content_draft')),
  content_kind TEXT NOT NULL CHECK (content_kind IN ('course_module', 'member_area')),
  title TEXT NOT NULL,
  public_summary TEXT NOT NULL,
  access_policy TEXT NOT NULL,
  private_content_boundary TEXT NOT NULL,
  delivery_enabled INTEGER NOT NULL DEFAULT 0 CHECK (delivery_enabled IN (0, 1)),
  protected_body_included INTEGER NOT NULL DEFAULT 0 CHECK (protected_body_included IN (0, 1)),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE protected_content_bodies (
  section_id TEXT PRIMARY KEY NOT NULL REFERENCES product_protected_content_sections (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  body_format TEXT NOT NULL DEFAULT 'markdown' CHECK (body_format = 'markdown'),
  body TEXT NOT NULL CHECK (length(body) > 0),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

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

CREATE TABLE rate_limits (
  key TEXT PRIMARY KEY NOT NULL,
  count INTEGER NOT NULL CHECK (count > 0),
  window_started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  id TEXT PRIMARY KEY NOT NULL,
  expires_at INTEGER NOT NULL,
  token TEXT NOT NULL UNIQUE CHECK (length(token) = 64),
  remembered INTEGER NOT NULL DEFAULT 1 CHECK (remembered IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ip_address TEXT,
  user_agent TEXT,
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE
) STRICT;

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

CREATE TABLE tenants (
  id TEXT PRIMARY KEY NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE user (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
  email_verified INTEGER NOT NULL DEFAULT 0 CHECK (email_verified IN (0, 1)),
  image TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE verification (
  id TEXT PRIMARY KEY NOT NULL,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value)),
  claim TEXT UNIQUE,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX access_product_assets_by_asset ON access_product_assets (asset_id);

CREATE INDEX access_products_by_tenant ON access_products (tenant_id, position);

CREATE INDEX account_verification_emails_by_email ON account_verification_emails (email, sent_at);

CREATE INDEX account_verification_emails_by_status ON account_verification_emails (status, sent_at);

CREATE INDEX account_verification_emails_by_user ON account_verification_emails (user_id);

CREATE INDEX affiliate_attribution_rules_by_program ON affiliate_attribution_rules (program_id, priority);

CREATE INDEX affiliate_commission_rule_offers_by_offer ON affiliate_commission_rule_offers (offer_id);

CREATE INDEX affiliate_commission_rules_by_program ON affiliate_commission_rules (program_id, position);

CREATE INDEX affiliate_ledger_actions_by_intent ON affiliate_commission_ledger_actions (checkout_intent_id);

CREATE UNIQUE INDEX affiliate_ledger_actions_by_key
  ON affiliate_commission_ledger_actions (tenant_id, actor_user_id, idempotency_key);

CREATE INDEX affiliate_ledger_actions_by_kind ON affiliate_commission_ledger_actions (action_kind, created_at);

CREATE INDEX affiliate_ledger_actions_by_ledger ON affiliate_commission_ledger_actions (commission_ledger_id, created_at);

CREATE INDEX affiliate_ledger_actions_by_tenant ON affiliate_commission_ledger_actions (tenant_id, created_at);

CREATE INDEX affiliate_ledger_by_attribution ON affiliate_commission_ledger_entries (referral_attribution_id);

CREATE INDEX affiliate_ledger_by_click ON affiliate_commission_ledger_entries (referral_click_id);

CREATE INDEX affiliate_ledger_by_link ON affiliate_commission_ledger_entries (referral_link_id, created_at);

CREATE INDEX affiliate_ledger_by_partner ON affiliate_commission_ledger_entries (partner_id, created_at);

CREATE INDEX affiliate_ledger_by_status ON affiliate_commission_ledger_entries (ledger_status, review_status, payout_status);

CREATE INDEX affiliate_ledger_by_tenant ON affiliate_commission_ledger_entries (tenant_id, created_at);

CREATE INDEX affiliate_partners_by_tenant ON affiliate_partners (tenant_id, position);

CREATE INDEX affiliate_program_documents_by_program ON affiliate_program_documents (program_id, kind, position);

CREATE INDEX affiliate_referral_clicks_by_link ON affiliate_referral_clicks (referral_link_id, clicked_at);

CREATE INDEX affiliate_referral_clicks_by_partner ON affiliate_referral_clicks (partner_id, clicked_at);

CREATE INDEX affiliate_referral_clicks_by_route ON affiliate_referral_clicks (destination_route, clicked_at);

CREATE INDEX affiliate_referral_clicks_by_tenant ON affiliate_referral_clicks (tenant_id, clicked_at);

CREATE INDEX affiliate_referral_links_by_partner ON affiliate_referral_links (partner_id);

CREATE INDEX affiliate_referral_links_by_program ON affiliate_referral_links (program_id, position);

CREATE INDEX analytics_alert_thresholds_by_dashboard ON analytics_alert_thresholds (tenant_id, dashboard_id, position);

CREATE UNIQUE INDEX analytics_event_definitions_by_kind ON analytics_event_definitions (tenant_id, event_kind)
WHERE trusted = 1;

CREATE INDEX analytics_events_by_time ON analytics_events (occurred_at);

CREATE INDEX analytics_experiment_assignments_by_time ON analytics_experiment_assignments (assigned_at);

CREATE INDEX analytics_experiment_variants_by_id ON analytics_experiment_variants (tenant_id, id);

CREATE INDEX analytics_experiments_by_page ON analytics_experiments (tenant_id, source_route);

CREATE INDEX analytics_source_visitors_by_time ON analytics_source_visitors (seen_at);

CREATE INDEX analytics_visits_by_day ON analytics_visits (day);

CREATE INDEX audience_automation_actions_by_rule ON audience_automation_actions (rule_id, position);

CREATE INDEX audience_automation_rules_by_workspace ON audience_automation_rules (workspace_id, position);

CREATE INDEX audience_broadcast_drafts_by_segment ON audience_broadcast_drafts (segment_id, status);

CREATE INDEX audience_broadcast_drafts_by_tenant ON audience_broadcast_drafts (tenant_id, updated_at);

CREATE INDEX audience_broadcast_drafts_by_workspace ON audience_broadcast_drafts (workspace_id, status);

CREATE INDEX audience_consent_events_by_subscriber ON audience_consent_events (subscriber_id, consented_at);

CREATE INDEX audience_consent_events_by_time ON audience_consent_events (tenant_id, consented_at);

CREATE INDEX audience_data_requests_by_age ON audience_data_requests (expires_at);

CREATE INDEX audience_form_fields_by_form ON audience_form_fields (form_id, position);

CREATE INDEX audience_forms_by_tenant ON audience_forms (tenant_id, position);

CREATE INDEX audience_forms_by_workspace ON audience_forms (workspace_id, position);

CREATE INDEX audience_lead_magnets_by_workspace ON audience_lead_magnets (workspace_id, position);

CREATE INDEX audience_segments_by_workspace ON audience_segments (workspace_id, position);

CREATE INDEX audience_sequence_enrollments_by_sequence ON audience_sequence_enrollments (sequence_id, status);

CREATE INDEX audience_sequence_enrollments_by_subscriber ON audience_sequence_enrollments (subscriber_id, status);

CREATE INDEX audience_sequence_steps_by_sequence ON audience_sequence_steps (sequence_id, position);

CREATE INDEX audience_sequences_by_form ON audience_sequences (linked_form_id, position);

CREATE INDEX audience_sequences_by_workspace ON audience_sequences (workspace_id, position);

CREATE INDEX audience_subscribers_by_change ON audience_subscribers (tenant_id, updated_at);

CREATE INDEX audience_subscribers_by_confirmation ON audience_subscribers (tenant_id, confirmed_at, created_at);

CREATE INDEX audience_subscribers_by_form ON audience_subscribers (source_form_id);

CREATE INDEX audience_subscribers_by_name ON audience_subscribers (tenant_id, first_name COLLATE NOCASE);

CREATE INDEX audience_subscribers_by_segment ON audience_subscribers (source_segment_id);

CREATE INDEX audience_subscribers_by_status ON audience_subscribers (tenant_id, status, created_at);

CREATE INDEX audience_suppression_entries_by_change ON audience_suppression_entries (tenant_id, updated_at);

CREATE INDEX audience_suppression_entries_by_hash ON audience_suppression_entries (tenant_id, email_hash, status);

CREATE INDEX audience_suppression_entries_by_subscriber ON audience_suppression_entries (subscriber_id, status);

CREATE INDEX audience_tag_assignments_by_tag ON audience_tag_assignments (tag_id, status, subscriber_id);

CREATE INDEX audience_tags_by_workspace ON audience_tags (workspace_id, position);

CREATE INDEX billing_subscriptions_by_buyer ON billing_subscriptions (buyer_user_id, status);

CREATE INDEX billing_subscriptions_by_customer ON billing_subscriptions (stripe_customer_id);

CREATE INDEX billing_subscriptions_by_intent ON billing_subscriptions (checkout_intent_id);

CREATE INDEX billing_subscriptions_by_price ON billing_subscriptions (price_id, status);

CREATE INDEX checkout_intents_by_buyer ON checkout_intents (lower(buyer_email));

CREATE INDEX checkout_intents_by_payment_intent ON checkout_intents (stripe_payment_intent_id);

CREATE INDEX checkout_intents_by_product ON checkout_intents (product_id, created_at);

CREATE INDEX checkout_intents_by_status ON checkout_intents (status, created_at);

CREATE INDEX checkout_intents_by_subscription ON checkout_intents (stripe_subscription_id)
WHERE stripe_subscription_id IS NOT NULL;

CREATE INDEX checkout_post_purchase_decisions_by_offer
  ON checkout_post_purchase_decisions (tenant_id, offer_stack_id, presented_offer_id, decision_kind, created_at);

CREATE INDEX checkout_referral_attributions_by_click ON checkout_referral_attributions (referral_click_id);

CREATE INDEX checkout_referral_attributions_by_link ON checkout_referral_attributions (referral_link_id, created_at);

CREATE INDEX checkout_referral_attributions_by_partner ON checkout_referral_attributions (partner_id, created_at);

CREATE INDEX checkout_referral_attributions_by_tenant ON checkout_referral_attributions (tenant_id, created_at);

CREATE INDEX commerce_prices_by_product ON commerce_prices (product_id, active);

CREATE INDEX commerce_products_by_status ON commerce_products (tenant_id, status);

CREATE INDEX entitlement_templates_by_product ON entitlement_templates (product_id);

CREATE INDEX evidence_records_by_kind ON evidence_records (tenant_id, kind, created_at);

CREATE INDEX evidence_records_by_subject ON evidence_records (tenant_id, kind, subject, created_at);

CREATE INDEX evidence_records_by_subscriber ON evidence_records (tenant_id, json_extract(fields_json, '$.subscriberId'));

CREATE INDEX grant_mappings_by_tenant ON grant_mappings (tenant_id, position);

CREATE INDEX mail_outbox_by_age ON mail_outbox (created_at);

CREATE INDEX mail_outbox_by_receiver ON mail_outbox (to_email, kind, created_at);

CREATE INDEX mail_outbox_by_status ON mail_outbox (status, next_attempt_at);

CREATE UNIQUE INDEX offer_stacks_one_default ON offer_stacks (tenant_id) WHERE is_default = 1;

CREATE UNIQUE INDEX offers_one_primary_per_price ON offers (tenant_id, price_id) WHERE kind = 'primary';

CREATE UNIQUE INDEX offers_one_primary_per_stack ON offers (stack_id) WHERE kind = 'primary';

CREATE INDEX payment_audit_events_by_intent ON payment_audit_events (checkout_intent_id, created_at);

CREATE INDEX payment_audit_events_by_skipped_referral ON payment_audit_events (tenant_id, created_at)
  WHERE event_kind = 'checkout_referral_attribution_skipped';

CREATE INDEX private_files_by_tenant ON private_files (tenant_id);

CREATE INDEX product_asset_uploads_by_product ON product_asset_uploads (product_id, asset_id, status);

CREATE INDEX product_asset_uploads_by_tenant ON product_asset_uploads (tenant_id, status, created_at);

CREATE INDEX product_asset_uploads_unfinished ON product_asset_uploads (status, updated_at);

CREATE INDEX product_download_tokens_by_entitlement ON product_download_tokens (entitlement_id, status, expires_at);

CREATE INDEX product_download_tokens_by_intent ON product_download_tokens (checkout_intent_id, created_at);

CREATE INDEX product_entitlements_by_event ON product_entitlements (source_stripe_event_id);

CREATE INDEX product_entitlements_by_product ON product_entitlements (product_id, status);

CREATE INDEX product_entitlements_by_template ON product_entitlements (entitlement_template_id, status);

CREATE INDEX product_entitlements_newest ON product_entitlements (tenant_id, granted_at);

CREATE INDEX product_fulfillment_tasks_by_intent ON product_fulfillment_tasks (checkout_intent_id);

CREATE INDEX product_fulfillment_tasks_by_status ON product_fulfillment_tasks (status, created_at);

CREATE INDEX product_protected_content_sections_by_asset ON product_protected_content_sections (asset_id);

CREATE INDEX product_protected_content_sections_by_kind ON product_protected_content_sections (content_kind, status);

CREATE INDEX product_protected_content_sections_by_product ON product_protected_content_sections (product_id, status);

CREATE INDEX product_protected_content_sections_by_tenant ON product_protected_content_sections (tenant_id, position);

CREATE INDEX product_revocation_intents_by_product ON product_entitlement_revocation_intents (product_id, status);

CREATE INDEX product_revocation_intents_by_target
  ON product_entitlement_revocation_intents (target_entitlement_id, status);

CREATE INDEX product_revocation_intents_by_template
  ON product_entitlement_revocation_intents (entitlement_template_id, status);

CREATE INDEX product_revocation_intents_by_tenant ON product_entitlement_revocation_intents (tenant_id, updated_at);

CREATE UNIQUE INDEX product_revocation_intents_one_per_key
  ON product_entitlement_revocation_intents (tenant_id, actor_user_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE INDEX publisher_plan_entitlements_by_email ON publisher_plan_entitlements (owner_email, status, updated_at);

CREATE INDEX publisher_plan_entitlements_by_owner ON publisher_plan_entitlements (owner_user_id, status, updated_at);

CREATE INDEX rate_limits_by_age ON rate_limits (window_started_at);

CREATE INDEX session_by_expiry ON session (expires_at);

CREATE INDEX session_by_user ON session (user_id);

CREATE INDEX stripe_refunded_charges_by_customer ON stripe_refunded_charges (stripe_customer_id, charged_at);

CREATE INDEX stripe_refunded_charges_by_payment ON stripe_refunded_charges (stripe_payment_intent_id);

CREATE INDEX stripe_webhook_events_by_type ON stripe_webhook_events (event_type, processed_at);

CREATE INDEX verification_by_expiry ON verification (expires_at);

CREATE INDEX verification_by_identifier ON verification (identifier);

CREATE INDEX verification_by_receiver ON verification (json_extract(value, '$.email'));

CREATE VIEW affiliate_attachable_clicks AS
SELECT c.tenant_id, c.id AS referral_click_id, s.id AS stack_id, c.clicked_at,
  c.clicked_at + c.window_days * 86400 AS closes_at,
  (SELECT COUNT(*) FROM checkout_referral_attributions x JOIN checkout_intents i ON i.id = x.checkout_intent_id
    WHERE x.referral_click_id = c.id AND i.status NOT IN ('expired', 'payment_failed', 'stripe_error')) AS uses
FROM affiliate_referral_clicks c
JOIN offer_stacks s ON s.tenant_id = c.tenant_id
  AND c.destination_route IN (s.linked_funnel_route, '/offers/' || s.slug);

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

CREATE VIEW affiliate_fraud_review_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.programId') AS program_id,
  json_extract(fields_json, '$.payoutPreparationId') AS payout_preparation_id,
  json_extract(fields_json, '$.payoutBatchId') AS payout_batch_id,
  json_extract(fields_json, '$.expectedProgramRevisionId') AS expected_program_revision_id,
  json_extract(fields_json, '$.expectedPayoutBatchStatus') AS expected_payout_batch_status,
  json_extract(fields_json, '$.reviewFlagId') AS review_flag_id,
  json_extract(fields_json, '$.expectedFlagSeverity') AS expected_flag_severity,
  json_extract(fields_json, '$.expectedLinkedLedgerCount') AS expected_linked_ledger_count,
  json_extract(fields_json, '$.reviewDisposition') AS review_disposition,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'owner_fraud_review_evidence' AS record_kind,
  1 AS owner_fraud_review_record_created,
  0 AS payable_commission_created,
  0 AS stripe_payout_created,
  0 AS stripe_transfer_created,
  0 AS payout_account_stored,
  0 AS tax_data_collected,
  0 AS partner_notification_sent,
  0 AS fraud_decision_enforced,
  0 AS buyer_data_included,
  0 AS raw_ledger_rows_exposed,
  0 AS raw_actor_identity_included,
  0 AS raw_click_rows_exposed,
  0 AS raw_checkout_rows_exposed,
  0 AS private_fraud_signals_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'affiliate_fraud_review';

CREATE VIEW affiliate_open_links AS
SELECT l.id, l.tenant_id, l.program_id, l.partner_id, l.code, l.destination_route, l.utm_source, l.attribution_rule_id,
  COALESCE(l.landing_route, l.destination_route) AS landing_route, r.model, r.window_days
FROM affiliate_referral_links l
JOIN affiliate_partners p ON p.id = l.partner_id
JOIN affiliate_partner_approvals a ON a.partner_id = l.partner_id AND a.program_id = l.program_id
JOIN affiliate_programs g ON g.id = l.program_id
JOIN affiliate_attribution_rules r ON r.id = l.attribution_rule_id
WHERE l.status IN ('draft', 'active') AND p.status = 'approved' AND g.status IN ('draft', 'active');

CREATE VIEW affiliate_partner_notification_provider_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.programId') AS program_id,
  json_extract(fields_json, '$.payoutPreparationId') AS payout_preparation_id,
  json_extract(fields_json, '$.payoutBatchId') AS payout_batch_id,
  json_extract(fields_json, '$.expectedProgramRevisionId') AS expected_program_revision_id,
  json_extract(fields_json, '$.expectedPayoutBatchStatus') AS expected_payout_batch_status,
  json_extract(fields_json, '$.affiliatePartnerReportId') AS affiliate_partner_report_id,
  json_extract(fields_json, '$.affiliatePartnerId') AS affiliate_partner_id,
  json_extract(fields_json, '$.reviewFlagId') AS review_flag_id,
  json_extract(fields_json, '$.expectedPartnerReportStatus') AS expected_partner_report_status,
  json_extract(fields_json, '$.expectedPayoutPreparationRecordStatus') AS expected_payout_preparation_record_status,
  json_extract(fields_json, '$.expectedFraudReviewRecordStatus') AS expected_fraud_review_record_status,
  json_extract(fields_json, '$.expectedReviewFlagSeverity') AS expected_review_flag_severity,
  json_extract(fields_json, '$.expectedLinkedLedgerCount') AS expected_linked_ledger_count,
  json_extract(fields_json, '$.expectedNotificationReadinessRecordStatus') AS expected_notification_readiness_record_status,
  json_extract(fields_json, '$.expectedNotificationSendPreflightRecordStatus') AS expected_notification_send_preflight_record_status,
  json_extract(fields_json, '$.notificationProviderReadinessDisposition') AS notification_provider_readiness_disposition,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'owner_partner_notification_provider_readiness_evidence' AS record_kind,
  1 AS owner_partner_notification_provider_readiness_record_created,
  0 AS payable_commission_created,
  0 AS stripe_payout_created,
  0 AS stripe_transfer_created,
  0 AS payout_account_stored,
  0 AS tax_data_collected,
  0 AS partner_notification_sent,
  0 AS fraud_decision_enforced,
  0 AS buyer_data_included,
  0 AS raw_ledger_rows_exposed,
  0 AS raw_actor_identity_included,
  0 AS raw_click_rows_exposed,
  0 AS raw_checkout_rows_exposed,
  0 AS private_fraud_signals_included,
  0 AS notification_provider_called,
  0 AS queue_dispatch_created,
  0 AS notification_body_included,
  0 AS recipient_email_included,
  0 AS provider_message_id_included,
  0 AS send_queue_rows_included,
  0 AS notification_provider_send_enabled,
  0 AS send_payload_included,
  0 AS notification_provider_configured,
  0 AS provider_secret_included,
  0 AS sender_credential_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'affiliate_partner_notification_provider_readiness';

CREATE VIEW affiliate_partner_notification_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.programId') AS program_id,
  json_extract(fields_json, '$.payoutPreparationId') AS payout_preparation_id,
  json_extract(fields_json, '$.payoutBatchId') AS payout_batch_id,
  json_extract(fields_json, '$.expectedProgramRevisionId') AS expected_program_revision_id,
  json_extract(fields_json, '$.expectedPayoutBatchStatus') AS expected_payout_batch_status,
  json_extract(fields_json, '$.affiliatePartnerReportId') AS affiliate_partner_report_id,
  json_extract(fields_json, '$.affiliatePartnerId') AS affiliate_partner_id,
  json_extract(fields_json, '$.reviewFlagId') AS review_flag_id,
  json_extract(fields_json, '$.expectedPartnerReportStatus') AS expected_partner_report_status,
  json_extract(fields_json, '$.expectedPayoutPreparationRecordStatus') AS expected_payout_preparation_record_status,
  json_extract(fields_json, '$.expectedFraudReviewRecordStatus') AS expected_fraud_review_record_status,
  json_extract(fields_json, '$.expectedReviewFlagSeverity') AS expected_review_flag_severity,
  json_extract(fields_json, '$.expectedLinkedLedgerCount') AS expected_linked_ledger_count,
  json_extract(fields_json, '$.notificationReadinessDisposition') AS notification_readiness_disposition,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'owner_partner_notification_readiness_evidence' AS record_kind,
  1 AS owner_partner_notification_readiness_record_created,
  0 AS payable_commission_created,
  0 AS stripe_payout_created,
  0 AS stripe_transfer_created,
  0 AS payout_account_stored,
  0 AS tax_data_collected,
  0 AS partner_notification_sent,
  0 AS fraud_decision_enforced,
  0 AS buyer_data_included,
  0 AS raw_ledger_rows_exposed,
  0 AS raw_actor_identity_included,
  0 AS raw_click_rows_exposed,
  0 AS raw_checkout_rows_exposed,
  0 AS private_fraud_signals_included,
  0 AS notification_provider_called,
  0 AS queue_dispatch_created,
  0 AS notification_body_included,
  0 AS recipient_email_included,
  0 AS provider_message_id_included,
  0 AS send_queue_rows_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'affiliate_partner_notification_readiness';

CREATE VIEW affiliate_partner_notification_send_preflight_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.programId') AS program_id,
  json_extract(fields_json, '$.payoutPreparationId') AS payout_preparation_id,
  json_extract(fields_json, '$.payoutBatchId') AS payout_batch_id,
  json_extract(fields_json, '$.expectedProgramRevisionId') AS expected_program_revision_id,
  json_extract(fields_json, '$.expectedPayoutBatchStatus') AS expected_payout_batch_status,
  json_extract(fields_json, '$.affiliatePartnerReportId') AS affiliate_partner_report_id,
  json_extract(fields_json, '$.affiliatePartnerId') AS affiliate_partner_id,
  json_extract(fields_json, '$.reviewFlagId') AS review_flag_id,
  json_extract(fields_json, '$.expectedPartnerReportStatus') AS expected_partner_report_status,
  json_extract(fields_json, '$.expectedPayoutPreparationRecordStatus') AS expected_payout_preparation_record_status,
  json_extract(fields_json, '$.expectedFraudReviewRecordStatus') AS expected_fraud_review_record_status,
  json_extract(fields_json, '$.expectedReviewFlagSeverity') AS expected_review_flag_severity,
  json_extract(fields_json, '$.expectedLinkedLedgerCount') AS expected_linked_ledger_count,
  json_extract(fields_json, '$.expectedNotificationReadinessRecordStatus') AS expected_notification_readiness_record_status,
  json_extract(fields_json, '$.notificationSendPreflightDisposition') AS notification_send_preflight_disposition,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'owner_partner_notification_send_preflight_evidence' AS record_kind,
  1 AS owner_partner_notification_send_preflight_record_created,
  0 AS payable_commission_created,
  0 AS stripe_payout_created,
  0 AS stripe_transfer_created,
  0 AS payout_account_stored,
  0 AS tax_data_collected,
  0 AS partner_notification_sent,
  0 AS fraud_decision_enforced,
  0 AS buyer_data_included,
  0 AS raw_ledger_rows_exposed,
  0 AS raw_actor_identity_included,
  0 AS raw_click_rows_exposed,
  0 AS raw_checkout_rows_exposed,
  0 AS private_fraud_signals_included,
  0 AS notification_provider_called,
  0 AS queue_dispatch_created,
  0 AS notification_body_included,
  0 AS recipient_email_included,
  0 AS provider_message_id_included,
  0 AS send_queue_rows_included,
  0 AS notification_provider_send_enabled,
  0 AS send_payload_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'affiliate_partner_notification_send_preflight';

CREATE VIEW affiliate_payout_preparation_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.programId') AS program_id,
  json_extract(fields_json, '$.payoutPreparationId') AS payout_preparation_id,
  json_extract(fields_json, '$.payoutBatchId') AS payout_batch_id,
  json_extract(fields_json, '$.expectedProgramRevisionId') AS expected_program_revision_id,
  json_extract(fields_json, '$.expectedPayoutBatchStatus') AS expected_payout_batch_status,
  json_extract(fields_json, '$.expectedEligibleLedgerCount') AS expected_eligible_ledger_count,
  json_extract(fields_json, '$.expectedBlockedLedgerCount') AS expected_blocked_ledger_count,
  json_extract(fields_json, '$.expectedReversedLedgerCount') AS expected_reversed_ledger_count,
  json_extract(fields_json, '$.expectedTotalCommissionCents') AS expected_total_commission_cents,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(truth_json, '$.shown.currency') AS currency,
  'owner_payout_preparation_review' AS record_kind,
  1 AS owner_payout_preparation_record_created,
  0 AS payable_commission_created,
  0 AS stripe_payout_created,
  0 AS stripe_transfer_created,
  0 AS payout_account_stored,
  0 AS tax_data_collected,
  0 AS partner_notification_sent,
  0 AS fraud_decision_enforced,
  0 AS buyer_data_included,
  0 AS raw_ledger_rows_exposed,
  0 AS raw_actor_identity_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'affiliate_payout_preparation';

CREATE VIEW analytics_event_ingestions AS
SELECT 'analytics-ingestion-' || substr(id, 17) AS id, tenant_id, idempotency_key, id AS analytics_event_id,
  event_definition_id, 'recorded' AS status, request_hash, NULL AS error_code, created_at, created_at AS updated_at
FROM analytics_events;

CREATE VIEW analytics_experiment_decisions AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.experimentId') AS experiment_id,
  json_extract(fields_json, '$.decisionKind') AS decision_kind,
  iif(json_type(truth_json, '$.shown.selectedVariantId') IS NOT NULL, json_extract(truth_json, '$.shown.selectedVariantId'), json_extract(fields_json, '$.selectedVariantId')) AS selected_variant_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedExperimentStatus') AS expected_experiment_status,
  json_extract(fields_json, '$.expectedPrimaryMetricId') AS expected_primary_metric_id,
  json_extract(fields_json, '$.expectedAssignmentCount') AS expected_assignment_count,
  json_extract(truth_json, '$.shown.expectedVariantCounts') AS expected_variant_counts_json,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(truth_json, '$.shown.experimentTitle') AS experiment_title,
  json_extract(truth_json, '$.shown.selectedVariantLabel') AS selected_variant_label,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS cookie_assignment_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_event_rows_exposed,
  0 AS raw_assignment_rows_exposed,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_experiment_decision';

CREATE VIEW analytics_notification_content_consent_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.notificationContentConsentReadinessDisposition') AS notification_content_consent_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.bodyTemplateReviewed') AS body_template_reviewed,
  json_extract(fields_json, '$.unsubscribeLinkReviewed') AS unsubscribe_link_reviewed,
  json_extract(fields_json, '$.rateLimitReviewed') AS rate_limit_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_content_consent_readiness' AS record_kind,
  1 AS owner_content_consent_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_called,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_content_consent_readiness';

CREATE VIEW analytics_notification_delivery_attempt_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.providerCallReadinessId') AS provider_call_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderCallReadinessStatus') AS expected_notification_provider_call_readiness_status,
  json_extract(fields_json, '$.notificationDeliveryAttemptReadinessDisposition') AS notification_delivery_attempt_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.consumerModeReviewed') AS consumer_mode_reviewed,
  json_extract(fields_json, '$.producerDependencyReviewed') AS producer_dependency_reviewed,
  json_extract(fields_json, '$.payloadReadPolicyReviewed') AS payload_read_policy_reviewed,
  json_extract(fields_json, '$.ackPolicyReviewed') AS ack_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.providerHandoffDependencyReviewed') AS provider_handoff_dependency_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_delivery_attempt_readiness' AS record_kind,
  1 AS owner_delivery_attempt_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  0 AS queue_consumer_enabled,
  0 AS queue_message_consumed,
  0 AS queue_message_acknowledged,
  0 AS retry_dead_letter_row_created,
  0 AS queue_payload_body_read,
  0 AS delivery_attempt_enabled,
  0 AS delivery_attempted,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_delivery_attempt_readiness';

CREATE VIEW analytics_notification_delivery_receipt_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.receiptPayloadReadinessId') AS receipt_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationReceiptPayloadReadinessStatus') AS expected_notification_receipt_payload_readiness_status,
  json_extract(fields_json, '$.notificationDeliveryReceiptReadinessDisposition') AS notification_delivery_receipt_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.consumerModeReviewed') AS consumer_mode_reviewed,
  json_extract(fields_json, '$.producerDependencyReviewed') AS producer_dependency_reviewed,
  json_extract(fields_json, '$.payloadReadPolicyReviewed') AS payload_read_policy_reviewed,
  json_extract(fields_json, '$.ackPolicyReviewed') AS ack_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.providerHandoffDependencyReviewed') AS provider_handoff_dependency_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_delivery_receipt_readiness' AS record_kind,
  1 AS owner_delivery_receipt_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  0 AS queue_consumer_enabled,
  0 AS queue_message_consumed,
  0 AS queue_message_acknowledged,
  0 AS retry_dead_letter_row_created,
  0 AS queue_payload_body_read,
  0 AS delivery_receipt_enabled,
  0 AS delivery_receipt_recorded,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_delivery_receipt_readiness';

CREATE VIEW analytics_notification_delivery_result_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.deliveryAttemptReadinessId') AS delivery_attempt_readiness_id,
  json_extract(fields_json, '$.expectedNotificationDeliveryAttemptReadinessStatus') AS expected_notification_delivery_attempt_readiness_status,
  json_extract(fields_json, '$.notificationDeliveryResultReadinessDisposition') AS notification_delivery_result_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.consumerModeReviewed') AS consumer_mode_reviewed,
  json_extract(fields_json, '$.producerDependencyReviewed') AS producer_dependency_reviewed,
  json_extract(fields_json, '$.payloadReadPolicyReviewed') AS payload_read_policy_reviewed,
  json_extract(fields_json, '$.ackPolicyReviewed') AS ack_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.providerHandoffDependencyReviewed') AS provider_handoff_dependency_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_delivery_result_readiness' AS record_kind,
  1 AS owner_delivery_result_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  0 AS queue_consumer_enabled,
  0 AS queue_message_consumed,
  0 AS queue_message_acknowledged,
  0 AS retry_dead_letter_row_created,
  0 AS queue_payload_body_read,
  0 AS delivery_result_enabled,
  0 AS delivery_result_recorded,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_delivery_result_readiness';

CREATE VIEW analytics_notification_delivery_status_webhook_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.deliveryResultReadinessId') AS delivery_result_readiness_id,
  json_extract(fields_json, '$.expectedNotificationDeliveryResultReadinessStatus') AS expected_notification_delivery_result_readiness_status,
  json_extract(fields_json, '$.notificationDeliveryStatusWebhookReadinessDisposition') AS notification_delivery_status_webhook_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.consumerModeReviewed') AS consumer_mode_reviewed,
  json_extract(fields_json, '$.producerDependencyReviewed') AS producer_dependency_reviewed,
  json_extract(fields_json, '$.payloadReadPolicyReviewed') AS payload_read_policy_reviewed,
  json_extract(fields_json, '$.ackPolicyReviewed') AS ack_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.providerHandoffDependencyReviewed') AS provider_handoff_dependency_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_delivery_status_webhook_readiness' AS record_kind,
  1 AS owner_delivery_status_webhook_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  0 AS queue_consumer_enabled,
  0 AS queue_message_consumed,
  0 AS queue_message_acknowledged,
  0 AS retry_dead_letter_row_created,
  0 AS queue_payload_body_read,
  0 AS delivery_status_webhook_enabled,
  0 AS delivery_status_webhook_recorded,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_delivery_status_webhook_readiness';

CREATE VIEW analytics_notification_dispatch_preflight_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.notificationDispatchPreflightDisposition') AS notification_dispatch_preflight_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'owner_notification_dispatch_preflight' AS record_kind,
  1 AS owner_dispatch_preflight_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_dispatch_preflight';

CREATE VIEW analytics_notification_inbox_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'threshold_review' AS record_kind,
  1 AS admin_inbox_record_created,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_inbox';

CREATE VIEW analytics_notification_provider_call_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.queueConsumerReadinessId') AS queue_consumer_readiness_id,
  json_extract(fields_json, '$.expectedNotificationQueueConsumerReadinessStatus') AS expected_notification_queue_consumer_readiness_status,
  json_extract(fields_json, '$.notificationProviderCallReadinessDisposition') AS notification_provider_call_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.consumerModeReviewed') AS consumer_mode_reviewed,
  json_extract(fields_json, '$.producerDependencyReviewed') AS producer_dependency_reviewed,
  json_extract(fields_json, '$.payloadReadPolicyReviewed') AS payload_read_policy_reviewed,
  json_extract(fields_json, '$.ackPolicyReviewed') AS ack_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.providerHandoffDependencyReviewed') AS provider_handoff_dependency_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_provider_call_readiness' AS record_kind,
  1 AS owner_provider_call_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_called,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  0 AS queue_consumer_enabled,
  0 AS queue_message_consumed,
  0 AS queue_message_acknowledged,
  0 AS retry_dead_letter_row_created,
  0 AS queue_payload_body_read,
  0 AS provider_call_enabled,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_provider_call_readiness';

CREATE VIEW analytics_notification_provider_domain_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.notificationProviderDomainReadinessDisposition') AS notification_provider_domain_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'owner_notification_provider_domain_readiness' AS record_kind,
  1 AS owner_provider_domain_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_called,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_provider_domain_readiness';

CREATE VIEW analytics_notification_provider_polling_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.deliveryStatusWebhookReadinessId') AS delivery_status_webhook_readiness_id,
  json_extract(fields_json, '$.expectedNotificationDeliveryStatusWebhookReadinessStatus') AS expected_notification_delivery_status_webhook_readiness_status,
  json_extract(fields_json, '$.notificationProviderPollingReadinessDisposition') AS notification_provider_polling_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.consumerModeReviewed') AS consumer_mode_reviewed,
  json_extract(fields_json, '$.producerDependencyReviewed') AS producer_dependency_reviewed,
  json_extract(fields_json, '$.payloadReadPolicyReviewed') AS payload_read_policy_reviewed,
  json_extract(fields_json, '$.ackPolicyReviewed') AS ack_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.providerHandoffDependencyReviewed') AS provider_handoff_dependency_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_provider_polling_readiness' AS record_kind,
  1 AS owner_provider_polling_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  0 AS queue_consumer_enabled,
  0 AS queue_message_consumed,
  0 AS queue_message_acknowledged,
  0 AS retry_dead_letter_row_created,
  0 AS queue_payload_body_read,
  0 AS provider_polling_enabled,
  0 AS provider_polling_recorded,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_provider_polling_readiness';

CREATE VIEW analytics_notification_provider_status_reconciliation_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.deliveryReceiptReadinessId') AS delivery_receipt_readiness_id,
  json_extract(fields_json, '$.expectedNotificationDeliveryReceiptReadinessStatus') AS expected_notification_delivery_receipt_readiness_status,
  json_extract(fields_json, '$.notificationProviderStatusReconciliationReadinessDisposition') AS notification_provider_status_reconciliation_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.consumerModeReviewed') AS consumer_mode_reviewed,
  json_extract(fields_json, '$.producerDependencyReviewed') AS producer_dependency_reviewed,
  json_extract(fields_json, '$.payloadReadPolicyReviewed') AS payload_read_policy_reviewed,
  json_extract(fields_json, '$.ackPolicyReviewed') AS ack_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.providerHandoffDependencyReviewed') AS provider_handoff_dependency_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_provider_status_reconciliation_readiness' AS record_kind,
  1 AS owner_provider_status_reconciliation_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  0 AS queue_consumer_enabled,
  0 AS queue_message_consumed,
  0 AS queue_message_acknowledged,
  0 AS retry_dead_letter_row_created,
  0 AS queue_payload_body_read,
  0 AS provider_status_reconciliation_enabled,
  0 AS provider_status_reconciliation_recorded,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_provider_status_reconciliation_readiness';

CREATE VIEW analytics_notification_queue_consumer_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.queueProducerReadinessId') AS queue_producer_readiness_id,
  json_extract(fields_json, '$.expectedNotificationQueueProducerReadinessStatus') AS expected_notification_queue_producer_readiness_status,
  json_extract(fields_json, '$.notificationQueueConsumerReadinessDisposition') AS notification_queue_consumer_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.consumerModeReviewed') AS consumer_mode_reviewed,
  json_extract(fields_json, '$.producerDependencyReviewed') AS producer_dependency_reviewed,
  json_extract(fields_json, '$.payloadReadPolicyReviewed') AS payload_read_policy_reviewed,
  json_extract(fields_json, '$.ackPolicyReviewed') AS ack_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.providerHandoffDependencyReviewed') AS provider_handoff_dependency_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_queue_consumer_readiness' AS record_kind,
  1 AS owner_queue_consumer_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_called,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  0 AS queue_consumer_enabled,
  0 AS queue_message_consumed,
  0 AS queue_message_acknowledged,
  0 AS retry_dead_letter_row_created,
  0 AS queue_payload_body_read,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_queue_consumer_readiness';

CREATE VIEW analytics_notification_queue_producer_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.notificationQueueProducerReadinessDisposition') AS notification_queue_producer_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.producerModeReviewed') AS producer_mode_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.consumerDependencyReviewed') AS consumer_dependency_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_queue_producer_readiness' AS record_kind,
  1 AS owner_queue_producer_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_called,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_queue_producer_readiness';

CREATE VIEW analytics_notification_readiness AS
SELECT r.*, (
  SELECT COUNT(*) FROM analytics_alert_thresholds t WHERE t.tenant_id = r.tenant_id AND t.dashboard_id = r.dashboard_id
) AS alert_threshold_count
FROM analytics_notification_reviews r;

CREATE VIEW analytics_notification_receipt_payload_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.sendPayloadReadinessId') AS send_payload_readiness_id,
  json_extract(fields_json, '$.expectedNotificationSendPayloadReadinessStatus') AS expected_notification_send_payload_readiness_status,
  json_extract(fields_json, '$.providerPollingReadinessId') AS provider_polling_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderPollingReadinessStatus') AS expected_notification_provider_polling_readiness_status,
  json_extract(fields_json, '$.notificationReceiptPayloadReadinessDisposition') AS notification_receipt_payload_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.queueBindingReviewed') AS queue_binding_reviewed,
  json_extract(fields_json, '$.consumerModeReviewed') AS consumer_mode_reviewed,
  json_extract(fields_json, '$.producerDependencyReviewed') AS producer_dependency_reviewed,
  json_extract(fields_json, '$.payloadReadPolicyReviewed') AS payload_read_policy_reviewed,
  json_extract(fields_json, '$.ackPolicyReviewed') AS ack_policy_reviewed,
  json_extract(fields_json, '$.retryDeadLetterPolicyReviewed') AS retry_dead_letter_policy_reviewed,
  json_extract(fields_json, '$.providerHandoffDependencyReviewed') AS provider_handoff_dependency_reviewed,
  json_extract(fields_json, '$.idempotencyPolicyReviewed') AS idempotency_policy_reviewed,
  json_extract(fields_json, '$.backpressurePolicyReviewed') AS backpressure_policy_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_receipt_payload_readiness' AS record_kind,
  1 AS owner_receipt_payload_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  0 AS queue_payload_body_created,
  0 AS queue_consumer_enabled,
  0 AS queue_message_consumed,
  0 AS queue_message_acknowledged,
  0 AS retry_dead_letter_row_created,
  0 AS queue_payload_body_read,
  0 AS receipt_payload_enabled,
  0 AS receipt_payload_recorded,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_receipt_payload_readiness';

CREATE VIEW analytics_notification_send_payload_readiness_records AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dashboardId') AS dashboard_id,
  json_extract(fields_json, '$.readinessId') AS readiness_id,
  json_extract(fields_json, '$.channelId') AS channel_id,
  iif(json_type(truth_json, '$.shown.timeWindowKey') IS NOT NULL, json_extract(truth_json, '$.shown.timeWindowKey'), json_extract(fields_json, '$.timeWindowKey')) AS time_window_key,
  json_extract(fields_json, '$.expectedDashboardRevisionId') AS expected_dashboard_revision_id,
  json_extract(fields_json, '$.expectedReadinessStatus') AS expected_readiness_status,
  json_extract(fields_json, '$.expectedOwnerReviewStatus') AS expected_owner_review_status,
  json_extract(fields_json, '$.expectedAlertThresholdCount') AS expected_alert_threshold_count,
  json_extract(fields_json, '$.expectedConversionSampleSize') AS expected_conversion_sample_size,
  json_extract(fields_json, '$.inboxRecordId') AS inbox_record_id,
  json_extract(fields_json, '$.expectedNotificationInboxStatus') AS expected_notification_inbox_status,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.expectedNotificationDispatchPreflightStatus') AS expected_notification_dispatch_preflight_status,
  json_extract(fields_json, '$.providerDomainReadinessId') AS provider_domain_readiness_id,
  json_extract(fields_json, '$.expectedNotificationProviderDomainReadinessStatus') AS expected_notification_provider_domain_readiness_status,
  json_extract(fields_json, '$.contentConsentReadinessId') AS content_consent_readiness_id,
  json_extract(fields_json, '$.expectedNotificationContentConsentReadinessStatus') AS expected_notification_content_consent_readiness_status,
  json_extract(fields_json, '$.notificationSendPayloadReadinessDisposition') AS notification_send_payload_readiness_disposition,
  json_extract(fields_json, '$.sampleSizeCaveatAcknowledged') AS sample_size_caveat_acknowledged,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  json_extract(fields_json, '$.payloadShapeReviewed') AS payload_shape_reviewed,
  json_extract(fields_json, '$.unsubscribeFooterReviewed') AS unsubscribe_footer_reviewed,
  json_extract(fields_json, '$.consentSuppressionRecheckReviewed') AS consent_suppression_recheck_reviewed,
  json_extract(fields_json, '$.recipientScopeReviewed') AS recipient_scope_reviewed,
  json_extract(fields_json, '$.auditCorrelationReviewed') AS audit_correlation_reviewed,
  json_extract(fields_json, '$.retentionPolicyReviewed') AS retention_policy_reviewed,
  'owner_notification_send_payload_readiness' AS record_kind,
  1 AS owner_send_payload_readiness_recorded,
  0 AS email_send_enabled,
  0 AS queue_dispatch_enabled,
  0 AS customer_alert_enabled,
  0 AS traffic_routing_enabled,
  0 AS automated_winner_enabled,
  0 AS revenue_claim_enabled,
  0 AS raw_analytics_rows_exposed,
  0 AS recipient_identity_included,
  0 AS email_body_included,
  0 AS provider_message_id_included,
  0 AS queue_payload_included,
  0 AS provider_send_enabled,
  0 AS provider_called,
  0 AS provider_configured,
  0 AS provider_secret_included,
  0 AS sender_domain_configured,
  0 AS sender_domain_verified,
  0 AS sender_credential_included,
  0 AS private_dns_credentials_included,
  0 AS queue_producer_enabled,
  0 AS queue_message_created,
  0 AS recipient_payload_created,
  0 AS personalized_body_created,
  0 AS raw_payload_body_stored,
  0 AS provider_response_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'analytics_notification_send_payload_readiness';

CREATE VIEW analytics_step_hours AS
SELECT tenant_id, event_definition_id, funnel_step_id, hour, visitors FROM analytics_visitor_hours
WHERE variant_id = '';

CREATE VIEW audience_broadcast_delivery_batches AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.scheduleIntentId') AS schedule_intent_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  'delivery_batch_dry_run_recorded' AS status,
  json_extract(truth_json, '$.shown.queueName') AS queue_name,
  json_extract(truth_json, '$.shown.queueMode') AS queue_mode,
  json_extract(truth_json, '$.shown.readyRecipientCount') AS ready_recipient_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.unsubscribeFooterCheckStatus') AS unsubscribe_footer_check_status,
  json_extract(truth_json, '$.shown.senderDomainGateStatus') AS sender_domain_gate_status,
  0 AS provider_send_enabled,
  0 AS recipient_payloads_created,
  0 AS send_queue_rows_created,
  0 AS provider_message_ids_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_delivery_batch';

CREATE VIEW audience_broadcast_delivery_queue_messages AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.deliveryBatchId') AS delivery_batch_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  'delivery_queue_messages_dry_run_recorded' AS status,
  'dry_run_d1_evidence_only_no_cloudflare_queue_dispatch' AS dispatch_policy,
  json_extract(truth_json, '$.shown.scheduleIntentId') AS schedule_intent_id,
  json_extract(truth_json, '$.shown.dryRunMessageCount') AS dry_run_message_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.queueName') AS queue_name,
  json_extract(truth_json, '$.shown.queueMode') AS queue_mode,
  json_extract(truth_json, '$.shown.unsubscribeFooterCheckStatus') AS unsubscribe_footer_check_status,
  json_extract(truth_json, '$.shown.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(truth_json, '$.shown.retryPolicy') AS retry_policy,
  0 AS provider_send_enabled,
  0 AS recipient_payloads_created,
  0 AS cloudflare_queue_messages_created,
  0 AS provider_message_ids_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_delivery_queue_messages';

CREATE VIEW audience_broadcast_dispatch_attempts AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  'provider_limit_required_before_live_sends' AS provider_limit_policy,
  'not_configured_real_sends_disabled' AS provider_rate_limit_window,
  'dry_run_preflight_no_cloudflare_queue_dispatch' AS dispatch_mode,
  'dispatch_attempt_dry_run_recorded' AS status,
  'dry_run_receipt_only_no_cloudflare_queue_producer' AS queue_producer_mode,
  'not_dispatched_dry_run_receipt_only' AS dispatch_result_status,
  json_extract(truth_json, '$.shown.scheduleIntentId') AS schedule_intent_id,
  json_extract(truth_json, '$.shown.deliveryBatchId') AS delivery_batch_id,
  json_extract(truth_json, '$.shown.dryRunMessageCount') AS dry_run_message_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.queueName') AS queue_name,
  json_extract(truth_json, '$.shown.queueMode') AS queue_mode,
  json_extract(truth_json, '$.shown.unsubscribeFooterCheckStatus') AS unsubscribe_footer_check_status,
  json_extract(truth_json, '$.shown.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(truth_json, '$.shown.deliveryQueueMessageId') AS delivery_queue_message_id,
  json_extract(truth_json, '$.shown.suppressionCheckStatus') AS suppression_check_status,
  json_extract(truth_json, '$.shown.auditCorrelationPolicy') AS audit_correlation_policy,
  0 AS provider_send_enabled,
  0 AS recipient_payloads_created,
  0 AS cloudflare_queue_messages_created,
  0 AS provider_message_ids_created,
  0 AS provider_responses_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_dispatch_attempt';

CREATE VIEW audience_broadcast_dispatch_preflights AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.deliveryQueueMessageId') AS delivery_queue_message_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  'provider_limit_required_before_live_sends' AS provider_limit_policy,
  'not_configured_real_sends_disabled' AS provider_rate_limit_window,
  'dry_run_preflight_no_cloudflare_queue_dispatch' AS dispatch_mode,
  'dispatch_preflight_dry_run_recorded' AS status,
  json_extract(truth_json, '$.shown.scheduleIntentId') AS schedule_intent_id,
  json_extract(truth_json, '$.shown.deliveryBatchId') AS delivery_batch_id,
  json_extract(truth_json, '$.shown.dryRunMessageCount') AS dry_run_message_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.queueName') AS queue_name,
  json_extract(truth_json, '$.shown.queueMode') AS queue_mode,
  json_extract(truth_json, '$.shown.unsubscribeFooterCheckStatus') AS unsubscribe_footer_check_status,
  json_extract(truth_json, '$.shown.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(truth_json, '$.shown.suppressionCheckStatus') AS suppression_check_status,
  json_extract(truth_json, '$.shown.auditCorrelationPolicy') AS audit_correlation_policy,
  0 AS provider_send_enabled,
  0 AS recipient_payloads_created,
  0 AS cloudflare_queue_messages_created,
  0 AS provider_message_ids_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_dispatch_preflight';

CREATE VIEW audience_broadcast_preview_safety AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.subjectLine') AS subject_line,
  json_extract(facts_json, '$.previewText') AS preview_text,
  json_extract(facts_json, '$.bodyOutline') AS body_outline_json,
  json_extract(facts_json, '$.unsubscribeFooterRequired') AS unsubscribe_footer_required,
  json_extract(facts_json, '$.unsubscribeFooterPolicy') AS unsubscribe_footer_policy,
  json_extract(facts_json, '$.senderDomainStatus') AS sender_domain_status,
  json_extract(facts_json, '$.safetyNotes') AS safety_notes_json,
  json_extract(flags_json, '$.sendQueueRowsCreated') AS send_queue_rows_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'preview_safety';

CREATE VIEW audience_broadcast_provider_event_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.providerName') AS provider_name,
  json_extract(facts_json, '$.eventKinds') AS event_kinds_json,
  json_extract(facts_json, '$.providerEventBoundary') AS provider_event_boundary,
  json_extract(facts_json, '$.bounceHandlingPolicy') AS bounce_handling_policy,
  json_extract(facts_json, '$.complaintHandlingPolicy') AS complaint_handling_policy,
  json_extract(facts_json, '$.deliveryEventPolicy') AS delivery_event_policy,
  json_extract(facts_json, '$.suppressionUpdatePolicy') AS suppression_update_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.rawProviderPayloadStorage') AS raw_provider_payload_storage,
  json_extract(facts_json, '$.providerSecretStatus') AS provider_secret_status,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.rawProviderPayloadsStored') AS raw_provider_payloads_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'provider_event_readiness';

CREATE VIEW audience_broadcast_provider_rate_limit_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.throttleWindow') AS throttle_window,
  json_extract(facts_json, '$.dailyLimitPolicy') AS daily_limit_policy,
  json_extract(facts_json, '$.burstLimitPolicy') AS burst_limit_policy,
  json_extract(facts_json, '$.retryBackoffPolicy') AS retry_backoff_policy,
  json_extract(facts_json, '$.providerLimitPolicy') AS provider_limit_policy,
  json_extract(facts_json, '$.rateLimitSource') AS rate_limit_source,
  json_extract(facts_json, '$.queueBackpressurePolicy') AS queue_backpressure_policy,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.rawProviderPayloadsStored') AS raw_provider_payloads_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'provider_rate_limit_readiness';

CREATE VIEW audience_broadcast_provider_response_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.responseStatusClasses') AS response_status_classes_json,
  json_extract(facts_json, '$.providerResponseBoundary') AS provider_response_boundary,
  json_extract(facts_json, '$.successResponsePolicy') AS success_response_policy,
  json_extract(facts_json, '$.transientFailurePolicy') AS transient_failure_policy,
  json_extract(facts_json, '$.permanentFailurePolicy') AS permanent_failure_policy,
  json_extract(facts_json, '$.retryDecisionPolicy') AS retry_decision_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.messageIdStoragePolicy') AS message_id_storage_policy,
  json_extract(facts_json, '$.responseBodyStorage') AS response_body_storage,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(facts_json, '$.providerRateLimitGateStatus') AS provider_rate_limit_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.rawProviderResponseBodiesStored') AS raw_provider_response_bodies_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'provider_response_readiness';

CREATE VIEW audience_broadcast_queue_consumer_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.queueName') AS queue_name,
  json_extract(facts_json, '$.consumerName') AS consumer_name,
  json_extract(facts_json, '$.consumerMode') AS consumer_mode,
  json_extract(facts_json, '$.consumerGateStatus') AS consumer_gate_status,
  json_extract(facts_json, '$.producerDependencyStatus') AS producer_dependency_status,
  json_extract(facts_json, '$.queueProducerGateStatus') AS queue_producer_gate_status,
  json_extract(facts_json, '$.payloadDependencyStatus') AS payload_dependency_status,
  json_extract(facts_json, '$.ackPolicy') AS ack_policy,
  json_extract(facts_json, '$.retryPolicy') AS retry_policy,
  json_extract(facts_json, '$.deadLetterPolicy') AS dead_letter_policy,
  json_extract(facts_json, '$.idempotencyPolicy') AS idempotency_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.providerHandoffPolicy') AS provider_handoff_policy,
  json_extract(facts_json, '$.sendPayloadGateStatus') AS send_payload_gate_status,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(facts_json, '$.providerRateLimitGateStatus') AS provider_rate_limit_gate_status,
  json_extract(facts_json, '$.providerResponseGateStatus') AS provider_response_gate_status,
  json_extract(flags_json, '$.cloudflareQueueConsumersEnabled') AS cloudflare_queue_consumers_enabled,
  json_extract(flags_json, '$.cloudflareQueueMessagesConsumed') AS cloudflare_queue_messages_consumed,
  json_extract(flags_json, '$.cloudflareQueueMessagesAcked') AS cloudflare_queue_messages_acked,
  json_extract(flags_json, '$.queueRetryRecordsCreated') AS queue_retry_records_created,
  json_extract(flags_json, '$.queueDeadLetterRecordsCreated') AS queue_dead_letter_records_created,
  json_extract(flags_json, '$.queuePayloadBodiesRead') AS queue_payload_bodies_read,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.rawPayloadBodiesStored') AS raw_payload_bodies_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'queue_consumer_readiness';

CREATE VIEW audience_broadcast_queue_producer_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.queueName') AS queue_name,
  json_extract(facts_json, '$.producerBinding') AS producer_binding,
  json_extract(facts_json, '$.producerMode') AS producer_mode,
  json_extract(facts_json, '$.producerGateStatus') AS producer_gate_status,
  json_extract(facts_json, '$.payloadDependencyStatus') AS payload_dependency_status,
  json_extract(facts_json, '$.consumerDependencyStatus') AS consumer_dependency_status,
  json_extract(facts_json, '$.idempotencyPolicy') AS idempotency_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.retryBackpressurePolicy') AS retry_backpressure_policy,
  json_extract(facts_json, '$.sendPayloadGateStatus') AS send_payload_gate_status,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(facts_json, '$.providerRateLimitGateStatus') AS provider_rate_limit_gate_status,
  json_extract(facts_json, '$.providerResponseGateStatus') AS provider_response_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.personalizedBodiesCreated') AS personalized_bodies_created,
  json_extract(flags_json, '$.rawPayloadBodiesStored') AS raw_payload_bodies_stored,
  json_extract(flags_json, '$.cloudflareQueueMessagesCreated') AS cloudflare_queue_messages_created,
  json_extract(flags_json, '$.queuePayloadBodiesCreated') AS queue_payload_bodies_created,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'queue_producer_readiness';

CREATE VIEW audience_broadcast_queue_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.queueName') AS queue_name,
  json_extract(facts_json, '$.queueMode') AS queue_mode,
  json_extract(facts_json, '$.retryPolicy') AS retry_policy,
  json_extract(facts_json, '$.suppressionCheckPolicy') AS suppression_check_policy,
  json_extract(facts_json, '$.unsubscribeFooterCheckPolicy') AS unsubscribe_footer_check_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.senderDomainGate') AS sender_domain_gate,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.sendQueueRowsCreated') AS send_queue_rows_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'queue_readiness';

CREATE VIEW audience_broadcast_reach AS
SELECT d.id AS draft_id, d.tenant_id,
  COALESCE(SUM(t.total) FILTER (WHERE t.status = 'subscribed' AND t.has_consent = 1 AND t.is_suppressed = 0), 0) AS ready,
  COALESCE(SUM(t.total) FILTER (WHERE t.status = 'subscribed' AND t.is_suppressed = 1), 0) AS suppressed,
  COALESCE(SUM(t.total) FILTER (WHERE t.status = 'unsubscribed'), 0) AS unsubscribed,
  COALESCE(SUM(t.total) FILTER (WHERE t.status = 'subscribed' AND t.has_consent = 0 AND t.is_suppressed = 0), 0)
    AS missing_consent,
  COALESCE((SELECT SUM(x.total) FROM audience_totals x
    WHERE x.tenant_id = d.tenant_id AND x.subject = 'suppression' AND x.status = 'active'), 0) AS active_suppressions
FROM audience_broadcast_drafts d
LEFT JOIN audience_subscriber_totals t ON t.tenant_id = d.tenant_id AND t.source_segment_id = d.segment_id
GROUP BY d.id;

CREATE VIEW audience_broadcast_schedule_intents AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  json_extract(fields_json, '$.requestedSendAt') AS requested_send_at,
  'dry_run_recorded' AS status,
  'owner_confirmed_dry_run' AS schedule_kind,
  json_extract(truth_json, '$.shown.readyRecipientCount') AS ready_recipient_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.sendTimeRequested') AS send_time_requested,
  0 AS send_queue_rows_created,
  0 AS provider_message_ids_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_schedule_intent';

CREATE VIEW audience_broadcast_send_payload_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.payloadScope') AS payload_scope_json,
  json_extract(facts_json, '$.personalizationBoundary') AS personalization_boundary,
  json_extract(facts_json, '$.recipientIdentityPolicy') AS recipient_identity_policy,
  json_extract(facts_json, '$.unsubscribeFooterPolicy') AS unsubscribe_footer_policy,
  json_extract(facts_json, '$.consentRecheckPolicy') AS consent_recheck_policy,
  json_extract(facts_json, '$.suppressionRecheckPolicy') AS suppression_recheck_policy,
  json_extract(facts_json, '$.personalizationTokenPolicy') AS personalization_token_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.payloadBodyStorage') AS payload_body_storage,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(facts_json, '$.providerRateLimitGateStatus') AS provider_rate_limit_gate_status,
  json_extract(facts_json, '$.providerResponseGateStatus') AS provider_response_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.personalizedBodiesCreated') AS personalized_bodies_created,
  json_extract(flags_json, '$.rawPayloadBodiesStored') AS raw_payload_bodies_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'send_payload_readiness';

CREATE VIEW audience_broadcast_sender_domain_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.domain') AS domain,
  json_extract(facts_json, '$.intendedFromAddress') AS intended_from_address,
  json_extract(facts_json, '$.fromAddressPolicy') AS from_address_policy,
  json_extract(facts_json, '$.replyPathPolicy') AS reply_path_policy,
  json_extract(facts_json, '$.bounceHandlingPolicy') AS bounce_handling_policy,
  json_extract(facts_json, '$.spfAlignmentStatus') AS spf_alignment_status,
  json_extract(facts_json, '$.dkimAlignmentStatus') AS dkim_alignment_status,
  json_extract(facts_json, '$.dmarcAlignmentStatus') AS dmarc_alignment_status,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.verificationEvidenceStatus') AS verification_evidence_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'sender_domain_readiness';

CREATE VIEW audience_import_intents AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.workspaceId') AS workspace_id,
  json_extract(fields_json, '$.expectedWorkspaceRevisionId') AS expected_workspace_revision_id,
  json_extract(fields_json, '$.expectedWorkspaceStatus') AS expected_workspace_status,
  json_extract(fields_json, '$.sourceKind') AS source_kind,
  json_extract(fields_json, '$.sourceLabel') AS source_label,
  json_extract(fields_json, '$.estimatedContactCount') AS estimated_contact_count,
  json_extract(fields_json, '$.estimatedNewContactCount') AS estimated_new_contact_count,
  json_extract(fields_json, '$.estimatedUpdateCount') AS estimated_update_count,
  json_extract(fields_json, '$.estimatedSuppressedCount') AS estimated_suppressed_count,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'import_intent_recorded' AS status,
  'owner_confirmed_dry_run' AS intent_kind,
  0 AS import_rows_stored,
  0 AS raw_emails_stored,
  0 AS sequence_enrollments_created,
  0 AS email_delivery_enabled,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'audience_import_intent';

CREATE VIEW audience_import_preflights AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.workspaceId') AS workspace_id,
  json_extract(fields_json, '$.expectedWorkspaceRevisionId') AS expected_workspace_revision_id,
  json_extract(fields_json, '$.expectedWorkspaceStatus') AS expected_workspace_status,
  json_extract(fields_json, '$.importIntentId') AS import_intent_id,
  json_extract(fields_json, '$.expectedImportIntentSourceLabel') AS expected_import_intent_source_label,
  json_extract(fields_json, '$.totalContactsChecked') AS total_contacts_checked,
  json_extract(fields_json, '$.eligibleNewContactCount') AS eligible_new_contact_count,
  json_extract(fields_json, '$.eligibleUpdateCount') AS eligible_update_count,
  json_extract(fields_json, '$.duplicateCount') AS duplicate_count,
  json_extract(fields_json, '$.suppressedCount') AS suppressed_count,
  json_extract(fields_json, '$.missingConsentCount') AS missing_consent_count,
  json_extract(fields_json, '$.malformedCount') AS malformed_count,
  json_extract(fields_json, '$.lawfulBasisCount') AS lawful_basis_count,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'import_preflight_recorded' AS status,
  'owner_confirmed_import_preflight' AS preflight_kind,
  json_extract(truth_json, '$.shown.sourceKind') AS source_kind,
  0 AS import_rows_stored,
  0 AS raw_emails_stored,
  0 AS sequence_enrollments_created,
  0 AS email_delivery_enabled,
  0 AS subscriber_rows_created,
  0 AS export_enabled,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'audience_import_preflight';

CREATE VIEW audience_timeline_entries AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.subscriberId') AS subscriber_id,
  json_extract(fields_json, '$.expectedSubscriberStatus') AS expected_subscriber_status,
  json_extract(fields_json, '$.noteBody') AS note_body,
  'owner_note' AS entry_kind,
  'active' AS status,
  json_extract(truth_json, '$.shown.body') AS body,
  1 AS private_note_body_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'crm_timeline_note';

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

CREATE VIEW covered_sections AS
SELECT e.tenant_id, e.id AS entitlement_id, e.checkout_intent_id, s.id AS section_id, s.position,
  e.status AS entitlement_status, i.status AS checkout_status,
  (e.status = 'active' AND i.status IN ('paid', 'completed') AND granted.timing = demanded.timing) AS opens
FROM product_entitlements e
JOIN checkout_intents i ON i.id = e.checkout_intent_id
JOIN entitlement_templates t ON t.id = e.entitlement_template_id AND t.product_id = e.product_id
JOIN product_protected_content_sections s ON s.tenant_id = e.tenant_id AND (
  (s.product_id = e.product_id AND s.entitlement_template_id = e.entitlement_template_id)
  OR EXISTS (SELECT 1 FROM access_product_assets x WHERE x.product_id = e.product_id AND x.asset_id = s.asset_id))
JOIN protected_content_bodies b ON b.section_id = s.id
JOIN access_rules granted ON granted.id = e.access_rule_id
JOIN access_rules demanded ON demanded.id = s.access_rule_id
WHERE s.status = 'protected_content_ready' AND s.delivery_enabled = 1;

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

CREATE VIEW open_files AS
SELECT e.tenant_id, e.id AS entitlement_id, i.id AS checkout_intent_id, e.product_id, x.asset_id, x.position
FROM product_entitlements e
JOIN checkout_intents i ON i.id = e.checkout_intent_id
JOIN access_product_assets x ON x.product_id = e.product_id
JOIN private_files f ON f.asset_id = x.asset_id
WHERE e.status = 'active' AND i.status IN ('paid', 'completed');

CREATE VIEW subscription_access AS
SELECT b.id, b.tenant_id, b.checkout_intent_id, b.stripe_subscription_id, b.stripe_customer_id, b.price_id, b.status,
  b.stripe_mode, b.current_period_start, b.current_period_end, b.paid_until, b.cancel_at_period_end, b.ended_at,
  COALESCE(b.unit_amount_cents = l.unit_amount_cents AND b.currency = l.currency AND b.stripe_mode = i.stripe_mode, 0)
    AS fits,
  COALESCE(b.status IN ('active', 'trialing') AND b.unit_amount_cents = l.unit_amount_cents
    AND b.currency = l.currency AND b.stripe_mode = i.stripe_mode, 0) AS live,
  EXISTS (SELECT 1 FROM stripe_refunded_charges r
    WHERE r.stripe_customer_id = b.stripe_customer_id AND r.stripe_mode = b.stripe_mode
      AND r.refunded_cents >= r.amount_cents
      AND CASE
        WHEN b.paid_until >= b.current_period_end AND b.paid_payment_intent_id IS NOT NULL
          AND r.stripe_payment_intent_id IS NOT NULL
        THEN r.stripe_payment_intent_id = b.paid_payment_intent_id
        ELSE r.currency = i.currency
          -- An invoice that runs ahead of the subscription's own news pays for the period after the one it knows.
          AND r.charged_at >= CASE WHEN b.paid_until > b.current_period_end THEN b.current_period_end
            ELSE COALESCE(b.current_period_start, 0) END - 3600
          AND CASE WHEN b.paid_until >= b.current_period_end AND b.paid_amount_cents IS NOT NULL
            THEN r.amount_cents = b.paid_amount_cents
            ELSE r.amount_cents IN (i.amount_cents, b.unit_amount_cents) END
      END) AS refunded
FROM billing_subscriptions b
JOIN checkout_intents i ON i.id = b.checkout_intent_id
LEFT JOIN checkout_line_items l ON l.checkout_intent_id = i.id AND l.price_id = b.price_id;

CREATE TRIGGER affiliate_click_counted AFTER INSERT ON affiliate_referral_clicks
BEGIN
  INSERT INTO affiliate_click_totals (
    tenant_id, referral_link_id, referral_code, partner_id, destination_route, total_clicks, last_click_at)
  VALUES (new.tenant_id, new.referral_link_id, new.referral_code, new.partner_id, new.destination_route, 1, new.clicked_at)
  ON CONFLICT (tenant_id, referral_link_id, referral_code, partner_id, destination_route) DO UPDATE
  SET total_clicks = total_clicks + 1, last_click_at = MAX(last_click_at, excluded.last_click_at);
END;

CREATE TRIGGER analytics_assignments_counted AFTER INSERT ON analytics_experiment_assignments
BEGIN
  INSERT INTO analytics_assignment_hours VALUES (
    NEW.tenant_id, NEW.experiment_id, NEW.source_route, NEW.variant_id, NEW.assigned_at - NEW.assigned_at % 3600, 1,
    NEW.assigned_at)
  ON CONFLICT DO UPDATE SET assignments = assignments + 1,
    last_assigned_at = max(last_assigned_at, excluded.last_assigned_at);
END;

CREATE TRIGGER analytics_assignments_fixed BEFORE UPDATE ON analytics_experiment_assignments
BEGIN SELECT RAISE(ABORT, 'assignments do not change'); END;

CREATE TRIGGER analytics_events_counted AFTER INSERT ON analytics_events
BEGIN
  INSERT INTO analytics_event_hours VALUES (
    NEW.tenant_id, NEW.occurred_at - NEW.occurred_at % 3600, NEW.event_definition_id, NEW.source_route,
    COALESCE(NEW.funnel_step_id, ''), COALESCE(NEW.variant_id, ''), 1, NEW.occurred_at)
  ON CONFLICT DO UPDATE SET total_events = total_events + 1, last_event_at = max(last_event_at, excluded.last_event_at);
  INSERT INTO analytics_visits
  SELECT NEW.tenant_id, NEW.event_definition_id, seen.step, seen.variant, NEW.client_correlation_hash,
    NEW.occurred_at - NEW.occurred_at % 86400, NEW.occurred_at - NEW.occurred_at % 3600
  FROM (
    SELECT '' AS step, '' AS variant
    UNION SELECT COALESCE(NEW.funnel_step_id, ''), ''
    UNION SELECT '', COALESCE(NEW.variant_id, '')
    UNION SELECT COALESCE(NEW.funnel_step_id, ''), COALESCE(NEW.variant_id, '')) seen
  WHERE NEW.client_correlation_hash IS NOT NULL
  ON CONFLICT DO UPDATE SET last_hour = excluded.last_hour WHERE excluded.last_hour > last_hour;
END;

CREATE TRIGGER analytics_events_fixed BEFORE UPDATE ON analytics_events
BEGIN SELECT RAISE(ABORT, 'events do not change'); END;

CREATE TRIGGER analytics_page_views_sourced AFTER INSERT ON analytics_events WHEN NEW.event_kind = 'page_view'
BEGIN
  INSERT INTO analytics_source_visitors
  SELECT NEW.tenant_id, NEW.event_definition_id, NEW.source_route, named.source, NEW.client_correlation_hash,
    NEW.occurred_at
  FROM (
    SELECT json_array(COALESCE(NEW.public_properties_json ->> 'utmSource', ''),
      COALESCE(NEW.public_properties_json ->> 'utmMedium', ''), COALESCE(NEW.public_properties_json ->> 'utmCampaign', ''),
      COALESCE(NEW.public_properties_json ->> 'utmContent', ''), COALESCE(NEW.public_properties_json ->> 'utmTerm', ''),
      COALESCE(NEW.public_properties_json ->> 'referrerHost', '')) AS source) named
  WHERE NEW.client_correlation_hash IS NOT NULL AND (
    SELECT COUNT(*) FROM analytics_source_visitors p
    WHERE p.tenant_id = NEW.tenant_id AND p.event_definition_id = NEW.event_definition_id
      AND p.source_route = NEW.source_route AND p.source = named.source) < 5
  ON CONFLICT DO NOTHING;
  INSERT INTO analytics_source_hours
  SELECT NEW.tenant_id, page.hour, NEW.event_definition_id, NEW.source_route,
    CASE WHEN page.fits THEN page.source WHEN page.compared THEN lower(page.source) ELSE '(other)' END,
    iif(page.fits, page.medium, ''), iif(page.fits, page.campaign, ''), iif(page.fits, page.content, ''),
    iif(page.fits, page.term, ''), iif(page.fits, page.host, ''), 1, NEW.occurred_at, (
      SELECT COUNT(*) FROM analytics_source_visitors p
      WHERE p.tenant_id = NEW.tenant_id AND p.event_definition_id = NEW.event_definition_id
        AND p.source_route = NEW.source_route
        AND p.source = json_array(page.source, page.medium, page.campaign, page.content, page.term, page.host))
  FROM (
    SELECT named.*, EXISTS (
        SELECT 1 FROM analytics_cohort_sources c
        WHERE c.tenant_id = NEW.tenant_id AND c.utm_source = lower(named.source)) AS compared,
      named.source || named.medium || named.campaign || named.content || named.term || named.host = ''
      OR EXISTS (
        SELECT 1 FROM analytics_source_hours h
        WHERE h.tenant_id = NEW.tenant_id AND h.hour = named.hour AND h.event_definition_id = NEW.event_definition_id
          AND h.source_route = NEW.source_route AND h.utm_source = named.source AND h.utm_medium = named.medium
          AND h.utm_campaign = named.campaign AND h.utm_content = named.content AND h.utm_term = named.term
          AND h.referrer_host = named.host)
      OR (
        SELECT COUNT(*) FROM analytics_source_hours h
        WHERE h.tenant_id = NEW.tenant_id AND h.hour = named.hour AND h.event_definition_id = NEW.event_definition_id
          AND h.source_route = NEW.source_route) < 100 AS fits
    FROM (
      SELECT NEW.occurred_at - NEW.occurred_at % 3600 AS hour,
        COALESCE(NEW.public_properties_json ->> 'utmSource', '') AS source,
        COALESCE(NEW.public_properties_json ->> 'utmMedium', '') AS medium,
        COALESCE(NEW.public_properties_json ->> 'utmCampaign', '') AS campaign,
        COALESCE(NEW.public_properties_json ->> 'utmContent', '') AS content,
        COALESCE(NEW.public_properties_json ->> 'utmTerm', '') AS term,
        COALESCE(NEW.public_properties_json ->> 'referrerHost', '') AS host) named) page
  WHERE true
  ON CONFLICT DO UPDATE SET total_events = total_events + 1, last_event_at = max(last_event_at, excluded.last_event_at),
    people = max(people, excluded.people);
END;

CREATE TRIGGER analytics_visits_begun AFTER INSERT ON analytics_visits
BEGIN
  INSERT INTO analytics_visitor_days VALUES (
    NEW.tenant_id, NEW.event_definition_id, NEW.funnel_step_id, NEW.variant_id, NEW.day, 1)
  ON CONFLICT DO UPDATE SET visitors = visitors + 1;
  UPDATE analytics_visitor_hours SET visitors = max(visitors - 1, 0)
  WHERE tenant_id = NEW.tenant_id AND event_definition_id = NEW.event_definition_id
    AND funnel_step_id = NEW.funnel_step_id AND variant_id = NEW.variant_id
    AND hour = (
      SELECT MAX(h.hour) FROM analytics_visitor_hours h
      WHERE h.tenant_id = NEW.tenant_id AND h.event_definition_id = NEW.event_definition_id
        AND h.funnel_step_id = NEW.funnel_step_id AND h.variant_id = NEW.variant_id
        AND h.hour <= (
          SELECT v.last_hour FROM analytics_visits v
          WHERE v.tenant_id = NEW.tenant_id AND v.event_definition_id = NEW.event_definition_id
            AND v.funnel_step_id = NEW.funnel_step_id AND v.variant_id = NEW.variant_id
            AND v.correlation_hash = NEW.correlation_hash AND v.day < NEW.day
          ORDER BY v.day DESC LIMIT 1))
    AND NOT EXISTS (
      SELECT 1 FROM analytics_visits v
      WHERE v.tenant_id = NEW.tenant_id AND v.event_definition_id = NEW.event_definition_id
        AND v.funnel_step_id = NEW.funnel_step_id AND v.variant_id = NEW.variant_id
        AND v.correlation_hash = NEW.correlation_hash AND v.day > NEW.day);
  INSERT INTO analytics_visitor_hours
  SELECT NEW.tenant_id, NEW.event_definition_id, NEW.funnel_step_id, NEW.variant_id, NEW.last_hour, 1
  WHERE NOT EXISTS (
    SELECT 1 FROM analytics_visits v
    WHERE v.tenant_id = NEW.tenant_id AND v.event_definition_id = NEW.event_definition_id
      AND v.funnel_step_id = NEW.funnel_step_id AND v.variant_id = NEW.variant_id
      AND v.correlation_hash = NEW.correlation_hash AND v.day > NEW.day)
  ON CONFLICT DO UPDATE SET visitors = visitors + 1;
END;

CREATE TRIGGER analytics_visits_moved AFTER UPDATE OF last_hour ON analytics_visits
WHEN NEW.last_hour > OLD.last_hour AND NOT EXISTS (
  SELECT 1 FROM analytics_visits v
  WHERE v.tenant_id = NEW.tenant_id AND v.event_definition_id = NEW.event_definition_id
    AND v.funnel_step_id = NEW.funnel_step_id AND v.variant_id = NEW.variant_id
    AND v.correlation_hash = NEW.correlation_hash AND v.day > NEW.day)
BEGIN
  UPDATE analytics_visitor_hours SET visitors = max(visitors - 1, 0)
  WHERE tenant_id = NEW.tenant_id AND event_definition_id = NEW.event_definition_id
    AND funnel_step_id = NEW.funnel_step_id AND variant_id = NEW.variant_id
    AND hour = (
      SELECT MAX(h.hour) FROM analytics_visitor_hours h
      WHERE h.tenant_id = NEW.tenant_id AND h.event_definition_id = NEW.event_definition_id
        AND h.funnel_step_id = NEW.funnel_step_id AND h.variant_id = NEW.variant_id AND h.hour <= OLD.last_hour);
  INSERT INTO analytics_visitor_hours VALUES (
    NEW.tenant_id, NEW.event_definition_id, NEW.funnel_step_id, NEW.variant_id, NEW.last_hour, 1)
  ON CONFLICT DO UPDATE SET visitors = visitors + 1;
END;

CREATE TRIGGER audience_broadcast_drafts_revised AFTER UPDATE ON audience_broadcast_drafts
WHEN NEW.revision = OLD.revision
BEGIN
  UPDATE audience_broadcast_drafts
  SET revision = OLD.revision + 1, updated_at = max(NEW.updated_at, OLD.updated_at + 1) WHERE id = NEW.id;
END;

CREATE TRIGGER audience_consent_events_counted AFTER INSERT ON audience_consent_events
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'consent', NEW.consent_kind, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET has_consent = 1
  WHERE id = NEW.subscriber_id AND has_consent = 0 AND NEW.status = 'consented';
END;

CREATE TRIGGER audience_consent_events_recounted AFTER UPDATE OF status ON audience_consent_events
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'consent' AND id = OLD.consent_kind AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'consent', NEW.consent_kind, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET has_consent = 1
  WHERE id = NEW.subscriber_id AND has_consent = 0 AND NEW.status = 'consented';
END;

CREATE TRIGGER audience_consent_events_uncounted AFTER DELETE ON audience_consent_events
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'consent' AND id = OLD.consent_kind AND status = OLD.status;
END;

CREATE TRIGGER audience_consent_statements_fixed BEFORE UPDATE ON audience_consent_statements
BEGIN SELECT RAISE(ABORT, 'a consent statement is never reworded'); END;

CREATE TRIGGER audience_notes_counted AFTER INSERT ON evidence_records WHEN NEW.kind = 'crm_timeline_note'
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'note', 'owner_note', 'active', 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_notes_uncounted AFTER DELETE ON evidence_records WHEN OLD.kind = 'crm_timeline_note'
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'note' AND id = 'owner_note' AND status = 'active';
END;

CREATE TRIGGER audience_pauses_counted AFTER INSERT ON audience_sequence_enrollments
WHEN NEW.status = 'unsubscribe_paused' AND NOT EXISTS (SELECT 1 FROM audience_sequence_enrollments o
  WHERE o.subscriber_id = NEW.subscriber_id AND o.status = 'unsubscribe_paused' AND o.id <> NEW.id)
BEGIN
  INSERT INTO audience_paused_totals VALUES (NEW.tenant_id, 1) ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_pauses_recounted AFTER UPDATE OF status ON audience_sequence_enrollments
WHEN OLD.status <> NEW.status AND NOT EXISTS (SELECT 1 FROM audience_sequence_enrollments o
  WHERE o.subscriber_id = NEW.subscriber_id AND o.status = 'unsubscribe_paused' AND o.id <> NEW.id)
BEGIN
  INSERT INTO audience_paused_totals VALUES (NEW.tenant_id, CASE NEW.status WHEN 'unsubscribe_paused' THEN 1 ELSE -1 END)
  ON CONFLICT DO UPDATE SET total = total + excluded.total;
END;

CREATE TRIGGER audience_pauses_uncounted AFTER DELETE ON audience_sequence_enrollments
WHEN OLD.status = 'unsubscribe_paused' AND NOT EXISTS (SELECT 1 FROM audience_sequence_enrollments o
  WHERE o.subscriber_id = OLD.subscriber_id AND o.status = 'unsubscribe_paused')
BEGIN
  UPDATE audience_paused_totals SET total = total - 1 WHERE tenant_id = OLD.tenant_id;
END;

CREATE TRIGGER audience_sequence_enrollments_counted AFTER INSERT ON audience_sequence_enrollments
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'sequence', NEW.sequence_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  INSERT INTO audience_enrollment_totals
  SELECT NEW.tenant_id, NEW.sequence_id, NEW.status, s.status, s.has_consent, s.is_suppressed, 1
  FROM audience_subscribers s WHERE s.id = NEW.subscriber_id
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_sequence_enrollments_recounted AFTER UPDATE OF status ON audience_sequence_enrollments
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'sequence' AND id = OLD.sequence_id AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'sequence', NEW.sequence_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  INSERT INTO audience_enrollment_totals
  SELECT OLD.tenant_id, OLD.sequence_id, OLD.status, s.status, s.has_consent, s.is_suppressed, -1
  FROM audience_subscribers s WHERE s.id = OLD.subscriber_id
  ON CONFLICT DO UPDATE SET total = total - 1;
  INSERT INTO audience_enrollment_totals
  SELECT NEW.tenant_id, NEW.sequence_id, NEW.status, s.status, s.has_consent, s.is_suppressed, 1
  FROM audience_subscribers s WHERE s.id = NEW.subscriber_id
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_sequence_enrollments_uncounted AFTER DELETE ON audience_sequence_enrollments
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'sequence' AND id = OLD.sequence_id AND status = OLD.status;
  INSERT INTO audience_enrollment_totals
  SELECT OLD.tenant_id, OLD.sequence_id, OLD.status, s.status, s.has_consent, s.is_suppressed, -1
  FROM audience_subscribers s WHERE s.id = OLD.subscriber_id
  ON CONFLICT DO UPDATE SET total = total - 1;
END;

CREATE TRIGGER audience_subscribers_counted AFTER INSERT ON audience_subscribers
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'subscriber', NEW.source_form_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  INSERT INTO audience_subscriber_totals VALUES (NEW.tenant_id, NEW.source_form_id, COALESCE(NEW.source_segment_id, ''),
    NEW.status, NEW.has_consent, NEW.is_suppressed, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET is_suppressed = 1
  WHERE id = NEW.id AND is_suppressed = 0 AND EXISTS (SELECT 1 FROM audience_suppression_entries x
    WHERE x.tenant_id = NEW.tenant_id AND x.email_hash = NEW.email_hash AND x.status = 'active');
END;

CREATE TRIGGER audience_subscribers_recounted
AFTER UPDATE OF status, source_form_id, source_segment_id, has_consent, is_suppressed ON audience_subscribers
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'subscriber' AND id = OLD.source_form_id AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'subscriber', NEW.source_form_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscriber_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND source_form_id = OLD.source_form_id
    AND source_segment_id = COALESCE(OLD.source_segment_id, '') AND status = OLD.status
    AND has_consent = OLD.has_consent AND is_suppressed = OLD.is_suppressed;
  INSERT INTO audience_subscriber_totals VALUES (NEW.tenant_id, NEW.source_form_id, COALESCE(NEW.source_segment_id, ''),
    NEW.status, NEW.has_consent, NEW.is_suppressed, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  INSERT INTO audience_enrollment_totals
  SELECT e.tenant_id, e.sequence_id, e.status, OLD.status, OLD.has_consent, OLD.is_suppressed, -1
  FROM audience_sequence_enrollments e WHERE e.subscriber_id = NEW.id
  ON CONFLICT DO UPDATE SET total = total - 1;
  INSERT INTO audience_enrollment_totals
  SELECT e.tenant_id, e.sequence_id, e.status, NEW.status, NEW.has_consent, NEW.is_suppressed, 1
  FROM audience_sequence_enrollments e WHERE e.subscriber_id = NEW.id
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_subscribers_uncounted BEFORE DELETE ON audience_subscribers
BEGIN
  DELETE FROM audience_sequence_enrollments WHERE subscriber_id = OLD.id;
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'subscriber' AND id = OLD.source_form_id AND status = OLD.status;
  UPDATE audience_subscriber_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND source_form_id = OLD.source_form_id
    AND source_segment_id = COALESCE(OLD.source_segment_id, '') AND status = OLD.status
    AND has_consent = OLD.has_consent AND is_suppressed = OLD.is_suppressed;
END;

CREATE TRIGGER audience_suppression_entries_counted AFTER INSERT ON audience_suppression_entries
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'suppression', NEW.suppression_kind, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET is_suppressed = 1
  WHERE tenant_id = NEW.tenant_id AND email_hash = NEW.email_hash AND is_suppressed = 0 AND NEW.status = 'active';
END;

CREATE TRIGGER audience_suppression_entries_recounted AFTER UPDATE OF status ON audience_suppression_entries
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'suppression' AND id = OLD.suppression_kind AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'suppression', NEW.suppression_kind, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET is_suppressed = EXISTS (SELECT 1 FROM audience_suppression_entries x
    WHERE x.tenant_id = NEW.tenant_id AND x.email_hash = NEW.email_hash AND x.status = 'active')
  WHERE tenant_id = NEW.tenant_id AND email_hash = NEW.email_hash;
END;

CREATE TRIGGER audience_suppression_entries_uncounted AFTER DELETE ON audience_suppression_entries
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'suppression' AND id = OLD.suppression_kind AND status = OLD.status;
  UPDATE audience_subscribers SET is_suppressed = EXISTS (SELECT 1 FROM audience_suppression_entries x
    WHERE x.tenant_id = OLD.tenant_id AND x.email_hash = OLD.email_hash AND x.status = 'active')
  WHERE tenant_id = OLD.tenant_id AND email_hash = OLD.email_hash;
END;

CREATE TRIGGER audience_tag_assignments_counted AFTER INSERT ON audience_tag_assignments
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'tag', NEW.tag_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_tag_assignments_recounted AFTER UPDATE OF status ON audience_tag_assignments
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'tag' AND id = OLD.tag_id AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'tag', NEW.tag_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_tag_assignments_uncounted AFTER DELETE ON audience_tag_assignments
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'tag' AND id = OLD.tag_id AND status = OLD.status;
END;

CREATE TRIGGER evidence_records_fixed BEFORE UPDATE ON evidence_records
BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;

CREATE TRIGGER payment_audit_events_fixed
BEFORE UPDATE OF event_kind, actor_kind, actor_id, summary, metadata_json, created_at ON payment_audit_events
BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;

CREATE TRIGGER payment_audit_events_keep BEFORE DELETE ON payment_audit_events
BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;

CREATE TRIGGER product_entitlements_counted AFTER INSERT ON product_entitlements
BEGIN
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at) VALUES
    (NEW.tenant_id, 'product', NEW.product_id, NEW.status, 1, NEW.granted_at),
    (NEW.tenant_id, 'template', NEW.entitlement_template_id, NEW.status, 1, NEW.granted_at)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at)
  SELECT NEW.tenant_id, 'checkout', '', '', 1, NEW.granted_at
  WHERE NEW.checkout_intent_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM product_entitlements WHERE checkout_intent_id = NEW.checkout_intent_id AND id <> NEW.id)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER product_entitlements_recounted AFTER UPDATE OF status ON product_entitlements
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND status = OLD.status AND (
    (subject = 'product' AND id = OLD.product_id) OR (subject = 'template' AND id = OLD.entitlement_template_id));
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at) VALUES
    (NEW.tenant_id, 'product', NEW.product_id, NEW.status, 1, NEW.granted_at),
    (NEW.tenant_id, 'template', NEW.entitlement_template_id, NEW.status, 1, NEW.granted_at)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER product_entitlements_uncounted AFTER DELETE ON product_entitlements
BEGIN
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND status = OLD.status AND (
    (subject = 'product' AND id = OLD.product_id) OR (subject = 'template' AND id = OLD.entitlement_template_id));
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'checkout' AND OLD.checkout_intent_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM product_entitlements WHERE checkout_intent_id = OLD.checkout_intent_id);
END;

CREATE TRIGGER product_fulfillment_tasks_counted AFTER INSERT ON product_fulfillment_tasks
BEGIN
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at)
  VALUES (NEW.tenant_id, 'fulfillment', NEW.fulfillment_kind, NEW.status, 1, NEW.updated_at)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER product_fulfillment_tasks_recounted AFTER UPDATE OF status ON product_fulfillment_tasks
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'fulfillment' AND id = OLD.fulfillment_kind AND status = OLD.status;
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at)
  VALUES (NEW.tenant_id, 'fulfillment', NEW.fulfillment_kind, NEW.status, 1, NEW.updated_at)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER product_fulfillment_tasks_uncounted AFTER DELETE ON product_fulfillment_tasks
BEGIN
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'fulfillment' AND id = OLD.fulfillment_kind AND status = OLD.status;
END;
