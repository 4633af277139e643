use serde_json::{json, Value};

use crate::ports::Stripe;
use crate::shop::{Seen, Shop};

const PATH: &str = "/api/billing/checkout";

fn sign_up(key: &str) -> Value {
    json!({ "planSlug": "grow", "buyerEmail": " Ana@Example.com ", "idempotencyKey": key })
}

fn id(seen: &Seen) -> String {
    seen.json()["checkoutIntentId"].as_str().unwrap_or_default().to_owned()
}

fn intents(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM checkout_intents")
}

fn form_of_stripe(shop: &Shop) -> Vec<(String, String)> {
    let requests = shop.stripe.requests.borrow();
    serde_urlencoded::from_str(requests.last().unwrap().body.as_deref().unwrap()).unwrap()
}

#[test]
fn the_contract_lists_the_plans_and_the_setup() {
    let shop = Shop::new();
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.get(PATH))), 1);
    insta::assert_snapshot!(seen.unwrap().shown());
    let unset = Shop::with_settings(&[]).get(PATH).json();
    assert_eq!(unset["contract"]["stripeMode"], "live");
}

#[test]
fn a_sign_up_opens_one_session_and_shows_no_address_of_stripe() {
    let shop = Shop::new();
    let mut body = sign_up("key-sign-up");
    body["whiteGloveSetup"] = json!("ON");
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.post(PATH, &body))), 2);
    let seen = seen.unwrap();
    insta::assert_snapshot!(seen.shown());
    let form: Vec<String> = form_of_stripe(&shop).iter().map(|(name, value)| format!("{name}={value}")).collect();
    insta::assert_snapshot!(form.join("\n"));
    let path = seen.json()["redirectUrl"].as_str().unwrap().to_owned();
    let redirect = shop.get(&path);
    assert_eq!(redirect.status, 303);
    assert!(redirect.header("location").starts_with("https://checkout.stripe.com/"));
    let kinds = shop.text(
        "SELECT group_concat(event_kind || ' ' || actor_kind) FROM payment_audit_events WHERE checkout_intent_id = ?1",
        &id(&seen),
    );
    assert_eq!(kinds, "checkout_intent_created billing_signup,billing_checkout_session_created billing_signup");
    let row = shop.text("SELECT checkout_kind || ' ' || status || ' ' || stripe_mode || ' ' || amount_cents || ' ' || buyer_email || ' ' || confirmation_required || ' ' || metadata_json FROM checkout_intents WHERE id = ?1", &id(&seen));
    insta::assert_snapshot!(row);
}

#[test]
fn what_cannot_be_a_sign_up_is_refused_by_name() {
    let shop = Shop::new();
    let before = shop.changes();
    for (body, status, code) in [
        (json!({}), 400, "unsupported_plan"),
        (json!({ "planSlug": "" }), 400, "unsupported_plan"),
        (json!({ "planSlug": "enterprise" }), 400, "unsupported_plan"),
        (json!({ "planSlug": "Grow" }), 400, "unsupported_plan"),
        (json!({ "planSlug": "none", "previewOnly": true }), 400, "unsupported_plan"),
        (json!({ "planSlug": null }), 400, "unsupported_plan"),
        (json!({ "planSlug": 5 }), 400, "invalid_request"),
        (json!({ "planSlug": ["grow"] }), 400, "invalid_request"),
        (json!({ "planSlug": "g".repeat(300) }), 400, "invalid_request"),
        (json!({ "planSlug": "grow", "buyerEmail": 5 }), 400, "invalid_request"),
        (json!({ "planSlug": "grow", "buyerEmail": { "a": 1 } }), 400, "invalid_request"),
        (json!({ "planSlug": "grow", "whiteGloveSetup": 1 }), 400, "invalid_request"),
        (json!({ "planSlug": "grow", "previewOnly": [] }), 400, "invalid_request"),
        (json!({ "planSlug": "grow", "expectedAmountCents": "x" }), 400, "invalid_request"),
        (json!({ "planSlug": "grow", "expectedAmountCents": i64::MAX }), 400, "invalid_request"),
        (json!({ "planSlug": "grow", "idempotencyKey": "short" }), 400, "invalid_idempotency_key"),
        (json!({ "planSlug": "grow", "idempotencyKey": "k".repeat(181) }), 400, "invalid_idempotency_key"),
        (json!({ "planSlug": "grow", "idempotencyKey": "key-with-é-in-it" }), 400, "invalid_idempotency_key"),
        (json!({ "planSlug": "grow", "idempotencyKey": 5 }), 400, "invalid_request"),
        (json!({ "planSlug": "grow", "expectedAmountCents": 1 }), 409, "price_changed"),
    ] {
        let seen = shop.post(PATH, &body);
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{body}: {}", seen.text);
    }
    for body in ["[]", "null", "\"grow\"", "{"] {
        assert_eq!(shop.send("POST", PATH, &[("content-type", "application/json")], body.as_bytes()).status, 400);
    }
    assert_eq!((shop.changes(), shop.stripe.requests.borrow().len()), (before, 0));
}

