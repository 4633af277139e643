//! What must be true for evidence about notifications: one text for all stages, for one window or for all four.

use crate::confirm::sql::look;
use crate::db::Stmt;
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{ladder, ladder_rows, queries};

/// The windows that are meant, as `w`: `world` and `since`, the first hour that counts. Windows begin at a full hour.
#[macro_export]
macro_rules! windows {
    ($which:literal) => {
        concat!(
            "
        w AS (
          SELECT column1 AS world, CASE column2 WHEN 0 THEN 0 ELSE (?3 - column2) / 3600 * 3600 END AS since
          FROM (VALUES ('all', 0), ('24h', 86400), ('7d', 604800), ('30d', 2592000)) WHERE ",
            $which,
            "),"
        )
    };
}

/// The one window that a request names.
#[macro_export]
macro_rules! window_asked {
    () => {
        $crate::windows!("column1 = COALESCE(json_extract(?2, '$.timeWindowKey'), 'all')")
    };
}

/// Different visitors and conversions of the rows of the conversion report that `$rows` chooses. Example figures are not
/// in these tables.
#[macro_export]
macro_rules! captured {
    ($rows:literal) => {
        concat!(
            "(SELECT COALESCE(SUM(h.visitors), 0) FROM analytics_conversion_metrics m
            CROSS JOIN (SELECT 0 AS ends UNION ALL SELECT 1) z
            CROSS JOIN analytics_step_hours h ON h.tenant_id = m.tenant_id
              AND h.event_definition_id = iif(z.ends, m.conversion_event_id, m.visitor_event_id)
              AND h.funnel_step_id = iif(z.ends, m.conversion_step_id, m.visitor_step_id) AND h.hour >= w.since
            WHERE m.tenant_id = ?1 AND ",
            $rows,
            ")"
        )
    };
}

/// What a record would say now, by window, as `s`. What was counted is no part of what must stay so: the first record of a
/// ladder is a snapshot of it, which later ones repeat, and visits go on.
macro_rules! said {
    ($windows:expr) => {
        concat!(
            "WITH ",
            $windows,
            "
        k AS (
          SELECT w.world, d.id AS dashboard, d.revision_id AS revision, r.id AS readiness, r.status AS readiness_status,
            r.owner_review_status AS review_status, r.alert_threshold_count AS thresholds, c.id AS channel,
            ",
            captured!("m.dashboard_id = d.id"),
            " AS sample
          FROM w
          LEFT JOIN analytics_dashboards d ON d.tenant_id = ?1 AND d.id = COALESCE(json_extract(?2, '$.dashboardId'), (
            SELECT o.id FROM analytics_dashboards o WHERE o.tenant_id = ?1 ORDER BY o.position, o.id LIMIT 1))
          LEFT JOIN analytics_notification_readiness r ON r.tenant_id = ?1 AND r.dashboard_id = d.id
            AND r.id = COALESCE(json_extract(?2, '$.readinessId'), (
              SELECT o.id FROM analytics_notification_readiness o WHERE o.tenant_id = ?1 AND o.dashboard_id = d.id
              ORDER BY o.id LIMIT 1))
          LEFT JOIN analytics_notification_channels c ON c.tenant_id = ?1 AND c.readiness_id = r.id AND c.kind = 'admin'
            AND c.id = COALESCE(json_extract(?2, '$.channelId'), (
              SELECT o.id FROM analytics_notification_channels o
              WHERE o.tenant_id = ?1 AND o.readiness_id = r.id AND o.kind = 'admin' ORDER BY o.position, o.id LIMIT 1))),
        s AS (
          SELECT *, json_array(dashboard || '|' || readiness || '|' || channel || '|' || world) AS subjects,
            json_array(CAST(json_array(revision, readiness_status, review_status, thresholds) AS TEXT)) AS todays
          FROM k)"
        )
    };
}

/// What must be true.
pub mod truths {
    use crate::{ladder, ladder_truth, truth};

    /// What was counted when the ladder's first record was written; before that, what is counted now.
    macro_rules! snapshot {
        () => {
            "COALESCE((SELECT json_extract(l.fields_json, '$.expectedConversionSampleSize') FROM ladder l
              WHERE l.world = s.world AND l.position = 0), s.sample)"
        };
    }

    truth! {
        /// The dashboard, what an owner said about notifications, and the records of every stage.
        STANDING, RECORD_STAGE = concat!(said!(window_asked!()), ",", ladder!(rungs!()), ladder_truth!(concat!("
            'dashboardId', s.dashboard, 'dashboardRevisionId', s.revision, 'readinessId', s.readiness,
            'readinessStatus', s.readiness_status, 'channelId', s.channel, 'ownerReviewStatus', s.review_status,
            'alertThresholdCount', s.thresholds, 'conversionSampleSize', s.sample, 'timeWindowKey', s.world,
            'evidence', json_object('timeWindow', s.world, 'conversionSampleSize', s.sample),
            'snapshotSampleSize', ", snapshot!(), ",
            'snapshot', json_object('timeWindow', s.world, 'conversionSampleSize', ", snapshot!(), "),
            'shown', json_object('timeWindowKey', s.world)"), "0"));
    }
}

queries! {
    /// What a record would say now, in each window.
    WINDOWS = concat!(said!(windows!("true")), "
        SELECT world, dashboard, revision, readiness, readiness_status, review_status, thresholds, channel, sample FROM s");

    /// The ladder of one window, rung by rung.
    LADDER = concat!(said!(window_asked!()), ",", ladder!(rungs!()), ladder_rows!());

    /// The ladders of all four windows, rung by rung.
    LADDERS = concat!(said!(windows!("true")), ",", ladder!(rungs!()), ladder_rows!());
}

/// Binds [`WINDOWS`].
pub fn windows(tenant: &TenantId, now: Moment) -> Stmt {
    look(&WINDOWS, tenant, &serde_json::json!({}), now)
}

/// Binds [`LADDERS`].
pub fn ladders(tenant: &TenantId, now: Moment) -> Stmt {
    look(&LADDERS, tenant, &serde_json::json!({}), now)
}

/// Binds [`LADDER`] for the window that these fields name.
pub fn ladder(tenant: &TenantId, fields: &serde_json::Value, now: Moment) -> Stmt {
    look(&LADDER, tenant, fields, now)
}
