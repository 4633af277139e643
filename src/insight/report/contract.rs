//! The parts of the document that never change: what can be written, by whom, and what stays on the server.

use serde_json::{json, Value};

/// The issue of everything about analytics.
pub const PARENT_ISSUE: u32 = 18;
/// The issue of the conversion report, and of the document.
pub const REPORT_ISSUE: u32 = 129;

/// What is read and written where.
pub const ROUTES: &[&str] = &[
    "/analytics/source-data",
    "/api/analytics/events",
    "/api/analytics/assignments",
    "/analytics/view.svg",
    "/admin/analytics",
];

/// The names of the ids that stay what they are.
pub const STABLE_IDS: &[&str] = &[
    "analyticsEventId",
    "analyticsEventIngestionId",
    "analyticsPageViewBeaconId",
    "analyticsEventVariantAggregateId",
    "analyticsEventSourceAggregateId",
    "experimentAssignmentId",
    "analyticsExperimentDecisionId",
    "analyticsReportExportId",
    "analyticsReportExportSectionId",
    "analyticsCohortFixtureId",
    "analyticsCohortComparisonId",
    "analyticsCohortReviewId",
    "analyticsCohortReviewStatus",
    "analyticsAlertThresholdId",
    "analyticsAnomalyReviewId",
    "analyticsAnomalyReviewStatus",
    "analyticsNotificationReadinessId",
    "analyticsNotificationChannelId",
    "analyticsNotificationReadinessStatus",
    "analyticsNotificationInboxRecordId",
    "analyticsNotificationInboxStatus",
    "analyticsNotificationDispatchPreflightId",
    "analyticsNotificationDispatchPreflightStatus",
];

/// The rungs of the ladder whose ids, statuses and words stay what they are.
const RUNGS: &[&str] = &[
    "ProviderDomain",
    "ContentConsent",
    "SendPayload",
    "QueueProducer",
    "QueueConsumer",
    "ProviderCall",
    "DeliveryAttempt",
    "DeliveryResult",
    "DeliveryStatusWebhook",
    "ProviderPolling",
    "ReceiptPayload",
    "DeliveryReceipt",
    "ProviderStatusReconciliation",
];

/// The rest of [`STABLE_IDS`], after those of the ladder.
const MORE_STABLE_IDS: &[&str] = &[
    "analyticsFunnelConversionReportId",
    "utmSource",
    "utmMedium",
    "utmCampaign",
    "referrerHost",
    "metricId",
    "funnelStepMetricId",
    "experimentId",
    "variantId",
    "assignmentRuleId",
    "reportId",
    "agentActionId",
];

/// Every name of an id that stays what it is.
pub fn stable_ids() -> Vec<String> {
    let rungs = RUNGS.iter().flat_map(|rung| {
        ["Id", "Status", "Disposition"].map(|end| format!("analyticsNotification{rung}Readiness{end}"))
    });
    let owned = |name: &&str| (*name).to_owned();
    STABLE_IDS.iter().map(owned).chain(rungs).chain(MORE_STABLE_IDS.iter().map(owned)).collect()
}

/// What can be written at an address that anybody may use.
pub struct Writes {
    id: &'static str,
    status: &'static str,
    issue: u32,
    api_route: &'static str,
    tables: &'static [&'static str],
    public: &'static [&'static str],
    private: &'static [&'static str],
    boundary: &'static str,
}

impl Writes {
    /// As the document shows it.
    pub fn shown(&self) -> Value {
        json!({
            "id": self.id, "status": self.status, "issue": self.issue, "parentIssue": PARENT_ISSUE,
            "apiRoute": self.api_route, "auth": "none", "tables": self.tables, "publicSafeFields": self.public,
            "serverPrivateFields": self.private, "writeBoundary": self.boundary,
        })
    }
}

/// How events are written.
pub const EVENTS: Writes = Writes {
    id: "analytics-event-capture-contract",
    status: "event-capture-attribution-ready",
    issue: 105,
    api_route: "/api/analytics/events",
    tables: &["analytics_events", "analytics_event_ingestions"],
    public: &["eventDefinitionId", "eventKind", "sourceRoute", "publicProperties"],
    private: &["clientCorrelationHash", "idempotencyKey", "requestHash"],
    boundary:
        "Pages report that somebody looked. Orders, payments, sign-ups and access are recorded by the shop itself \
               when they happen, and cannot be reported from outside. Of the visitor a keyed hash is kept for 35 \
               days, as long as the event itself, of the request nothing. Totals stay.",
};

/// How assignments are written.
pub const ASSIGNMENTS: Writes = Writes {
    id: "analytics-experiment-assignment-contract",
    status: "experiment-assignment-ready",
    issue: 107,
    api_route: "/api/analytics/assignments",
    tables: &["analytics_experiment_assignments"],
    public: &["experimentId", "variantId", "sourceRoute", "assignmentBucket"],
    private: &["visitorKeyHash", "idempotencyKey", "requestHash"],
    boundary:
        "A visitor gets one variant of an experiment and keeps it for 35 days. Which one follows from the experiment's id and \
               the visitor's key alone.",
};

/// How page views are counted.
pub fn beacon() -> Value {
    json!({
        "id": "analytics-funnel-page-view-beacon-contract",
        "status": "source-attributed-page-view-beacon-ready",
        "issue": 121,
        "parentIssue": PARENT_ISSUE,
        "script": "/beacon.js",
        "withoutScript": "/analytics/view.svg",
        "cookies": false,
        "storage": "sessionStorage",
        "switchedOffBy": ["bumpgrade_analytics=off", "preview=true"],
        "storageKeys": [
            "bumpgrade.analytics.anonymous-session.v1",
            "bumpgrade.analytics.funnel-page-view.v1.<funnelId>.<stepId>",
            "bumpgrade.analytics.assignment.v1.<experimentId>"
        ],
        "writeBoundary": "One view per browser tab and step; without script, one per visitor, page and day.",
    })
}

/// What the conversion report counts.
pub fn report() -> Value {
    json!({
        "id": "analytics-funnel-conversion-report-contract",
        "status": "conversion-report-ready",
        "issue": REPORT_ISSUE,
        "parentIssue": PARENT_ISSUE,
        "counts": "Different visitors, at the step that a row names. Example figures are shown apart and never counted.",
        "rate": "Rounded half up to three decimals; null without visitors, or when more went on than were seen.",
        "sources": "A source is named once five different visitors came by it; the others are one row, (other).",
        "timeWindows": "A window begins with the full hour in which it would begin to the second.",
    })
}

/// What the document as a whole says about writing.
pub const WRITE_BOUNDARY: &str =
    "Totals are public. Single events, visitors and assignments are not, and no address in this \
                                  document sends a message, moves traffic or declares a winner.";

/// What the document does not promise.
pub const CAVEAT: &str =
    "Visitors are counted without cookies, so one person can count more than once. With few visitors a \
                          rate moves by chance.";
