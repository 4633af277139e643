use serde_json::json;

use crate::partner::{click, order, start, started, DAY};
use crate::shop::{Shop, CHECKLIST, CONFIRMATION, LAUNCH_PASS};

const PATH: &str = "/api/commerce/checkout";

fn attributions(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM checkout_referral_attributions")
}

/// Our own form, by a browser that keeps a click.
fn form(key: &str, click: &str) -> String {
    format!(
        "priceId={LAUNCH_PASS}&confirmationText={}&idempotencyKey={key}&shownAmountCents=900&referralClickId={click}\
         &shownAmountCents%5B{CHECKLIST}%5D=1900",
        CONFIRMATION.replace(' ', "+")
    )
}

#[test]
fn a_click_is_attached_in_the_batch_that_opens_the_checkout() {
    let shop = Shop::new();
    let id = click(&shop, "click-attached");
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(start(shop, "key-attached", &id))), 2);
    insta::assert_snapshot!(seen.unwrap().shown());
    assert_eq!(attributions(&shop), 1);
    let kinds = "SELECT group_concat(event_kind) FROM payment_audit_events WHERE actor_kind = ?1";
    assert_eq!(
        shop.text(kinds, "checkout_api"),
        "checkout_intent_created,checkout_referral_attribution_attached,checkout_session_created"
    );
}

#[test]
fn a_replay_shows_the_same_referral_and_another_one_is_refused() {
    let shop = Shop::new();
    let (id, other) = (click(&shop, "click-replay-1"), click(&shop, "click-replay-2"));
    let first = start(&shop, "key-replay", &id).json();
    let again = start(&shop, "key-replay", &id).json();
    assert_eq!((&again["duplicate"], &again["referralAttribution"]), (&json!(true), &first["referralAttribution"]));
    let without = shop.post(PATH, &Shop::order("key-replay")).json();
    assert_eq!(without["referralAttribution"], first["referralAttribution"], "the checkout has it all the same");
    let seen = start(&shop, "key-replay", &other);
    assert_eq!((seen.status, seen.code().as_str()), (409, "checkout_referral_attribution_conflict"));
    shop.start("key-without");
    let seen = start(&shop, "key-without", &id);
    assert_eq!((seen.status, seen.code().as_str()), (409, "checkout_referral_attribution_conflict"));
    shop.clock.0.set(shop.clock.0.get() + 31 * DAY);
    assert_eq!(start(&shop, "key-replay", &id).json()["duplicate"], true, "an old click does not undo a replay");
    assert_eq!(attributions(&shop), 1);
}

#[test]
fn a_click_counts_until_the_last_second_of_its_window() {
    let shop = Shop::new();
    let id = click(&shop, "click-window");
    shop.clock.0.set(shop.clock.0.get() + 30 * DAY - 1);
    assert_eq!(start(&shop, "key-in-time", &id).json()["status"], "stripe_session_created");
    shop.clock.0.set(shop.clock.0.get() + 1);
    let seen = start(&shop, "key-too-late", &id);
    assert_eq!((seen.status, seen.code().as_str()), (400, "referral_click_expired"));
    assert_eq!(attributions(&shop), 1);
}

#[test]
fn the_window_is_the_one_of_the_click_whatever_the_rule_says_later() {
    let shop = Shop::new();
    let id = click(&shop, "click-terms");
    shop.run_sql("UPDATE affiliate_attribution_rules SET window_days = 1 WHERE window_days = 30");
    shop.clock.0.set(shop.clock.0.get() + 20 * DAY);
    assert_eq!(start(&shop, "key-old-terms", &id).status, 200);
}

#[test]
fn a_click_is_for_what_it_recommends_and_for_ten_orders_at_most() {
    let shop = Shop::new();
    let id = click(&shop, "click-reused");
    let membership = json!({
        "priceId": "price-launch-membership-monthly-usd", "referralClickId": id, "idempotencyKey": "key-membership",
        "confirmationText": "Create checkout for Bumpgrade launch membership at 29.00 USD per month",
    });
    let seen = shop.post(PATH, &membership);
    assert_eq!((seen.status, seen.code().as_str()), (400, "referral_click_route_mismatch"));
    for index in 0..10 {
        assert_eq!(start(&shop, &format!("key-reused-{index}"), &id).status, 200, "{index}");
    }
    let seen = start(&shop, "key-reused-10", &id);
    assert_eq!((seen.status, seen.code().as_str()), (409, "referral_click_used_up"));
    assert_eq!((attributions(&shop), shop.count("SELECT COUNT(*) FROM checkout_intents")), (10, 10));
}

