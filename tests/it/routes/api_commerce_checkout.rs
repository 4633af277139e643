use bumpgrade::cx::OutboundError;
use serde_json::{json, Value};

use crate::ports::Stripe;
use crate::shop::{Shop, CHECKLIST, CONFIRMATION, LAUNCH_PASS};

const PATH: &str = "/api/commerce/checkout";

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

#[test]
fn the_contract_says_what_is_sold_and_what_to_repeat() {
    insta::assert_snapshot!(Shop::new().get(PATH).shown());
}

#[test]
fn without_a_usable_key_the_contract_says_so_and_a_start_is_a_preview() {
    let shop = Shop::with_settings(&[("STRIPE_SECRET_KEY_SANDBOX", "sk_test_half")]);
    assert_eq!(shop.get(PATH).json()["canCreateStripeSession"], false);
    let seen = shop.post(PATH, &Shop::order("key-preview"));
    assert_eq!(seen.json()["reason"], "missing_or_incomplete_sandbox_secret");
    assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_intents"), 0);
}

#[test]
fn a_start_without_the_text_is_a_preview_that_writes_nothing() {
    let shop = Shop::new();
    let before = shop.changes();
    let seen = shop.post(PATH, &json!({ "orderBumpPriceIds": [CHECKLIST, CHECKLIST, " "] }));
    insta::assert_snapshot!(seen.shown());
    for text in ["create checkout for Bumpgrade launch pass at 9.00 USD", &format!("{CONFIRMATION} "), ""] {
        let seen = shop.post(PATH, &with(Shop::order("key-text"), "confirmationText", json!(text)));
        assert_eq!(seen.json()["reason"], "confirmation_text_required", "{text:?}");
    }
    let seen = shop.post(PATH, &with(Shop::order("key-text"), "previewOnly", json!(true)));
    assert_eq!(seen.json()["reason"], "preview_requested");
    assert_eq!(shop.changes(), before);
}

#[test]
fn a_confirmed_start_opens_one_session_with_frozen_lines() {
    let shop = Shop::new();
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.post(PATH, &Shop::order("key-confirmed")))), 2);
    insta::assert_snapshot!(seen.unwrap().shown());
    let requests = shop.stripe.requests.borrow();
    let [request] = requests.as_slice() else { panic!("one request") };
    let form: Vec<(String, String)> = serde_urlencoded::from_str(request.body.as_deref().unwrap()).unwrap();
    insta::assert_snapshot!(form
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect::<Vec<_>>()
        .join("\n"));
    assert_eq!(shop.count("SELECT SUM(unit_amount_cents) FROM checkout_line_items"), 2800);
    assert_eq!(shop.count("SELECT amount_cents FROM checkout_intents WHERE status = 'stripe_session_created'"), 2800);
    let kinds =
        shop.text("SELECT group_concat(event_kind) FROM payment_audit_events WHERE actor_kind = ?1", "checkout_api");
    assert_eq!(kinds, "checkout_intent_created,checkout_session_created");
}

#[test]
fn the_placeholder_of_stripe_stays_literal_in_both_kinds_of_return_address() {
    let shop = Shop::new();
    shop.start("key-default-url");
    let body = with(Shop::order("key-own-url"), "successUrl", json!("http://127.0.0.1:8787/thanks?a=1"));
    assert_eq!(shop.post(PATH, &body).status, 200);
    for request in shop.stripe.requests.borrow().iter() {
        let form: Vec<(String, String)> = serde_urlencoded::from_str(request.body.as_deref().unwrap()).unwrap();
        let url = &form.iter().find(|(name, _)| name == "success_url").unwrap().1;
        assert!(url.ends_with("&session_id={CHECKOUT_SESSION_ID}"), "{url}");
    }
}

#[test]
fn a_subscription_offer_opens_a_subscription_session() {
    let shop = Shop::new();
    let text = "Create checkout for Bumpgrade launch membership at 29.00 USD per month";
    let body = json!({ "priceId": "price-launch-membership-monthly-usd", "confirmationText": text });
    let seen = shop.post(PATH, &body);
    assert_eq!(seen.json()["status"], "stripe_session_created", "{}", seen.text);
    let requests = shop.stripe.requests.borrow();
    let form = requests[0].body.clone().unwrap();
    for part in [
        "mode=subscription",
        "recurring%5D%5Binterval%5D=month",
        "subscription_data%5Bmetadata%5D%5Bbumpgrade_issue%5D=187",
    ] {
        assert!(form.contains(part), "{part}");
    }
}

#[test]
fn a_replay_answers_the_same_checkout_and_asks_stripe_nothing() {
    let shop = Shop::new();
    let intent = shop.start("key-replayed");
    shop.run_sql("UPDATE commerce_prices SET unit_amount_cents = 1; UPDATE offer_stacks SET status = 'draft';");
    let seen = shop.post(PATH, &Shop::order("key-replayed"));
    insta::assert_snapshot!(seen.shown());
    assert_eq!(seen.json()["checkoutIntentId"], json!(intent));
    assert_eq!(shop.stripe.requests.borrow().len(), 1);
    assert_eq!(shop.count("SELECT amount_cents FROM checkout_intents"), 2800);
}

