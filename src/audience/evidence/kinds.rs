//! The eight kinds, as data.

use super::{writes, FAMILY};
use crate::evidence::{Count, Evidence, Tally};
use crate::joined;

const fn every(name: &'static str) -> Count {
    Count { name, tally: Tally::Every }
}

const fn sum(name: &'static str, of: &'static str) -> Count {
    Count { name, tally: Tally::Sum(of) }
}

/// What stays on the server of every record.
const PRIVATE: &[&str] =
    &["idempotency_key", "actor_user_id", "actor_email_hash", "confirmation_text_sha256", "metadata_json"];

/// A note about somebody.
pub static NOTE: Evidence = Evidence {
    write: &writes::NOTE,
    family: &FAMILY,
    below: None,
    title: "Note",
    table: "audience_timeline_entries",
    record_kind: None,
    words: &[("entryKind", "owner_note"), ("status", "active")],
    public: &["id", "subscriberId", "entryKind", "status", "body", "createdAt"],
    private: joined!(&str: [PRIVATE, &["body", "subscriber_id"]]),
    excluded: &["noteBody", "subscriberEmail", "actorEmail", "actorEmailHash", "metadataJson"],
    recorded: &["privateNoteBodyIncluded"],
    effects: &[],
    opens: None,
    // The answer to the one who writes shows the note; no list does.
    latest: ("latestNotes", 0),
    counts: &[every("timelineEntries")],
    unit: "Records",
    checks: &[],
    boundary:
        "Owners see a note about somebody, and so does that person, in a copy of their data. It is erased with everything \
        else about them.",
};

const IMPORT_PRIVATE: &[&str] = joined!(&str: [PRIVATE, &["private_note_sha256", "source_label"]]);

const IMPORT_EXCLUDED: &[&str] = &[
    "rawContactRows",
    "rawEmails",
    "rawNames",
    "csvBody",
    "providerPayload",
    "actorEmail",
    "actorEmailHash",
    "privateNote",
    "privateNoteSha256",
    "metadataJson",
];

const IMPORT_EFFECTS: &[&str] =
    &["importRowsStored", "rawEmailsStored", "sequenceEnrollmentsCreated", "emailDeliveryEnabled"];

/// An import that an owner has in mind. What the owner calls the source is not public.
pub static INTENT: Evidence = Evidence {
    write: &writes::INTENT,
    family: &FAMILY,
    below: None,
    title: "Import in mind",
    table: "audience_import_intents",
    record_kind: None,
    words: &[("status", "import_intent_recorded"), ("intentKind", "owner_confirmed_dry_run")],
    public: &[
        "id",
        "workspaceId",
        "status",
        "intentKind",
        "sourceKind",
        "expectedWorkspaceRevisionId",
        "expectedWorkspaceStatus",
        "estimatedContactCount",
        "estimatedNewContactCount",
        "estimatedUpdateCount",
        "estimatedSuppressedCount",
        "privateNoteRecorded",
        "createdAt",
    ],
    private: IMPORT_PRIVATE,
    excluded: IMPORT_EXCLUDED,
    recorded: &[],
    effects: IMPORT_EFFECTS,
    opens: None,
    latest: ("latestIntents", 10),
    counts: &[
        every("importIntents"),
        every("ownerConfirmedIntents"),
        sum("estimatedContacts", "estimatedContactCount"),
        sum("estimatedNewContacts", "estimatedNewContactCount"),
        sum("estimatedUpdates", "estimatedUpdateCount"),
        sum("estimatedSuppressions", "estimatedSuppressedCount"),
    ],
    unit: "Records",
    checks: &[],
    boundary: "An owner can write down an import as counts. Nobody is imported, and whoever left stays off the list.",
};

