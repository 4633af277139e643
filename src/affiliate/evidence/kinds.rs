//! The five kinds of evidence about payouts and messages to partners, as data.

use super::{parts, standing, writes};
use crate::affiliate::contract::DOCUMENT;
use crate::evidence::{self, Count, Evidence, Family, Tally};

/// What a flag can come to; the first is proposed.
pub const REVIEW: &[&str] = &["needs_more_review", "cleared_for_future_review", "reject_before_payout"];
/// How a message can stand; the first is proposed.
pub const MESSAGE: &[&str] = &["not_ready_to_send", "draft_ready_for_owner_review", "blocked_pending_private_data"];
/// What can be seen before sending; the first is proposed.
pub const BEFORE_SENDING: &[&str] =
    &["blocked_pending_recipient_review", "draft_ready_for_owner_review", "provider_contract_not_ready"];
/// How a provider can stand; the first is proposed.
pub const PROVIDERS: &[&str] = &[
    "blocked_pending_provider_configuration",
    "provider_configuration_ready_for_owner_review",
    "provider_contract_missing",
];

/// The family.
pub static FAMILY: Family = Family {
    parent_issue: crate::affiliate::program::document::PARENT_ISSUE,
    owner_route: parts::PAGE,
    source_route: DOCUMENT,
    ask: standing::ask,
    more: standing::more,
};

/// What stays on the server of every note.
const PRIVATE: &[&str] =
    crate::joined!(&str: [evidence::PRIVATE, &["payout accounts", "tax details", "addresses of partners"]]);

/// What answers leave out, by kind: most kinds add to the one before.
mod excluded {
    use crate::joined;

    const ALWAYS: &[&str] = &[
        "actorEmail",
        "actorEmailHash",
        "privateNote",
        "privateNoteSha256",
        "payoutAccount",
        "taxData",
        "stripePayoutId",
        "stripeTransferId",
        "buyerData",
        "rawLedgerRows",
        "privateFraudSignals",
        "metadataJson",
    ];
    const ROWS: &[&str] = &["rawClickRows", "rawCheckoutRows"];
    const MESSAGE: &[&str] = &["recipientEmail", "notificationBody", "providerMessageId", "sendQueueRows"];
    const BODY: &[&str] = &["partnerNotificationBody"];
    pub(super) const PAYOUT: &[&str] = joined!(&str: [ALWAYS, BODY]);
    pub(super) const FRAUD: &[&str] = joined!(&str: [ALWAYS, ROWS, BODY]);
    pub(super) const READINESS: &[&str] = joined!(&str: [ALWAYS, ROWS, MESSAGE]);
    pub(super) const PREFLIGHT: &[&str] = joined!(&str: [READINESS, &["sendPayload"]]);
    pub(super) const PROVIDER: &[&str] =
        joined!(&str: [PREFLIGHT, &["providerSecret", "senderCredential", "notificationProviderConfig"]]);
}

/// What no record ever does: each kind adds its own to what the one before it does not do.
mod effects {
    use crate::joined;

    pub(super) const PAYOUT: &[&str] = &[
        "payableCommissionCreated",
        "stripePayoutCreated",
        "stripeTransferCreated",
        "payoutAccountStored",
        "taxDataCollected",
        "partnerNotificationSent",
        "fraudDecisionEnforced",
        "buyerDataIncluded",
        "rawLedgerRowsExposed",
        "rawActorIdentityIncluded",
    ];
    pub(super) const FRAUD: &[&str] =
        joined!(&str: [PAYOUT, &["rawClickRowsExposed", "rawCheckoutRowsExposed", "privateFraudSignalsIncluded"]]);
    pub(super) const READINESS: &[&str] = joined!(&str: [FRAUD, &[
        "notificationProviderCalled", "queueDispatchCreated", "notificationBodyIncluded", "recipientEmailIncluded",
        "providerMessageIdIncluded", "sendQueueRowsIncluded",
    ]]);
    pub(super) const PREFLIGHT: &[&str] =
        joined!(&str: [READINESS, &["notificationProviderSendEnabled", "sendPayloadIncluded"]]);
    pub(super) const PROVIDER: &[&str] = joined!(&str: [PREFLIGHT, &[
        "notificationProviderConfigured", "providerSecretIncluded", "senderCredentialIncluded",
    ]]);
}

