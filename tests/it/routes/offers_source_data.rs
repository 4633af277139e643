use crate::documents::compare;
use crate::shop::Shop;

const PATH: &str = "/offers/source-data";

#[test]
fn the_document_says_what_was_published() {
    let compared = compare("offers", &Shop::new().get(PATH).json(), &[]);
    assert!(compared.facts.len() > 130, "{}", compared.facts.len());
}

#[test]
fn the_document_reads_as_reviewed() {
    insta::assert_snapshot!(Shop::new().get(PATH).shown());
}

#[test]
fn drafts_and_undocumented_stacks_stay_out() {
    let shop = Shop::new();
    assert!(!shop.get(PATH).text.contains("launch-membership"));
    shop.run_sql("UPDATE offer_stacks SET status = 'draft'");
    let document = shop.get(PATH).json();
    assert_eq!(document["stacks"], serde_json::json!([]));
    assert_eq!(document["sandboxCheckout"]["allowedOrderBumpPriceIds"], serde_json::json!([]));
}

#[test]
fn a_price_that_changes_changes_the_document_and_its_tag() {
    let shop = Shop::new();
    let before = shop.get(PATH).header("etag").to_owned();
    shop.run_sql("UPDATE commerce_prices SET unit_amount_cents = 1000 WHERE unit_amount_cents = 900");
    let after = shop.get(PATH);
    assert_ne!(after.header("etag"), before);
    let stack = &after.json()["stacks"][0];
    assert_eq!(stack["primaryOffer"]["unitAmountCents"], 1000);
    assert_eq!(stack["confirmation"]["checkoutText"], "Create checkout for Bumpgrade launch pass at 10.00 USD");
}
