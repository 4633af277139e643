use bumpgrade::affiliate::ledger::model::Earns;
use bumpgrade::kit::bounds::COMMISSION_HOLD_DAYS_MIN;
use bumpgrade::kit::money::Bps;
use proptest::prelude::*;
use serde_json::{json, Value};

use crate::partner::{bought_before_the_rules, buy, charge, click, dispute, ledger, start, started, DAY};
use crate::shop::Shop;

const PATH: &str = "/api/affiliates/commission-ledger";
const PHRASE: &str = "Create review-only commission evidence for Bumpgrade sandbox checkout";
const COMPLETED: &str = "checkout.session.completed";
const OPENED: &str = "charge.dispute.created";
const CLOSED: &str = "charge.dispute.closed";

fn body(key: &str, intent: &str) -> Value {
    json!({ "checkoutIntentId": intent, "confirmationText": PHRASE, "idempotencyKey": key })
}

fn state(shop: &Shop, intent: &str) -> String {
    shop.text(
        "SELECT ledger_status || ' ' || review_status || ' ' || COALESCE(system_reason, '-')
         FROM affiliate_commission_ledger_entries WHERE checkout_intent_id = ?1",
        intent,
    )
}

fn ledgers(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM affiliate_commission_ledger_entries")
}

#[test]
fn a_paid_order_by_a_link_earns_its_commission_in_the_batch_of_the_event() {
    let shop = Shop::new();
    let intent = started(&shop, "key-earned");
    let event = shop.event("evt_earned", COMPLETED, &intent);
    let calls = shop.calls_during(|shop| assert_eq!(shop.deliver(&event).status, 200));
    assert_eq!(calls, 1);
    let sums = "SELECT group_concat(unit_amount_cents || ' x ' || rate_bps || ' = ' || commission_cents, ', ')
        FROM (SELECT * FROM affiliate_commission_ledger_lines WHERE commission_ledger_id = ?1 ORDER BY position)";
    assert_eq!(shop.text(sums, &ledger(&shop, &intent)), "900 x 3000 = 270, 1900 x 1000 = 190");
    let days = "SELECT commission_cents || ' of ' || source_checkout_amount_cents || ' for ' || refund_window_days
        || ' days until ' || reversible_until FROM affiliate_commission_ledger_entries WHERE checkout_intent_id = ?1";
    let until = shop.clock.0.get() + COMMISSION_HOLD_DAYS_MIN * DAY;
    assert_eq!(shop.text(days, &intent), format!("460 of 2800 for {COMMISSION_HOLD_DAYS_MIN} days until {until}"));
    assert_eq!(state(&shop, &intent), "review_only refund_window_open -");
    let audit = "SELECT actor_kind FROM payment_audit_events WHERE event_kind = ?1";
    assert_eq!(shop.text(audit, "affiliate_commission_ledger_review_only_created"), "stripe_webhook");
}

#[test]
fn an_event_that_comes_again_or_another_about_the_same_money_earns_nothing_more() {
    let shop = Shop::new();
    let intent = buy(&shop, "key-once");
    let before = shop.dump();
    shop.deliver(&shop.event("evt_key-once", COMPLETED, &intent));
    assert_eq!(shop.dump(), before);
    shop.deliver(&shop.event("evt_other", "checkout.session.async_payment_succeeded", &intent));
    assert_eq!(ledgers(&shop), 1);
}

#[test]
fn only_money_that_arrived_earns_and_only_with_a_click() {
    let shop = Shop::new();
    shop.buy("key-no-click");
    let intent = started(&shop, "key-unpaid");
    let mut event = shop.event("evt_unpaid", COMPLETED, &intent);
    event["data"]["object"]["payment_status"] = json!("unpaid");
    shop.deliver(&event);
    assert_eq!((shop.intent_status(&intent).as_str(), ledgers(&shop)), ("completed", 0));
    let refused = shop.post(PATH, &body("call-unpaid", &intent));
    assert_eq!((refused.status, refused.code().as_str()), (400, "checkout_intent_not_trusted"));
    shop.deliver(&shop.event("evt_arrived", "checkout.session.async_payment_succeeded", &intent));
    assert_eq!(ledgers(&shop), 1, "a delayed payment earns when the money is there");
}

