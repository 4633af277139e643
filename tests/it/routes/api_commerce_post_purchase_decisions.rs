use serde_json::{json, Value};

use crate::shop::Shop;

const PATH: &str = "/api/commerce/post-purchase-decisions";
const PHRASE: &str = "Record non-billing post-purchase decision for Bumpgrade checkout";

fn decision(shop: &Shop, intent: &str, kind: &str) -> Value {
    let updated_at = shop.count(&format!("SELECT updated_at FROM checkout_intents WHERE id = '{intent}'"));
    json!({
        "checkoutIntentId": intent, "decisionKind": kind, "confirmationText": PHRASE,
        "idempotencyKey": format!("decide-{kind}-{updated_at}"), "expectedCheckoutUpdatedAt": updated_at,
    })
}

#[test]
fn the_contract_says_what_can_be_decided_and_how_the_purchase_stands() {
    let shop = Shop::new();
    insta::assert_snapshot!("contract", shop.get(PATH).shown());
    let intent = shop.start("key-waiting");
    let checkout = &shop.get(&format!("{PATH}?checkoutIntentId={intent}")).json()["checkout"];
    assert_eq!((&checkout["eligible"], &checkout["amountCents"]), (&json!(false), &json!(2800)));
    assert_eq!(checkout["selectedOrderBumpPriceIds"], json!([crate::shop::CHECKLIST]));
    let intent = shop.buy("key-paid");
    assert_eq!(shop.get(&format!("{PATH}?checkoutIntentId={intent}")).json()["checkout"]["eligible"], true);
    for unknown in ["checkout-intent-00000000-0000-4000-8000-00000000ffff", "nonsense", "%00", ""] {
        assert_eq!(
            shop.get(&format!("{PATH}?checkoutIntentId={unknown}")).json()["checkout"],
            Value::Null,
            "{unknown}"
        );
    }
}

#[test]
fn a_decision_is_kept_and_shown_without_anything_private() {
    let shop = Shop::new();
    let intent = shop.buy("key-decide");
    let seen = shop.post(PATH, &decision(&shop, &intent, "accept_upsell_follow_up"));
    insta::assert_snapshot!("recorded", seen.shown());
    assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_post_purchase_decisions"), 1);
    let counts = &shop.get("/offers/source-data").json()["postPurchaseDecisionSummary"]["aggregateCounts"];
    assert_eq!(
        (&counts[0]["decision_kind"], &counts[0]["total_decisions"]),
        (&json!("accept_upsell_follow_up"), &json!(1))
    );
}

#[test]
fn an_offer_is_answered_once() {
    let shop = Shop::new();
    let intent = shop.buy("key-once");
    assert_eq!(shop.post(PATH, &decision(&shop, &intent, "decline_upsell")).status, 200);
    let seen = shop.post(PATH, &decision(&shop, &intent, "accept_upsell_follow_up"));
    assert_eq!((seen.status, seen.code().as_str()), (409, "post_purchase_already_decided"));
    assert_eq!(shop.post(PATH, &decision(&shop, &intent, "accept_downsell_follow_up")).status, 200);
}

#[test]
fn an_unpaid_unknown_or_old_purchase_decides_nothing() {
    let shop = Shop::new();
    let waiting = shop.start("key-unpaid");
    let seen = shop.post(PATH, &decision(&shop, &waiting, "decline_upsell"));
    assert_eq!((seen.status, seen.code().as_str()), (409, "post_purchase_checkout_not_eligible"));
    assert_eq!(seen.json()["checkout"]["eligible"], false);
    let paid = shop.buy("key-window");
    let mut body = decision(&shop, &paid, "decline_upsell");
    body["checkoutIntentId"] = json!("checkout-intent-00000000-0000-4000-8000-00000000ffff");
    let seen = shop.post(PATH, &body);
    assert_eq!((seen.status, seen.code().as_str()), (400, "checkout_intent_not_found"));
    let body = decision(&shop, &paid, "decline_upsell");
    shop.clock.0.set(shop.clock.0.get() + 30 * 60 + 1);
    let seen = shop.post(PATH, &body);
    assert_eq!((seen.status, seen.code().as_str()), (409, "post_purchase_window_closed"));
    shop.clock.0.set(shop.clock.0.get() - 1);
    assert_eq!(shop.post(PATH, &body).status, 200, "the last second of the window");
}

