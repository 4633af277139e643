//! The gate of every owner's address, on a route of its own.

use bumpgrade::cx::Cx;
use bumpgrade::http::dispatch::Table;
use bumpgrade::http::gate::Owner;
use bumpgrade::http::route::{About, Media};
use bumpgrade::http::{Reply, Req, Result, Route, Shape, Verb};
use bumpgrade::owner;
use serde_json::json;

use crate::shop::{Shop, AUTH_SECRET, ORIGIN, OWNER_EMAIL};

async fn who(_cx: &Cx, owner: &Owner, _req: &Req) -> Result<Reply> {
    Reply::json(200, &json!({ "name": owner.name, "email": owner.email.open(), "id": owner.user_id }))
}

const ABOUT: About =
    About { id: "admin", summary: "", query: &[], takes: None, answers: &[(200, Media::Html)], refusals: &[] };

static OWNERS_ONLY: &[Route] = &[
    Route { verb: Verb::Get, path: "/admin", gate: owner!(who), shape: Shape::Page, about: ABOUT },
    Route { verb: Verb::Post, path: "/api/admin", gate: owner!(who), shape: Shape::Code, about: ABOUT },
];

fn shop(settings: &[(&str, &str)]) -> Shop {
    Shop::build(settings, Table::new(OWNERS_ONLY).unwrap())
}

fn usual() -> Shop {
    shop(&[("BETTER_AUTH_SECRET", AUTH_SECRET), ("PLATFORM_OWNER_EMAILS", "someone@x.test, Owner@Example.TEST")])
}

fn reason(shop: &Shop, cookie: &str) -> String {
    let seen = shop.send("GET", "/admin", &[("cookie", cookie), ("accept", "application/json")], b"");
    assert_eq!((seen.status, seen.code().as_str()), (401, "owner_session_required"), "{}", seen.text);
    seen.json()["denialReason"].as_str().unwrap().to_owned()
}

#[test]
fn a_verified_owner_is_let_in_with_one_look_up() {
    let shop = usual();
    let cookie = shop.owner();
    let mut seen = None;
    let calls = shop.calls_during(|shop| seen = Some(shop.get_as(&cookie, "/admin")));
    let seen = seen.unwrap();
    assert_eq!((seen.status, seen.json()["email"].as_str()), (200, Some(OWNER_EMAIL)));
    assert_eq!(calls, 1);
}

#[test]
fn the_four_reasons_are_told_apart() {
    let shop = usual();
    for nothing in ["better-auth.session_token=x", "a=b", "better-auth.session_token=", "=;;"] {
        assert_eq!(shop.calls_during(|shop| assert_eq!(reason(shop, nothing), "signed_out")), 0, "{nothing}");
    }
    assert_eq!(reason(&shop, &shop.sign_in_as("buyer@example.test", true)), "not_allowlisted");
    assert_eq!(reason(&shop, &shop.sign_in_as("stranger@example.test", false)), "not_allowlisted");
    assert_eq!(reason(&shop, &shop.sign_in_as(OWNER_EMAIL, false)), "email_unverified");
    let cookie = shop.owner();
    shop.db.fail_at.set(Some(0));
    let seen = shop.send("GET", "/admin", &[("cookie", &cookie), ("accept", "application/json")], b"");
    assert_eq!((seen.status, seen.json()["denialReason"].as_str()), (401, Some("session_unavailable")));
    assert!(seen.log.unwrap().contains("injected") && !seen.text.contains("injected"));
}

#[test]
fn a_session_that_ended_or_was_taken_from_the_table_opens_nothing() {
    let shop = usual();
    let cookie = shop.owner();
    shop.clock.0.set(shop.clock.0.get() + 604_800);
    assert_eq!(reason(&shop, &cookie), "signed_out");
    let stored = shop.text("SELECT token FROM session WHERE user_agent IS NULL AND ?1 = ?1", "");
    let forged = bumpgrade::account::cookie::sign(AUTH_SECRET.as_bytes(), &stored);
    assert_eq!(reason(&shop, &format!("better-auth.session_token={forged}")), "signed_out");
}

