//! Signing in, reading the session, signing out.

use serde_json::{json, Value};

use crate::post::PASSWORD;
use crate::shop::{Shop, ORIGIN};

const ANA: &str = "ana@example.test";

fn joined() -> Shop {
    let shop = Shop::new();
    shop.join(ANA);
    shop
}

#[test]
fn the_right_password_gives_a_session_and_the_cookie_of_better_auth() {
    let shop = joined();
    let body = json!({ "email": "Ana@Example.test", "password": PASSWORD, "callbackURL": "/account" });
    let seen = shop.auth("/sign-in/email", &body);
    assert_eq!((seen.status, seen.header("location"), seen.header("cache-control")), (200, "/account", "no-store"));
    let answer = seen.json();
    assert_eq!((&answer["redirect"], &answer["url"]), (&json!(true), &json!("/account")));
    let token = answer["token"].as_str().unwrap();
    let cookie = Shop::cookies_of(&seen);
    assert!(cookie[0].starts_with(&format!("better-auth.session_token={token}.")), "{cookie:?}");
    assert!(cookie[0].ends_with("; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"), "{cookie:?}");
    assert_eq!(cookie.len(), 1);
    let keys: Vec<&String> = answer["user"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["createdAt", "email", "emailVerified", "id", "image", "name", "updatedAt"]);
    assert_eq!((&answer["user"]["email"], &answer["user"]["emailVerified"]), (&json!(ANA), &json!(true)));
    let plain = shop.sign_in(ANA, PASSWORD);
    assert_eq!(plain.json()["redirect"], json!(false));
    assert!(plain.json().get("url").is_none() && plain.header("location").is_empty());
    assert_eq!(shop.count(&format!("SELECT COUNT(*) FROM session WHERE token = '{token}'")), 0, "kept as a hash");
}

#[test]
fn an_unproven_address_may_sign_in() {
    let shop = Shop::new();
    shop.sign_up(ANA);
    let seen = shop.sign_in(ANA, PASSWORD);
    assert_eq!((seen.status, &seen.json()["user"]["emailVerified"]), (200, &json!(false)));
}

#[test]
fn a_stranger_and_a_wrong_password_get_one_answer_after_one_derivation() {
    let shop = joined();
    let before = shop.kdf.runs.get();
    let wrong = shop.sign_in(ANA, "wrong horse");
    let unknown = shop.sign_in("nobody@example.test", PASSWORD);
    assert_eq!((wrong.status, &wrong.text), (401, &unknown.text));
    assert_eq!(
        wrong.json(),
        json!({ "code": "INVALID_EMAIL_OR_PASSWORD", "message": "The address or the password is not right." })
    );
    assert_eq!(shop.kdf.runs.get() - before, 2);
    assert!(Shop::cookies_of(&wrong).is_empty());
}

#[test]
fn a_thousand_tries_from_one_address_run_the_derivation_three_times() {
    let shop = joined();
    let before = (shop.kdf.runs.get(), shop.changes());
    let body = json!({ "email": ANA, "password": "wrong horse" });
    let statuses: Vec<u16> =
        (0..1_000).map(|_| shop.auth_from("198.51.100.7", "/sign-in/email", &body).status).collect();
    assert_eq!(statuses[..3], [401, 401, 401]);
    assert!(statuses[3..].iter().all(|status| *status == 429));
    assert_eq!(shop.kdf.runs.get() - before.0, 3);
    assert_eq!(shop.changes() - before.1, 4, "a refused request writes nothing, but for the first");
    let seen = shop.auth_from("198.51.100.7", "/sign-in/email", &body);
    assert_eq!((seen.header("x-retry-after"), seen.header("retry-after")), ("10", "10"));
    assert_eq!(seen.code(), "TOO_MANY_REQUESTS");
    assert_eq!(shop.auth_from("198.51.100.8", "/sign-in/email", &body).status, 401, "another address");
    shop.clock.0.set(shop.clock.0.get() + 9);
    assert_eq!(shop.auth_from("198.51.100.7", "/sign-in/email", &body).header("x-retry-after"), "1");
    shop.clock.0.set(shop.clock.0.get() + 1);
    assert_eq!(shop.auth_from("198.51.100.7", "/sign-in/email", &body).status, 401, "another window");
}

