//! `reportExports`: the report as a whole for programs, what was compared, what is watched, and who may be told.

use serde_json::{json, Map, Value};

use super::contract::PARENT_ISSUE;
use super::flags::{EXPORT, NOTIFICATION};
use super::model::{Rate, Window};
use super::rows::{AssignmentTotal, Cohort, Document, Metric, Readiness, Threshold};
use crate::contract::document::Checked;
use crate::http::Result;
use crate::kit::json;

/// What reports never hold.
const EXCLUDED: &[&str] = &[
    "rawAnalyticsEventRows",
    "rawExperimentAssignmentRows",
    "rawVisitorKeys",
    "visitorKeyHash",
    "clientCorrelationHash",
    "ipAddress",
    "userAgent",
    "rawReferrer",
    "queryString",
    "actorEmail",
    "privateNote",
];

/// Everything that one dashboard's export is made from.
pub struct Export<'a> {
    /// The dashboard.
    pub dashboard: &'a str,
    /// The window.
    pub window: &'a Window,
    /// What the dashboard publishes beside its figures.
    pub documents: &'a [Document],
    /// The conversion report.
    pub metrics: Vec<&'a Metric>,
    /// The cohorts.
    pub cohorts: &'a [Cohort],
    /// Assignments.
    pub assignments: &'a [AssignmentTotal],
    /// The thresholds.
    pub thresholds: &'a [Threshold],
    /// Who may be told.
    pub readiness: &'a [Readiness],
    /// The rows of each other section: name, title, where it stands in the document, how many.
    pub sections: [(&'static str, &'static str, &'static str, usize); 5],
}

impl Export<'_> {
    /// The section.
    ///
    /// # Errors
    /// A fault when what is kept is not JSON.
    pub fn shown(&self) -> Result<Value> {
        let section = json!({
            "id": "analytics-report-export-contract",
            "status": "aggregate-report-exports-ready",
            "issue": 263,
            "parentIssue": PARENT_ISSUE,
            "exports": self.exports()?,
            "excludedFields": EXCLUDED,
            "cohortComparisonFixtures": self.cohorts().map(cohort).collect::<Result<Vec<_>>>()?,
            "ownerReviewedCohortComparisons": self.comparisons()?,
            "ownerReviewedAlertThresholds": self.alerts()?,
            "ownerReviewedNotificationReadiness": self.readiness.iter().filter(|one| one.dashboard_id == self.dashboard)
                .map(readiness).collect::<Result<Vec<_>>>()?,
        });
        Ok(serde_json::to_value(Checked { section, flags: EXPORT })?)
    }

    fn cohorts(&self) -> impl Iterator<Item = &Cohort> {
        self.cohorts.iter().filter(|cohort| cohort.dashboard_id == self.dashboard)
    }

    fn sample(&self) -> i64 {
        self.metrics.iter().map(|metric| metric.sample()).sum()
    }

    /// The documents of a kind, each with its id among its own fields.
    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = Result<Map<String, Value>>> + '_ {
        let fits = move |one: &&Document| one.dashboard_id == self.dashboard && one.kind == kind;
        self.documents.iter().filter(fits).map(|one| {
            let mut body: Map<String, Value> = serde_json::from_str(&one.body_json)?;
            body.insert("id".to_owned(), one.id.as_str().into());
            Ok(body)
        })
    }

    /// The documents of a kind with more fields.
    fn with(&self, kind: &'static str, more: &Value) -> Result<Vec<Value>> {
        let add = |mut body: Map<String, Value>| {
            body.extend(more.as_object().cloned().unwrap_or_default());
            Value::Object(body)
        };
        self.of_kind(kind).map(|body| body.map(add)).collect()
    }

    fn exports(&self) -> Result<Vec<Value>> {
        let funnel = ("funnel-conversion", "From looking to paying", "funnelConversionReport", self.metrics.len());
        let sections: Vec<Value> = self.sections.iter().chain([&funnel]).map(|(name, title, source, rows)| {
            json!({ "id": format!("analytics-report-section-{name}"), "title": title, "source": source, "rowCount": rows })
        }).collect();
        let total: usize = self.sections.iter().chain([&funnel]).map(|section| section.3).sum();
        let window = self.window.key;
        self.with(
            "report_export",
            &json!({
                "format": "json", "mediaType": "application/json", "exportMode": "aggregate_snapshot",
                "route": format!("/analytics/source-data?window={window}"), "selectedTimeWindowKey": window,
                "sections": sections, "totalSectionRows": total, "conversionSampleSize": self.sample(),
                "sampleSizeCaveat": self.caveat()?,
            }),
        )
    }

    /// What the report says about small numbers.
    fn caveat(&self) -> Result<Value> {
        let report = self.of_kind("report").next().transpose()?;
        Ok(report.and_then(|mut report| report.remove("sampleSizeCaveat")).unwrap_or_default())
    }

    fn comparisons(&self) -> Result<Value> {
        let own = |row: &&AssignmentTotal| row.dashboard_id.as_deref() == Some(self.dashboard);
        let assigned: i64 = self.assignments.iter().filter(own).map(|row| row.recent).sum();
        let cohorts: Vec<Value> = self.cohorts().map(|cohort| json!({
            "id": cohort.cohort_id, "label": cohort.label, "sourceAggregateRowCount": cohort.source_rows,
            "eventCount": cohort.total_events, "assignmentCount": assigned, "conversionSampleSize": self.sample(),
        })).collect();
        let comparisons = self.with("cohort_comparison", &json!({
            "caveatAcknowledged": true, "requiredBeforeAgentClaims": true, "cohorts": cohorts,
            "summary": {
                "direction": "insufficient_sample_for_winner", "winnerClaimAllowed": false, "revenueClaimAllowed": false,
                "trafficRoutingEnabled": false, "automatedWinnerEnabled": false,
            },
        }))?;
        Ok(json!({ "issue": 265, "status": "owner-reviewed-cohort-comparisons-ready", "comparisons": comparisons }))
    }

    fn alerts(&self) -> Result<Value> {
        let watched: Vec<(&Threshold, Option<&&Metric>)> = self
            .thresholds
            .iter()
            .filter(|one| one.dashboard_id == self.dashboard)
            .map(|one| (one, self.metrics.iter().find(|metric| metric.metric_id == one.metric_id)))
            .collect();
        let below = |(one, metric): &&(&Threshold, Option<&&Metric>)| {
            metric.is_some_and(|metric| metric.is_below(one.threshold_thousandths))
        };
        let thresholds: Vec<Value> = watched.iter().map(|pair @ (one, metric)| json!({
            "id": one.id, "metricId": one.metric_id, "title": one.title, "operator": one.operator,
            "thresholdValue": Rate(one.threshold_thousandths), "observedValue": metric.and_then(|metric| metric.rate()),
            "observedSampleSize": metric.map_or(0, |metric| metric.sample()), "crossed": below(&pair),
            "action": one.action,
        })).collect();
        let reviews = self.with("alert_review", &json!({ "thresholds": thresholds }))?;
        let anomalies = self.with(
            "anomaly_review",
            &json!({
                "anomalyCount": watched.iter().filter(below).count(),
                "sampleSize": watched.iter().filter_map(|(_, metric)| Some(metric.as_ref()?.sample())).sum::<i64>(),
                "requiredBeforeAgentAction": true,
                "automationBoundary": {
                    "ownerReviewRequired": true, "customerAlertEnabled": false, "emailSendEnabled": false,
                    "trafficRoutingEnabled": false, "automatedWinnerEnabled": false,
                },
            }),
        )?;
        Ok(json!({
            "issue": 267, "status": "owner-reviewed-alert-thresholds-ready", "reviews": reviews,
            "anomalyReviews": anomalies,
        }))
    }
}