#[test]
fn a_key_reused_for_another_order_is_refused() {
    let shop = Shop::new();
    shop.start("key-reused");
    for (field, value) in [
        ("orderBumpPriceIds", json!([])),
        ("buyerEmail", json!("ben@example.com")),
        ("priceId", json!(LAUNCH_PASS)),
        ("agentClientId", json!("another")),
        ("cancelUrl", json!("/elsewhere")),
    ] {
        let seen = shop.post(PATH, &with(Shop::order("key-reused"), field, value));
        assert_eq!((seen.status, seen.code().as_str()), (409, "idempotency_conflict"), "{field}");
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_intents"), 1);
}

#[test]
fn a_replay_resumes_an_unfinished_session_with_the_same_stripe_key() {
    let shop = Shop::new();
    let busy = || Ok(Stripe::answer(500, json!({ "error": { "type": "api_error", "message": "secret words" } })));
    shop.stripe.script.borrow_mut().extend([busy(), busy()]);
    let seen = shop.post(PATH, &Shop::order("key-resumed"));
    assert_eq!((seen.status, seen.code().as_str()), (502, "stripe_checkout_error"));
    assert!(!seen.text.contains("secret words") && !seen.log.as_ref().unwrap().contains("secret words"));
    let intent = seen.json()["checkoutIntentId"].as_str().unwrap().to_owned();
    assert_eq!(shop.intent_status(&intent), "stripe_error");
    assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_line_items"), 2, "an error loses no line");

    let seen = shop.post(PATH, &Shop::order("key-resumed"));
    assert_eq!(seen.json()["duplicate"], true);
    assert_eq!(seen.json()["status"], "stripe_session_created");
    assert_eq!(shop.intent_status(&intent), "stripe_session_created");
    let requests = shop.stripe.requests.borrow();
    let sent: Vec<_> = requests.iter().map(|request| (request.headers.clone(), request.body.clone())).collect();
    assert_eq!(sent.len(), 3, "two tries, then the replay");
    assert!(sent.iter().all(|request| *request == sent[0]), "every try asks for the same session under the same key");
}

#[test]
fn stripe_is_asked_again_where_its_own_libraries_do() {
    for (first, tries) in [
        (Ok(Stripe::answer(409, json!({}))), 2),
        (Ok(Stripe::answer(503, json!({}))), 2),
        (Err(OutboundError::Timeout), 2),
        (Err(OutboundError::Connection), 2),
        (Ok(Stripe::answer(400, json!({ "error": { "type": "invalid_request_error" } }))), 1),
        (Ok(Stripe::answer(401, json!({}))), 1),
    ] {
        let shop = Shop::new();
        shop.stripe.script.borrow_mut().push_back(first.clone());
        let seen = shop.post(PATH, &Shop::order("key-repeated"));
        assert_eq!(shop.stripe.requests.borrow().len(), tries, "{first:?}");
        assert_eq!(seen.status, if tries == 2 { 200 } else { 502 }, "{first:?}");
    }
    let shop = Shop::new();
    let mut said = Stripe::answer(500, json!({}));
    said.should_retry = Some(false);
    shop.stripe.script.borrow_mut().push_back(Ok(said));
    assert_eq!(shop.post(PATH, &Shop::order("key-no-retry")).status, 502);
    assert_eq!(shop.stripe.requests.borrow().len(), 1, "Stripe-Should-Retry: false is obeyed");
}

#[test]
fn an_answer_that_is_no_session_is_a_stripe_error() {
    for body in [json!({}), json!({ "id": "cs_test_1" }), json!({ "id": "cs_test_1", "url": "javascript:alert(1)" })] {
        let shop = Shop::new();
        shop.stripe.script.borrow_mut().push_back(Ok(Stripe::answer(200, body.clone())));
        assert_eq!(shop.post(PATH, &Shop::order("key-no-session")).status, 502, "{body}");
    }
}

#[test]
fn the_amount_comes_from_the_live_offer_and_a_changed_price_is_not_charged() {
    let shop = Shop::new();
    let body = with(Shop::order("key-amount"), "expectedAmountCents", json!(2800));
    shop.run_sql("UPDATE commerce_prices SET unit_amount_cents = 2000 WHERE unit_amount_cents = 1900;");
    let seen = shop.post(PATH, &body);
    insta::assert_snapshot!(seen.shown());
    assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_intents"), 0);
    let body = with(body, "expectedAmountCents", json!(2900));
    assert_eq!(shop.post(PATH, &body).json()["status"], "stripe_session_created");
}

#[test]
fn our_own_form_goes_straight_on_and_holds_the_amounts_it_showed() {
    let shop = Shop::new();
    let form = |key: &str, bump: &str, shown: i64| {
        format!(
            "priceId={LAUNCH_PASS}&confirmationText={}&idempotencyKey={key}&shownAmountCents={shown}\
             &shownAmountCents%5B{CHECKLIST}%5D=1900{bump}",
            CONFIRMATION.replace(' ', "+")
        )
    };
    let bump = format!("&orderBumpPriceIds={CHECKLIST}");
    for (key, bump, total) in [("form-key-1", "", 900), ("form-key-2", bump.as_str(), 2800)] {
        let seen = shop.form(PATH, &form(key, bump, 900));
        assert_eq!(seen.status, 303, "{}", seen.text);
        assert!(seen.header("location").starts_with("/api/commerce/checkout/redirect/checkout-intent-"));
        let amount = format!("SELECT amount_cents FROM checkout_intents WHERE idempotency_key = '{key}'");
        assert_eq!(shop.count(&amount), total);
    }
    let seen = shop.form(PATH, &form("form-key-3", "", 800));
    assert_eq!(seen.status, 409);
    assert!(seen.text.contains("The price has changed"), "{}", seen.text);
}
