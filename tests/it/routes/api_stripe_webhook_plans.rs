use serde_json::{json, Value};

use super::api_stripe_webhook_subscriptions::every_order_ends_alike;
use crate::shop::{Shop, NOON};
use crate::subscriber::{Bought, MONTH};

fn opened(key: &str) -> (Shop, Bought) {
    let shop = Shop::new();
    let bought = shop.start_plan(key);
    shop.deliver_all(&[bought.completed(&shop), bought.created()]);
    (shop, bought)
}

fn ends_at(shop: &Shop) -> i64 {
    shop.count("SELECT ends_at FROM publisher_plan_entitlements WHERE billing_subscription_id IS NOT NULL")
}

#[test]
fn a_paid_plan_opens_with_an_opaque_id_and_one_audit_row_that_holds_no_address() {
    let (shop, bought) = opened("key-plan-opens");
    insta::assert_snapshot!(shop.access(&bought.intent));
    let id = shop.text("SELECT id FROM publisher_plan_entitlements WHERE source = ?1", "stripe_checkout_session");
    assert!(id.starts_with("publisher-plan-entitlement-") && id.len() == 27 + 36 && !id.contains("sub_"), "{id}");
    let kept = shop.text(
        "SELECT group_concat(id || metadata_json || actor_kind) FROM payment_audit_events WHERE event_kind = ?1",
        "billing_checkout_session_verified",
    );
    assert!(kept.contains("\"planSlug\":\"grow\"") && !kept.contains('@') && !kept.contains("sub_"), "{kept}");
    assert_eq!(shop.count("SELECT COUNT(*) FROM product_entitlements"), 0, "a plan opens no product");
}

#[test]
fn each_batch_is_one_call() {
    let shop = Shop::new();
    let bought = shop.start_plan("key-plan-calls");
    for event in [
        bought.completed(&shop),
        bought.created(),
        bought.invoice("evt_i", "invoice.paid", NOON, NOON + MONTH),
        bought.invoice("evt_f", "invoice.payment_failed", NOON, NOON + MONTH),
        bought.refunded("evt_r", NOON, 5),
    ] {
        let calls = shop.calls_during(|shop| assert_eq!(shop.deliver(&event).status, 200));
        assert_eq!(calls, 1, "{}", event["type"]);
    }
}

#[test]
fn a_renewal_extends_whichever_event_tells_of_it() {
    for first in [0, 1] {
        let (shop, bought) = opened("key-renewal");
        assert_eq!(ends_at(&shop), NOON + MONTH);
        let news = [
            bought.invoice("evt_paid", "invoice.paid", NOON + MONTH, NOON + 2 * MONTH),
            bought.told("evt_period", "updated", NOON + MONTH, "active", NOON + 2 * MONTH),
        ];
        shop.deliver(&news[first]);
        assert_eq!((ends_at(&shop), shop.plan_status().as_str()), (NOON + 2 * MONTH, "active"));
        shop.deliver(&news[1 - first]);
        assert_eq!(ends_at(&shop), NOON + 2 * MONTH);
    }
}

#[test]
fn a_failed_payment_follows_the_subscription_and_a_late_one_opens_again() {
    let (shop, bought) = opened("key-failed-payment");
    let seen =
        shop.deliver(&bought.invoice("evt_failed", "invoice.payment_failed", NOON + MONTH, NOON + 2 * MONTH)).json();
    assert_eq!(
        (&seen["subscriptionUpdated"], &seen["membershipEntitlementStatus"]),
        (&json!(false), &json!("ignored"))
    );
    assert_eq!(shop.plan_status(), "active", "Stripe tries again, and the subscription says when it gave up");
    assert_eq!(shop.count("SELECT COUNT(*) FROM payment_audit_events WHERE event_kind = 'invoice.payment_failed'"), 1);
    shop.deliver(&bought.told("evt_past_due", "updated", NOON + MONTH + 1, "past_due", NOON + 2 * MONTH));
    assert_eq!(shop.plan_status(), "inactive");
    shop.deliver(&bought.told("evt_again", "updated", NOON + MONTH + 2, "active", NOON + 2 * MONTH));
    assert_eq!(shop.plan_status(), "active");
}

#[test]
fn only_a_full_refund_of_the_present_period_ends_a_plan() {
    let (shop, bought) = opened("key-refund");
    shop.deliver(&bought.refunded("evt_part", NOON, bought.total - 1));
    assert_eq!(shop.plan_status(), "active", "a part went back");
    let seen = shop.deliver(&bought.refunded("evt_rest", NOON, bought.total)).json();
    assert_eq!((&seen["ok"], shop.plan_status().as_str()), (&json!(true), "inactive"));
    assert_eq!(shop.count("SELECT COUNT(*) FROM payment_audit_events WHERE event_kind = 'charge.refunded'"), 2);
    shop.deliver(&bought.refunded("evt_part_late", NOON, 5));
    assert_eq!(shop.plan_status(), "inactive", "totals never shrink");
    shop.deliver(&bought.told("evt_next", "updated", NOON + MONTH, "active", NOON + 2 * MONTH));
    assert_eq!(shop.plan_status(), "active", "the next month is paid anew");
    shop.deliver(&bought.refunded("evt_old", NOON + 5, bought.total));
    assert_eq!(shop.plan_status(), "active", "an older month's money");
}