#[test]
fn whatever_is_not_a_sign_in_is_refused_by_name() {
    let shop = joined();
    for (body, code) in [
        (json!({}), "VALIDATION_ERROR"),
        (json!([]), "VALIDATION_ERROR"),
        (json!({ "email": ANA }), "VALIDATION_ERROR"),
        (json!({ "email": null, "password": PASSWORD }), "VALIDATION_ERROR"),
        (json!({ "email": 7, "password": PASSWORD }), "VALIDATION_ERROR"),
        (json!({ "email": ANA, "password": ["a"] }), "VALIDATION_ERROR"),
        (json!({ "email": ANA, "password": PASSWORD, "rememberMe": "maybe" }), "VALIDATION_ERROR"),
        (json!({ "email": ANA, "password": PASSWORD, "callbackURL": 1 }), "VALIDATION_ERROR"),
        (json!({ "email": "not an address", "password": PASSWORD }), "INVALID_EMAIL"),
        (json!({ "email": ANA, "password": PASSWORD, "callbackURL": "https://evil.example" }), "INVALID_CALLBACK_URL"),
        (json!({ "email": ANA, "password": PASSWORD, "callbackURL": "//evil.example" }), "INVALID_CALLBACK_URL"),
    ] {
        let before = (shop.kdf.runs.get(), shop.changes());
        let seen = shop.auth("/sign-in/email", &body);
        assert_eq!(seen.code(), code, "{body}");
        assert!((400..=403).contains(&seen.status) && seen.json().get("ok").is_none(), "{}", seen.text);
        assert_eq!((shop.kdf.runs.get(), shop.changes()), before, "{body}");
    }
    let broken = shop.send("POST", "/api/auth/sign-in/email", &[("content-type", "application/json")], b"{");
    assert_eq!((broken.status, broken.code().as_str()), (400, "VALIDATION_ERROR"));
}

#[test]
fn another_site_s_page_cannot_sign_anybody_in() {
    let shop = joined();
    let body = json!({ "email": ANA, "password": PASSWORD }).to_string();
    let send = |headers: &[(&str, &str)]| {
        let all: Vec<_> = headers.iter().copied().chain([("content-type", "application/json")]).collect();
        let seen = shop.send("POST", "/api/auth/sign-in/email", &all, body.as_bytes());
        shop.run_sql("DELETE FROM rate_limits");
        (seen.status, seen.json()["code"].as_str().unwrap_or_default().to_owned())
    };
    let blocked = "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED";
    for (headers, status, code) in [
        (&[][..], 200, ""),
        (&[("origin", ORIGIN)], 200, ""),
        (&[("origin", ORIGIN), ("cookie", "a=b")], 200, ""),
        (&[("referer", "http://127.0.0.1:8787/login")], 200, ""),
        (&[("cookie", "a=b")], 403, "MISSING_OR_NULL_ORIGIN"),
        (&[("cookie", "a=b"), ("origin", "null")], 403, "MISSING_OR_NULL_ORIGIN"),
        (&[("origin", "https://evil.example")], 403, "INVALID_ORIGIN"),
        (&[("referer", "https://evil.example/x")], 403, "INVALID_ORIGIN"),
        (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], 403, blocked),
        (&[("sec-fetch-site", "same-origin")], 403, "MISSING_OR_NULL_ORIGIN"),
    ] {
        assert_eq!(send(headers), (status, code.to_owned()), "{headers:?}");
    }
}

