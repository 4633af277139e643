use serde_json::{json, Value};

use crate::partner::{click, click_body, CODE, LINK, ROUTE};
use crate::shop::Shop;

const PATH: &str = "/api/affiliates/clicks";

fn clicks(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM affiliate_referral_clicks")
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

#[test]
fn a_click_is_written_down_in_one_batch_and_shown_without_anything_private() {
    let shop = Shop::new();
    let headers = [
        ("content-type", "application/json"),
        ("cf-connecting-ip", "203.0.113.9"),
        ("x-forwarded-for", "198.51.100.7"),
        ("user-agent", "Browser of Ana"),
        ("referer", "https://blog.example/post"),
    ];
    let body = with(click_body("click-key-0001"), "anonymousVisitorKey", json!("visitor-7"));
    let mut seen = None;
    let calls = shop.calls_during(|shop| {
        seen = Some(shop.send("POST", PATH, &headers, body.to_string().as_bytes()));
    });
    assert_eq!(calls, 1);
    insta::assert_snapshot!(seen.unwrap().shown());
    let kept = shop.dump();
    for private in ["203.0.113.9", "198.51.100.7", "Browser of Ana", "blog.example", "visitor-7"] {
        assert!(!kept.contains(private), "{private} is kept");
        let guessable = bumpgrade::kit::hash::sha256_hex(private.as_bytes());
        assert!(!kept.contains(&guessable), "{private} is kept as a hash that can be guessed");
    }
    let hashes =
        "SELECT COUNT(*) FROM affiliate_referral_clicks WHERE length(ip_hash) = 64 AND length(user_agent_hash) = 64
        AND length(referrer_hash) = 64 AND length(visitor_key_hash) = 64";
    assert_eq!(shop.count(hashes), 1);
}

#[test]
fn the_hash_of_an_address_is_another_one_the_next_day_and_a_forwarded_address_is_nobody_s() {
    let shop = Shop::new();
    let send = |key: &str, name: &str| {
        let headers = [("content-type", "application/json"), (name, "203.0.113.9")];
        assert_eq!(shop.send("POST", PATH, &headers, click_body(key).to_string().as_bytes()).status, 200);
        shop.text("SELECT COALESCE(ip_hash, '') FROM affiliate_referral_clicks WHERE idempotency_key = ?1", key)
    };
    let (today, again) = (send("click-today-1", "cf-connecting-ip"), send("click-today-2", "cf-connecting-ip"));
    assert_eq!(today, again, "one visitor of one day can be told from another");
    assert_eq!(send("click-forwarded", "x-forwarded-for"), "");
    shop.clock.0.set(shop.clock.0.get() + 86_400);
    assert_ne!(send("click-tomorrow", "cf-connecting-ip"), today);
}

#[test]
fn a_key_is_one_click_and_another_click_under_it_is_refused() {
    let shop = Shop::new();
    let first = click(&shop, "click-key-0002");
    let before = shop.dump();
    let again = shop.post(PATH, &click_body("click-key-0002")).json();
    assert_eq!((&again["duplicate"], &again["referralClickId"]), (&json!(true), &json!(first)));
    for (field, value) in [
        ("code", Value::Null),
        ("referralLinkId", Value::Null),
        ("anonymousVisitorKey", json!("somebody else")),
        ("destinationRoute", json!("/elsewhere")),
    ] {
        let seen = shop.post(PATH, &with(click_body("click-key-0002"), field, value));
        assert_eq!((seen.status, seen.code().as_str()), (409, "idempotency_conflict"), "{field}: {}", seen.text);
    }
    assert_eq!(shop.dump(), before);
}

#[test]
fn two_parallel_sends_of_one_key_are_one_click() {
    let shop = Shop::new();
    let body = click_body("click-key-0003").to_string();
    let headers = [("content-type", "application/json")];
    let both = shop.send_twice("POST", PATH, &headers, body.as_bytes());
    let ids: Vec<Value> = both.iter().map(|seen| seen.json()["referralClickId"].clone()).collect();
    assert_eq!((ids[0].clone(), clicks(&shop)), (ids[1].clone(), 1));
    let duplicates = both.iter().filter(|seen| seen.json()["duplicate"] == json!(true)).count();
    assert_eq!(duplicates, 1);
}

#[test]
fn link_and_code_must_agree_and_either_is_enough() {
    let shop = Shop::new();
    for (key, body) in [
        ("click-by-id", json!({ "referralLinkId": LINK, "destinationRoute": ROUTE })),
        ("click-by-code", json!({ "code": CODE.to_lowercase(), "destinationRoute": ROUTE })),
    ] {
        assert_eq!(shop.post(PATH, &with(body, "idempotencyKey", json!(key))).status, 200, "{key}");
    }
    for (body, code) in [
        (json!({ "referralLinkId": LINK, "code": "TEMPLATESTUDIO" }), "unsupported_referral_link"),
        (json!({ "referralLinkId": "ref-link-unknown", "code": CODE }), "unsupported_referral_link"),
        (json!({ "code": "NOBODY" }), "unsupported_referral_link"),
        (json!({}), "unsupported_referral_link"),
        (json!({ "code": CODE, "destinationRoute": "/offers/indie-launch-stack" }), "unsupported_destination_route"),
        (json!({ "code": CODE, "destinationRoute": null }), "unsupported_destination_route"),
    ] {
        let mut full = json!({ "destinationRoute": ROUTE, "idempotencyKey": "click-refused" });
        full.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let seen = shop.post(PATH, &full);
        assert_eq!((seen.status, seen.code().as_str()), (400, code), "{body}");
    }
    assert_eq!(clicks(&shop), 2);
}

#[test]
fn links_take_clicks_only_while_partner_program_and_link_are_open() {
    for close in [
        "UPDATE affiliate_partners SET status = 'review'",
        "UPDATE affiliate_partners SET status = 'suspended'",
        "DELETE FROM affiliate_partner_approvals",
        "UPDATE affiliate_referral_links SET status = 'review'",
        "UPDATE affiliate_referral_links SET status = 'paused'",
        "UPDATE affiliate_programs SET status = 'paused'",
    ] {
        let shop = Shop::new();
        shop.run_sql(close);
        let seen = shop.post(PATH, &click_body("click-closed"));
        assert_eq!((seen.status, seen.code().as_str()), (400, "unsupported_referral_link"), "{close}");
        assert_eq!(shop.get("/r/LAUNCHCIRCLE").status, 404, "{close}");
        assert_eq!(clicks(&shop), 0);
    }
    let shop = Shop::new();
    let studio = json!({
        "code": "TEMPLATESTUDIO", "destinationRoute": "/offers/indie-launch-stack", "idempotencyKey": "click-studio",
    });
    assert_eq!(shop.post(PATH, &studio).code(), "unsupported_referral_link", "a partner under review");
}

#[test]
fn what_does_not_have_its_form_is_refused() {
    let shop = Shop::new();
    for (field, value, code) in [
        ("idempotencyKey", Value::Null, "idempotency_required"),
        ("idempotencyKey", json!("   "), "idempotency_required"),
        ("idempotencyKey", json!("short"), "invalid_idempotency_key"),
        ("idempotencyKey", json!("k".repeat(181)), "invalid_idempotency_key"),
        ("idempotencyKey", json!(12_345_678), "invalid_request"),
        ("code", json!(["A"]), "invalid_request"),
        ("code", json!("C".repeat(41)), "invalid_request"),
        ("referralLinkId", json!({}), "invalid_request"),
        ("destinationRoute", json!(1), "invalid_request"),
        ("destinationRoute", json!("/".repeat(301)), "invalid_request"),
        ("anonymousVisitorKey", json!(true), "invalid_request"),
        ("anonymousVisitorKey", json!("v".repeat(201)), "invalid_request"),
    ] {
        let seen = shop.post(PATH, &with(click_body("click-malformed"), field, value.clone()));
        assert_eq!((seen.status, seen.code().as_str()), (400, code), "{field} {value}");
    }
    assert_eq!(shop.send("POST", PATH, &[], b"{").code(), "invalid_json");
    assert_eq!(shop.send("POST", PATH, &[], b"").code(), "idempotency_required");
    assert_eq!(clicks(&shop), 0);
}

#[test]
fn another_shop_does_not_know_the_link() {
    let shop = Shop::new();
    shop.run_sql("INSERT INTO tenants VALUES ('tenant-other', 'other', 'Other', 'active', 0, 0)");
    let shop = shop.of_tenant("tenant-other");
    assert_eq!(shop.post(PATH, &click_body("click-elsewhere")).code(), "unsupported_referral_link");
    assert_eq!(shop.get("/r/LAUNCHCIRCLE").status, 404);
}

#[test]
fn without_the_secret_nothing_is_recorded_and_links_lead_on() {
    let shop = Shop::with_settings(&[]);
    assert_eq!(shop.post(PATH, &click_body("click-no-secret")).status, 503);
    let seen = shop.send("GET", "/r/LAUNCHCIRCLE", &[("user-agent", "Mozilla/5.0")], b"");
    assert_eq!((seen.status, seen.header("set-cookie")), (303, ""));
    assert!(seen.log.unwrap().contains("BETTER_AUTH_SECRET"));
    assert_eq!(clicks(&shop), 0);
}
