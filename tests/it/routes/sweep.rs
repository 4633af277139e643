use bumpgrade::payment::sweep::{self, Swept};
use futures_executor::block_on;
use serde_json::json;

use crate::ports::Stripe;
use crate::shop::Shop;

fn run(shop: &Shop) -> Swept {
    block_on(sweep::run(&shop.cx)).unwrap()
}

#[test]
fn a_payment_whose_webhook_never_came_is_found_once() {
    let shop = Shop::new();
    let intent = shop.start("key-missed");
    shop.stripe.events.replace(vec![shop.event("evt_missed", "checkout.session.completed", &intent)]);
    assert_eq!(run(&shop), Swept { seen: 1, recovered: 1, unreadable: 0 });
    let actor =
        shop.text("SELECT DISTINCT actor_kind FROM payment_audit_events WHERE stripe_event_id = ?1", "evt_missed");
    assert_eq!(actor, "stripe_event_sweep");
    assert_eq!(shop.intent_status(&intent), "paid");
    assert_eq!(shop.count("SELECT COUNT(*) FROM product_entitlements"), 2);
    assert_eq!(run(&shop), Swept { seen: 1, recovered: 0, unreadable: 0 });
    let late = shop.deliver(&shop.event("evt_missed", "checkout.session.completed", &intent));
    assert_eq!(late.json()["duplicate"], true);
    assert_eq!(shop.count("SELECT COUNT(*) FROM stripe_webhook_events WHERE source = 'sweep'"), 1);
}

#[test]
fn the_second_sweep_looks_back_from_where_the_first_ended() {
    let shop = Shop::new();
    run(&shop);
    let first = shop.clock.0.get();
    shop.clock.0.set(first + 300);
    run(&shop);
    let requests = shop.stripe.requests.borrow();
    assert!(requests[0].url.contains(&format!("created%5Bgte%5D={}", first - 3 * 86_400)), "{}", requests[0].url);
    assert!(requests[1].url.contains(&format!("created%5Bgte%5D={}", first - 3_600)), "{}", requests[1].url);
}

#[test]
fn a_long_list_is_read_over_several_runs() {
    let shop = Shop::new();
    let page = |n: usize| {
        let other = json!({ "id": format!("evt_page{n}"), "type": "checkout.session.expired", "created": 1, "livemode": false,
            "data": { "object": { "id": "cs_x", "object": "checkout.session" } } });
        Ok(Stripe::answer(200, json!({ "data": [other], "has_more": true })))
    };
    shop.stripe.script.borrow_mut().extend((0..5).map(page));
    assert_eq!(run(&shop).seen, 5);
    assert_eq!(shop.count("SELECT scan_after = 'evt_page4' AND covered_until = 0 FROM job_runs"), 1);
    run(&shop);
    let requests = shop.stripe.requests.borrow();
    assert!(requests[5].url.ends_with("starting_after=evt_page4"), "{}", requests[5].url);
    assert_eq!(shop.count("SELECT scan_after IS NULL AND covered_until > 0 FROM job_runs"), 1);
}

#[test]
fn a_stripe_that_does_not_answer_leaves_the_sweep_where_it_was() {
    let shop = Shop::new();
    let down = || Ok(Stripe::answer(500, json!({})));
    shop.stripe.script.borrow_mut().extend([down(), down()]);
    assert!(block_on(sweep::run(&shop.cx)).is_err());
    assert_eq!(shop.count("SELECT covered_until = 0 AND last_error IS NOT NULL AND lease_until = 0 FROM job_runs"), 1);
    run(&shop);
    assert_eq!(shop.count("SELECT last_error IS NULL AND last_success_at IS NOT NULL FROM job_runs"), 1);
}

#[test]
fn two_sweeps_at_once_are_one() {
    let shop = Shop::new();
    run(&shop);
    shop.run_sql("UPDATE job_runs SET lease_id = 'somebody', lease_until = 99999999999");
    assert_eq!(run(&shop), Swept::default());
    assert_eq!(shop.stripe.requests.borrow().len(), 1);
}

#[test]
fn an_event_of_the_other_mode_or_of_no_form_is_passed_over() {
    let shop = Shop::new();
    let intent = shop.start("key-strange");
    let mut live = shop.event("evt_live", "checkout.session.completed", &intent);
    live["livemode"] = json!(true);
    shop.stripe.events.replace(vec![live, json!({ "id": 7 })]);
    assert_eq!(run(&shop), Swept { seen: 2, recovered: 0, unreadable: 1 });
    assert_eq!(shop.intent_status(&intent), "stripe_session_created");
}

#[test]
fn one_event_that_fails_does_not_keep_the_others_from_their_buyers() {
    let shop = Shop::new();
    let (bad, good) = (shop.start("key-poison"), shop.start("key-behind-it"));
    let poison = shop.event("evt_poison", "checkout.session.completed", &bad);
    let healthy = shop.event("evt_healthy", "checkout.session.completed", &good);
    shop.stripe.events.replace(vec![healthy, poison]);
    shop.run_sql(&format!(
        "CREATE TRIGGER stop BEFORE INSERT ON product_entitlements WHEN NEW.checkout_intent_id = '{bad}'
         BEGIN SELECT RAISE(ABORT, 'stop'); END"
    ));
    assert!(block_on(sweep::run(&shop.cx)).is_err(), "the failure is reported");
    assert_eq!(
        (shop.intent_status(&good).as_str(), shop.intent_status(&bad).as_str()),
        ("paid", "stripe_session_created")
    );
    assert_eq!(shop.count("SELECT covered_until FROM job_runs"), 0, "the next run meets it again");
    shop.run_sql("DROP TRIGGER stop");
    assert_eq!(run(&shop).recovered, 1);
    assert_eq!(shop.intent_status(&bad), "paid");
}

#[test]
fn a_place_that_stripe_forgot_starts_the_scan_over() {
    let shop = Shop::new();
    run(&shop);
    shop.run_sql("UPDATE job_runs SET scan_after = 'evt_forgotten', scan_started_at = 1");
    shop.stripe
        .script
        .borrow_mut()
        .push_back(Ok(Stripe::answer(400, json!({ "error": { "type": "invalid_request_error" } }))));
    assert!(block_on(sweep::run(&shop.cx)).is_err());
    assert_eq!(shop.count("SELECT scan_after IS NULL FROM job_runs"), 1);
    run(&shop);
}
