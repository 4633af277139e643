use serde_json::json;

use crate::shop::{entitlement, Shop};

const PATH: &str = "/api/products/download-tokens";

#[test]
fn a_token_is_shown_once_and_only_its_hash_is_kept() {
    let shop = Shop::new();
    let intent = shop.buy("key-token");
    let body = json!({ "checkout_intent_id": intent, "entitlement_id": entitlement(&intent) });
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.post(PATH, &body))), 1);
    let seen = seen.unwrap();
    insta::assert_snapshot!(seen.shown());
    let token = seen.json()["token"].as_str().unwrap().to_owned();
    let stored = shop.text("SELECT token_hash FROM product_download_tokens WHERE status = ?1", "active");
    assert_eq!(stored, bumpgrade::kit::hash::sha256_hex(token.as_bytes()));
    assert_eq!(shop.count("SELECT expires_at - created_at FROM product_download_tokens"), 900);
}

#[test]
fn a_form_goes_straight_on_to_the_file() {
    let shop = Shop::new();
    let intent = shop.buy("key-token-form");
    let seen = shop.form(PATH, &format!("checkoutIntentId={intent}&entitlementId={}", entitlement(&intent)));
    assert_eq!(seen.status, 303);
    assert!(seen.header("location").starts_with("/api/products/downloads?token=download-token-"));
}

#[test]
fn a_sixth_unused_token_is_refused_until_one_is_used_or_old() {
    let shop = Shop::new();
    let intent = shop.buy("key-token-cap");
    let first = shop.token(&intent);
    for _ in 0..4 {
        shop.clock.0.set(shop.clock.0.get() + 10);
        shop.token(&intent);
    }
    let body = json!({ "checkoutIntentId": intent, "entitlementId": entitlement(&intent) });
    let seen = shop.post(PATH, &body);
    insta::assert_snapshot!(seen.shown());
    assert_eq!(seen.header("retry-after"), "861");
    assert_eq!(shop.count("SELECT COUNT(*) FROM product_download_tokens"), 5);
    assert_eq!(shop.get(&first).status, 200);
    assert_eq!(shop.post(PATH, &body).status, 201, "one was used");
    assert_eq!(shop.post(PATH, &body).status, 429);
    shop.clock.0.set(shop.clock.0.get() + 871);
    assert_eq!(shop.post(PATH, &body).status, 201, "one is old");
}

#[test]
fn each_refusal_has_its_state_and_writes_nothing() {
    let shop = Shop::new();
    let (paid, open) = (shop.buy("key-token-paid"), shop.start("key-token-open"));
    let good = entitlement(&paid);
    for (body, status, state) in [
        (json!({}), 400, "invalid_request"),
        (json!({ "checkoutIntentId": paid }), 400, "invalid_request"),
        (json!({ "checkoutIntentId": " ", "entitlementId": good }), 400, "invalid_request"),
        (json!({ "checkoutIntentId": 7, "entitlementId": good }), 400, "invalid_request"),
        (json!({ "checkoutIntentId": paid, "entitlementId": "a".repeat(201) }), 400, "invalid_request"),
        (json!({ "checkoutIntentId": open, "entitlementId": good }), 404, "not_found"),
        (json!({ "checkoutIntentId": paid, "entitlementId": "entitlement-unknown" }), 404, "not_found"),
        (json!(null), 400, "invalid_request"),
    ] {
        let before = shop.changes();
        let seen = shop.post(PATH, &body);
        assert_eq!((seen.status, seen.json()["status"].as_str().unwrap()), (status, state), "{body}");
        assert_eq!(seen.json()["redaction"]["rawR2KeysIncluded"], false);
        assert_eq!(shop.changes(), before, "{body}");
    }
}

#[test]
fn an_entitlement_that_opens_nothing_now_gets_no_token() {
    for change in [
        "UPDATE product_entitlements SET status = 'inactive'",
        "UPDATE checkout_intents SET status = 'expired'",
        "DELETE FROM private_files",
    ] {
        let shop = Shop::new();
        let intent = shop.buy("key-token-closed");
        shop.run_sql(change);
        let seen = shop.post(PATH, &json!({ "checkoutIntentId": intent, "entitlementId": entitlement(&intent) }));
        assert_eq!((seen.status, seen.code().as_str()), (409, "not_eligible"), "{change}");
    }
}