#[test]
fn a_partner_s_own_purchase_is_held_for_the_owner() {
    let shop = Shop::new();
    let own = "buyer_email_hash = (SELECT contact_email_hash FROM affiliate_partners WHERE status = 'approved')";
    let intent = started(&shop, "key-own-link");
    shop.run_sql(&format!("UPDATE checkout_intents SET {own}"));
    shop.deliver(&shop.event("evt_own", COMPLETED, &intent));
    assert_eq!(state(&shop, &intent), "review_only owner_hold self_referral");
}

#[test]
fn a_partner_a_link_or_a_program_that_was_stopped_after_the_click_earns_nothing_unseen() {
    for stopped in [
        "UPDATE affiliate_partners SET status = 'suspended'",
        "DELETE FROM affiliate_partner_approvals",
        "UPDATE affiliate_referral_links SET status = 'paused'",
        "UPDATE affiliate_programs SET status = 'paused'",
    ] {
        let shop = Shop::new();
        let intent = started(&shop, "key-stopped");
        shop.run_sql(stopped);
        shop.deliver(&shop.event("evt_stopped", COMPLETED, &intent));
        assert_eq!(state(&shop, &intent), "review_only owner_hold link_closed", "{stopped}");
        let desk = shop.get_as(&shop.owner(), "/admin/affiliates").text;
        assert!(desk.contains("Held: the link was stopped before the payment"), "{stopped}");
    }
    let shop = Shop::new();
    let intent = bought_before_the_rules(&shop, "key-stopped-call");
    shop.run_sql("UPDATE affiliate_partners SET status = 'suspended'");
    assert_eq!(shop.post(PATH, &body("call-stopped", &intent)).status, 200);
    assert_eq!(state(&shop, &intent), "review_only owner_hold link_closed");
}

#[test]
fn a_refund_reverses_and_a_part_of_a_refund_holds() {
    type Event = fn(&Shop, &str) -> Value;
    let cases: [(&str, Event, &str); 3] = [
        ("refund", |shop, intent| charge(shop, "evt_back", intent, true), "reversed owner_reversed refunded"),
        ("part", |shop, intent| charge(shop, "evt_back", intent, false), "review_only owner_hold partially_refunded"),
        ("refund by payment", |shop, _| charge(shop, "evt_back", "", true), "reversed owner_reversed refunded"),
    ];
    for (name, event, expected) in cases {
        let shop = Shop::new();
        let intent = buy(&shop, "key-back");
        let event = event(&shop, &intent);
        let calls = shop.calls_during(|shop| assert_eq!(shop.deliver(&event).status, 200));
        assert_eq!((calls, state(&shop, &intent).as_str()), (1, expected), "{name}");
        let before = shop.dump();
        shop.deliver(&event);
        assert_eq!(shop.dump(), before, "{name}: a second delivery");
        let audits = "SELECT COUNT(*) FROM payment_audit_events WHERE event_kind = 'charge.refunded'";
        assert_eq!(shop.count(audits), 1, "{name}");
    }
}

#[test]
fn a_dispute_holds_and_only_a_lost_one_reverses() {
    for (kind, opened, closed, expected) in [
        ("inquiry", "warning_needs_response", "warning_closed", "review_only owner_hold disputed"),
        ("won", "needs_response", "won", "review_only owner_hold disputed"),
        ("lost", "needs_response", "lost", "reversed owner_reversed disputed"),
    ] {
        let shop = Shop::new();
        let intent = buy(&shop, "key-disputed");
        shop.deliver(&dispute(&shop, "evt_opened", OPENED, opened));
        assert_eq!(state(&shop, &intent), "review_only owner_hold disputed", "{kind}");
        let desk = shop.get_as(&shop.owner(), "/admin/affiliates").text;
        assert!(desk.contains("Held: disputed"), "{kind}");
        let event = dispute(&shop, "evt_closed", CLOSED, closed);
        let calls = shop.calls_during(|shop| assert_eq!(shop.deliver(&event).status, 200));
        assert_eq!((calls, state(&shop, &intent).as_str()), (1, expected), "{kind}");
        let audits = "SELECT COUNT(*) FROM payment_audit_events WHERE event_kind LIKE 'charge.dispute.%'";
        assert_eq!(shop.count(audits), 2, "{kind}");
        shop.deliver(&charge(&shop, "evt_after", &intent, true));
        assert!(state(&shop, &intent).starts_with("reversed owner_reversed"), "{kind}: and then the money goes back");
    }
}

