//! What the fifteen stages have in common: refusals, fields, guards.

use crate::confirm;
use crate::confirm::{Expect, Field, Guard, Parsed, Step, Takes};
use crate::http::error::{common, Refusal};
use crate::kit::bounds::{EVIDENCE_NOTE_MAX_CHARS, EVIDENCE_TEXT_MAX_CHARS};

/// The owner's page.
pub const PAGE: &str = "/admin/analytics";
/// The public document.
pub const DOCUMENT: &str = "/analytics/source-data";
/// The issue that all analytics belongs to.
pub const PARENT_ISSUE: u32 = 18;
/// The time windows, in the order they are shown.
pub const WINDOWS: &[&str] = &["all", "24h", "7d", "30d"];

crate::refusals! {
    CAVEAT = (400, "sample_size_caveat_required", "Say that you know how little few visitors can tell.");
    NO_READINESS = (400, "unsupported_readiness", "The dashboard has no such review of notifications.");
    NO_CHANNEL = (400, "unsupported_channel", "Only the inbox on the owner's page can be told.");
    STALE_DASHBOARD = (409, "stale_dashboard_revision", "The dashboard changed since you looked at it.");
    STALE_READINESS = (409, "stale_readiness_status", "The review of notifications stands otherwise now.");
    STALE_REVIEW = (409, "stale_owner_review_status", "The owner's review stands otherwise now.");
    STALE_THRESHOLDS = (409, "stale_threshold_count", "There are more or fewer thresholds now.");
    STALE_FIGURES = (409, "stale_analytics_evidence", "The figures changed since you looked at them.");
}

/// A field that must be there.
pub const fn field(name: &'static str, takes: Takes, label: &'static str) -> Step {
    Step::Field(Field { name, takes, missing: Some(&common::INVALID_REQUEST), label })
}

/// A text that must be there.
pub const fn text(name: &'static str, label: &'static str) -> Step {
    field(name, Takes::Text(EVIDENCE_TEXT_MAX_CHARS), label)
}

/// The caller says how it stands in `field`.
pub const fn same(
    truth: &'static str,
    field: &'static str,
    refusal: &'static Refusal,
    shows: &'static [(&'static str, &'static str)],
) -> Guard {
    Guard { truth, expect: Expect::Field(field), refusal, shows }
}

/// Something that must be so.
pub const fn must(truth: &'static str, refusal: &'static Refusal) -> Guard {
    Guard { truth, expect: Expect::Number(1), refusal, shows: &[("currentEvidence", "evidence")] }
}

/// The time window; without one, all time.
pub const WINDOW: Step =
    Step::Field(Field { name: "timeWindowKey", takes: Takes::Choice(WINDOWS), missing: None, label: "Time window" });

/// What every stage begins with.
pub const ABOUT: &[Step] = &[
    text("dashboardId", "Dashboard"),
    text("readinessId", "Review of notifications"),
    text("channelId", "Channel"),
    WINDOW,
    text("expectedDashboardRevisionId", "Dashboard as you saw it"),
    text("expectedReadinessStatus", "Review as you saw it"),
    text("expectedOwnerReviewStatus", "Owner's review as you saw it"),
    field("expectedAlertThresholdCount", Takes::Integer(0), "Thresholds"),
    field("expectedConversionSampleSize", Takes::Integer(0), "Visitors and conversions that were counted"),
];

/// The key, before what is special about a stage.
pub const KEY: Step = Step::Key(&common::INVALID_REQUEST);

/// The words, the caveat and a note.
pub const CONFIRMED: &[Step] = &[
    Step::Phrase(&confirm::UNCONFIRMED),
    Step::Field(Field {
        name: "sampleSizeCaveatAcknowledged",
        takes: Takes::Acknowledged,
        missing: Some(&CAVEAT),
        label: "I know that few visitors say little",
    }),
    Step::Field(Field {
        name: "privateNote",
        takes: Takes::Private(EVIDENCE_NOTE_MAX_CHARS),
        missing: None,
        label: "Private note, kept as a fingerprint only",
    }),
];

/// The dashboard and the review that are meant.
pub const SUBJECT: &[Guard] = &[
    same("dashboardId", "dashboardId", &common::INVALID_REQUEST, &[]),
    same(
        "dashboardRevisionId",
        "expectedDashboardRevisionId",
        &STALE_DASHBOARD,
        &[("currentDashboardRevisionId", "dashboardRevisionId")],
    ),
    same("readinessId", "readinessId", &NO_READINESS, &[]),
    same("channelId", "channelId", &NO_CHANNEL, &[]),
    same(
        "readinessStatus",
        "expectedReadinessStatus",
        &STALE_READINESS,
        &[("currentReadinessStatus", "readinessStatus")],
    ),
];

