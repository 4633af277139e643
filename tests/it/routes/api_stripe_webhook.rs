use serde_json::{json, Value};

use crate::shop::{signature, Shop, NOON, SECRET};

const PATH: &str = "/api/stripe/webhook";
const COMPLETED: &str = "checkout.session.completed";

fn with(mut event: Value, field: &str, value: Value) -> Value {
    event["data"]["object"][field] = value;
    event
}

fn grants(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM product_entitlements WHERE status = 'active'")
}

#[test]
fn a_paid_event_grants_what_was_bought_in_one_batch() {
    let shop = Shop::new();
    let intent = shop.start("key-paid");
    let event = shop.event("evt_paid", COMPLETED, &intent);
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.deliver(&event))), 1);
    insta::assert_snapshot!(seen.unwrap().shown());
    assert_eq!((grants(&shop), shop.intent_status(&intent).as_str()), (2, "paid"));
    assert_eq!(shop.count("SELECT COUNT(*) FROM product_fulfillment_tasks WHERE status = 'queued'"), 2);
    let kinds = shop.text("SELECT group_concat(event_kind) FROM (SELECT event_kind FROM payment_audit_events WHERE actor_kind = ?1 ORDER BY event_kind)", "stripe_webhook");
    assert_eq!(kinds, "checkout.session.completed,product_entitlement_granted,product_entitlement_granted");
    let body = event.to_string();
    let kept = shop.text("SELECT payload_sha256 FROM stripe_webhook_events WHERE id = ?1", "evt_paid");
    assert_eq!(kept, bumpgrade::kit::hash::sha256_hex(body.as_bytes()));
    let redacted = shop.text("SELECT payload_redacted_json FROM stripe_webhook_events WHERE id = ?1", "evt_paid");
    assert!(
        !redacted.contains("ana@") && !redacted.contains("cs_test_") && !redacted.contains("pi_test"),
        "{redacted}"
    );
}

#[test]
fn the_same_event_again_changes_nothing() {
    let shop = Shop::new();
    let intent = shop.start("key-duplicate");
    let event = shop.event("evt_duplicate", COMPLETED, &intent);
    shop.deliver(&event);
    let before =
        shop.count("SELECT (SELECT COUNT(*) FROM payment_audit_events) + (SELECT COUNT(*) FROM stripe_webhook_events)");
    let seen = shop.deliver(&event);
    insta::assert_snapshot!(seen.shown());
    let after =
        shop.count("SELECT (SELECT COUNT(*) FROM payment_audit_events) + (SELECT COUNT(*) FROM stripe_webhook_events)");
    assert_eq!((grants(&shop), before), (2, after));
}

#[test]
fn two_events_about_one_payment_grant_once() {
    let shop = Shop::new();
    let intent = shop.start("key-two-events");
    shop.deliver(&shop.event("evt_first", COMPLETED, &intent));
    let seen = shop.deliver(&shop.event("evt_second", "checkout.session.async_payment_succeeded", &intent)).json();
    assert_eq!(seen["checkoutIntentUpdated"], false);
    assert_eq!((&seen["entitlementGrantsCreated"], &seen["entitlementGrantsSkipped"]), (&json!(0), &json!(2)));
    assert_eq!(grants(&shop), 2);
    assert_eq!(shop.count("SELECT COUNT(*) FROM payment_audit_events WHERE event_kind = 'checkout_event_ignored'"), 1);
}

#[test]
fn a_delayed_method_grants_when_the_money_arrives_and_not_before() {
    let shop = Shop::new();
    let intent = shop.start("key-delayed");
    let unpaid = with(shop.event("evt_unpaid", COMPLETED, &intent), "payment_status", json!("unpaid"));
    shop.deliver(&unpaid);
    assert_eq!((grants(&shop), shop.intent_status(&intent).as_str()), (0, "completed"));
    shop.deliver(&shop.event("evt_arrived", "checkout.session.async_payment_succeeded", &intent));
    assert_eq!((grants(&shop), shop.intent_status(&intent).as_str()), (2, "paid"));
}