#[test]
fn what_the_owner_decided_stands_until_something_new_is_known() {
    let shop = Shop::new();
    let intent = buy(&shop, "key-decided");
    let opened = dispute(&shop, "evt_opened", OPENED, "needs_response");
    shop.deliver(&opened);
    shop.run_sql("UPDATE affiliate_commission_ledger_entries SET review_status = 'owner_reviewed'");
    shop.deliver(&opened);
    shop.deliver(&dispute(&shop, "evt_won", CLOSED, "won"));
    assert_eq!(state(&shop, &intent), "review_only owner_reviewed disputed");
    shop.deliver(&charge(&shop, "evt_part", &intent, false));
    assert_eq!(state(&shop, &intent), "review_only owner_hold disputed", "a part that went back is news");
    shop.deliver(&dispute(&shop, "evt_lost", CLOSED, "lost"));
    assert_eq!(state(&shop, &intent), "reversed owner_reversed disputed");
}

/// Every order of a few things.
fn orders(things: &[&'static str]) -> Vec<Vec<&'static str>> {
    if things.is_empty() {
        return vec![vec![]];
    }
    let pick = |at: usize| {
        let mut rest = things.to_vec();
        let first = rest.remove(at);
        orders(&rest).into_iter().map(move |rest| [vec![first], rest].concat())
    };
    (0..things.len()).flat_map(pick).collect()
}

#[test]
fn every_order_of_events_ends_in_the_same_commission() {
    for (happened, expected) in [
        (&["paid", "part"] as &[_], "review_only owner_hold partially_refunded"),
        (&["paid", "opened"], "review_only owner_hold disputed"),
        (&["done", "paid", "opened", "won"], "review_only owner_hold disputed"),
        (&["paid", "part", "opened", "won"], "review_only owner_hold disputed"),
        (&["paid", "part", "opened", "lost"], "nothing"),
        (&["paid", "part", "opened", "whole"], "nothing"),
    ] {
        for order in orders(happened) {
            let shop = Shop::new();
            let intent = started(&shop, "key-any-order");
            for what in &order {
                let id = format!("evt_{what}");
                let seen = shop.deliver(&match *what {
                    "done" => {
                        let mut event = shop.event(&id, COMPLETED, &intent);
                        event["data"]["object"]["payment_status"] = json!("unpaid");
                        event
                    }
                    "paid" => shop.event(&id, "checkout.session.async_payment_succeeded", &intent),
                    "part" => charge(&shop, &id, &intent, false),
                    "whole" => charge(&shop, &id, "", true),
                    "opened" => dispute(&shop, &id, OPENED, "needs_response"),
                    status => dispute(&shop, &id, CLOSED, status),
                });
                assert_eq!(seen.status, 200, "{order:?}: {}", seen.text);
            }
            let found = if ledgers(&shop) == 0 { "reversed".to_owned() } else { state(&shop, &intent) };
            let found = if found.starts_with("reversed") { "nothing" } else { &found };
            assert_eq!(found, expected, "{order:?}");
        }
    }
}

#[test]
fn a_call_about_money_that_went_back_in_part_is_held() {
    for (event, expected) in [("part", "partially_refunded"), ("dispute", "disputed")] {
        let shop = Shop::new();
        let intent = bought_before_the_rules(&shop, "key-called-late");
        shop.deliver(&match event {
            "part" => charge(&shop, "evt_back", &intent, false),
            _ => dispute(&shop, "evt_back", OPENED, "needs_response"),
        });
        assert_eq!(shop.post(PATH, &body("call-late", &intent)).status, 200);
        assert_eq!(state(&shop, &intent), format!("review_only owner_hold {expected}"));
    }
    let shop = Shop::new();
    let intent = bought_before_the_rules(&shop, "key-called-late");
    shop.deliver(&dispute(&shop, "evt_lost", CLOSED, "lost"));
    assert_eq!(shop.post(PATH, &body("call-late", &intent)).code(), "checkout_intent_not_trusted");
    assert!(shop.get_as(&shop.owner(), "/admin/affiliates").text.contains("The money went back before"));
}

#[test]
fn a_refund_that_comes_before_the_payment_s_own_event_leaves_nothing_to_earn() {
    let shop = Shop::new();
    let intent = started(&shop, "key-early-refund");
    shop.deliver(&charge(&shop, "evt_early", &intent, true));
    shop.deliver(&shop.event("evt_late", COMPLETED, &intent));
    assert_eq!((shop.intent_status(&intent).as_str(), ledgers(&shop)), ("paid", 0));
    let refused = shop.post(PATH, &body("call-refunded", &intent));
    assert_eq!(refused.code(), "checkout_intent_not_trusted");
}

#[test]
fn money_of_another_mode_or_another_payment_takes_nothing_back() {
    let shop = Shop::new();
    let intent = buy(&shop, "key-other-money");
    let mut other = charge(&shop, "evt_other_payment", &intent, true);
    other["data"]["object"]["payment_intent"] = json!("pi_test_somebody_else");
    shop.deliver(&other);
    shop.run_sql("UPDATE checkout_intents SET stripe_mode = 'live'");
    shop.deliver(&charge(&shop, "evt_other_mode", &intent, true));
    assert_eq!(state(&shop, &intent), "review_only refund_window_open -");
    for object in [
        json!({}),
        json!({ "object": "refund" }),
        json!([]),
        json!({ "object": "charge", "refunded": "yes" }),
        json!({ "object": "dispute", "status": "lost" }),
    ] {
        let mut event = charge(&shop, "evt_malformed", &intent, true);
        event["data"]["object"] = object.clone();
        assert_eq!(shop.deliver(&event).status, 400, "{object}");
    }
}

#[test]
fn a_call_writes_down_what_the_payment_could_not() {
    let shop = Shop::new();
    let intent = bought_before_the_rules(&shop, "key-called");
    assert_eq!(ledgers(&shop), 0);
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.post(PATH, &body("call-created", &intent)))), 1);
    insta::assert_snapshot!(seen.unwrap().shown());
    assert_eq!(shop.count("SELECT SUM(commission_cents) FROM affiliate_commission_ledger_lines"), 460);
    let again = shop.post(PATH, &body("call-created-2", &intent));
    assert_eq!((again.status, again.code().as_str()), (409, "commission_ledger_checkout_conflict"));
}

