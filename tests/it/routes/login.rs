//! The pages of accounts, by forms alone.

use crate::post::PASSWORD;
use crate::shop::{Seen, Shop, ORIGIN, OWNER_EMAIL};

const ANA: &str = "ana@example.test";

fn shown(seen: &Seen) -> String {
    format!("{}\n{}", seen.status, seen.text.replace("><", ">\n<"))
}

/// A form sent by a browser that is not signed in.
fn send(shop: &Shop, path: &str, body: &str) -> Seen {
    let form = ("content-type", "application/x-www-form-urlencoded");
    shop.send("POST", path, &[form, ("origin", ORIGIN), ("accept", "text/html")], body.as_bytes())
}

#[test]
fn the_pages_look_as_reviewed() {
    let shop = Shop::new();
    insta::assert_snapshot!("login", shown(&shop.page("/login")));
    insta::assert_snapshot!(
        "login_sign_up",
        shown(&shop.page("/login?mode=sign-up&callbackURL=/admin/products?tab=files"))
    );
    insta::assert_snapshot!(
        "login_link",
        shown(&shop.page("/login?mode=link&email=ana@example.test&notice=link-sent"))
    );
    insta::assert_snapshot!("mailed_confirm", shown(&shop.page("/login/confirm?token=a.b.c&callbackURL=/login")));
    let seen = shop.page("/login/link?token=abc&callbackURL=/account&errorCallbackURL=/login&x=y");
    insta::assert_snapshot!("mailed_link", shown(&seen));
    assert_eq!(seen.header("referrer-policy"), "no-referrer");
    let cookie = shop.sign_in_as(ANA, false);
    insta::assert_snapshot!("account_waiting", shown(&shop.get_as(&cookie, "/account")));
    insta::assert_snapshot!("account_owner", shown(&shop.get_as(&shop.owner(), "/account?notice=confirmed")));
}

#[test]
fn somebody_joins_confirms_signs_in_and_signs_out_by_forms() {
    let shop = Shop::new();
    let seen = send(
        &shop,
        "/login",
        "mode=sign-up&name=Ana&email=ana%40example.test&password=correct+horse&callbackURL=%2Fadmin%2Fproducts",
    );
    assert_eq!(
        (seen.status, seen.header("location")),
        (303, "/login?notice=check-mail&callbackURL=%2Fadmin%2Fproducts")
    );
    let mail = shop.last_mail();
    let page = shop.page(&mail.link());
    assert!(page.text.contains("Yes, this is my address"));
    let confirm = format!("/api/auth/verify-email?token={}&callbackURL=/login?notice=confirmed", mail.given("token"));
    assert_eq!(mail.given("callbackURL"), "/login?notice=confirmed&callbackURL=%2Fadmin%2Fproducts");
    assert_eq!(shop.get(&confirm).header("location"), "http://127.0.0.1:8787/login?notice=confirmed");
    let seen = send(
        &shop,
        "/login",
        "mode=sign-in&email=ana%40example.test&password=correct+horse&rememberMe=true&callbackURL=%2Fadmin%2Fproducts",
    );
    assert_eq!((seen.status, seen.header("location")), (303, "/admin/products"));
    assert!(seen.header("set-cookie").contains("Max-Age=604800"));
    let cookie = Shop::cookie_of(&seen);
    let seen = shop.get_as(&cookie, "/login");
    assert_eq!((seen.status, seen.header("location")), (303, "/account"), "whoever is signed in goes on");
    assert_eq!(shop.get_as(&cookie, "/login?notice=confirmed").header("location"), "/account?notice=confirmed");
    let seen = shop.form_as(&cookie, "/account", "do=sign-out");
    assert_eq!((seen.status, seen.header("location")), (303, "/login?notice=signed-out"));
    assert_eq!(shop.get_as(&cookie, "/account").header("location"), "/login?callbackURL=%2Faccount");
}

#[test]
fn a_session_that_is_not_to_be_kept_ends_with_the_browser() {
    let shop = Shop::new();
    shop.join(ANA);
    let seen = send(&shop, "/login", "email=ana%40example.test&password=correct+horse");
    assert!(Shop::cookies_of(&seen).iter().all(|cookie| !cookie.contains("Max-Age")));
}

