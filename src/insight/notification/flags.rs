//! What records about notifications never do, and what their answers do not hold. Each stage adds to the one before it.

use crate::contract::redaction::{self as common, Flag};
use crate::joined;

/// Flags that look for a field of this name with anything in it, or for the flag itself where a record says it is so.
macro_rules! hidden {
    ($( $name:ident = $stem:literal $end:literal; )*) => { $(
        #[doc = concat!("`", $stem, $end, "`.")]
        pub const $name: Flag = Flag {
            name: concat!($stem, $end),
            holds: |text| said(text, concat!("\"", $stem), concat!($end, "\":true")),
        };
    )* };
}

/// True when the text has the field with a text in it, or the flag set.
fn said(text: &str, field: &str, flag: &str) -> bool {
    let holds = |rest: &[u8]| rest.starts_with(b"\":\"") || rest.starts_with(flag.as_bytes());
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, field).any(|at| bytes.get(at + field.len()..).is_some_and(holds))
}

hidden! {
    EVENT_ROWS = "rawEventRows" "Included";
    ASSIGNMENT_ROWS = "rawAssignmentRows" "Included";
    CONTACTS = "contactAnalytics" "Included";
    NOTE = "privateNote" "Included";
    RECIPIENT = "notificationRecipient" "Included";
    BODY = "emailBody" "Included";
    QUEUE_PAYLOAD = "queuePayload" "Included";
    MESSAGE_ID = "providerMessageId" "Included";
    SEND = "providerSend" "Enabled";
    CALLED = "provider" "Called";
    CONFIGURED = "provider" "Configured";
    SECRET = "providerSecret" "Included";
    DOMAIN = "senderDomain" "Configured";
    DOMAIN_VERIFIED = "senderDomain" "Verified";
    CREDENTIAL = "senderCredential" "Included";
    DNS = "privateDnsCredentials" "Included";
    TEMPLATE = "bodyTemplate" "Included";
    UNSUBSCRIBE = "unsubscribeUrl" "Included";
    RECIPIENT_PAYLOAD = "recipientPayload" "Included";
    PERSONAL_BODY = "personalizedBody" "Included";
    RAW_BODY = "rawPayloadBody" "Included";
    SHAPE = "payloadShape" "Included";
    PRODUCER = "queueProducer" "Enabled";
    MESSAGE = "queueMessage" "Created";
    RESPONSE = "providerResponse" "Created";
    QUEUE_BODY = "queuePayloadBody" "Included";
    QUEUE_BODY_MADE = "queuePayloadBody" "Created";
    CONSUMER = "queueConsumer" "Enabled";
    CONSUMED = "queueMessage" "Consumed";
    ACKNOWLEDGED = "queueMessage" "Acknowledged";
    DEAD_LETTER = "retryDeadLetterRow" "Created";
    QUEUE_BODY_READ = "queuePayloadBody" "Read";
    CALL = "providerCall" "Enabled";
    ATTEMPT = "deliveryAttempt" "Enabled";
    ATTEMPTED = "delivery" "Attempted";
    RESPONSE_SHOWN = "providerResponse" "Included";
    POLLING = "providerPolling" "Enabled";
    RECEIPT = "deliveryReceipt" "Created";
    RECEIPT_SHOWN = "deliveryReceiptPayload" "Included";
    WEBHOOK = "statusWebhook" "Enabled";
    WEBHOOK_CAME = "statusWebhook" "Received";
    RESULT = "deliveryResult" "Enabled";
    RESULT_KEPT = "deliveryResult" "Recorded";
    STATUS_WEBHOOK = "deliveryStatusWebhook" "Enabled";
    STATUS_WEBHOOK_KEPT = "deliveryStatusWebhook" "Recorded";
    POLLING_KEPT = "providerPolling" "Recorded";
    RECEIPT_PAYLOAD = "receiptPayload" "Enabled";
    RECEIPT_PAYLOAD_KEPT = "receiptPayload" "Recorded";
    RECEIPTS = "deliveryReceipt" "Enabled";
    RECEIPTS_KEPT = "deliveryReceipt" "Recorded";
    RECONCILING = "providerStatusReconciliation" "Enabled";
    RECONCILING_KEPT = "providerStatusReconciliation" "Recorded";
    RECONCILED = "providerStatusReconciliation" "Created";
    RECONCILED_SHOWN = "providerStatusReconciliationPayload" "Included";
    ROUTING = "trafficRouting" "Enabled";
    WINNER = "automatedWinner" "Enabled";
    COOKIES = "cookieAssignment" "Enabled";
    REVENUE = "revenueClaim" "Enabled";
}

const WHO: &[Flag] =
    &[common::PRIVATE_DATA, EVENT_ROWS, ASSIGNMENT_ROWS, CONTACTS, common::ACTOR_EMAIL, common::ACTOR_EMAIL_HASH, NOTE];

