//! Signing in by a link in a mail.

use serde_json::{json, Value};

use crate::post::PASSWORD;
use crate::shop::Shop;

const ANA: &str = "ana@example.test";

fn later(shop: &Shop, seconds: i64) {
    shop.clock.0.set(shop.clock.0.get() + seconds);
}

fn ask(shop: &Shop, email: &str) -> String {
    let seen = shop.auth("/sign-in/magic-link", &json!({ "email": email, "callbackURL": "/account" }));
    assert_eq!((seen.status, seen.text.as_str()), (200, r#"{"status":true}"#));
    shop.last_mail().given("token")
}

fn consume(shop: &Shop, token: &str) -> crate::shop::Seen {
    shop.get(&format!("/api/auth/magic-link/verify?token={token}"))
}

#[test]
fn a_link_signs_in_once_and_proves_the_address() {
    let shop = Shop::new();
    shop.auth("/sign-in/magic-link", &json!({ "email": "Ana@Example.test", "name": "Ana", "callbackURL": "/account" }));
    let mail = shop.last_mail();
    assert_eq!((mail.to.as_str(), mail.given("callbackURL").as_str()), (ANA, "/account"));
    let token = mail.given("token");
    insta::assert_snapshot!("link_mail", mail.text.replace(&token, "(token)"));
    assert!(token.len() == 32 && token.bytes().all(|b| b.is_ascii_alphabetic()));
    assert_eq!(
        shop.count(&format!("SELECT COUNT(*) FROM verification WHERE identifier = '{token}'")),
        0,
        "kept as a hash"
    );
    let head = shop.send("HEAD", &format!("/api/auth/magic-link/verify?token={token}"), &[], b"");
    assert_eq!((head.status, shop.count("SELECT COUNT(*) FROM session")), (200, 0), "HEAD only looks");
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(consume(shop, &token))), 1, "one batch");
    let seen = seen.unwrap();
    let answer = seen.json();
    assert_eq!(
        (seen.status, &answer["user"]["emailVerified"], &answer["user"]["name"]),
        (200, &json!(true), &json!("Ana"))
    );
    assert_eq!(answer["token"], answer["session"]["token"]);
    let cookie = Shop::cookie_of(&seen);
    assert_eq!(shop.get_as(&cookie, "/api/auth/get-session").json()["user"]["email"], json!(ANA));
    let again = consume(&shop, &token);
    assert_eq!((again.status, again.header("location")), (302, "http://127.0.0.1:8787/login?error=INVALID_TOKEN"));
    assert_eq!(shop.count("SELECT COUNT(*) FROM session"), 1);
    assert_eq!(shop.count("SELECT COUNT(*) FROM verification"), 0);
}

#[test]
fn of_two_who_use_one_link_at_once_one_is_signed_in() {
    let shop = Shop::new();
    let token = ask(&shop, ANA);
    let statuses: Vec<u16> = (0..2).map(|_| consume(&shop, &token).status).collect();
    assert_eq!(statuses, [200, 302]);
    assert_eq!(shop.count("SELECT COUNT(*) FROM session"), 1);
}

#[test]
fn a_link_ends_after_five_minutes() {
    let shop = Shop::new();
    let token = ask(&shop, ANA);
    later(&shop, 300);
    assert_eq!(consume(&shop, &token).header("location"), "http://127.0.0.1:8787/login?error=INVALID_TOKEN");
    assert_eq!(shop.count("SELECT COUNT(*) FROM user"), 0);
}

#[test]
fn what_was_set_up_before_the_address_was_proven_is_revoked() {
    let shop = Shop::new();
    shop.sign_up(ANA);
    let intruder = Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    let token = ask(&shop, ANA);
    let cookie = Shop::cookie_of(&consume(&shop, &token));
    assert_eq!(shop.get_as(&intruder, "/api/auth/get-session").text, "null");
    assert_eq!(shop.sign_in(ANA, PASSWORD).status, 401, "the unproven password is gone");
    assert_eq!(shop.get_as(&cookie, "/api/auth/get-session").json()["user"]["emailVerified"], json!(true));
}