/// A charge of the same customer that a plan's refund could be taken for, and what went back of it.
fn charge(bought: &Bought, id: &str, payment: &str, amount: i64) -> Value {
    let mut event = bought.refunded(&format!("evt_{id}"), NOON + 5, amount);
    let charge = &mut event["data"]["object"];
    charge["id"] = json!(bought.own(&format!("ch_{id}")));
    charge["amount"] = json!(amount);
    charge["payment_intent"] = json!(payment);
    event
}

fn paid_by(bought: &Bought, payment: &Value) -> Value {
    let mut event = bought.invoice("evt_first_invoice", "invoice.paid", NOON + 1, NOON + MONTH);
    event["data"]["object"]["payment_intent"] = payment.clone();
    event
}

#[test]
fn money_back_for_something_else_leaves_the_plan_open() {
    let (shop, bought) = opened("key-unrelated");
    for amount in [900, bought.total - 1, bought.total + 1] {
        shop.deliver(&charge(&bought, &format!("other_{amount}"), "pi_other", amount));
        assert_eq!(shop.plan_status(), "active", "{amount}: neither the checkout nor the month costs that");
    }
    shop.deliver(&paid_by(&bought, &json!(null)));
    shop.deliver(&charge(&bought, "month", "pi_other", bought.monthly));
    assert_eq!(shop.plan_status(), "active", "the invoice of this period came to more");
    shop.deliver(&charge(&bought, "own", "pi_own", bought.total));
    assert_eq!(shop.plan_status(), "inactive", "its customer, its amount, its period");
}

#[test]
fn a_payment_that_both_sides_know_decides_alone() {
    let (shop, bought) = opened("key-by-payment");
    shop.deliver(&paid_by(&bought, &json!("pi_own")));
    shop.deliver(&charge(&bought, "twin", "pi_other", bought.total));
    assert_eq!(shop.plan_status(), "active", "the same amount, and another payment");
    shop.deliver(&charge(&bought, "own", "pi_own", bought.total));
    assert_eq!(shop.plan_status(), "inactive");
    shop.deliver(&bought.invoice("evt_next_invoice", "invoice.paid", NOON + MONTH, NOON + 2 * MONTH));
    assert_eq!(shop.plan_status(), "active", "the next month is paid, whatever went back of the one before");
    shop.deliver(&bought.told("evt_next", "updated", NOON + MONTH, "active", NOON + 2 * MONTH));
    assert_eq!(shop.plan_status(), "active");
}

#[test]
fn of_two_invoices_for_one_period_the_larger_counts_in_either_order() {
    for small_first in [true, false] {
        let (shop, bought) = opened("key-two-invoices");
        let mut small = bought.invoice("evt_small", "invoice.paid", NOON + 2, NOON + MONTH);
        small["data"]["object"]["amount_paid"] = json!(500);
        let mut events = [paid_by(&bought, &json!(null)), small];
        if small_first {
            events.reverse();
        }
        shop.deliver_all(&events);
        shop.deliver(&charge(&bought, "small", "pi_small", 500));
        assert_eq!(shop.plan_status(), "active");
        shop.deliver(&charge(&bought, "large", "pi_large", bought.total));
        assert_eq!(shop.plan_status(), "inactive");
    }
}

#[test]
fn every_order_of_refunds_and_invoices_ends_in_the_same_access() {
    for (payment, own, expected) in [
        (json!("pi_own"), "pi_own", "inactive"),
        (json!("pi_own"), "pi_else", "active"),
        (json!(null), "pi_own", "inactive"),
    ] {
        let access = every_order_ends_alike(
            |shop, key| shop.start_plan(key),
            |shop, bought| {
                vec![
                    bought.created(),
                    bought.completed(shop),
                    paid_by(bought, &payment),
                    charge(bought, "a", "pi_other", 900),
                    charge(bought, "b", own, bought.total),
                ]
            },
            false,
        );
        assert!(access.contains(&format!("\n{expected} grow ana@example.com")), "{payment} {own}: {access}");
    }
}

#[test]
fn a_cancelled_plan_stays_closed_whoever_looks_at_the_page() {
    let (shop, bought) = opened("key-cancelled-plan");
    let mut ending = bought.told("evt_ending", "updated", NOON + 1, "active", NOON + MONTH);
    ending["data"]["object"]["cancel_at"] = json!(NOON + MONTH);
    shop.deliver(&ending);
    shop.deliver(&bought.told("evt_deleted", "deleted", NOON + MONTH, "canceled", NOON + MONTH));
    let before = shop.changes();
    for _ in 0..3 {
        shop.page(&format!("/pricing/success?checkout_intent_id={}", bought.intent));
    }
    assert_eq!((shop.plan_status().as_str(), shop.changes()), ("inactive", before));
}