/// What answers do not hold, by stage. `DECISION` is about experiments, `LATE` is shared by the last six stages.
pub mod redaction {
    use super::*;
    use super::{joined, Flag};

    pub(in crate::insight) const DECISION: &[Flag] = joined!(Flag: [WHO, &[ROUTING, WINNER, COOKIES, REVENUE]]);
    pub(in crate::insight) const N0: &[Flag] = joined!(Flag: [WHO, &[RECIPIENT, BODY, QUEUE_PAYLOAD]]);
    pub(in crate::insight) const N1: &[Flag] = joined!(Flag: [N0, &[MESSAGE_ID]]);
    pub(in crate::insight) const N2: &[Flag] = joined!(Flag: [
        N1, &[SEND, CALLED, CONFIGURED, SECRET, DOMAIN, DOMAIN_VERIFIED, CREDENTIAL, DNS],
    ]);
    pub(in crate::insight) const N3: &[Flag] = joined!(Flag: [N2, &[TEMPLATE, UNSUBSCRIBE]]);
    pub(in crate::insight) const N4: &[Flag] = joined!(Flag: [
        N3, &[RECIPIENT_PAYLOAD, PERSONAL_BODY, RAW_BODY, SHAPE, PRODUCER, MESSAGE, RESPONSE],
    ]);
    pub(in crate::insight) const N5: &[Flag] = joined!(Flag: [N4, &[QUEUE_BODY, QUEUE_BODY_MADE]]);
    pub(in crate::insight) const N6: &[Flag] =
        joined!(Flag: [N5, &[CONSUMER, CONSUMED, ACKNOWLEDGED, DEAD_LETTER, QUEUE_BODY_READ]]);
    pub(in crate::insight) const N7: &[Flag] = joined!(Flag: [N6, &[CALL]]);
    pub(in crate::insight) const N8: &[Flag] = joined!(Flag: [N7, &[ATTEMPT, ATTEMPTED]]);
    const HOOKS: &[Flag] = &[RESPONSE_SHOWN, POLLING, WEBHOOK, WEBHOOK_CAME];
    const LATE: &[Flag] = joined!(Flag: [N7, HOOKS, &[RECEIPT, RECEIPT_SHOWN]]);
    pub(in crate::insight) const N9: &[Flag] = joined!(Flag: [LATE, &[RESULT, RESULT_KEPT]]);
    pub(in crate::insight) const N10: &[Flag] = joined!(Flag: [LATE, &[STATUS_WEBHOOK, STATUS_WEBHOOK_KEPT]]);
    pub(in crate::insight) const N11: &[Flag] = joined!(Flag: [LATE, &[POLLING_KEPT]]);
    pub(in crate::insight) const N12: &[Flag] = joined!(Flag: [LATE, &[RECEIPT_PAYLOAD, RECEIPT_PAYLOAD_KEPT]]);
    pub(in crate::insight) const N13: &[Flag] = joined!(Flag: [LATE, &[RECEIPT_PAYLOAD, RECEIPTS, RECEIPTS_KEPT]]);
    pub(in crate::insight) const N14: &[Flag] = joined!(Flag: [
        N7, HOOKS, &[RECEIPTS, RECONCILING, RECONCILING_KEPT, RECONCILED, RECONCILED_SHOWN],
    ]);
}

/// What records never do, by stage.
pub mod effects {
    use super::joined;

