//! The five confirmed writes, as data.

use super::parts::*;
use super::{kinds, sql};
use crate::affiliate::flags as own;
use crate::confirm::{Guard, Step};
use crate::http::error::common;
use crate::{evidence_write, joined};

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
                seen("expectedPayoutPreparationRecordId"),
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
            ],
            &stands_on(
                ["payoutPreparationRecord", "payoutPreparationRecordHolds"],
                "expectedPayoutPreparationRecordId",
                &PAYOUT_FIRST,
                &[("currentPayoutPreparationRecordId", "payoutPreparationRecord")],
            ),
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
                seen("expectedFraudReviewRecordId"),
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
            &stands_on(
                ["fraudReviewRecord", "fraudReviewRecordHolds"],
                "expectedFraudReviewRecordId",
                &FRAUD_FIRST,
                &[("currentFraudReviewRecordId", "fraudReviewRecord")],
            ),
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
                seen("expectedNotificationReadinessRecordId"),
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
            &stands_on(
                ["notificationReadinessRecord", "notificationReadinessRecordHolds"],
                "expectedNotificationReadinessRecordId",
                &READINESS_FIRST,
                &[("currentNotificationReadinessRecordId", "notificationReadinessRecord")],
            ),
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
                seen("expectedNotificationSendPreflightRecordId"),
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
                    &PREFLIGHT_FORM,
                    &[("currentNotificationSendPreflightRecordStatus", "notificationSendPreflightRecordStatus")],
                ),
            ],
            FLAG_GUARDS,
            &stands_on(
                ["notificationSendPreflightRecord", "notificationSendPreflightRecordHolds"],
                "expectedNotificationSendPreflightRecordId",
                &PREFLIGHT_FIRST,
                &[("currentNotificationSendPreflightRecordId", "notificationSendPreflightRecord")],
            ),
        ]),
        done: "How the mail provider stands is written down. No provider was asked.",
        flags: own::REDACTION_5,
        query: ASK,
        page: page,
    }
}
