//! Asking for another verification mail, and how it stands.

use serde_json::{json, Value};

use crate::post::PASSWORD;
use crate::shop::Shop;

const ANA: &str = "ana@example.test";
const PATH: &str = "/api/auth/send-verification-email";
const STATUS: &str = "/api/account/email-verification/status";

fn later(shop: &Shop, seconds: i64) {
    shop.clock.0.set(shop.clock.0.get() + seconds);
}

/// A shop with an unproven account that is signed in.
fn waiting() -> (Shop, String) {
    let shop = Shop::new();
    shop.sign_up(ANA);
    let cookie = Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    (shop, cookie)
}

#[test]
fn two_mails_are_two_minutes_apart_and_the_server_holds_it() {
    let (shop, cookie) = waiting();
    let ask = || shop.post_as(&cookie, PATH, &json!({ "email": ANA }));
    later(&shop, 1);
    let seen = ask();
    assert_eq!((seen.status, seen.header("retry-after"), seen.header("x-retry-after")), (429, "119", "119"));
    let answer = seen.json();
    assert_eq!(
        (&answer["code"], &answer["ok"], &answer["status"]),
        (&json!("VERIFICATION_EMAIL_COOLDOWN"), &json!(false), &json!(false))
    );
    assert_eq!(answer["cooldownSeconds"], json!(119));
    later(&shop, 119);
    let seen = ask();
    assert_eq!(
        (seen.status, seen.json()),
        (200, json!({ "ok": true, "status": true, "provider": "cloudflare-binding" }))
    );
    let mails = shop.mails();
    assert_eq!(mails.len(), 2);
    let token = mails[0].given("token");
    assert_eq!(shop.get(&format!("/api/auth/verify-email?token={token}")).status, 200, "the first mail still works");
    later(&shop, 120);
    let seen = ask();
    assert_eq!((seen.status, seen.code().as_str()), (400, "EMAIL_ALREADY_VERIFIED"));
    let seen = shop.post_as(&cookie, PATH, &json!({ "email": "other@example.test" }));
    assert_eq!((seen.status, seen.code().as_str()), (400, "EMAIL_MISMATCH"));
}

#[test]
fn nobody_learns_who_has_an_account() {
    let (shop, _) = waiting();
    shop.mails();
    shop.join("bea@example.test");
    later(&shop, 120);
    let sent = shop.mails().len();
    let mut answers = Vec::new();
    for (index, email) in [ANA, "bea@example.test", "nobody@example.test", ANA].iter().enumerate() {
        let before = shop.db.calls.get();
        let seen = shop.auth_from(&format!("192.0.2.{index}"), "/send-verification-email", &json!({ "email": email }));
        answers.push((
            seen.status,
            seen.text,
            seen.headers,
            shop.db.calls.get() - before,
            shop.queue.messages.borrow().len(),
        ));
        shop.drain();
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!((answers[0].0, answers[0].1.as_str(), answers[0].3, answers[0].4), (200, r#"{"status":true}"#, 2, 1));
    assert_eq!(shop.mails().len() - sent, 1, "only the one who waits is written to, and once");
}

#[test]
fn asking_is_limited_and_checked() {
    let shop = Shop::new();
    for body in [json!({}), json!({ "email": 7 }), json!({ "email": "nobody" }), json!({ "email": null })] {
        let seen = shop.auth("/send-verification-email", &body);
        let answer = seen.json();
        assert_eq!(
            (seen.status, &answer["code"], &answer["ok"]),
            (400, &json!("INVALID_EMAIL"), &json!(false)),
            "{body}"
        );
        assert_eq!(answer["error"], answer["message"]);
    }
    let ask = || shop.auth("/send-verification-email", &json!({ "email": ANA })).status;
    assert_eq!((0..5).map(|_| ask()).collect::<Vec<_>>(), [200, 200, 200, 429, 429]);
    later(&shop, 60);
    assert_eq!(ask(), 200);
    let evil = [("content-type", "application/json"), ("origin", "https://evil.example")];
    assert_eq!(shop.send("POST", PATH, &evil, br#"{"email":"a@b.co"}"#).status, 403);
}

#[test]
fn the_status_is_told_to_whoever_is_signed_in() {
    let (shop, cookie) = waiting();
    later(&shop, 20);
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.get_as(&cookie, STATUS))), 1);
    insta::assert_snapshot!("status", seen.unwrap().shown());
    let seen = shop.get(STATUS);
    assert_eq!((seen.status, &seen.json()["ok"]), (401, &json!(false)));
    assert!(seen.json()["error"].is_string());
    shop.run_sql("DELETE FROM account_verification_emails");
    let answer = shop.get_as(&cookie, STATUS).json();
    assert_eq!((&answer["cooldownSeconds"], &answer["lastSent"]), (&json!(0), &Value::Null));
}

#[test]
fn a_mail_that_could_not_be_sent_is_shown_as_failed() {
    let (shop, cookie) = waiting();
    shop.post.refuses.set(true);
    for pause in [0, 21, 61, 301, 1_801] {
        later(&shop, pause);
        let id = shop.text("SELECT id FROM mail_outbox WHERE kind = ?1", "verification");
        let message = bumpgrade::cx::Message { kind: bumpgrade::mail::MESSAGE, id };
        shop.queue.messages.borrow_mut().push_back(message);
        shop.drain();
    }
    let answer = shop.get_as(&cookie, STATUS).json();
    assert_eq!(answer["lastSent"]["status"], json!("failed"), "{answer}");
    assert_eq!(shop.count("SELECT COUNT(*) FROM mail_outbox WHERE body_text IS NOT NULL"), 0, "the link is erased");
}
