//! The SQL of reports. It reads totals, never events.

use crate::db::{Stmt, Value};
use crate::kit::bounds::{SOURCE_ROWS, SOURCE_ROWS_KEPT, SOURCE_ROWS_MIN};
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{queries, stmt};

/// Different visitors of an event and step since the hour ?2, of a metric `m`.
macro_rules! visitors {
    ($event:literal, $step:literal) => {
        concat!(
            "(SELECT COALESCE(SUM(h.visitors), 0) FROM analytics_step_hours h
               WHERE h.tenant_id = m.tenant_id AND h.event_definition_id = m.",
            $event,
            "
                 AND h.funnel_step_id = m.",
            $step,
            " AND h.hour >= ?2)"
        )
    };
}

/// Different visitors of an event and step of a metric `m` who saw the variant `v`, since the hour ?2.
macro_rules! of_variant {
    ($event:literal, $step:literal) => {
        concat!(
            "(SELECT COALESCE(SUM(h.visitors), 0) FROM analytics_visitor_hours h
               WHERE h.tenant_id = v.tenant_id AND h.event_definition_id = m.",
            $event,
            "
                 AND h.funnel_step_id = m.",
            $step,
            " AND h.variant_id = v.id AND h.hour >= ?2)"
        )
    };
}

/// Sources since the hour ?2, as a table `source`. How many visitors are known of a source does not depend on the hour.
macro_rules! sources {
    () => {
        "source AS (
          SELECT h.event_definition_id, h.source_route, h.utm_source, h.utm_medium, h.utm_campaign, h.utm_content,
            h.utm_term, h.referrer_host, SUM(h.total_events) FILTER (WHERE h.hour >= ?2) AS total_events,
            MAX(h.last_event_at) AS last_event_at, MAX(h.people) AS people
          FROM analytics_source_hours h WHERE h.tenant_id = ?1
          GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING MAX(h.hour) >= ?2)"
    };
}