/// What was said.
pub const REVIEWED: &[Guard] = &[
    same(
        "ownerReviewStatus",
        "expectedOwnerReviewStatus",
        &STALE_REVIEW,
        &[("currentOwnerReviewStatus", "ownerReviewStatus")],
    ),
    same(
        "alertThresholdCount",
        "expectedAlertThresholdCount",
        &STALE_THRESHOLDS,
        &[("currentAlertThresholdCount", "alertThresholdCount")],
    ),
];

/// What is counted at the moment of writing.
pub const COUNTED: Guard =
    same("conversionSampleSize", "expectedConversionSampleSize", &STALE_FIGURES, &[("currentEvidence", "evidence")]);

/// What was counted when the first record was written.
pub const SNAPSHOT: Guard =
    same("snapshotSampleSize", "expectedConversionSampleSize", &STALE_FIGURES, &[("currentEvidence", "snapshot")]);

/// Declares what must have been looked at: the fields, and their names.
macro_rules! reviewed {
    ($( $(#[$doc:meta])* $name:ident = [$( $field:literal $label:literal ),*]; )*) => {
        /// What the sender says was looked at, one by one.
        pub mod reviewed {
            use super::{field, Step, Takes};
            $( $(#[$doc])* pub const $name: &[Step] = &[$( field($field, Takes::Acknowledged, $label) ),*]; )*
        }
        /// The names of it.
        pub mod reviewed_names {
            $( $(#[$doc])* pub const $name: &[&str] = &[$( $field ),*]; )*
        }
    };
}

reviewed! {
    /// Nothing.
    NONE = [];
    /// The words of a message and the consent to it.
    CONTENT = [
        "bodyTemplateReviewed" "I looked at the words", "unsubscribeLinkReviewed" "I looked at the link to unsubscribe",
        "rateLimitReviewed" "I looked at how often it may be sent",
        "auditCorrelationReviewed" "I looked at how it can be followed",
        "retentionPolicyReviewed" "I looked at how long it is kept"
    ];
    /// What would be sent.
    PAYLOAD = [
        "payloadShapeReviewed" "I looked at what it is made of", "unsubscribeFooterReviewed" "I looked at its footer",
        "consentSuppressionRecheckReviewed" "I looked at how consent is asked again",
        "recipientScopeReviewed" "I looked at who would get it",
        "auditCorrelationReviewed" "I looked at how it can be followed",
        "retentionPolicyReviewed" "I looked at how long it is kept"
    ];
    /// The way into the queue.
    PRODUCER = [
        "queueBindingReviewed" "I looked at the queue", "producerModeReviewed" "I looked at how messages get in",
        "idempotencyPolicyReviewed" "I looked at repetitions",
        "retryDeadLetterPolicyReviewed" "I looked at retries and what cannot be delivered",
        "consumerDependencyReviewed" "I looked at what takes them out",
        "backpressurePolicyReviewed" "I looked at what happens when it is full",
        "auditCorrelationReviewed" "I looked at how it can be followed",
        "retentionPolicyReviewed" "I looked at how long it is kept"
    ];
    /// The way out of the queue and everything after it.
    LATE = [
        "queueBindingReviewed" "I looked at the queue", "consumerModeReviewed" "I looked at how messages get out",
        "producerDependencyReviewed" "I looked at what puts them in",
        "payloadReadPolicyReviewed" "I looked at who may read them", "ackPolicyReviewed" "I looked at when they are done",
        "retryDeadLetterPolicyReviewed" "I looked at retries and what cannot be delivered",
        "providerHandoffDependencyReviewed" "I looked at how a provider gets them",
        "idempotencyPolicyReviewed" "I looked at repetitions",
        "backpressurePolicyReviewed" "I looked at what happens when it is full",
        "auditCorrelationReviewed" "I looked at how it can be followed",
        "retentionPolicyReviewed" "I looked at how long it is kept"
    ];
}

/// The page that a form goes back to.
pub fn page(parsed: &Parsed) -> String {
    match parsed.text("timeWindowKey") {
        "" => PAGE.to_owned(),
        window => format!("{PAGE}?window={window}"),
    }
}
