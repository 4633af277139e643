use bumpgrade::product::upload::sweep;
use futures_executor::block_on;
use serde_json::{json, Value};

use crate::shop::{Seen, Shop};

const PATH: &str = "/api/admin/products/assets";

fn body(key: &str) -> Value {
    json!({
        "productId": "product-launch-checklist-download", "assetId": "asset-launch-checklist-pdf",
        "fileName": "My plan (final).txt", "contentType": "text/plain; charset=utf-8", "bodyText": "Plan A",
        "confirmationText": "Create private product asset upload intent", "idempotencyKey": key,
        "expectedCatalogRevisionId": "product-access-revision-indie-launch-2026-05-19",
    })
}

fn send(shop: &Shop, body: &Value) -> Seen {
    shop.post_as(&shop.owner(), PATH, body)
}

fn with(field: &str, value: Value) -> Value {
    let mut changed = body("upload-key-1");
    changed[field] = value;
    changed
}

fn uploaded(shop: &Shop) -> Vec<String> {
    let mut keys: Vec<String> = shop.files.content.borrow().keys().cloned().collect();
    keys.retain(|key| key.starts_with("products/uploads/"));
    keys
}

#[test]
fn a_file_is_stored_and_its_place_and_content_are_not_told() {
    let shop = Shop::new();
    let seen = send(&shop, &body("upload-key-1"));
    insta::assert_snapshot!(seen.shown());
    let keys = uploaded(&shop);
    let id = seen.json()["upload"]["uploadId"].as_str().unwrap().to_owned();
    let place = "products/uploads/product-launch-checklist-download/asset-launch-checklist-pdf";
    assert_eq!(keys, [format!("{place}/{id}/My-plan-final-.txt")]);
    assert_eq!(shop.files.content.borrow()[&keys[0]], b"Plan A");
    let (kind, metadata) = shop.files.kept.borrow()[0].clone();
    assert_eq!(kind, "text/plain; charset=utf-8");
    insta::assert_debug_snapshot!(metadata);
    assert_eq!(shop.text("SELECT status FROM product_asset_uploads WHERE id = ?1", &id), "stored_private");
}

#[test]
fn a_file_that_is_not_text_comes_in_base64() {
    let shop = Shop::new();
    let mut asked = body("upload-key-base64");
    asked.as_object_mut().unwrap().remove("bodyText");
    asked["bodyBase64"] = json!("AAECAw==");
    asked["contentType"] = json!("application/pdf");
    let seen = send(&shop, &asked);
    assert_eq!((seen.status, &seen.json()["upload"]["byteCount"]), (201, &json!(4)));
    assert_eq!(shop.files.content.borrow()[&uploaded(&shop)[0]], [0, 1, 2, 3]);
}

