use serde_json::{json, Value};

use crate::shop::{entitlement, Seen, Shop};

const PATH: &str = "/api/admin/products/revocation-intents";

fn body(intent: &str, key: &str) -> Value {
    json!({
        "entitlementId": entitlement(intent), "expectedEntitlementStatus": "active", "reasonCode": "manual_review",
        "privateReason": "Wrote from another address.", "idempotencyKey": key,
        "confirmationText": "Record product access removal intent",
    })
}

fn send(shop: &Shop, body: &Value) -> Seen {
    shop.post_as(&shop.owner(), PATH, body)
}

#[test]
fn a_note_is_kept_and_access_stays() {
    let shop = Shop::new();
    let intent = shop.buy("key-note");
    let seen = send(&shop, &body(&intent, "note-key-1"));
    insta::assert_snapshot!(seen.shown());
    assert_eq!(seen.json()["redaction"]["targetEntitlementIdsIncluded"], true, "the answer names it, and says so");
    assert_eq!(shop.count("SELECT COUNT(*) FROM product_entitlements WHERE status = 'active'"), 2);
    let hash = "SELECT COUNT(*) FROM product_entitlement_revocation_intents
        WHERE length(private_reason_sha256) = 64 AND length(actor_email_hash) = 64";
    assert_eq!(shop.count(hash), 1);
}

#[test]
fn a_note_needs_no_reason_in_confidence() {
    let shop = Shop::new();
    let intent = shop.buy("key-note");
    let mut asked = body(&intent, "note-key-2");
    asked.as_object_mut().unwrap().remove("privateReason");
    assert_eq!(send(&shop, &asked).json()["intent"]["privateReasonRecorded"], false);
}

#[test]
fn what_cannot_be_noted_is_refused() {
    let shop = Shop::new();
    let intent = shop.buy("key-note");
    let with = |field: &str, value: Value| {
        let mut changed = body(&intent, "note-key-3");
        changed[field] = value;
        changed
    };
    for (asked, status, code) in [
        (with("confirmationText", json!("yes")), 400, "confirmation_required"),
        (with("entitlementId", json!("")), 400, "invalid_request"),
        (with("entitlementId", json!("e".repeat(181))), 400, "invalid_request"),
        (with("reasonCode", json!("other")), 400, "invalid_request"),
        (with("reasonCode", json!(["manual_review"])), 400, "invalid_request"),
        (with("privateReason", json!("r".repeat(501))), 400, "invalid_request"),
        (with("privateReason", json!({})), 400, "invalid_request"),
        (with("idempotencyKey", json!("k".repeat(181))), 400, "invalid_idempotency_key"),
        (with("entitlementId", json!("entitlement-none")), 404, "entitlement_not_found"),
        (with("expectedEntitlementStatus", json!("inactive")), 409, "stale_entitlement_state"),
    ] {
        let seen = send(&shop, &asked);
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{}", seen.text);
    }
    let stale = send(&shop, &with("expectedEntitlementStatus", json!("inactive")));
    assert_eq!(stale.json()["currentEntitlementStatus"], "active");
    assert_eq!(shop.count("SELECT COUNT(*) FROM product_entitlement_revocation_intents"), 1, "only the shop's own");
}

#[test]
fn an_owner_sees_the_newest_notes_without_whom_they_are_about() {
    let shop = Shop::new();
    let intent = shop.buy("key-note");
    for number in 0..30 {
        assert_eq!(send(&shop, &body(&intent, &format!("note-key-many-{number}"))).status, 201);
    }
    let seen = shop.get_as(&shop.owner(), PATH);
    assert!(!seen.text.contains(&intent));
    let contract = &seen.json()["contract"];
    assert_eq!(contract["records"].as_array().unwrap().len(), 25);
    assert_eq!(contract["counts"]["ownerConfirmedIntents"], 30);
}