#[test]
fn the_session_is_told_to_its_holder_and_null_to_everybody_else() {
    let shop = joined();
    let cookie = Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.get_as(&cookie, "/api/auth/get-session"))), 1);
    let seen = seen.unwrap();
    assert_eq!((seen.header("cache-control"), seen.header("pragma")), ("no-store", "no-cache"));
    let answer = seen.json();
    let keys: Vec<&String> = answer["session"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["createdAt", "expiresAt", "id", "ipAddress", "token", "updatedAt", "userAgent", "userId"]);
    assert_eq!(answer["session"]["expiresAt"], json!("2026-11-27T12:00:00.000Z"));
    assert_eq!(answer["session"]["userId"], answer["user"]["id"]);
    assert_eq!(answer["session"]["userAgent"], json!("Tests"));
    assert!(Shop::cookies_of(&seen).is_empty());
    for (name, calls) in [("", 0), ("better-auth.session_token=x.y", 0)] {
        let mut seen = None;
        let made = shop.calls_during(|shop| seen = Some(shop.get_as(name, "/api/auth/get-session")));
        assert_eq!((made, seen.unwrap().json()), (calls, Value::Null), "{name}");
    }
    assert_eq!(shop.get("/api/auth/get-session").text, "null");
    assert_eq!(shop.auth("/get-session", &json!({})).status, 405);
}

#[test]
fn a_session_slides_once_a_day_and_ends_a_week_after_its_last_use() {
    let shop = joined();
    let cookie = Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    let later = |seconds: i64| shop.clock.0.set(shop.clock.0.get() + seconds);
    let expires = |query: &str| {
        let seen = shop.get_as(&cookie, &format!("/api/auth/get-session{query}"));
        (seen.json()["session"]["expiresAt"].as_str().unwrap_or_default().to_owned(), Shop::cookies_of(&seen).len())
    };
    later(86_399);
    assert_eq!(expires(""), ("2026-11-27T12:00:00.000Z".to_owned(), 0));
    later(1);
    assert_eq!(expires("?disableRefresh=true"), ("2026-11-27T12:00:00.000Z".to_owned(), 0));
    assert_eq!(expires(""), ("2026-11-28T12:00:00.000Z".to_owned(), 1));
    later(7 * 86_400);
    let seen = shop.get_as(&cookie, "/api/auth/get-session");
    assert_eq!((seen.text.as_str(), Shop::cookies_of(&seen).len()), ("null", 3));
    assert_eq!(shop.count("SELECT COUNT(*) FROM session"), 0, "the ended session is removed");
}

#[test]
fn whoever_only_looks_at_their_own_page_stays_signed_in() {
    let shop = joined();
    let cookie = Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    let later = |seconds: i64| shop.clock.0.set(shop.clock.0.get() + seconds);
    later(86_399);
    assert!(Shop::cookies_of(&shop.get_as(&cookie, "/account")).is_empty(), "not due yet");
    later(1);
    let head = shop.send("HEAD", "/account", &[("cookie", &cookie)], b"");
    assert!(head.status == 200 && Shop::cookies_of(&head).is_empty(), "HEAD only looks");
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.get_as(&cookie, "/account"))), 1);
    let seen = seen.unwrap();
    assert_eq!(Shop::cookies_of(&seen), [format!("{cookie}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax")]);
    later(1);
    assert!(Shop::cookies_of(&shop.get_as(&cookie, "/account")).is_empty(), "once a day");
    later(6 * 86_400);
    assert_eq!(shop.get_as(&cookie, "/account").status, 200, "a week after its last use");
    later(7 * 86_400);
    assert_eq!(shop.get_as(&cookie, "/account").header("location"), "/login?callbackURL=%2Faccount");
    assert_eq!(shop.count("SELECT COUNT(*) FROM session"), 0, "the ended session is removed");
}

#[test]
fn a_session_that_is_not_remembered_ends_after_a_day_and_never_slides() {
    let shop = joined();
    let seen = shop.auth("/sign-in/email", &json!({ "email": ANA, "password": PASSWORD, "rememberMe": false }));
    let cookies = Shop::cookies_of(&seen);
    assert!(cookies.len() == 2 && cookies.iter().all(|cookie| !cookie.contains("Max-Age")), "{cookies:?}");
    assert!(cookies[1].starts_with("better-auth.dont_remember=true."), "{cookies:?}");
    let cookie = Shop::cookie_of(&seen);
    shop.clock.0.set(shop.clock.0.get() + 86_399);
    let answer = shop.get_as(&cookie, "/api/auth/get-session").json();
    assert_eq!(answer["session"]["expiresAt"], json!("2026-11-21T12:00:00.000Z"));
    shop.clock.0.set(shop.clock.0.get() + 1);
    assert_eq!(shop.get_as(&cookie, "/api/auth/get-session").text, "null");
}

