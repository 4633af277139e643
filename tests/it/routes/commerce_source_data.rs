use serde_json::json;

use crate::documents::compare;
use crate::shop::Shop;

const PATH: &str = "/commerce/source-data";

#[test]
fn the_document_says_what_was_published() {
    let deployed = Shop::with_settings(&[("PLAN_BILLING_MODE", "live")]);
    let compared = compare("commerce", &deployed.get(PATH).json(), &[]);
    assert!(compared.facts.len() > 400, "{}", compared.facts.len());
}

#[test]
fn the_document_reads_as_reviewed() {
    insta::assert_snapshot!(Shop::new().get(PATH).shown());
}

#[test]
fn the_document_is_one_read_and_its_tag_follows_what_happens() {
    let shop = Shop::new();
    let before = shop.get(PATH);
    assert_eq!(shop.calls_during(|shop| drop(shop.get(PATH))), 1);
    let tag = before.header("etag").to_owned();
    assert_eq!(shop.send("GET", PATH, &[("if-none-match", &tag)], b"").status, 304);
    let intent = shop.buy("key-decided");
    shop.run_sql(&format!(
        "INSERT INTO checkout_post_purchase_decisions (id, tenant_id, idempotency_key, checkout_intent_id, offer_stack_id,
           presented_offer_id, decision_kind, checkout_status, checkout_updated_at, actor_kind, audit_correlation_id, created_at)
         VALUES ('post-purchase-decision-1', 'tenant-platform', 'key-of-decision', '{intent}', 'stack', 'offer',
           'decline_upsell', 'paid', 1, 'buyer_post_purchase_page', 'audit-1', 7)"
    ));
    let after = shop.send("GET", PATH, &[("if-none-match", &tag)], b"");
    assert_eq!(after.status, 200);
    let counts = &after.json()["postPurchaseDecisions"]["summary"]["aggregateCounts"];
    assert_eq!(
        counts,
        &json!([{ "offer_stack_id": "stack", "presented_offer_id": "offer",
        "decision_kind": "decline_upsell", "total_decisions": 1, "last_created_at": 7 }])
    );
}

#[test]
fn another_shop_s_document_holds_nothing_of_this_one() {
    let shop = Shop::new();
    shop.run_sql("INSERT INTO tenants (id, slug, name, created_at, updated_at) VALUES ('tenant-b', 'b', 'B', 0, 0)");
    let document = shop.of_tenant("tenant-b").get(PATH).json();
    assert_eq!(document["sandboxCheckout"]["offer"], json!(null));
    assert_eq!(document["sandboxCheckout"]["orderBumps"], json!([]));
    assert_eq!(document["selfServePricing"]["plans"], json!([]));
}

#[test]
fn a_database_that_does_not_answer_is_a_quiet_503() {
    let shop = Shop::new();
    shop.db.fail_at.set(Some(0));
    let seen = shop.get(PATH);
    assert_eq!((seen.status, seen.code().as_str()), (503, "unavailable"));
    assert!(!seen.text.contains("injected"));
}
