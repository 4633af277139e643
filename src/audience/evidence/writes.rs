//! The eight confirmed writes, as data.

use super::{kinds, sql};
use crate::audience::desk::model::{page_of, steps_of};
use crate::audience::flags as own;
use crate::confirm;
use crate::confirm::{Expect, Field, Guard, Parsed, Step, Takes};
use crate::http::error::{common, Refusal};
use crate::kit::bounds::{
    EVIDENCE_NOTE_MAX_CHARS, EVIDENCE_TEXT_MAX_CHARS, ID_MAX_BYTES, IMPORT_LABEL_MAX_CHARS, TIMELINE_NOTE_MAX_CHARS,
};
use crate::{evidence_write, joined};

crate::refusals! {
    NO_SUBSCRIBER_NAMED = (400, "subscriber_required", "Say who the note is about.");
    NO_STATUS_NAMED = (400, "expected_status_required", "Say how this person stands, as you saw it.");
    NO_NOTE = (400, "note_body_required", "Write the note first.");
    NO_KEY = (400, "idempotency_key_required", "Send an idempotency key, so that a repetition is known as one.");
    NO_SUBSCRIBER = (404, "subscriber_not_found", "Nobody like that is on the list.");
    STALE_SUBSCRIBER = (409, "stale_subscriber_status", "This person joined or left since you looked.");
    NO_WORKSPACE = (404, "workspace_not_found", "There is no such workspace.");
    STALE_REVISION = (409, "stale_workspace_revision", "The workspace changed since you looked at it.");
    STALE_STATUS = (409, "stale_workspace_status", "The workspace stands otherwise now.");
    NO_INTENT = (404, "import_intent_not_found", "There is no such import intent in this workspace.");
    MISMATCH = (409, "import_intent_mismatch", "The import intent says something else, or the workspace changed after it.");
    COUNTS = (400, "aggregate_count_mismatch", "The counts come to more than there are contacts.");
    NO_DRAFT = (404, "broadcast_draft_not_found", "There is no such broadcast draft.");
    STALE_DRAFT = (409, "stale_draft_revision", "The draft changed since then. Begin again with a new schedule.");
    STALE_COUNT = (409, "stale_readiness_count", "The number of people who can be written to changed since then.");
    STALE_STEP = (409, "stale_broadcast_evidence", "The step below was replaced or no longer holds. Record it again first.");
    NO_SCHEDULE = (404, "schedule_intent_not_found", "There is no such schedule of this draft.");
    NO_BATCH = (404, "delivery_batch_not_found", "There is no such batch of this draft.");
    NO_MESSAGES = (404, "delivery_queue_message_not_found", "There are no such queue messages of this draft.");
    NO_PREFLIGHT = (404, "dispatch_preflight_not_found", "There is no such check before dispatch of this draft.");
    NO_PREVIEW = (400, "preview_safety_not_ready", "What the mail would look like is not described as safe.");
    NO_QUEUE = (400, "queue_gate_not_ready", "The queue is not described as a dry run, or another queue than before.");
}

const fn field(name: &'static str, takes: Takes, label: &'static str) -> Step {
    Step::Field(Field { name, takes, missing: Some(&common::INVALID_REQUEST), label })
}

const fn text(name: &'static str, label: &'static str) -> Step {
    field(name, Takes::Text(EVIDENCE_TEXT_MAX_CHARS), label)
}

/// A count that is 0 when nobody says it.
const fn count(name: &'static str, label: &'static str) -> Step {
    Step::Field(Field { name, takes: Takes::Count, missing: None, label })
}

/// The caller says in `field` how it stands.
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

/// The owner's page with the steps that the fields are about.
fn desk(parsed: &Parsed) -> String {
    steps_of(|name| parsed.text(name))
}

const SOURCES: &[&str] = &["csv_upload", "kit_export", "manual_paste", "api_migration"];

