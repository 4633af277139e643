use crate::routes::pages::shown;
use crate::shop::Shop;

#[test]
fn the_plans_are_shown_side_by_side_in_one_read() {
    let shop = Shop::new();
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.page("/pricing"))), 1);
    insta::assert_snapshot!("pricing", shown(&seen.unwrap()));
}

#[test]
fn a_flash_is_chosen_by_code_and_never_repeats_the_address() {
    let shop = Shop::new();
    for (code, text) in [("cancelled", "You left before paying"), ("preview", "Stripe is not connected")] {
        assert!(shop.page(&format!("/pricing?checkout={code}")).text.contains(text), "{code}");
    }
    for code in ["", "other", "%3Cscript%3E", "cancelled%20"] {
        assert!(!shop.page(&format!("/pricing?checkout={code}")).text.contains("class=\"flash\""), "{code}");
    }
}

#[test]
fn a_plan_that_cannot_be_bought_has_no_button() {
    let shop = Shop::new();
    shop.run_sql("UPDATE commerce_prices SET active = 0 WHERE id = 'price-bumpgrade-grow-monthly-usd'");
    let text = shop.page("/pricing").text;
    assert!(!text.contains("value=\"grow\"") && text.contains("Not for sale at the moment."));
    shop.run_sql("UPDATE commerce_prices SET active = 0 WHERE id = 'price-bumpgrade-white-glove-setup-usd'");
    assert!(!shop.page("/pricing").text.contains("whiteGloveSetup"));
    shop.run_sql("UPDATE plans SET status = 'hidden'");
    assert!(shop.page("/pricing").text.contains("no plans to choose from"));
}

#[test]
fn text_of_a_plan_is_escaped() {
    let shop = Shop::new();
    shop.run_sql("UPDATE plans SET headline = '<script>alert(1)</script>', included_json = '[\"<img src=x>\"]'");
    let text = shop.page("/pricing").text;
    assert!(!text.contains("<script>alert") && !text.contains("<img src=x>"));
}
