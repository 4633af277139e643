use crate::shop::{Seen, Shop};

const PATH: &str = "/api/products/protected-content";
const LESSON: &str = "protected-content-launch-course-module-1";
const MEMBERS: &str = "protected-content-launch-member-area";

fn bundle(intent: &str) -> String {
    format!("entitlement-{intent}-entitlement-template-launch-bundle")
}

fn ask(shop: &Shop, intent: &str, entitlement: &str, section: &str) -> Seen {
    shop.get(&format!("{PATH}?checkoutIntentId={intent}&entitlementId={entitlement}&protectedContentId={section}"))
}

fn outcome(seen: &Seen) -> (u16, String) {
    assert!(!seen.text.contains("ten questions") && !seen.text.contains("working examples"), "{}", seen.text);
    let answer = seen.json();
    assert_eq!((&answer["ok"], &answer["issue"]), (&false.into(), &185.into()));
    assert!(answer["redaction"].is_object());
    (seen.status, answer["status"].as_str().unwrap().to_owned())
}

#[test]
fn a_bundle_opens_the_lesson_in_one_read() {
    let shop = Shop::new();
    let intent = shop.buy("key-lesson");
    let before = shop.changes();
    let mut seen = None;
    let calls = shop.calls_during(|shop| seen = Some(ask(shop, &intent, &bundle(&intent), LESSON)));
    assert_eq!((calls, shop.changes()), (1, before));
    let seen = seen.unwrap();
    assert_eq!((seen.header("cache-control"), seen.header("referrer-policy")), ("no-store", "no-referrer"));
    insta::assert_snapshot!(seen.shown());
}

#[test]
fn every_name_of_a_parameter_is_understood() {
    let shop = Shop::new();
    let intent = shop.buy("key-names");
    let entitlement = bundle(&intent);
    for (a, b, c) in [
        ("checkout_intent_id", "entitlement_id", "protected_content_id"),
        ("checkoutIntentId", "entitlement_id", "sectionId"),
        ("checkout_intent_id", "entitlementId", "section_id"),
    ] {
        assert_eq!(shop.get(&format!("{PATH}?{a}={intent}&{b}={entitlement}&{c}={LESSON}")).status, 200, "{a} {b} {c}");
    }
}

#[test]
fn one_payment_does_not_open_what_a_subscription_opens() {
    let shop = Shop::new();
    let intent = shop.buy("key-members");
    let seen = ask(&shop, &intent, &bundle(&intent), MEMBERS);
    assert_eq!(outcome(&seen), (409, "not_eligible".to_owned()));
    // The same entitlement under the rule that the section demands does.
    shop.run_sql("UPDATE product_entitlements SET access_rule_id = 'access-rule-membership-active-subscription'");
    assert_eq!(ask(&shop, &intent, &bundle(&intent), MEMBERS).status, 200);
    // And then no longer what a payment opens.
    let seen = ask(&shop, &intent, &bundle(&intent), LESSON);
    assert_eq!(outcome(&seen), (409, "not_eligible".to_owned()));
}

#[test]
fn an_entitlement_opens_only_what_it_covers() {
    let shop = Shop::new();
    let intent = shop.buy("key-covers");
    let checklist = crate::shop::entitlement(&intent);
    assert_eq!(outcome(&ask(&shop, &intent, &checklist, LESSON)), (409, "not_eligible".to_owned()));
    shop.run_sql("DELETE FROM access_product_assets WHERE asset_id = 'asset-launch-course-lessons'");
    assert_eq!(outcome(&ask(&shop, &intent, &bundle(&intent), LESSON)), (409, "not_eligible".to_owned()));
}

#[test]
fn what_was_closed_or_not_paid_opens_nothing() {
    for change in [
        "UPDATE product_entitlements SET status = 'inactive'",
        "UPDATE checkout_intents SET status = 'payment_failed'",
        "UPDATE checkout_intents SET status = 'expired'",
    ] {
        let shop = Shop::new();
        let intent = shop.buy("key-closed");
        shop.run_sql(change);
        let seen = ask(&shop, &intent, &bundle(&intent), LESSON);
        assert_eq!(outcome(&seen), (409, "not_eligible".to_owned()), "{change}");
    }
}

#[test]
fn whatever_is_not_there_is_the_same_404() {
    let shop = Shop::new();
    let intent = shop.buy("key-not-there");
    let other = shop.buy("key-not-there-2");
    let unknown = "checkout-intent-00000000-0000-4000-8000-0000000000ff";
    let mut bodies = Vec::new();
    for (intent, entitlement, section) in [
        (unknown, bundle(&intent), LESSON),
        (&intent, bundle(&other), LESSON),
        (&intent, "entitlement-none".to_owned(), LESSON),
        (&intent, bundle(&intent), "protected-content-none"),
        (&intent, "entitlement-none".to_owned(), "protected-content-none"),
    ] {
        let seen = ask(&shop, intent, &entitlement, section);
        assert_eq!(outcome(&seen), (404, "not_found".to_owned()));
        bodies.push(seen.text);
    }
    for change in [
        "UPDATE product_protected_content_sections SET status = 'protected_content_draft'",
        "UPDATE product_protected_content_sections SET status = 'protected_content_ready', delivery_enabled = 0",
        "UPDATE product_protected_content_sections SET delivery_enabled = 1; DELETE FROM protected_content_bodies",
    ] {
        shop.run_sql(change);
        let seen = ask(&shop, &intent, &bundle(&intent), LESSON);
        assert_eq!(outcome(&seen), (404, "not_found".to_owned()), "{change}");
        bodies.push(seen.text);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
}

#[test]
fn ids_without_their_form_are_refused() {
    let shop = Shop::new();
    let intent = shop.buy("key-forms");
    let good = bundle(&intent);
    let long = "a".repeat(400);
    let wrong = [
        ("", good.as_str(), LESSON),
        (intent.as_str(), "", LESSON),
        (&intent, &good, ""),
        ("checkout-intent-1", &good, LESSON),
        (&intent, "entitlement_x", LESSON),
        (&intent, "entitlement-a_b", LESSON),
        (&intent, &good, "protected-content-UPPER"),
        (&intent, &good, "section-1"),
        (&intent, &good, "protected-content-%00"),
        (&intent, &long, LESSON),
        (&intent, &good, &long),
    ];
    for (intent, entitlement, section) in wrong {
        let seen = ask(&shop, intent, entitlement, section);
        assert_eq!(outcome(&seen), (400, "invalid_request".to_owned()), "{entitlement} {section}");
    }
    assert_eq!(outcome(&shop.get(PATH)), (400, "invalid_request".to_owned()));
}

#[test]
fn another_shop_s_section_is_not_there() {
    let shop = Shop::new();
    let intent = shop.buy("key-elsewhere");
    let shop = shop.of_tenant("tenant-elsewhere");
    assert_eq!(outcome(&ask(&shop, &intent, &bundle(&intent), LESSON)), (404, "not_found".to_owned()));
}

#[test]
fn a_database_that_fails_is_a_503() {
    let shop = Shop::new();
    let intent = shop.buy("key-fails");
    shop.db.fail_at.set(Some(0));
    let seen = ask(&shop, &intent, &bundle(&intent), LESSON);
    assert_eq!(outcome(&seen), (503, "unavailable".to_owned()));
    assert!(!seen.text.contains("injected"));
}
