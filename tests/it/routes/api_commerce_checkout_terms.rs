//! What holds between the click and the payment page: the text, the amount, the mode, the age, the key.

use serde_json::{json, Value};

use crate::ports::Stripe;
use crate::shop::{Shop, CONFIRMATION, LAUNCH_PASS};

const PATH: &str = "/api/commerce/checkout";

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn fail_once(shop: &Shop) {
    let busy = || Ok(Stripe::answer(500, json!({})));
    shop.stripe.script.borrow_mut().extend([busy(), busy()]);
}

#[test]
fn the_text_names_the_price_that_is_charged() {
    let shop = Shop::new();
    for (cents, currency, text) in [
        (900, "usd", CONFIRMATION),
        (9_000, "usd", "Create checkout for Bumpgrade launch pass at 90.00 USD"),
        (5, "eur", "Create checkout for Bumpgrade launch pass at 0.05 EUR"),
        (900, "jpy", "Create checkout for Bumpgrade launch pass at 900 JPY"),
        (12_345, "kwd", "Create checkout for Bumpgrade launch pass at 12.345 KWD"),
    ] {
        let set = format!("UPDATE commerce_prices SET unit_amount_cents = {cents}, currency = '{currency}' WHERE id = '{LAUNCH_PASS}'");
        shop.run_sql(&set);
        assert_eq!(shop.get(PATH).json()["confirmation"]["text"], text);
    }
    let old = json!({ "confirmationText": CONFIRMATION, "idempotencyKey": "key-old-text" });
    assert_eq!(shop.post(PATH, &old).json()["reason"], "confirmation_text_required");
    assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_intents"), 0);
}

#[test]
fn a_price_that_lives_at_stripe_is_sent_by_its_id_and_its_amount_is_checked() {
    let shop = Shop::new();
    shop.run_sql(&format!(
        "UPDATE commerce_prices SET stripe_price_id = 'price_1TwinTwinTwin' WHERE id = '{LAUNCH_PASS}'"
    ));
    let body = with(Shop::order("key-twin-price"), "orderBumpPriceIds", json!([]));
    let session = |amount: i64| {
        Ok(Stripe::answer(
            200,
            json!({ "id": "cs_test_twin", "url": "https://checkout.stripe.com/c/pay/x", "amount_total": amount, "currency": "usd" }),
        ))
    };
    shop.stripe.script.borrow_mut().push_back(session(2_900));
    let seen = shop.post(PATH, &body);
    assert_eq!((seen.status, seen.code().as_str()), (502, "stripe_checkout_error"), "Stripe would charge 29.00");
    assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_intents WHERE stripe_checkout_url IS NOT NULL"), 0);
    assert!(seen.log.unwrap().contains("another amount"));
    shop.stripe.script.borrow_mut().push_back(session(900));
    assert_eq!(shop.post(PATH, &body).status, 200);
    let sent = shop.stripe.requests.borrow()[0].body.clone().unwrap();
    assert!(
        sent.contains("line_items%5B0%5D%5Bprice%5D=price_1TwinTwinTwin") && !sent.contains("price_data"),
        "{sent}"
    );
}

#[test]
fn an_order_confirmed_for_test_money_is_never_resumed_with_real_money() {
    let shop = Shop::new();
    fail_once(&shop);
    assert_eq!(shop.post(PATH, &Shop::order("key-mode-moves")).status, 502);
    let live = [("STRIPE_ACTIVE_MODE", "live"), ("STRIPE_SECRET_KEY_LIVE", "sk_live_nativetestsnativetests")];
    let other = Shop::with_settings(&live);
    let shop = Shop { cx: bumpgrade::cx::Cx { config: other.cx.config.clone(), ..shop.cx }, ..shop };
    let seen = shop.post(PATH, &Shop::order("key-mode-moves"));
    assert_eq!((seen.status, seen.code().as_str()), (409, "live_mode_disabled"));
    shop.run_sql("UPDATE offer_stacks SET status = 'live'");
    assert_eq!(shop.post(PATH, &Shop::order("key-mode-moves")).code(), "idempotency_conflict");
    assert_eq!(shop.stripe.requests.borrow().len(), 2, "only the two failed tries in test mode");
}

#[test]
fn an_unfinished_order_can_be_resumed_for_a_day() {
    for (later, status) in [(86_400, 200), (86_401, 409)] {
        let shop = Shop::new();
        fail_once(&shop);
        shop.post(PATH, &Shop::order("key-old-order"));
        shop.clock.0.set(shop.clock.0.get() + later);
        let seen = shop.post(PATH, &Shop::order("key-old-order"));
        assert_eq!(seen.status, status, "{later}");
        if status == 409 {
            assert_eq!(seen.code(), "checkout_expired");
        }
    }
}

#[test]
fn a_used_key_does_not_hide_what_is_wrong_with_the_new_order() {
    let shop = Shop::new();
    shop.start("key-used-before");
    let order = || Shop::order("key-used-before");
    let seen = shop.post(PATH, &with(order(), "referralClickId", json!("referral-click-x")));
    assert_eq!((seen.status, seen.code().as_str()), (400, "referral_click_not_found"));
    let seen = shop.post(PATH, &with(order(), "orderBumpPriceIds", json!(["price-unknown"])));
    assert_eq!((seen.status, seen.code().as_str()), (400, "unsupported_order_bump"));
    let seen = shop.post(PATH, &with(order(), "confirmationText", json!("yes")));
    assert_eq!(seen.json()["reason"], "confirmation_text_required");
}

#[test]
fn a_replay_works_after_the_product_is_gone() {
    let shop = Shop::new();
    let intent = shop.start("key-product-gone");
    shop.run_sql(
        "DELETE FROM offers; DELETE FROM commerce_products WHERE id = 'product-bumpgrade-sandbox-launch-pass';",
    );
    let seen = shop.post(PATH, &Shop::order("key-product-gone"));
    assert_eq!((seen.status, &seen.json()["checkoutIntentId"]), (200, &json!(intent)));
}

#[test]
fn a_form_that_is_not_utf_8_writes_nothing() {
    let shop = Shop::new();
    let text = CONFIRMATION.replace(' ', "+");
    for field in ["agentClientId=%ff", "buyerEmail=a%ff%40example.com", "%ff=1"] {
        let seen = shop.form(PATH, &format!("confirmationText={text}&idempotencyKey=key-not-utf-8&{field}"));
        assert_eq!(seen.status, 400, "{field}");
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_intents"), 0);
}

#[test]
fn a_stack_has_one_primary_offer() {
    let shop = Shop::new();
    let second = "UPDATE offers SET kind = 'primary', position = 9 WHERE kind = 'order_bump'";
    assert!(shop.db.connection.borrow().execute_batch(second).is_err());
}