#[test]
fn the_page_leads_from_the_offer_to_the_smaller_one_and_to_the_end() {
    let shop = Shop::new();
    let intent = shop.buy("key-page");
    let path = format!("/commerce/post-purchase/{intent}");
    let page = shop.page(&path);
    assert_eq!((page.status, page.header("referrer-policy")), (200, "no-referrer"));
    assert!(page.text.contains("Launch accelerator") && !page.text.contains("Launch review"), "{}", page.text);
    assert_eq!(shop.form(PATH, &form_of(&page.text, "decline_upsell")).status, 303);
    let page = shop.page(&format!("{path}?done=post_purchase_decision_recorded")).text;
    assert!(page.contains("Launch review") && page.contains("role=\"status\""), "{page}");
    let sent = form_of(&page, "accept_downsell_follow_up");
    for _ in 0..2 {
        let seen = shop.form(PATH, &sent);
        assert!(seen.header("location").starts_with(&path), "{}", seen.header("location"));
    }
    let page = shop.page(&path).text;
    assert!(page.contains("We will be in touch") && !page.contains("<form"), "{page}");
}

/// The fields of the form of one answer, as a browser would send them.
fn form_of(page: &str, decision: &str) -> String {
    let form = page.split("<form").find(|form| form.contains(&format!("value=\"{decision}\""))).unwrap();
    let value = |text: &str| text.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields: Vec<(String, String)> = form
        .split("name=\"")
        .skip(1)
        .map(|field| (field.split('"').next().unwrap().to_owned(), value(field)))
        .collect();
    serde_urlencoded::to_string(fields).unwrap()
}

#[test]
fn the_page_says_so_when_there_is_nothing_to_decide() {
    let shop = Shop::new();
    let waiting = shop.start("key-not-yet");
    assert!(shop.page(&format!("/commerce/post-purchase/{waiting}")).text.contains("Not yet"));
    let paid = shop.buy("key-too-late");
    shop.clock.0.set(shop.clock.0.get() + 31 * 60);
    assert!(shop.page(&format!("/commerce/post-purchase/{paid}")).text.contains("Nothing more to decide"));
    for unknown in ["nonsense", "checkout-intent-00000000-0000-4000-8000-00000000ffff"] {
        assert!(shop.page(&format!("/commerce/post-purchase/{unknown}")).text.contains("Which purchase?"));
    }
}

#[test]
fn the_page_after_payment_leads_to_the_offer_only_when_it_is_paid() {
    let shop = Shop::new();
    let link = |intent: &str| {
        let page = shop.page(&format!("/commerce/checkout/success?checkout_intent_id={intent}")).text;
        page.contains(&format!("/commerce/post-purchase/{intent}"))
    };
    assert!(!link(&shop.start("key-link-1")));
    assert!(link(&shop.buy("key-link-2")));
}

#[test]
fn a_form_with_a_strange_reference_goes_to_a_page_and_writes_no_header() {
    let shop = Shop::new();
    let fields = [
        ("checkoutIntentId", "a\r\nx-y: z?#/../"),
        ("decisionKind", "decline_upsell"),
        ("confirmationText", PHRASE),
        ("idempotencyKey", "strange-reference"),
        ("expectedCheckoutUpdatedAt", "1"),
    ];
    let seen = shop.form(PATH, &serde_urlencoded::to_string(fields).unwrap());
    assert_eq!(seen.status, 303);
    let location = seen.header("location");
    assert_eq!(location, "/commerce/post-purchase/a%0D%0Ax-y%3A%20z%3F%23%2F..%2F?problem=checkout_intent_not_found");
}