#[test]
fn what_cannot_be_stored_is_refused_and_nothing_is_reserved() {
    let shop = Shop::new();
    let wrong = [
        (with("confirmationText", json!("create private product asset upload intent")), 400, "confirmation_required"),
        (with("productId", json!(null)), 400, "invalid_request"),
        (with("productId", json!("p".repeat(121))), 400, "invalid_request"),
        (with("fileName", json!("n".repeat(161))), 400, "invalid_request"),
        (with("fileName", json!("n".repeat(121))), 400, "invalid_request"),
        (with("contentType", json!("text/html")), 400, "invalid_request"),
        (with("contentType", json!("image/svg+xml")), 400, "invalid_request"),
        (with("contentType", json!("TEXT/PLAIN")), 400, "invalid_request"),
        (with("idempotencyKey", json!("")), 400, "invalid_request"),
        (with("bodyText", json!("")), 400, "invalid_request"),
        (with("bodyText", json!(7)), 400, "invalid_request"),
        (with("bodyText", json!("x".repeat(65_537))), 400, "invalid_request"),
        (with("productId", json!("product-none")), 404, "unsupported_asset"),
        (with("assetId", json!("asset-launch-course-lessons")), 404, "unsupported_asset"),
        (with("productId", json!("product-launch-course-lite")), 404, "unsupported_asset"),
        (with("expectedCatalogRevisionId", json!("another")), 409, "stale_catalog_revision"),
        (with("expectedCatalogRevisionId", json!(null)), 409, "stale_catalog_revision"),
    ];
    for (asked, status, code) in wrong {
        let seen = send(&shop, &asked);
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{}", seen.text);
        assert!(seen.json()["redaction"].is_object());
    }
    for broken in ["", "not base64!", "AAEC Aw==", "====", &"A".repeat(87_388 + 4)] {
        let mut asked = with("bodyBase64", json!(broken));
        asked.as_object_mut().unwrap().remove("bodyText");
        assert_eq!(send(&shop, &asked).code(), "invalid_request", "{broken:.20}");
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM product_asset_uploads"), 0);
    assert!(uploaded(&shop).is_empty());
}

#[test]
fn the_largest_file_and_one_more_byte() {
    let shop = Shop::new();
    assert_eq!(send(&shop, &with("bodyText", json!("x".repeat(65_536)))).status, 201);
    let mut asked = with("bodyText", json!("ü".repeat(32_769)));
    asked["idempotencyKey"] = json!("upload-key-2");
    assert_eq!(send(&shop, &asked).status, 400, "bytes are counted, not characters");
}

#[test]
fn a_store_that_fails_leaves_a_reserved_row_and_the_same_request_finishes_it() {
    let shop = Shop::new();
    shop.files.broken.set(true);
    let seen = send(&shop, &body("upload-key-broken"));
    assert_eq!((seen.status, seen.code().as_str()), (503, "unavailable"), "{}", seen.text);
    assert!(!seen.text.contains("injected") && !seen.text.contains("products/uploads"));
    assert_eq!(shop.count("SELECT COUNT(*) FROM product_asset_uploads WHERE status = 'pending'"), 1);
    shop.files.broken.set(false);
    let again = send(&shop, &body("upload-key-broken"));
    assert_eq!((again.status, &again.json()["upload"]["status"]), (200, &json!("stored_private")), "{}", again.text);
    assert_eq!(again.json()["upload"]["duplicate"], true);
    assert_eq!(uploaded(&shop).len(), 1);
}

#[test]
fn an_upload_that_is_never_finished_is_given_up_and_its_object_removed() {
    let shop = Shop::new();
    // The object is put, and the database fails before the row is marked: session, batch, then this one.
    shop.owner();
    shop.db.fail_at.set(Some(2));
    assert_eq!(send(&shop, &body("upload-key-lost")).status, 503);
    shop.db.fail_at.set(None);
    assert_eq!(uploaded(&shop).len(), 1);
    let status = |shop: &Shop| {
        shop.text("SELECT status FROM product_asset_uploads WHERE idempotency_key = ?1", "upload-key-lost")
    };
    for (later, removed, wanted) in [
        (0, 0, "pending"),
        (3_599, 0, "pending"),
        (3_601, 0, "abandoned"),
        (7_000, 0, "abandoned"),
        (7_202, 1, "removed"),
        (9_000, 0, "removed"),
    ] {
        let start = crate::shop::NOON;
        shop.clock.0.set(start + later);
        assert_eq!(block_on(sweep::run(&shop.cx)).unwrap(), removed, "after {later} s");
        assert_eq!(status(&shop), wanted, "after {later} s");
    }
    assert!(uploaded(&shop).is_empty());
    let again = send(&shop, &body("upload-key-lost"));
    assert_eq!((again.status, again.code().as_str()), (409, "upload_abandoned"));
    assert!(uploaded(&shop).is_empty(), "nothing is put for an upload that was given up");
}

#[test]
fn a_finished_upload_is_never_swept() {
    let shop = Shop::new();
    assert_eq!(send(&shop, &body("upload-key-kept")).status, 201);
    shop.clock.0.set(crate::shop::NOON + 10 * 86_400);
    assert_eq!(block_on(sweep::run(&shop.cx)).unwrap(), 0);
    assert_eq!(uploaded(&shop).len(), 1);
}

#[test]
fn the_description_has_live_totals() {
    let shop = Shop::new();
    assert_eq!(send(&shop, &body("upload-key-counted")).status, 201);
    let seen = shop.get_as(&shop.owner(), PATH);
    assert_eq!(seen.json()["contract"]["counts"], json!({ "uploadRecords": 1, "storedPrivateUploads": 1 }));
    insta::assert_snapshot!(seen.shown());
}