#[test]
fn a_delayed_method_that_fails_grants_nothing() {
    let shop = Shop::new();
    let intent = shop.start("key-failing");
    let failed = shop.event("evt_failed", "checkout.session.async_payment_failed", &intent);
    shop.deliver(&with(failed, "payment_status", json!("unpaid")));
    let unpaid = with(shop.event("evt_late", COMPLETED, &intent), "payment_status", json!("unpaid"));
    shop.deliver(&unpaid);
    assert_eq!((grants(&shop), shop.intent_status(&intent).as_str()), (0, "payment_failed"));
}

#[test]
fn every_order_of_events_ends_in_the_same_state() {
    let kinds = [
        ("evt_a", COMPLETED, "unpaid"),
        ("evt_b", "checkout.session.async_payment_succeeded", "paid"),
        ("evt_c", "checkout.session.expired", "unpaid"),
        ("evt_d", "checkout.session.async_payment_failed", "unpaid"),
    ];
    for order in permutations(kinds.len()) {
        let shop = Shop::new();
        let intent = shop.start("key-reordered");
        for index in &order {
            let (id, kind, payment) = kinds[*index];
            let event = with(shop.event(id, kind, &intent), "payment_status", json!(payment));
            assert_eq!(shop.deliver(&event).status, 200);
        }
        assert_eq!((grants(&shop), shop.intent_status(&intent).as_str()), (2, "paid"), "{order:?}");
    }
}

pub fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let insert = |rest: Vec<usize>| {
        (0..n).map(move |at| {
            let mut order = rest.clone();
            order.insert(at, n - 1);
            order
        })
    };
    permutations(n - 1).into_iter().flat_map(insert).collect()
}

#[test]
fn money_that_is_not_the_checkout_s_own_grants_nothing_and_is_kept_for_review() {
    for (field, value) in [
        ("amount_total", json!(2799)),
        ("amount_total", json!(null)),
        ("amount_total", json!(-5)),
        ("currency", json!("eur")),
        ("currency", json!(null)),
        ("id", json!("cs_test_somebody_else")),
    ] {
        let shop = Shop::new();
        let intent = shop.start("key-mismatch");
        let seen = shop.deliver(&with(shop.event("evt_mismatch", COMPLETED, &intent), field, value.clone()));
        assert_eq!((seen.status, &seen.json()["checkoutIntentUpdated"]), (200, &json!(false)), "{field} {value}");
        assert_eq!((grants(&shop), shop.intent_status(&intent).as_str()), (0, "stripe_session_created"));
        assert_eq!(
            shop.count("SELECT COUNT(*) FROM payment_audit_events WHERE event_kind = 'checkout_event_quarantined'"),
            1,
            "{field} {value}"
        );
    }
}

#[test]
fn the_mode_of_the_secret_must_be_the_event_s_and_the_checkout_s() {
    let settings = [
        ("STRIPE_SECRET_KEY_SANDBOX", "sk_test_nativetestsnativetests"),
        ("STRIPE_WEBHOOK_SECRET_SANDBOX", SECRET),
        ("STRIPE_WEBHOOK_SECRET_LIVE", "whsec_live"),
    ];
    let shop = Shop::with_settings(&settings);
    let intent = shop.start("key-modes");
    let mut event = shop.event("evt_modes", COMPLETED, &intent);
    event["livemode"] = json!(true);
    let before = shop.changes();
    let seen = shop.deliver(&event);
    assert_eq!((seen.status, seen.code().as_str()), (400, "stripe_livemode_mismatch"));
    assert_eq!(shop.changes(), before, "nothing is stored");

    let body = event.to_string();
    let live = signature("whsec_live", NOON, &body);
    let seen = shop.send("POST", PATH, &[("stripe-signature", &live)], body.as_bytes());
    assert_eq!((seen.status, grants(&shop)), (200, 0), "live money does not pay for a sandbox checkout");
}