#[test]
fn a_proven_account_keeps_its_password_and_its_sessions() {
    let shop = Shop::new();
    shop.join(ANA);
    let other = Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    let token = ask(&shop, ANA);
    assert_eq!(consume(&shop, &token).status, 200);
    assert_ne!(shop.get_as(&other, "/api/auth/get-session").text, "null");
    assert_eq!(shop.sign_in(ANA, PASSWORD).status, 200);
}

#[test]
fn a_link_leads_on_to_where_it_was_told() {
    let shop = Shop::new();
    let go = |query: &str| {
        let token = {
            shop.run_sql("DELETE FROM rate_limits; DELETE FROM mail_outbox;");
            ask(&shop, ANA)
        };
        let seen = shop.get(&format!("/api/auth/magic-link/verify?token={token}{query}"));
        (seen.status, seen.header("location").to_owned(), Shop::cookies_of(&seen).len())
    };
    let home = "http://127.0.0.1:8787";
    assert_eq!(go("&callbackURL=/account&newUserCallbackURL=/welcome"), (302, format!("{home}/welcome"), 1));
    assert_eq!(go("&callbackURL=/account&newUserCallbackURL=/welcome"), (302, format!("{home}/account"), 1));
    assert_eq!(go(&format!("&callbackURL={home}/account")), (302, format!("{home}/account"), 1));
    assert_eq!(go("&callbackURL=https://evil.example").0, 403);
    assert_eq!(go("&callbackURL=/account&errorCallbackURL=//evil.example").0, 403);
    let wrong = shop.get("/api/auth/magic-link/verify?token=abc&callbackURL=/account&errorCallbackURL=/login");
    assert_eq!(wrong.header("location"), "http://127.0.0.1:8787/login?error=INVALID_TOKEN");
    assert_eq!(shop.get("/api/auth/magic-link/verify").status, 302);
}

#[test]
fn asking_is_limited_by_caller_and_by_address() {
    let shop = Shop::new();
    let ask = |ip: &str| shop.auth_from(ip, "/sign-in/magic-link", &json!({ "email": ANA })).status;
    assert_eq!((0..6).map(|_| ask("192.0.2.1")).collect::<Vec<_>>(), [200, 200, 200, 200, 200, 429]);
    assert_eq!(shop.mails().len(), 5);
    assert_eq!(ask("192.0.2.2"), 200, "another caller learns nothing …");
    assert_eq!(shop.mails().len(), 5, "… and the address is not flooded");
    later(&shop, 900);
    assert_eq!(ask("192.0.2.1"), 200);
    assert_eq!(shop.mails().len(), 6);
}

#[test]
fn guessing_is_limited() {
    let shop = Shop::new();
    let token = ask(&shop, ANA);
    let guess = "a".repeat(32);
    let statuses: Vec<u16> = (0..6).map(|_| consume(&shop, &guess).status).collect();
    assert_eq!(statuses, [302, 302, 302, 302, 302, 429]);
    assert_eq!(consume(&shop, &token).status, 429, "even the right one waits");
    assert_eq!(shop.count("SELECT COUNT(*) FROM session"), 0);
    later(&shop, 60);
    assert_eq!(consume(&shop, &token).status, 200);
}

#[test]
fn what_is_asked_is_checked() {
    let shop = Shop::new();
    for (body, code) in [
        (json!({}), "VALIDATION_ERROR"),
        (json!({ "email": "x" }), "VALIDATION_ERROR"),
        (json!({ "email": ANA, "name": 7 }), "VALIDATION_ERROR"),
        (json!({ "email": ANA, "name": "a\nb" }), "VALIDATION_ERROR"),
        (json!({ "email": ANA, "errorCallbackURL": "https://evil.example" }), "INVALID_CALLBACK_URL"),
        (json!({ "email": ANA, "newUserCallbackURL": "javascript:alert(1)" }), "INVALID_CALLBACK_URL"),
        (Value::Null, "VALIDATION_ERROR"),
    ] {
        let seen = shop.auth("/sign-in/magic-link", &body);
        assert_eq!(seen.code(), code, "{body}");
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM mail_outbox"), 0);
}