/// What a look at the contacts of an import came to.
pub static PREFLIGHT: Evidence = Evidence {
    write: &writes::PREFLIGHT,
    family: &FAMILY,
    below: Some(&INTENT),
    title: "Look at the contacts",
    table: "audience_import_preflights",
    record_kind: None,
    words: &[("status", "import_preflight_recorded"), ("preflightKind", "owner_confirmed_import_preflight")],
    public: &[
        "id",
        "workspaceId",
        "importIntentId",
        "status",
        "preflightKind",
        "sourceKind",
        "expectedWorkspaceRevisionId",
        "expectedWorkspaceStatus",
        "totalContactsChecked",
        "eligibleNewContactCount",
        "eligibleUpdateCount",
        "duplicateCount",
        "suppressedCount",
        "missingConsentCount",
        "malformedCount",
        "lawfulBasisCount",
        "privateNoteRecorded",
        "createdAt",
    ],
    private: IMPORT_PRIVATE,
    excluded: IMPORT_EXCLUDED,
    recorded: &[],
    effects: joined!(&str: [IMPORT_EFFECTS, &["subscriberRowsCreated", "exportEnabled"]]),
    opens: None,
    latest: ("latestPreflights", 10),
    counts: &[
        every("importPreflights"),
        every("ownerConfirmedPreflights"),
        sum("totalContactsChecked", "totalContactsChecked"),
        sum("eligibleNewContacts", "eligibleNewContactCount"),
        sum("eligibleUpdates", "eligibleUpdateCount"),
        sum("duplicates", "duplicateCount"),
        sum("suppressed", "suppressedCount"),
        sum("missingConsent", "missingConsentCount"),
        sum("malformed", "malformedCount"),
        sum("lawfulBasisContacts", "lawfulBasisCount"),
    ],
    unit: "Records",
    checks: &[],
    boundary: "An owner can write down what a look at the contacts came to, as counts. Nobody is imported.",
};

/// What answers about broadcasts leave out: each step adds to the one before it.
const EXCLUDED: &[&str] = &[
    "recipientEmail",
    "recipientName",
    "subscriberEmailHash",
    "suppressionHash",
    "actorEmail",
    "providerMessageId",
    "personalizedBody",
    "metadataJson",
    "requestedSendAt",
];

const HELD: Count = sum("heldRecipientsSnapshotted", "heldRecipientCount");

/// When a broadcast would leave, and to how many. The moment itself is not public.
pub static SCHEDULE: Evidence = Evidence {
    write: &writes::SCHEDULE,
    family: &FAMILY,
    below: None,
    title: "Schedule",
    table: "audience_broadcast_schedule_intents",
    record_kind: None,
    words: &[("status", "dry_run_recorded"), ("scheduleKind", "owner_confirmed_dry_run")],
    public: &[
        "id",
        "draftId",
        "status",
        "scheduleKind",
        "expectedDraftUpdatedAt",
        "readyRecipientCount",
        "heldRecipientCount",
        "activeSuppressionCount",
        "sendTimeRequested",
        "createdAt",
    ],
    private: joined!(&str: [PRIVATE, &["requested_send_at"]]),
    excluded: joined!(&str: [EXCLUDED, &["sendQueuePayload"]]),
    recorded: &[],
    effects: &["sendQueueRowsCreated", "providerMessageIdsIncluded"],
    opens: None,
    latest: ("latestIntents", 10),
    counts: &[
        every("scheduleIntents"),
        every("activeDryRunIntents"),
        sum("readyRecipientsReserved", "readyRecipientCount"),
        HELD,
    ],
    unit: "Records",
    checks: &[],
    boundary: "An owner can write down when a broadcast would leave. Nothing is scheduled.",
};

/// The batch that would be handed over.
pub static BATCH: Evidence = Evidence {
    write: &writes::BATCH,
    family: &FAMILY,
    below: Some(&SCHEDULE),
    title: "Batch",
    table: "audience_broadcast_delivery_batches",
    record_kind: None,
    words: &[("status", "delivery_batch_dry_run_recorded")],
    public: &[
        "id",
        "draftId",
        "scheduleIntentId",
        "status",
        "expectedDraftUpdatedAt",
        "queueName",
        "queueMode",
        "readyRecipientCount",
        "heldRecipientCount",
        "activeSuppressionCount",
        "unsubscribeFooterCheckStatus",
        "senderDomainGateStatus",
        "createdAt",
    ],
    private: PRIVATE,
    excluded: joined!(&str: [EXCLUDED, &["sendQueuePayload", "recipientPayload"]]),
    recorded: &[],
    effects: &["providerSendEnabled", "recipientPayloadsCreated", "sendQueueRowsCreated", "providerMessageIdsIncluded"],
    opens: None,
    latest: ("latestBatches", 10),
    counts: &[
        every("deliveryBatches"),
        every("dryRunBatches"),
        sum("readyRecipientsBatched", "readyRecipientCount"),
        HELD,
        sum("activeSuppressionsSnapshotted", "activeSuppressionCount"),
    ],
    unit: "Batches",
    checks: &[],
    boundary: "An owner can write down the batch that would be handed over. No mail is made.",
};

/// What every step after the batch shows.
const QUEUED: &[&str] = &[
    "id",
    "draftId",
    "scheduleIntentId",
    "deliveryBatchId",
    "status",
    "expectedDraftUpdatedAt",
    "expectedReadyRecipientCount",
    "dryRunMessageCount",
    "heldRecipientCount",
    "activeSuppressionCount",
    "queueName",
    "queueMode",
    "unsubscribeFooterCheckStatus",
    "senderDomainGateStatus",
    "createdAt",
];