    pub(in crate::insight) const DECISION: &[&str] = &[
        "trafficRoutingEnabled",
        "automatedWinnerEnabled",
        "cookieAssignmentEnabled",
        "revenueClaimEnabled",
        "rawEventRowsExposed",
        "rawAssignmentRowsExposed",
    ];
    pub(in crate::insight) const N0: &[&str] = &[
        "ownerEmailSendEnabled",
        "queueDispatchEnabled",
        "customerAlertEnabled",
        "trafficRoutingEnabled",
        "automatedWinnerEnabled",
        "revenueClaimEnabled",
        "rawAnalyticsRowsExposed",
        "recipientIdentityIncluded",
        "emailBodyIncluded",
    ];
    pub(in crate::insight) const N1: &[&str] =
        joined!(&str: [N0, &["providerMessageIdIncluded", "queuePayloadIncluded"]]);
    const SENDER: &[&str] = &[
        "providerConfigured",
        "providerSecretIncluded",
        "senderDomainConfigured",
        "senderDomainVerified",
        "senderCredentialIncluded",
        "privateDnsCredentialsIncluded",
    ];
    const PAYLOAD: &[&str] = &[
        "queueProducerEnabled",
        "queueMessageCreated",
        "recipientPayloadCreated",
        "personalizedBodyCreated",
        "rawPayloadBodyStored",
        "providerResponseCreated",
    ];
    const CONSUMER: &[&str] = &[
        "queuePayloadBodyCreated",
        "queueConsumerEnabled",
        "queueMessageConsumed",
        "queueMessageAcknowledged",
        "retryDeadLetterRowCreated",
        "queuePayloadBodyRead",
    ];
    pub(in crate::insight) const N2: &[&str] = joined!(&str: [N1, &["providerSendEnabled", "providerCalled"], SENDER]);
    pub(in crate::insight) const N4: &[&str] = joined!(&str: [N2, PAYLOAD]);
    pub(in crate::insight) const N5: &[&str] = joined!(&str: [N4, CONSUMER.split_at(1).0]);
    pub(in crate::insight) const N6: &[&str] = joined!(&str: [N4, CONSUMER]);
    pub(in crate::insight) const N7: &[&str] = joined!(&str: [N6, &["providerCallEnabled"]]);
    /// What the last seven stages share; a call of a provider is no flag of theirs any more.
    const LATE: &[&str] = joined!(&str: [N1, &["providerSendEnabled"], SENDER, PAYLOAD, CONSUMER]);
    pub(in crate::insight) const N8: &[&str] = joined!(&str: [LATE, &["deliveryAttemptEnabled", "deliveryAttempted"]]);
    pub(in crate::insight) const N9: &[&str] =
        joined!(&str: [LATE, &["deliveryResultEnabled", "deliveryResultRecorded"]]);
    pub(in crate::insight) const N10: &[&str] =
        joined!(&str: [LATE, &["deliveryStatusWebhookEnabled", "deliveryStatusWebhookRecorded"]]);
    pub(in crate::insight) const N11: &[&str] =
        joined!(&str: [LATE, &["providerPollingEnabled", "providerPollingRecorded"]]);
    pub(in crate::insight) const N12: &[&str] =
        joined!(&str: [LATE, &["receiptPayloadEnabled", "receiptPayloadRecorded"]]);
    pub(in crate::insight) const N13: &[&str] =
        joined!(&str: [LATE, &["deliveryReceiptEnabled", "deliveryReceiptRecorded"]]);
    pub(in crate::insight) const N14: &[&str] = joined!(&str: [
        LATE, &["providerStatusReconciliationEnabled", "providerStatusReconciliationRecorded"],
    ]);
}

/// What is never shown, by stage, as programs name it.
pub mod excluded {
    use super::joined;

    pub(in crate::insight) const N0: &[&str] = &[
        "actorEmail",
        "actorEmailHash",
        "privateNote",
        "privateNoteSha256",
        "notificationRecipient",
        "emailBody",
        "queuePayload",
        "rawAnalyticsEventRows",
        "rawExperimentAssignmentRows",
        "metadataJson",
    ];
    pub(in crate::insight) const N1: &[&str] = joined!(&str: [N0, &["providerMessageId"]]);
    pub(in crate::insight) const N2: &[&str] = joined!(&str: [N1, &[
        "providerSecret", "senderCredential", "senderDomainDnsRecord", "privateDnsCredentials", "providerConfiguration",
    ]]);
    pub(in crate::insight) const N3: &[&str] = joined!(&str: [N2, &["bodyTemplate", "unsubscribeUrl"]]);
    pub(in crate::insight) const N4: &[&str] =
        joined!(&str: [N3, &["recipientPayload", "personalizedBody", "rawPayloadBody", "payloadShape"]]);
    pub(in crate::insight) const N5: &[&str] = joined!(&str: [N4, &["queuePayloadBody"]]);
    const LATE: &[&str] = joined!(&str: [N5, &["providerResponse", "statusWebhook"]]);
    const RECEIPT: &[&str] = joined!(&str: [LATE, &["deliveryReceipt", "deliveryReceiptPayload"]]);
    pub(in crate::insight) const N9: &[&str] = joined!(&str: [RECEIPT, &["providerPollingResult"]]);
    pub(in crate::insight) const N12: &[&str] = joined!(&str: [RECEIPT, &["receiptPayloadResult"]]);
    pub(in crate::insight) const N13: &[&str] = joined!(&str: [RECEIPT, &["deliveryReceiptResult"]]);
    pub(in crate::insight) const N14: &[&str] = joined!(&str: [LATE, &[
        "providerStatusReconciliation", "providerStatusReconciliationPayload", "providerStatusReconciliationResult",
    ]]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_sees_its_field_and_itself_and_nothing_else() {
        for (text, holds) in [
            (r#"{"queueMessage":"m"}"#, true),
            (r#"{"queueMessageCreated":true}"#, true),
            (r#"{"queueMessageCreated":false,"queueMessageConsumed":true}"#, false),
            (r#"["queueMessage"]"#, false),
        ] {
            assert_eq!((MESSAGE.holds)(text), holds, "{text}");
        }
    }
}
