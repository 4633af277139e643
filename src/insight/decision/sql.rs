//! What must be true for a decision: the experiment, and what was counted in the window.

use crate::confirm::sql::look;
use crate::db::Stmt;
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{captured, queries, windows};

/// The experiment by window, as `k`. Captured figures are those of the row that its main metric is measured by; without
/// such a row there are none, and nothing can be decided.
macro_rules! experiment {
    ($windows:expr) => {
        concat!(
            "WITH ",
            $windows,
            "
        k AS (
          SELECT w.world, d.id AS dashboard, d.title AS dashboard_title, d.revision_id AS revision,
            d.status AS dashboard_status, x.id AS experiment, x.title, x.status, x.source_route, x.primary_metric_id AS metric,
            COALESCE((
              SELECT SUM(a.assignments) FROM analytics_assignment_hours a
              WHERE a.tenant_id = ?1 AND a.experiment_id = x.id AND a.source_route = x.source_route
                AND a.hour >= w.since), 0) AS assignments,
            (SELECT json_group_object(v.id, v.total) FROM (
              SELECT o.id, COALESCE((
                SELECT SUM(a.assignments) FROM analytics_assignment_hours a
                WHERE a.tenant_id = ?1 AND a.experiment_id = x.id AND a.source_route = x.source_route
                  AND a.variant_id = o.id AND a.hour >= w.since), 0) AS total
              FROM analytics_experiment_variants o WHERE o.tenant_id = ?1 AND o.experiment_id = x.id
              ORDER BY o.id) v) AS variant_counts,
            (SELECT json_group_array(json_object('variantId', v.id, 'label', v.label, 'weight', v.weight,
              'lastAssignedAt', v.last)) FROM (
              SELECT o.id, o.label, o.weight, (
                SELECT MAX(a.last_assigned_at) FROM analytics_assignment_hours a
                WHERE a.tenant_id = ?1 AND a.experiment_id = x.id AND a.source_route = x.source_route
                  AND a.variant_id = o.id AND a.hour >= w.since) AS last
              FROM analytics_experiment_variants o WHERE o.tenant_id = ?1 AND o.experiment_id = x.id
              ORDER BY o.position, o.id) v) AS variants,
            CASE WHEN EXISTS (
              SELECT 1 FROM analytics_conversion_metrics m
              WHERE m.tenant_id = ?1 AND m.dashboard_id = d.id AND m.primary_metric_id = x.primary_metric_id) THEN ",
            captured!("m.dashboard_id = d.id AND m.primary_metric_id = x.primary_metric_id"),
            " END AS sample
          FROM w
          LEFT JOIN analytics_dashboards d ON d.tenant_id = ?1 AND d.id = COALESCE(json_extract(?2, '$.dashboardId'), (
            SELECT o.id FROM analytics_dashboards o WHERE o.tenant_id = ?1 ORDER BY o.position, o.id LIMIT 1))
          LEFT JOIN analytics_experiments x ON x.tenant_id = ?1 AND x.dashboard_id = d.id
            AND x.id = COALESCE(json_extract(?2, '$.experimentId'), (
              SELECT o.id FROM analytics_experiments o WHERE o.tenant_id = ?1 AND o.dashboard_id = d.id
              ORDER BY o.position, o.id LIMIT 1)))"
        )
    };
}

/// What must be true.
pub mod truths {
    use crate::{captured, truth, window_asked};

    truth! {
        /// The experiment with its figures, and the variant that is chosen. Counts of variants that it does not have are
        /// not looked at.
        EXPERIMENT, RECORD_DECISION = concat!(experiment!(window_asked!()), ",
        c AS (
          SELECT k.*, json_extract(?2, '$.selectedVariantId') AS chosen,
            json_extract(?2, '$.decisionKind') = 'prefer_variant' AS prefers, v.id AS variant, v.label
          FROM k LEFT JOIN analytics_experiment_variants v ON v.tenant_id = ?1 AND v.experiment_id = k.experiment
            AND v.id = COALESCE(json_extract(?2, '$.selectedVariantId'), (
              SELECT o.id FROM analytics_experiment_variants o WHERE o.tenant_id = ?1 AND o.experiment_id = k.experiment
              ORDER BY o.position, o.id LIMIT 1)))
        SELECT json_patch(json_object(
          'subject', c.experiment || '|' || c.world, 'dashboardId', c.dashboard, 'dashboardRevisionId', c.revision,
          'experimentId', c.experiment, 'experimentStatus', c.status, 'primaryMetricId', c.metric,
          'variantGiven', NOT (COALESCE(c.prefers, 0) AND c.chosen IS NULL),
          'variantKnown', c.chosen IS NULL OR c.variant IS NOT NULL, 'selectedVariantId', c.variant,
          'assignmentCount', c.assignments, 'conversionSampleSize', c.sample, 'timeWindowKey', c.world,
          'evidence', json_object('timeWindow', c.world, 'experimentId', c.experiment, 'assignmentCount', c.assignments,
            'variantCounts', json(c.variant_counts), 'primaryMetricId', c.metric, 'conversionSampleSize', c.sample),
          'shown', json_object('timeWindowKey', c.world, 'experimentTitle', c.title,
            'selectedVariantId', CASE WHEN c.prefers THEN c.variant END,
            'selectedVariantLabel', CASE WHEN c.prefers THEN c.label END,
            'expectedVariantCounts', json(c.variant_counts))),
          (SELECT json_object('expectedVariantCounts', json(c.variant_counts),
              'variantsSaid', COUNT(g.key) = COUNT(*), 'variantsAgree', COALESCE(MIN(g.value IS v.value), 1))
            FROM json_each(c.variant_counts) v
            LEFT JOIN json_each(?2, '$.expectedVariantCounts') g ON g.key = v.key)) AS truth
        FROM c");
    }
}

queries! {
    /// The experiment in each window.
    WINDOWS = concat!(experiment!(windows!("true")), "
        SELECT world, dashboard, dashboard_title, revision, dashboard_status, experiment, title, status, source_route, metric,
          assignments, variant_counts, variants, sample FROM k");
}

/// Binds [`WINDOWS`].
pub fn windows(tenant: &TenantId, now: Moment) -> Stmt {
    look(&WINDOWS, tenant, &serde_json::json!({}), now)
}
