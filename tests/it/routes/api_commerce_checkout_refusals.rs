//! What `POST /api/commerce/checkout` refuses: each with its own code, and nothing written.

use serde_json::{json, Value};

use crate::shop::{Shop, LAUNCH_PASS};

const PATH: &str = "/api/commerce/checkout";

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn refuses(field: &str, value: &Value, status: u16, code: &str) {
    let shop = Shop::new();
    let before = shop.changes();
    let base = match field {
        "priceId" => with(Shop::order("key-refused"), "orderBumpPriceIds", json!([])),
        _ => Shop::order("key-refused"),
    };
    let seen = shop.post(PATH, &with(base, field, value.clone()));
    assert_eq!((seen.status, seen.code().as_str()), (status, code), "{field} {value}");
    assert_eq!(shop.changes(), before, "{field} {value}");
    assert!(shop.stripe.requests.borrow().is_empty());
}

#[test]
fn each_refusal_has_its_code_and_writes_nothing() {
    let cases = [
        ("orderBumpPriceIds", json!(["price-unknown"]), 400, "unsupported_order_bump"),
        ("orderBumpPriceIds", json!([LAUNCH_PASS]), 400, "unsupported_order_bump"),
        ("priceId", json!("price-unknown"), 404, "sandbox_offer_not_found"),
        ("priceId", json!("price-bumpgrade-grow-monthly-usd"), 404, "sandbox_offer_not_found"),
        ("priceId", json!("price-launch-accelerator-upsell-usd"), 404, "sandbox_offer_not_found"),
        ("priceId", json!("<script>"), 404, "sandbox_offer_not_found"),
        ("referralClickId", json!("referral-click-unknown"), 400, "referral_click_not_found"),
        ("idempotencyKey", json!("short"), 400, "invalid_idempotency_key"),
        ("idempotencyKey", json!("a".repeat(181)), 400, "invalid_idempotency_key"),
        ("idempotencyKey", json!("line\nbreak"), 400, "invalid_idempotency_key"),
        ("successUrl", json!("https://evil.example/"), 400, "return_url_not_allowed"),
        ("cancelUrl", json!("//evil.example/"), 400, "return_url_not_allowed"),
        ("expectedAmountCents", json!(900), 409, "price_changed"),
    ];
    for (field, value, status, code) in cases {
        refuses(field, &value, status, code);
    }
}

#[test]
fn a_field_of_the_wrong_type_or_size_is_refused_by_name() {
    let cases = [
        ("priceId", json!({})),
        ("priceId", json!("a".repeat(201))),
        ("orderBumpPriceIds", json!("price")),
        ("orderBumpPriceIds", json!([7])),
        ("buyerEmail", json!(7)),
        ("confirmationText", json!(true)),
        ("idempotencyKey", json!(12_345_678)),
        ("agentClientId", json!([])),
        ("previewOnly", json!("yes")),
        ("expectedAmountCents", json!(9.5)),
        ("expectedAmountCents", json!(9_007_199_254_740_992_i64)),
    ];
    for (field, value) in cases {
        refuses(field, &value, 400, "invalid_request");
    }
}

#[test]
fn a_bump_that_cannot_be_sold_is_refused_by_reason() {
    for (change, status, code) in [
        ("UPDATE commerce_prices SET active = 0 WHERE unit_amount_cents = 1900", 404, "order_bump_not_seeded"),
        (
            "UPDATE commerce_prices SET currency = 'eur' WHERE unit_amount_cents = 1900",
            409,
            "order_bump_currency_mismatch",
        ),
        ("UPDATE commerce_prices SET active = 0 WHERE unit_amount_cents = 900", 404, "sandbox_offer_not_found"),
        ("UPDATE offer_stacks SET status = 'draft'", 404, "sandbox_offer_not_found"),
    ] {
        let shop = Shop::new();
        shop.run_sql(change);
        let seen = shop.post(PATH, &Shop::order("key-unsold"));
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{change}");
        assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_intents"), 0);
    }
}

#[test]
fn a_test_stack_cannot_be_bought_with_real_money_and_a_live_stack_can() {
    let live = [("STRIPE_ACTIVE_MODE", "live"), ("STRIPE_SECRET_KEY_LIVE", "sk_live_nativetestsnativetests")];
    let shop = Shop::with_settings(&live);
    let seen = shop.post(PATH, &Shop::order("key-live-mode"));
    assert_eq!((seen.status, seen.code().as_str()), (409, "live_mode_disabled"));
    shop.run_sql("UPDATE offer_stacks SET status = 'live'");
    shop.start("key-live-mode");
    assert_eq!(
        shop.count(
            "SELECT COUNT(*) FROM checkout_intents WHERE checkout_kind = 'live_checkout' AND stripe_mode = 'live'"
        ),
        1
    );
}

#[test]
fn a_body_that_is_no_object_is_refused_and_an_empty_one_is_a_preview() {
    let shop = Shop::new();
    for (body, code) in [
        (&b"null"[..], "invalid_request"),
        (b"[]", "invalid_request"),
        (b"7", "invalid_request"),
        (b"{", "invalid_json"),
        (b"\xff\xfe{}", "invalid_json"),
        (b"{\"a\":\"\xff\"}", "invalid_json"),
    ] {
        let seen = shop.send("POST", PATH, &[("content-type", "application/json")], body);
        assert_eq!((seen.status, seen.code().as_str()), (400, code));
    }
    assert_eq!(shop.send("POST", PATH, &[], b"").json()["status"], "preview");
    let seen = shop.send("POST", PATH, &[("content-type", "multipart/form-data; boundary=x")], b"--x--");
    assert_eq!((seen.status, seen.code().as_str()), (415, "unsupported_content_type"));
}

#[test]
fn a_body_over_the_cap_is_refused_with_and_without_a_length() {
    let shop = Shop::new();
    let large = vec![b' '; 256 * 1024 + 1];
    for headers in [&[][..], &[("content-length", "262145")], &[("content-length", "99999999999999999999999")]] {
        let seen = shop.send("POST", PATH, headers, &large);
        assert_eq!((seen.status, seen.code().as_str()), (413, "body_too_large"), "{headers:?}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(shop.send("POST", PATH, &form, &vec![b'a'; 64 * 1024 + 1]).status, 413);
}

#[test]
fn the_key_may_come_in_the_header_and_the_body_goes_first() {
    let shop = Shop::new();
    let mut body = Shop::order("unused");
    body.as_object_mut().unwrap().remove("idempotencyKey");
    let send = |body: &Value| {
        let headers = [("content-type", "application/json"), ("idempotency-key", "key-from-header")];
        shop.send("POST", PATH, &headers, body.to_string().as_bytes()).json()["checkoutIntentId"].clone()
    };
    let first = send(&body);
    assert_eq!(first, send(&body));
    assert_ne!(first, send(&Shop::order("key-from-body")));
}
