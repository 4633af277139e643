//! The flags of the documents about the audience. Each names what an answer could hold and looks for it in the answer.

use crate::contract::redaction::{self as common, Flag};
use crate::joined;

/// True when a record in the text says that this is switched on or was made.
fn on(text: &str, name: &str) -> bool {
    text.contains(&format!("\"{name}\":true"))
}

/// True when the text has a field of this name with a text in it.
fn field(text: &str, name: &str) -> bool {
    text.contains(&format!("\"{name}\":\""))
}

/// True when the text holds an address other than the one that the shop would write from.
fn address(text: &str) -> bool {
    const FROM: &str = "\"intendedFromAddress\":\"";
    let hides = |(before, rest): (&str, &str)| {
        let after = rest.split_once('"').map_or("", |(_, after)| after);
        (common::BUYER_EMAIL.holds)(before) || address(after)
    };
    text.split_once(FROM).map_or_else(|| (common::BUYER_EMAIL.holds)(text), hides)
}

/// True when the text tells who somebody is.
fn contact(text: &str) -> bool {
    address(text) || field(text, "firstName") || (common::BUYER_EMAIL_HASH.holds)(text)
}

crate::flags! {
    ACTOR_EMAIL_HASH = "actorEmailHashIncluded" when common::BUYER_EMAIL_HASH.holds;
    SUPPRESSION_HASHES = "suppressionHashesIncluded" when common::BUYER_EMAIL_HASH.holds;
    RAW_SUPPRESSION_HASH = "rawSuppressionHashIncluded" when common::BUYER_EMAIL_HASH.holds;
}

crate::flags! {
    CONTACT = "privateContactDataIncluded" when contact;
    ACTOR_EMAIL = "actorEmailIncluded" when address;
    TIMELINE_ACTOR = "timelineActorEmailIncluded" when address;
    RAW_EMAIL = "rawEmailIncluded" when address;
    RAW_EMAILS = "rawEmailsIncluded" when address;
    RAW_EMAIL_IN_DOCUMENT = "rawEmailIncludedInSourceData" when |text| text.contains("-source-data\"") && address(text);
    RECIPIENT_EMAILS = "rawRecipientEmailsIncluded" when address;
    RECIPIENT_NAMES = "rawRecipientNamesIncluded" when |text| field(text, "firstName");
    RAW_NAME = "rawNameIncluded" when |text| field(text, "firstName");
    RAW_IP = "rawIpIncluded" when |text| field(text, "ip") || field(text, "ipHash");
    RAW_USER_AGENT = "rawUserAgentIncluded" when |text| field(text, "userAgent") || field(text, "userAgentHash");
    SUPPRESSION_REASON = "suppressionReasonIncluded" when |text| field(text, "reason");
    NOTE_BODIES = "publicNoteBodiesIncluded" when |text| text.contains("-source-data\"") && field(text, "body");
    TIMELINE_BODIES = "privateTimelineNoteBodiesIncluded" when |text| field(text, "body");
    PRIVATE_NOTE = "privateNoteIncluded" when |text| field(text, "privateNote");
    PRIVATE_NOTES = "privateNotesIncluded" when |text| field(text, "privateNote") || field(text, "body");
    SUBSCRIBER_IDS = "subscriberIdsIncluded" when |text| text.contains("\"subscriber-");
    EXPORT_URLS = "exportFileUrlsIncluded" when |text| field(text, "exportUrl");
    EXPORT_FILES = "exportFilesCreated" when |text| field(text, "exportFileId");
    EXPORT_ENABLED = "exportEnabled" when |text| on(text, "exportEnabled");
    IMPORT_ROWS = "importRowsIncluded" when |text| text.contains("\"importRows\":[") || on(text, "importRowsStored");
    ENROLLMENTS_CREATED = "sequenceEnrollmentsCreated" when |text| on(text, "sequenceEnrollmentsCreated");
    SUBSCRIBER_ROWS = "subscriberRowsCreated" when |text| on(text, "subscriberRowsCreated");
    DELIVERY = "emailDeliveryEnabled" when |text| on(text, "emailDeliveryEnabled");
    SEND_QUEUE_ROWS = "sendQueueRowsCreated" when |text| on(text, "sendQueueRowsCreated");
    MESSAGE_IDS = "providerMessageIdsIncluded" when |text| {
        on(text, "providerMessageIdsIncluded") || field(text, "providerMessageId")
    };
    PAYLOADS = "recipientPayloadsIncluded" when |text| {
        on(text, "recipientPayloadsCreated") || field(text, "recipientPayload")
    };
    PERSONAL_BODY = "personalizedBodyIncluded" when |text| field(text, "personalizedBody");
    PERSONAL_BODIES = "personalizedBodiesIncluded" when |text| {
        on(text, "personalizedBodiesCreated") || field(text, "personalizedBody")
    };
    BODY_TEMPLATES = "bodyTemplatesIncluded" when |text| field(text, "bodyTemplate");
    UNSUBSCRIBE_URLS = "unsubscribeUrlsIncluded" when |text| field(text, "unsubscribeUrl");
    PROVIDER_SEND = "providerSendEnabled" when |text| on(text, "providerSendEnabled");
    PROVIDER_SECRETS = "providerSecretsIncluded" when |text| field(text, "providerSecret");
    PROVIDER_RESPONSES = "providerResponsesIncluded" when |text| {
        on(text, "providerResponsesIncluded") || field(text, "providerResponse")
    };
    LIMIT_SECRETS = "providerLimitSecretsIncluded" when |text| field(text, "providerLimitSecret");
    PROVIDER_PAYLOADS = "rawProviderPayloadsIncluded" when |text| on(text, "rawProviderPayloadsStored");
    RESPONSE_BODIES = "rawProviderResponseBodiesIncluded" when |text| on(text, "rawProviderResponseBodiesStored");
    DNS_CREDENTIALS = "privateDnsCredentialsIncluded" when |text| field(text, "dnsCredential");
    DNS_RECORDS = "rawDnsRecordsIncluded" when |text| text.contains("\"v=spf1") || text.contains("\"v=DKIM1");
    PAYLOAD_BODIES = "rawPayloadBodiesIncluded" when |text| on(text, "rawPayloadBodiesStored");
    QUEUE_PAYLOADS = "queuePayloadsIncluded" when |text| field(text, "queuePayload");
    QUEUE_PAYLOAD_BODIES = "queuePayloadBodiesIncluded" when |text| {
        on(text, "queuePayloadBodiesCreated") || on(text, "queuePayloadBodiesRead")
    };
    PRODUCERS = "cloudflareQueueProducersEnabled" when |text| on(text, "cloudflareQueueProducersEnabled");
    CONSUMERS = "cloudflareQueueConsumersEnabled" when |text| on(text, "cloudflareQueueConsumersEnabled");
    QUEUE_MESSAGES = "cloudflareQueueMessagesCreated" when |text| on(text, "cloudflareQueueMessagesCreated");
    QUEUE_CONSUMED = "cloudflareQueueMessagesConsumed" when |text| on(text, "cloudflareQueueMessagesConsumed");
    QUEUE_ACKED = "cloudflareQueueMessagesAcked" when |text| on(text, "cloudflareQueueMessagesAcked");
    ACK_ROWS = "queueConsumerAckRowsIncluded" when |text| on(text, "cloudflareQueueMessagesAcked");
    RETRY_ROWS = "queueRetryRowsIncluded" when |text| on(text, "queueRetryRecordsCreated");
    DEAD_LETTER_ROWS = "queueDeadLetterRowsIncluded" when |text| on(text, "queueDeadLetterRecordsCreated");
}

