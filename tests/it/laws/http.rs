use bumpgrade::http::dispatch::Table;
use bumpgrade::http::{Gate, Route, Shape, Verb};
use bumpgrade::route;

use crate::shop::{Shop, ORIGIN};

/// A path of a route with something in each parameter.
fn example(path: &str) -> String {
    path.replace("{intent}", "checkout-intent-00000000-0000-4000-8000-0000000000ff")
        .replace("{slug}", "indie-launch-stack")
}

#[test]
fn every_answer_carries_the_security_headers() {
    let shop = Shop::new();
    for route in route::all() {
        for method in ["GET", "POST", "HEAD", "DELETE"] {
            let seen = shop.send(method, &example(route.path), &[], b"");
            for (name, value) in [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY")] {
                assert_eq!(seen.header(name), value, "{method} {}", route.path);
            }
            assert!(seen.header("strict-transport-security").starts_with("max-age="));
            let policy = seen.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            assert!(["no-referrer", "strict-origin", "strict-origin-when-cross-origin"]
                .contains(&seen.header("referrer-policy")));
        }
    }
}

#[test]
fn no_page_holds_inline_script_or_style() {
    let shop = Shop::new();
    let intent = shop.buy("key-inline");
    let pages =
        ["/", "/offers/indie-launch-stack", "/products/indie-launch-library", "/products/entitlements", "/none"];
    let bought = format!("/products/entitlements?checkout_intent_id={intent}");
    for path in pages.into_iter().chain([bought.as_str()]) {
        let text = shop.page(path).text;
        for (at, _) in text.match_indices("<script") {
            assert!(text[at..].starts_with("<script src=\"/"), "{path}");
        }
        for bad in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
            assert!(!text.contains(bad), "{path} has {bad}");
        }
    }
}

/// Two addresses count a person's visit: a partner's link and the image of a page. They take a request that names no
/// browser for a program's, so here they change nothing either; their own tests say what they count.
#[test]
fn a_get_leaves_the_database_as_it_was() {
    let shop = Shop::new();
    let intent = shop.buy("key-reads");
    for route in route::all().filter(|route| route.verb == Verb::Get) {
        let before = shop.changes();
        shop.get(&example(route.path));
        shop.get(&format!("{}?checkoutIntentId={intent}&checkout_intent_id={intent}", example(route.path)));
        assert_eq!(shop.changes(), before, "{}", route.path);
    }
}

#[test]
fn head_answers_as_get_without_a_body() {
    let shop = Shop::new();
    for route in route::all().filter(|route| route.verb == Verb::Get) {
        let path = example(route.path);
        let (get, head) = (shop.get(&path), shop.send("HEAD", &path, &[], b""));
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        for name in ["content-type", "content-security-policy", "cache-control", "location"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[test]
fn a_method_that_a_path_does_not_take_is_told_which_it_takes() {
    let shop = Shop::new();
    for route in route::all() {
        for method in ["PUT", "DELETE", "PATCH", "TRACE", "get", "FOO"] {
            let seen = shop.send(method, &example(route.path), &[], b"");
            assert_eq!((seen.status, seen.code().as_str()), (405, "method_not_allowed"), "{method} {}", route.path);
            assert!(seen.header("allow").contains(route.verb.as_str()), "{}", seen.header("allow"));
        }
    }
    assert_eq!(shop.send("OPTIONS", "/api/commerce/checkout", &[], b"").header("allow"), "GET, POST, HEAD");
}

#[test]
fn one_trailing_slash_leads_to_the_path_without_it() {
    let shop = Shop::new();
    let seen = shop.get("/healthz/?a=1");
    assert_eq!((seen.status, seen.header("location")), (308, "/healthz?a=1"));
    for path in
        ["/nothing/", "//healthz", "/healthz//x", "//evil.example/", "/healthz//", "//", "/healthz%2f", "/HEALTHZ"]
    {
        assert_eq!(shop.get(path).status, 404, "{path}");
    }
}

#[test]
fn only_hosts_of_this_shop_are_answered() {
    let shop = Shop::with_settings(&[("PUBLIC_SITE_URL", "https://www.shop.example")]);
    for (address, status) in [
        ("https://shop.example/healthz", 200),
        ("https://www.shop.example/healthz", 200),
        ("https://SHOP.example/healthz", 200),
        (&format!("{ORIGIN}/healthz"), 200),
        ("http://[::1]:8787/healthz", 200),
        ("https://evil.example/healthz", 421),
        ("https://shop.example.evil.example/healthz", 421),
        ("https://other.shop.example/healthz", 421),
        ("https://www.www.shop.example/healthz", 421),
    ] {
        assert_eq!(shop.get(address).status, status, "{address}");
    }
}

#[test]
fn every_owner_s_address_refuses_strangers_before_anything_else() {
    let shop = Shop::new();
    let buyer = shop.sign_in_as("buyer@example.test", true);
    for route in route::all().filter(|route| matches!(route.gate, Gate::Owner(_))) {
        let path = example(route.path);
        for (cookie, reason) in [("better-auth.session_token=x", "signed_out"), (buyer.as_str(), "not_allowlisted")] {
            let before = shop.changes();
            let seen = shop.send(route.verb.as_str(), &path, &[("cookie", cookie), ("origin", ORIGIN)], b"");
            assert_eq!(seen.status, 401, "{path}");
            let json = ("accept", "application/json");
            let seen = shop.send(route.verb.as_str(), &path, &[("cookie", cookie), ("origin", ORIGIN), json], b"");
            assert_eq!(
                (seen.code().as_str(), seen.json()["denialReason"].as_str()),
                ("owner_session_required", Some(reason))
            );
            assert_eq!(shop.changes(), before, "{path}");
        }
    }
}

#[test]
fn two_routes_of_one_address_are_refused_when_the_table_is_built() {
    let twice = route::all().chain(route::all());
    assert!(Table::new(twice).is_err());
}

#[test]
fn every_refusal_has_one_meaning() {
    let mut known = std::collections::BTreeMap::new();
    let common = bumpgrade::http::error::common::ALL.iter().copied();
    // Better Auth's codes are written in capitals, so they are names of their own.
    let (auth, others): (Vec<_>, Vec<_>) = route::all().partition(|route| matches!(route.shape, Shape::Auth));
    let refusals =
        |routes: Vec<&'static Route>| routes.into_iter().flat_map(|route| route.about.refusals.iter().copied());
    let mut of_auth = std::collections::BTreeMap::new();
    for refusal in refusals(auth) {
        assert_eq!(*of_auth.entry(refusal.code).or_insert(refusal.status), refusal.status, "{}", refusal.code);
    }
    for refusal in refusals(others).chain(common) {
        assert!((400..600).contains(&refusal.status), "{}", refusal.code);
        assert!(refusal.says.ends_with('.') && !refusal.says.contains('{'), "{}", refusal.says);
        assert!(refusal.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", refusal.code);
        let status = *known.entry(refusal.code).or_insert(refusal.status);
        assert_eq!(status, refusal.status, "{} has two statuses", refusal.code);
    }
}
