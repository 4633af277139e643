//! `/analytics/source-data`: what is counted and what came of it, for programs to read. One read batch, totals only.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{json, Map, Value};

use super::contract::{self, ASSIGNMENTS, EVENTS, PARENT_ISSUE, REPORT_ISSUE, ROUTES};
use super::export::Export;
use super::flags::TOTALS;
use super::model::{Rate, Totals, Window, ALL, WINDOWS};
use super::rows::{
    AssignmentTotal, Cohort, Dashboard, Document as Published, EventTotal, Metric, Readiness, Threshold,
};
use super::wire::{
    AssignmentCount, AssignmentSummary, Document, EventCount, EventSummary, Report, ReportRow, VariantCount, Windows,
};
use super::{evidence, sql};
use crate::contract::document::Fixed;
use crate::contract::redaction::Flagged;
use crate::cx::Cx;
use crate::db::Batch;
use crate::evidence::Summary;
use crate::http::Result;
use crate::insight::{decision, notification};

static STABLE: Fixed<Vec<String>> = Fixed::new(contract::stable_ids);
static EVENT_WRITES: Fixed<Value> = Fixed::new(|| EVENTS.shown());
static BEACON: Fixed<Value> = Fixed::new(contract::beacon);
static ASSIGNMENT_WRITES: Fixed<Value> = Fixed::new(|| ASSIGNMENTS.shown());
static CONVERSION_REPORT: Fixed<Value> = Fixed::new(contract::report);

/// Reads the document.
///
/// # Errors
/// A fault when the database does not answer, or what is kept cannot be read.
pub async fn read(cx: &Cx, window: &Window) -> Result<impl Serialize> {
    let (tenant, from) = (&cx.tenant, window.begins(cx.now()));
    let mut batch = Batch::new();
    let dashboards = batch.add(sql::dashboards(tenant, None));
    let documents = batch.add(sql::of_shop(&sql::DOCUMENTS, tenant));
    let totals = Totals::ask(tenant, from, &mut batch);
    let events = batch.add(sql::since(&sql::EVENT_TOTALS, tenant, from));
    let cohorts = batch.add(sql::since(&sql::COHORTS, tenant, from));
    let assignments = batch.add(sql::since(&sql::ASSIGNMENT_TOTALS, tenant, from));
    let thresholds = batch.add(sql::of_shop(&sql::THRESHOLDS, tenant));
    let readiness = batch.add(sql::of_shop(&sql::READINESS, tenant));
    let kinds = evidence::ask(cx, &mut batch);
    let rows = cx.commit(batch).await?;
    let found = Found {
        window,
        dashboards: rows.all(dashboards)?,
        documents: rows.all(documents)?,
        totals: Totals::read(&rows, &totals)?,
        events: rows.all(events)?,
        cohorts: rows.all(cohorts)?,
        assignments: rows.all(assignments)?,
        thresholds: rows.all(thresholds)?,
        readiness: rows.all(readiness)?,
        evidence: evidence::read(&rows, &kinds)?,
    };
    found.document()
}

/// Everything that the document is made from.
struct Found<'a> {
    window: &'a Window,
    dashboards: Vec<Dashboard>,
    documents: Vec<Published>,
    totals: Totals,
    events: Vec<EventTotal>,
    cohorts: Vec<Cohort>,
    assignments: Vec<AssignmentTotal>,
    thresholds: Vec<Threshold>,
    readiness: Vec<Readiness>,
    evidence: (BTreeMap<String, Summary>, usize),
}

