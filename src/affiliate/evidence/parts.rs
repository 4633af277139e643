//! What the five writes have in common: their refusals, fields and guards.

use crate::confirm;
use crate::confirm::{Expect, Field, Guard, Parsed, Step, Takes};
use crate::http::error::{common, Refusal};
use crate::kit::bounds::{EVIDENCE_NOTE_MAX_CHARS, EVIDENCE_TEXT_MAX_CHARS};

/// The owner's page.
pub const PAGE: &str = "/admin/affiliates";

crate::refusals! {
    NO_PREPARATION = (400, "unsupported_payout_preparation", "The program has no such payout preparation.");
    NO_BATCH = (400, "unsupported_payout_batch", "The payout preparation has no such preview.");
    NO_FLAG = (400, "unsupported_review_flag", "That flag is not about this preview, or not about this partner.");
    NO_REPORT = (400, "unsupported_partner_report", "The preview has no such partner report.");
    NO_PARTNER = (400, "unsupported_affiliate_partner", "The report is about another partner.");
    BAD_REVIEW = (400, "unsupported_review_disposition", "A flag cannot come to that.");
    BAD_READINESS = (400, "unsupported_notification_readiness_disposition", "A message cannot stand like that.");
    BAD_PREFLIGHT = (400, "unsupported_notification_send_preflight_disposition", "A check before sending cannot come to that.");
    BAD_PROVIDER = (400, "unsupported_notification_provider_readiness_disposition", "A mail provider cannot stand like that.");
    STALE_PROGRAM = (409, "stale_program_revision", "The program changed since you looked at it.");
    STALE_BATCH = (409, "stale_payout_batch_status", "The payout preview stands otherwise now.");
    STALE_PAYOUT = (409, "stale_payout_preparation_evidence", "The figures of the payout preview changed.");
    STALE_FLAG = (409, "stale_fraud_review_evidence", "The flag changed since you looked at it.");
    STALE_REPORT = (409, "stale_partner_report_status", "The partner's report stands otherwise now.");
    PAYOUT_FIRST = (409, "stale_payout_preparation_record_status", "No record of the payout preparation holds as you saw it: look at that step first.");
    PAYOUT_FORM = (409, "stale_payout_preparation_record_status", "Records of the payout preparation are kept in another form now.");
    FRAUD_FIRST = (409, "stale_fraud_review_record_status", "No record that clears the flag holds as you saw it: look at that step first.");
    FRAUD_FORM = (409, "stale_fraud_review_record_status", "Records about flags are kept in another form now.");
    READINESS_FIRST = (409, "stale_notification_readiness_record_status", "No record that the message is ready holds as you saw it: look at that step first.");
    READINESS_FORM = (409, "stale_notification_readiness_record_status", "Records about messages are kept in another form now.");
    PREFLIGHT_FIRST = (409, "stale_notification_send_preflight_record_status", "No record that a draft is ready holds as you saw it: look at that step first.");
    PREFLIGHT_FORM = (409, "stale_notification_send_preflight_record_status", "Records from before sending are kept in another form now.");
}

pub(super) const fn field(name: &'static str, takes: Takes, label: &'static str) -> Step {
    Step::Field(Field { name, takes, missing: Some(&common::INVALID_REQUEST), label })
}

pub(super) const fn text(name: &'static str, label: &'static str) -> Step {
    field(name, Takes::Text(EVIDENCE_TEXT_MAX_CHARS), label)
}

pub(super) const fn count(name: &'static str, label: &'static str) -> Step {
    field(name, Takes::Integer(0), label)
}

/// The caller says how it stands in `field`.
pub(super) const fn same(
    truth: &'static str,
    field: &'static str,
    refusal: &'static Refusal,
    shows: &'static [(&'static str, &'static str)],
) -> Guard {
    Guard { truth, expect: Expect::Field(field), refusal, shows }
}

pub(super) const fn must(
    truth: &'static str,
    refusal: &'static Refusal,
    shows: &'static [(&'static str, &'static str)],
) -> Guard {
    Guard { truth, expect: Expect::Number(1), refusal, shows }
}

/// The record that this one stands on, as the caller saw it. One that says nothing takes the latest.
pub(super) const fn seen(name: &'static str) -> Step {
    let takes = Takes::Text(EVIDENCE_TEXT_MAX_CHARS);
    Step::Field(Field { name, takes, missing: None, label: "Record of the step before, as you saw it" })
}

