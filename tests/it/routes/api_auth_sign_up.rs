//! Making an account and proving its address.

use serde_json::{json, Value};

use crate::post::PASSWORD;
use crate::shop::{Shop, AUTH_SECRET};

const ANA: &str = "ana@example.test";

fn later(shop: &Shop, seconds: i64) {
    shop.clock.0.set(shop.clock.0.get() + seconds);
}

fn verify(shop: &Shop, token: &str) -> u16 {
    shop.get(&format!("/api/auth/verify-email?token={token}")).status
}

fn verified(shop: &Shop, email: &str) -> bool {
    shop.count(&format!("SELECT COUNT(*) FROM user WHERE email = '{email}' AND email_verified = 1")) == 1
}

/// An answer without what differs between any two people: id and times.
fn shape(mut answer: Value) -> Value {
    assert_eq!(answer["user"]["id"].as_str().unwrap().len(), 32);
    assert_eq!(answer["user"]["createdAt"], answer["user"]["updatedAt"]);
    for field in ["id", "createdAt", "updatedAt"] {
        answer["user"][field] = Value::Null;
    }
    answer
}

#[test]
fn an_account_is_made_without_signing_in_and_a_mail_asks_for_a_confirmation() {
    let shop = Shop::new();
    let seen = shop.sign_up("Ana@Example.test");
    assert_eq!((seen.status, &seen.json()["token"]), (200, &Value::Null));
    assert!(Shop::cookies_of(&seen).is_empty());
    insta::assert_snapshot!("sign_up", serde_json::to_string_pretty(&shape(seen.json())).unwrap());
    let stored = shop.text("SELECT password FROM account WHERE provider_id = ?1", "credential");
    let (salt, key) = stored.split_once(':').unwrap();
    assert_eq!((salt.len(), key.len()), (32, 128));
    let mail = shop.last_mail();
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), (ANA, "Confirm your e-mail address"));
    let token = mail.given("token");
    insta::assert_snapshot!("confirm_mail", mail.text.replace(&token, "(token)"));
    insta::assert_snapshot!("confirm_mail_html", mail.html.replace(&token, "(token)").replace("><", ">\n<"));
    assert!(!verified(&shop, ANA));
    assert_eq!(verify(&shop, &token), 200);
    assert!(verified(&shop, ANA));
    assert_eq!(verify(&shop, &token), 200, "confirming twice is fine");
    assert_eq!(shop.count("SELECT COUNT(*) FROM session"), 0, "a confirmation signs nobody in");
    let kept = shop.text("SELECT COALESCE(body_text, 'erased') FROM mail_outbox WHERE kind = ?1", "verification");
    assert_eq!(kept, "erased");
}

#[test]
fn whoever_has_an_account_gets_the_answer_of_a_stranger_and_a_mail_that_says_so() {
    let shop = Shop::new();
    let first = shop.sign_up(ANA);
    let token = shop.last_mail().given("token");
    assert_eq!(verify(&shop, &token), 200);
    later(&shop, 3_600);
    let before = (shop.kdf.runs.get(), shop.db.calls.get());
    let body = json!({ "name": "Ana", "email": ANA, "password": "another password" });
    let again = shop.auth("/sign-up/email", &body);
    let work = (shop.kdf.runs.get() - before.0, shop.db.calls.get() - before.1);
    let before = (shop.kdf.runs.get(), shop.db.calls.get());
    let fresh =
        shop.auth("/sign-up/email", &json!({ "name": "Ana", "email": "new@example.test", "password": PASSWORD }));
    assert_eq!(work, (shop.kdf.runs.get() - before.0, shop.db.calls.get() - before.1), "the same work for both");
    assert_eq!(work, (1, 2));
    assert_eq!(shape(first.json()), shape(again.json()));
    assert_eq!(again.headers, fresh.headers);
    let mails = shop.mails();
    let told = mails.iter().find(|mail| mail.subject == "You already have an account").expect("a mail");
    assert_eq!(told.to, ANA);
    insta::assert_snapshot!("exists_mail", told.text);
    assert_eq!(shop.sign_in(ANA, PASSWORD).status, 200, "the password is unchanged");
    assert_eq!(shop.sign_in(ANA, "another password").status, 401);
    later(&shop, 60);
    shop.auth("/sign-up/email", &body);
    assert_eq!(shop.mails().len(), mails.len(), "not told twice within an hour");
}

