//! What a visitor by a partner's link does.

use serde_json::{json, Value};

use crate::shop::{Seen, Shop};

pub const LINK: &str = "ref-link-launch-circle-waitlist";
pub const CODE: &str = "LAUNCHCIRCLE";
pub const ROUTE: &str = "/funnels/indie-launch-sandbox";
pub const DAY: i64 = 86_400;

/// The body of a reported click.
pub fn click_body(key: &str) -> Value {
    json!({ "referralLinkId": LINK, "code": CODE, "destinationRoute": ROUTE, "idempotencyKey": key })
}

/// Reports a click; returns its id.
pub fn click(shop: &Shop, key: &str) -> String {
    let seen = shop.post("/api/affiliates/clicks", &click_body(key));
    assert_eq!(seen.status, 200, "{}", seen.text);
    seen.json()["referralClickId"].as_str().unwrap().to_owned()
}

/// The body of a confirmed start that names a click.
pub fn order(key: &str, click: &str) -> Value {
    let mut body = Shop::order(key);
    body["referralClickId"] = json!(click);
    body
}

/// Starts a checkout that names a click.
pub fn start(shop: &Shop, key: &str, click: &str) -> Seen {
    shop.post("/api/commerce/checkout", &order(key, click))
}

/// Starts a checkout by a fresh click; returns the intent.
pub fn started(shop: &Shop, key: &str) -> String {
    let seen = start(shop, key, &click(shop, &format!("click-of-{key}")));
    assert_eq!(seen.status, 200, "{}", seen.text);
    seen.json()["checkoutIntentId"].as_str().unwrap().to_owned()
}

/// A whole purchase by a fresh click; returns the intent.
pub fn buy(shop: &Shop, key: &str) -> String {
    let intent = started(shop, key);
    let seen = shop.deliver(&shop.event(&format!("evt_{key}"), "checkout.session.completed", &intent));
    assert_eq!(seen.status, 200, "{}", seen.text);
    intent
}

/// A purchase by a fresh click while no rule paid for it, so that the payment wrote no commission down; now one does.
pub fn bought_before_the_rules(shop: &Shop, key: &str) -> String {
    shop.run_sql("UPDATE affiliate_commission_rules SET currency = 'eur'");
    let intent = buy(shop, key);
    shop.run_sql("UPDATE affiliate_commission_rules SET currency = 'usd'");
    intent
}

/// The commission of a checkout.
pub fn ledger(shop: &Shop, intent: &str) -> String {
    shop.text("SELECT id FROM affiliate_commission_ledger_entries WHERE checkout_intent_id = ?1", intent)
}

/// An event about the payment of a checkout.
pub fn charge(shop: &Shop, id: &str, intent: &str, refunded: bool) -> Value {
    json!({
        "id": id, "object": "event", "type": "charge.refunded", "created": shop.clock.0.get(), "livemode": false,
        "data": { "object": {
            "id": "ch_test_0123456789abcdef", "object": "charge", "amount": 2800, "currency": "usd",
            "created": shop.clock.0.get(), "customer": null, "amount_refunded": if refunded { 2800 } else { 1000 },
            "refunded": refunded, "payment_intent": "pi_test_0123456789",
            "metadata": { "checkout_intent_id": intent },
        } },
    })
}

/// An event about a dispute of that payment.
pub fn dispute(shop: &Shop, id: &str, kind: &str, status: &str) -> Value {
    json!({
        "id": id, "object": "event", "type": kind, "created": shop.clock.0.get(), "livemode": false,
        "data": { "object": {
            "id": "dp_test_0123456789abcdef", "object": "dispute", "amount": 2800, "currency": "usd", "status": status,
            "payment_intent": "pi_test_0123456789", "metadata": {},
        } },
    })
}