#[test]
fn a_call_after_the_payment_wrote_it_down_is_a_replay() {
    let shop = Shop::new();
    let intent = buy(&shop, "key-both");
    let before = shop.dump();
    let seen = shop.post(PATH, &body("call-after", &intent));
    insta::assert_snapshot!(seen.shown());
    assert_eq!(shop.dump(), before);
}

#[test]
fn a_call_is_refused_in_the_order_of_the_contract() {
    let shop = Shop::new();
    let plain = shop.buy("key-plain");
    shop.run_sql("UPDATE affiliate_commission_rules SET currency = 'eur'");
    let unpaid = started(&shop, "key-waiting");
    let no_rule = buy(&shop, "key-no-rule");
    for (change, code) in [
        (json!({ "checkoutIntentId": null }), "checkout_intent_required"),
        (json!({ "idempotencyKey": null }), "idempotency_key_required"),
        (json!({ "confirmationText": "yes" }), "commission_ledger_confirmation_required"),
        (json!({ "checkoutIntentId": "checkout-intent-nobody" }), "checkout_intent_not_found"),
        (json!({ "checkoutIntentId": unpaid }), "checkout_intent_not_trusted"),
        (json!({ "checkoutIntentId": plain }), "checkout_referral_attribution_required"),
        (json!({ "checkoutIntentId": no_rule }), "commission_rule_not_seeded"),
    ] {
        let mut full = body("call-refused", &plain);
        full.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let seen = shop.post(PATH, &full);
        assert_eq!((seen.status, seen.code().as_str()), (400, code));
    }
    assert_eq!(ledgers(&shop), 0);
}