#[test]
fn a_preview_says_what_it_would_cost_and_writes_nothing() {
    let shop = Shop::new();
    let before = shop.changes();
    let body = json!({ "planSlug": "experiment", "previewOnly": "yes", "whiteGloveSetup": true });
    insta::assert_snapshot!(shop.post(PATH, &body).shown());
    for (settings, reason) in [
        (&[][..], "missing_live_secret"),
        (&[("STRIPE_SECRET_KEY_LIVE", "sk_live_nativetestsnativetests")][..], "missing_live_secret"),
        (&[("PLAN_BILLING_MODE", "live")][..], "missing_live_secret"),
        (
            &[("PLAN_BILLING_MODE", "live"), ("STRIPE_SECRET_KEY_LIVE", "sk_test_nativetestsnativetests")][..],
            "missing_live_secret",
        ),
        (&[("PLAN_BILLING_MODE", "sandbox")][..], "missing_sandbox_secret"),
    ] {
        let shop = Shop::with_settings(settings);
        let seen = shop.post(PATH, &sign_up("key-preview")).json();
        assert_eq!((&seen["status"], &seen["reason"]), (&json!("preview"), &json!(reason)), "{settings:?}");
        assert_eq!(seen["totalInitialAmountCents"], 19_700);
        assert_eq!(intents(&shop), 0);
    }
    assert_eq!(shop.changes(), before);
}

#[test]
fn the_mode_of_plans_is_their_own() {
    let settings = [
        ("STRIPE_ACTIVE_MODE", "sandbox"),
        ("PLAN_BILLING_MODE", "live"),
        ("STRIPE_SECRET_KEY_SANDBOX", "sk_test_nativetestsnativetests"),
        ("STRIPE_SECRET_KEY_LIVE", "sk_live_nativetestsnativetests"),
    ];
    let shop = Shop::with_settings(&settings);
    let seen = shop.post(PATH, &sign_up("key-live-plan"));
    assert_eq!(seen.json()["status"], "stripe_session_created");
    let sent = shop.stripe.requests.borrow().last().unwrap().headers.clone();
    assert!(sent.contains(&("authorization", "Bearer sk_live_nativetestsnativetests".to_owned())));
    assert_eq!(shop.text("SELECT stripe_mode FROM checkout_intents WHERE id = ?1", &id(&seen)), "live");
    shop.run_sql("UPDATE commerce_products SET status = 'sandbox' WHERE id = 'product-bumpgrade-grow'");
    assert_eq!(shop.post(PATH, &sign_up("key-not-live")).code(), "stripe_checkout_unavailable");
}

