use crate::shop::Shop;

fn address(intent: &str, section: &str) -> String {
    let entitlement = format!("entitlement-{intent}-entitlement-template-launch-bundle");
    format!("/products/content?checkout_intent_id={intent}&entitlement_id={entitlement}&section_id={section}")
}

const LESSON: &str = "protected-content-launch-course-module-1";

#[test]
fn a_section_is_a_page_to_read() {
    let shop = Shop::new();
    let intent = shop.buy("key-page");
    let seen = shop.page(&address(&intent, LESSON));
    assert_eq!((seen.status, seen.header("referrer-policy")), (200, "no-referrer"));
    insta::assert_snapshot!(seen.text.replace("><", ">\n<"));
}

#[test]
fn the_purchase_page_leads_to_what_it_opens_and_to_nothing_else() {
    let shop = Shop::new();
    let intent = shop.buy("key-leads");
    let page = shop.page(&format!("/products/entitlements?checkout_intent_id={intent}")).text;
    assert!(page.contains("Ready to read") && page.contains("section_id=protected-content-launch-course-module-1"));
    assert!(!page.contains("Member area: this month"), "a bundle does not open the member area");
    let link = page.split("href=\"/products/content?").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert_eq!(shop.page(&format!("/products/content?{link}")).status, 200);
    shop.run_sql("UPDATE product_entitlements SET status = 'inactive'");
    let page = shop.page(&format!("/products/entitlements?checkout_intent_id={intent}")).text;
    assert!(!page.contains("Ready to read"));
}

#[test]
fn the_markdown_of_a_section_can_do_nothing() {
    let shop = Shop::new();
    let intent = shop.buy("key-markdown");
    shop.run_sql(
        "UPDATE protected_content_bodies SET body = '<script>alert(1)</script> <img src=x onerror=y>

[a](javascript:b)'",
    );
    let text = shop.page(&address(&intent, LESSON)).text;
    assert!(
        !text.contains("<script>alert") && !text.contains("<img src=x") && !text.contains("href=\"javascript"),
        "{text}"
    );
}

#[test]
fn what_does_not_open_is_a_page_for_people() {
    let shop = Shop::new();
    let intent = shop.buy("key-closed-page");
    for (path, status) in [
        (address(&intent, "protected-content-launch-member-area"), 409),
        (address(&intent, "protected-content-none"), 404),
        ("/products/content".to_owned(), 400),
    ] {
        let seen = shop.page(&path);
        assert_eq!((seen.status, seen.header("content-type")), (status, "text/html; charset=utf-8"), "{path}");
    }
}