#[test]
fn signing_out_ends_the_session_at_once() {
    let shop = joined();
    let cookie = Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    let refused = shop.send("POST", "/api/auth/sign-out", &[("cookie", &cookie)], b"{}");
    assert_eq!((refused.status, refused.code().as_str()), (403, "MISSING_OR_NULL_ORIGIN"));
    let seen = shop.post_as(&cookie, "/api/auth/sign-out", &json!({}));
    assert_eq!((seen.status, seen.text.as_str()), (200, r#"{"success":true}"#));
    let names: Vec<&str> = Shop::cookies_of(&seen).iter().map(|cookie| cookie.split('=').next().unwrap()).collect();
    assert_eq!(names, ["better-auth.session_token", "better-auth.session_data", "better-auth.dont_remember"]);
    assert_eq!(shop.get_as(&cookie, "/api/auth/get-session").text, "null");
    assert_eq!(shop.auth("/sign-out", &json!({})).status, 200, "signing out twice is fine");
}

#[test]
fn the_password_is_checked_again_by_the_statement_that_signs_in() {
    let shop = joined();
    shop.run_sql("CREATE TRIGGER swap BEFORE INSERT ON session BEGIN SELECT RAISE(IGNORE); END;");
    assert_eq!(shop.sign_in(ANA, PASSWORD).status, 401, "no session, no sign-in");
}

#[test]
fn without_a_secret_the_desk_is_closed_and_the_log_names_the_setting() {
    let shop = Shop::with_settings(&[]);
    for (method, path) in [
        ("POST", "/api/auth/sign-in/email"),
        ("POST", "/api/auth/sign-up/email"),
        ("POST", "/api/auth/sign-out"),
        ("GET", "/api/auth/get-session"),
        ("GET", "/login"),
        ("GET", "/account"),
    ] {
        let seen = shop.send(method, path, &[("accept", "application/json")], b"{}");
        assert_eq!(seen.status, 503, "{path}");
        assert!(!seen.text.contains("SECRET"), "{}", seen.text);
        assert!(seen.log.unwrap().contains("setting BETTER_AUTH_SECRET is not set"), "{path}");
    }
}

#[test]
fn an_unknown_address_below_api_auth_is_answered_with_nothing() {
    let shop = Shop::new();
    for path in ["/api/auth/", "/api/auth/nothing", "/api/auth/sign-in/social", "/api/auth/get-session/x"] {
        let seen = shop.get(path);
        assert_eq!((seen.status, seen.text.as_str()), (404, ""), "{path}");
    }
}

#[test]
fn over_https_the_cookie_is_bound_to_it() {
    let shop = Shop::with_settings(&[
        ("BETTER_AUTH_SECRET", crate::shop::AUTH_SECRET),
        ("PUBLIC_SITE_URL", "https://shop.example"),
        ("MAIL_TRANSPORT", "cloudflare"),
        ("MAIL_FROM", "shop@example.test"),
    ]);
    let json = [("content-type", "application/json"), ("origin", "https://shop.example")];
    let up = json!({ "name": "Ana", "email": ANA, "password": PASSWORD }).to_string();
    assert_eq!(shop.send("POST", "https://shop.example/api/auth/sign-up/email", &json, up.as_bytes()).status, 200);
    let seen = shop.send("POST", "https://shop.example/api/auth/sign-in/email", &json, up.as_bytes());
    let cookie = Shop::cookies_of(&seen)[0];
    assert!(cookie.starts_with("__Secure-better-auth.session_token="), "{cookie}");
    assert!(cookie.ends_with("; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax"), "{cookie}");
    assert!(shop.last_mail().link().starts_with("https://shop.example/login/confirm?token="));
    assert_eq!(shop.get("http://127.0.0.1:8787/login").status, 421);
    let twin = shop.page("https://www.shop.example/login?mode=link");
    assert_eq!((twin.status, twin.header("location")), (308, "https://shop.example/login?mode=link"));
}
