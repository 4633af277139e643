//! Events that only our own code records: in the batch that makes them true, once.

use bumpgrade::db::Batch;
use bumpgrade::insight::{happened, Happened, Kind};
use bumpgrade::kit::time::Moment;
use futures_executor::block_on;
use serde_json::json;

use crate::shop::{Shop, NOON};

fn events(shop: &Shop, kind: &str) -> i64 {
    shop.count(&format!("SELECT COUNT(*) FROM analytics_events WHERE event_kind = '{kind}' AND recorded_by = 'server'"))
}

fn column(shop: &Shop, column: &str, kind: &str) -> String {
    shop.text(&format!("SELECT CAST({column} AS TEXT) FROM analytics_events WHERE event_kind = ?1"), kind)
}

#[test]
fn an_order_is_counted_once_as_started_once_as_paid_and_once_per_access() {
    let shop = Shop::new();
    let intent = shop.start("key-events");
    assert_eq!((events(&shop, "checkout_start"), events(&shop, "purchase")), (1, 0));
    shop.start("key-events");
    let event = shop.event("evt_events", "checkout.session.completed", &intent);
    for _ in 0..3 {
        assert_eq!(shop.deliver(&event).status, 200);
    }
    // The same payment under another event id.
    shop.deliver(&shop.event("evt_again", "checkout.session.completed", &intent));
    let grants = shop.count("SELECT COUNT(*) FROM product_entitlements");
    assert!(grants > 0);
    assert_eq!(["checkout_start", "purchase", "product_access_grant"].map(|kind| events(&shop, kind)), [1, 1, grants]);
    assert_eq!(column(&shop, "amount_cents", "purchase"), "2800");
    assert_eq!(column(&shop, "currency", "purchase"), "usd");
    assert_eq!(column(&shop, "funnel_step_id", "checkout_start"), "funnel-step-indie-launch-sales");
    let properties: serde_json::Value =
        serde_json::from_str(&column(&shop, "public_properties_json", "purchase")).unwrap();
    assert_eq!((&properties["amountCents"], &properties["livemode"]), (&json!(2800), &json!(false)));
    // One visitor from start to access, and neither the checkout nor the buyer can be read from it.
    let visitors = "SELECT COUNT(DISTINCT client_correlation_hash) FROM analytics_events";
    assert_eq!(shop.count(visitors), 1);
    assert_eq!(column(&shop, "length(client_correlation_hash)", "purchase"), "64");
}

#[test]
fn an_order_that_was_not_opened_or_not_paid_is_not_counted() {
    let shop = Shop::new();
    let mut order = Shop::order("key-preview");
    order["confirmationText"] = json!("something else");
    shop.post("/api/commerce/checkout", &order);
    assert_eq!(events(&shop, "checkout_start"), 0);
    let intent = shop.start("key-unpaid");
    let mut event = shop.event("evt_less", "checkout.session.completed", &intent);
    event["data"]["object"]["amount_total"] = json!(1);
    assert_eq!(shop.deliver(&event).status, 200);
    assert_eq!(["purchase", "product_access_grant"].map(|kind| events(&shop, kind)), [0, 0]);
}

#[test]
fn a_batch_that_fails_counts_nothing() {
    let shop = Shop::new();
    let intent = shop.start("key-failing");
    shop.db.fail_at.set(Some(0));
    assert_eq!(shop.deliver(&shop.event("evt_fails", "checkout.session.completed", &intent)).status, 503);
    shop.db.fail_at.set(None);
    assert_eq!(events(&shop, "purchase"), 0);
    shop.deliver(&shop.event("evt_fails", "checkout.session.completed", &intent));
    assert_eq!(events(&shop, "purchase"), 1);
}

#[test]
fn a_shop_without_the_secret_still_counts_orders() {
    let shop = Shop::with_settings(&[("STRIPE_SECRET_KEY_SANDBOX", "sk_test_nativetestsnativetests")]);
    shop.start("key-no-secret");
    assert_eq!(events(&shop, "checkout_start"), 1);
    assert_eq!(shop.count("SELECT COUNT(*) FROM analytics_visits"), 0);
}

#[test]
fn a_shop_without_definitions_records_nothing() {
    let shop = Shop::new();
    shop.run_sql("DELETE FROM analytics_event_routes; DELETE FROM analytics_event_definitions;");
    shop.buy("key-undefined");
    assert_eq!(shop.count("SELECT COUNT(*) FROM analytics_events"), 0);
}

#[test]
fn accepting_the_offer_that_follows_is_counted_and_declining_it_is_not() {
    for (decision, counted) in [("accept_upsell_follow_up", 1), ("decline_upsell", 0)] {
        let shop = Shop::new();
        let intent = shop.buy("key-upsell");
        let updated = shop.count("SELECT updated_at FROM checkout_intents");
        let body = json!({
            "checkoutIntentId": intent, "decisionKind": decision, "expectedCheckoutUpdatedAt": updated,
            "confirmationText": bumpgrade::post_purchase::model::PHRASE, "idempotencyKey": "key-decision",
        });
        for _ in 0..2 {
            let seen = shop.post("/api/commerce/post-purchase-decisions", &body);
            assert_eq!(seen.status, 200, "{}", seen.text);
        }
        assert_eq!(events(&shop, "upsell_accept"), counted, "{decision}");
        assert_eq!(shop.count("SELECT COUNT(DISTINCT client_correlation_hash) FROM analytics_events"), 1);
    }
}

#[test]
fn what_a_feature_tells_is_counted_once_per_key() {
    let shop = Shop::new();
    let tell = |key: &str, variant: Option<&str>| {
        let it = Happened {
            kind: Kind::OptIn,
            key,
            correlation: "subscriber-1",
            route: Some("/audience/indie-launch-waitlist"),
            step: None,
            form: Some("form-1"),
            variant,
            properties: json!({ "formId": "form-1", "email": "ana@example.com", "segmentId": null }),
            now: Moment::from_unix_seconds(NOON),
        };
        let mut batch = Batch::new();
        batch.add(happened(&shop.cx, &it));
        block_on(shop.cx.commit(batch)).unwrap();
    };
    tell("key-1", Some("variant-nobody-knows"));
    tell("key-1", Some("variant-opt-in-speed-first"));
    tell("key-2", Some("variant-opt-in-speed-first"));
    assert_eq!(events(&shop, "opt_in"), 2);
    assert_eq!(shop.count("SELECT COUNT(*) FROM analytics_events WHERE variant_id IS NOT NULL"), 1);
    assert_eq!(column(&shop, "funnel_step_id", "opt_in"), "funnel-step-indie-launch-opt-in");
    // Only what the definition allows is kept.
    assert_eq!(column(&shop, "public_properties_json", "opt_in"), r#"{"formId":"form-1","segmentId":null}"#);
    let visitors =
        "SELECT SUM(visitors) FROM analytics_step_hours WHERE event_definition_id = 'event-audience-opt-in-created'
        AND funnel_step_id = ''";
    assert_eq!(shop.count(visitors), 1, "one person twice");
}

#[test]
fn an_event_is_neither_changed_nor_removed() {
    let shop = Shop::new();
    shop.start("key-fixed");
    let connection = shop.db.connection.borrow();
    for change in ["DELETE FROM analytics_events", "UPDATE analytics_events SET occurred_at = 0"] {
        assert!(connection.execute_batch(change).is_err(), "{change}");
    }
}
