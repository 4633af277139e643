//! The document as it is written.

use std::collections::BTreeMap;

use serde_json::Value;

use super::model::{Rate, Window};
use super::rows::Source;
use crate::contract::document::Fixed;
use crate::contract::redaction::Flagged;
use crate::evidence::Summary;
use crate::{record, wire};

wire! {
    /// `GET /analytics/source-data`.
    pub struct Document {
        /// The contract's id.
        id: &'static str,
        /// When the contract last changed.
        updated_at: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The module that writes this.
        generated_from: &'static str,
        /// Where the things in this document are found.
        routes: Vec<String>,
        /// The names of the ids that stay what they are.
        stable_ids: &'static Fixed<Vec<String>>,
        /// How events are written.
        event_writes: &'static Fixed<Value>,
        /// How page views are counted.
        page_view_beacon: &'static Fixed<Value>,
        /// How assignments are written.
        assignment_writes: &'static Fixed<Value>,
        /// What the conversion report counts.
        conversion_report: &'static Fixed<Value>,
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// The dashboards.
        dashboards: Vec<Value>,
        /// What this document does not promise.
        caveat: &'static str,
        /// The windows of time.
        time_windows: Windows,
        /// Events, counted.
        event_summary: Flagged<EventSummary>,
        /// Assignments, counted.
        assignment_summary: Flagged<AssignmentSummary>,
        /// How many went on.
        funnel_conversion_report: Flagged<Report>,
        /// The report as a whole for programs.
        report_exports: Value,
        /// Each kind of evidence: how a record is made, and what is recorded.
        #[serde(flatten)]
        evidence: BTreeMap<String, Summary>,
    }

    /// The windows of time.
    pub struct Windows {
        /// What is shown when none is asked for.
        default: &'static str,
        /// What is shown here.
        selected: Window,
        /// Every window.
        supported: &'static [Window],
    }

    /// Events, counted.
    pub struct EventSummary {
        /// `available`.
        status: &'static str,
        /// The window.
        time_window: Window,
        /// By definition and page.
        aggregate_counts: Vec<EventCount>,
        /// By definition, page and variant.
        aggregate_variant_counts: Vec<VariantCount>,
        /// Page views by where the visitor came from, the most frequent first.
        aggregate_source_counts: Vec<Source>,
    }

    /// Assignments, counted, over all time.
    pub struct AssignmentSummary {
        /// `available`.
        status: &'static str,
        /// By experiment, variant and page.
        aggregate_counts: Vec<AssignmentCount>,
    }

    /// How many went on.
    pub struct Report {
        /// The report.
        id: Option<String>,
        /// `available`.
        status: &'static str,
        /// The report's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// Whose report it is.
        dashboard_id: Option<String>,
        /// What is counted.
        source_table: &'static str,
        /// The window.
        time_window: Window,
        /// Its rows.
        rows: Vec<ReportRow>,
        /// What all rows rest on together.
        conversion_sample_size: i64,
        /// What small numbers cannot say.
        sample_size_caveat: Option<String>,
    }

    /// A row of the report.
    pub struct ReportRow {
        /// The row.
        metric_id: String,
        /// The step.
        step_id: String,
        /// In words.
        label: String,
        /// `captured_events`, or `fixture_fallback` while there are only example figures.
        report_mode: &'static str,
        /// What is looked at.
        visitor_event_id: String,
        /// What comes of it.
        conversion_event_id: String,
        /// Different visitors.
        visitors: i64,
        /// Different visitors who went on.
        conversions: i64,
        /// Their share.
        conversion_rate: Option<Rate>,
        /// What the row rests on.
        sample_size: i64,
        /// Example figure, never counted.
        fixture_visitors: i64,
        /// Example figure, never counted.
        fixture_conversions: i64,
        /// The newest event, in seconds since 1970.
        last_event_at: Option<i64>,
    }
}

record! {
    as "snake_case";

    /// Events of a definition and page.
    pub struct EventCount {
        /// The definition.
        event_definition_id: String,
        /// Its kind.
        event_kind: String,
        /// The page.
        source_route: String,
        /// How many.
        total_events: i64,
        /// The newest, in seconds since 1970.
        last_event_at: i64,
    }

    /// Events of a definition, page and variant.
    pub struct VariantCount {
        /// The definition.
        event_definition_id: String,
        /// The page.
        source_route: String,
        /// The variant.
        variant_id: String,
        /// How many.
        total_events: i64,
        /// The newest, in seconds since 1970.
        last_event_at: i64,
    }

    /// Assignments of an experiment, variant and page.
    pub struct AssignmentCount {
        /// The experiment.
        experiment_id: String,
        /// The variant.
        variant_id: String,
        /// The page.
        source_route: String,
        /// How many.
        total_assignments: i64,
        /// The newest, in seconds since 1970.
        last_assigned_at: i64,
    }
}
