//! The flags of the documents about partners. Each names what an answer could hold and looks for it in the answer.

use crate::contract::redaction::{self as common, Flag};
use crate::joined;

crate::flags! {
    BUYER_DATA = "buyerDataIncluded" when common::PRIVATE_DATA.holds;
    RAW_ACTOR = "rawActorIdentityIncluded" when common::PRIVATE_DATA.holds;
    ACTOR_EMAIL = "actorEmailIncluded" when common::BUYER_EMAIL.holds;
    ACTOR_EMAIL_HASH = "actorEmailHashIncluded" when common::BUYER_EMAIL_HASH.holds;
    RECIPIENT_EMAIL = "recipientEmailIncluded" when common::BUYER_EMAIL.holds;
    STRIPE_IDS = "stripeIdsIncluded" when common::RAW_STRIPE_IDS.holds;
    PAYOUT_ROWS = "payoutRowsIncluded" when common::PAYOUT.holds;
    STRIPE_PAYOUT = "stripePayoutCreated" when common::PAYOUT.holds;
    STRIPE_TRANSFER = "stripeTransferCreated" when common::PAYOUT.holds;
    TAX_ROWS = "taxRowsIncluded" when common::TAX_DATA.holds;
    TAX_COLLECTED = "taxDataCollected" when common::TAX_DATA.holds;
    NOTIFICATIONS = "partnerNotificationsIncluded" when common::PARTNER_NOTIFICATION.holds;
    NOTIFICATION = "partnerNotificationIncluded" when common::PARTNER_NOTIFICATION.holds;
    PAYABLE_ROWS = "payableRowsIncluded" when common::PAYABLE_COMMISSION.holds;
}

/// True when the text names a column that only rows have.
fn row_columns(text: &str) -> bool {
    text.contains("\"idempotency_key\":") || text.contains("\"tenant_id\":") || text.contains("_hash\":\"")
}

/// True when an id with this prefix and a random part is in the text; ids of worked examples are words.
fn random_id(text: &str, prefix: &str) -> bool {
    text.match_indices(prefix).any(|(at, _)| {
        let tail = text.get(at + prefix.len()..).unwrap_or_default();
        tail.bytes().take(36).filter(|byte| byte.is_ascii_hexdigit() || *byte == b'-').count() == 36
    })
}

/// True when the text has a field of this name with anything in it.
fn field(text: &str, name: &str) -> bool {
    text.contains(&format!("\"{name}\":\"")) || text.contains(&format!("\"{name}\":{{"))
}

