use serde_json::{json, Value};

use crate::partner::{buy, ledger};
use crate::shop::Shop;

const PATH: &str = "/api/admin/affiliates/commission-ledger/actions";
const PHRASE: &str = "Apply owner review action to Bumpgrade commission ledger evidence";

fn body(shop: &Shop, key: &str, id: &str, action: &str) -> Value {
    let at = shop.text("SELECT CAST(updated_at AS TEXT) FROM affiliate_commission_ledger_entries WHERE id = ?1", id);
    json!({
        "commissionLedgerId": id, "actionKind": action, "idempotencyKey": key, "confirmationText": PHRASE,
        "expectedUpdatedAt": at.parse::<i64>().unwrap(),
    })
}

fn actions(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM affiliate_commission_ledger_actions")
}

#[test]
fn an_owner_s_decision_is_recorded_and_shown_without_anything_private() {
    let shop = Shop::new();
    let id = ledger(&shop, &buy(&shop, "key-decided"));
    let mut full = body(&shop, "action-held", &id, "hold_for_review");
    full["publicReason"] = json!("We ask the buyer first.");
    full["privateReason"] = json!("Smells like a ring of friends.");
    let seen = shop.post_as(&shop.owner(), PATH, &full);
    insta::assert_snapshot!(seen.shown());
    let hash = shop.text(
        "SELECT private_reason_hash FROM affiliate_commission_ledger_actions WHERE commission_ledger_id = ?1",
        &id,
    );
    assert_eq!(hash.len(), 64);
    assert!(!shop.dump().contains("ring of friends"));
}

#[test]
fn what_older_programs_call_a_reason_is_never_published() {
    let shop = Shop::new();
    let id = ledger(&shop, &buy(&shop, "key-older"));
    let mut full = body(&shop, "action-older", &id, "mark_reviewed");
    full["reason"] = json!("Nobody said that this would be public.");
    let seen = shop.post_as(&shop.owner(), PATH, &full);
    assert_eq!(seen.json()["reviewAction"]["reasonPublic"], Value::Null);
    assert!(!shop.dump().contains("Nobody said"));
    assert_eq!(
        shop.count("SELECT COUNT(*) FROM affiliate_commission_ledger_actions WHERE private_reason_hash IS NOT NULL"),
        1
    );
}

#[test]
fn the_state_always_moves_on_and_a_reversal_is_final() {
    let shop = Shop::new();
    let owner = shop.owner();
    let id = ledger(&shop, &buy(&shop, "key-moves-on"));
    let mut last = shop.clock.0.get();
    for (key, action, review) in [
        ("action-1-key", "mark_reviewed", "owner_reviewed"),
        ("action-2-key", "hold_for_review", "owner_hold"),
        ("action-3-key", "mark_reviewed", "owner_reviewed"),
        ("action-4-key", "reverse_evidence", "owner_reversed"),
    ] {
        let seen = shop.post_as(&owner, PATH, &body(&shop, key, &id, action)).json();
        assert_eq!(seen["commissionLedger"]["reviewStatus"], review);
        let at = seen["commissionLedger"]["updatedAt"].as_i64().unwrap();
        assert!(at > last, "the clock stands still, the state does not");
        last = at;
    }
    let seen = shop.post_as(&owner, PATH, &body(&shop, "action-5-key", &id, "mark_reviewed"));
    assert_eq!((seen.status, seen.code().as_str()), (409, "commission_review_already_reversed"));
    assert_eq!(seen.json()["commissionLedger"]["ledgerStatus"], "reversed");
    assert_eq!(actions(&shop), 4);
}

#[test]
fn a_decision_about_an_older_state_changes_nothing_and_shows_the_present_one() {
    let shop = Shop::new();
    let owner = shop.owner();
    let id = ledger(&shop, &buy(&shop, "key-stale"));
    let old = body(&shop, "action-stale", &id, "reverse_evidence");
    shop.post_as(&owner, PATH, &body(&shop, "action-fresh", &id, "mark_reviewed"));
    let seen = shop.post_as(&owner, PATH, &old);
    assert_eq!((seen.status, seen.code().as_str()), (409, "commission_review_stale_state"));
    assert_eq!(seen.json()["commissionLedger"]["reviewStatus"], "owner_reviewed");
    assert_eq!(actions(&shop), 1);
}

#[test]
fn two_owners_who_decide_at_once_decide_once() {
    let shop = Shop::new();
    let owner = shop.owner();
    let id = ledger(&shop, &buy(&shop, "key-at-once"));
    let (mine, yours) =
        (body(&shop, "action-mine", &id, "mark_reviewed"), body(&shop, "action-yours", &id, "hold_for_review"));
    let seen = [shop.post_as(&owner, PATH, &mine), shop.post_as(&owner, PATH, &yours)];
    assert_eq!(seen.map(|seen| seen.status), [200, 409]);
    assert_eq!(actions(&shop), 1);
}

#[test]
fn a_decision_is_refused_in_the_order_of_the_contract() {
    let shop = Shop::new();
    let owner = shop.owner();
    let id = ledger(&shop, &buy(&shop, "key-refusals"));
    for (change, code) in [
        (json!({ "commissionLedgerId": null }), "commission_ledger_required"),
        (json!({ "actionKind": "pay_out" }), "commission_review_action_unsupported"),
        (json!({ "idempotencyKey": null }), "idempotency_key_required"),
        (json!({ "expectedUpdatedAt": null }), "expected_updated_at_required"),
        (json!({ "confirmationText": "ok" }), "commission_review_confirmation_required"),
        (json!({ "commissionLedgerId": "commission-ledger-nobody" }), "commission_ledger_not_found"),
    ] {
        let mut full = body(&shop, "action-refused", &id, "mark_reviewed");
        full.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let seen = shop.post_as(&owner, PATH, &full);
        assert_eq!((seen.status, seen.code().as_str()), (400, code));
    }
    shop.run_sql("INSERT INTO tenants VALUES ('tenant-other', 'other', 'Other', 'active', 0, 0)");
    let elsewhere = shop.of_tenant("tenant-other");
    let seen = elsewhere.post_as(&elsewhere.owner(), PATH, &body(&shop, "action-elsewhere", &id, "mark_reviewed"));
    assert!((400..500).contains(&seen.status), "{}", seen.text);
    assert_eq!(actions(&shop), 0);
}
