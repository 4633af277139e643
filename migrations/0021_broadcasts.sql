-- Broadcasts: a draft that is checked step by step before anything could be sent, and what is known about each part of
-- the way. Nothing here sends a mail.

CREATE TABLE audience_broadcast_drafts (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  subject_intent TEXT NOT NULL,
  preview_text TEXT NOT NULL,
  audience_scope TEXT NOT NULL,
  -- Who it is for; its counts are of this segment only.
  segment_id TEXT NOT NULL,
  approval_boundary TEXT NOT NULL,
  suppression_policy TEXT NOT NULL,
  -- Counts the changes. Two changes within one second are two revisions.
  revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audience_broadcast_drafts_by_tenant ON audience_broadcast_drafts (tenant_id, updated_at);
CREATE INDEX audience_broadcast_drafts_by_workspace ON audience_broadcast_drafts (workspace_id, status);
CREATE INDEX audience_broadcast_drafts_by_segment ON audience_broadcast_drafts (segment_id, status);

-- Whoever changes a draft, its revision goes up and its time of change is never the one before.
CREATE TRIGGER audience_broadcast_drafts_revised AFTER UPDATE ON audience_broadcast_drafts
WHEN NEW.revision = OLD.revision
BEGIN
  UPDATE audience_broadcast_drafts
  SET revision = OLD.revision + 1, updated_at = max(NEW.updated_at, OLD.updated_at + 1) WHERE id = NEW.id;
END;

-- Whom a draft could reach, from the totals: a subscriber belongs to one segment and is counted under one heading.
CREATE VIEW audience_broadcast_reach AS
SELECT d.id AS draft_id, d.tenant_id,
  COALESCE(SUM(t.total) FILTER (WHERE t.status = 'subscribed' AND t.has_consent = 1 AND t.is_suppressed = 0), 0) AS ready,
  COALESCE(SUM(t.total) FILTER (WHERE t.status = 'subscribed' AND t.is_suppressed = 1), 0) AS suppressed,
  COALESCE(SUM(t.total) FILTER (WHERE t.status = 'unsubscribed'), 0) AS unsubscribed,
  COALESCE(SUM(t.total) FILTER (WHERE t.status = 'subscribed' AND t.has_consent = 0 AND t.is_suppressed = 0), 0)
    AS missing_consent,
  COALESCE((SELECT SUM(x.total) FROM audience_totals x
    WHERE x.tenant_id = d.tenant_id AND x.subject = 'suppression' AND x.status = 'active'), 0) AS active_suppressions
FROM audience_broadcast_drafts d
LEFT JOIN audience_subscriber_totals t ON t.tenant_id = d.tenant_id AND t.source_segment_id = d.segment_id
GROUP BY d.id;

-- How many people have a sequence that was paused when they left. One person counts once.
CREATE TABLE audience_paused_totals (
  tenant_id TEXT PRIMARY KEY NOT NULL REFERENCES tenants (id),
  total INTEGER NOT NULL
) STRICT;

CREATE INDEX audience_sequence_enrollments_by_subscriber ON audience_sequence_enrollments (subscriber_id, status);

INSERT INTO audience_paused_totals
SELECT tenant_id, COUNT(DISTINCT subscriber_id) FROM audience_sequence_enrollments
WHERE status = 'unsubscribe_paused' GROUP BY tenant_id;

CREATE TRIGGER audience_pauses_counted AFTER INSERT ON audience_sequence_enrollments
WHEN NEW.status = 'unsubscribe_paused' AND NOT EXISTS (SELECT 1 FROM audience_sequence_enrollments o
  WHERE o.subscriber_id = NEW.subscriber_id AND o.status = 'unsubscribe_paused' AND o.id <> NEW.id)
BEGIN
  INSERT INTO audience_paused_totals VALUES (NEW.tenant_id, 1) ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_pauses_recounted AFTER UPDATE OF status ON audience_sequence_enrollments
WHEN OLD.status <> NEW.status AND NOT EXISTS (SELECT 1 FROM audience_sequence_enrollments o
  WHERE o.subscriber_id = NEW.subscriber_id AND o.status = 'unsubscribe_paused' AND o.id <> NEW.id)
BEGIN
  INSERT INTO audience_paused_totals VALUES (NEW.tenant_id, CASE NEW.status WHEN 'unsubscribe_paused' THEN 1 ELSE -1 END)
  ON CONFLICT DO UPDATE SET total = total + excluded.total;
END;

CREATE TRIGGER audience_pauses_uncounted AFTER DELETE ON audience_sequence_enrollments
WHEN OLD.status = 'unsubscribe_paused' AND NOT EXISTS (SELECT 1 FROM audience_sequence_enrollments o
  WHERE o.subscriber_id = OLD.subscriber_id AND o.status = 'unsubscribe_paused')
BEGIN
  UPDATE audience_paused_totals SET total = total - 1 WHERE tenant_id = OLD.tenant_id;
END;

-- An owner looks for people by the beginning of their name.
CREATE INDEX audience_subscribers_by_name ON audience_subscribers (tenant_id, first_name COLLATE NOCASE);

-- What is known about each part of the way that a broadcast would take: one row for a draft and a part. The facts are
-- what documents show, under the names they show them by; the flags say what is switched on, as 0 or 1, and the steps of
-- a broadcast are refused while one is not 0.
CREATE TABLE audience_broadcast_readiness (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  draft_id TEXT NOT NULL REFERENCES audience_broadcast_drafts (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN (
    'preview_safety', 'queue_readiness', 'sender_domain_readiness', 'provider_event_readiness',
    'provider_rate_limit_readiness', 'provider_response_readiness', 'send_payload_readiness',
    'queue_producer_readiness', 'queue_consumer_readiness')),
  status TEXT NOT NULL,
  facts_json TEXT NOT NULL CHECK (json_type(facts_json) = 'object'),
  flags_json TEXT NOT NULL CHECK (json_type(flags_json) = 'object'),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, draft_id, kind)
) STRICT;

