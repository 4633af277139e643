//! The SQL of events that browsers report.

use super::limits::Limits;
use super::model::Report;
use crate::db::{Stmt, Value};
use crate::kit::bounds::{EVENTS_FORGET_ROWS, EVENTS_KEPT_SECONDS};
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{queries, stmt};

/// The condition that a statement writes only within the limits: its ?9 is the moment, ?10 to ?14 come from
/// `Limits::values`, and the total is what the hour of that moment holds already.
#[macro_export]
macro_rules! within_visits {
    ($total:literal) => {
        concat!(
            "COALESCE((SELECT l.count FROM rate_limits l WHERE l.key = ?10), 0) <= ?11
             AND COALESCE((SELECT l.count FROM rate_limits l WHERE l.key = ?12), 0) <= ?13
             AND COALESCE((",
            $total,
            " AND h.hour = ?9 - ?9 % 3600), 0) < ?14"
        )
    };
}

/// The properties in `?n` that a definition `d` allows. A step or a variant that the shop does not know is left out.
macro_rules! allowed {
    ($properties:literal) => {
        concat!(
            "(SELECT json_group_object(p.value, ",
            $properties,
            " -> p.value) FROM json_each(d.public_properties_json) p
               WHERE json_type(",
            $properties,
            ", '$.' || p.value) IS NOT NULL
                 AND (p.value NOT IN ('stepId', 'funnelId') OR s.step_id IS NOT NULL)
                 AND (p.value <> 'variantId' OR v.id IS NOT NULL))"
        )
    };
}

/// A definition `d` that pages report, a page `r` of it, the step `s` of that page and the variant `v` that it names.
macro_rules! reported {
    ($definition:literal, $route:literal, $step:expr, $variant:literal) => {
        concat!(
            "analytics_event_definitions d
             JOIN analytics_event_routes r ON r.tenant_id = d.tenant_id AND r.event_definition_id = d.id
               AND r.source_route = ",
            $route,
            "
             LEFT JOIN analytics_page_steps s ON s.tenant_id = d.tenant_id AND s.source_route = r.source_route
               AND s.step_id = ",
            $step,
            "
             LEFT JOIN analytics_experiment_variants v ON v.tenant_id = d.tenant_id AND v.id = ",
            $variant,
            "
               AND v.experiment_id = (SELECT MIN(x.experiment_id) FROM analytics_experiment_variants x
                 WHERE x.tenant_id = d.tenant_id AND x.id = ",
            $variant,
            ")
             WHERE d.tenant_id = ?1 AND d.trusted = 0 AND ",
            $definition
        )
    };
}

/// Writes an event down.
macro_rules! record {
    ($definition:literal, $step:expr) => {
        concat!(
            "INSERT INTO analytics_events (
               id, tenant_id, event_definition_id, event_kind, source_route, recorded_by, idempotency_key, request_hash,
               funnel_id, funnel_step_id, variant_id, public_properties_json, client_correlation_hash, occurred_at,
               created_at)
             SELECT ?5, d.tenant_id, d.id, d.event_kind, r.source_route, 'visitor', ?6, ?7, s.funnel_id, s.step_id, v.id, ",
            allowed!("?4"), ", ?8, ?9, ?9
             FROM ", reported!($definition, "?3", $step, "(?4 ->> 'variantId')"), " AND ",
            within_visits!("SELECT SUM(h.total_events) FROM analytics_event_hours h WHERE h.tenant_id = ?1"), "
             ON CONFLICT (tenant_id, recorded_by, idempotency_key) DO NOTHING"
        )
    };
}

queries! {
    /// A reported event, when the page may report it, the key is new and the caller is within the limit.
    RECORD = record!("d.id = ?2", "(?4 ->> 'stepId')");

    /// A page view that an image reports: of the first step of its page.
    RECORD_VIEW = record!("d.event_kind = ?2", "(
      SELECT f.step_id FROM analytics_page_steps f WHERE f.tenant_id = d.tenant_id AND f.source_route = r.source_route
      ORDER BY f.position LIMIT 1)");

    /// The event of a key, and whether the page may report such an event.
    FOUND = concat!("
        SELECT EXISTS (
            SELECT 1 FROM analytics_event_definitions k WHERE k.tenant_id = ?1 AND k.id = ?2 AND k.trusted = 0) AS known,
          here.kind IS NOT NULL AS placed, here.kind, e.id, e.request_hash,
          COALESCE(e.public_properties_json, here.properties) AS properties
        FROM (SELECT 1 AS one) one
        LEFT JOIN (SELECT d.event_kind AS kind, ", allowed!("?4"), " AS properties
          FROM ", reported!("d.id = ?2", "?3", "(?4 ->> 'stepId')", "(?4 ->> 'variantId')"), ") here
        LEFT JOIN analytics_events e ON e.tenant_id = ?1 AND e.recorded_by = 'visitor' AND e.idempotency_key = ?5");

    /// What the script of a page reports: as what, for which steps, and in which experiment.
    BEACON = "
        SELECT d.id AS definition, r.source_route AS route, s.funnel_id AS funnel,
          (SELECT group_concat(p.step_id || ' #' || p.anchor, ' ') FROM (
            SELECT q.anchor, q.step_id FROM analytics_page_steps q
            WHERE q.tenant_id = r.tenant_id AND q.source_route = r.source_route AND q.funnel_id = s.funnel_id
            ORDER BY q.position) p) AS steps,
          (SELECT e.id FROM analytics_experiments e
            WHERE e.tenant_id = r.tenant_id AND e.source_route = r.source_route ORDER BY e.position LIMIT 1) AS experiment
        FROM analytics_event_definitions d
        JOIN analytics_event_routes r ON r.tenant_id = d.tenant_id AND r.event_definition_id = d.id AND r.source_route = ?2
        JOIN analytics_page_steps s ON s.tenant_id = r.tenant_id AND s.source_route = r.source_route
        WHERE d.tenant_id = ?1 AND d.event_kind = 'page_view' AND d.trusted = 0
        ORDER BY d.position, s.position LIMIT 1";

    /// Forgets single events from before ?1.
    FORGET_EVENTS = "
        DELETE FROM analytics_events WHERE id IN (
          SELECT id FROM analytics_events WHERE occurred_at < ?1 ORDER BY occurred_at LIMIT ?2)";

    /// Forgets who came on a day before ?1.
    FORGET_VISITS = "
        DELETE FROM analytics_visits
        WHERE (tenant_id, event_definition_id, funnel_step_id, variant_id, correlation_hash, day) IN (
          SELECT tenant_id, event_definition_id, funnel_step_id, variant_id, correlation_hash, day
          FROM analytics_visits WHERE day < ?1 ORDER BY day LIMIT ?2)";

    /// Forgets who came by which source before ?1.
    FORGET_SOURCES = "
        DELETE FROM analytics_source_visitors
        WHERE (tenant_id, event_definition_id, source_route, source, correlation_hash) IN (
          SELECT tenant_id, event_definition_id, source_route, source, correlation_hash
          FROM analytics_source_visitors WHERE seen_at < ?1 ORDER BY seen_at LIMIT ?2)";

    /// Forgets who was given which variant before ?1.
    FORGET_ASSIGNMENTS = "
        DELETE FROM analytics_experiment_assignments WHERE id IN (
          SELECT id FROM analytics_experiment_assignments WHERE assigned_at < ?1 ORDER BY assigned_at LIMIT ?2)";
}

/// An event that is to be written down.
pub struct New<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it is: a definition's id, or for an image its kind.
    pub what: &'a str,
    /// On which page.
    pub route: &'a str,
    /// A JSON object.
    pub properties: &'a str,
    /// The idempotency key.
    pub key: &'a str,
    /// What the key stands for.
    pub request_hash: &'a str,
    /// The keyed hash of the visitor.
    pub visitor: Option<&'a str>,
    /// What it is held against.
    pub limits: &'a Limits,
    /// When.
    pub now: Moment,
}

/// Binds [`RECORD`].
pub fn record(tenant: &TenantId, new: &New<'_>) -> Stmt {
    Stmt { query: &RECORD, ..record_view(tenant, new) }
}

/// Binds [`RECORD_VIEW`].
pub fn record_view(tenant: &TenantId, new: &New<'_>) -> Stmt {
    let mut stmt = stmt!(
        RECORD_VIEW,
        tenant,
        new.what,
        new.route,
        new.properties,
        new.id,
        new.key,
        new.request_hash,
        new.visitor,
        new.now,
    );
    stmt.values.extend(new.limits.values());
    stmt
}

/// The statements that forget what is too old.
pub fn forget(now: Moment) -> [Stmt; 4] {
    let (before, rows) = (now.plus_seconds(-EVENTS_KEPT_SECONDS), || Value::Integer(EVENTS_FORGET_ROWS));
    [
        stmt!(FORGET_EVENTS, before, rows()),
        stmt!(FORGET_VISITS, before, rows()),
        stmt!(FORGET_SOURCES, before, rows()),
        stmt!(FORGET_ASSIGNMENTS, before, rows()),
    ]
}

/// Binds [`FOUND`].
pub fn found(tenant: &TenantId, report: &Report, properties: &str) -> Stmt {
    stmt!(FOUND, tenant, report.definition.as_str(), report.route.as_str(), properties, report.key.as_str())
}

/// Binds [`BEACON`].
pub fn beacon(tenant: &TenantId, route: &str) -> Stmt {
    stmt!(BEACON, tenant, route)
}