fn cohort(cohort: &Cohort) -> Result<Value> {
    let sources: Vec<String> = json::read(&cohort.sources)?;
    Ok(json!({ "id": cohort.cohort_id, "label": cohort.label, "utmSources": sources }))
}

/// Only the owner's own page shows a record; no other way of telling is there.
fn readiness(one: &Readiness) -> Result<Value> {
    let channels: Vec<Map<String, Value>> = serde_json::from_str(&one.channels)?;
    let channels: Vec<Value> = channels
        .into_iter()
        .map(|mut channel| {
            let here = channel.get("kind").is_some_and(|kind| kind == "admin");
            channel.extend([
                ("audience".to_owned(), "owner_only".into()),
                ("readiness".to_owned(), "contract_ready_only".into()),
                ("enabled".to_owned(), here.into()),
                ("deliveryConfigured".to_owned(), false.into()),
                ("customerVisible".to_owned(), false.into()),
            ]);
            Value::Object(channel)
        })
        .collect();
    let section = json!({
        "id": one.id, "title": one.title, "issue": 269, "parentIssue": PARENT_ISSUE, "status": one.status,
        "alertThresholdReviewId": one.alert_review_id, "anomalyReviewId": one.anomaly_review_id,
        "channels": channels,
        "readinessGates": {
            "ownerReviewRequired": true, "ownerReviewStatus": one.owner_review_status,
            "sampleSizeCaveatAcknowledged": true, "selectedWindowRequired": true,
            "alertThresholdsReviewed": one.alert_threshold_count, "emailSendEnabled": false,
            "queueDispatchEnabled": false, "retryEnabled": false, "directSendEnabled": false,
        },
        "deliveryBoundary": {
            "emailSendEnabled": false, "queueDispatchEnabled": false, "customerAlertEnabled": false,
            "providerCallEnabled": false, "automatedWinnerEnabled": false,
        },
    });
    Ok(serde_json::to_value(Checked { section, flags: NOTIFICATION })?)
}