#[test]
fn a_form_that_is_refused_keeps_what_was_typed_but_for_the_password() {
    let shop = Shop::new();
    for (body, status, says) in [
        ("email=ana%40example.test&password=wrong+horse", 401, "The address or the password is not right."),
        ("email=nobody&password=x", 400, "Please check the e-mail address."),
        ("email=ana%40example.test&email=b&password=x", 400, "That did not work. Please try again."),
        ("mode=sign-up&email=ana%40example.test&password=correct+horse", 400, "Please enter your name."),
        ("mode=sign-up&name=Ana&email=ana%40example.test&password=short", 400, "at least 8 characters"),
        ("mode=link&email=", 400, "Please check the e-mail address."),
    ] {
        let seen = send(&shop, "/login", body);
        assert_eq!(seen.status, status, "{body}");
        assert!(seen.text.contains("role=\"alert\"") && seen.text.contains(says), "{body}: {}", seen.text);
        assert!(!seen.text.contains("wrong horse") && !seen.text.contains("value=\"short\""), "{body}");
        shop.run_sql("DELETE FROM rate_limits");
    }
    let seen = send(&shop, "/login", "mode=sign-up&name=Ana+%3Cb%3E&email=ana%40example.test&password=short");
    assert!(
        seen.text.contains("value=\"ana@example.test\"") && seen.text.contains("value=\"Ana &lt;b&gt;\""),
        "{}",
        seen.text
    );
    for _ in 0..4 {
        send(&shop, "/login", "email=ana%40example.test&password=wrong+horse");
    }
    let seen = send(&shop, "/login", "email=ana%40example.test&password=wrong+horse");
    assert_eq!((seen.status, seen.header("retry-after")), (429, "10"));
    assert!(seen.text.contains("Too many tries"));
}

#[test]
fn nobody_is_led_away_from_this_site() {
    let shop = Shop::new();
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a b", "/%2f/evil.example"] {
        let text = shop.page(&format!("/login?callbackURL={}", bumpgrade::page::component(next))).text;
        assert!(text.contains("name=\"callbackURL\" value=\"/account\""), "{next}");
        let seen = send(
            &shop,
            "/login",
            &format!("mode=link&email=a%40b.co&callbackURL={}", bumpgrade::page::component(next)),
        );
        assert_eq!(seen.header("location"), "/login?notice=link-sent", "{next}");
        shop.run_sql("DELETE FROM rate_limits");
    }
    assert!(shop.page("/login?next=/admin/products").text.contains("value=\"/admin/products\""));
}

#[test]
fn forms_of_another_site_are_refused() {
    let shop = Shop::new();
    let cookie = shop.owner();
    let form = ("content-type", "application/x-www-form-urlencoded");
    for path in ["/login", "/account"] {
        let evil = [form, ("origin", "https://evil.example"), ("cookie", cookie.as_str())];
        assert_eq!(shop.send("POST", path, &evil, b"do=sign-out").status, 403, "{path}");
        assert_eq!(shop.send("POST", path, &[form, ("cookie", cookie.as_str())], b"do=sign-out").status, 403, "{path}");
    }
    assert_eq!(shop.get_as(&cookie, "/account").status, 200, "still signed in");
}

#[test]
fn asking_again_for_the_mail_waits_two_minutes() {
    let shop = Shop::new();
    shop.sign_up(ANA);
    let cookie = Shop::cookie_of(&shop.sign_in(ANA, PASSWORD));
    let page = shop.get_as(&cookie, "/account").text;
    assert!(page.contains("in two minutes") && !page.contains("Send the mail again"), "{page}");
    let seen = shop.form_as(&cookie, "/account", "do=resend");
    assert_eq!((seen.status, seen.header("retry-after")), (429, "120"));
    assert!(seen.text.contains("We sent a mail a moment ago."));
    shop.clock.0.set(shop.clock.0.get() + 120);
    assert!(shop.get_as(&cookie, "/account").text.contains("Send the mail again"));
    let seen = shop.form_as(&cookie, "/account", "do=resend");
    assert_eq!((seen.status, seen.header("location")), (303, "/account?notice=mail-sent"));
    assert_eq!(shop.mails().len(), 2);
    let seen = shop.form_as("", "/account", "do=resend");
    assert_eq!((seen.status, seen.header("location")), (303, "/login"));
}

#[test]
fn an_owner_finds_the_way_to_the_shop_and_nobody_else_does() {
    let shop = Shop::new();
    assert!(shop.get_as(&shop.owner(), "/account").text.contains("/admin/products"));
    assert!(!shop.get_as(&shop.sign_in_as(ANA, true), "/account").text.contains("/admin/"));
    let unproven = shop.get_as(&shop.sign_in_as(OWNER_EMAIL, false), "/account").text;
    assert!(unproven.contains("Not confirmed") && !unproven.contains("/admin/products"));
    let seen = shop.get("/account/setup");
    assert_eq!((seen.status, seen.header("location")), (303, "/account"));
}