#[test]
fn a_signature_that_does_not_hold_stores_nothing() {
    let shop = Shop::new();
    let intent = shop.start("key-forged");
    let body = shop.event("evt_forged", COMPLETED, &intent).to_string();
    let good = shop.signature(&body);
    let before = shop.changes();
    let cases = [
        (String::new(), "stripe_signature_missing"),
        (signature("whsec_wrong", NOON, &body), "stripe_signature_verification_failed"),
        (signature(SECRET, NOON - 301, &body), "stripe_signature_verification_failed"),
        (signature(SECRET, NOON + 301, &body), "stripe_signature_verification_failed"),
        (format!("{good}, {good}"), "stripe_signature_verification_failed"),
        ("v1=0".to_owned(), "stripe_signature_verification_failed"),
    ];
    for (header, code) in cases {
        let seen = shop.send("POST", PATH, &[("stripe-signature", &header)], body.as_bytes());
        assert_eq!((seen.status, seen.code().as_str()), (400, code), "{header}");
    }
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&body).unwrap()).unwrap();
    let seen = shop.send("POST", PATH, &[("stripe-signature", &good)], pretty.as_bytes());
    assert_eq!(seen.status, 400, "the same event written differently");
    assert_eq!(shop.send("POST", PATH, &[], body.as_bytes()).code(), "stripe_signature_missing");
    assert_eq!(shop.changes(), before);
}

#[test]
fn without_a_secret_no_event_is_believed() {
    let shop = Shop::with_settings(&[]);
    let seen = shop.send("POST", PATH, &[("stripe-signature", "t=1,v1=0")], b"{}");
    assert_eq!((seen.status, seen.code().as_str()), (503, "webhook_secret_not_configured"));
}

#[test]
fn a_signed_body_that_is_no_event_is_refused() {
    let shop = Shop::new();
    let no_session = json!({ "id": "evt_x", "type": COMPLETED, "created": 1, "livemode": false, "data": { "object": { "id": "cs_1", "object": "charge" } } });
    for body in ["null", "{}", "[]", "", "{\"id\":\"evt_1\"}", &no_session.to_string(), "\u{feff}{}"] {
        let seen = shop.send("POST", PATH, &[("stripe-signature", &shop.signature(body))], body.as_bytes());
        assert_eq!((seen.status, seen.code().as_str()), (400, "stripe_event_malformed"), "{body}");
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM stripe_webhook_events"), 0);
}

#[test]
fn an_event_that_concerns_nothing_of_ours_is_stored_and_answered() {
    let shop = Shop::new();
    let event = json!({ "id": "evt_other", "type": "payment_intent.succeeded", "created": 1, "livemode": false, "data": { "object": {} } });
    let seen = shop.deliver(&event).json();
    assert_eq!(
        (&seen["ok"], &seen["checkoutIntentId"], &seen["duplicate"]),
        (&json!(true), &json!(null), &json!(false))
    );
    assert_eq!(shop.deliver(&event).json()["duplicate"], true);
}

#[test]
fn a_batch_that_fails_leaves_nothing_and_the_retry_succeeds() {
    let shop = Shop::new();
    let intent = shop.start("key-failing-batch");
    let event = shop.event("evt_retry", COMPLETED, &intent);
    shop.db.fail_at.set(Some(0));
    assert_eq!(shop.deliver(&event).status, 503);
    assert_eq!(shop.count("SELECT COUNT(*) FROM stripe_webhook_events"), 0);
    // A statement in the middle of the batch fails: the rest is undone with it.
    shop.run_sql(
        "CREATE TRIGGER stop BEFORE INSERT ON product_fulfillment_tasks BEGIN SELECT RAISE(ABORT, 'stop'); END",
    );
    assert_eq!(shop.deliver(&event).status, 503);
    assert_eq!(
        shop.count("SELECT (SELECT COUNT(*) FROM stripe_webhook_events) + (SELECT COUNT(*) FROM product_entitlements)"),
        0
    );
    assert_eq!(shop.intent_status(&intent), "stripe_session_created");
    shop.run_sql("DROP TRIGGER stop");
    assert_eq!(shop.deliver(&event).json()["entitlementGrantsCreated"], 2);
}

#[test]
fn the_buyer_s_address_is_kept_from_the_event_when_the_start_had_none() {
    let shop = Shop::new();
    let mut order = Shop::order("key-no-email");
    order["buyerEmail"] = json!("not an address");
    let intent = shop.post("/api/commerce/checkout", &order).json()["checkoutIntentId"].as_str().unwrap().to_owned();
    shop.deliver(&shop.event("evt_email", COMPLETED, &intent));
    let digest = bumpgrade::kit::hash::sha256_hex(b"ana@example.com");
    assert_eq!(
        shop.text("SELECT buyer_email_hash FROM product_entitlements WHERE checkout_intent_id = ?1 LIMIT 1", &intent),
        digest
    );
}

#[test]
fn a_redelivery_after_the_catalogue_changed_grants_nothing_more() {
    let shop = Shop::new();
    let intent = shop.start("key-catalogue-moved");
    let event = shop.event("evt_catalogue", COMPLETED, &intent);
    shop.deliver(&event);
    shop.run_sql(
        "INSERT INTO grant_mappings (id, tenant_id, source_price_id, source_commerce_product_id, product_id,
           entitlement_template_id, access_rule_id, fulfillment_kind, granted_by, grants_json, grant_summary, created_at,
           updated_at)
         SELECT 'grant-map-new', tenant_id, source_price_id, source_commerce_product_id,
           'product-launch-course-lite', 'entitlement-template-launch-course', access_rule_id, 'bundle', 'checkout',
           grants_json, grant_summary, 0, 0 FROM grant_mappings WHERE granted_by = 'checkout' LIMIT 1;
         DELETE FROM product_fulfillment_tasks;",
    );
    assert_eq!(shop.deliver(&event).json()["duplicate"], true);
    assert_eq!((grants(&shop), shop.count("SELECT COUNT(*) FROM product_fulfillment_tasks")), (2, 0));
}