/// What no answer about recipients holds.
const RECIPIENTS: &[Flag] = &[CONTACT, RECIPIENT_EMAILS, RECIPIENT_NAMES];
/// What no answer about a mail provider holds.
const PROVIDERS: &[Flag] =
    &[PROVIDER_SECRETS, CONTACT, RECIPIENT_EMAILS, PAYLOADS, PROVIDER_RESPONSES, MESSAGE_IDS, PROVIDER_SEND, PRODUCERS];

/// Drafts.
pub const DRAFTS: &[Flag] = joined!(Flag: [RECIPIENTS, &[SUPPRESSION_HASHES, MESSAGE_IDS, SEND_QUEUE_ROWS]]);
/// What a mail would look like.
pub const PREVIEW: &[Flag] = joined!(Flag: [RECIPIENTS, &[PERSONAL_BODY, MESSAGE_IDS, SEND_QUEUE_ROWS]]);
/// How mails would be queued.
pub const QUEUE: &[Flag] = joined!(Flag: [RECIPIENTS, &[PAYLOADS, MESSAGE_IDS, SEND_QUEUE_ROWS]]);
/// The domain that mails would come from.
pub const SENDER_DOMAIN: &[Flag] = joined!(Flag: [PROVIDERS, &[DNS_CREDENTIALS, DNS_RECORDS]]);
/// Reports of a provider.
pub const PROVIDER_EVENT: &[Flag] = joined!(Flag: [PROVIDERS, &[PROVIDER_PAYLOADS]]);
/// Limits of a provider.
pub const RATE_LIMIT: &[Flag] = joined!(Flag: [PROVIDERS, &[PROVIDER_PAYLOADS, LIMIT_SECRETS]]);
/// Answers of a provider.
pub const RESPONSE: &[Flag] = joined!(Flag: [PROVIDERS, &[RESPONSE_BODIES]]);
/// What a mail would be made from.
pub const SEND_PAYLOAD: &[Flag] = joined!(Flag: [PROVIDERS, &[PERSONAL_BODIES, PAYLOAD_BODIES]]);
/// What would fill the queue.
pub const QUEUE_PRODUCER: &[Flag] = joined!(Flag: [SEND_PAYLOAD, &[QUEUE_PAYLOAD_BODIES, QUEUE_MESSAGES]]);
/// What would empty the queue.
pub const QUEUE_CONSUMER: &[Flag] = &[
    CONTACT,
    RECIPIENT_EMAILS,
    QUEUE_PAYLOAD_BODIES,
    ACK_ROWS,
    RETRY_ROWS,
    DEAD_LETTER_ROWS,
    PAYLOADS,
    PAYLOAD_BODIES,
    PROVIDER_SECRETS,
    PROVIDER_RESPONSES,
    MESSAGE_IDS,
    CONSUMERS,
    QUEUE_CONSUMED,
    QUEUE_ACKED,
    PROVIDER_SEND,
];