evidence_write! {
    /// A note about somebody.
    NOTE of kinds::NOTE {
        stem: stem!(note),
        path: "/api/admin/audience/notes",
        operation: "recordTimelineNote",
        summary: "Keeps a note about somebody on the list. Owners see it, and that person in a copy of their data.",
        contract: "audience-crm-timeline-note-contract",
        status: "owner-crm-timeline-ready",
        issue: 169,
        phrase: "Create private Bumpgrade audience timeline note",
        prefix: "timeline-entry-",
        record: "note",
        steps: &[
            Step::Field(Field {
                name: "subscriberId",
                takes: Takes::Text(ID_MAX_BYTES),
                missing: Some(&NO_SUBSCRIBER_NAMED),
                label: "Who it is about",
            }),
            Step::Field(Field {
                name: "expectedSubscriberStatus",
                takes: Takes::Text(EVIDENCE_TEXT_MAX_CHARS),
                missing: Some(&NO_STATUS_NAMED),
                label: "How this person stands",
            }),
            Step::Field(Field {
                name: "noteBody",
                takes: Takes::Prose(TIMELINE_NOTE_MAX_CHARS),
                missing: Some(&NO_NOTE),
                label: "Note",
            }),
            Step::Key(&NO_KEY),
            Step::Phrase(&confirm::UNCONFIRMED),
        ],
        truth: [&sql::truths::SOMEBODY, &sql::truths::RECORD_NOTE],
        missing: &NO_SUBSCRIBER,
        guards: &[same(
            "subscriberStatus",
            "expectedSubscriberStatus",
            &STALE_SUBSCRIBER,
            &[("currentSubscriberStatus", "subscriberStatus")],
        )],
        done: "The note is kept.",
        flags: own::NOTE,
        query: &[("subscriberId", "Somebody else than whoever changed last.")],
        page: |parsed| page_of(parsed.text("subscriberId")),
    }
}

/// What both steps towards an import end with.
const IMPORT_END: &[Step] = &[
    Step::Key(&common::INVALID_REQUEST),
    Step::Phrase(&confirm::UNCONFIRMED),
    Step::Field(Field {
        name: "privateNote",
        takes: Takes::Private(EVIDENCE_NOTE_MAX_CHARS),
        missing: None,
        label: "Private note, kept as a fingerprint only",
    }),
];

const WORKSPACE: &[Step] = &[
    text("workspaceId", "Workspace"),
    text("expectedWorkspaceRevisionId", "Workspace as you saw it"),
    text("expectedWorkspaceStatus", "How the workspace stands"),
];

const WORKSPACE_GUARDS: &[Guard] = &[
    same(
        "workspaceRevisionId",
        "expectedWorkspaceRevisionId",
        &STALE_REVISION,
        &[("currentWorkspaceRevisionId", "workspaceRevisionId")],
    ),
    same("workspaceStatus", "expectedWorkspaceStatus", &STALE_STATUS, &[("currentWorkspaceStatus", "workspaceStatus")]),
];

evidence_write! {
    /// An import that an owner has in mind.
    INTENT of kinds::INTENT {
        stem: stem!(intent),
        path: "/api/admin/audience/import-intents",
        operation: "recordImportIntent",
        summary: "Writes down an import that an owner has in mind, as counts; nobody is imported.",
        contract: "audience-import-intent-contract",
        status: "audience-import-intents-ready",
        issue: 253,
        phrase: "Record Bumpgrade audience import intent",
        prefix: "audience-import-intent-",
        record: "intent",
        steps: joined!(Step: [
            WORKSPACE,
            &[
                text("sourceKind", "Where the contacts come from"),
                Step::Known { name: "sourceKind", words: SOURCES, refusal: &common::INVALID_REQUEST },
                field("sourceLabel", Takes::Text(IMPORT_LABEL_MAX_CHARS), "What you call the source"),
                field("estimatedContactCount", Takes::Integer(0), "Contacts, about"),
                count("estimatedNewContactCount", "Of these new"),
                count("estimatedUpdateCount", "Of these on the list already"),
                count("estimatedSuppressedCount", "Of these held back"),
                Step::Within {
                    parts: &["estimatedNewContactCount", "estimatedUpdateCount", "estimatedSuppressedCount"],
                    most: "estimatedContactCount",
                    refusal: &common::INVALID_REQUEST,
                },
            ],
            IMPORT_END,
        ]),
        truth: [&sql::truths::WORKSPACE, &sql::truths::RECORD_INTENT],
        missing: &NO_WORKSPACE,
        guards: WORKSPACE_GUARDS,
        done: "The import is noted. Nobody was imported.",
        flags: own::IMPORT_INTENT,
        query: &[("workspaceId", "Another workspace than the first.")],
        page: desk,
    }
}

