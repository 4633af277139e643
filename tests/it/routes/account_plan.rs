//! The plan on one's own page: whose it is, how it stands, and who ties it to an account.

use serde_json::json;

use crate::post::PASSWORD;
use crate::shop::{Shop, NOON, OWNER_EMAIL};
use crate::subscriber::{Bought, MONTH};

const ANA: &str = "ana@example.com";
const BEA: &str = "bea@example.com";

/// A shop where Ana has paid for a plan.
fn opened(key: &str) -> (Shop, Bought) {
    let shop = Shop::new();
    let bought = shop.start_plan(key);
    shop.deliver_all(&[bought.completed(&shop), bought.created()]);
    (shop, bought)
}

/// The facts about a plan on the page of whoever is signed in.
fn plan(shop: &Shop, cookie: &str) -> String {
    let seen = shop.get_as(cookie, "/account");
    assert_eq!(seen.status, 200);
    let facts = seen.text.split_once("<dt>Plan</dt>").map(|(_, rest)| rest.split("</dl>").next().unwrap());
    let words = facts.unwrap_or_default().replace("</dd>", ";").replace("</dt>", ":");
    words.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

fn claimed(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM publisher_plan_entitlements WHERE owner_user_id IS NOT NULL")
}

#[test]
fn a_plan_is_shown_with_its_name_its_state_and_its_end() {
    let (shop, bought) = opened("key-shown");
    let cookie = shop.sign_in_as(ANA, true);
    insta::assert_snapshot!("account_plan", shop.get_as(&cookie, "/account").text.replace("><", ">\n<"));
    assert_eq!(plan(&shop, &cookie), "Grow;Plan status:Open;Paid until:20 Dec 2026;");
    let mut ending = bought.told("evt_ending", "updated", NOON + 1, "active", NOON + MONTH);
    ending["data"]["object"]["cancel_at"] = json!(NOON + MONTH);
    shop.deliver(&ending);
    assert_eq!(plan(&shop, &cookie), "Grow;Plan status:Cancelled;Open until:20 Dec 2026;");
    shop.deliver(&bought.told("evt_deleted", "deleted", NOON + 2, "canceled", NOON + MONTH));
    assert_eq!(plan(&shop, &cookie), "Grow;Plan status:Not open;");
    assert!(shop.get_as(&cookie, "/account").text.contains("its payment is missing"));
}

#[test]
fn a_plan_is_not_open_past_what_is_paid_and_a_pilot_has_no_end() {
    let (shop, _) = opened("key-past");
    shop.clock.0.set(NOON + MONTH + 1);
    assert_eq!(plan(&shop, &shop.sign_in_as(ANA, true)), "Grow;Plan status:Not open;");
    shop.run_sql(&format!(
        "UPDATE publisher_plan_entitlements SET owner_email = '{OWNER_EMAIL}' WHERE source = 'launch_pilot'"
    ));
    assert!(plan(&shop, &shop.owner()).ends_with("Plan status:Open;Paid until:No end date;"));
}

#[test]
fn nobody_sees_another_person_s_plan_and_an_unproven_address_sees_none() {
    let (shop, _) = opened("key-others");
    assert_eq!(plan(&shop, &shop.sign_in_as(BEA, true)), "");
    assert_eq!(plan(&shop, &shop.sign_in_as(ANA, false)), "");
    assert_eq!(plan(&shop.of_tenant("tenant-other"), &shop.sign_in_as(ANA, true)), "", "another shop");
    let cookie = shop.sign_in_as(ANA, true);
    assert!(plan(&shop, &cookie).starts_with("Grow;"));
    shop.run_sql("UPDATE session SET expires_at = 0");
    assert_eq!(shop.get_as(&cookie, "/account").status, 303);
}

#[test]
fn signing_in_ties_a_plan_to_a_proven_account_and_looking_does_not() {
    let (shop, _) = opened("key-claimed");
    shop.sign_up(ANA);
    Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    assert_eq!(claimed(&shop), 0, "the address is not proven yet");
    let cookie = shop.sign_in_as(ANA, true);
    let before = shop.changes();
    assert!(plan(&shop, &cookie).starts_with("Grow;"));
    assert_eq!((shop.changes(), claimed(&shop)), (before, 0));
    let cookie = Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    let owner = shop.text(
        "SELECT u.email FROM publisher_plan_entitlements e JOIN user u ON u.id = e.owner_user_id WHERE e.source = ?1",
        "stripe_checkout_session",
    );
    assert_eq!((claimed(&shop), owner.as_str()), (1, ANA));
    shop.run_sql("UPDATE user SET email = 'new@example.com' WHERE email = 'ana@example.com'");
    assert!(plan(&shop, &cookie).starts_with("Grow;"), "the account may change its address");
    shop.run_sql("DELETE FROM session");
    shop.run_sql(&format!(
        "INSERT INTO user (id, name, email, email_verified, created_at, updated_at)
           VALUES ('somebodyelsesomebodyelsesomeb001', 'Eve', '{ANA}', 1, {NOON}, {NOON})"
    ));
    assert_eq!(plan(&shop, &shop.sign_in_as(ANA, true)), "", "the address alone no longer counts");
}

#[test]
fn a_sign_in_link_ties_a_plan_to_the_account_it_makes() {
    let (shop, _) = opened("key-by-link");
    for (email, expected) in [(BEA, 0), (ANA, 1)] {
        shop.auth("/sign-in/magic-link", &json!({ "email": email, "callbackURL": "/account" }));
        let token = shop.last_mail().given("token");
        let seen = shop.get(&format!("/api/auth/magic-link/verify?token={token}"));
        assert_eq!((seen.status, claimed(&shop)), (200, expected), "{email}");
    }
}

#[test]
fn the_page_is_one_look_up() {
    let (shop, _) = opened("key-one-look-up");
    let cookie = shop.sign_in_as(ANA, true);
    assert_eq!(shop.calls_during(|shop| assert!(plan(shop, &cookie).starts_with("Grow;"))), 1);
}