const fn counts(rows: &'static str, created: &'static str) -> [Count; 3] {
    [
        Count { name: rows, tally: Tally::Every },
        Count { name: "ownerConfirmedRecords", tally: Tally::Every },
        Count { name: created, tally: Tally::Every },
    ]
}

/// Records about payout previews.
pub static PAYOUT: Evidence = Evidence {
    write: &writes::PAYOUT,
    family: &FAMILY,
    below: None,
    title: "Payout preparation",
    table: "affiliate_payout_preparation_records",
    record_kind: Some("owner_payout_preparation_review"),
    words: &[],
    public: &[
        "id",
        "programId",
        "payoutPreparationId",
        "payoutBatchId",
        "recordKind",
        "expectedPayoutBatchStatus",
        "expectedEligibleLedgerCount",
        "expectedBlockedLedgerCount",
        "expectedReversedLedgerCount",
        "expectedTotalCommissionCents",
        "currency",
        "privateNoteRecorded",
        "createdAt",
    ],
    private: PRIVATE,
    excluded: excluded::PAYOUT,
    recorded: &["ownerPayoutPreparationRecordCreated"],
    effects: effects::PAYOUT,
    opens: None,
    latest: ("latestRecords", 5),
    counts: &counts("payoutPreparationRecords", "ownerRecordCreatedRecords"),
    unit: "Records",
    checks: &[],
    boundary: "An owner can write down that the credits of a payout preview were looked at. Nothing is paid.",
};

/// Records about review flags.
pub static FRAUD: Evidence = Evidence {
    write: &writes::FRAUD,
    family: &FAMILY,
    below: Some(&PAYOUT),
    title: "Flag review",
    table: "affiliate_fraud_review_records",
    record_kind: Some("owner_fraud_review_evidence"),
    words: &[],
    public: &[
        "id",
        "programId",
        "payoutPreparationId",
        "payoutBatchId",
        "reviewFlagId",
        "recordKind",
        "reviewDisposition",
        "expectedPayoutBatchStatus",
        "expectedFlagSeverity",
        "expectedLinkedLedgerCount",
        "privateNoteRecorded",
        "createdAt",
    ],
    private: PRIVATE,
    excluded: excluded::FRAUD,
    recorded: &["ownerFraudReviewRecordCreated"],
    effects: effects::FRAUD,
    opens: Some(("reviewDisposition", "cleared_for_future_review")),
    latest: ("latestRecords", 5),
    counts: &counts("fraudReviewRecords", "ownerFraudReviewRecordCreatedRecords"),
    unit: "Records",
    checks: &[],
    boundary: "An owner can write down what a review flag came to. Nothing is enforced.",
};

/// Records about messages to partners.
pub static READINESS: Evidence = Evidence {
    write: &writes::READINESS,
    family: &FAMILY,
    below: Some(&FRAUD),
    title: "Message to the partner",
    table: "affiliate_partner_notification_readiness_records",
    record_kind: Some("owner_partner_notification_readiness_evidence"),
    words: &[],
    public: &[
        "id",
        "programId",
        "affiliatePartnerReportId",
        "affiliatePartnerId",
        "payoutPreparationId",
        "payoutBatchId",
        "reviewFlagId",
        "recordKind",
        "notificationReadinessDisposition",
        "expectedPartnerReportStatus",
        "expectedPayoutBatchStatus",
        "expectedPayoutPreparationRecordStatus",
        "expectedFraudReviewRecordStatus",
        "expectedReviewFlagSeverity",
        "expectedLinkedLedgerCount",
        "privateNoteRecorded",
        "createdAt",
    ],
    private: PRIVATE,
    excluded: excluded::READINESS,
    recorded: &["ownerPartnerNotificationReadinessRecordCreated"],
    effects: effects::READINESS,
    opens: Some(("notificationReadinessDisposition", "draft_ready_for_owner_review")),
    latest: ("latestRecords", 5),
    counts: &counts("notificationReadinessRecords", "ownerRecordCreatedRecords"),
    unit: "Records",
    checks: &[
        ("partner-notification-check-payout-preparation-records", "passed"),
        ("partner-notification-check-fraud-review-records", "passed"),
        ("partner-notification-check-private-recipient-data", "external_required"),
        ("partner-notification-check-send-path-disabled", "blocked"),
    ],
    boundary: "An owner can write down whether a message to a partner is ready. Nothing is sent.",
};

