//! The document about the audience, held against the published facts. Its text was not published, so the facts stand here.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use crate::shop::Shop;

/// A summary: its key, issue, id and status, what it counts, and its flags.
type Fact = (&'static str, u32, &'static str, &'static str, &'static str, &'static str);

const SUMMARIES: &[Fact] = &[
    (
        "subscriberInspection",
        137,
        "audience-subscriber-inspection-contract",
        "owner-subscriber-inspection-ready",
        "subscribers unsubscribedSubscribers consentEvents tagAssignments sequenceEnrollments \
         pausedSequenceEnrollments suppressionEntries activeSuppressionEntries timelineEntries \
         activeTimelineEntries",
        "privateContactDataIncluded rawEmailIncluded rawNameIncluded rawIpIncluded rawUserAgentIncluded \
         rawSuppressionHashIncluded suppressionReasonIncluded privateTimelineNoteBodiesIncluded \
         timelineActorEmailIncluded",
    ),
    (
        "audienceExportReadiness",
        347,
        "audience-export-readiness-contract",
        "audience-export-readiness-ready",
        "subscribers subscribedSubscribers consentedSubscribers exportEligibleSubscribers suppressedSubscribers \
         activeSuppressionEntries unsubscribedSubscribers pausedSequenceSubscribers exportFilesCreatedRecords \
         rawEmailsIncludedRecords exportUrlsCreatedRecords",
        "privateContactDataIncluded rawEmailsIncluded subscriberIdsIncluded exportFileUrlsIncluded \
         exportFilesCreated actorEmailIncluded suppressionHashesIncluded privateNotesIncluded",
    ),
    (
        "audienceSequenceDeliveryReadiness",
        351,
        "audience-sequence-delivery-readiness-contract",
        "audience-sequence-delivery-readiness-ready",
        "draftEnrollments readyEnrollments pausedEnrollments unsubscribedEnrollments suppressedEnrollments \
         missingConsentEnrollments subscribedSubscribers consentedSubscribers activeSuppressionEntries sequences \
         sequenceSteps immediateSteps delayedSteps deliveryQueueRowsCreatedRecords recipientPayloadsCreatedRecords \
         personalizedBodiesCreatedRecords emailSendEnabledRecords providerMessageIdsCreatedRecords \
         unsubscribeUrlsCreatedRecords",
        "privateContactDataIncluded rawEmailsIncluded subscriberIdsIncluded recipientPayloadsIncluded \
         personalizedBodiesIncluded bodyTemplatesIncluded unsubscribeUrlsIncluded providerMessageIdsIncluded \
         queuePayloadsIncluded actorEmailIncluded suppressionHashesIncluded",
    ),
    (
        "broadcastReadiness",
        171,
        "audience-broadcast-readiness-contract",
        "broadcast-readiness-ready",
        "broadcastDrafts scopedSubscribers consentedSubscribers readyRecipients suppressedRecipients \
         unsubscribedRecipients missingConsentRecipients activeSuppressionEntries",
        "privateContactDataIncluded rawRecipientEmailsIncluded rawRecipientNamesIncluded suppressionHashesIncluded \
         providerMessageIdsIncluded sendQueueRowsCreated",
    ),
    (
        "broadcastPreviewSafety",
        175,
        "audience-broadcast-preview-safety-contract",
        "broadcast-preview-safety-ready",
        "previewSafetyRecords unsubscribeFooterRequiredRecords senderDomainsReady",
        "privateContactDataIncluded rawRecipientEmailsIncluded rawRecipientNamesIncluded personalizedBodyIncluded \
         providerMessageIdsIncluded sendQueueRowsCreated",
    ),
    (
        "broadcastQueueReadiness",
        177,
        "audience-broadcast-queue-readiness-contract",
        "broadcast-queue-readiness-ready",
        "queueReadinessRecords dryRunQueues providerSendEnabledRecords recipientPayloadsCreatedRecords",
        "privateContactDataIncluded rawRecipientEmailsIncluded rawRecipientNamesIncluded recipientPayloadsIncluded \
         providerMessageIdsIncluded sendQueueRowsCreated",
    ),
    (
        "broadcastSenderDomainReadiness",
        199,
        "audience-broadcast-sender-domain-readiness-contract",
        "broadcast-sender-domain-readiness-ready",
        "senderDomainReadinessRecords domainsPendingVerification domainsReady providerSendEnabledRecords \
         cloudflareQueueProducerEnabledRecords recipientPayloadsCreatedRecords providerResponsesCreatedRecords \
         providerMessageIdsCreatedRecords",
        "providerSecretsIncluded privateContactDataIncluded rawRecipientEmailsIncluded recipientPayloadsIncluded \
         providerResponsesIncluded providerMessageIdsIncluded providerSendEnabled cloudflareQueueProducersEnabled \
         privateDnsCredentialsIncluded rawDnsRecordsIncluded",
    ),
    (
        "broadcastProviderEventReadiness",
        201,
        "audience-broadcast-provider-event-readiness-contract",
        "broadcast-provider-event-readiness-ready",
        "providerEventReadinessRecords bounceEventReadinessRecords complaintEventReadinessRecords \
         deliveryEventReadinessRecords rawProviderPayloadsStoredRecords providerSendEnabledRecords \
         cloudflareQueueProducerEnabledRecords recipientPayloadsCreatedRecords providerResponsesCreatedRecords \
         providerMessageIdsCreatedRecords",
        "providerSecretsIncluded privateContactDataIncluded rawRecipientEmailsIncluded recipientPayloadsIncluded \
         providerResponsesIncluded providerMessageIdsIncluded providerSendEnabled cloudflareQueueProducersEnabled \
         rawProviderPayloadsIncluded",
    ),
    (
        "broadcastProviderRateLimitReadiness",
        203,
        "audience-broadcast-provider-rate-limit-readiness-contract",
        "broadcast-provider-rate-limit-readiness-ready",
        "providerRateLimitReadinessRecords throttleWindowRecords retryBackoffPolicyRecords \
         rawProviderPayloadsStoredRecords providerSendEnabledRecords cloudflareQueueProducerEnabledRecords \
         recipientPayloadsCreatedRecords providerResponsesCreatedRecords providerMessageIdsCreatedRecords",
        "providerSecretsIncluded privateContactDataIncluded rawRecipientEmailsIncluded recipientPayloadsIncluded \
         providerResponsesIncluded providerMessageIdsIncluded providerSendEnabled cloudflareQueueProducersEnabled \
         rawProviderPayloadsIncluded providerLimitSecretsIncluded",
    ),
    (
        "broadcastProviderResponseReadiness",
        205,
        "audience-broadcast-provider-response-readiness-contract",
        "broadcast-provider-response-readiness-ready",
        "providerResponseReadinessRecords successResponsePolicyRecords transientFailurePolicyRecords \
         permanentFailurePolicyRecords retryDecisionPolicyRecords rawProviderResponseBodiesStoredRecords \
         providerSendEnabledRecords cloudflareQueueProducerEnabledRecords recipientPayloadsCreatedRecords \
         providerResponsesCreatedRecords providerMessageIdsCreatedRecords",
        "providerSecretsIncluded privateContactDataIncluded rawRecipientEmailsIncluded recipientPayloadsIncluded \
         providerResponsesIncluded providerMessageIdsIncluded providerSendEnabled cloudflareQueueProducersEnabled \
         rawProviderResponseBodiesIncluded",
    ),
    (
        "broadcastSendPayloadReadiness",
        207,
        "audience-broadcast-send-payload-readiness-contract",
        "broadcast-send-payload-readiness-ready",
        "sendPayloadReadinessRecords unsubscribeFooterPolicyRecords consentRecheckPolicyRecords \
         suppressionRecheckPolicyRecords providerSendEnabledRecords cloudflareQueueProducerEnabledRecords \
         recipientPayloadsCreatedRecords providerResponsesCreatedRecords providerMessageIdsCreatedRecords \
         personalizedBodiesCreatedRecords rawPayloadBodiesStoredRecords",
        "providerSecretsIncluded privateContactDataIncluded rawRecipientEmailsIncluded recipientPayloadsIncluded \
         providerResponsesIncluded providerMessageIdsIncluded providerSendEnabled cloudflareQueueProducersEnabled \
         personalizedBodiesIncluded rawPayloadBodiesIncluded",
    ),
    (
        "broadcastQueueProducerReadiness",
        209,
        "audience-broadcast-queue-producer-readiness-contract",
        "broadcast-queue-producer-readiness-ready",
        "queueProducerReadinessRecords dryRunProducerContracts cloudflareQueueMessagesCreatedRecords \
         queuePayloadBodiesCreatedRecords providerSendEnabledRecords cloudflareQueueProducerEnabledRecords \
         recipientPayloadsCreatedRecords providerResponsesCreatedRecords providerMessageIdsCreatedRecords \
         personalizedBodiesCreatedRecords rawPayloadBodiesStoredRecords",
        "providerSecretsIncluded privateContactDataIncluded rawRecipientEmailsIncluded recipientPayloadsIncluded \
         providerResponsesIncluded providerMessageIdsIncluded providerSendEnabled cloudflareQueueProducersEnabled \
         personalizedBodiesIncluded rawPayloadBodiesIncluded queuePayloadBodiesIncluded \
         cloudflareQueueMessagesCreated",
    ),
    (
        "broadcastQueueConsumerReadiness",
        211,
        "audience-broadcast-queue-consumer-readiness-contract",
        "broadcast-queue-consumer-readiness-ready",
        "queueConsumerReadinessRecords dryRunConsumerContracts cloudflareQueueConsumerEnabledRecords \
         cloudflareQueueMessagesConsumedRecords cloudflareQueueMessagesAckedRecords \
         queueRetryRecordsCreatedRecords queueDeadLetterRecordsCreatedRecords queuePayloadBodiesReadRecords \
         recipientPayloadsCreatedRecords providerSendEnabledRecords providerResponsesCreatedRecords \
         providerMessageIdsCreatedRecords rawPayloadBodiesStoredRecords",
        "privateContactDataIncluded rawRecipientEmailsIncluded queuePayloadBodiesIncluded \
         queueConsumerAckRowsIncluded queueRetryRowsIncluded queueDeadLetterRowsIncluded recipientPayloadsIncluded \
         rawPayloadBodiesIncluded providerSecretsIncluded providerResponsesIncluded providerMessageIdsIncluded \
         cloudflareQueueConsumersEnabled cloudflareQueueMessagesConsumed cloudflareQueueMessagesAcked \
         providerSendEnabled",
    ),
    (
        "importIntents",
        253,
        "audience-import-intent-contract",
        "audience-import-intents-ready",
        "importIntents ownerConfirmedIntents estimatedContacts estimatedNewContacts estimatedUpdates \
         estimatedSuppressions importRowsStoredRecords rawEmailsStoredRecords sequenceEnrollmentsCreatedRecords \
         emailDeliveryEnabledRecords",
        "privateContactDataIncluded rawEmailsIncluded importRowsIncluded actorEmailIncluded actorEmailHashIncluded \
         privateNoteIncluded sequenceEnrollmentsCreated emailDeliveryEnabled",
    ),
    (
        "importPreflights",
        259,
        "audience-import-preflight-contract",
        "audience-import-preflights-ready",
        "importPreflights ownerConfirmedPreflights totalContactsChecked eligibleNewContacts eligibleUpdates \
         duplicates suppressed missingConsent malformed lawfulBasisContacts subscriberRowsCreatedRecords \
         exportEnabledRecords importRowsStoredRecords rawEmailsStoredRecords sequenceEnrollmentsCreatedRecords \
         emailDeliveryEnabledRecords",
        "privateContactDataIncluded rawEmailsIncluded importRowsIncluded actorEmailIncluded actorEmailHashIncluded \
         privateNoteIncluded sequenceEnrollmentsCreated emailDeliveryEnabled subscriberRowsCreated exportEnabled",
    ),
    (
        "broadcastScheduleIntents",
        173,
        "audience-broadcast-schedule-intent-contract",
        "broadcast-schedule-intents-ready",
        "scheduleIntents activeDryRunIntents readyRecipientsReserved heldRecipientsSnapshotted",
        "privateContactDataIncluded rawRecipientEmailsIncluded rawRecipientNamesIncluded actorEmailIncluded \
         suppressionHashesIncluded providerMessageIdsIncluded sendQueueRowsCreated",
    ),
    (
        "broadcastDeliveryBatches",
        183,
        "audience-broadcast-delivery-batch-contract",
        "broadcast-delivery-batch-dry-run-ready",
        "deliveryBatches dryRunBatches readyRecipientsBatched heldRecipientsSnapshotted \
         activeSuppressionsSnapshotted providerSendEnabledBatches recipientPayloadsCreatedBatches \
         providerMessageIdsCreatedBatches",
        "privateContactDataIncluded rawRecipientEmailsIncluded rawRecipientNamesIncluded actorEmailIncluded \
         suppressionHashesIncluded providerMessageIdsIncluded sendQueueRowsCreated recipientPayloadsIncluded \
         personalizedBodyIncluded",
    ),
    (
        "broadcastDeliveryQueueMessages",
        189,
        "audience-broadcast-delivery-queue-message-contract",
        "broadcast-delivery-queue-messages-dry-run-ready",
        "dryRunRecords dryRunMessagesSnapshotted heldRecipientsSnapshotted providerSendEnabledRecords \
         recipientPayloadsCreatedRecords cloudflareQueueMessagesCreatedRecords providerMessageIdsCreatedRecords",
        "privateContactDataIncluded rawRecipientEmailsIncluded rawRecipientNamesIncluded actorEmailIncluded \
         suppressionHashesIncluded providerMessageIdsIncluded recipientPayloadsIncluded personalizedBodyIncluded \
         cloudflareQueueMessagesCreated providerSendEnabled",
    ),
    (
        "broadcastDispatchPreflights",
        191,
        "audience-broadcast-dispatch-preflight-contract",
        "broadcast-dispatch-preflight-dry-run-ready",
        "dryRunPreflights dryRunMessagesSnapshotted heldRecipientsSnapshotted providerSendEnabledRecords \
         recipientPayloadsCreatedRecords cloudflareQueueMessagesCreatedRecords providerMessageIdsCreatedRecords",
        "privateContactDataIncluded rawRecipientEmailsIncluded rawRecipientNamesIncluded actorEmailIncluded \
         suppressionHashesIncluded providerMessageIdsIncluded recipientPayloadsIncluded personalizedBodyIncluded \
         cloudflareQueueMessagesCreated providerSendEnabled",
    ),
    (
        "broadcastDispatchAttempts",
        197,
        "audience-broadcast-dispatch-attempt-contract",
        "broadcast-dispatch-attempts-dry-run-ready",
        "dryRunAttempts dryRunMessagesSnapshotted heldRecipientsSnapshotted providerSendEnabledRecords \
         recipientPayloadsCreatedRecords cloudflareQueueMessagesCreatedRecords providerMessageIdsCreatedRecords \
         providerResponsesCreatedRecords",
        "privateContactDataIncluded rawRecipientEmailsIncluded rawRecipientNamesIncluded actorEmailIncluded \
         suppressionHashesIncluded providerMessageIdsIncluded recipientPayloadsIncluded personalizedBodyIncluded \
         cloudflareQueueMessagesCreated providerSendEnabled providerResponsesIncluded",
    ),
];

/// What is counted beside what was published: one more thing that never happens.
const ALSO: &[&str] =
    &["sendQueueRowsCreatedRecords", "sendQueueRowsCreatedBatches", "providerMessageIdsCreatedRecords"];

const KEYS: &str =
    "id updatedAt status issue parentIssue generatedFrom routes stableIds optInWrites unsubscribeWrites \
    crmTimelineWrites writeBoundary workspaces caveat";

fn names(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn document() -> Value {
    Shop::new().get("/audience/source-data").json()
}

#[test]
fn the_document_has_the_published_keys_and_no_other() {
    let document = document();
    let mut wanted = words(KEYS);
    wanted.extend(SUMMARIES.iter().map(|fact| fact.0.to_owned()));
    assert_eq!(names(&document), wanted);
    assert_eq!(document["id"], "bumpgrade-audience-automation-source-data");
    assert_eq!((&document["parentIssue"], document["stableIds"].as_array().unwrap().len()), (&json!(17), 33));
    for (key, issue, id, status) in [
        ("optInWrites", 103, "audience-opt-in-consent-capture-contract", "subscriber-capture-ready"),
        ("unsubscribeWrites", 343, "audience-unsubscribe-suppression-contract", "unsubscribe-sequence-pause-ready"),
        ("crmTimelineWrites", 169, "audience-crm-timeline-note-contract", "owner-crm-timeline-ready"),
    ] {
        let write = &document[key];
        assert_eq!((&write["issue"], &write["id"], &write["status"]), (&json!(issue), &json!(id), &json!(status)));
        assert!(write["tables"].as_array().unwrap().iter().all(|table| !table.as_str().unwrap().is_empty()));
    }
    let routes = document["routes"].as_array().unwrap();
    let distinct: BTreeSet<String> = routes.iter().map(Value::to_string).collect();
    assert_eq!((routes.len(), distinct.len()), (13, 13), "{routes:?}");
}

#[test]
fn every_summary_has_the_published_ids_counts_and_flags() {
    let document = document();
    for (key, issue, id, status, counts, flags) in SUMMARIES {
        let summary = &document[key];
        assert_eq!((&summary["issue"], &summary["parentIssue"]), (&json!(issue), &json!(17)), "{key}");
        assert_eq!((&summary["id"], &summary["status"]), (&json!(id), &json!(status)), "{key}");
        assert_eq!((&summary["source"], &summary["loadError"]), (&json!("d1"), &Value::Null), "{key}");
        assert_eq!(summary["ownerRoute"], "/admin/audience", "{key}");
        let mut counted = names(&summary["counts"]);
        let wanted = words(counts);
        counted.retain(|name| wanted.contains(name) || !ALSO.contains(&name.as_str()));
        assert_eq!(counted, wanted, "{key}");
        assert_eq!(names(&summary["redaction"]), words(flags), "{key}");
        let held = summary["redaction"].as_object().unwrap().iter().filter(|(_, holds)| **holds != json!(false));
        assert_eq!(held.count(), 0, "{key}");
    }
}

#[test]
fn the_workspace_has_the_published_ids() {
    let workspace = document()["workspaces"][0].clone();
    let ids = |key: &str| -> Vec<String> {
        workspace[key].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    for (key, known) in [
        ("segments", "segment-indie-launch-waitlist segment-product-interested-publishers"),
        ("tags", "tag-lead-magnet-launch-checklist tag-source-funnel-indie-launch tag-intent-product-access"),
        ("leadMagnets", "lead-magnet-launch-checklist"),
        ("forms", "opt-in-form-indie-launch-waitlist"),
        ("sequences", "sequence-indie-launch-nurture"),
        ("automationRules", "automation-enroll-waitlist-nurture"),
        ("broadcastDrafts", "broadcast-draft-launch-window"),
    ] {
        assert_eq!(ids(key), known.split(' ').collect::<Vec<_>>(), "{key}");
    }
    let steps = &workspace["sequences"][0]["steps"];
    assert_eq!((&steps[1]["timing"], &steps[1]["delayValue"]), (&json!("delay_hours"), &json!(24)));
    assert_eq!(steps[0]["agentEditable"], true);
    let form = &workspace["forms"][0];
    assert_eq!(form["fields"][2]["required"], true);
    assert_eq!(form["tagIds"].as_array().unwrap().len(), 2);
    assert_eq!(form["targetSegmentIds"], json!(["segment-indie-launch-waitlist"]));
    assert_eq!(workspace["automationRules"][0]["actions"].as_array().unwrap().len(), 3);
    assert_eq!(workspace["revisionId"], "audience-automation-revision-indie-launch-2026-05-20");
}