#[test]
fn nobody_can_leave_a_password_behind_for_somebody_else_to_confirm() {
    let shop = Shop::new();
    let up = |password: &str| {
        shop.auth_from(password, "/sign-up/email", &json!({ "name": "x", "email": ANA, "password": password }))
    };
    up("the attacker's");
    let first = shop.last_mail().given("token");
    let session = Shop::cookie_of(&shop.sign_in(ANA, "the attacker's"));
    up("too early for this");
    assert_eq!(shop.mails().len(), 1, "within the pause nothing is replaced and nothing is sent");
    later(&shop, 120);
    up("the victim's own");
    let second = shop.last_mail().given("token");
    assert_eq!(shop.get_as(&session, "/api/auth/get-session").text, "null", "the unproven session is gone");
    let seen = shop.get(&format!("/api/auth/verify-email?token={first}"));
    assert_eq!(
        (seen.status, seen.code().as_str()),
        (401, "INVALID_TOKEN"),
        "the older mail stands for another password"
    );
    assert_eq!(verify(&shop, &second), 200);
    later(&shop, 60);
    for (password, status) in [("the attacker's", 401), ("too early for this", 401), ("the victim's own", 200)] {
        assert_eq!(shop.sign_in(ANA, password).status, status, "{password}");
    }
}

#[test]
fn what_is_typed_is_checked_before_anything_is_done() {
    let shop = Shop::new();
    let good = json!({ "name": "Ana", "email": ANA, "password": PASSWORD });
    for (field, value, code) in [
        ("name", Value::Null, "VALIDATION_ERROR"),
        ("name", json!(7), "VALIDATION_ERROR"),
        ("name", json!(""), "VALIDATION_ERROR"),
        ("name", json!("a\r\nBcc: x"), "VALIDATION_ERROR"),
        ("name", json!("x".repeat(201)), "VALIDATION_ERROR"),
        ("email", json!("nobody"), "VALIDATION_ERROR"),
        ("email", json!("a@b.co\r\nx"), "VALIDATION_ERROR"),
        ("email", json!({}), "VALIDATION_ERROR"),
        ("password", Value::Null, "VALIDATION_ERROR"),
        ("password", json!("1234567"), "PASSWORD_TOO_SHORT"),
        ("password", json!("x".repeat(129)), "PASSWORD_TOO_LONG"),
        ("image", json!("javascript:alert(1)"), "VALIDATION_ERROR"),
        ("image", json!(1), "VALIDATION_ERROR"),
        ("rememberMe", json!(1), "VALIDATION_ERROR"),
        ("callbackURL", json!("https://evil.example/"), "INVALID_CALLBACK_URL"),
        ("callbackURL", json!("/\\evil.example"), "INVALID_CALLBACK_URL"),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let before = (shop.kdf.runs.get(), shop.changes());
        let seen = shop.auth("/sign-up/email", &body);
        assert_eq!(seen.code(), code, "{field} {value}");
        assert_eq!((shop.kdf.runs.get(), shop.changes()), before, "{field} {value}");
    }
    let seen = shop.auth("/sign-up/email", &json!({ "name": "Ana", "email": "x", "password": PASSWORD }));
    assert_eq!(seen.json(), json!({ "code": "VALIDATION_ERROR", "message": "[body.email] Invalid email address" }));
}

#[test]
fn a_form_makes_an_account_as_json_does() {
    let shop = Shop::new();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let seen = shop.send(
        "POST",
        "/api/auth/sign-up/email",
        &form,
        b"name=Ana&email=ana%40example.test&password=correct+horse",
    );
    assert_eq!((seen.status, &seen.json()["user"]["email"]), (200, &json!(ANA)));
}

#[test]
fn sign_ups_from_one_address_are_limited_before_the_derivation() {
    let shop = Shop::new();
    let up = |n: usize| {
        shop.auth("/sign-up/email", &json!({ "name": "x", "email": format!("a{n}@b.co"), "password": PASSWORD })).status
    };
    assert_eq!((0..5).map(up).collect::<Vec<_>>(), [200, 200, 200, 429, 429]);
    assert_eq!(shop.kdf.runs.get(), 3);
    assert_eq!(shop.count("SELECT COUNT(*) FROM user"), 3);
}