-- Each part under its published name, with the published columns.
CREATE VIEW audience_broadcast_preview_safety AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.subjectLine') AS subject_line,
  json_extract(facts_json, '$.previewText') AS preview_text,
  json_extract(facts_json, '$.bodyOutline') AS body_outline_json,
  json_extract(facts_json, '$.unsubscribeFooterRequired') AS unsubscribe_footer_required,
  json_extract(facts_json, '$.unsubscribeFooterPolicy') AS unsubscribe_footer_policy,
  json_extract(facts_json, '$.senderDomainStatus') AS sender_domain_status,
  json_extract(facts_json, '$.safetyNotes') AS safety_notes_json,
  json_extract(flags_json, '$.sendQueueRowsCreated') AS send_queue_rows_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'preview_safety';

CREATE VIEW audience_broadcast_queue_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.queueName') AS queue_name,
  json_extract(facts_json, '$.queueMode') AS queue_mode,
  json_extract(facts_json, '$.retryPolicy') AS retry_policy,
  json_extract(facts_json, '$.suppressionCheckPolicy') AS suppression_check_policy,
  json_extract(facts_json, '$.unsubscribeFooterCheckPolicy') AS unsubscribe_footer_check_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.senderDomainGate') AS sender_domain_gate,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.sendQueueRowsCreated') AS send_queue_rows_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'queue_readiness';

CREATE VIEW audience_broadcast_sender_domain_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.domain') AS domain,
  json_extract(facts_json, '$.intendedFromAddress') AS intended_from_address,
  json_extract(facts_json, '$.fromAddressPolicy') AS from_address_policy,
  json_extract(facts_json, '$.replyPathPolicy') AS reply_path_policy,
  json_extract(facts_json, '$.bounceHandlingPolicy') AS bounce_handling_policy,
  json_extract(facts_json, '$.spfAlignmentStatus') AS spf_alignment_status,
  json_extract(facts_json, '$.dkimAlignmentStatus') AS dkim_alignment_status,
  json_extract(facts_json, '$.dmarcAlignmentStatus') AS dmarc_alignment_status,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.verificationEvidenceStatus') AS verification_evidence_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'sender_domain_readiness';

