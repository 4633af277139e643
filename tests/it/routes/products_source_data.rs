use serde_json::json;

use crate::documents::{compare, Otherwise};
use crate::shop::{entitlement, Shop};

const PATH: &str = "/products/source-data";

const OTHERWISE: &[Otherwise] = &[Otherwise {
    at: "sandboxDownloadTokens.redemptionRevalidation.tokenConsumedAfterPrivateAssetRead",
    ours: "false",
    because: "a token is claimed before the file is read, so that two requests cannot both read it",
}];

#[test]
fn the_document_says_what_was_published() {
    let compared = compare("products", &Shop::new().get(PATH).json(), OTHERWISE);
    assert!(compared.facts.len() > 450, "{}", compared.facts.len());
}

#[test]
fn after_a_purchase_it_still_does() {
    let shop = Shop::new();
    shop.buy("key-products-document");
    compare("products", &shop.get(PATH).json(), OTHERWISE);
    insta::assert_snapshot!(shop.get(PATH).shown());
}

#[test]
fn totals_follow_every_change_of_every_row() {
    let shop = Shop::new();
    let counts = |shop: &Shop| shop.get(PATH).json()["entitlementInspection"]["counts"].clone();
    let intent = shop.buy("key-totals");
    let expected = |active: i64, queued: i64| {
        json!({ "entitlements": 2, "activeEntitlements": active, "fulfillmentTasks": 2,
            "queuedFulfillmentTasks": queued, "checkoutIntentsWithEntitlements": 1 })
    };
    assert_eq!(counts(&shop), expected(2, 2));
    let one = entitlement(&intent);
    shop.run_sql(&format!("UPDATE product_entitlements SET status = 'inactive' WHERE id = '{one}'"));
    shop.run_sql("UPDATE product_fulfillment_tasks SET status = 'paused' WHERE fulfillment_kind = 'bundle'");
    assert_eq!(counts(&shop), expected(1, 1));
    shop.run_sql(&format!("UPDATE product_entitlements SET status = 'active', updated_at = 7 WHERE id = '{one}'"));
    assert_eq!(counts(&shop), expected(2, 1));
    shop.buy("key-totals-2");
    let document = shop.get(PATH).json();
    let inspection = &document["entitlementInspection"];
    assert_eq!(inspection["counts"]["checkoutIntentsWithEntitlements"], 2);
    assert_eq!(
        inspection["productCounts"],
        json!([
            { "id": "product-launch-bundle", "status": "active", "total": 2 },
            { "id": "product-launch-checklist-download", "status": "active", "total": 2 },
        ])
    );
    assert_eq!(inspection["lastGrantedAt"], "2026-11-20T12:00:00.000Z");
    shop.run_sql("DELETE FROM product_entitlements");
    let none = json!({ "entitlements": 0, "activeEntitlements": 0, "fulfillmentTasks": 0,
        "queuedFulfillmentTasks": 0, "checkoutIntentsWithEntitlements": 0 });
    assert_eq!(counts(&shop), none);
}

#[test]
fn a_row_that_is_ignored_is_not_counted_and_totals_are_what_a_count_says() {
    let shop = Shop::new();
    shop.buy("key-ignored");
    shop.run_sql("INSERT OR IGNORE INTO product_entitlements SELECT * FROM product_entitlements");
    shop.run_sql(
        "INSERT INTO product_entitlements SELECT * FROM product_entitlements WHERE true ON CONFLICT DO NOTHING",
    );
    let wrong = "
        SELECT COUNT(*) FROM access_totals t WHERE t.subject = 'product' AND t.total <> (
          SELECT COUNT(*) FROM product_entitlements e WHERE e.product_id = t.id AND e.status = t.status)";
    assert_eq!(shop.count(wrong), 0);
    assert_eq!(shop.count("SELECT SUM(total) FROM access_totals WHERE subject = 'product'"), 2);
}

#[test]
fn owners_notes_are_counted_in_public_and_not_listed() {
    let shop = Shop::new();
    let intent = shop.buy("key-noted");
    let owner = shop.owner();
    let body = json!({
        "entitlementId": entitlement(&intent), "expectedEntitlementStatus": "active", "reasonCode": "refund_or_chargeback",
        "confirmationText": "Record product access removal intent", "idempotencyKey": "key-noted-1",
    });
    assert_eq!(shop.post_as(&owner, "/api/admin/products/revocation-intents", &body).status, 201);
    let document = shop.get(PATH);
    assert!(!document.text.contains(&intent) && !document.text.contains("\"refund_or_chargeback\",\"ownerConfirmed"));
    let section = &document.json()["revocationIntents"];
    assert_eq!(section["counts"]["ownerConfirmedIntents"], 1);
    assert_eq!(section["records"].as_array().unwrap().len(), 1);
    assert_eq!(section["records"][0]["ownerConfirmed"], false);
}

#[test]
fn the_text_of_a_section_is_in_no_document() {
    let shop = Shop::new();
    for path in [PATH, "/offers/source-data"] {
        assert!(!shop.get(path).text.contains("ten questions"), "{path}");
    }
    shop.run_sql("UPDATE product_protected_content_sections SET status = 'protected_content_draft'");
    assert_eq!(shop.get(PATH).json()["protectedContent"]["counts"]["protectedContentItems"], 0);
}
