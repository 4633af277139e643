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
    for (top, kind) in ALL.iter().enumerate().skip(1) {
        for again in ALL.iter().take(top) {
            let shop = Shop::new();
            let body = arrange(&shop, kind);
            assert_eq!(record(&shop, again, "", "written-again-1").status, 201);
            // With the record that is the latest now, everything deeper must be what that one stood on.
            let fresh = send(&shop, kind, &request(&shop, kind, ""), "stands-on-the-latest");
            let next = again.write.kind == kind.below.unwrap().write.kind;
            assert_eq!(fresh.status, if next { 201 } else { 409 }, "{}", fresh.text);
            let seen = send(&shop, kind, &body, "stands-on-nothing");
            assert_eq!(seen.status, 409, "{} after {}: {}", kind.write.kind, again.write.kind, seen.text);
            assert!(seen.code().ends_with("_record_status"), "{}", seen.text);
        }
    }
}

#[test]
fn a_request_may_name_the_record_that_it_stands_on() {
    for (kind, field, now, code) in [
        (
            &kinds::FRAUD,
            "expectedPayoutPreparationRecordId",
            "currentPayoutPreparationRecordId",
            "stale_payout_preparation_record_status",
        ),
        (
            &kinds::READINESS,
            "expectedFraudReviewRecordId",
            "currentFraudReviewRecordId",
            "stale_fraud_review_record_status",
        ),
        (
            &kinds::PREFLIGHT,
            "expectedNotificationReadinessRecordId",
            "currentNotificationReadinessRecordId",
            "stale_notification_readiness_record_status",
        ),
        (
            &kinds::PROVIDER,
            "expectedNotificationSendPreflightRecordId",
            "currentNotificationSendPreflightRecordId",
            "stale_notification_send_preflight_record_status",
        ),
    ] {
        let shop = Shop::new();
        let body = arrange(&shop, kind);
        let again = record(&shop, kind.below.unwrap(), "", "by-another-owner").json();
        let seen = send(&shop, kind, &body, "never-saw-that-one");
        assert_eq!((seen.status, seen.code().as_str()), (409, code), "{}", seen.text);
        assert_eq!(seen.json()[now], again["record"]["id"]);
        let mut unnamed = body.clone();
        assert!(unnamed.as_object_mut().unwrap().remove(field).is_some(), "{field}");
        assert_eq!(send(&shop, kind, &unnamed, "whichever-is-latest").status, 201);
    }
}

#[test]
fn another_form_of_records_is_not_called_a_missing_record() {
    let shop = Shop::new();
    let body = arrange(&shop, &kinds::PROVIDER);
    let forms = kinds::PROVIDER.fields().map(|field| field.name).filter(|name| name.ends_with("RecordStatus"));
    for form in forms {
        let mut wrong = body.clone();
        wrong[form] = json!("in-another-form");
        let seen = send(&shop, &kinds::PROVIDER, &wrong, "in-another-form-1");
        assert_eq!(seen.status, 409);
        assert!(seen.text.contains("are kept in another form now."), "{form}: {}", seen.text);
    }
}

#[test]
fn the_desk_is_about_the_flag_and_report_that_are_chosen() {
    let shop = Shop::new();
    assert_eq!(record(&shop, &kinds::PAYOUT, "", "payout-looked-at").status, 201);
    let page = |query: &str| shop.get_as(&shop.owner(), &format!("/admin/affiliates{query}")).text;
    let first = page("");
    let other = "/admin/affiliates?payoutBatchId=payout-batch-indie-launch-may-preview&amp;\
                 reviewFlagId=review-flag-refund-window#payout-title";
    assert!(first.contains(other) && first.contains("name=\"reviewFlagId\" value=\"review-flag-self-referral\""));
    let refund = page(REFUND_FLAG);
    assert!(refund.contains("name=\"reviewFlagId\" value=\"review-flag-refund-window\""));
    assert!(!refund.contains("name=\"reviewFlagId\" value=\"review-flag-self-referral\""));
    let mut body = request(&shop, &kinds::FRAUD, REFUND_FLAG);
    body["confirmationText"] = json!(kinds::FRAUD.write.phrase);
    body["idempotencyKey"] = json!("about-the-refund-flag");
    let pairs = body.as_object().unwrap().iter();
    let pairs: Vec<(&String, String)> =
        pairs.map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned))).collect();
    let seen = shop.form_as(&shop.owner(), kinds::FRAUD.write.path, &serde_urlencoded::to_string(pairs).unwrap());
    let back = "/admin/affiliates?payoutBatchId=payout-batch-indie-launch-may-preview\
                &reviewFlagId=review-flag-refund-window&done=affiliate_fraud_review_recorded";
    assert_eq!((seen.status, seen.header("location")), (303, back));
    let after = shop.get_as(&shop.owner(), seen.header("location")).text;
    assert_eq!((after.matches("Written down<").count(), page("").matches("Written down<").count()), (2, 1));
    let unknown = page("?reviewFlagId=no-such-flag");
    assert!(unknown.contains("There is no payout preview with such a flag") && !unknown.contains("payout-0"));
}

#[test]
fn only_what_holds_is_green() {
    let shop = Shop::new();
    arrange(&shop, &kinds::PROVIDER);
    assert_eq!(record(&shop, &kinds::PROVIDER, "", "the-last-step-1").status, 201);
    let green = || {
        let page = shop.get_as(&shop.owner(), "/admin/affiliates").text;
        (page.matches("Written down<").count(), page.matches("No longer holds<").count())
    };
    assert_eq!(green(), (5, 0));
    assert_eq!(record(&shop, &kinds::FRAUD, "", "the-flag-again-1").status, 201);
    assert_eq!(green(), (2, 3));
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
