//! The rows that reports are made from.

use serde::Deserialize;

use super::model::Rate;
use crate::record;

/// A dashboard.
#[derive(Debug, Deserialize)]
pub struct Dashboard {
    /// Its id.
    pub id: String,
    /// Its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// In a sentence.
    pub summary: String,
    /// `draft` or any other word of the owner's.
    pub status: String,
    /// What its figures cannot say.
    pub caveat: String,
    /// Everything that is published of it, as JSON.
    pub body: String,
}

/// Something that a dashboard publishes beside its figures.
#[derive(Debug, Deserialize)]
pub struct Document {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub dashboard_id: String,
    /// What it is.
    pub kind: String,
    /// As JSON.
    pub body_json: String,
}

/// A row of a conversion report, as it was counted.
#[derive(Clone, Debug, Deserialize)]
pub struct Metric {
    /// Whose report.
    pub dashboard_id: String,
    /// The row.
    pub metric_id: String,
    /// In words.
    pub label: String,
    /// The metric that experiments name.
    pub primary_metric_id: String,
    /// The step.
    pub step_id: String,
    /// What is looked at.
    pub visitor_event_id: String,
    /// At which step; '' for any.
    pub visitor_step_id: String,
    /// What comes of it.
    pub conversion_event_id: String,
    /// At which step; '' for any.
    pub conversion_step_id: String,
    /// Example figure.
    pub fixture_visitors: i64,
    /// Example figure.
    pub fixture_conversions: i64,
    /// Different visitors.
    pub visitors: i64,
    /// Different visitors who went on.
    pub conversions: i64,
}

impl Metric {
    /// The newest of the events that the row counts.
    pub fn newest(&self, events: &[EventTotal]) -> Option<i64> {
        let counts = |event: &&EventTotal| {
            [(&self.visitor_event_id, &self.visitor_step_id), (&self.conversion_event_id, &self.conversion_step_id)]
                .iter()
                .any(|(id, step)| {
                    event.event_definition_id == **id && (step.is_empty() || event.funnel_step_id == **step)
                })
        };
        events.iter().filter(counts).map(|event| event.last_event_at).max()
    }

    /// The share of those who went on.
    pub fn rate(&self) -> Option<Rate> {
        Rate::of(self.conversions, self.visitors)
    }

    /// What the row rests on. Example figures are no part of it.
    pub fn sample(&self) -> i64 {
        self.visitors.saturating_add(self.conversions)
    }

    /// True when there is a rate and it is below so many thousandths: compared exactly, not after rounding.
    pub fn is_below(&self, thousandths: i64) -> bool {
        self.rate().is_some()
            && i128::from(self.conversions) * 1_000 < i128::from(thousandths) * i128::from(self.visitors)
    }
}

/// A day of a chart.
#[derive(Clone, Debug, Deserialize)]
pub struct Day {
    /// Whose chart.
    pub dashboard_id: String,
    /// The day's first second.
    pub day: i64,
    /// Different visitors.
    pub visitors: i64,
    /// Different visitors who went on.
    pub conversions: i64,
}

/// A variant of an experiment.
#[derive(Clone, Debug, Deserialize)]
pub struct Variant {
    /// Whose experiment.
    pub dashboard_id: String,
    /// The experiment.
    pub experiment_id: String,
    /// Its title.
    pub experiment: String,
    /// The variant's name.
    pub label: String,
    /// Visitors who were given it.
    pub assigned: i64,
    /// Different visitors who looked.
    pub visitors: i64,
    /// Different visitors who went on.
    pub conversions: i64,
}

/// A cohort.
#[derive(Clone, Debug, Deserialize)]
pub struct Cohort {
    /// Whose cohort.
    pub dashboard_id: String,
    /// The cohort.
    pub cohort_id: String,
    /// Its name.
    pub label: String,
    /// The sources that belong to it, as JSON.
    pub sources: String,
    /// Sources that were seen.
    pub source_rows: i64,
    /// Page views.
    pub total_events: i64,
}

/// A threshold.
#[derive(Clone, Debug, Deserialize)]
pub struct Threshold {
    /// The threshold.
    pub id: String,
    /// Whose it is.
    pub dashboard_id: String,
    /// The row of the report that is watched.
    pub metric_id: String,
    /// In words.
    pub title: String,
    /// `below`.
    pub operator: String,
    /// The rate.
    pub threshold_thousandths: i64,
    /// `owner_review_only`.
    pub action: String,
}

/// What an owner has said about being told.
#[derive(Clone, Debug, Deserialize)]
pub struct Readiness {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub dashboard_id: String,
    /// In words.
    pub title: String,
    /// How it stands.
    pub status: String,
    /// What the owner said.
    pub owner_review_status: String,
    /// The review of thresholds.
    pub alert_review_id: String,
    /// The review of rates below them.
    pub anomaly_review_id: String,
    /// How many thresholds there are.
    pub alert_threshold_count: i64,
    /// The ways of telling, as JSON.
    pub channels: String,
}

/// Events by definition, page, step and variant.
#[derive(Clone, Debug, Deserialize)]
pub struct EventTotal {
    /// The definition.
    pub event_definition_id: String,
    /// Its kind.
    pub event_kind: String,
    /// The page.
    pub source_route: String,
    /// The step; '' for none.
    pub funnel_step_id: String,
    /// The variant; '' for none.
    pub variant_id: String,
    /// How many.
    pub total_events: i64,
    /// The newest.
    pub last_event_at: i64,
}

impl EventTotal {
    /// The same totals, where those that are alike in something are one.
    pub fn together<'a>(rows: impl Iterator<Item = &'a Self>, alike: fn(&Self, &Self) -> bool) -> Vec<Self> {
        let mut sums: Vec<Self> = Vec::new();
        for row in rows {
            match sums.iter_mut().find(|sum| alike(sum, row)) {
                Some(sum) => {
                    sum.total_events = sum.total_events.saturating_add(row.total_events);
                    sum.last_event_at = sum.last_event_at.max(row.last_event_at);
                }
                None => sums.push(row.clone()),
            }
        }
        sums
    }
}

/// Assignments by experiment, variant and page.
#[derive(Clone, Debug, Deserialize)]
pub struct AssignmentTotal {
    /// Whose experiment; nothing when it is gone.
    pub dashboard_id: Option<String>,
    /// The experiment.
    pub experiment_id: String,
    /// The variant.
    pub variant_id: String,
    /// The page.
    pub source_route: String,
    /// How many, ever.
    pub total_assignments: i64,
    /// How many within the window.
    pub recent: i64,
    /// The newest.
    pub last_assigned_at: i64,
}

record! {
    as "snake_case";

    /// A source of visitors. Those that only a few came by are `(other)` together.
    pub struct Source {
        /// The event.
        event_definition_id: String,
        /// The page.
        source_route: String,
        /// Who sent the visitor.
        utm_source: String,
        /// By what.
        utm_medium: String,
        /// For which campaign.
        utm_campaign: String,
        /// By which of several links.
        utm_content: String,
        /// For which word.
        utm_term: String,
        /// The site before this one.
        referrer_host: String,
        /// How many page views.
        total_events: i64,
        /// The newest, in seconds since 1970.
        last_event_at: i64,
    }
}
