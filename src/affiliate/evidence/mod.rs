//! What an owner writes down about payouts and messages to partners: five kinds, each standing on the one before it.
//!
//! Nothing is paid, enforced or sent by any of them.

/// The contract's status of a kind.
macro_rules! status {
    (payout) => {
        "owner-affiliate-payout-preparation-records-ready"
    };
    (fraud) => {
        "owner-affiliate-fraud-review-records-ready"
    };
    (readiness) => {
        "owner-affiliate-partner-notification-readiness-records-ready"
    };
    (preflight) => {
        "owner-affiliate-partner-notification-send-preflights-ready"
    };
    (provider) => {
        "owner-affiliate-partner-notification-provider-readiness-records-ready"
    };
}

/// What receipts of a kind are called.
macro_rules! stem {
    (payout) => {
        "affiliate_payout_preparation"
    };
    (fraud) => {
        "affiliate_fraud_review"
    };
    (readiness) => {
        "affiliate_partner_notification_readiness"
    };
    (preflight) => {
        "affiliate_partner_notification_send_preflight"
    };
    (provider) => {
        "affiliate_partner_notification_provider_readiness"
    };
}

/// The ladder, as [`ladder!`](crate::ladder) reads it.
macro_rules! rungs {
    () => {
        concat!(
            r#"[[""#, stem!(payout), r#"","payoutPreparationRecord","","",0,""#, status!(payout), r#""],
            [""#, stem!(fraud), r#"","fraudReviewRecord","reviewDisposition","cleared_for_future_review",1,""#,
            status!(fraud), r#""],
            [""#, stem!(readiness),
            r#"","notificationReadinessRecord","notificationReadinessDisposition","draft_ready_for_owner_review",2,""#,
            status!(readiness), r#""],
            [""#, stem!(preflight),
            r#"","notificationSendPreflightRecord","notificationSendPreflightDisposition","draft_ready_for_owner_review",2,""#,
            status!(preflight), r#""],
            [""#, stem!(provider), r#"","notificationProviderReadinessRecord","","",2,""#, status!(provider), r#""]]"#
        )
    };
}

pub mod kinds;
pub mod parts;
pub mod sql;
pub mod standing;
pub mod writes;

pub use kinds::ALL;

/// The owner's page about these fields.
pub fn link<'a>(about: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let query = query.extend_pairs(about).finish();
    if query.is_empty() {
        parts::PAGE.to_owned()
    } else {
        format!("{}?{query}", parts::PAGE)
    }
}