/// What every step after the batch never does.
const QUEUE_EFFECTS: &[&str] = &[
    "providerSendEnabled",
    "recipientPayloadsCreated",
    "cloudflareQueueMessagesCreated",
    "providerMessageIdsIncluded",
];

const QUEUE_EXCLUDED: &[&str] = joined!(&str: [EXCLUDED, &["cloudflareQueueMessageBody", "recipientPayload"]]);

const MESSAGE_SUM: Count = sum("dryRunMessagesSnapshotted", "dryRunMessageCount");

/// The messages that would be queued.
pub static MESSAGES: Evidence = Evidence {
    write: &writes::MESSAGES,
    family: &FAMILY,
    below: Some(&BATCH),
    title: "Queue messages",
    table: "audience_broadcast_delivery_queue_messages",
    record_kind: None,
    words: &[
        ("status", "delivery_queue_messages_dry_run_recorded"),
        ("dispatchPolicy", "dry_run_d1_evidence_only_no_cloudflare_queue_dispatch"),
    ],
    public: joined!(&str: [QUEUED, &["retryPolicy", "dispatchPolicy"]]),
    private: PRIVATE,
    excluded: QUEUE_EXCLUDED,
    recorded: &[],
    effects: QUEUE_EFFECTS,
    opens: None,
    latest: ("latestMessages", 10),
    counts: &[every("dryRunRecords"), MESSAGE_SUM, HELD],
    unit: "Records",
    checks: &[],
    boundary: "An owner can write down how many messages would be queued. None is.",
};

/// What the check before a dispatch shows beside that.
const CHECKED: &[&str] = joined!(&str: [QUEUED, &[
    "deliveryQueueMessageId",
    "providerLimitPolicy",
    "providerRateLimitWindow",
    "dispatchMode",
    "suppressionCheckStatus",
    "auditCorrelationPolicy",
]]);

/// The words of the check before a dispatch; the attempt repeats them.
const CHECK_WORDS: &[(&str, &str)] = &[
    ("providerLimitPolicy", "provider_limit_required_before_live_sends"),
    ("providerRateLimitWindow", "not_configured_real_sends_disabled"),
    ("dispatchMode", "dry_run_preflight_no_cloudflare_queue_dispatch"),
];

/// What is checked before a dispatch.
pub static DISPATCH: Evidence = Evidence {
    write: &writes::DISPATCH,
    family: &FAMILY,
    below: Some(&MESSAGES),
    title: "Check before dispatch",
    table: "audience_broadcast_dispatch_preflights",
    record_kind: None,
    words: joined!((&str, &str): [CHECK_WORDS, &[("status", "dispatch_preflight_dry_run_recorded")]]),
    public: CHECKED,
    private: PRIVATE,
    excluded: joined!(&str: [QUEUE_EXCLUDED, &["providerResponse"]]),
    recorded: &[],
    effects: QUEUE_EFFECTS,
    opens: None,
    latest: ("latestPreflights", 10),
    counts: &[every("dryRunPreflights"), MESSAGE_SUM, HELD],
    unit: "Records",
    checks: &[],
    boundary: "An owner can write down what was checked before a dispatch. Nothing is dispatched.",
};

/// The receipt of a dispatch that did not happen.
pub static ATTEMPT: Evidence = Evidence {
    write: &writes::ATTEMPT,
    family: &FAMILY,
    below: Some(&DISPATCH),
    title: "Dry run of the dispatch",
    table: "audience_broadcast_dispatch_attempts",
    record_kind: None,
    words: joined!((&str, &str): [CHECK_WORDS, &[
        ("status", "dispatch_attempt_dry_run_recorded"),
        ("queueProducerMode", "dry_run_receipt_only_no_cloudflare_queue_producer"),
        ("dispatchResultStatus", "not_dispatched_dry_run_receipt_only"),
    ]]),
    public: joined!(&str: [CHECKED, &["dispatchPreflightId", "queueProducerMode", "dispatchResultStatus"]]),
    private: PRIVATE,
    excluded: joined!(&str: [QUEUE_EXCLUDED, &["providerResponse"]]),
    recorded: &[],
    effects: joined!(&str: [QUEUE_EFFECTS, &["providerResponsesIncluded"]]),
    opens: None,
    latest: ("latestAttempts", 10),
    counts: &[every("dryRunAttempts"), MESSAGE_SUM, HELD],
    unit: "Records",
    checks: &[],
    boundary: "An owner can write down a dry run of a dispatch. Nobody is written to.",
};