crate::flags! {
    RAW_ROWS = "rawRowsIncluded" when row_columns;
    RAW_CLICK_ROWS = "rawClickRowsIncluded" when |text| random_id(text, "\"referral-click-");
    RAW_CHECKOUT_ROWS = "rawCheckoutRowsIncluded" when |text| random_id(text, "\"checkout-intent-");
    RAW_LEDGER_ROWS = "rawLedgerRowsIncluded" when |text| random_id(text, "\"commission-ledger-");
    COMMISSION_ROWS = "commissionRowsIncluded" when |text| random_id(text, "\"commission-ledger-");
    PRIVATE_REASONS = "privateReasonsIncluded" when |text| field(text, "privateReason");
    PRIVATE_NOTE = "privateNoteIncluded" when |text| field(text, "privateNote");
    PAYOUT_ACCOUNTS = "payoutAccountsIncluded" when |text| text.contains("\"acct_");
    PAYOUT_ACCOUNT = "payoutAccountIncluded" when |text| text.contains("\"acct_");
    PAYOUT_ACCOUNT_STORED = "payoutAccountStored" when |text| text.contains("\"acct_");
    AGENT_WRITE = "directAgentWriteAccepted" when |text| field(text, "agentActionId");
    FRAUD_SIGNALS_OF_P1 = "fraudPrivateSignalsIncluded" when |text| field(text, "fraudSignals");
    FRAUD_SIGNALS = "privateFraudSignalsIncluded" when |text| field(text, "fraudSignals");
    FRAUD_ENFORCED = "fraudDecisionEnforced" when |text| field(text, "enforcedAt");
    BODY = "notificationBodyIncluded" when |text| field(text, "notificationBody");
    MESSAGE_ID = "providerMessageIdIncluded" when |text| field(text, "providerMessageId");
    QUEUE_ROWS = "sendQueueRowsIncluded" when |text| field(text, "queueMessageId");
    QUEUE_DISPATCH = "queueDispatchCreated" when |text| field(text, "queueMessageId");
    PROVIDER_CALLED = "notificationProviderCalled" when |text| field(text, "providerMessageId");
    PAYLOAD = "sendPayloadIncluded" when |text| field(text, "sendPayload");
    PROVIDER_SEND = "providerSendEnabled" when |text| field(text, "sender");
    PROVIDER_SEND_OF_RECORD = "notificationProviderSendEnabled" when |text| field(text, "sender");
    PROVIDER = "providerConfigured" when |text| field(text, "provider");
    PROVIDER_OF_RECORD = "notificationProviderConfigured" when |text| field(text, "provider");
    PROVIDER_SECRET = "providerSecretIncluded" when |text| field(text, "providerSecret");
    SENDER_CREDENTIAL = "senderCredentialIncluded" when |text| field(text, "senderCredential");
    RAW_LEDGER_EXPOSED = "rawLedgerRowsExposed" when |text| random_id(text, "\"commission-ledger-");
    RAW_CLICKS_EXPOSED = "rawClickRowsExposed" when |text| random_id(text, "\"referral-click-");
    RAW_CHECKOUTS_EXPOSED = "rawCheckoutRowsExposed" when |text| random_id(text, "\"checkout-intent-");
}

/// What no answer about a note holds.
const ALWAYS: &[Flag] = &[
    common::PRIVATE_DATA,
    BUYER_DATA,
    RAW_LEDGER_ROWS,
    RAW_ACTOR,
    ACTOR_EMAIL,
    ACTOR_EMAIL_HASH,
    PRIVATE_NOTE,
    PAYOUT_ACCOUNT,
    common::TAX_DATA,
    STRIPE_IDS,
    NOTIFICATION,
];

/// What answers about notes of this kind do not hold: payout previews.
pub const REDACTION_1: &[Flag] = joined!(Flag: [ALWAYS, &[FRAUD_SIGNALS_OF_P1]]);
/// What answers about notes of this kind do not hold: review flags.
pub const REDACTION_2: &[Flag] = joined!(Flag: [ALWAYS, &[FRAUD_SIGNALS, RAW_CLICK_ROWS, RAW_CHECKOUT_ROWS]]);
/// What answers about notes of this kind do not hold: messages to partners.
pub const REDACTION_3: &[Flag] = joined!(Flag: [REDACTION_2, &[RECIPIENT_EMAIL, BODY, MESSAGE_ID, QUEUE_ROWS]]);
/// What answers about notes of this kind do not hold: what was seen before a message.
pub const REDACTION_4: &[Flag] = joined!(Flag: [REDACTION_3, &[PAYLOAD, PROVIDER_SEND]]);
/// What answers about notes of this kind do not hold: the mail provider.
pub const REDACTION_5: &[Flag] = joined!(Flag: [REDACTION_4, &[PROVIDER, PROVIDER_SECRET, SENDER_CREDENTIAL]]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_a_worked_example_is_no_row_and_a_random_one_is() {
        let example = r#"{"ledgerIds":["commission-ledger-launch-pass-fixture"]}"#;
        let row = r#"{"id":"commission-ledger-00000000-0000-4000-8000-000000000001"}"#;
        assert_eq!(((RAW_LEDGER_ROWS.holds)(example), (RAW_LEDGER_ROWS.holds)(row)), (false, true));
        assert!((RAW_ROWS.holds)(r#"{"ip_hash":"00"}"#) && !(RAW_ROWS.holds)(r#"{"total_clicks":1}"#));
        assert!((PRIVATE_NOTE.holds)(r#"{"privateNote":"x"}"#) && !(PRIVATE_NOTE.holds)(r#"["privateNote"]"#));
    }
}