CREATE VIEW audience_broadcast_provider_event_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.providerName') AS provider_name,
  json_extract(facts_json, '$.eventKinds') AS event_kinds_json,
  json_extract(facts_json, '$.providerEventBoundary') AS provider_event_boundary,
  json_extract(facts_json, '$.bounceHandlingPolicy') AS bounce_handling_policy,
  json_extract(facts_json, '$.complaintHandlingPolicy') AS complaint_handling_policy,
  json_extract(facts_json, '$.deliveryEventPolicy') AS delivery_event_policy,
  json_extract(facts_json, '$.suppressionUpdatePolicy') AS suppression_update_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.rawProviderPayloadStorage') AS raw_provider_payload_storage,
  json_extract(facts_json, '$.providerSecretStatus') AS provider_secret_status,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.rawProviderPayloadsStored') AS raw_provider_payloads_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'provider_event_readiness';

CREATE VIEW audience_broadcast_provider_rate_limit_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.throttleWindow') AS throttle_window,
  json_extract(facts_json, '$.dailyLimitPolicy') AS daily_limit_policy,
  json_extract(facts_json, '$.burstLimitPolicy') AS burst_limit_policy,
  json_extract(facts_json, '$.retryBackoffPolicy') AS retry_backoff_policy,
  json_extract(facts_json, '$.providerLimitPolicy') AS provider_limit_policy,
  json_extract(facts_json, '$.rateLimitSource') AS rate_limit_source,
  json_extract(facts_json, '$.queueBackpressurePolicy') AS queue_backpressure_policy,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.rawProviderPayloadsStored') AS raw_provider_payloads_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'provider_rate_limit_readiness';

CREATE VIEW audience_broadcast_provider_response_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.responseStatusClasses') AS response_status_classes_json,
  json_extract(facts_json, '$.providerResponseBoundary') AS provider_response_boundary,
  json_extract(facts_json, '$.successResponsePolicy') AS success_response_policy,
  json_extract(facts_json, '$.transientFailurePolicy') AS transient_failure_policy,
  json_extract(facts_json, '$.permanentFailurePolicy') AS permanent_failure_policy,
  json_extract(facts_json, '$.retryDecisionPolicy') AS retry_decision_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.messageIdStoragePolicy') AS message_id_storage_policy,
  json_extract(facts_json, '$.responseBodyStorage') AS response_body_storage,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(facts_json, '$.providerRateLimitGateStatus') AS provider_rate_limit_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.rawProviderResponseBodiesStored') AS raw_provider_response_bodies_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'provider_response_readiness';

CREATE VIEW audience_broadcast_send_payload_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.payloadScope') AS payload_scope_json,
  json_extract(facts_json, '$.personalizationBoundary') AS personalization_boundary,
  json_extract(facts_json, '$.recipientIdentityPolicy') AS recipient_identity_policy,
  json_extract(facts_json, '$.unsubscribeFooterPolicy') AS unsubscribe_footer_policy,
  json_extract(facts_json, '$.consentRecheckPolicy') AS consent_recheck_policy,
  json_extract(facts_json, '$.suppressionRecheckPolicy') AS suppression_recheck_policy,
  json_extract(facts_json, '$.personalizationTokenPolicy') AS personalization_token_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.payloadBodyStorage') AS payload_body_storage,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(facts_json, '$.providerRateLimitGateStatus') AS provider_rate_limit_gate_status,
  json_extract(facts_json, '$.providerResponseGateStatus') AS provider_response_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.personalizedBodiesCreated') AS personalized_bodies_created,
  json_extract(flags_json, '$.rawPayloadBodiesStored') AS raw_payload_bodies_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'send_payload_readiness';

CREATE VIEW audience_broadcast_queue_producer_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.queueName') AS queue_name,
  json_extract(facts_json, '$.producerBinding') AS producer_binding,
  json_extract(facts_json, '$.producerMode') AS producer_mode,
  json_extract(facts_json, '$.producerGateStatus') AS producer_gate_status,
  json_extract(facts_json, '$.payloadDependencyStatus') AS payload_dependency_status,
  json_extract(facts_json, '$.consumerDependencyStatus') AS consumer_dependency_status,
  json_extract(facts_json, '$.idempotencyPolicy') AS idempotency_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.retryBackpressurePolicy') AS retry_backpressure_policy,
  json_extract(facts_json, '$.sendPayloadGateStatus') AS send_payload_gate_status,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(facts_json, '$.providerRateLimitGateStatus') AS provider_rate_limit_gate_status,
  json_extract(facts_json, '$.providerResponseGateStatus') AS provider_response_gate_status,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.cloudflareQueueProducersEnabled') AS cloudflare_queue_producers_enabled,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.personalizedBodiesCreated') AS personalized_bodies_created,
  json_extract(flags_json, '$.rawPayloadBodiesStored') AS raw_payload_bodies_stored,
  json_extract(flags_json, '$.cloudflareQueueMessagesCreated') AS cloudflare_queue_messages_created,
  json_extract(flags_json, '$.queuePayloadBodiesCreated') AS queue_payload_bodies_created,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'queue_producer_readiness';