#[test]
fn a_write_needs_our_own_page_and_a_body_of_a_known_kind() {
    let shop = usual();
    let cookie = shop.owner();
    let json = ("content-type", "application/json");
    let send = |headers: &[(&str, &str)]| {
        let all: Vec<_> = headers.iter().copied().chain([("cookie", cookie.as_str())]).collect();
        let seen = shop.send("POST", "/api/admin", &all, b"{}");
        (seen.status, seen.code())
    };
    for (headers, status, code) in [
        (&[("origin", ORIGIN), json][..], 200, ""),
        (&[("referer", "http://127.0.0.1:8787/admin"), json], 200, ""),
        (&[json], 403, "missing_or_null_origin"),
        (&[("origin", "null"), json], 403, "missing_or_null_origin"),
        (&[("origin", "https://evil.example"), json], 403, "invalid_origin"),
        (&[("origin", "http://127.0.0.1:9999"), json], 403, "invalid_origin"),
        (&[("origin", "https://evil.example"), ("referer", ORIGIN), json], 403, "invalid_origin"),
        (&[("referer", "not an address"), json], 403, "missing_or_null_origin"),
        (&[("origin", ORIGIN), ("content-type", "text/plain")], 415, "unsupported_content_type"),
        (&[("origin", ORIGIN)], 415, "unsupported_content_type"),
    ] {
        assert_eq!(send(headers), (status, code.to_owned()), "{headers:?}");
    }
}

#[test]
fn without_a_secret_nobody_is_an_owner_and_the_log_names_the_setting() {
    let shop = shop(&[("PLATFORM_OWNER_EMAILS", OWNER_EMAIL)]);
    assert_eq!(shop.get("/admin").status, 401);
    let seen = shop.send("GET", "/admin", &[("cookie", &shop.owner()), ("accept", "application/json")], b"");
    assert_eq!((seen.status, seen.json()["denialReason"].as_str()), (401, Some("session_unavailable")));
    assert!(seen.log.unwrap().contains("BETTER_AUTH_SECRET is not set") && !seen.text.contains("SECRET"));
}

#[test]
fn owners_act_under_the_shop_s_own_name_only() {
    let shop = shop(&[
        ("BETTER_AUTH_SECRET", AUTH_SECRET),
        ("OWNER_EMAILS", OWNER_EMAIL),
        ("PUBLIC_SITE_URL", "https://shop.example"),
    ]);
    let cookie = shop.owner().replace("better-auth", "__Secure-better-auth");
    assert_eq!(shop.get_as(&cookie, "https://shop.example/admin").status, 200);
    assert_eq!(shop.get_as(&cookie, "http://127.0.0.1:8787/admin").status, 421);
    let twin = shop.get_as(&cookie, "https://www.shop.example/admin?a=b");
    assert_eq!((twin.status, twin.header("location")), (308, "https://shop.example/admin?a=b"));
    let plain = cookie.replace("__Secure-", "");
    assert_eq!(shop.get_as(&plain, "https://shop.example/admin").status, 401, "a cookie of plain http");
}

#[test]
fn a_person_meets_a_locked_page_with_a_way_in() {
    let shop = usual();
    let lines = |text: &str| text.replace("><", ">\n<");
    let seen = shop.page("/admin?tab=files&x=1");
    assert_eq!(seen.status, 401);
    insta::assert_snapshot!("locked_signed_out", lines(&seen.text));
    let cookie = shop.sign_in_as(OWNER_EMAIL, false);
    let seen = shop.send("GET", "/admin", &[("cookie", &cookie), ("accept", "text/html")], b"");
    insta::assert_snapshot!("locked_unverified", lines(&seen.text));
}

#[test]
fn a_form_of_somebody_signed_out_leads_back_to_the_page_it_came_from() {
    let shop = Shop::new();
    let send = |referer: &str| {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let headers = [form, ("accept", "text/html"), ("origin", crate::shop::ORIGIN), ("referer", referer)];
        shop.send("POST", "/api/admin/products/assets", &headers, b"a=b").text
    };
    let page = send(&format!("{}/admin/products?upload=1", crate::shop::ORIGIN));
    assert!(page.contains("/login?callbackURL=%2Fadmin%2Fproducts%3Fupload%3D1"), "{page}");
    assert!(send("https://evil.example/admin").contains("/login?callbackURL=%2Faccount"));
}
