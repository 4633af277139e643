use serde_json::json;

use crate::routes::pages::shown;
use crate::shop::{Seen, Shop, NOON};
use crate::subscriber::{Bought, MONTH};

fn page(shop: &Shop, bought: &Bought) -> Seen {
    let mut seen = None;
    let path = format!("/pricing/success?checkout_intent_id={}", bought.intent);
    let before = shop.changes();
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.page(&path))), 1);
    assert_eq!(shop.changes(), before, "the page only reads");
    seen.unwrap()
}

#[test]
fn the_page_after_payment_shows_each_state_and_masks_the_address() {
    let shop = Shop::new();
    let bought = shop.start_plan("key-plan-states");
    insta::assert_snapshot!("plan_waiting", shown(&page(&shop, &bought)));
    shop.deliver(&bought.completed(&shop));
    insta::assert_snapshot!("plan_opening", shown(&page(&shop, &bought)));
    shop.deliver(&bought.created());
    let active = page(&shop, &bought);
    insta::assert_snapshot!("plan_active", shown(&active));
    assert!(active.text.contains("a***@e***.com") && !active.text.contains("ana@example.com"));
    assert!(!active.text.contains("cs_test") && !active.text.contains("sub_test"));
    assert_eq!((active.header("referrer-policy"), active.header("cache-control")), ("no-referrer", "no-store"));
    shop.deliver(&bought.told("evt_deleted", "deleted", NOON + 9, "canceled", NOON + MONTH));
    insta::assert_snapshot!("plan_over", shown(&page(&shop, &bought)));
    for (status, title) in
        [("completed", "on its way"), ("payment_failed", "did not go through"), ("expired", "has expired")]
    {
        shop.run_sql(&format!("UPDATE checkout_intents SET status = '{status}'"));
        assert!(page(&shop, &bought).text.contains(title), "{status}");
    }
}

#[test]
fn the_page_stops_looking_by_itself() {
    let shop = Shop::new();
    let bought = shop.start_plan("key-plan-looks");
    let path = format!("/pricing/success?checkout_intent_id={}", bought.intent);
    assert!(shop.page(&format!("{path}&check=7")).text.contains("http-equiv=\"refresh\""));
    for check in ["8", "4294967295"] {
        assert!(!shop.page(&format!("{path}&check={check}")).text.contains("http-equiv=\"refresh\""), "{check}");
    }
    shop.deliver(&bought.completed(&shop));
    assert!(shop.page(&format!("{path}&check=7")).text.contains("data-next="));
    assert!(!shop.page(&format!("{path}&check=8")).text.contains("data-next="));
}

#[test]
fn the_page_closes_after_a_while() {
    let shop = Shop::new();
    let bought = shop.start_plan("key-plan-closing");
    for (after, open) in [(90_000, true), (90_001, false)] {
        shop.clock.0.set(NOON + after);
        assert_eq!(page(&shop, &bought).text.contains("Confirming"), open, "{after}");
    }
    shop.clock.0.set(NOON);
    shop.deliver_all(&[bought.completed(&shop), bought.created()]);
    for (after, open) in [(3_600, true), (3_601, false)] {
        shop.clock.0.set(NOON + after);
        assert_eq!(page(&shop, &bought).text.contains("a***@e***.com"), open, "{after}");
    }
}

#[test]
fn a_session_must_belong_to_the_checkout_and_either_is_enough() {
    let shop = Shop::new();
    let bought = shop.start_plan("key-plan-session");
    let session = shop.text("SELECT stripe_checkout_session_id FROM checkout_intents WHERE id = ?1", &bought.intent);
    let intent = &bought.intent;
    for (query, known) in [
        (format!("checkout_intent_id={intent}"), true),
        (format!("session_id={session}"), true),
        (format!("checkout_intent_id={intent}&session_id={session}"), true),
        (format!("checkout_intent_id={intent}&session_id=cs_test_other"), false),
        (format!("checkout_intent_id={intent}&session_id="), true),
        ("checkout_intent_id=nonsense".to_owned(), false),
        (format!("checkout_intent_id=nonsense&session_id={session}"), false),
        ("checkout_intent_id=checkout-intent-00000000-0000-4000-8000-0000000000ff".to_owned(), false),
        ("session_id=%7BCHECKOUT_SESSION_ID%7D".to_owned(), false),
        (String::new(), false),
    ] {
        let text = shop.page(&format!("/pricing/success?{query}")).text;
        assert_eq!(text.contains("Confirming your payment"), known, "{query}");
        assert_eq!(text.contains("Which plan?"), !known, "{query}");
    }
    let other = shop.start("key-not-a-plan");
    assert!(shop.page(&format!("/pricing/success?checkout_intent_id={other}")).text.contains("Which plan?"));
}

#[test]
fn a_membership_s_pages_say_how_it_stands() {
    let shop = Shop::new();
    let bought = shop.start_membership("key-member-pages");
    let success =
        |shop: &Shop| shop.page(&format!("/commerce/checkout/success?checkout_intent_id={}", bought.intent)).text;
    shop.deliver(&bought.completed(&shop));
    assert!(success(&shop).contains("Membership: Opening"));
    assert!(shop.purchase_page(&bought.intent).text.contains("Opening your membership"));
    shop.deliver(&bought.created());
    assert!(success(&shop).contains("Active until 20 Dec 2026, then renews"));
    insta::assert_snapshot!("member_active", shown(&shop.purchase_page(&bought.intent)));
    let mut ending = bought.told("evt_ending", "updated", NOON + 1, "active", NOON + MONTH);
    ending["data"]["object"]["cancel_at_period_end"] = json!(true);
    shop.deliver(&ending);
    assert!(shop.purchase_page(&bought.intent).text.contains("Cancelled, open until 20 Dec 2026"));
    shop.deliver(&bought.told("evt_end", "deleted", NOON + MONTH, "canceled", NOON + MONTH));
    let text = shop.purchase_page(&bought.intent).text;
    assert!(text.contains("Ended on 20 Dec 2026") && !text.contains("Active until"), "{text}");
}