evidence_write! {
    /// What a look at the contacts of an import came to.
    PREFLIGHT of kinds::PREFLIGHT {
        stem: stem!(preflight),
        path: "/api/admin/audience/import-preflights",
        operation: "recordImportPreflight",
        summary: "Writes down what a look at the contacts of an import came to, as counts; nobody is imported.",
        contract: "audience-import-preflight-contract",
        status: "audience-import-preflights-ready",
        issue: 259,
        phrase: "Record Bumpgrade audience import preflight",
        prefix: "audience-import-preflight-",
        record: "preflight",
        steps: joined!(Step: [
            WORKSPACE,
            &[
                text("importIntentId", "Import"),
                field("expectedImportIntentSourceLabel", Takes::Text(IMPORT_LABEL_MAX_CHARS), "What the source is called"),
                field("totalContactsChecked", Takes::Integer(0), "Contacts looked at"),
                count("eligibleNewContactCount", "New ones that may be added"),
                count("eligibleUpdateCount", "On the list already"),
                count("duplicateCount", "Twice in the source"),
                count("suppressedCount", "Held back, so not to be added"),
                count("missingConsentCount", "Without consent"),
                count("malformedCount", "Not readable"),
                count("lawfulBasisCount", "With a lawful basis"),
                Step::Within {
                    parts: &[
                        "eligibleNewContactCount", "eligibleUpdateCount", "duplicateCount", "suppressedCount",
                        "missingConsentCount", "malformedCount",
                    ],
                    most: "totalContactsChecked",
                    refusal: &COUNTS,
                },
                Step::Within { parts: &["lawfulBasisCount"], most: "totalContactsChecked", refusal: &COUNTS },
            ],
            IMPORT_END,
        ]),
        truth: [&sql::truths::INTENT, &sql::truths::RECORD_PREFLIGHT],
        missing: &NO_WORKSPACE,
        guards: joined!(Guard: [
            WORKSPACE_GUARDS,
            &[
                same("importIntentId", "importIntentId", &NO_INTENT, &[]),
                same("importIntentSourceLabel", "expectedImportIntentSourceLabel", &MISMATCH, &[]),
                must("intentFresh", &MISMATCH, &[]),
                must("withinEstimate", &COUNTS, &[]),
            ],
        ]),
        done: "What the look at the contacts came to is noted. Nobody was imported.",
        flags: own::IMPORT_PREFLIGHT,
        query: &[("importIntentId", "Another import intent than the latest.")],
        page: desk,
    }
}

/// What every step of a broadcast says.
const DRAFT: &[Step] = &[
    text("draftId", "Draft"),
    text("expectedDraftUpdatedAt", "Draft as you saw it"),
    field("expectedReadyRecipientCount", Takes::Integer(0), "People who can be written to"),
];

const END: &[Step] = &[Step::Key(&common::INVALID_REQUEST), Step::Phrase(&confirm::UNCONFIRMED)];

const DRAFT_NOW: &[(&str, &str)] =
    &[("currentDraftUpdatedAt", "draftUpdatedAt"), ("currentReadyRecipientCount", "readyRecipientCount")];

const DRAFT_GUARDS: &[Guard] = &[
    same("draftUpdatedAt", "expectedDraftUpdatedAt", &STALE_DRAFT, DRAFT_NOW),
    same("readyRecipientCount", "expectedReadyRecipientCount", &STALE_COUNT, DRAFT_NOW),
];

/// The fields and guards of a step that stands on another: `$name` is the id of that one, `$now` what a refusal calls the
/// latest.
macro_rules! stands_on {
    (steps $name:literal, $label:literal) => {
        joined!(Step: [&[text($name, $label)], DRAFT, END])
    };
    (guards $name:literal, $missing:path, $now:literal, $more:expr) => {
        joined!(Guard: [
            &[same(concat!($name, "Asked"), $name, &$missing, &[])],
            DRAFT_GUARDS,
            &[
                must(concat!($name, "SameDraft"), &STALE_DRAFT, DRAFT_NOW),
                must(concat!($name, "SameCount"), &STALE_COUNT, DRAFT_NOW),
            ],
            $more,
            &[
                must("queueReady", &NO_QUEUE, &[]),
                must("sameQueue", &NO_QUEUE, &[]),
                must(concat!($name, "Current"), &STALE_STEP, &[($now, $name)]),
            ],
        ])
    };
}

const ASK: &[(&str, &str)] = &[("draftId", "Another draft than the one that changed last.")];

