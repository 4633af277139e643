//! The SQL of events that browsers report.

use super::model::Report;
use crate::db::{Stmt, Value};
use crate::kit::bounds::EVENTS_MAX;
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{queries, stmt};

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
             FROM ", reported!($definition, "?3", $step, "(?4 ->> 'variantId')"), "
               AND COALESCE((SELECT l.count FROM rate_limits l WHERE l.key = ?10), 0) <= ?11
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
    /// The counter that it is held against.
    pub counter: &'a str,
    /// When.
    pub now: Moment,
}

/// Binds [`RECORD`].
pub fn record(tenant: &TenantId, new: &New<'_>) -> Stmt {
    Stmt { query: &RECORD, ..record_view(tenant, new) }
}

/// Binds [`RECORD_VIEW`].
pub fn record_view(tenant: &TenantId, new: &New<'_>) -> Stmt {
    stmt!(
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
        new.counter,
        Value::Integer(EVENTS_MAX),
    )
}

/// Binds [`FOUND`].
pub fn found(tenant: &TenantId, report: &Report, properties: &str) -> Stmt {
    stmt!(FOUND, tenant, report.definition.as_str(), report.route.as_str(), properties, report.key.as_str())
}

/// Binds [`BEACON`].
pub fn beacon(tenant: &TenantId, route: &str) -> Stmt {
    stmt!(BEACON, tenant, route)
}