#[test]
fn an_order_that_came_to_nothing_does_not_use_its_click_up() {
    let shop = Shop::new();
    let id = click(&shop, "click-given-up");
    for index in 0..10 {
        assert_eq!(start(&shop, &format!("key-given-up-{index}"), &id).status, 200, "{index}");
    }
    for (index, status) in ["expired", "payment_failed", "stripe_error"].iter().enumerate() {
        let key = format!("key-after-{status}");
        assert_eq!(start(&shop, &key, &id).code(), "referral_click_used_up", "{status}");
        shop.run_sql(&format!(
            "UPDATE checkout_intents SET status = '{status}' WHERE idempotency_key = 'key-given-up-{index}'"
        ));
        assert_eq!(start(&shop, &key, &id).status, 200, "{status}");
    }
    shop.run_sql("UPDATE checkout_intents SET status = 'paid' WHERE idempotency_key = 'key-given-up-9'");
    assert_eq!(start(&shop, "key-after-paid", &id).code(), "referral_click_used_up", "what was paid stays used");
}

#[test]
fn a_click_that_nobody_made_opens_nothing_and_previews_nothing() {
    let shop = Shop::new();
    let before = shop.dump();
    for id in ["referral-click-00000000-0000-4000-8000-0000000000ff", "x", "referral-click-' OR 1"] {
        for preview in [false, true] {
            let mut body = order("key-unknown", id);
            body["previewOnly"] = json!(preview);
            let seen = shop.post(PATH, &body);
            assert_eq!((seen.status, seen.code().as_str()), (400, "referral_click_not_found"), "{id}");
        }
    }
    for id in [json!(7), json!([]), json!({})] {
        let mut body = order("key-unknown", "");
        body["referralClickId"] = id.clone();
        assert_eq!(shop.post(PATH, &body).code(), "invalid_request", "{id}");
    }
    assert_eq!(shop.dump(), before);
    let elsewhere = click(&shop, "click-elsewhere");
    shop.run_sql(
        "INSERT INTO tenants VALUES ('tenant-other', 'other', 'Other', 'active', 0, 0);
         UPDATE affiliate_referral_clicks SET tenant_id = 'tenant-other';",
    );
    assert_eq!(start(&shop, "key-elsewhere", &elsewhere).code(), "referral_click_not_found");
}

#[test]
fn a_buyer_is_never_turned_away_because_of_an_old_cookie() {
    let shop = Shop::new();
    let id = click(&shop, "click-of-form");
    assert_eq!(shop.form(PATH, &form("form-in-time", &id)).status, 303);
    assert_eq!(attributions(&shop), 1);
    shop.clock.0.set(shop.clock.0.get() + 30 * DAY);
    let unknown = "referral-click-00000000-0000-4000-8000-0000000000ff";
    for (key, click, reason) in
        [("form-too-late", id.as_str(), "click_too_old"), ("form-unknown", unknown, "unknown_click")]
    {
        assert_eq!(shop.form(PATH, &form(key, click)).status, 303, "{key}");
        let why = "SELECT json_extract(a.metadata_json, '$.reason') FROM payment_audit_events a
            JOIN checkout_intents i ON i.id = a.checkout_intent_id
            WHERE a.event_kind = 'checkout_referral_attribution_skipped' AND i.idempotency_key = ?1";
        assert_eq!(shop.text(why, key), reason);
        assert_eq!(shop.form(PATH, &form(key, click)).status, 303, "and pressing twice is one order");
    }
    assert_eq!((attributions(&shop), shop.count("SELECT COUNT(*) FROM checkout_intents")), (1, 3));
}

#[test]
fn two_parallel_starts_of_one_key_have_one_referral() {
    let shop = Shop::new();
    let body = order("key-parallel", &click(&shop, "click-parallel")).to_string();
    let both = shop.send_twice("POST", PATH, &[("content-type", "application/json")], body.as_bytes());
    assert!(both.iter().all(|seen| seen.status == 200 && !seen.json()["referralAttribution"].is_null()));
    assert_eq!(attributions(&shop), 1);
    started(&shop, "key-after-parallel");
    assert_eq!(attributions(&shop), 2);
}
