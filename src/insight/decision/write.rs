//! The confirmed write of a decision, and its kind of evidence.

use super::{current, sql};
use crate::confirm::{Field, Step, Takes};
use crate::evidence::{self, Count, Evidence, Family, Tally};
use crate::http::error::common;
use crate::http::Route;
use crate::insight::notification::flags;
use crate::insight::notification::parts::{self, field, must, same, text};
use crate::kit::bounds::{EVIDENCE_TEXT_MAX_CHARS, EXPERIMENT_VARIANTS_MAX};
use crate::{confirmed, evidence_write, joined};

/// What can be decided.
pub const KINDS: &[&str] = &["continue_observing", "prefer_variant", "pause_experiment", "needs_more_data"];

crate::refusals! {
    UNSUPPORTED_KIND = (400, "unsupported_decision_kind", "Go on watching, prefer a variant, pause, or ask for more data.");
    VARIANT_REQUIRED = (400, "selected_variant_required", "Say which variant you prefer.");
    NO_VARIANT = (400, "unsupported_variant", "The experiment has no such variant.");
    NO_DASHBOARD = (404, "dashboard_not_found", "This shop has no such dashboard.");
    NO_EXPERIMENT = (404, "experiment_not_found", "The dashboard has no such experiment.");
    STALE_EXPERIMENT = (409, "stale_experiment_status", "The experiment stands otherwise now.");
}

/// The family: it has one kind.
static FAMILY: Family = Family {
    parent_issue: parts::PARENT_ISSUE,
    owner_route: parts::PAGE,
    source_route: parts::DOCUMENT,
    ask: current::ask,
    more: current::more,
};

/// What a refusal shows when the figures moved.
const NOW: &[(&str, &str)] = &[("currentEvidence", "evidence")];

evidence_write! {
    /// What an owner decides about an experiment.
    WRITE of EVIDENCE {
        stem: "analytics_experiment_decision",
        path: "/api/admin/analytics/experiment-decisions",
        operation: "recordExperimentDecision",
        summary: "Writes down what an owner decides about an experiment and on which figures; no visitor sees another page.",
        contract: "analytics-experiment-decision-contract",
        status: "owner-experiment-decision-evidence-ready",
        issue: 261,
        phrase: "Record Bumpgrade experiment decision evidence",
        prefix: "analytics-experiment-decision-",
        record: "decision",
        steps: joined!(Step: [
            &[
                text("dashboardId", "Dashboard"),
                text("experimentId", "Experiment"),
                Step::Field(Field {
                    name: "decisionKind",
                    takes: Takes::Text(EVIDENCE_TEXT_MAX_CHARS),
                    missing: Some(&UNSUPPORTED_KIND),
                    label: "Decision",
                }),
                Step::Field(Field {
                    name: "selectedVariantId",
                    takes: Takes::Text(EVIDENCE_TEXT_MAX_CHARS),
                    missing: None,
                    label: "Variant you prefer",
                }),
                parts::WINDOW,
                text("expectedDashboardRevisionId", "Dashboard as you saw it"),
                text("expectedExperimentStatus", "Experiment as you saw it"),
                text("expectedPrimaryMetricId", "What it is measured by"),
                field("expectedAssignmentCount", Takes::Integer(0), "Visitors who took part"),
                field("expectedVariantCounts", Takes::Counts(EXPERIMENT_VARIANTS_MAX), "Visitors by variant"),
                field("expectedConversionSampleSize", Takes::Integer(0), "Visitors and conversions that were counted"),
                parts::KEY,
                Step::Known { name: "decisionKind", words: KINDS, refusal: &UNSUPPORTED_KIND },
            ],
            parts::CONFIRMED,
        ]),
        truth: [&sql::truths::EXPERIMENT, &sql::truths::RECORD_DECISION],
        missing: &NO_DASHBOARD,
        guards: &[
            same("dashboardId", "dashboardId", &NO_DASHBOARD, &[]),
            same(
                "dashboardRevisionId",
                "expectedDashboardRevisionId",
                &parts::STALE_DASHBOARD,
                &[("currentDashboardRevisionId", "dashboardRevisionId")],
            ),
            same("experimentId", "experimentId", &NO_EXPERIMENT, &[]),
            same("experimentStatus", "expectedExperimentStatus", &STALE_EXPERIMENT, &[("currentExperimentStatus", "experimentStatus")]),
            must("variantGiven", &VARIANT_REQUIRED),
            must("variantKnown", &NO_VARIANT),
            must("variantsSaid", &common::INVALID_REQUEST),
            same("primaryMetricId", "expectedPrimaryMetricId", &parts::STALE_FIGURES, NOW),
            same("assignmentCount", "expectedAssignmentCount", &parts::STALE_FIGURES, NOW),
            must("variantsAgree", &parts::STALE_FIGURES),
            same("conversionSampleSize", "expectedConversionSampleSize", &parts::STALE_FIGURES, NOW),
        ],
        done: "The decision is written down. Visitors see what they saw before.",
        flags: flags::redaction::DECISION,
        query: &[("timeWindowKey", "Another time window than all time."), ("experimentId", "Another experiment than the first.")],
        page: parts::page,
    }
}

/// Decisions about experiments.
pub static EVIDENCE: Evidence = Evidence {
    write: &WRITE,
    family: &FAMILY,
    below: None,
    title: "What to do about the experiment",
    table: "analytics_experiment_decisions",
    record_kind: None,
    words: &[],
    public: &[
        "id",
        "dashboardId",
        "experimentId",
        "experimentTitle",
        "decisionKind",
        "selectedVariantId",
        "selectedVariantLabel",
        "timeWindowKey",
        "expectedAssignmentCount",
        "expectedVariantCounts",
        "expectedPrimaryMetricId",
        "expectedConversionSampleSize",
        "sampleSizeCaveatAcknowledged",
        "privateNoteRecorded",
        "createdAt",
    ],
    private: evidence::PRIVATE,
    excluded: &[
        "rawAnalyticsEventRows",
        "rawExperimentAssignmentRows",
        "rawVisitorKeys",
        "visitorKeyHash",
        "assignmentHash",
        "actorEmail",
        "actorEmailHash",
        "privateNote",
        "privateNoteSha256",
        "metadataJson",
    ],
    recorded: &[],
    effects: flags::effects::DECISION,
    opens: None,
    latest: ("latestDecisions", 5),
    counts: &[
        Count { name: "experimentDecisions", tally: Tally::Every },
        Count { name: "ownerConfirmedDecisions", tally: Tally::Every },
        Count { name: "continueObservingDecisions", tally: Tally::Word("decisionKind", "continue_observing") },
        Count { name: "preferVariantDecisions", tally: Tally::Word("decisionKind", "prefer_variant") },
        Count { name: "pauseExperimentDecisions", tally: Tally::Word("decisionKind", "pause_experiment") },
        Count { name: "needsMoreDataDecisions", tally: Tally::Word("decisionKind", "needs_more_data") },
    ],
    unit: "Decisions",
    checks: &[],
    boundary:
        "An owner can write down what to do about an experiment. Visitors see what they saw before; nothing is routed.",
};

/// Its routes.
pub static ROUTES: &[Route] = &[confirmed!(get owner WRITE), confirmed!(post owner WRITE)];
