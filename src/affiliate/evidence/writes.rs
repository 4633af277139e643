//! The five confirmed writes, as data.

use super::{kinds, sql};
use crate::affiliate::flags as own;
use crate::confirm::{Expect, Field, Guard, Parsed, Step, Takes};
use crate::http::error::{common, Refusal};
use crate::kit::bounds::{EVIDENCE_NOTE_MAX_CHARS, EVIDENCE_TEXT_MAX_CHARS};
use crate::{evidence_write, joined};

/// The owner's page.
pub const PAGE: &str = "/admin/affiliates";

macro_rules! refusals {
    ($( $name:ident = ($status:literal, $code:literal, $says:literal); )*) => {
        $( #[doc = $says] pub const $name: Refusal = Refusal::new($status, $code, $says); )*
    };
}

refusals! {
    CONFIRMATION = (400, "confirmation_required", "Type the confirming words exactly as they are shown.");
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
    PAYOUT_FIRST = (409, "stale_payout_preparation_record_status", "Write down the payout preparation first: there is none that still holds.");
    FRAUD_FIRST = (409, "stale_fraud_review_record_status", "Write down first that the flag is cleared: there is no such record that still holds.");
    READINESS_FIRST = (409, "stale_notification_readiness_record_status", "Write down first that the message is ready: there is no such record that still holds.");
    PREFLIGHT_FIRST = (409, "stale_notification_send_preflight_record_status", "Write down first that a draft is ready: there is no such record that still holds.");
}

const fn field(name: &'static str, takes: Takes, label: &'static str) -> Step {
    Step::Field(Field { name, takes, missing: Some(&common::INVALID_REQUEST), label })
}

const fn text(name: &'static str, label: &'static str) -> Step {
    field(name, Takes::Text(EVIDENCE_TEXT_MAX_CHARS), label)
}

const fn count(name: &'static str, label: &'static str) -> Step {
    field(name, Takes::Integer(0), label)
}

/// The caller says how it stands in `field`.
const fn same(
    truth: &'static str,
    field: &'static str,
    refusal: &'static Refusal,
    shows: &'static [(&'static str, &'static str)],
) -> Guard {
    Guard { truth, expect: Expect::Field(field), refusal, shows }
}

const fn must(truth: &'static str, refusal: &'static Refusal, shows: &'static [(&'static str, &'static str)]) -> Guard {
    Guard { truth, expect: Expect::Number(1), refusal, shows }
}

/// What every kind ends with: the key, the words, a note.
const END: &[Step] = &[
    Step::Key(&common::INVALID_REQUEST),
    Step::Phrase(&CONFIRMATION),
    Step::Field(Field {
        name: "privateNote",
        takes: Takes::Private(EVIDENCE_NOTE_MAX_CHARS),
        missing: None,
        label: "Private note, kept as a fingerprint only",
    }),
];

const PREVIEW: &[Step] = &[
    text("programId", "Program"),
    text("payoutPreparationId", "Payout preparation"),
    text("payoutBatchId", "Payout preview"),
    text("expectedProgramRevisionId", "Program as you saw it"),
    text("expectedPayoutBatchStatus", "Preview as you saw it"),
];

/// What messages to partners say beside the preview.
const REPORT: &[Step] = &[
    text("affiliatePartnerReportId", "Partner report"),
    text("affiliatePartnerId", "Partner"),
    text("reviewFlagId", "Flag"),
    text("expectedPartnerReportStatus", "Report as you saw it"),
    text("expectedPayoutPreparationRecordStatus", "Kind of payout record"),
    text("expectedFraudReviewRecordStatus", "Kind of flag record"),
    text("expectedReviewFlagSeverity", "How serious the flag is"),
    count("expectedLinkedLedgerCount", "Commissions that the flag is about"),
];

const PROGRAM_GUARDS: &[Guard] = &[
    same("programId", "programId", &common::INVALID_REQUEST, &[]),
    same(
        "programRevisionId",
        "expectedProgramRevisionId",
        &STALE_PROGRAM,
        &[("currentProgramRevisionId", "programRevisionId")],
    ),
];

const PREVIEW_GUARDS: &[Guard] = &[
    same("payoutPreparationId", "payoutPreparationId", &NO_PREPARATION, &[]),
    same("payoutBatchId", "payoutBatchId", &NO_BATCH, &[]),
    same(
        "payoutBatchStatus",
        "expectedPayoutBatchStatus",
        &STALE_BATCH,
        &[("currentPayoutBatchStatus", "payoutBatchStatus")],
    ),
];

const REPORT_GUARDS: &[Guard] = &[
    same("affiliatePartnerReportId", "affiliatePartnerReportId", &NO_REPORT, &[]),
    same("affiliatePartnerId", "affiliatePartnerId", &NO_PARTNER, &[]),
    same(
        "partnerReportStatus",
        "expectedPartnerReportStatus",
        &STALE_REPORT,
        &[("currentPartnerReportStatus", "partnerReportStatus")],
    ),
];

const CONTRACT_GUARDS: &[Guard] = &[
    same(
        "payoutPreparationRecordStatus",
        "expectedPayoutPreparationRecordStatus",
        &PAYOUT_FIRST,
        &[("currentPayoutPreparationRecordStatus", "payoutPreparationRecordStatus")],
    ),
    same(
        "fraudReviewRecordStatus",
        "expectedFraudReviewRecordStatus",
        &FRAUD_FIRST,
        &[("currentFraudReviewRecordStatus", "fraudReviewRecordStatus")],
    ),
];

const READINESS_GUARD: Guard = same(
    "notificationReadinessRecordStatus",
    "expectedNotificationReadinessRecordStatus",
    &READINESS_FIRST,
    &[("currentNotificationReadinessRecordStatus", "notificationReadinessRecordStatus")],
);

const FLAG_EVIDENCE: &[(&str, &str)] =
    &[("currentReviewFlagSeverity", "flagSeverity"), ("currentLinkedLedgerCount", "linkedLedgerCount")];

const FLAG_GUARDS: &[Guard] = &[
    same("reviewFlagId", "reviewFlagId", &NO_FLAG, &[]),
    must("reportInBatch", &NO_REPORT, &[]),
    must("flagInBatch", &NO_FLAG, &[]),
    must("flagOfReport", &NO_FLAG, &[]),
    same("flagSeverity", "expectedReviewFlagSeverity", &STALE_FLAG, FLAG_EVIDENCE),
    same("linkedLedgerCount", "expectedLinkedLedgerCount", &STALE_FLAG, FLAG_EVIDENCE),
];

const PAYOUT_EVIDENCE: &[(&str, &str)] = &[
    ("currentEligibleLedgerCount", "eligibleLedgerCount"),
    ("currentBlockedLedgerCount", "blockedLedgerCount"),
    ("currentReversedLedgerCount", "reversedLedgerCount"),
    ("currentTotalCommissionCents", "totalCommissionCents"),
];

/// What an owner may ask about: another preview, flag or report than the first.
const ASK: &[(&str, &str)] = &[
    ("programId", "Another program than the first."),
    ("payoutBatchId", "Another payout preview than the first."),
    ("reviewFlagId", "Another flag than the first."),
    ("affiliatePartnerReportId", "Another partner report than the first of the flag."),
];

fn page(_: &Parsed) -> String {
    PAGE.to_owned()
}

evidence_write! {
    /// What a payout preview came to when an owner looked.
    PAYOUT of kinds::PAYOUT {
        stem: stem!(payout),
        path: "/api/admin/affiliates/payout-preparation-records",
        operation: "recordPayoutPreparation",
        summary: "Writes down that an owner looked at a payout preview and what it came to; nothing is paid.",
        contract: "affiliate-payout-preparation-record-contract",
        status: status!(payout),
        issue: 273,
        phrase: "Record Bumpgrade affiliate payout preparation evidence",
        prefix: "affiliate-payout-preparation-record-",
        record: "record",
        steps: joined!(Step: [
            PREVIEW,
            &[
                count("expectedEligibleLedgerCount", "Commissions fit to be paid"),
                count("expectedBlockedLedgerCount", "Commissions on hold"),
                count("expectedReversedLedgerCount", "Commissions taken back"),
                count("expectedTotalCommissionCents", "Total in cents"),
            ],
            END,
        ]),
        truth: [&sql::truths::PAYOUT_TRUTH, &sql::truths::RECORD_PAYOUT],
        missing: &common::INVALID_REQUEST,
        guards: joined!(Guard: [
            PROGRAM_GUARDS,
            PREVIEW_GUARDS,
            &[
                same("eligibleLedgerCount", "expectedEligibleLedgerCount", &STALE_PAYOUT, PAYOUT_EVIDENCE),
                same("blockedLedgerCount", "expectedBlockedLedgerCount", &STALE_PAYOUT, PAYOUT_EVIDENCE),
                same("reversedLedgerCount", "expectedReversedLedgerCount", &STALE_PAYOUT, PAYOUT_EVIDENCE),
                same("totalCommissionCents", "expectedTotalCommissionCents", &STALE_PAYOUT, PAYOUT_EVIDENCE),
            ],
        ]),
        done: "What the payout preview comes to is written down. Nothing was paid.",
        flags: own::REDACTION_1,
        query: ASK,
        page: page,
    }
}

evidence_write! {
    /// What a flag came to when an owner looked.
    FRAUD of kinds::FRAUD {
        stem: stem!(fraud),
        path: "/api/admin/affiliates/fraud-review-records",
        operation: "recordFraudReview",
        summary: "Writes down what a review flag came to; nothing is enforced.",
        contract: "affiliate-fraud-review-record-contract",
        status: status!(fraud),
        issue: 275,
        phrase: "Record Bumpgrade affiliate fraud review evidence",
        prefix: "affiliate-fraud-review-record-",
        record: "record",
        steps: joined!(Step: [
            PREVIEW,
            &[
                text("reviewFlagId", "Flag"),
                text("expectedFlagSeverity", "How serious the flag is"),
                count("expectedLinkedLedgerCount", "Commissions that the flag is about"),
                text("reviewDisposition", "What it came to"),
                Step::Known { name: "reviewDisposition", words: kinds::REVIEW, refusal: &BAD_REVIEW },
            ],
            END,
        ]),
        truth: [&sql::truths::FLAG_TRUTH, &sql::truths::RECORD_FLAG],
        missing: &common::INVALID_REQUEST,
        guards: joined!(Guard: [
            PROGRAM_GUARDS,
            &[same("reviewFlagId", "reviewFlagId", &NO_FLAG, &[])],
            PREVIEW_GUARDS,
            &[
                must("flagInBatch", &NO_FLAG, &[]),
                same("flagSeverity", "expectedFlagSeverity", &STALE_FLAG, FLAG_EVIDENCE),
                same("linkedLedgerCount", "expectedLinkedLedgerCount", &STALE_FLAG, FLAG_EVIDENCE),
                must("payoutPreparationRecordHolds", &PAYOUT_FIRST, &[("currentPayoutPreparationRecordId", "payoutPreparationRecord")]),
            ],
        ]),
        done: "What the flag came to is written down. Nothing was enforced.",
        flags: own::REDACTION_2,
        query: ASK,
        page: page,
    }
}

evidence_write! {
    /// Whether a message to a partner is ready.
    READINESS of kinds::READINESS {
        stem: stem!(readiness),
        path: "/api/admin/affiliates/notification-readiness-records",
        operation: "recordNotificationReadiness",
        summary: "Writes down whether a message to a partner is ready; nothing is sent.",
        contract: "affiliate-partner-notification-readiness-record-contract",
        status: status!(readiness),
        issue: 277,
        phrase: "Record Bumpgrade affiliate partner notification readiness evidence",
        prefix: "affiliate-partner-notification-readiness-record-",
        record: "record",
        steps: joined!(Step: [
            PREVIEW,
            REPORT,
            &[
                text("notificationReadinessDisposition", "How the message stands"),
                Step::Known { name: "notificationReadinessDisposition", words: kinds::MESSAGE, refusal: &BAD_READINESS },
            ],
            END,
        ]),
        truth: [&sql::truths::REPORT_TRUTH, &sql::truths::RECORD_REPORT],
        missing: &common::INVALID_REQUEST,
        guards: joined!(Guard: [
            PROGRAM_GUARDS,
            REPORT_GUARDS,
            PREVIEW_GUARDS,
            CONTRACT_GUARDS,
            FLAG_GUARDS,
            &[must("fraudReviewRecordHolds", &FRAUD_FIRST, &[("currentFraudReviewRecordId", "fraudReviewRecord")])],
        ]),
        done: "How the message to the partner stands is written down. Nothing was sent.",
        flags: own::REDACTION_3,
        query: ASK,
        page: page,
    }
}

evidence_write! {
    /// What was seen before a message is sent.
    PREFLIGHT of kinds::PREFLIGHT {
        stem: stem!(preflight),
        path: "/api/admin/affiliates/notification-send-preflights",
        operation: "recordNotificationSendPreflight",
        summary: "Writes down what was seen before a message to a partner is sent; nothing is sent.",
        contract: "affiliate-partner-notification-send-preflight-record-contract",
        status: status!(preflight),
        issue: 279,
        phrase: "Record Bumpgrade affiliate partner notification send preflight evidence",
        prefix: "affiliate-partner-notification-send-preflight-record-",
        record: "record",
        steps: joined!(Step: [
            PREVIEW,
            REPORT,
            &[
                text("expectedNotificationReadinessRecordStatus", "Kind of message record"),
                text("notificationSendPreflightDisposition", "What was seen"),
                Step::Known {
                    name: "notificationSendPreflightDisposition",
                    words: kinds::BEFORE_SENDING,
                    refusal: &BAD_PREFLIGHT,
                },
            ],
            END,
        ]),
        truth: [&sql::truths::REPORT_TRUTH, &sql::truths::RECORD_REPORT],
        missing: &common::INVALID_REQUEST,
        guards: joined!(Guard: [
            PROGRAM_GUARDS,
            REPORT_GUARDS,
            PREVIEW_GUARDS,
            CONTRACT_GUARDS,
            &[READINESS_GUARD],
            FLAG_GUARDS,
            &[must(
                "notificationReadinessRecordHolds",
                &READINESS_FIRST,
                &[("currentNotificationReadinessRecordId", "notificationReadinessRecord")],
            )],
        ]),
        done: "What was seen before the message is written down. Nothing was sent.",
        flags: own::REDACTION_4,
        query: ASK,
        page: page,
    }
}

evidence_write! {
    /// Whether a mail provider is set up for partners.
    PROVIDER of kinds::PROVIDER {
        stem: stem!(provider),
        path: "/api/admin/affiliates/notification-provider-readiness",
        operation: "recordNotificationProviderReadiness",
        summary: "Writes down whether a mail provider is set up for messages to partners; none is asked.",
        contract: "affiliate-partner-notification-provider-readiness-record-contract",
        status: status!(provider),
        issue: 281,
        phrase: "Record Bumpgrade affiliate partner notification provider readiness evidence",
        prefix: "affiliate-partner-notification-provider-readiness-record-",
        record: "record",
        steps: joined!(Step: [
            PREVIEW,
            REPORT,
            &[
                text("expectedNotificationReadinessRecordStatus", "Kind of message record"),
                text("expectedNotificationSendPreflightRecordStatus", "Kind of record before sending"),
                text("notificationProviderReadinessDisposition", "How the provider stands"),
                Step::Known {
                    name: "notificationProviderReadinessDisposition",
                    words: kinds::PROVIDERS,
                    refusal: &BAD_PROVIDER,
                },
            ],
            END,
        ]),
        truth: [&sql::truths::REPORT_TRUTH, &sql::truths::RECORD_REPORT],
        missing: &common::INVALID_REQUEST,
        guards: joined!(Guard: [
            PROGRAM_GUARDS,
            REPORT_GUARDS,
            PREVIEW_GUARDS,
            CONTRACT_GUARDS,
            &[
                READINESS_GUARD,
                same(
                    "notificationSendPreflightRecordStatus",
                    "expectedNotificationSendPreflightRecordStatus",
                    &PREFLIGHT_FIRST,
                    &[("currentNotificationSendPreflightRecordStatus", "notificationSendPreflightRecordStatus")],
                ),
            ],
            FLAG_GUARDS,
            &[must(
                "notificationSendPreflightRecordHolds",
                &PREFLIGHT_FIRST,
                &[("currentNotificationSendPreflightRecordId", "notificationSendPreflightRecord")],
            )],
        ]),
        done: "How the mail provider stands is written down. No provider was asked.",
        flags: own::REDACTION_5,
        query: ASK,
        page: page,
    }
}