macro_rules! broadcast_step {
    ($(#[$doc:meta])* $name:ident = $kind:ident, $route:literal, $operation:literal, $contract:literal, $status:literal,
        $issue:literal, $phrase:literal, $prefix:literal, $record:literal, $flags:expr, $summary:literal, $done:literal,
        $steps:expr, $guards:expr) => {
        evidence_write! {
            $(#[$doc])* $name of kinds::$name {
                stem: stem!($kind),
                path: concat!("/api/admin/audience/broadcasts/", $route),
                operation: $operation,
                summary: $summary,
                contract: concat!("audience-broadcast-", $contract, "-contract"),
                status: $status,
                issue: $issue,
                phrase: concat!("Create dry-run Bumpgrade broadcast ", $phrase),
                prefix: $prefix,
                record: $record,
                steps: $steps,
                truth: [&sql::truths::DRAFT, &sql::truths::RECORD_STEP],
                missing: &NO_DRAFT,
                guards: $guards,
                done: $done,
                flags: $flags,
                query: ASK,
                page: desk,
            }
        }
    };
}

broadcast_step! {
    /// When a broadcast would leave, and to how many.
    SCHEDULE = schedule, "schedule-intents", "recordScheduleIntent", "schedule-intent",
    "broadcast-schedule-intents-ready", 173, "schedule intent", "broadcast-schedule-intent-", "intent", own::SCHEDULE,
    "Writes down when a broadcast would leave and to how many; nothing is scheduled.",
    "The schedule is noted. Nothing will be sent by it.",
    joined!(Step: [
        DRAFT,
        &[Step::Field(Field {
            name: "requestedSendAt",
            takes: Takes::Moment,
            missing: None,
            label: "When it would leave, such as 2030-01-31T09:00:00Z",
        })],
        END,
    ]),
    joined!(Guard: [DRAFT_GUARDS, &[must("sendTimeAhead", &common::INVALID_REQUEST, &[])]])
}

broadcast_step! {
    /// The batch that would be handed over.
    BATCH = batch, "delivery-batches", "recordDeliveryBatch", "delivery-batch", "broadcast-delivery-batch-dry-run-ready",
    183, "delivery batch", "broadcast-delivery-batch-", "batch", own::BATCH,
    "Writes down the batch that would be handed over; no mail is made.",
    "The batch is noted. No mail was made.",
    stands_on!(steps "scheduleIntentId", "Schedule"),
    stands_on!(guards "scheduleIntentId", NO_SCHEDULE, "currentScheduleIntentId",
        &[must("previewReady", &NO_PREVIEW, &[])])
}

broadcast_step! {
    /// The messages that would be queued.
    MESSAGES = messages, "delivery-queue-messages", "recordDeliveryQueueMessages", "delivery-queue-message",
    "broadcast-delivery-queue-messages-dry-run-ready", 189, "delivery queue messages",
    "broadcast-delivery-queue-messages-", "messages", own::MESSAGES,
    "Writes down how many messages would be queued; none is.",
    "The messages are noted as a number. None was queued.",
    stands_on!(steps "deliveryBatchId", "Batch"),
    stands_on!(guards "deliveryBatchId", NO_BATCH, "currentDeliveryBatchId", &[])
}

broadcast_step! {
    /// What is checked before a dispatch.
    DISPATCH = dispatch, "dispatch-preflights", "recordDispatchPreflight", "dispatch-preflight",
    "broadcast-dispatch-preflight-dry-run-ready", 191, "dispatch preflight", "broadcast-dispatch-preflight-",
    "preflight", own::MESSAGES,
    "Writes down what was checked before a dispatch; nothing is dispatched.",
    "The check is noted. Nothing was dispatched.",
    stands_on!(steps "deliveryQueueMessageId", "Queue messages"),
    stands_on!(guards "deliveryQueueMessageId", NO_MESSAGES, "currentDeliveryQueueMessageId", &[])
}

broadcast_step! {
    /// The receipt of a dispatch that did not happen.
    ATTEMPT = attempt, "dispatch-attempts", "recordDispatchAttempt", "dispatch-attempt",
    "broadcast-dispatch-attempts-dry-run-ready", 197, "dispatch attempt", "broadcast-dispatch-attempt-", "attempt",
    own::ATTEMPT,
    "Writes down a dry run of a dispatch; nobody is written to.",
    "The dry run is noted. Nobody was written to.",
    stands_on!(steps "dispatchPreflightId", "Check before dispatch"),
    stands_on!(guards "dispatchPreflightId", NO_PREFLIGHT, "currentDispatchPreflightId", &[])
}
