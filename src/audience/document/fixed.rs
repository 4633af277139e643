//! The parts of the document that never change.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use crate::audience::evidence::kinds;
use crate::audience::join::JOIN;
use crate::audience::leave::{model as leave, LEAVE};
use crate::audience::{DOCUMENT, OWNER_PAGE, PARENT_ISSUE};
use crate::contract::document::Fixed;
use crate::contract::redaction::Flagged;
use crate::wire;

/// The addresses that are there whatever is set up, beside those of the owner's writes.
pub const ROUTES: &[&str] = &[DOCUMENT, JOIN, LEAVE, OWNER_PAGE];

wire! {
    /// How something is written.
    pub struct WriteContract {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// Where.
        api_route: &'static str,
        /// The tables behind it.
        tables: &'static [&'static str],
        /// What may be shown.
        public_safe_fields: &'static [&'static str],
        /// What stays on the server.
        server_private_fields: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// What only this contract has.
        #[serde(flatten)]
        more: BTreeMap<&'static str, Value>,
    }
}

const PRIVATE: &[&str] = &[
    "email",
    "email_hash",
    "first_name",
    "ip_hash",
    "user_agent_hash",
    "idempotency_key",
    "metadata_json",
    "links in mails",
];

/// How somebody joins.
pub static OPT_IN_WRITES: Fixed<WriteContract> = Fixed::new(|| WriteContract {
    id: "audience-opt-in-consent-capture-contract",
    status: "subscriber-capture-ready",
    issue: 103,
    parent_issue: PARENT_ISSUE,
    api_route: JOIN,
    tables: &[
        "audience_subscribers",
        "audience_consent_events",
        "audience_tag_assignments",
        "audience_sequence_enrollments",
    ],
    public_safe_fields: &["formId", "tagIds", "sequenceId", "status", "duplicate", "emailDeliveryEnabled"],
    server_private_fields: PRIVATE,
    write_boundary:
        "Whoever asks to join is sent a mail and joins by a press on the page that it leads to. The answer \
        is the same for members and strangers. Nobody who left joins again without that press.",
    more: BTreeMap::new(),
});

/// How somebody leaves.
pub static UNSUBSCRIBE_WRITES: Fixed<WriteContract> = Fixed::new(|| WriteContract {
    id: "audience-unsubscribe-suppression-contract",
    status: "unsubscribe-sequence-pause-ready",
    issue: 343,
    parent_issue: PARENT_ISSUE,
    api_route: LEAVE,
    tables: &["audience_suppression_entries", "audience_subscribers", "audience_sequence_enrollments"],
    public_safe_fields: &["suppressionEntryId", "status", "duplicate", "emailDeliveryEnabled"],
    server_private_fields: PRIVATE,
    write_boundary:
        "Whoever leaves is not written to again, by a hash of the address that stays when everything else is \
        erased. The answer is the same for members and strangers.",
    more: BTreeMap::from([
        ("suppressionIssue", json!(167)),
        ("sequencePauseIssue", json!(343)),
        ("redaction", flags(leave::FLAGS)),
    ]),
});

/// How an owner notes something about somebody.
pub static NOTE_WRITES: Fixed<WriteContract> = Fixed::new(|| WriteContract {
    id: kinds::NOTE.write.contract_id,
    status: kinds::NOTE.write.contract_status,
    issue: kinds::NOTE.write.issue,
    parent_issue: PARENT_ISSUE,
    api_route: kinds::NOTE.write.path,
    tables: &["audience_timeline_entries"],
    public_safe_fields: &["timelineEntryId", "entryKind", "status", "createdAt"],
    server_private_fields: &["body", "subscriber_id", "actor_user_id", "actor_email_hash", "idempotency_key"],
    write_boundary: kinds::NOTE.boundary,
    more: BTreeMap::from([
        ("auth", json!("owner-session")),
        ("confirmation", json!({ "required": true, "text": kinds::NOTE.write.phrase })),
        ("redaction", flags(kinds::NOTE.write.answers.flags)),
    ]),
});

/// The flags of a part that never changes, which holds no records.
fn flags(flags: &'static [crate::contract::redaction::Flag]) -> Value {
    serde_json::to_value(Flagged::new(json!({}), flags)).unwrap_or_default()
}

/// The names of the ids that stay what they are.
pub const STABLE_IDS: &[&str] = &[
    "subscriberId",
    "subscriberInspectionId",
    "subscriberSegmentId",
    "optInFormId",
    "leadMagnetId",
    "subscriberTagId",
    "emailSequenceId",
    "sequenceEnrollmentPauseId",
    "sequenceDeliveryReadinessId",
    "automationRuleId",
    "broadcastDraftId",
    "broadcastReadinessId",
    "consentRecordId",
    "suppressionEntryId",
    "timelineEntryId",
    "agentActionId",
    "broadcastScheduleIntentId",
    "broadcastPreviewSafetyId",
    "broadcastQueueReadinessId",
    "broadcastDeliveryBatchId",
    "broadcastDeliveryQueueMessageId",
    "broadcastDispatchPreflightId",
    "broadcastDispatchAttemptId",
    "broadcastSenderDomainReadinessId",
    "broadcastProviderEventReadinessId",
    "broadcastProviderRateLimitReadinessId",
    "broadcastProviderResponseReadinessId",
    "broadcastSendPayloadReadinessId",
    "broadcastQueueProducerReadinessId",
    "broadcastQueueConsumerReadinessId",
    "audienceImportIntentId",
    "audienceImportPreflightId",
    "audienceExportReadinessId",
];

/// What can and cannot be written.
pub const WRITE_BOUNDARY: &str =
    "Anybody can ask to join the list, confirm it from their mailbox, leave it again, and \
    take or erase their data. An owner can note things about people and record each step towards an import or a \
    broadcast. No import, export or broadcast runs from here.";

/// What this document does not promise.
pub const CAVEAT: &str =
    "Counts are those of the moment. Steps of a broadcast are notes of what an owner checked; none \
    of them sent a mail.";
