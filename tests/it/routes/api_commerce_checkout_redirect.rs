use crate::shop::Shop;

#[test]
fn an_open_checkout_leads_to_the_payment_page_and_leaves_no_referrer() {
    let shop = Shop::new();
    let intent = shop.start("key-redirect");
    let seen = shop.get(&format!("/api/commerce/checkout/redirect/{intent}"));
    assert_eq!(seen.status, 303);
    assert!(seen.header("location").starts_with("https://checkout.stripe.com/c/pay/cs_test_"));
    assert_eq!(seen.header("referrer-policy"), "no-referrer");
    assert_eq!(seen.header("cache-control"), "no-store");
    assert_eq!(seen.text, "");
}

#[test]
fn a_checkout_that_is_not_open_leads_nowhere() {
    let shop = Shop::new();
    let paid = shop.buy("key-paid-redirect");
    let unknown = "checkout-intent-00000000-0000-4000-8000-0000000000ff";
    for id in [paid.as_str(), unknown, "checkout-intent-", "%2e%2e%2f", "a/b"] {
        let seen = shop.get(&format!("/api/commerce/checkout/redirect/{id}"));
        assert_eq!(seen.status, 404, "{id}");
    }
    let seen = shop.get(&format!("/api/commerce/checkout/redirect/{unknown}"));
    insta::assert_snapshot!(seen.shown());
    let open = shop.start("key-no-url");
    shop.run_sql("UPDATE checkout_intents SET stripe_checkout_url = NULL");
    let seen = shop.get(&format!("/api/commerce/checkout/redirect/{open}"));
    assert_eq!(seen.code(), "checkout_url_not_available");
}