#[test]
fn another_shop_s_checkout_is_not_found() {
    let shop = Shop::new();
    let intent = bought_before_the_rules(&shop, "key-of-this-shop");
    shop.run_sql("INSERT INTO tenants VALUES ('tenant-other', 'other', 'Other', 'active', 0, 0)");
    let seen = shop.of_tenant("tenant-other").post(PATH, &body("call-elsewhere", &intent));
    assert_eq!(seen.code(), "checkout_intent_not_found");
}

#[test]
fn both_contracts_read_as_reviewed() {
    let shop = Shop::new();
    insta::assert_snapshot!(shop.get(PATH).shown());
    insta::assert_snapshot!(shop.get_as(&shop.owner(), "/api/admin/affiliates/commission-ledger/actions").shown());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_database_and_the_rule_earn_the_same(
        bps in 0_i64..=10_000, pass in 1_i64..=99_999_999, bump in 1_i64..=99_999_999, days in 0_i64..=60,
    ) {
        let shop = Shop::new();
        shop.run_sql(&format!(
            "UPDATE affiliate_commission_rules SET rate_bps = {bps}, hold_days = {days} WHERE kind = 'percentage';
             UPDATE commerce_prices SET unit_amount_cents = {pass} WHERE unit_amount_cents = 900;
             UPDATE commerce_prices SET unit_amount_cents = {bump} WHERE id = 'price-launch-checklist-bump-usd';"
        ));
        let text = shop.get("/api/commerce/checkout").json()["confirmation"]["text"].clone();
        let mut order = crate::partner::order("key-any-price", &click(&shop, "click-any"));
        order["confirmationText"] = text;
        let seen = shop.post("/api/commerce/checkout", &order);
        let intent = seen.json()["checkoutIntentId"].as_str().unwrap().to_owned();
        let mut event = shop.event("evt_any", COMPLETED, &intent);
        event["data"]["object"]["amount_total"] = json!(pass + bump);
        prop_assert_eq!(shop.deliver(&event).status, 200);
        let rule = Earns::Share(Bps::new(bps).unwrap());
        let earned = rule.on(pass) + rule.on(bump);
        let kept = shop.count("SELECT COALESCE(SUM(commission_cents), 0) FROM affiliate_commission_ledger_entries");
        prop_assert_eq!(kept, earned);
        prop_assert_eq!(ledgers(&shop), i64::from(earned > 0));
        if earned > 0 {
            let window = shop.count("SELECT refund_window_days FROM affiliate_commission_ledger_entries");
            prop_assert_eq!(window, bumpgrade::affiliate::ledger::model::hold_days([days]));
        }
    }
}

#[test]
fn a_fixed_commission_is_never_more_than_the_line() {
    let shop = Shop::new();
    shop.run_sql(
        "UPDATE affiliate_commission_rules SET kind = 'fixed', rate_bps = NULL, amount_cents = 1000
         WHERE kind = 'percentage'",
    );
    let seen = start(&shop, "key-fixed", &click(&shop, "click-fixed"));
    let intent = seen.json()["checkoutIntentId"].as_str().unwrap().to_owned();
    shop.deliver(&shop.event("evt_fixed", COMPLETED, &intent));
    assert_eq!(shop.count("SELECT commission_cents FROM affiliate_commission_ledger_entries"), 1_900);
}