CREATE VIEW audience_broadcast_queue_consumer_readiness AS
SELECT id, tenant_id, draft_id, status,
  json_extract(facts_json, '$.queueName') AS queue_name,
  json_extract(facts_json, '$.consumerName') AS consumer_name,
  json_extract(facts_json, '$.consumerMode') AS consumer_mode,
  json_extract(facts_json, '$.consumerGateStatus') AS consumer_gate_status,
  json_extract(facts_json, '$.producerDependencyStatus') AS producer_dependency_status,
  json_extract(facts_json, '$.queueProducerGateStatus') AS queue_producer_gate_status,
  json_extract(facts_json, '$.payloadDependencyStatus') AS payload_dependency_status,
  json_extract(facts_json, '$.ackPolicy') AS ack_policy,
  json_extract(facts_json, '$.retryPolicy') AS retry_policy,
  json_extract(facts_json, '$.deadLetterPolicy') AS dead_letter_policy,
  json_extract(facts_json, '$.idempotencyPolicy') AS idempotency_policy,
  json_extract(facts_json, '$.auditCorrelationPolicy') AS audit_correlation_policy,
  json_extract(facts_json, '$.providerHandoffPolicy') AS provider_handoff_policy,
  json_extract(facts_json, '$.sendPayloadGateStatus') AS send_payload_gate_status,
  json_extract(facts_json, '$.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(facts_json, '$.providerEventGateStatus') AS provider_event_gate_status,
  json_extract(facts_json, '$.providerRateLimitGateStatus') AS provider_rate_limit_gate_status,
  json_extract(facts_json, '$.providerResponseGateStatus') AS provider_response_gate_status,
  json_extract(flags_json, '$.cloudflareQueueConsumersEnabled') AS cloudflare_queue_consumers_enabled,
  json_extract(flags_json, '$.cloudflareQueueMessagesConsumed') AS cloudflare_queue_messages_consumed,
  json_extract(flags_json, '$.cloudflareQueueMessagesAcked') AS cloudflare_queue_messages_acked,
  json_extract(flags_json, '$.queueRetryRecordsCreated') AS queue_retry_records_created,
  json_extract(flags_json, '$.queueDeadLetterRecordsCreated') AS queue_dead_letter_records_created,
  json_extract(flags_json, '$.queuePayloadBodiesRead') AS queue_payload_bodies_read,
  json_extract(flags_json, '$.recipientPayloadsCreated') AS recipient_payloads_created,
  json_extract(flags_json, '$.providerSendEnabled') AS provider_send_enabled,
  json_extract(flags_json, '$.providerResponsesIncluded') AS provider_responses_created,
  json_extract(flags_json, '$.providerMessageIdsIncluded') AS provider_message_ids_created,
  json_extract(flags_json, '$.rawPayloadBodiesStored') AS raw_payload_bodies_stored,
  metadata_json, created_at, updated_at
FROM audience_broadcast_readiness WHERE kind = 'queue_consumer_readiness';

-- The documented tables of notes, imports and broadcasts: views over the receipts of each kind.

CREATE VIEW audience_timeline_entries AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.subscriberId') AS subscriber_id,
  json_extract(fields_json, '$.expectedSubscriberStatus') AS expected_subscriber_status,
  json_extract(fields_json, '$.noteBody') AS note_body,
  'owner_note' AS entry_kind,
  'active' AS status,
  json_extract(truth_json, '$.shown.body') AS body,
  1 AS private_note_body_included,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'crm_timeline_note';

CREATE VIEW audience_import_intents AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.workspaceId') AS workspace_id,
  json_extract(fields_json, '$.expectedWorkspaceRevisionId') AS expected_workspace_revision_id,
  json_extract(fields_json, '$.expectedWorkspaceStatus') AS expected_workspace_status,
  json_extract(fields_json, '$.sourceKind') AS source_kind,
  json_extract(fields_json, '$.sourceLabel') AS source_label,
  json_extract(fields_json, '$.estimatedContactCount') AS estimated_contact_count,
  json_extract(fields_json, '$.estimatedNewContactCount') AS estimated_new_contact_count,
  json_extract(fields_json, '$.estimatedUpdateCount') AS estimated_update_count,
  json_extract(fields_json, '$.estimatedSuppressedCount') AS estimated_suppressed_count,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'import_intent_recorded' AS status,
  'owner_confirmed_dry_run' AS intent_kind,
  0 AS import_rows_stored,
  0 AS raw_emails_stored,
  0 AS sequence_enrollments_created,
  0 AS email_delivery_enabled,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'audience_import_intent';

CREATE VIEW audience_import_preflights AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.workspaceId') AS workspace_id,
  json_extract(fields_json, '$.expectedWorkspaceRevisionId') AS expected_workspace_revision_id,
  json_extract(fields_json, '$.expectedWorkspaceStatus') AS expected_workspace_status,
  json_extract(fields_json, '$.importIntentId') AS import_intent_id,
  json_extract(fields_json, '$.expectedImportIntentSourceLabel') AS expected_import_intent_source_label,
  json_extract(fields_json, '$.totalContactsChecked') AS total_contacts_checked,
  json_extract(fields_json, '$.eligibleNewContactCount') AS eligible_new_contact_count,
  json_extract(fields_json, '$.eligibleUpdateCount') AS eligible_update_count,
  json_extract(fields_json, '$.duplicateCount') AS duplicate_count,
  json_extract(fields_json, '$.suppressedCount') AS suppressed_count,
  json_extract(fields_json, '$.missingConsentCount') AS missing_consent_count,
  json_extract(fields_json, '$.malformedCount') AS malformed_count,
  json_extract(fields_json, '$.lawfulBasisCount') AS lawful_basis_count,
  json_extract(fields_json, '$.privateNoteHash') AS private_note_sha256,
  'import_preflight_recorded' AS status,
  'owner_confirmed_import_preflight' AS preflight_kind,
  json_extract(truth_json, '$.shown.sourceKind') AS source_kind,
  0 AS import_rows_stored,
  0 AS raw_emails_stored,
  0 AS sequence_enrollments_created,
  0 AS email_delivery_enabled,
  0 AS subscriber_rows_created,
  0 AS export_enabled,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'audience_import_preflight';

CREATE VIEW audience_broadcast_schedule_intents AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  json_extract(fields_json, '$.requestedSendAt') AS requested_send_at,
  'dry_run_recorded' AS status,
  'owner_confirmed_dry_run' AS schedule_kind,
  json_extract(truth_json, '$.shown.readyRecipientCount') AS ready_recipient_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.sendTimeRequested') AS send_time_requested,
  0 AS send_queue_rows_created,
  0 AS provider_message_ids_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_schedule_intent';

CREATE VIEW audience_broadcast_delivery_batches AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.scheduleIntentId') AS schedule_intent_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  'delivery_batch_dry_run_recorded' AS status,
  json_extract(truth_json, '$.shown.queueName') AS queue_name,
  json_extract(truth_json, '$.shown.queueMode') AS queue_mode,
  json_extract(truth_json, '$.shown.readyRecipientCount') AS ready_recipient_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.unsubscribeFooterCheckStatus') AS unsubscribe_footer_check_status,
  json_extract(truth_json, '$.shown.senderDomainGateStatus') AS sender_domain_gate_status,
  0 AS provider_send_enabled,
  0 AS recipient_payloads_created,
  0 AS send_queue_rows_created,
  0 AS provider_message_ids_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_delivery_batch';

CREATE VIEW audience_broadcast_delivery_queue_messages AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.deliveryBatchId') AS delivery_batch_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  'delivery_queue_messages_dry_run_recorded' AS status,
  'dry_run_d1_evidence_only_no_cloudflare_queue_dispatch' AS dispatch_policy,
  json_extract(truth_json, '$.shown.scheduleIntentId') AS schedule_intent_id,
  json_extract(truth_json, '$.shown.dryRunMessageCount') AS dry_run_message_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.queueName') AS queue_name,
  json_extract(truth_json, '$.shown.queueMode') AS queue_mode,
  json_extract(truth_json, '$.shown.unsubscribeFooterCheckStatus') AS unsubscribe_footer_check_status,
  json_extract(truth_json, '$.shown.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(truth_json, '$.shown.retryPolicy') AS retry_policy,
  0 AS provider_send_enabled,
  0 AS recipient_payloads_created,
  0 AS cloudflare_queue_messages_created,
  0 AS provider_message_ids_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_delivery_queue_messages';

CREATE VIEW audience_broadcast_dispatch_preflights AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.deliveryQueueMessageId') AS delivery_queue_message_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  'provider_limit_required_before_live_sends' AS provider_limit_policy,
  'not_configured_real_sends_disabled' AS provider_rate_limit_window,
  'dry_run_preflight_no_cloudflare_queue_dispatch' AS dispatch_mode,
  'dispatch_preflight_dry_run_recorded' AS status,
  json_extract(truth_json, '$.shown.scheduleIntentId') AS schedule_intent_id,
  json_extract(truth_json, '$.shown.deliveryBatchId') AS delivery_batch_id,
  json_extract(truth_json, '$.shown.dryRunMessageCount') AS dry_run_message_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.queueName') AS queue_name,
  json_extract(truth_json, '$.shown.queueMode') AS queue_mode,
  json_extract(truth_json, '$.shown.unsubscribeFooterCheckStatus') AS unsubscribe_footer_check_status,
  json_extract(truth_json, '$.shown.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(truth_json, '$.shown.suppressionCheckStatus') AS suppression_check_status,
  json_extract(truth_json, '$.shown.auditCorrelationPolicy') AS audit_correlation_policy,
  0 AS provider_send_enabled,
  0 AS recipient_payloads_created,
  0 AS cloudflare_queue_messages_created,
  0 AS provider_message_ids_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_dispatch_preflight';

CREATE VIEW audience_broadcast_dispatch_attempts AS
SELECT
  id,
  tenant_id,
  json_extract(fields_json, '$.dispatchPreflightId') AS dispatch_preflight_id,
  json_extract(fields_json, '$.draftId') AS draft_id,
  json_extract(fields_json, '$.expectedDraftUpdatedAt') AS expected_draft_updated_at,
  json_extract(fields_json, '$.expectedReadyRecipientCount') AS expected_ready_recipient_count,
  'provider_limit_required_before_live_sends' AS provider_limit_policy,
  'not_configured_real_sends_disabled' AS provider_rate_limit_window,
  'dry_run_preflight_no_cloudflare_queue_dispatch' AS dispatch_mode,
  'dispatch_attempt_dry_run_recorded' AS status,
  'dry_run_receipt_only_no_cloudflare_queue_producer' AS queue_producer_mode,
  'not_dispatched_dry_run_receipt_only' AS dispatch_result_status,
  json_extract(truth_json, '$.shown.scheduleIntentId') AS schedule_intent_id,
  json_extract(truth_json, '$.shown.deliveryBatchId') AS delivery_batch_id,
  json_extract(truth_json, '$.shown.dryRunMessageCount') AS dry_run_message_count,
  json_extract(truth_json, '$.shown.heldRecipientCount') AS held_recipient_count,
  json_extract(truth_json, '$.shown.activeSuppressionCount') AS active_suppression_count,
  json_extract(truth_json, '$.shown.queueName') AS queue_name,
  json_extract(truth_json, '$.shown.queueMode') AS queue_mode,
  json_extract(truth_json, '$.shown.unsubscribeFooterCheckStatus') AS unsubscribe_footer_check_status,
  json_extract(truth_json, '$.shown.senderDomainGateStatus') AS sender_domain_gate_status,
  json_extract(truth_json, '$.shown.deliveryQueueMessageId') AS delivery_queue_message_id,
  json_extract(truth_json, '$.shown.suppressionCheckStatus') AS suppression_check_status,
  json_extract(truth_json, '$.shown.auditCorrelationPolicy') AS audit_correlation_policy,
  0 AS provider_send_enabled,
  0 AS recipient_payloads_created,
  0 AS cloudflare_queue_messages_created,
  0 AS provider_message_ids_created,
  0 AS provider_responses_created,
  idempotency_key,
  actor AS actor_user_id,
  actor_email_hash,
  confirmation_text_sha256,
  audit_correlation_id,
  truth_json AS metadata_json,
  created_at,
  created_at AS updated_at
FROM evidence_records WHERE kind = 'broadcast_dispatch_attempt';
