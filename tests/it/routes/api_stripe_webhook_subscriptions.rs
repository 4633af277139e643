use serde_json::{json, Value};

use super::api_stripe_webhook::permutations;
use crate::shop::{Shop, NOON};
use crate::subscriber::{Bought, MONTH, SUB};

fn changed(mut event: Value, field: &str, value: Value) -> Value {
    event["data"]["object"][field] = value;
    event
}

fn audits(shop: &Shop, kind: &str) -> i64 {
    shop.count(&format!("SELECT COUNT(*) FROM payment_audit_events WHERE event_kind = '{kind}'"))
}

#[test]
fn a_membership_opens_in_one_batch_and_says_so() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-member");
    shop.deliver(&bought.completed(&shop));
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.deliver(&bought.created()))), 1);
    insta::assert_snapshot!(seen.unwrap().shown());
    insta::assert_snapshot!(shop.access(&bought.intent));
    assert_eq!(audits(&shop, "product_subscription_membership_access_synced"), 1);
    assert_eq!(audits(&shop, "customer.subscription.created"), 1);
    assert_eq!(shop.deliver(&bought.created()).json()["duplicate"], true);
    let kept = shop.text(
        "SELECT payload_redacted_json || metadata_json FROM stripe_webhook_events w
        JOIN payment_audit_events a ON a.stripe_event_id = w.id AND a.event_kind = w.event_type WHERE w.id = ?1",
        "evt_created",
    );
    assert!(!kept.contains("sub_test") && !kept.contains("cus_test") && !kept.contains('@'), "{kept}");
}

#[test]
fn a_membership_ends_with_its_subscription_and_nothing_brings_it_back() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-cancel");
    shop.deliver_all(&[bought.completed(&shop), bought.created()]);
    // The object of a deletion may still say that it is active.
    let deleted = bought.told("evt_deleted", "deleted", NOON + 5, "active", NOON + MONTH);
    let seen = shop.deliver(&deleted).json();
    assert_eq!(
        (&seen["membershipEntitlementStatus"], &seen["membershipEntitlementUpdated"]),
        (&json!("inactive"), &json!(true))
    );
    let task = shop.text("SELECT status FROM product_fulfillment_tasks WHERE checkout_intent_id = ?1", &bought.intent);
    assert_eq!((shop.membership_status(&bought.intent).as_str(), task.as_str()), ("inactive", "paused"));
    for at in [NOON - 5, NOON + 5, NOON + 500] {
        let late = bought.told(&format!("evt_late_{at}"), "updated", at, "active", NOON + 2 * MONTH);
        let seen = shop.deliver(&late).json();
        assert_eq!(
            (&seen["subscriptionUpdated"], &seen["membershipEntitlementStatus"]),
            (&json!(false), &json!("inactive"))
        );
    }
    shop.deliver(&bought.invoice("evt_paid_late", "invoice.paid", NOON + 600, NOON + 2 * MONTH));
    assert_eq!(shop.membership_status(&bought.intent), "inactive");
    assert_eq!(audits(&shop, "subscription_event_ignored"), 3);
}

#[test]
fn each_status_of_stripe_opens_or_closes() {
    for (status, access) in [
        ("active", "active"),
        ("trialing", "active"),
        ("past_due", "inactive"),
        ("paused", "inactive"),
        ("unpaid", "inactive"),
        ("incomplete", "inactive"),
        ("incomplete_expired", "inactive"),
        ("canceled", "inactive"),
        ("a_word_of_next_year", "inactive"),
    ] {
        let shop = Shop::new();
        let bought = shop.start_membership("key-statuses");
        shop.deliver_all(&[bought.completed(&shop), bought.created()]);
        shop.deliver(&bought.told("evt_next", "updated", NOON + 9, status, NOON + MONTH));
        assert_eq!(shop.membership_status(&bought.intent), access, "{status}");
    }
}

#[test]
fn an_older_event_changes_nothing_and_is_written_down() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-older");
    shop.deliver_all(&[bought.completed(&shop), bought.created()]);
    shop.deliver(&bought.told("evt_renewed", "updated", NOON + MONTH, "active", NOON + 2 * MONTH));
    let before = shop.access(&bought.intent);
    let seen = shop.deliver(&bought.told("evt_older", "updated", NOON + 100, "past_due", NOON + MONTH)).json();
    assert_eq!(seen["subscriptionUpdated"], false);
    assert_eq!((shop.access(&bought.intent), audits(&shop, "subscription_event_ignored")), (before, 1));
}

