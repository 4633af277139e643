use crate::shop::{Seen, Shop};

pub fn shown(seen: &Seen) -> String {
    assert_eq!(seen.header("content-type"), "text/html; charset=utf-8");
    let lines: Vec<String> = seen.text.replace("><", ">\n<").lines().map(str::to_owned).collect();
    format!("{}\n{}", seen.status, lines.join("\n"))
}

#[test]
fn the_shop_s_pages_look_as_reviewed() {
    let shop = Shop::new();
    let before = shop.changes();
    for (name, path) in [
        ("home", "/"),
        ("offer", "/offers/indie-launch-stack"),
        ("library", "/products/indie-launch-library"),
        ("cancel", "/commerce/checkout/cancel?offer=indie-launch-stack"),
    ] {
        let mut seen = None;
        let calls = shop.calls_during(|shop| seen = Some(shop.page(path)));
        assert!(calls <= 1, "{path}: {calls} calls");
        insta::assert_snapshot!(name, shown(&seen.unwrap()));
    }
    assert_eq!(shop.changes(), before);
}

#[test]
fn the_page_after_payment_shows_each_state() {
    let shop = Shop::new();
    let intent = shop.start("key-states");
    let path = format!("/commerce/checkout/success?checkout_intent_id={intent}&session_id=ignored");
    insta::assert_snapshot!("success_waiting", shown(&shop.page(&path)));
    insta::assert_snapshot!("success_still_waiting", shown(&shop.page(&format!("{path}&check=8"))));
    for status in ["completed", "payment_failed", "expired"] {
        shop.run_sql(&format!("UPDATE checkout_intents SET status = '{status}'"));
        insta::assert_snapshot!(format!("success_{status}"), shown(&shop.page(&path)));
    }
    let paid = shop.buy("key-states-paid");
    let path = format!("/commerce/checkout/success?checkout_intent_id={paid}");
    insta::assert_snapshot!("success_ready", shown(&shop.page(&path)));
    shop.run_sql("DELETE FROM product_entitlements");
    assert!(shop.page(&path).text.contains("Thank you"), "paid is paid, whatever it opened");
    assert_eq!(shop.page(&path).header("referrer-policy"), "no-referrer");
    insta::assert_snapshot!("success_missing", shown(&shop.page("/commerce/checkout/success")));
}

#[test]
fn the_purchase_page_shows_each_state() {
    let shop = Shop::new();
    let page = |intent: &str| shown(&shop.page(&format!("/products/entitlements?checkout_intent_id={intent}")));
    insta::assert_snapshot!("access_ask", shown(&shop.page("/products/entitlements")));
    insta::assert_snapshot!("access_invalid", page("nonsense"));
    insta::assert_snapshot!("access_unknown", page("checkout-intent-00000000-0000-4000-8000-0000000000ff"));
    let intent = shop.start("key-access");
    insta::assert_snapshot!("access_waiting", page(&intent));
    let paid = shop.buy("key-access-paid");
    insta::assert_snapshot!("access_paid", page(&paid));
    shop.run_sql("UPDATE product_entitlements SET status = 'inactive'");
    assert!(!page(&paid).contains("<form method=\"post\""), "a closed entitlement has no button");
}

#[test]
fn an_address_that_is_not_there_is_a_page_for_people_and_json_for_programs() {
    let shop = Shop::new();
    insta::assert_snapshot!("not_found_page", shown(&shop.page("/offers/none")));
    let seen = shop.get("/nothing");
    assert_eq!((seen.status, seen.code().as_str()), (404, "not_found"));
}

#[test]
fn text_from_the_database_is_escaped() {
    let shop = Shop::new();
    shop.run_sql("UPDATE offers SET title = '<script>alert(1)</script>'; UPDATE offer_stacks SET summary = '\"><img src=x onerror=alert(1)>'");
    let text = shop.page("/offers/indie-launch-stack").text;
    assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{text}");
}

#[test]
fn a_program_that_asks_for_json_gets_json_even_from_a_page_s_address() {
    let shop = Shop::new();
    let seen = shop.send("GET", "/offers/none", &[("accept", "application/json")], b"");
    assert_eq!((seen.status, seen.code().as_str()), (404, "not_found"));
    assert!(shop.get("/offers/none").text.starts_with("<!DOCTYPE html>"));
}