#[test]
fn a_client_s_key_stands_for_one_order() {
    let shop = Shop::new();
    let first = shop.post(PATH, &sign_up("key-replayed"));
    let again = shop.post(PATH, &sign_up("key-replayed"));
    assert_eq!((id(&first), &again.json()["duplicate"]), (id(&again), &json!(true)));
    assert_eq!(first.json()["redirectUrl"], again.json()["redirectUrl"]);
    let headers = [("content-type", "application/json"), ("idempotency-key", "key-replayed")];
    let by_header = shop.send("POST", PATH, &headers, br#"{"planSlug":"grow","buyerEmail":"ana@example.com"}"#);
    assert_eq!(id(&by_header), id(&first));
    for change in [
        json!({ "planSlug": "experiment" }),
        json!({ "buyerEmail": "bea@example.com" }),
        json!({ "buyerEmail": null }),
        json!({ "whiteGloveSetup": true }),
        json!({ "expectedAmountCents": 19_700 }),
    ] {
        let mut body = sign_up("key-replayed");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let seen = shop.post(PATH, &body);
        assert_eq!((seen.status, seen.code().as_str()), (409, "idempotency_conflict"), "{change}");
    }
    assert_eq!((intents(&shop), shop.stripe.requests.borrow().len()), (1, 1));
    assert_eq!(shop.post("/api/commerce/checkout", &Shop::order("key-replayed")).code(), "idempotency_conflict");
}

#[test]
fn without_a_key_one_address_at_one_place_signs_up_once_for_a_while() {
    let shop = Shop::new();
    let send = |email: &str, place: &str, plan: &str| {
        let body = json!({ "planSlug": plan, "buyerEmail": email }).to_string();
        let headers = [("content-type", "application/json"), ("cf-connecting-ip", place)];
        id(&shop.send("POST", PATH, &headers, body.as_bytes()))
    };
    let first = send("ana@example.com", "192.0.2.1", "grow");
    assert_eq!(send("ANA@example.com", "192.0.2.1", "grow"), first);
    for other in [
        send("ana@example.com", "192.0.2.2", "grow"),
        send("bea@example.com", "192.0.2.1", "grow"),
        send("ana@example.com", "192.0.2.1", "experiment"),
        send("", "192.0.2.1", "grow"),
        send("not an address", "192.0.2.1", "grow"),
    ] {
        assert!(!other.is_empty() && other != first);
    }
    shop.clock.0.set(shop.clock.0.get() + 600);
    assert_ne!(send("ana@example.com", "192.0.2.1", "grow"), first);
    assert_eq!(intents(&shop), 7);
}

#[test]
fn a_stripe_that_fails_is_a_fixed_answer_and_a_replay_tries_again() {
    let shop = Shop::new();
    let words = json!({ "error": { "type": "api_error", "message": "secret words of ana@example.com" } });
    for _ in 0..2 {
        shop.stripe.script.borrow_mut().push_back(Ok(Stripe::answer(500, words.clone())));
    }
    let seen = shop.post(PATH, &sign_up("key-failing"));
    assert_eq!((seen.status, seen.code().as_str()), (502, "stripe_checkout_unavailable"));
    assert!(!seen.text.contains("secret words") && !seen.log.unwrap().contains("secret words"));
    assert_eq!(
        shop.text("SELECT status FROM checkout_intents WHERE idempotency_key = ?1", "key-failing"),
        "stripe_error"
    );
    let again = shop.post(PATH, &sign_up("key-failing"));
    assert_eq!(again.json()["status"], "stripe_session_created");
    let kept = shop.text("SELECT COUNT(*) || '' FROM checkout_line_items WHERE checkout_intent_id = ?1", &id(&again));
    assert_eq!((kept.as_str(), intents(&shop)), ("1", 1));
}

#[test]
fn what_is_not_for_sale_cannot_be_signed_up_for() {
    for sql in [
        "UPDATE commerce_prices SET active = 0 WHERE id = 'price-bumpgrade-grow-monthly-usd'",
        "UPDATE commerce_products SET status = 'archived' WHERE id = 'product-bumpgrade-grow'",
        "UPDATE commerce_prices SET active = 0 WHERE id = 'price-bumpgrade-white-glove-setup-usd'",
        "UPDATE commerce_prices SET currency = 'eur' WHERE id = 'price-bumpgrade-white-glove-setup-usd'",
        "DELETE FROM plan_addons",
    ] {
        let shop = Shop::new();
        shop.run_sql(sql);
        let mut body = sign_up("key-not-for-sale");
        body["whiteGloveSetup"] = json!(true);
        let seen = shop.post(PATH, &body);
        assert_eq!(
            (seen.status, seen.code().as_str(), intents(&shop)),
            (502, "stripe_checkout_unavailable", 0),
            "{sql}"
        );
    }
    let shop = Shop::new();
    shop.run_sql("UPDATE plans SET status = 'hidden' WHERE slug = 'grow'");
    assert_eq!(shop.post(PATH, &sign_up("key-hidden")).code(), "unsupported_plan");
}

#[test]
fn a_form_leads_on_and_a_second_press_is_the_same_sign_up() {
    let shop = Shop::new();
    let form =
        "planSlug=grow&pageKey=pricing-page-1&buyerEmail=&shownAmountCents%5Bgrow%5D=19700&shownSetupCents=100000";
    let first = shop.form(PATH, form);
    assert_eq!(first.status, 303);
    assert!(first.header("location").starts_with("/api/commerce/checkout/redirect/checkout-intent-"));
    assert_eq!(first.header("location"), shop.form(PATH, form).header("location"));
    let with_setup = shop.form(PATH, &format!("{form}&whiteGloveSetup=true"));
    assert_ne!(with_setup.header("location"), first.header("location"), "another choice is another sign-up");
    assert_eq!(shop.count("SELECT MAX(amount_cents) FROM checkout_intents"), 119_700);
    let changed = shop.form(PATH, &form.replace("19700", "9700").replace("page-1", "page-2"));
    assert_eq!(changed.status, 409);
    assert!(changed.text.contains("The price has changed"));
    let asked = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
    assert_eq!(shop.send("POST", PATH, &asked, form.as_bytes()).json()["ok"], true);
}

#[test]
fn a_form_without_stripe_goes_back_to_the_plans_for_a_browser() {
    let shop = Shop::with_settings(&[]);
    let seen = shop.form(PATH, "planSlug=grow");
    assert_eq!((seen.status, seen.header("location")), (303, "/pricing?checkout=preview"));
    let plain = [("content-type", "application/x-www-form-urlencoded")];
    let seen = shop.send("POST", PATH, &plain, b"planSlug=grow&whiteGloveSetup=on").json();
    assert_eq!((&seen["status"], &seen["totalInitialAmountCents"]), (&json!("preview"), &json!(119_700)));
}