/// Records of what was seen before a message.
pub static PREFLIGHT: Evidence = Evidence {
    write: &writes::PREFLIGHT,
    family: &FAMILY,
    below: Some(&READINESS),
    title: "Before sending",
    table: "affiliate_partner_notification_send_preflight_records",
    record_kind: Some("owner_partner_notification_send_preflight_evidence"),
    words: &[],
    public: &[
        "id",
        "programId",
        "affiliatePartnerReportId",
        "affiliatePartnerId",
        "payoutPreparationId",
        "payoutBatchId",
        "reviewFlagId",
        "recordKind",
        "notificationSendPreflightDisposition",
        "expectedPartnerReportStatus",
        "expectedPayoutBatchStatus",
        "expectedPayoutPreparationRecordStatus",
        "expectedFraudReviewRecordStatus",
        "expectedReviewFlagSeverity",
        "expectedLinkedLedgerCount",
        "expectedNotificationReadinessRecordStatus",
        "privateNoteRecorded",
        "createdAt",
    ],
    private: PRIVATE,
    excluded: excluded::PREFLIGHT,
    recorded: &["ownerPartnerNotificationSendPreflightRecordCreated"],
    effects: effects::PREFLIGHT,
    opens: Some(("notificationSendPreflightDisposition", "draft_ready_for_owner_review")),
    latest: ("latestRecords", 5),
    counts: &counts("notificationSendPreflightRecords", "ownerRecordCreatedRecords"),
    unit: "Records",
    checks: &[
        ("partner-notification-check-payout-preparation-records", "passed"),
        ("partner-notification-check-fraud-review-records", "passed"),
        ("partner-notification-check-notification-readiness-records", "passed"),
        ("partner-notification-check-private-recipient-data", "external_required"),
        ("partner-notification-check-send-path-disabled", "blocked"),
        ("partner-notification-check-send-payload-disabled", "blocked"),
    ],
    boundary: "An owner can write down what was seen before a message is sent. Nothing is sent.",
};

/// Records about the mail provider.
pub static PROVIDER: Evidence = Evidence {
    write: &writes::PROVIDER,
    family: &FAMILY,
    below: Some(&PREFLIGHT),
    title: "Mail provider",
    table: "affiliate_partner_notification_provider_readiness_records",
    record_kind: Some("owner_partner_notification_provider_readiness_evidence"),
    words: &[],
    public: &[
        "id",
        "programId",
        "affiliatePartnerReportId",
        "affiliatePartnerId",
        "payoutPreparationId",
        "payoutBatchId",
        "reviewFlagId",
        "recordKind",
        "notificationProviderReadinessDisposition",
        "expectedPartnerReportStatus",
        "expectedPayoutBatchStatus",
        "expectedPayoutPreparationRecordStatus",
        "expectedFraudReviewRecordStatus",
        "expectedReviewFlagSeverity",
        "expectedLinkedLedgerCount",
        "expectedNotificationReadinessRecordStatus",
        "expectedNotificationSendPreflightRecordStatus",
        "privateNoteRecorded",
        "createdAt",
    ],
    private: PRIVATE,
    excluded: excluded::PROVIDER,
    recorded: &["ownerPartnerNotificationProviderReadinessRecordCreated"],
    effects: effects::PROVIDER,
    opens: None,
    latest: ("latestRecords", 5),
    counts: &counts("notificationProviderReadinessRecords", "ownerRecordCreatedRecords"),
    unit: "Records",
    checks: &[
        ("partner-notification-check-payout-preparation-records", "passed"),
        ("partner-notification-check-fraud-review-records", "passed"),
        ("partner-notification-check-notification-readiness-records", "passed"),
        ("partner-notification-check-send-preflight-records", "passed"),
        ("partner-notification-check-private-recipient-data", "external_required"),
        ("partner-notification-check-provider-configuration-disabled", "blocked"),
        ("partner-notification-check-send-payload-disabled", "blocked"),
    ],
    boundary: "An owner can write down whether a mail provider is set up for partners. None is asked.",
};

/// All five, in order.
pub static ALL: [&Evidence; 5] = [&PAYOUT, &FRAUD, &READINESS, &PREFLIGHT, &PROVIDER];