/// Subscribers.
pub const INSPECTION: &[Flag] = &[
    CONTACT,
    RAW_EMAIL,
    RAW_NAME,
    RAW_IP,
    RAW_USER_AGENT,
    RAW_SUPPRESSION_HASH,
    SUPPRESSION_REASON,
    TIMELINE_BODIES,
    TIMELINE_ACTOR,
];
/// Exports.
pub const EXPORT: &[Flag] =
    &[CONTACT, RAW_EMAILS, SUBSCRIBER_IDS, EXPORT_URLS, EXPORT_FILES, ACTOR_EMAIL, SUPPRESSION_HASHES, PRIVATE_NOTES];
/// Sequences.
pub const SEQUENCES: &[Flag] = &[
    CONTACT,
    RAW_EMAILS,
    SUBSCRIBER_IDS,
    PAYLOADS,
    PERSONAL_BODIES,
    BODY_TEMPLATES,
    UNSUBSCRIBE_URLS,
    MESSAGE_IDS,
    QUEUE_PAYLOADS,
    ACTOR_EMAIL,
    SUPPRESSION_HASHES,
];
/// Notes about a subscriber.
pub const NOTE: &[Flag] = &[NOTE_BODIES, CONTACT, RAW_EMAIL_IN_DOCUMENT];
/// Intents to import.
pub const IMPORT_INTENT: &[Flag] =
    &[CONTACT, RAW_EMAILS, IMPORT_ROWS, ACTOR_EMAIL, ACTOR_EMAIL_HASH, PRIVATE_NOTE, ENROLLMENTS_CREATED, DELIVERY];
/// Checks before an import.
pub const IMPORT_PREFLIGHT: &[Flag] = joined!(Flag: [IMPORT_INTENT, &[SUBSCRIBER_ROWS, EXPORT_ENABLED]]);
/// Schedules.
pub const SCHEDULE: &[Flag] =
    joined!(Flag: [RECIPIENTS, &[ACTOR_EMAIL, SUPPRESSION_HASHES, MESSAGE_IDS, SEND_QUEUE_ROWS]]);
/// Batches.
pub const BATCH: &[Flag] = joined!(Flag: [SCHEDULE, &[PAYLOADS, PERSONAL_BODY]]);
/// Messages of a queue, and what is checked before they leave.
pub const MESSAGES: &[Flag] = joined!(Flag: [RECIPIENTS, &[ACTOR_EMAIL, SUPPRESSION_HASHES, MESSAGE_IDS, PAYLOADS, PERSONAL_BODY, QUEUE_MESSAGES, PROVIDER_SEND]]);
/// Attempts.
pub const ATTEMPT: &[Flag] = joined!(Flag: [MESSAGES, &[PROVIDER_RESPONSES]]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_shop_is_no_contact_and_every_other_is() {
        let from = r#"{"intendedFromAddress":"updates@shop.example","replyPathPolicy":"read"}"#;
        assert!(!(CONTACT.holds)(from) && !(RECIPIENT_EMAILS.holds)(from));
        let more = r#"{"intendedFromAddress":"updates@shop.example","to":"ana@example.com"}"#;
        assert!((CONTACT.holds)(more) && (RECIPIENT_EMAILS.holds)(more));
        assert!((ACTOR_EMAIL.holds)(r#"{"by":"ana@example.com"}"#));
    }

    #[test]
    fn a_switch_that_is_on_is_seen() {
        for (flag, off, on) in [
            (PROVIDER_SEND, r#"{"providerSendEnabled":false}"#, r#"{"providerSendEnabled":true}"#),
            (PAYLOADS, r#"{"recipientPayloadsCreated":false}"#, r#"{"recipientPayloadsCreated":true}"#),
            (MESSAGE_IDS, r#"["providerMessageId"]"#, r#"{"providerMessageId":"x"}"#),
        ] {
            assert_eq!(((flag.holds)(off), (flag.holds)(on)), (false, true), "{}", flag.name);
        }
    }
}