/// Delivers some events in every order, each order to a subscriber of its own; returns the access they all end with.
pub fn every_order_ends_alike(
    start: impl Fn(&Shop, &str) -> Bought,
    events: impl Fn(&Shop, &Bought) -> Vec<Value>,
    duplicate: bool,
) -> String {
    let shop = Shop::new();
    let count = events(&shop, &start(&shop, "key-counted")).len();
    let mut expected = None;
    for (number, order) in permutations(count).into_iter().enumerate() {
        let bought = start(&shop, &format!("key-order-{number}")).tagged(number);
        let events = events(&shop, &bought);
        for index in &order {
            assert_eq!(shop.deliver(&events[*index]).status, 200);
            if duplicate {
                assert_eq!(shop.deliver(&events[*index]).json()["duplicate"], true);
            }
        }
        let access = bought.access(&shop);
        assert_eq!(*expected.get_or_insert(access.clone()), access, "{order:?}");
    }
    expected.unwrap()
}

#[test]
fn every_order_of_a_membership_s_events_ends_in_the_same_access() {
    let access = every_order_ends_alike(
        |shop, key| shop.start_membership(key),
        |shop, bought| {
            vec![
                bought.told("evt_0", "created", NOON, "incomplete", NOON + MONTH),
                bought.told("evt_1", "updated", NOON, "active", NOON + MONTH),
                bought.completed(shop),
                bought.invoice("evt_3", "invoice.paid", NOON + 1, NOON + MONTH),
                bought.told("evt_4", "updated", NOON + MONTH, "past_due", NOON + 2 * MONTH),
                bought.told("evt_5", "updated", NOON + MONTH + 60, "active", NOON + 2 * MONTH),
            ]
        },
        false,
    );
    insta::assert_snapshot!(access);
}

#[test]
fn a_subscription_that_does_not_name_its_checkout_is_found_by_the_session() {
    let access = every_order_ends_alike(
        |shop, key| shop.start_membership(key),
        |shop, bought| {
            let unnamed = |mut event: Value| {
                event["data"]["object"]["metadata"].as_object_mut().unwrap().remove("checkout_intent_id");
                event
            };
            vec![
                unnamed(bought.created()),
                bought.completed(shop),
                unnamed(bought.told("evt_2", "updated", NOON + 1, "past_due", NOON + MONTH)),
                unnamed(bought.told("evt_3", "updated", NOON + 3, "unpaid", NOON + MONTH)),
                unnamed(bought.told("evt_4", "deleted", NOON + 4, "canceled", NOON + MONTH)),
            ]
        },
        true,
    );
    assert!(access.contains("inactive product-launch-membership"), "{access}");
}

#[test]
fn a_subscription_that_is_not_what_was_bought_opens_nothing() {
    let item = |amount: i64, currency: &str, quantity: i64| {
        json!({ "data": [{ "quantity": quantity, "current_period_start": NOON, "current_period_end": NOON + MONTH,
            "price": { "id": "price_x", "unit_amount": amount, "currency": currency } }] })
    };
    for (items, quarantined) in [
        (item(2_900, "usd", 1), 0),
        (item(2_899, "usd", 1), 1),
        (item(2_900, "eur", 1), 1),
        (item(2_900, "usd", 2), 1),
        (json!({ "data": [] }), 1),
        (json!({}), 1),
    ] {
        let shop = Shop::new();
        let bought = shop.start_membership("key-misfit");
        shop.deliver(&bought.completed(&shop));
        let seen = shop.deliver(&changed(bought.created(), "items", items.clone()));
        let access = if quarantined == 0 { "active" } else { "inactive" };
        assert_eq!(seen.json()["membershipEntitlementStatus"], access, "{items}");
        assert_eq!(audits(&shop, "subscription_event_quarantined"), quarantined, "{items}");
        assert_eq!(seen.log.is_some(), quarantined == 1);
    }
}

#[test]
fn a_subscription_of_another_mode_or_another_price_opens_nothing() {
    let live = [
        ("STRIPE_SECRET_KEY_SANDBOX", "sk_test_nativetestsnativetests"),
        ("STRIPE_WEBHOOK_SECRET_SANDBOX", "whsec_a"),
        ("STRIPE_WEBHOOK_SECRET_LIVE", crate::shop::SECRET),
    ];
    let shop = Shop::with_settings(&live);
    let bought = shop.start_membership("key-live-event");
    let mut event = bought.created();
    event["livemode"] = json!(true);
    let seen = shop.deliver(&event).json();
    assert_eq!((&seen["ok"], &seen["membershipEntitlementStatus"]), (&json!(true), &json!("unmatched")));

    let shop = Shop::new();
    let bought = shop.start_membership("key-other-price");
    let metadata =
        json!({ "checkout_intent_id": bought.intent, "bumpgrade_price_id": "price-bumpgrade-grow-monthly-usd" });
    let seen = shop.deliver(&changed(bought.created(), "metadata", metadata)).json();
    assert_eq!(seen["membershipEntitlementStatus"], "inactive");
}