#[test]
fn a_link_leads_on_and_says_what_went_wrong() {
    let shop = Shop::new();
    shop.auth(
        "/sign-up/email",
        &json!({ "name": "Ana", "email": ANA, "password": PASSWORD, "callbackURL": "/account" }),
    );
    let mail = shop.last_mail();
    let (token, callback) = (mail.given("token"), mail.given("callbackURL"));
    assert_eq!(callback, "/account");
    let go = |token: &str, callback: &str| {
        let seen = shop.get(&format!("/api/auth/verify-email?token={token}&callbackURL={callback}"));
        (seen.status, seen.header("location").to_owned(), seen.header("referrer-policy").to_owned())
    };
    let (status, to, policy) = go("x.y.z", "/account?a=b");
    assert_eq!(
        (status, to.as_str(), policy.as_str()),
        (302, "http://127.0.0.1:8787/account?a=b&error=INVALID_TOKEN", "no-referrer")
    );
    assert_eq!(shop.get("/api/auth/verify-email").code(), "VALIDATION_ERROR");
    assert_eq!(shop.get(&format!("/api/auth/verify-email?token={token}&callbackURL=https://evil.example")).status, 403);
    let head = shop.send("HEAD", &format!("/api/auth/verify-email?token={token}"), &[], b"");
    assert!(head.status == 200 && !verified(&shop, ANA), "HEAD only looks");
    assert_eq!(go(&token, "/account").1, "http://127.0.0.1:8787/account");
    assert!(verified(&shop, ANA));
    later(&shop, 3_600);
    assert_eq!(go(&token, "/account").1, "http://127.0.0.1:8787/account?error=TOKEN_EXPIRED");
    let gone = bumpgrade::account::jwt::make(AUTH_SECRET.as_bytes(), "gone@b.co", "", shop.cx.now()).unwrap();
    assert_eq!(shop.get(&format!("/api/auth/verify-email?token={gone}")).code(), "USER_NOT_FOUND");
}

#[test]
fn a_queue_that_takes_nothing_costs_a_log_line_and_the_sweep_sends() {
    let shop = Shop::new();
    shop.queue.broken.set(true);
    let seen = shop.sign_up(ANA);
    assert_eq!(seen.status, 200);
    assert!(seen.log.unwrap().contains("the sweep will send the mail"));
    later(&shop, 60);
    let lines = futures_executor::block_on(bumpgrade::job::tick(&shop.cx));
    assert!(lines.iter().any(|line| line.text.contains(r#""job":"mail_sweep""#) && line.text.contains(r#""sent":1"#)));
    assert_eq!(shop.last_mail().to, ANA);
}

#[test]
fn without_mail_no_account_is_made_because_it_could_never_be_confirmed() {
    let shop = Shop::with_settings(&[("BETTER_AUTH_SECRET", AUTH_SECRET)]);
    for path in ["/sign-up/email", "/sign-in/magic-link", "/send-verification-email"] {
        let seen = shop.auth(path, &json!({ "name": "Ana", "email": ANA, "password": PASSWORD }));
        assert_eq!((seen.status, seen.code().as_str()), (503, "UNAVAILABLE"), "{path}");
        assert!(seen.log.unwrap().contains("setting MAIL_TRANSPORT is not set"), "{path}");
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM user"), 0);
}

#[test]
fn what_nobody_confirms_is_forgotten_after_a_month_and_not_all_at_once() {
    const MONTH: i64 = 30 * 86_400;
    let shop = Shop::new();
    let tick = || futures_executor::block_on(bumpgrade::job::tick(&shop.cx));
    let people = || shop.count("SELECT COUNT(*) FROM user");
    let asks = || shop.count("SELECT COUNT(*) FROM account_verification_emails");
    shop.join("proven@example.test");
    shop.sign_up(ANA);
    shop.sign_up("asked-again@example.test");
    shop.sign_in(ANA, PASSWORD);
    later(&shop, MONTH - 60);
    shop.auth("/send-verification-email", &json!({ "email": "asked-again@example.test" }));
    later(&shop, 60);
    tick();
    assert_eq!((people(), asks()), (3, 4), "kept to the last second");
    later(&shop, 1);
    tick();
    assert_eq!((people(), asks()), (2, 1), "the account that was asked again and the proven one stay");
    assert_eq!(shop.count("SELECT COUNT(*) FROM account"), 2, "nothing of the other is left");
    later(&shop, MONTH);
    tick();
    assert_eq!((people(), asks()), (1, 0));
    assert!(verified(&shop, "proven@example.test"));
    shop.run_sql(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
         INSERT INTO user (id, name, email, email_verified, created_at, updated_at)
           SELECT 'u' || i, '', i || '@example.test', 0, 0, 0 FROM n;
         INSERT INTO account_verification_emails (
             id, user_id, email, subject, status, provider, source, sent_at, created_at, updated_at)
           SELECT 'e' || id, id, email, '', CASE WHEN id LIKE '%7' THEN 'failed' ELSE 'sent' END, 'smtp', 'better-auth',
             0, 0, 0 FROM user WHERE id LIKE 'u%' AND email_verified = 0;",
    );
    let left: Vec<_> = (0..3).map(|_| (tick(), people(), asks())).map(|(_, people, asks)| (people, asks)).collect();
    assert_eq!(left, [(251, 250), (51, 50), (1, 0)], "a run has a bound, and none is left behind");
}
