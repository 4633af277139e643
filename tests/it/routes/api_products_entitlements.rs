use crate::shop::Shop;

const PATH: &str = "/api/products/entitlements";

#[test]
fn a_paid_purchase_shows_what_it_opened_in_one_read() {
    let shop = Shop::new();
    let intent = shop.buy("key-lookup");
    let before = shop.changes();
    let mut seen = None;
    let calls = shop.calls_during(|shop| seen = Some(shop.get(&format!("{PATH}?checkoutIntentId={intent}"))));
    assert_eq!((calls, shop.changes()), (1, before));
    insta::assert_snapshot!(seen.unwrap().shown());
}

#[test]
fn an_open_checkout_shows_its_status_and_nothing_to_download() {
    let shop = Shop::new();
    let intent = shop.start("key-lookup-open");
    let seen = shop.get(&format!("{PATH}?checkout_intent_id={intent}"));
    assert_eq!(seen.json()["checkout"]["status"], "stripe_session_created");
    assert_eq!(seen.json()["checkout"]["amount"], "28.00 USD");
    assert_eq!(seen.json()["counts"]["entitlements"], 0);
}

#[test]
fn missing_unknown_and_malformed_references_are_told_apart() {
    let shop = Shop::new();
    let unknown = "checkout-intent-00000000-0000-4000-8000-0000000000ff";
    for (query, status, source) in [
        (String::new(), 200, "missing"),
        ("?checkoutIntentId=".to_owned(), 200, "missing"),
        (format!("?checkoutIntentId={unknown}"), 200, "missing"),
        ("?checkoutIntentId=checkout-intent-1".to_owned(), 400, "invalid"),
        ("?checkoutIntentId=%00%ff".to_owned(), 400, "invalid"),
        (format!("?checkoutIntentId={}", "a".repeat(5_000)), 400, "invalid"),
    ] {
        let seen = shop.get(&format!("{PATH}{query}"));
        assert_eq!((seen.status, seen.json()["source"].as_str().unwrap()), (status, source), "{query}");
    }
    let seen = shop.get(&format!("{PATH}?checkoutIntentId={unknown}"));
    assert_eq!(seen.json()["checkoutIntentId"], unknown);
}

#[test]
fn another_shop_s_checkout_is_unknown_here() {
    let shop = Shop::new();
    let intent = shop.buy("key-other-tenant");
    shop.run_sql(
        "INSERT INTO tenants VALUES ('tenant-other', 'other', 'Other', 'active', 0, 0);
         UPDATE checkout_intents SET tenant_id = 'tenant-other';",
    );
    assert_eq!(shop.get(&format!("{PATH}?checkoutIntentId={intent}")).json()["source"], "missing");
}

#[test]
fn a_database_that_fails_is_a_503_without_its_words() {
    let shop = Shop::new();
    shop.db.fail_at.set(Some(0));
    let seen = shop.get(&format!("{PATH}?checkoutIntentId=checkout-intent-00000000-0000-4000-8000-0000000000ff"));
    assert_eq!((seen.status, seen.code().as_str()), (503, "unavailable"));
    assert!(!seen.text.contains("injected"));
    assert!(seen.log.unwrap().contains("injected"));
}