impl Found<'_> {
    fn document(self) -> Result<Document> {
        let of_dashboards = self.dashboards.iter().map(|dashboard| format!("/analytics/{}", dashboard.slug));
        let events = self.event_summary();
        let kinds = notification::ALL.iter().copied().chain([&decision::EVIDENCE]);
        let of_kinds = kinds.map(|kind| kind.write.path.to_owned());
        Ok(Document {
            id: "bumpgrade-analytics-experiments-source-data",
            updated_at: "2026-11-20",
            status: "conversion-report-ready",
            issue: REPORT_ISSUE,
            parent_issue: PARENT_ISSUE,
            generated_from: "src/insight",
            routes: ROUTES.iter().map(|route| (*route).to_owned()).chain(of_kinds).chain(of_dashboards).collect(),
            stable_ids: &STABLE,
            event_writes: &EVENT_WRITES,
            page_view_beacon: &BEACON,
            assignment_writes: &ASSIGNMENT_WRITES,
            conversion_report: &CONVERSION_REPORT,
            write_boundary: contract::WRITE_BOUNDARY,
            dashboards: self.dashboards.iter().map(|one| self.dashboard(one)).collect::<Result<_>>()?,
            caveat: contract::CAVEAT,
            time_windows: Windows { default: ALL.key, selected: self.window.clone(), supported: WINDOWS },
            report_exports: self.exports(&events)?,
            event_summary: Flagged::new(events, TOTALS),
            assignment_summary: Flagged::new(self.assignment_summary(), TOTALS),
            funnel_conversion_report: Flagged::new(self.report()?, TOTALS),
            evidence: self.evidence.0,
        })
    }

    /// The dashboard that the report and its export are about.
    fn first(&self) -> &str {
        self.dashboards.first().map_or("", |dashboard| &dashboard.id)
    }

    fn dashboard(&self, dashboard: &Dashboard) -> Result<Value> {
        let mut body: Map<String, Value> = serde_json::from_str(&dashboard.body)?;
        let fixture = |metric: &Metric| {
            json!({
                "id": metric.metric_id, "label": metric.label, "stepId": metric.step_id,
                "visitors": metric.fixture_visitors, "conversions": metric.fixture_conversions,
                "rate": Rate::of(metric.fixture_conversions, metric.fixture_visitors), "source": "fixture",
            })
        };
        body.insert("issue".to_owned(), REPORT_ISSUE.into());
        body.insert("parentIssue".to_owned(), PARENT_ISSUE.into());
        body.insert("funnelMetrics".to_owned(), self.totals.report_of(&dashboard.id).map(fixture).collect());
        Ok(Value::Object(body))
    }

    fn event_summary(&self) -> EventSummary {
        let same_page = |a: &EventTotal, b: &EventTotal| {
            (&a.event_definition_id, &a.source_route) == (&b.event_definition_id, &b.source_route)
        };
        let same_variant = |a: &EventTotal, b: &EventTotal| {
            (&a.event_definition_id, &a.source_route, &a.variant_id)
                == (&b.event_definition_id, &b.source_route, &b.variant_id)
        };
        let of_page = |row: EventTotal| EventCount {
            event_definition_id: row.event_definition_id,
            event_kind: row.event_kind,
            source_route: row.source_route,
            total_events: row.total_events,
            last_event_at: row.last_event_at,
        };
        let of_variant = |row: EventTotal| VariantCount {
            event_definition_id: row.event_definition_id,
            source_route: row.source_route,
            variant_id: row.variant_id,
            total_events: row.total_events,
            last_event_at: row.last_event_at,
        };
        let pages = EventTotal::together(self.events.iter(), same_page);
        let variants = self.events.iter().filter(|row| !row.variant_id.is_empty());
        let variants = EventTotal::together(variants, same_variant);
        EventSummary {
            status: "available",
            time_window: self.window.clone(),
            aggregate_counts: pages.into_iter().map(of_page).collect(),
            aggregate_variant_counts: variants.into_iter().map(of_variant).collect(),
            aggregate_source_counts: self.totals.sources.clone(),
        }
    }

    fn assignment_summary(&self) -> AssignmentSummary {
        let count = |row: &AssignmentTotal| AssignmentCount {
            experiment_id: row.experiment_id.clone(),
            variant_id: row.variant_id.clone(),
            source_route: row.source_route.clone(),
            total_assignments: row.total_assignments,
            last_assigned_at: row.last_assigned_at,
        };
        AssignmentSummary { status: "available", aggregate_counts: self.assignments.iter().map(count).collect() }
    }

    fn report(&self) -> Result<Report> {
        let dashboard = self.dashboards.first().map(|dashboard| dashboard.id.clone());
        let own = |one: &&Published| one.dashboard_id == self.first() && one.kind == "report";
        let document = self.documents.iter().find(own);
        let body: Option<Map<String, Value>> = document.map(|one| serde_json::from_str(&one.body_json)).transpose()?;
        let caveat = body.as_ref().and_then(|body| body.get("sampleSizeCaveat")).and_then(Value::as_str);
        Ok(Report {
            id: document.map(|document| document.id.clone()),
            status: "available",
            issue: REPORT_ISSUE,
            parent_issue: PARENT_ISSUE,
            dashboard_id: dashboard,
            source_table: "analytics_events",
            time_window: self.window.clone(),
            rows: self.totals.report_of(self.first()).map(|metric| self.report_row(metric)).collect(),
            conversion_sample_size: self.totals.report_of(self.first()).map(Metric::sample).sum(),
            sample_size_caveat: caveat.map(str::to_owned),
        })
    }

    fn exports(&self, events: &EventSummary) -> Result<Value> {
        let export = Export {
            dashboard: self.first(),
            window: self.window,
            documents: &self.documents,
            metrics: self.totals.report_of(self.first()).collect(),
            cohorts: &self.cohorts,
            assignments: &self.assignments,
            thresholds: &self.thresholds,
            readiness: &self.readiness,
            sections: [
                ("event-aggregates", "Events", "eventSummary", events.aggregate_counts.len()),
                ("source-attribution", "Sources", "eventSummary", events.aggregate_source_counts.len()),
                ("variant-aggregates", "Variants", "eventSummary", events.aggregate_variant_counts.len()),
                ("assignment-aggregates", "Assignments", "assignmentSummary", self.assignments.len()),
                ("experiment-decisions", "Decisions", "experimentDecisions", self.evidence.1),
            ],
        };
        export.shown()
    }

    fn report_row(&self, metric: &Metric) -> ReportRow {
        ReportRow {
            metric_id: metric.metric_id.clone(),
            step_id: metric.step_id.clone(),
            label: metric.label.clone(),
            report_mode: if metric.sample() > 0 { "captured_events" } else { "fixture_fallback" },
            visitor_event_id: metric.visitor_event_id.clone(),
            conversion_event_id: metric.conversion_event_id.clone(),
            visitors: metric.visitors,
            conversions: metric.conversions,
            conversion_rate: metric.rate(),
            sample_size: metric.sample(),
            fixture_visitors: metric.fixture_visitors,
            fixture_conversions: metric.fixture_conversions,
            last_event_at: metric.newest(&self.events),
        }
    }
}
