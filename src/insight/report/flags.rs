//! The flags of reports. Each names what an answer could hold and looks for it in the answer.

use crate::contract::redaction::{self as common, Flag};
use crate::joined;

/// A column that only rows of events or assignments have.
fn row_columns(text: &str) -> bool {
    ["\"idempotency_key\":", "\"idempotencyKey\":\"", "\"request_hash\":", "\"public_properties_json\":"]
        .iter()
        .any(|name| text.contains(name))
}

/// An id with this beginning and a random end; ids of contracts end in words.
fn random_id(text: &str, prefix: &str) -> bool {
    text.match_indices(prefix).any(|(at, _)| {
        let tail = text.get(at + prefix.len()..).unwrap_or_default();
        tail.bytes().take(36).filter(|byte| byte.is_ascii_hexdigit() || *byte == b'-').count() == 36
    })
}

crate::flags! {
    RAW_ROWS = "rawRowsIncluded" when row_columns;
    RAW_EVENT_ROWS = "rawEventRowsIncluded" when |text| row_columns(text) || random_id(text, "\"analytics-event-");
    RAW_ASSIGNMENT_ROWS = "rawAssignmentRowsIncluded" when |text| random_id(text, "\"experiment-assignment-");
    RAW_VISITOR_KEYS = "rawVisitorKeysIncluded" when |text| {
        random_id(text, "\"anonymous-session-") || (common::PRIVATE_DATA.holds)(text)
    };
    RAW_REFERRERS = "rawReferrersIncluded" when |text| text.contains("\"referrer\":");
    RAW_QUERIES = "rawQueryStringsIncluded" when |text| text.contains("?utm_") || text.contains("&utm_");
    CONTACTS = "contactAnalyticsIncluded" when common::PRIVATE_DATA.holds;
    ACTOR_EMAIL = "actorEmailIncluded" when common::BUYER_EMAIL.holds;
    PRIVATE_NOTES = "privateNotesIncluded" when |text| text.contains("\"privateNote\":");
    RECIPIENT = "notificationRecipientIncluded" when common::BUYER_EMAIL.holds;
    EMAIL_BODY = "emailBodyIncluded" when |text| text.contains("\"emailBody\":\"");
}

/// What totals do not hold.
pub const TOTALS: &[Flag] = &[RAW_ROWS, common::PRIVATE_DATA];

/// What exported reports do not hold.
pub const EXPORT: &[Flag] = &[
    RAW_EVENT_ROWS,
    RAW_ASSIGNMENT_ROWS,
    RAW_VISITOR_KEYS,
    RAW_REFERRERS,
    RAW_QUERIES,
    CONTACTS,
    ACTOR_EMAIL,
    PRIVATE_NOTES,
];

/// What the readiness to tell somebody does not hold.
pub const NOTIFICATION: &[Flag] = joined!(Flag: [EXPORT, &[RECIPIENT, EMAIL_BODY]]);
