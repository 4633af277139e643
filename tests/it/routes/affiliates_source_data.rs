use serde_json::json;

use crate::partner::{buy, charge, click, ledger};
use crate::shop::Shop;

const PATH: &str = "/affiliates/source-data";

#[test]
fn the_document_reads_as_reviewed() {
    insta::assert_snapshot!(Shop::new().get(PATH).shown());
}

#[test]
fn the_document_has_the_ids_and_figures_of_the_contract() {
    let document = Shop::new().get(PATH).json();
    for (key, count) in [("routes", 12), ("stableIds", 26), ("programs", 1)] {
        assert_eq!(document[key].as_array().unwrap().len(), count, "{key}");
    }
    let program = &document["programs"][0];
    let ids = |key: &str| -> Vec<String> {
        program[key].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    for (key, known) in [
        ("attributionRules", &["attribution-rule-first-click-30", "attribution-rule-manual-review"] as &[&str]),
        (
            "commissionRules",
            &["commission-rule-launch-pass-30", "commission-rule-checklist-bump-10", "commission-rule-refund-holdback"],
        ),
        ("partners", &["affiliate-partner-launch-circle", "affiliate-partner-template-studio"]),
        ("referralLinks", &["ref-link-launch-circle-waitlist", "ref-link-template-partner-sales"]),
        ("partnerReports", &["affiliate-partner-report-launch-circle", "affiliate-partner-report-template-studio"]),
        (
            "commissionLedger",
            &[
                "commission-ledger-launch-pass-fixture",
                "commission-ledger-self-referral-review",
                "commission-ledger-refund-reversal",
            ],
        ),
        ("payoutBatches", &["payout-batch-indie-launch-may-preview"]),
        ("reviewFlags", &["review-flag-self-referral", "review-flag-refund-window"]),
        ("auditEvents", &["affiliate-audit-referral-link-created", "affiliate-audit-commission-reviewed"]),
    ] {
        assert_eq!(ids(key), known, "{key}");
    }
    assert_eq!(program["commissionRules"][0]["rateBps"], 3000);
    assert_eq!(program["commissionRules"][2]["amountCents"], 0);
    assert_eq!(program["partnerReports"][0]["redaction"].as_object().unwrap().len(), 8);
    assert_eq!(program["payoutBatches"][0]["redaction"].as_object().unwrap().len(), 8);
    assert_eq!(program["payoutBatches"][0]["totalCommissionCents"], 2700);
    for key in [
        "payoutPreparationRecords",
        "fraudReviewRecords",
        "partnerNotificationReadinessRecords",
        "partnerNotificationSendPreflightRecords",
        "partnerNotificationProviderReadinessRecords",
    ] {
        let records = &document[key];
        assert!(records["counts"].as_object().unwrap().values().all(|count| *count == json!(0)), "{key}");
        assert_eq!((&records["latestRecords"], &records["source"]), (&json!([]), &json!("d1")), "{key}");
        let first = key == "payoutPreparationRecords";
        assert_eq!(records["currentEvidence"]["ownerRecordAllowed"], json!(first), "{key} stands on another");
    }
}

#[test]
fn no_flag_of_the_document_is_true_after_clicks_purchases_decisions_and_refunds() {
    let shop = Shop::new();
    click(&shop, "click-alone");
    let (kept, back) = (buy(&shop, "key-kept"), buy(&shop, "key-given-back"));
    shop.run_sql("UPDATE checkout_intents SET stripe_payment_intent_id = 'pi_test_of_' || substr(id, -4)");
    let held = json!({
        "commissionLedgerId": ledger(&shop, &kept), "actionKind": "hold_for_review", "idempotencyKey": "action-for-doc",
        "expectedUpdatedAt": shop.clock.0.get(), "privateReason": "private words", "publicReason": "public words",
        "confirmationText": "Apply owner review action to Bumpgrade commission ledger evidence",
    });
    let actions = "/api/admin/affiliates/commission-ledger/actions";
    assert_eq!(shop.post_as(&shop.owner(), actions, &held).status, 200);
    let mut refund = charge(&shop, "evt_doc_refund", &back, true);
    refund["data"]["object"]["payment_intent"] = json!(format!("pi_test_of_{}", &back[back.len() - 4..]));
    assert_eq!(shop.deliver(&refund).status, 200);

    let seen = shop.get(PATH);
    let document = seen.json();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json!({
        "clicks": document["clickSummary"],
        "checkouts": document["checkoutAttributionSummary"],
        "commissions": document["commissionLedgerSummary"],
        "decisions": document["partnerReviewActionSummary"],
        "report": document["partnerReportSummary"]["reports"][0],
        "payout": document["payoutPreparationSummary"]["batches"][0],
    }))
    .unwrap());
    for private in [&kept, &back, "private words", "public words", "ana@", "referral-click-0", "pi_test"] {
        assert!(!seen.text.contains(private), "{private} is in the document");
    }
    assert!(!seen.text.contains("Included\":true"), "the document says that it holds something private");
}