queries! {
    /// The dashboards, each as it is published.
    DASHBOARDS = "
        SELECT d.id, d.slug, d.title, d.summary, d.status, d.caveat, json_object(
            'id', d.id, 'slug', d.slug, 'title', d.title, 'summary', d.summary, 'status', d.status,
            'previewRoute', '/analytics/' || d.slug, 'revisionId', d.revision_id,
            'linkedFunnelRoute', d.linked_funnel_route, 'linkedOfferRoute', d.linked_offer_route,
            'linkedAudienceRoute', d.linked_audience_route, 'caveat', d.caveat,
            'eventDefinitions', (
              SELECT json_group_array(json_object('id', e.id, 'title', e.title, 'kind', e.event_kind,
                'sourceRoute', e.source_route, 'sourceRoutes', (
                  SELECT json_group_array(r.source_route) FROM analytics_event_routes r
                  WHERE r.tenant_id = e.tenant_id AND r.event_definition_id = e.id),
                'recordedBy', iif(e.trusted, 'server', 'visitor'),
                'allowedPublicProperties', json(e.public_properties_json)))
              FROM (SELECT * FROM analytics_event_definitions x WHERE x.tenant_id = d.tenant_id ORDER BY x.position) e),
            'metrics', (
              SELECT json_group_array(json_patch(json_object('id', b.id), b.body_json))
              FROM (SELECT * FROM analytics_dashboard_documents x WHERE x.tenant_id = d.tenant_id
                AND x.dashboard_id = d.id AND x.kind = 'metric' ORDER BY x.position) b),
            'experiments', (
              SELECT json_group_array(json_object('id', x.id, 'title', x.title, 'hypothesis', x.hypothesis,
                'status', x.status, 'sourceRoute', x.source_route, 'linkedBlockId', x.linked_block_id,
                'assignmentKey', x.assignment_key, 'primaryMetricId', x.primary_metric_id,
                'guardrailMetricId', x.guardrail_metric_id, 'variants', (
                  SELECT json_group_array(json_object('id', v.id, 'label', v.label, 'summary', v.summary,
                    'weight', v.weight))
                  FROM (SELECT * FROM analytics_experiment_variants w WHERE w.tenant_id = x.tenant_id
                    AND w.experiment_id = x.id ORDER BY w.position) v)))
              FROM (SELECT * FROM analytics_experiments y WHERE y.tenant_id = d.tenant_id AND y.dashboard_id = d.id
                ORDER BY y.position) x)) AS body
        FROM analytics_dashboards d WHERE d.tenant_id = ?1 AND (?2 IS NULL OR d.slug = ?2) ORDER BY d.position, d.id";

    /// What dashboards publish beside their figures, but for their metrics.
    DOCUMENTS = "
        SELECT id, dashboard_id, kind, body_json FROM analytics_dashboard_documents
        WHERE tenant_id = ?1 AND kind <> 'metric' ORDER BY dashboard_id, kind, position";

    /// The rows of the conversion reports.
    METRICS = concat!("
        SELECT m.dashboard_id, m.metric_id, m.label, m.primary_metric_id, m.step_id, m.visitor_event_id,
          m.visitor_step_id, m.conversion_event_id, m.conversion_step_id, m.fixture_visitors, m.fixture_conversions,
          ", visitors!("visitor_event_id", "visitor_step_id"), " AS visitors,
          ", visitors!("conversion_event_id", "conversion_step_id"), " AS conversions
        FROM analytics_conversion_metrics m WHERE m.tenant_id = ?1 ORDER BY m.dashboard_id, m.position");

    /// Visitors and conversions of each day since ?2, for the first row of each report.
    DAYS = "
        SELECT f.dashboard_id, h.day, SUM(h.visitors * f.looks) AS visitors, SUM(h.visitors * (1 - f.looks)) AS conversions
        FROM (
          SELECT tenant_id, dashboard_id, 1 AS looks, visitor_event_id AS event_id, visitor_step_id AS step_id
          FROM analytics_conversion_metrics WHERE tenant_id = ?1 AND position = 0
          UNION ALL
          SELECT tenant_id, dashboard_id, 0, conversion_event_id, conversion_step_id
          FROM analytics_conversion_metrics WHERE tenant_id = ?1 AND position = 0) f
        JOIN analytics_visitor_days h ON h.tenant_id = f.tenant_id AND h.event_definition_id = f.event_id
          AND h.funnel_step_id = f.step_id AND h.variant_id = '' AND h.day >= ?2
        GROUP BY f.dashboard_id, h.day ORDER BY f.dashboard_id, h.day";

    /// The variants of experiments: assigned, seen, and what came of it by the experiment's own metric.
    VARIANTS = concat!("
        SELECT e.dashboard_id, e.id AS experiment_id, e.title AS experiment, v.id AS variant_id, v.label,
          (SELECT COALESCE(SUM(a.assignments), 0) FROM analytics_assignment_hours a
            WHERE a.tenant_id = v.tenant_id AND a.experiment_id = e.id AND a.source_route = e.source_route
              AND a.variant_id = v.id AND a.hour >= ?2) AS assigned,
          ", of_variant!("visitor_event_id", "visitor_step_id"), " AS visitors,
          ", of_variant!("conversion_event_id", "conversion_step_id"), " AS conversions
        FROM analytics_experiments e
        JOIN analytics_experiment_variants v ON v.tenant_id = e.tenant_id AND v.experiment_id = e.id
        LEFT JOIN analytics_conversion_metrics m ON m.tenant_id = e.tenant_id AND m.dashboard_id = e.dashboard_id
          AND m.primary_metric_id = e.primary_metric_id
        WHERE e.tenant_id = ?1 ORDER BY e.dashboard_id, e.position, v.position");

    /// Events by definition, page, step and variant.
    EVENT_TOTALS = "
        SELECT h.event_definition_id, d.event_kind, h.source_route, h.funnel_step_id, h.variant_id, SUM(h.total_events) AS total_events,
          MAX(h.last_event_at) AS last_event_at
        FROM analytics_event_hours h
        JOIN analytics_event_definitions d ON d.tenant_id = h.tenant_id AND d.id = h.event_definition_id
        WHERE h.tenant_id = ?1 AND h.hour >= ?2
        GROUP BY h.event_definition_id, d.event_kind, h.source_route, h.funnel_step_id, h.variant_id
        ORDER BY d.position, h.source_route, h.variant_id";

    /// Where visitors come from, the most frequent first. Sources that only a few visitors came by, and those beyond the
    /// last row, are one row together.
    SOURCES = concat!("
        WITH ", sources!(), ",
        named AS (
          SELECT *, ROW_NUMBER() OVER (ORDER BY total_events DESC, utm_source, utm_medium, utm_campaign, utm_content,
              utm_term, referrer_host, source_route) AS place
          FROM source WHERE utm_source || utm_medium || utm_campaign || utm_content || utm_term || referrer_host <> ''
            AND utm_source <> '(other)'),
        shown AS (SELECT *, place > ?3 OR min(total_events, people) < ?4 AS small FROM named)
        SELECT event_definition_id, source_route, utm_source, utm_medium, utm_campaign, utm_content, utm_term,
          referrer_host, total_events, last_event_at, 0 AS last
        FROM shown WHERE NOT small
        UNION ALL
        SELECT event_definition_id, source_route, '(other)', '', '', '', '', '', SUM(total_events), MAX(last_event_at), 1
        FROM (
          SELECT event_definition_id, source_route, total_events, last_event_at FROM shown WHERE small
          UNION ALL
          SELECT event_definition_id, source_route, total_events, last_event_at FROM source WHERE utm_source = '(other)')
        GROUP BY event_definition_id, source_route HAVING SUM(total_events) >= ?4
        ORDER BY last, 9 DESC, 3, 4, 5, 6, 7, 8, 2");

    /// The cohorts of dashboards, and the page views of each.
    COHORTS = concat!("
        WITH ", sources!(), "
        SELECT c.dashboard_id, c.cohort_id, MIN(c.label) AS label, json_group_array(DISTINCT c.utm_source) AS sources,
          COUNT(s.total_events) AS source_rows, COALESCE(SUM(s.total_events), 0) AS total_events
        FROM analytics_cohort_sources c LEFT JOIN source s ON lower(s.utm_source) = c.utm_source
        WHERE c.tenant_id = ?1
        GROUP BY c.dashboard_id, c.cohort_id ORDER BY c.dashboard_id, MIN(c.position), c.cohort_id");

    /// Assignments by experiment, variant and page: all, and since the hour ?2.
    ASSIGNMENT_TOTALS = "
        SELECT e.dashboard_id, h.experiment_id, h.variant_id, h.source_route, SUM(h.assignments) AS total_assignments,
          SUM(iif(h.hour >= ?2, h.assignments, 0)) AS recent, MAX(h.last_assigned_at) AS last_assigned_at
        FROM analytics_assignment_hours h
        LEFT JOIN analytics_experiments e ON e.tenant_id = h.tenant_id AND e.id = h.experiment_id
        WHERE h.tenant_id = ?1
        GROUP BY e.dashboard_id, h.experiment_id, h.variant_id, h.source_route
        ORDER BY h.experiment_id, h.variant_id, h.source_route";

    /// The thresholds that dashboards watch.
    THRESHOLDS = "
        SELECT id, dashboard_id, metric_id, title, operator, threshold_thousandths, action
        FROM analytics_alert_thresholds WHERE tenant_id = ?1 ORDER BY dashboard_id, position";

    /// What owners have said about being told, and by which ways.
    READINESS = "
        SELECT r.id, r.dashboard_id, r.title, r.status, r.owner_review_status, r.alert_review_id, r.anomaly_review_id,
          r.alert_threshold_count, (
            SELECT json_group_array(json_object('id', c.id, 'kind', c.kind, 'title', c.title))
            FROM (SELECT * FROM analytics_notification_channels x WHERE x.tenant_id = r.tenant_id AND x.readiness_id = r.id
              ORDER BY x.position) c) AS channels
        FROM analytics_notification_readiness r WHERE r.tenant_id = ?1 ORDER BY r.dashboard_id, r.id";

    /// Sums up the hours before ?2, which no window shorter than all time asks for, of visitors: into the hour 0.
    FOLD_VISITORS = "
        INSERT INTO analytics_visitor_hours
        SELECT tenant_id, event_definition_id, funnel_step_id, variant_id, 0, SUM(visitors)
        FROM analytics_visitor_hours WHERE hour > 0 AND hour < ?1
        GROUP BY tenant_id, event_definition_id, funnel_step_id, variant_id
        ON CONFLICT DO UPDATE SET visitors = visitors + excluded.visitors";

    /// Removes the hours that were summed up.
    DROP_VISITORS = "DELETE FROM analytics_visitor_hours WHERE hour > 0 AND hour < ?1";

    /// The same for events.
    FOLD_EVENTS = "
        INSERT INTO analytics_event_hours
        SELECT tenant_id, 0, event_definition_id, source_route, funnel_step_id, variant_id, SUM(total_events),
          MAX(last_event_at)
        FROM analytics_event_hours WHERE hour > 0 AND hour < ?1
        GROUP BY tenant_id, event_definition_id, source_route, funnel_step_id, variant_id
        ON CONFLICT DO UPDATE SET total_events = total_events + excluded.total_events,
          last_event_at = max(last_event_at, excluded.last_event_at)";

    /// Removes the hours that were summed up.
    DROP_EVENTS = "DELETE FROM analytics_event_hours WHERE hour > 0 AND hour < ?1";

    /// The same for sources. The hour 0 holds so many sources of a page, the most frequent first; what goes beyond is
    /// counted as the hours themselves count it: by the name of its cohort alone, or else as `(other)`.
    FOLD_SOURCES = "
        WITH old AS (
          SELECT tenant_id, event_definition_id, source_route, utm_source, utm_medium, utm_campaign, utm_content, utm_term,
            referrer_host, SUM(total_events) AS total, MAX(last_event_at) AS last_at, MAX(people) AS people
          FROM analytics_source_hours WHERE hour > 0 AND hour < ?1
          GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9),
        known AS (
          SELECT o.*, EXISTS (
              SELECT 1 FROM analytics_source_hours h
              WHERE h.tenant_id = o.tenant_id AND h.hour = 0 AND h.event_definition_id = o.event_definition_id
                AND h.source_route = o.source_route AND h.utm_source = o.utm_source AND h.utm_medium = o.utm_medium
                AND h.utm_campaign = o.utm_campaign AND h.utm_content = o.utm_content AND h.utm_term = o.utm_term
                AND h.referrer_host = o.referrer_host)
            OR utm_source || utm_medium || utm_campaign || utm_content || utm_term || referrer_host = '' AS stays,
            EXISTS (SELECT 1 FROM analytics_cohort_sources c
              WHERE c.tenant_id = o.tenant_id AND c.utm_source = lower(o.utm_source)) AS compared
          FROM old o),
        placed AS (
          SELECT k.*, k.stays OR ?2 - (
              SELECT COUNT(*) FROM analytics_source_hours h
              WHERE h.tenant_id = k.tenant_id AND h.hour = 0 AND h.event_definition_id = k.event_definition_id
                AND h.source_route = k.source_route
            ) >= ROW_NUMBER() OVER (PARTITION BY tenant_id, event_definition_id, source_route, stays
              ORDER BY total DESC, utm_source, utm_medium, utm_campaign, utm_content, utm_term, referrer_host) AS fits
          FROM known k)
        INSERT INTO analytics_source_hours
        SELECT tenant_id, 0, event_definition_id, source_route,
          CASE WHEN fits THEN utm_source WHEN compared THEN lower(utm_source) ELSE '(other)' END,
          iif(fits, utm_medium, ''), iif(fits, utm_campaign, ''), iif(fits, utm_content, ''), iif(fits, utm_term, ''),
          iif(fits, referrer_host, ''), SUM(total), MAX(last_at), MAX(people)
        FROM placed WHERE true
        GROUP BY 1, 3, 4, 5, 6, 7, 8, 9, 10
        ON CONFLICT DO UPDATE SET total_events = total_events + excluded.total_events,
          last_event_at = max(last_event_at, excluded.last_event_at), people = max(people, excluded.people)";

    /// Removes the hours that were summed up.
    DROP_SOURCES = "DELETE FROM analytics_source_hours WHERE hour > 0 AND hour < ?1";

    /// The same for assignments.
    FOLD_ASSIGNMENTS = "
        INSERT INTO analytics_assignment_hours
        SELECT tenant_id, experiment_id, source_route, variant_id, 0, SUM(assignments), MAX(last_assigned_at)
        FROM analytics_assignment_hours WHERE hour > 0 AND hour < ?1
        GROUP BY tenant_id, experiment_id, source_route, variant_id
        ON CONFLICT DO UPDATE SET assignments = assignments + excluded.assignments,
          last_assigned_at = max(last_assigned_at, excluded.last_assigned_at)";

    /// Removes the hours that were summed up.
    DROP_ASSIGNMENTS = "DELETE FROM analytics_assignment_hours WHERE hour > 0 AND hour < ?1";
}

/// Binds [`DASHBOARDS`].
pub fn dashboards(tenant: &TenantId, slug: Option<&str>) -> Stmt {
    stmt!(DASHBOARDS, tenant, slug)
}

/// Binds a statement that only asks for the shop.
pub fn of_shop(query: &'static crate::db::Query, tenant: &TenantId) -> Stmt {
    stmt!(*query, tenant)
}

/// Binds a statement that asks for the shop and a moment to begin at.
pub fn since(query: &'static crate::db::Query, tenant: &TenantId, from: Moment) -> Stmt {
    stmt!(*query, tenant, from)
}

/// Binds [`SOURCES`].
pub fn sources(tenant: &TenantId, from: Moment) -> Stmt {
    stmt!(SOURCES, tenant, from, Value::Integer(SOURCE_ROWS), Value::Integer(SOURCE_ROWS_MIN))
}

/// The statements that sum up the hours before a moment, in order.
pub fn fold(before: Moment) -> Vec<Stmt> {
    vec![
        stmt!(FOLD_VISITORS, before),
        stmt!(DROP_VISITORS, before),
        stmt!(FOLD_EVENTS, before),
        stmt!(DROP_EVENTS, before),
        stmt!(FOLD_SOURCES, before, Value::Integer(SOURCE_ROWS_KEPT)),
        stmt!(DROP_SOURCES, before),
        stmt!(FOLD_ASSIGNMENTS, before),
        stmt!(DROP_ASSIGNMENTS, before),
    ]
}