#[test]
fn every_order_of_a_plan_s_events_ends_in_the_same_access() {
    let access = every_order_ends_alike(
        |shop, key| shop.start_plan(key),
        |shop, bought| {
            vec![
                bought.told("evt_0", "created", NOON, "incomplete", NOON + MONTH),
                bought.told("evt_1", "updated", NOON, "active", NOON + MONTH),
                bought.completed(shop),
                bought.refunded("evt_3", NOON, bought.total),
                bought.told("evt_4", "updated", NOON + MONTH, "active", NOON + 2 * MONTH),
                bought.invoice("evt_5", "invoice.paid", NOON + MONTH + 1, NOON + 2 * MONTH),
            ]
        },
        false,
    );
    insta::assert_snapshot!(access);
}

#[test]
fn every_order_that_ends_in_a_refund_or_an_end_closes_the_plan() {
    for last in ["refund", "deleted"] {
        let access = every_order_ends_alike(
            |shop, key| shop.start_plan(key),
            |shop, bought| {
                vec![
                    bought.created(),
                    bought.completed(shop),
                    bought.invoice("evt_2", "invoice.paid", NOON + 1, NOON + MONTH),
                    bought.told("evt_3", "updated", NOON + 2, "active", NOON + MONTH),
                    match last {
                        "refund" => bought.refunded("evt_4", NOON + 9, bought.total),
                        _ => bought.told("evt_4", "deleted", NOON + 1, "active", NOON + MONTH),
                    },
                ]
            },
            false,
        );
        assert!(access.contains("\ninactive grow ana@example.com"), "{last}: {access}");
    }
}

#[test]
fn a_plan_waits_for_the_money_and_closes_when_it_does_not_come() {
    let shop = Shop::new();
    let bought = shop.start_plan("key-delayed-plan");
    let unpaid = |mut event: Value, id: &str, kind: &str| {
        event["id"] = json!(id);
        event["type"] = json!(kind);
        event["data"]["object"]["payment_status"] = json!("unpaid");
        event
    };
    let done = "checkout.session.completed";
    shop.deliver_all(&[unpaid(bought.completed(&shop), "evt_1", done), bought.created()]);
    assert_eq!((shop.intent_status(&bought.intent).as_str(), shop.plan_status().as_str()), ("completed", "inactive"));
    shop.deliver(&unpaid(bought.completed(&shop), "evt_2", "checkout.session.async_payment_failed"));
    assert_eq!(
        (shop.intent_status(&bought.intent).as_str(), shop.plan_status().as_str()),
        ("payment_failed", "inactive")
    );
    let mut arrived = bought.completed(&shop);
    arrived["id"] = json!("evt_3");
    arrived["type"] = json!("checkout.session.async_payment_succeeded");
    shop.deliver(&arrived);
    assert_eq!(shop.plan_status(), "active");
}

#[test]
fn a_promotion_code_lowers_what_is_paid_and_not_what_is_checked() {
    for (subtotal, total, status, moves) in [
        (119_700, 59_850, "paid", true),
        (119_700, 0, "no_payment_required", true),
        (119_699, 119_700, "paid", false),
        (0, 119_700, "paid", false),
    ] {
        let shop = Shop::new();
        let bought = shop.start_plan("key-promotion");
        let mut event = bought.completed(&shop);
        event["data"]["object"]["amount_subtotal"] = json!(subtotal);
        event["data"]["object"]["amount_total"] = json!(total);
        event["data"]["object"]["payment_status"] = json!(status);
        let seen = shop.deliver(&event).json();
        assert_eq!(seen["checkoutIntentUpdated"], moves, "{subtotal} {total}");
    }
}

#[test]
fn a_checkout_of_the_shop_cannot_be_paid_with_less_by_naming_a_subtotal() {
    let shop = Shop::new();
    let intent = shop.start("key-subtotal");
    let mut event = shop.event("evt_subtotal", "checkout.session.completed", &intent);
    event["data"]["object"]["amount_total"] = json!(1);
    event["data"]["object"]["amount_subtotal"] = json!(2_800);
    assert_eq!(shop.deliver(&event).json()["checkoutIntentUpdated"], false);
}

#[test]
fn a_refund_of_a_one_time_purchase_is_kept_and_moves_nothing() {
    let shop = Shop::new();
    let intent = shop.buy("key-one-time-refund");
    let charge = json!({ "id": "evt_one", "object": "event", "type": "charge.refunded", "created": NOON, "livemode": false,
        "data": { "object": { "id": "ch_1", "object": "charge", "amount": 2800, "amount_refunded": 2800, "currency": "usd",
            "created": NOON, "customer": null, "payment_intent": "pi_test_0123456789" } } });
    assert_eq!(shop.deliver(&charge).status, 200);
    assert_eq!(shop.intent_status(&intent), "paid");
    assert_eq!(
        shop.text("SELECT stripe_payment_intent_id FROM stripe_refunded_charges WHERE id = ?1", "ch_1"),
        "pi_test_0123456789"
    );
}