/// The record below holds, and is the one that the caller saw.
pub(super) const fn stands_on(
    truth: [&'static str; 2],
    field: &'static str,
    refusal: &'static Refusal,
    shows: &'static [(&'static str, &'static str)],
) -> [Guard; 2] {
    let [record, holds] = truth;
    [must(holds, refusal, shows), Guard { truth: record, expect: Expect::Given(field), refusal, shows }]
}

/// What every kind ends with: the key, the words, a note.
pub(super) const END: &[Step] = &[
    Step::Key(&common::INVALID_REQUEST),
    Step::Phrase(&confirm::UNCONFIRMED),
    Step::Field(Field {
        name: "privateNote",
        takes: Takes::Private(EVIDENCE_NOTE_MAX_CHARS),
        missing: None,
        label: "Private note, kept as a fingerprint only",
    }),
];

pub(super) const PREVIEW: &[Step] = &[
    text("programId", "Program"),
    text("payoutPreparationId", "Payout preparation"),
    text("payoutBatchId", "Payout preview"),
    text("expectedProgramRevisionId", "Program as you saw it"),
    text("expectedPayoutBatchStatus", "Preview as you saw it"),
];

/// What messages to partners say beside the preview.
pub(super) const REPORT: &[Step] = &[
    text("affiliatePartnerReportId", "Partner report"),
    text("affiliatePartnerId", "Partner"),
    text("reviewFlagId", "Flag"),
    text("expectedPartnerReportStatus", "Report as you saw it"),
    text("expectedPayoutPreparationRecordStatus", "Kind of payout record"),
    text("expectedFraudReviewRecordStatus", "Kind of flag record"),
    text("expectedReviewFlagSeverity", "How serious the flag is"),
    count("expectedLinkedLedgerCount", "Commissions that the flag is about"),
];

pub(super) const PROGRAM_GUARDS: &[Guard] = &[
    same("programId", "programId", &common::INVALID_REQUEST, &[]),
    same(
        "programRevisionId",
        "expectedProgramRevisionId",
        &STALE_PROGRAM,
        &[("currentProgramRevisionId", "programRevisionId")],
    ),
];

pub(super) const PREVIEW_GUARDS: &[Guard] = &[
    same("payoutPreparationId", "payoutPreparationId", &NO_PREPARATION, &[]),
    same("payoutBatchId", "payoutBatchId", &NO_BATCH, &[]),
    same(
        "payoutBatchStatus",
        "expectedPayoutBatchStatus",
        &STALE_BATCH,
        &[("currentPayoutBatchStatus", "payoutBatchStatus")],
    ),
];

pub(super) const REPORT_GUARDS: &[Guard] = &[
    same("affiliatePartnerReportId", "affiliatePartnerReportId", &NO_REPORT, &[]),
    same("affiliatePartnerId", "affiliatePartnerId", &NO_PARTNER, &[]),
    same(
        "partnerReportStatus",
        "expectedPartnerReportStatus",
        &STALE_REPORT,
        &[("currentPartnerReportStatus", "partnerReportStatus")],
    ),
];

pub(super) const CONTRACT_GUARDS: &[Guard] = &[
    same(
        "payoutPreparationRecordStatus",
        "expectedPayoutPreparationRecordStatus",
        &PAYOUT_FORM,
        &[("currentPayoutPreparationRecordStatus", "payoutPreparationRecordStatus")],
    ),
    same(
        "fraudReviewRecordStatus",
        "expectedFraudReviewRecordStatus",
        &FRAUD_FORM,
        &[("currentFraudReviewRecordStatus", "fraudReviewRecordStatus")],
    ),
];

pub(super) const READINESS_GUARD: Guard = same(
    "notificationReadinessRecordStatus",
    "expectedNotificationReadinessRecordStatus",
    &READINESS_FORM,
    &[("currentNotificationReadinessRecordStatus", "notificationReadinessRecordStatus")],
);

pub(super) const FLAG_EVIDENCE: &[(&str, &str)] =
    &[("currentReviewFlagSeverity", "flagSeverity"), ("currentLinkedLedgerCount", "linkedLedgerCount")];

pub(super) const FLAG_GUARDS: &[Guard] = &[
    same("reviewFlagId", "reviewFlagId", &NO_FLAG, &[]),
    must("reportInBatch", &NO_REPORT, &[]),
    must("flagInBatch", &NO_FLAG, &[]),
    must("flagOfReport", &NO_FLAG, &[]),
    same("flagSeverity", "expectedReviewFlagSeverity", &STALE_FLAG, FLAG_EVIDENCE),
    same("linkedLedgerCount", "expectedLinkedLedgerCount", &STALE_FLAG, FLAG_EVIDENCE),
];

pub(super) const PAYOUT_EVIDENCE: &[(&str, &str)] = &[
    ("currentEligibleLedgerCount", "eligibleLedgerCount"),
    ("currentBlockedLedgerCount", "blockedLedgerCount"),
    ("currentReversedLedgerCount", "reversedLedgerCount"),
    ("currentTotalCommissionCents", "totalCommissionCents"),
];

/// What an owner may ask about: another preview, flag or report than the first.
pub(super) const ASK: &[(&str, &str)] = &[
    ("programId", "Another program than the first."),
    ("payoutBatchId", "Another payout preview than the first."),
    ("reviewFlagId", "Another flag than the first."),
    ("affiliatePartnerReportId", "Another partner report than the first of the flag."),
];

/// What an owner looks at, from the outside in: the field, which the page takes too, and the kind of document.
pub const CHOICES: [(&str, &str, &str); 3] = [
    ("payoutBatchId", "payout_batch", "Payout preview"),
    ("reviewFlagId", "review_flag", "Flag"),
    ("affiliatePartnerReportId", "partner_report", "Partner report"),
];

/// The page that a form goes back to, still about the same things.
pub(super) fn page(parsed: &Parsed) -> String {
    let named = CHOICES.iter().map(|(name, ..)| (*name, parsed.text(name))).filter(|(_, id)| !id.is_empty());
    super::link(named)
}
