use crate::shop::{entitlement, Shop};

const PATH: &str = "/admin/products";

fn shown(text: &str) -> String {
    text.replace("><", ">\n<")
}

fn page(shop: &Shop, path: &str) -> String {
    let seen = shop.send("GET", path, &[("cookie", &shop.owner()), ("accept", "text/html")], b"");
    assert_eq!(seen.status, 200, "{}", seen.text);
    seen.text
}

#[test]
fn an_empty_shop_says_so() {
    insta::assert_snapshot!(shown(&page(&Shop::new(), PATH)));
}

#[test]
fn the_newest_purchases_are_shown_without_ids_of_stripe() {
    let shop = Shop::new();
    let intent = shop.buy("key-admin");
    let text = page(&shop, PATH);
    assert!(text.contains("Ana@Example.com"), "an owner sees who bought");
    for secret in ["cs_test_", "evt_", "pi_test_", "products/uploads/", "products/fixtures/"] {
        assert!(!text.contains(secret), "{secret}");
    }
    insta::assert_snapshot!(shown(&text).replace(&intent, "{intent}"));
}

#[test]
fn the_form_of_a_note_is_filled_in_and_works() {
    let shop = Shop::new();
    let intent = shop.buy("key-admin-note");
    let id = entitlement(&intent);
    let text = page(&shop, &format!("{PATH}?entitlement={id}"));
    assert!(text.contains(&format!("name=\"entitlementId\" value=\"{id}\"")));
    let key = text.split("name=\"idempotencyKey\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = format!(
        "entitlementId={id}&expectedEntitlementStatus=active&idempotencyKey={key}&reasonCode=customer_request\
         &privateReason=&confirmationText=Record+product+access+removal+intent"
    );
    let sent = shop.form_as(&shop.owner(), "/api/admin/products/revocation-intents", &form);
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/admin/products?done=owner-product-revocation-intents-ready")
    );
    let text = page(&shop, sent.header("location"));
    assert!(text.contains("role=\"status\"") && text.contains("Customer request"));
    let wrong = form.replace("Record+product", "record+product").replace(key, "another-key-1");
    let sent = shop.form_as(&shop.owner(), "/api/admin/products/revocation-intents", &wrong);
    assert_eq!((sent.status, sent.header("location")), (303, "/admin/products?problem=confirmation_required"));
    assert!(page(&shop, sent.header("location")).contains("role=\"alert\""));
}

#[test]
fn the_form_of_an_upload_is_filled_in_and_works() {
    let shop = Shop::new();
    let text =
        page(&shop, &format!("{PATH}?product=product-launch-checklist-download&asset=asset-launch-checklist-pdf"));
    insta::assert_snapshot!(shown(&text));
    let key = text.split("name=\"idempotencyKey\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = format!(
        "productId=product-launch-checklist-download&assetId=asset-launch-checklist-pdf&idempotencyKey={key}\
         &expectedCatalogRevisionId=product-access-revision-indie-launch-2026-05-19&fileName=plan.txt\
         &contentType=text%2Fplain&bodyText=Plan+A&confirmationText=Create+private+product+asset+upload+intent"
    );
    let sent = shop.form_as(&shop.owner(), "/api/admin/products/assets", &form);
    assert_eq!(sent.status, 303, "{}", sent.text);
    let text = page(&shop, sent.header("location"));
    assert!(text.contains("plan.txt") && text.contains("Stored") && text.contains("6 bytes"), "{text}");
}

#[test]
fn strangers_see_a_locked_page() {
    let shop = Shop::new();
    shop.buy("key-admin-locked");
    let seen = shop.page(PATH);
    assert_eq!(seen.status, 401);
    assert!(!seen.text.contains("Ana@Example.com"));
    let stranger = shop.sign_in_as("stranger@example.test", true);
    assert_eq!(shop.send("GET", PATH, &[("cookie", &stranger), ("accept", "text/html")], b"").status, 401);
}

#[test]
fn another_shop_s_purchases_are_not_shown() {
    let shop = Shop::new();
    shop.buy("key-admin-elsewhere");
    let shop = shop.of_tenant("tenant-elsewhere");
    let text = page(&shop, PATH);
    assert!(text.contains("Nobody has bought anything yet") && !text.contains("Ana@Example.com"));
}

#[test]
fn the_page_is_one_batch_after_the_session() {
    let shop = Shop::new();
    shop.buy("key-admin-batch");
    assert_eq!(shop.calls_during(|shop| drop(page(shop, PATH))), 2);
}
