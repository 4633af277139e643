//! The pages of accounts, by forms alone.

use crate::post::{Mail, PASSWORD};
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

/// What the page behind a verification mail sends.
fn confirm(shop: &Shop, mail: &Mail, password: &str) -> Seen {
    let of = |name: &str| bumpgrade::page::component(&mail.given(name)).to_string();
    send(
        shop,
        "/login/confirm",
        &format!("token={}&callbackURL={}&password={}", of("token"), of("callbackURL"), password.replace(' ', "+")),
    )
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
    let on = "/login?notice=confirmed&callbackURL=%2Fadmin%2Fproducts";
    assert_eq!(mail.given("callbackURL"), on);
    let seen = confirm(&shop, &mail, "correct horse");
    assert_eq!((seen.status, seen.header("location")), (303, on));
    assert!(Shop::cookies_of(&seen).is_empty(), "a confirmation signs nobody in");
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
fn a_place_to_go_on_to_is_no_longer_than_an_address_may_be() {
    let shop = Shop::new();
    let (fits, grows, long) = (format!("/{}", "x".repeat(1_950)), "/x".repeat(990), format!("/{}", "x".repeat(60_000)));
    for (next, kept) in [(&fits, true), (&grows, false), (&long, false)] {
        let to = bumpgrade::page::component(next);
        assert_eq!(send(&shop, "/login", &format!("mode=link&email=b%40example.test&callbackURL={to}")).status, 303);
        assert_eq!(shop.last_mail().given("callbackURL"), if kept { next } else { "/account" });
    }
    for (next, on) in [(&fits, format!("&callbackURL={}", bumpgrade::page::component(&fits))), (&grows, String::new())]
    {
        let to = bumpgrade::page::component(next);
        let join = format!("mode=sign-up&name=Ana&email=ana%40example.test&password=correct+horse&callbackURL={to}");
        let notice = format!("/login?notice=check-mail{on}");
        assert_eq!(send(&shop, "/login", &join).header("location"), notice);
        let mail = shop.last_mail();
        assert_eq!(mail.given("callbackURL"), format!("/login?notice=confirmed{on}"));
        assert_eq!(confirm(&shop, &mail, PASSWORD).status, 303, "the address of the mail is one that is accepted");
        shop.run_sql("DELETE FROM user; DELETE FROM account_verification_emails");
    }
}

#[test]
fn forms_of_another_site_are_refused() {
    let shop = Shop::new();
    let cookie = shop.owner();
    let form = ("content-type", "application/x-www-form-urlencoded");
    for path in ["/login", "/login/confirm", "/account"] {
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

/// Somebody makes an account with Ana's address.
fn join(shop: &Shop, ip: &str, password: &str) {
    let body = serde_json::json!({ "name": "Ana", "email": OWNER_EMAIL, "password": password });
    assert_eq!(shop.auth_from(ip, "/sign-up/email", &body).status, 200);
}

fn proven(shop: &Shop) -> bool {
    shop.count("SELECT COUNT(*) FROM user WHERE email_verified = 1") == 1
}

const WARNING: &str = "somebody else may have used your address before you";

#[test]
fn a_stranger_who_was_first_leaves_no_password_behind_for_the_owner_to_confirm() {
    let shop = Shop::new();
    join(&shop, "198.51.100.1", "the stranger's");
    let stranger = Shop::cookie_of(&shop.sign_in(OWNER_EMAIL, "the stranger's"));
    join(&shop, "198.51.100.2", "the owner's own");
    let mails = shop.mails();
    assert_eq!(mails.len(), 1, "the pause swallows the owner's sign-up");
    let seen = confirm(&shop, &mails[0], "the owner's own");
    assert_eq!(seen.status, 401);
    assert!(seen.text.contains(WARNING) && seen.text.contains("/login?mode=link"), "{}", seen.text);
    assert!(!seen.text.contains("the owner"), "no password comes back");
    assert!(!proven(&shop));
    let link = format!("mode=link&email={}", bumpgrade::page::component(OWNER_EMAIL));
    assert_eq!(send(&shop, "/login", &link).status, 303);
    let token = shop.last_mail().given("token");
    let seen = shop.get(&format!("/api/auth/magic-link/verify?token={token}"));
    assert_eq!(seen.status, 200);
    assert!(proven(&shop));
    assert_eq!(shop.get_as(&stranger, "/api/auth/get-session").text, "null", "the stranger's session is gone");
    assert_eq!(shop.sign_in(OWNER_EMAIL, "the stranger's").status, 401, "and so is the password");
    assert_eq!(shop.get_as(&stranger, "/admin/products").status, 401);
}

#[test]
fn a_stranger_who_comes_second_does_not_get_in_either() {
    let shop = Shop::new();
    join(&shop, "198.51.100.2", "the owner's own");
    let first = shop.last_mail();
    join(&shop, "198.51.100.1", "the stranger's");
    assert_eq!(shop.mails().len(), 1, "within the pause nothing is replaced");
    shop.clock.0.set(shop.clock.0.get() + 120);
    join(&shop, "198.51.100.1", "the stranger's");
    let second = shop.last_mail();
    let stranger = Shop::cookie_of(&shop.sign_in(OWNER_EMAIL, "the stranger's"));
    let seen = confirm(&shop, &first, "the owner's own");
    assert_eq!(seen.header("location"), "/login?notice=confirmed&error=INVALID_TOKEN", "it was replaced");
    let seen = confirm(&shop, &second, "the owner's own");
    assert!(seen.status == 401 && seen.text.contains(WARNING) && !proven(&shop));
    shop.clock.0.set(shop.clock.0.get() + 120);
    join(&shop, "198.51.100.2", "the owner's own");
    assert_eq!(shop.get_as(&stranger, "/api/auth/get-session").text, "null", "starting again ends every session");
    let third = shop.last_mail();
    let owner = Shop::cookie_of(&shop.sign_in(OWNER_EMAIL, "the owner's own"));
    assert_eq!(confirm(&shop, &third, "the owner's own").header("location"), "/login?notice=confirmed");
    assert!(proven(&shop));
    assert_eq!(shop.get_as(&owner, "/admin/products").status, 200, "the owner's own session goes on");
    assert_eq!(shop.count("SELECT COUNT(*) FROM session"), 1);
}

#[test]
fn a_confirmation_is_limited_before_the_derivation_and_a_token_that_is_none_costs_nothing() {
    let shop = Shop::new();
    shop.sign_up(ANA);
    let mail = shop.last_mail();
    let before = shop.kdf.runs.get();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(confirm(&shop, &mail, "wrong horse").status);
    }
    assert_eq!((statuses, shop.kdf.runs.get() - before), (vec![401, 401, 401, 429, 429], 3));
    let seen = confirm(&shop, &mail, PASSWORD);
    assert_eq!((seen.status, seen.header("retry-after")), (429, "10"), "the right one as well");
    assert!(seen.text.contains("Too many tries") && !proven(&shop));
    shop.clock.0.set(shop.clock.0.get() + 10);
    let before = (shop.kdf.runs.get(), shop.db.calls.get(), shop.changes());
    for (body, location) in [
        ("", "/login?notice=confirmed&error=INVALID_TOKEN"),
        ("token=a.b.c&password=x&callbackURL=%2Faccount", "/account?error=INVALID_TOKEN"),
    ] {
        assert_eq!(send(&shop, "/login/confirm", body).header("location"), location, "{body}");
    }
    let seen = send(&shop, "/login/confirm", "token=a.b.c&callbackURL=https%3A%2F%2Fevil.example");
    assert_eq!(seen.status, 403);
    assert_eq!((shop.kdf.runs.get(), shop.db.calls.get(), shop.changes()), before);
    assert_eq!(shop.calls_during(|shop| assert_eq!(confirm(shop, &mail, PASSWORD).status, 303)), 2);
    assert!(proven(&shop));
    assert_eq!(confirm(&shop, &mail, PASSWORD).status, 303, "confirming twice is fine");
    shop.clock.0.set(shop.clock.0.get() + 3_600);
    assert_eq!(confirm(&shop, &mail, PASSWORD).header("location"), "/login?notice=confirmed&error=TOKEN_EXPIRED");
    let page = shop.page(&mail.link());
    assert_eq!(page.header("referrer-policy"), "strict-origin", "the form names its origin, and no address leaves");
}