#[test]
fn a_mapping_cannot_grant_a_product_through_another_product_s_template() {
    let shop = Shop::new();
    let wrong = "UPDATE grant_mappings SET product_id = 'product-launch-course-lite' WHERE granted_by = 'checkout'";
    assert!(shop.db.connection.borrow().execute_batch(wrong).is_err());
}

#[test]
fn a_session_that_belongs_to_another_checkout_moves_nothing() {
    let shop = Shop::new();
    let (first, second) = (shop.start("key-session-one"), shop.start("key-session-two"));
    let event = shop.event("evt_borrowed", COMPLETED, &first);
    shop.run_sql(
        "UPDATE checkout_intents SET stripe_checkout_session_id = NULL WHERE idempotency_key = 'key-session-two'",
    );
    let mut borrowed = with(event, "client_reference_id", json!(second));
    borrowed["data"]["object"]["metadata"]["checkout_intent_id"] = json!(second);
    let seen = shop.deliver(&borrowed);
    assert_eq!((seen.status, grants(&shop)), (200, 0));
}

#[test]
fn money_that_fits_no_checkout_leaves_a_line_in_the_log() {
    let shop = Shop::new();
    let intent = shop.start("key-lost-money");
    let seen = shop.deliver(&with(shop.event("evt_lost", COMPLETED, &intent), "amount_total", json!(1)));
    assert!(seen.log.unwrap().contains("money arrived that does not fit its checkout"));
    let kept =
        shop.text("SELECT metadata_json FROM payment_audit_events WHERE event_kind = ?1", "checkout_event_quarantined");
    assert!(kept.contains("\"amountCents\":1") && kept.contains("\"currency\":\"usd\""), "{kept}");
}

#[test]
fn an_event_that_nothing_acts_on_yet_is_kept_as_such() {
    let shop = Shop::new();
    let event = json!({ "id": "evt_sub", "type": "customer.tax_id.created", "created": 1, "livemode": false, "data": { "object": {} } });
    shop.deliver(&event);
    assert_eq!(shop.text("SELECT status FROM stripe_webhook_events WHERE id = ?1", "evt_sub"), "ignored");
}
