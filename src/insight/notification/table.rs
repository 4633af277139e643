//! The fifteen stages as one table. Everything about a stage is made from its entry: its write, its rung, its routes.
//!
//! An entry says: the module, the name in `PascalCase`, `snake_case` and `kebab-case`; how its address, status and record go
//! on from that name; the words of its phrase; its key; the stage below and all that a request names; what it can say
//! (waiting, ready, missing); what must have been looked at; its flags; its checks.

/// Hands the table to another macro.
macro_rules! stages {
    ($then:ident) => {
        $then! {
            { inbox "Inbox" "inbox" "inbox" path "-records" status "-records-ready" words "inbox" key "inboxRecord"
              kind "threshold_review" recorded "adminInboxRecordCreated" count "adminInboxRecordsCreated" issue 271
              title "In the owner's inbox" below [] on [] says [] reviewed NONE flags N0 N0 N0 checks [] }
            { dispatch_preflight "DispatchPreflight" "dispatch_preflight" "dispatch-preflight" path "s" status "s-ready"
              words "dispatch preflight" key "dispatchPreflight" kind "owner_notification_dispatch_preflight"
              recorded "ownerDispatchPreflightRecorded" count "ownerDispatchPreflightRecordedRecords" issue 284
              title "Before telling anybody" below [inbox] on [inbox]
              says ["blocked_pending_provider_review" "draft_ready_for_owner_review" "provider_contract_not_ready"]
              reviewed NONE flags N1 N1 N1
              checks ["dispatch-check-readiness" "passed", "dispatch-check-inbox-record" "?",
                "dispatch-check-provider" "blocked", "dispatch-check-recipient-body" "blocked",
                "dispatch-check-owner-provider-review" "external_required"] }
            { provider_domain "ProviderDomainReadiness" "provider_domain_readiness" "provider-domain-readiness" path ""
              status "-records-ready" words "provider/domain readiness" key "providerDomainReadiness"
              kind "owner_notification_provider_domain_readiness" recorded "ownerProviderDomainReadinessRecorded"
              count "ownerProviderDomainReadinessRecordedRecords" issue 286 title "Provider and domain"
              below [dispatch_preflight] on [inbox dispatch_preflight]
              says ["blocked_pending_provider_and_domain_review" "provider_domain_ready_for_owner_review" "provider_contract_or_dns_missing"]
              reviewed NONE flags N2 N2 N2
              checks ["provider-domain-check-readiness" "passed", "provider-domain-check-dispatch-preflight" "?",
                "provider-domain-check-provider-disabled" "blocked",
                "provider-domain-check-domain-external" "external_required",
                "provider-domain-check-recipient-body" "blocked",
                "provider-domain-check-send-disabled" "external_required"] }
            { content_consent "ContentConsentReadiness" "content_consent_readiness" "content-consent-readiness" path ""
              status "-records-ready" words "content/consent readiness" key "contentConsentReadiness"
              kind "owner_notification_content_consent_readiness" recorded "ownerContentConsentReadinessRecorded"
              count "ownerContentConsentReadinessRecordedRecords" issue 288 title "Words and consent"
              below [provider_domain] on [inbox dispatch_preflight provider_domain]
              says ["blocked_pending_content_consent_review" "content_consent_ready_for_owner_review" "body_unsubscribe_rate_limit_or_audit_missing"]
              reviewed CONTENT flags N2 N3 N3
              checks ["content-consent-check-readiness" "passed", "content-consent-check-provider-domain-readiness" "?",
                "content-consent-check-template-boundary" "passed", "content-consent-check-unsubscribe-rate-limit" "passed",
                "content-consent-check-audit-retention" "passed", "content-consent-check-send-disabled" "external_required"] }
            { send_payload "SendPayloadReadiness" "send_payload_readiness" "send-payload-readiness" path ""
              status "-records-ready" words "send-payload readiness" key "sendPayloadReadiness"
              kind "owner_notification_send_payload_readiness" recorded "ownerSendPayloadReadinessRecorded"
              count "ownerSendPayloadReadinessRecordedRecords" issue 290 title "What would be sent"
              below [content_consent] on [inbox dispatch_preflight provider_domain content_consent]
              says ["blocked_pending_send_payload_review" "send_payload_ready_for_owner_review" "recipient_payload_body_queue_or_provider_boundary_missing"]
              reviewed PAYLOAD flags N4 N4 N4
              checks ["send-payload-check-readiness" "passed", "send-payload-check-content-consent-readiness" "?",
                "send-payload-check-payload-boundary" "passed",
                "send-payload-check-unsubscribe-consent-suppression" "passed",
                "send-payload-check-recipient-scope" "passed", "send-payload-check-audit-retention" "passed",
                "send-payload-check-send-disabled" "external_required"] }
            { queue_producer "QueueProducerReadiness" "queue_producer_readiness" "queue-producer-readiness" path ""
              status "-records-ready" words "queue-producer readiness" key "queueProducerReadiness"
              kind "owner_notification_queue_producer_readiness" recorded "ownerQueueProducerReadinessRecorded"
              count "ownerQueueProducerReadinessRecordedRecords" issue 292 title "Into the queue"
              below [send_payload] on [inbox dispatch_preflight provider_domain send_payload]
              says ["blocked_pending_queue_producer_review" "queue_producer_ready_for_owner_review" "queue_binding_or_payload_dependency_missing"]
              reviewed PRODUCER flags N5 N5 N5
              checks ["queue-producer-check-readiness" "passed", "queue-producer-check-send-payload-readiness" "?",
                "queue-producer-check-binding-mode" "passed", "queue-producer-check-idempotency-retry" "passed",
                "queue-producer-check-consumer-dependency" "passed", "queue-producer-check-audit-retention" "passed",
                "queue-producer-check-producer-disabled" "external_required"] }
            { queue_consumer "QueueConsumerReadiness" "queue_consumer_readiness" "queue-consumer-readiness" path ""
              status "-records-ready" words "queue-consumer readiness" key "queueConsumerReadiness"
              kind "owner_notification_queue_consumer_readiness" recorded "ownerQueueConsumerReadinessRecorded"
              count "ownerQueueConsumerReadinessRecordedRecords" issue 294 title "Out of the queue"
              below [queue_producer] on [inbox dispatch_preflight provider_domain send_payload queue_producer]
              says ["blocked_pending_queue_consumer_review" "queue_consumer_ready_for_owner_review" "queue_binding_or_payload_dependency_missing"]
              reviewed LATE flags N6 N6 N5
              checks ["queue-consumer-check-readiness" "passed", "queue-consumer-check-queue-producer-readiness" "?",
                "queue-consumer-check-binding-mode" "passed", "queue-consumer-check-payload-ack-retry" "passed",
                "queue-consumer-check-provider-handoff" "passed", "queue-consumer-check-audit-retention" "passed",
                "queue-consumer-check-producer-disabled" "external_required"] }
            { provider_call "ProviderCallReadiness" "provider_call_readiness" "provider-call-readiness" path "" status "-records-ready"
              words "provider-call readiness" key "providerCallReadiness" kind "owner_notification_provider_call_readiness"
              recorded "ownerProviderCallReadinessRecorded" count "ownerProviderCallReadinessRecordedRecords" issue 297 title "Calling the provider"
              below [queue_consumer] on [inbox dispatch_preflight provider_domain send_payload queue_consumer]
              says ["blocked_pending_provider_call_review" "provider_call_ready_for_owner_review" "provider_dependency_or_payload_handoff_missing"] reviewed LATE
              flags N7 N7 N5
              checks ["provider-call-check-readiness" "passed", "provider-call-check-queue-consumer-readiness" "?",
                "provider-call-check-provider-disabled" "passed", "provider-call-check-redaction" "passed",
                "provider-call-check-runtime-dependencies" "passed", "provider-call-check-audit-retention" "passed",
                "provider-call-check-send-disabled" "external_required"] }
            { delivery_attempt "DeliveryAttemptReadiness" "delivery_attempt_readiness" "delivery-attempt-readiness" path "" status "-records-ready"
              words "delivery-attempt readiness" key "deliveryAttemptReadiness" kind "owner_notification_delivery_attempt_readiness"
              recorded "ownerDeliveryAttemptReadinessRecorded" count "ownerDeliveryAttemptReadinessRecordedRecords" issue 299 title "The attempt"
              below [provider_call] on [inbox dispatch_preflight provider_domain send_payload provider_call]
              says ["blocked_pending_delivery_attempt_review" "delivery_attempt_ready_for_owner_review" "provider_dependency_or_payload_handoff_missing"] reviewed LATE
              flags N8 N8 N5
              checks ["delivery-attempt-check-readiness" "passed", "delivery-attempt-check-provider-call-readiness" "?",
                "delivery-attempt-check-provider-disabled" "passed", "delivery-attempt-check-redaction" "passed",
                "delivery-attempt-check-runtime-dependencies" "passed", "delivery-attempt-check-audit-retention" "passed",
                "delivery-attempt-check-send-disabled" "external_required"] }
            { delivery_result "DeliveryResultReadiness" "delivery_result_readiness" "delivery-result-readiness" path "" status "-records-ready"
              words "delivery-result readiness" key "deliveryResultReadiness" kind "owner_notification_delivery_result_readiness"
              recorded "ownerDeliveryResultReadinessRecorded" count "ownerDeliveryResultReadinessRecordedRecords" issue 301 title "What came of it"
              below [delivery_attempt] on [inbox dispatch_preflight provider_domain send_payload delivery_attempt]
              says ["blocked_pending_delivery_result_review" "delivery_result_ready_for_owner_review" "delivery_result_dependency_or_receipt_boundary_missing"] reviewed LATE
              flags N9 N9 N9
              checks ["delivery-result-check-readiness" "passed", "delivery-result-check-delivery-attempt-readiness" "?",
                "delivery-result-check-provider-disabled" "passed", "delivery-result-check-redaction" "passed",
                "delivery-result-check-runtime-dependencies" "passed", "delivery-result-check-audit-retention" "passed",
                "delivery-result-check-send-disabled" "external_required"] }
            { delivery_status_webhook "DeliveryStatusWebhookReadiness" "delivery_status_webhook_readiness" "delivery-status-webhook-readiness" path "" status "-records-ready"
              words "delivery-status-webhook readiness" key "deliveryStatusWebhookReadiness" kind "owner_notification_delivery_status_webhook_readiness"
              recorded "ownerDeliveryStatusWebhookReadinessRecorded" count "ownerDeliveryStatusWebhookReadinessRecordedRecords" issue 303 title "What the provider reports"
              below [delivery_result] on [inbox dispatch_preflight provider_domain send_payload delivery_result]
              says ["blocked_pending_delivery_status_webhook_review" "delivery_status_webhook_ready_for_owner_review" "delivery_status_webhook_dependency_or_receipt_boundary_missing"] reviewed LATE
              flags N10 N10 N9
              checks ["delivery-status-webhook-check-readiness" "passed", "delivery-status-webhook-check-delivery-result-readiness" "?",
                "delivery-status-webhook-check-provider-disabled" "passed", "delivery-status-webhook-check-redaction" "passed",
                "delivery-status-webhook-check-runtime-dependencies" "passed", "delivery-status-webhook-check-audit-retention" "passed",
                "delivery-status-webhook-check-send-disabled" "external_required"] }
            { provider_polling "ProviderPollingReadiness" "provider_polling_readiness" "provider-polling-readiness" path "" status "-records-ready"
              words "provider-polling readiness" key "providerPollingReadiness" kind "owner_notification_provider_polling_readiness"
              recorded "ownerProviderPollingReadinessRecorded" count "ownerProviderPollingReadinessRecordedRecords" issue 305 title "Asking the provider"
              below [delivery_status_webhook] on [inbox dispatch_preflight provider_domain send_payload delivery_status_webhook]
              says ["blocked_pending_provider_polling_review" "provider_polling_ready_for_owner_review" "provider_polling_dependency_or_receipt_boundary_missing"] reviewed LATE
              flags N11 N11 N9
              checks ["provider-polling-check-readiness" "passed", "provider-polling-check-delivery-status-webhook-readiness" "?",
                "provider-polling-check-provider-disabled" "passed", "provider-polling-check-redaction" "passed",
                "provider-polling-check-runtime-dependencies" "passed", "provider-polling-check-audit-retention" "passed",
                "provider-polling-check-send-disabled" "external_required"] }
            { receipt_payload "ReceiptPayloadReadiness" "receipt_payload_readiness" "receipt-payload-readiness" path "" status "-records-ready"
              words "receipt-payload readiness" key "receiptPayloadReadiness" kind "owner_notification_receipt_payload_readiness"
              recorded "ownerReceiptPayloadReadinessRecorded" count "ownerReceiptPayloadReadinessRecordedRecords" issue 307 title "What a receipt holds"
              below [provider_polling] on [inbox dispatch_preflight provider_domain send_payload provider_polling]
              says ["blocked_pending_receipt_payload_review" "receipt_payload_ready_for_owner_review" "receipt_payload_dependency_or_payload_boundary_missing"] reviewed LATE
              flags N12 N12 N12
              checks ["receipt-payload-check-readiness" "passed", "receipt-payload-check-provider-polling-readiness" "?",
                "receipt-payload-check-provider-disabled" "passed", "receipt-payload-check-redaction" "passed",
                "receipt-payload-check-runtime-dependencies" "passed", "receipt-payload-check-audit-retention" "passed",
                "receipt-payload-check-send-disabled" "external_required"] }
            { delivery_receipt "DeliveryReceiptReadiness" "delivery_receipt_readiness" "delivery-receipt-readiness" path "" status "-records-ready"
              words "delivery-receipt readiness" key "deliveryReceiptReadiness" kind "owner_notification_delivery_receipt_readiness"
              recorded "ownerDeliveryReceiptReadinessRecorded" count "ownerDeliveryReceiptReadinessRecordedRecords" issue 309 title "The receipt"
              below [receipt_payload] on [inbox dispatch_preflight provider_domain send_payload receipt_payload]
              says ["blocked_pending_delivery_receipt_review" "delivery_receipt_ready_for_owner_review" "delivery_receipt_dependency_or_payload_boundary_missing"] reviewed LATE
              flags N13 N13 N13
              checks ["delivery-receipt-check-readiness" "passed", "delivery-receipt-check-receipt-payload-readiness" "?",
                "delivery-receipt-check-provider-disabled" "passed", "delivery-receipt-check-redaction" "passed",
                "delivery-receipt-check-runtime-dependencies" "passed", "delivery-receipt-check-audit-retention" "passed",
                "delivery-receipt-check-send-disabled" "external_required"] }
            { provider_status_reconciliation "ProviderStatusReconciliationReadiness" "provider_status_reconciliation_readiness" "provider-status-reconciliation-readiness" path "" status "-records-ready"
              words "provider-status-reconciliation readiness" key "providerStatusReconciliationReadiness" kind "owner_notification_provider_status_reconciliation_readiness"
              recorded "ownerProviderStatusReconciliationReadinessRecorded" count "ownerProviderStatusReconciliationReadinessRecordedRecords" issue 311 title "Comparing with the provider"
              below [delivery_receipt] on [inbox dispatch_preflight provider_domain send_payload delivery_receipt]
              says ["blocked_pending_provider_status_reconciliation_review" "provider_status_reconciliation_ready_for_owner_review" "provider_status_reconciliation_dependency_or_payload_boundary_missing"] reviewed LATE
              flags N14 N14 N14
              checks ["provider-status-reconciliation-check-readiness" "passed", "provider-status-reconciliation-check-delivery-receipt-readiness" "?",
                "provider-status-reconciliation-check-provider-disabled" "passed", "provider-status-reconciliation-check-redaction" "passed",
                "provider-status-reconciliation-check-runtime-dependencies" "passed", "provider-status-reconciliation-check-audit-retention" "passed",
                "provider-status-reconciliation-check-send-disabled" "external_required"] }
        }
    };
}

/// An entry as a rung.
macro_rules! rung {
    ({ $module:ident $pascal:literal $snake:literal $kebab:literal path $path:literal status $status:literal
       words $words:literal key $key:literal kind $kind:literal recorded $recorded:literal count $count:literal
       issue $issue:literal title $title:literal below $below:tt on $on:tt
       says [$($waits:literal $ready:literal $missing:literal)?] $($rest:tt)* }) => {
        concat!(
            r#"["analytics_notification_"#, $snake, r#"",""#, $key, r#"","#,
            $( r#""notification"#, $pascal, r#"Disposition",""#, $ready, r#"","#, )?
            rung!(@none $($ready)?),
            r#"0,"owner-analytics-notification-"#, $kebab, $status, r#""]"#
        )
    };
    (@none) => { r#""","","# };
    (@none $ready:literal) => { "" };
}

/// The list of rungs of these stages.
macro_rules! rungs_of {
    ($first:tt $($stage:tt)*) => { concat!("[", rung!($first), $( ",", rung!($stage), )* "]") };
}

/// The ladder, as [`ladder!`](crate::ladder) reads it.
macro_rules! rungs {
    () => {
        stages!(rungs_of)
    };
}
