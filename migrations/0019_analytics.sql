-- What visitors do and what comes of it: dashboards and experiments as rows of a shop, events, assignments, and totals
-- that triggers keep while events arrive, so that no report ever reads the events themselves.

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

-- What a dashboard publishes beside its live figures; nothing decides by it.
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

-- Our own code knows kinds, not ids: a shop has at most one definition of each trusted kind.
CREATE UNIQUE INDEX analytics_event_definitions_by_kind ON analytics_event_definitions (tenant_id, event_kind)
WHERE trusted = 1;

-- The pages that may report an event: a definition belongs to every published page, not to one.
CREATE TABLE analytics_event_routes (
  tenant_id TEXT NOT NULL,
  event_definition_id TEXT NOT NULL,
  source_route TEXT NOT NULL CHECK (source_route LIKE '/%' AND source_route NOT LIKE '//%'),
  PRIMARY KEY (tenant_id, event_definition_id, source_route),
  FOREIGN KEY (tenant_id, event_definition_id) REFERENCES analytics_event_definitions (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The steps of a funnel that a page shows, by the anchor in its address. An event counts for a step only when its page
-- has that step.
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

-- A row of the conversion report: different visitors with one event, and how many with another. A step of '' means any.
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

CREATE INDEX analytics_experiments_by_page ON analytics_experiments (tenant_id, source_route);

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

CREATE INDEX analytics_experiment_variants_by_id ON analytics_experiment_variants (tenant_id, id);

-- Visitors told apart by where they say they come from. A source belongs to at most one cohort of a dashboard; '' is
-- a visit that names none.
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

CREATE INDEX analytics_alert_thresholds_by_dashboard ON analytics_alert_thresholds (tenant_id, dashboard_id, position);

-- What an owner has said about being told when a threshold is crossed.
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

CREATE VIEW analytics_notification_readiness AS
SELECT r.*, (
  SELECT COUNT(*) FROM analytics_alert_thresholds t WHERE t.tenant_id = r.tenant_id AND t.dashboard_id = r.dashboard_id
) AS alert_threshold_count
FROM analytics_notification_reviews r;

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

-- What happened. Of the visitor only a keyed hash is kept, of the request nothing.
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

CREATE INDEX analytics_events_by_time ON analytics_events (occurred_at);

-- Each event with the request that brought it.
CREATE VIEW analytics_event_ingestions AS
SELECT 'analytics-ingestion-' || substr(id, 17) AS id, tenant_id, idempotency_key, id AS analytics_event_id,
  event_definition_id, 'recorded' AS status, request_hash, NULL AS error_code, created_at, created_at AS updated_at
FROM analytics_events;

-- Which variant a visitor sees: one row per visitor and experiment, whatever becomes of the weights.
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

CREATE INDEX analytics_experiment_assignments_by_time ON analytics_experiment_assignments (assigned_at);

-- Totals. Hours are unix seconds, multiples of 3600. The triggers below keep them; nothing else writes here.

-- Events by page, step and variant ('' for none).
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

-- Page views by where the visitor came from. An hour holds at most 100 sources of a page. What goes beyond is counted by
-- the name of its cohort alone, when it belongs to one, and else as '(other)': a stranger who makes sources up can neither
-- fill the table nor hide those that an owner compares.
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

-- The first different visitors of a source, as many as it takes to call it by its name.
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

CREATE INDEX analytics_source_visitors_by_time ON analytics_source_visitors (seen_at);

-- The days on which a visitor was seen, and the last hour of each: over all steps, by step, by variant, and by both.
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

CREATE INDEX analytics_visits_by_day ON analytics_visits (day);

-- Different visitors by the hour in which each was last seen: the sum from an hour on is the number of different
-- visitors since then.
CREATE TABLE analytics_visitor_hours (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  event_definition_id TEXT NOT NULL,
  funnel_step_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  visitors INTEGER NOT NULL CHECK (visitors >= 0),
  PRIMARY KEY (tenant_id, event_definition_id, funnel_step_id, variant_id, hour)
) STRICT, WITHOUT ROWID;

CREATE VIEW analytics_step_hours AS
SELECT tenant_id, event_definition_id, funnel_step_id, hour, visitors FROM analytics_visitor_hours
WHERE variant_id = '';

-- Different visitors of each day.
CREATE TABLE analytics_visitor_days (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  event_definition_id TEXT NOT NULL,
  funnel_step_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  visitors INTEGER NOT NULL CHECK (visitors >= 0),
  PRIMARY KEY (tenant_id, event_definition_id, funnel_step_id, variant_id, day)
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

-- A visitor comes on a new day: one more visitor of that day, and seen last then, unless a later day is known.
-- The hour to take the visitor out of is the newest not after the one that was noted: older hours may have been summed up.
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

-- A visitor comes again on the same day, in a later hour.
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

CREATE TRIGGER analytics_assignments_counted AFTER INSERT ON analytics_experiment_assignments
BEGIN
  INSERT INTO analytics_assignment_hours VALUES (
    NEW.tenant_id, NEW.experiment_id, NEW.source_route, NEW.variant_id, NEW.assigned_at - NEW.assigned_at % 3600, 1,
    NEW.assigned_at)
  ON CONFLICT DO UPDATE SET assignments = assignments + 1,
    last_assigned_at = max(last_assigned_at, excluded.last_assigned_at);
END;

-- An event is written once and counted then, so it does not change. Old ones go; what was counted stays.
CREATE TRIGGER analytics_events_fixed BEFORE UPDATE ON analytics_events
BEGIN SELECT RAISE(ABORT, 'events do not change'); END;

CREATE TRIGGER analytics_assignments_fixed BEFORE UPDATE ON analytics_experiment_assignments
BEGIN SELECT RAISE(ABORT, 'assignments do not change'); END;

-- Which access an event of Stripe gave.
CREATE INDEX product_entitlements_by_event ON product_entitlements (source_stripe_event_id);
