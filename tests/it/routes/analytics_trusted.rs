//! Events that only our own code records: in the batch that makes them true, once.

use serde_json::json;

use crate::audience::{wish, JOIN};
use crate::ports::Stripe;
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
fn a_sign_up_is_counted_once_with_what_its_definition_allows() {
    let shop = Shop::new();
    let token = shop.asks_to_join("ana@example.test", "key-join");
    assert_eq!(events(&shop, "opt_in"), 0, "nobody has joined yet");
    shop.presses(&token);
    shop.presses(&token);
    assert_eq!(events(&shop, "opt_in"), 1);
    assert_eq!(column(&shop, "funnel_step_id", "opt_in"), "funnel-step-indie-launch-opt-in");
    let properties: serde_json::Value =
        serde_json::from_str(&column(&shop, "public_properties_json", "opt_in")).unwrap();
    let names: Vec<&String> = properties.as_object().unwrap().keys().collect();
    assert_eq!(names, ["consentVersion", "formId", "leadMagnetId", "segmentId"]);
    let visitors =
        "SELECT SUM(visitors) FROM analytics_step_hours WHERE event_definition_id = 'event-audience-opt-in-created'
        AND funnel_step_id = ''";
    assert_eq!(shop.count(visitors), 1);
}

#[test]
fn a_checkout_that_stripe_did_not_open_is_not_counted_until_it_does() {
    let shop = Shop::new();
    shop.stripe.script.borrow_mut().push_back(Ok(Stripe::answer(400, json!({}))));
    assert_eq!(shop.post("/api/commerce/checkout", &Shop::order("key-not-open")).status, 502);
    assert_eq!(events(&shop, "checkout_start"), 0);
    shop.start("key-not-open");
    assert_eq!(events(&shop, "checkout_start"), 1);
}

/// A visitor of an experiment on that page, by the requests that the script of the page sends; the variant.
fn visit(shop: &Shop, page: &str, visitor: &str) -> String {
    let ask = json!({
        "experimentId": "experiment-opt-in-hero-promise", "sourceRoute": page, "anonymousId": visitor,
        "idempotencyKey": format!("assignment-of-{visitor}"),
    });
    let variant = shop.post("/api/analytics/assignments", &ask).json()["variantId"].as_str().unwrap().to_owned();
    let step =
        if page.starts_with("/offers") { "funnel-step-indie-launch-sales" } else { "funnel-step-indie-launch-opt-in" };
    let view = json!({
        "eventDefinitionId": "event-funnel-page-view", "sourceRoute": page, "anonymousId": visitor,
        "idempotencyKey": format!("view-of-{visitor}"), "publicProperties": { "variantId": variant, "stepId": step },
    });
    assert_eq!(shop.post("/api/analytics/events", &view).json()["status"], "recorded");
    variant
}

fn experiment_on(shop: &Shop, page: &str, metric: &str) {
    shop.run_sql(&format!("UPDATE analytics_experiments SET source_route = '{page}', primary_metric_id = '{metric}'"));
}

#[test]
fn an_order_is_counted_for_the_variant_that_its_buyer_saw() {
    const OFFER: &str = "/offers/indie-launch-stack";
    let shop = Shop::new();
    experiment_on(&shop, OFFER, "metric-checkout-start-rate");
    let variant = visit(&shop, OFFER, "anon-buyer");
    visit(&shop, OFFER, "anon-who-only-looks");
    let mut order = Shop::order("key-of-a-visitor");
    order["anonymousId"] = json!("anon-buyer");
    let intent = shop.post("/api/commerce/checkout", &order).json()["checkoutIntentId"].as_str().unwrap().to_owned();
    shop.deliver(&shop.event("evt_visitor", "checkout.session.completed", &intent));
    for kind in ["checkout_start", "purchase", "product_access_grant"] {
        assert_eq!(column(&shop, "variant_id", kind), variant, "{kind}");
    }
    assert_eq!(shop.count("SELECT COUNT(DISTINCT client_correlation_hash) FROM analytics_events"), 2);
    let text = shop.page("/analytics/indie-launch-dashboard").text;
    assert_eq!(text.matches("1 given it, 1 looked, 1 went on").count(), 1, "{text}");
    assert_eq!(text.matches("1 given it, 1 looked, 0 went on").count(), 1, "{text}");
    // Another form of a name is nobody's, and the order is taken all the same.
    let mut odd = Shop::order("key-of-nobody");
    odd["anonymousId"] = json!(["x".repeat(500)]);
    assert_eq!(shop.post("/api/commerce/checkout", &odd).status, 200);
}

#[test]
fn the_order_form_has_room_for_the_visitor() {
    let text = Shop::new().page("/offers/indie-launch-stack").text;
    assert!(text.contains("<input type=\"hidden\" name=\"anonymousId\" value=\"\" data-visitor>"), "{text}");
}

#[test]
fn views_of_the_waitlist_are_the_visitors_of_its_metric() {
    const WAITLIST: &str = "/audience/indie-launch-waitlist";
    let shop = Shop::new();
    let page = shop.page(WAITLIST).text;
    for part in
        ["src=\"/beacon.js\"", "data-route=\"/audience/indie-launch-waitlist\"", "name=\"anonymousId\" value=\"\""]
    {
        assert!(page.contains(part), "{part}");
    }
    experiment_on(&shop, WAITLIST, "metric-funnel-opt-in-rate");
    let variant = visit(&shop, WAITLIST, "anon-reader");
    let mut body = wish("ana@example.test", "key-visitor");
    body["anonymousId"] = json!("anon-reader");
    assert_eq!(shop.post_from("192.0.2.7", JOIN, &body).status, 200);
    shop.presses(&shop.last_mail().given("token"));
    let row = shop.get("/analytics/source-data").json()["funnelConversionReport"]["rows"][0].clone();
    assert_eq!((&row["visitors"], &row["conversions"]), (&json!(1), &json!(1)), "{row}");
    assert_eq!(column(&shop, "variant_id", "opt_in"), variant);
}

#[test]
fn an_event_is_not_changed() {
    let shop = Shop::new();
    shop.start("key-fixed");
    let connection = shop.db.connection.borrow();
    assert!(connection.execute_batch("UPDATE analytics_events SET occurred_at = 0").is_err());
}

#[test]
fn a_payment_is_taken_also_when_totals_were_repaired_by_hand() {
    let shop = Shop::new();
    let intent = shop.start("key-repaired");
    shop.deliver(&shop.event("evt_repaired", "checkout.session.completed", &intent));
    shop.run_sql("UPDATE analytics_visitor_hours SET visitors = 0");
    for (event, at) in [("evt_hour", NOON + 3_600), ("evt_day", NOON + 86_400)] {
        shop.clock.0.set(at);
        shop.run_sql("UPDATE checkout_intents SET status = 'stripe_session_created'; DELETE FROM analytics_events WHERE event_kind = 'purchase'");
        assert_eq!(shop.deliver(&shop.event(event, "checkout.session.completed", &intent)).status, 200, "{event}");
        assert_eq!(shop.intent_status(&intent), "paid");
    }
}
