//! The five kinds of evidence about payouts and messages to partners.

use bumpgrade::affiliate::evidence::{kinds, ALL};
use bumpgrade::evidence::Evidence;
use serde_json::{json, Value};

use crate::laws::evidence::{arrange, record, request};
use crate::shop::{Seen, Shop};

const REFUND_FLAG: &str = "?reviewFlagId=review-flag-refund-window";

fn send(shop: &Shop, kind: &Evidence, body: &Value, key: &str) -> Seen {
    let mut body = body.clone();
    body["confirmationText"] = json!(kind.write.phrase);
    body["idempotencyKey"] = json!(key);
    shop.post_as(&shop.owner(), kind.write.path, &body)
}

#[test]
fn each_kind_stands_on_the_one_before_it() {
    // A request names no record, so whichever is the latest of the kind right below will do; everything deeper must be
    // what that one stood on.
    for (top, kind) in ALL.iter().enumerate().skip(2) {
        for again in ALL.iter().take(top - 1) {
            let shop = Shop::new();
            let body = arrange(&shop, kind);
            assert_eq!(record(&shop, again, "", "written-again-1").status, 201);
            let seen = send(&shop, kind, &body, "stands-on-nothing");
            assert_eq!(seen.status, 409, "{} after {}: {}", kind.write.kind, again.write.kind, seen.text);
            assert!(seen.code().ends_with("_record_status"), "{}", seen.text);
        }
    }
}

#[test]
fn a_partner_and_a_flag_belong_together() {
    let shop = Shop::new();
    let body = arrange(&shop, &kinds::READINESS);
    assert_eq!(body["affiliatePartnerId"], "affiliate-partner-template-studio");
    let mut mixed = body.clone();
    mixed["affiliatePartnerReportId"] = json!("affiliate-partner-report-launch-circle");
    mixed["affiliatePartnerId"] = json!("affiliate-partner-launch-circle");
    let seen = send(&shop, &kinds::READINESS, &mixed, "somebody-else-s-flag");
    assert_eq!((seen.status, seen.code().as_str()), (400, "unsupported_review_flag"), "{}", seen.text);
    let mut stranger = body;
    stranger["affiliatePartnerId"] = json!("affiliate-partner-launch-circle");
    let seen = send(&shop, &kinds::READINESS, &stranger, "somebody-else-s-report");
    assert_eq!(seen.code(), "unsupported_affiliate_partner");
}

#[test]
fn every_flag_can_be_chosen_and_each_has_its_own_records() {
    let shop = Shop::new();
    assert_eq!(record(&shop, &kinds::PAYOUT, "", "payout-looked-at").status, 201);
    let seen = record(&shop, &kinds::FRAUD, REFUND_FLAG, "refund-flag-cleared");
    assert_eq!((seen.status, &seen.json()["record"]["expectedFlagSeverity"]), (201, &json!("medium")));
    let other = send(&shop, &kinds::READINESS, &request(&shop, &kinds::READINESS, ""), "about-the-other");
    assert_eq!((other.status, other.code().as_str()), (409, "stale_fraud_review_record_status"));
    let same = record(&shop, &kinds::READINESS, REFUND_FLAG, "about-the-same-1");
    assert_eq!(same.status, 201, "{}", same.text);
    assert_eq!(same.json()["record"]["affiliatePartnerId"], "affiliate-partner-launch-circle");
}

#[test]
fn a_flag_that_is_not_cleared_opens_nothing() {
    for word in ["needs_more_review", "reject_before_payout"] {
        let shop = Shop::new();
        let mut body = arrange(&shop, &kinds::FRAUD);
        body["reviewDisposition"] = json!(word);
        assert_eq!(send(&shop, &kinds::FRAUD, &body, "not-cleared-1").status, 201);
        let next = send(&shop, &kinds::READINESS, &request(&shop, &kinds::READINESS, ""), "opens-nothing-1");
        assert_eq!((next.status, next.code().as_str()), (409, "stale_fraud_review_record_status"));
    }
}

#[test]
fn the_document_counts_records_and_shows_nothing_private() {
    let shop = Shop::new();
    let mut body = arrange(&shop, &kinds::PAYOUT);
    body["privateNote"] = json!("between us");
    assert_eq!(send(&shop, &kinds::PAYOUT, &body, "payout-looked-at").status, 201);
    let seen = shop.get("/affiliates/source-data");
    let records = &seen.json()["payoutPreparationRecords"];
    assert_eq!(records["counts"]["payoutPreparationRecords"], 1);
    assert_eq!(records["counts"]["stripePayoutCreatedRecords"], 0);
    let latest = &records["latestRecords"][0];
    assert_eq!(
        [&latest["currency"], &latest["privateNoteRecorded"], &latest["ownerPayoutPreparationRecordCreated"]],
        [&json!("USD"), &json!(true), &json!(true)]
    );
    for hidden in ["between us", "payout-looked-at", "privateNoteHash", "actor_", "@"] {
        assert!(!latest.to_string().contains(hidden), "{hidden}");
    }
    let flags = records["redaction"].as_object().unwrap();
    assert!(flags.len() == 12 && flags.values().all(|flag| *flag == json!(false)), "{flags:?}");
    let desk = shop.get_as(&shop.owner(), "/admin/affiliates").text;
    assert!(desk.contains("Before a payout") && desk.contains("badge good"));
}