#[test]
fn a_subscription_of_nobody_is_kept_in_the_inbox_only() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-nobody");
    for metadata in [json!({}), json!(null), json!({ "checkout_intent_id": "nonsense", "price_id": 5.to_string() })] {
        let id = format!("evt_nobody_{}", metadata.to_string().len());
        let mut event = changed(bought.created(), "metadata", metadata);
        event["id"] = json!(id);
        let seen = shop.deliver(&event).json();
        assert_eq!(
            (&seen["membershipEntitlementStatus"], &seen["checkoutIntentId"]),
            (&json!("unmatched"), &json!(null))
        );
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM billing_subscriptions"), 0);
    assert_eq!(shop.count("SELECT COUNT(*) FROM stripe_webhook_events"), 3);
}

#[test]
fn a_price_of_stripe_s_own_leads_to_ours() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-stripe-price");
    shop.run_sql(
        "UPDATE commerce_prices SET stripe_price_id = 'price_stripe' WHERE id = 'price-launch-membership-monthly-usd'",
    );
    let metadata = json!({ "checkout_intent_id": bought.intent });
    let seen = shop.deliver(&changed(bought.created(), "metadata", metadata)).json();
    assert_eq!(seen["membershipEntitlementStatus"], "active");
}

#[test]
fn a_body_that_is_not_what_its_name_says_is_refused() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-malformed");
    for (field, value) in [
        ("object", json!("invoice")),
        ("id", json!("cs_1")),
        ("id", json!(null)),
        ("status", json!(null)),
        ("status", json!(5)),
        ("metadata", json!([1])),
        ("items", json!("none")),
    ] {
        let seen = shop.deliver(&changed(bought.created(), field, value.clone()));
        assert_eq!((seen.status, seen.code().as_str()), (400, "stripe_event_malformed"), "{field} {value}");
    }
    for kind in ["invoice.paid", "charge.refunded"] {
        let mut event = bought.created();
        event["type"] = json!(kind);
        assert_eq!(shop.deliver(&event).code(), "stripe_event_malformed", "{kind}");
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM stripe_webhook_events"), 0);
}

#[test]
fn a_batch_that_fails_leaves_no_half_of_a_subscription() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-half");
    shop.run_sql(
        "CREATE TRIGGER stop BEFORE INSERT ON product_fulfillment_tasks BEGIN SELECT RAISE(ABORT, 'stop'); END",
    );
    assert_eq!(shop.deliver(&bought.created()).status, 503);
    assert_eq!(
        shop.count("SELECT (SELECT COUNT(*) FROM billing_subscriptions) + (SELECT COUNT(*) FROM product_entitlements)"),
        0
    );
    shop.run_sql("DROP TRIGGER stop");
    assert_eq!(shop.deliver(&bought.created()).json()["membershipEntitlementStatus"], "active");
}

#[test]
fn numbers_that_the_database_cannot_hold_are_no_fault() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-large");
    let items = json!({ "data": [{ "quantity": i64::MAX, "current_period_end": i64::MAX,
        "price": { "id": "p".repeat(900), "unit_amount": i64::MAX, "currency": "usd" } }] });
    let seen = shop.deliver(&changed(bought.created(), "items", items));
    assert_eq!((seen.status, &seen.json()["membershipEntitlementStatus"]), (200, &json!("inactive")));
    assert!(
        !shop
            .text("SELECT stripe_subscription_id FROM billing_subscriptions WHERE stripe_mode = ?1", "sandbox")
            .is_empty(),
        "{SUB}"
    );
}

#[test]
fn the_sweep_brings_subscription_events_that_no_webhook_brought() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-swept");
    shop.stripe.events.borrow_mut().extend([bought.created(), bought.completed(&shop)]);
    let swept = futures_executor::block_on(bumpgrade::payment::sweep::run(&shop.cx)).unwrap();
    assert_eq!((swept.seen, swept.recovered), (2, 2));
    assert_eq!(shop.membership_status(&bought.intent), "active");
    let asked = shop.stripe.requests.borrow().last().unwrap().url.clone();
    assert!(asked.contains("customer.subscription.deleted") && asked.contains("charge.refunded"), "{asked}");
}
