use serde_json::{json, Value};

use crate::shop::{Seen, Shop, NOON, ORIGIN};

const PATH: &str = "/api/analytics/events";
const OFFER: &str = "/offers/indie-launch-stack";

fn view(key: &str) -> Value {
    json!({
        "eventDefinitionId": "event-funnel-page-view", "sourceRoute": OFFER, "idempotencyKey": key,
        "anonymousId": "anonymous-session-1",
        "publicProperties": {
            "route": OFFER, "funnelId": "funnel-indie-launch-sandbox", "stepId": "funnel-step-indie-launch-sales",
            "variantId": "variant-opt-in-speed-first", "utmSource": " News  Letter ", "utmMedium": "<b>mail</b>",
            "referrerHost": "https://Blog.example/secret?token=1", "email": "ana@example.com", "secret": "x",
        },
    })
}

fn stored(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM analytics_events")
}

#[test]
fn a_view_is_recorded_once_and_only_harmless_properties_are_kept() {
    let shop = Shop::new();
    let calls = shop.calls_during(|shop| {
        let seen = shop.post(PATH, &view("page-view-1"));
        insta::assert_snapshot!("recorded", seen.shown());
    });
    assert_eq!(calls, 1);
    let again = shop.post(PATH, &view("page-view-1"));
    assert_eq!((again.status, &again.json()["duplicate"]), (200, &json!(true)));
    assert_eq!(stored(&shop), 1);
    let kept =
        |column: &str| shop.text(&format!("SELECT {column} FROM analytics_events WHERE event_kind = ?1"), "page_view");
    assert_eq!(kept("funnel_step_id"), "funnel-step-indie-launch-sales");
    assert_eq!(kept("variant_id"), "variant-opt-in-speed-first");
    assert_eq!(kept("client_correlation_hash").len(), 64);
    assert!(!kept("client_correlation_hash").contains("anonymous"));
    let source = "SELECT utm_source || '|' || utm_medium || '|' || referrer_host FROM analytics_source_hours WHERE source_route = ?1";
    assert_eq!(shop.text(source, OFFER), "News Letter||blog.example");
}

#[test]
fn who_comes_from_another_page_of_the_shop_comes_from_nowhere_else() {
    let shop = Shop::new();
    let mut body = view("page-view-1");
    body["publicProperties"]["referrerHost"] = json!("127.0.0.1:8787");
    let seen = shop.post(PATH, &body).json();
    assert_eq!((&seen["status"], &seen["publicProperties"]["referrerHost"]), (&json!("recorded"), &Value::Null));
    assert_eq!(shop.text("SELECT referrer_host FROM analytics_source_hours WHERE source_route = ?1", OFFER), "");
}

#[test]
fn a_key_stands_for_one_view() {
    let shop = Shop::new();
    shop.post(PATH, &view("page-view-1"));
    for (field, other) in [
        ("anonymousId", json!("somebody-else")),
        ("sourceRoute", json!("/audience/indie-launch-waitlist")),
        ("eventDefinitionId", json!("event-purchase-completed")),
        ("publicProperties", json!({})),
    ] {
        let mut body = view("page-view-1");
        body[field] = other;
        let seen = shop.post(PATH, &body);
        assert_eq!((seen.status, seen.code().as_str()), (409, "idempotency_conflict"), "{field}");
    }
    assert_eq!(stored(&shop), 1);
    let mut again = view("page-view-1");
    again["publicProperties"]["utmSource"] = json!("podcast");
    let seen = shop.post(PATH, &again).json();
    assert_eq!(seen["duplicate"], true, "the same tab by another link");
    assert_eq!(seen["publicProperties"]["utmSource"], "News Letter");
}

#[test]
fn two_at_once_are_one() {
    let shop = Shop::new();
    let body = view("page-view-race").to_string();
    let seen = shop.send_twice("POST", PATH, &[("content-type", "application/json")], body.as_bytes());
    assert!(seen.iter().all(|seen| seen.status == 200));
    assert_eq!(stored(&shop), 1);
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let shop = Shop::new();
    let refused = |field: &str, value: Value| {
        let mut body = view("page-view-1");
        body[field] = value;
        let seen = shop.post(PATH, &body);
        (seen.status, seen.code())
    };
    for (field, value, status, code) in [
        ("idempotencyKey", json!(""), 400, "idempotency_required"),
        ("idempotencyKey", json!("k".repeat(181)), 400, "invalid_idempotency_key"),
        ("idempotencyKey", json!(5), 400, "invalid_request"),
        ("eventDefinitionId", json!("event-nobody-knows"), 400, "unsupported_event"),
        ("eventDefinitionId", Value::Null, 400, "unsupported_event"),
        ("sourceRoute", json!("/elsewhere"), 400, "unsupported_source_route"),
        ("sourceRoute", json!("x".repeat(500)), 400, "invalid_request"),
        ("anonymousId", json!("x".repeat(241)), 400, "invalid_request"),
    ] {
        assert_eq!(refused(field, value.clone()), (status, code.to_owned()), "{field} {value}");
    }
    let many: serde_json::Map<String, Value> = (0..41).map(|n| (format!("p{n}"), json!(n))).collect();
    assert_eq!(refused("publicProperties", Value::Object(many)), (400, "invalid_request".to_owned()));
    assert_eq!(stored(&shop), 0);
}

#[test]
fn what_only_the_server_knows_cannot_be_reported() {
    let shop = Shop::new();
    for definition in [
        "event-purchase-completed",
        "event-checkout-started",
        "event-audience-opt-in-created",
        "event-product-access-granted",
        "event-upsell-accepted",
    ] {
        let mut body = view("forged-event");
        body["eventDefinitionId"] = json!(definition);
        for route in [OFFER, "/api/stripe/webhook", "/api/commerce/checkout"] {
            body["sourceRoute"] = json!(route);
            assert_eq!(shop.post(PATH, &body).code(), "unsupported_event", "{definition}");
        }
    }
    assert_eq!(stored(&shop), 0);
}

#[test]
fn a_step_and_a_variant_that_nobody_knows_are_left_out() {
    let shop = Shop::new();
    let mut body = view("page-view-forged");
    body["publicProperties"]["stepId"] = json!("funnel-step-made-up");
    body["publicProperties"]["variantId"] = json!("variant-made-up");
    let seen = shop.post(PATH, &body).json();
    assert!(["stepId", "funnelId", "variantId"].iter().all(|name| seen["publicProperties"].get(name).is_none()));
    assert_eq!(
        shop.count("SELECT COUNT(*) FROM analytics_events WHERE funnel_step_id IS NULL AND variant_id IS NULL"),
        1
    );
}

fn as_agent(shop: &Shop, agent: &str, body: &Value) -> Seen {
    shop.send("POST", PATH, &[("user-agent", agent), ("content-type", "application/json")], body.to_string().as_bytes())
}

#[test]
fn robots_and_previews_are_not_counted_and_use_no_key() {
    let shop = Shop::new();
    for agent in ["Googlebot/2.1", "Mozilla/5.0 (compatible; YandexMetrika)", "WhatsApp/2.0"] {
        let seen = as_agent(&shop, agent, &view("page-view-1")).json();
        assert_eq!((&seen["status"], &seen["ignoredReason"]), (&json!("ignored"), &json!("bot_or_crawler")));
        assert_eq!((&seen["recorded"], seen.get("analyticsEventId")), (&json!(false), None));
        assert!(seen["publicProperties"].get("email").is_none());
    }
    for (name, value) in [("preview", json!(true)), ("testMode", json!(" YES ")), ("analyticsSuppressed", json!("1"))] {
        let mut body = view("page-view-1");
        body["publicProperties"][name] = value;
        assert_eq!(shop.post(PATH, &body).json()["ignoredReason"], "preview_or_test", "{name}");
    }
    let mut wrong = view("page-view-1");
    wrong["sourceRoute"] = json!("/elsewhere");
    assert_eq!(as_agent(&shop, "Googlebot/2.1", &wrong).code(), "unsupported_source_route");
    assert_eq!(stored(&shop), 0);
    assert_eq!(shop.post(PATH, &view("page-view-1")).json()["status"], "recorded");
}

#[test]
fn one_address_can_report_only_so_many() {
    let shop = Shop::new();
    shop.post(PATH, &view("page-view-first"));
    shop.run_sql(&format!("UPDATE rate_limits SET count = {}", bumpgrade::kit::bounds::EVENTS_MAX));
    let seen = shop.post(PATH, &view("page-view-over"));
    assert_eq!((seen.status, seen.code().as_str()), (429, "too_many_requests"));
    assert_eq!((stored(&shop), seen.header("retry-after")), (1, "60"));
    // What was recorded is still answered, and the window ends.
    assert_eq!(shop.post(PATH, &view("page-view-first")).json()["duplicate"], true);
    shop.clock.0.set(NOON + 61);
    assert_eq!(shop.post(PATH, &view("page-view-over")).status, 200);
}

#[test]
fn one_address_can_report_only_so_many_a_day() {
    use bumpgrade::kit::bounds::{EVENTS_DAY_MAX, EVENTS_MAX};
    let shop = Shop::new();
    let mut recorded = 0;
    for minute in 0..5 {
        shop.clock.0.set(NOON + minute * 61);
        for number in 0..EVENTS_MAX {
            recorded += i64::from(shop.post(PATH, &view(&format!("page-view-{minute}-{number}"))).status == 200);
        }
    }
    assert_eq!((recorded, stored(&shop)), (EVENTS_DAY_MAX, EVENTS_DAY_MAX));
    shop.clock.0.set(NOON + 86_401);
    assert_eq!(shop.post(PATH, &view("page-view-tomorrow")).status, 200);
}

#[test]
fn a_shop_takes_only_so_many_an_hour_from_all_addresses_together() {
    let shop = Shop::new();
    shop.post(PATH, &view("page-view-1"));
    let full = bumpgrade::kit::bounds::EVENTS_HOUR_MAX;
    shop.run_sql(&format!("UPDATE analytics_event_hours SET total_events = {full}"));
    let seen = shop.post(PATH, &view("page-view-2"));
    assert_eq!((seen.status, seen.code().as_str(), stored(&shop)), (429, "too_many_requests", 1));
    assert!(seen.log.unwrap().contains("the hour is full"));
    shop.start("key-full-hour");
    assert_eq!(stored(&shop), 2, "what the shop itself knows is always counted");
    shop.clock.0.set(NOON + 3_600);
    assert_eq!(shop.post(PATH, &view("page-view-2")).status, 200);
}

#[test]
fn another_site_cannot_make_its_visitors_report() {
    let shop = Shop::new();
    let paths = [(PATH, view("page-view-1")), ("/api/analytics/assignments", assignment())];
    for (path, body) in &paths {
        let from = |name: &str, value: &str| {
            shop.send("POST", path, &[(name, value), ("content-type", "text/plain")], body.to_string().as_bytes())
        };
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let seen = from(name, value);
            assert_eq!((seen.status, seen.code().as_str()), (403, "invalid_origin"), "{path} {name} {value}");
        }
    }
    assert_eq!((stored(&shop), shop.count("SELECT COUNT(*) FROM analytics_experiment_assignments")), (0, 0));
    for (path, body) in &paths {
        for (name, value) in [("origin", ORIGIN), ("sec-fetch-site", "same-origin"), ("accept", "*/*")] {
            let headers = [(name, value), ("content-type", "text/plain")];
            assert_eq!(shop.send("POST", path, &headers, body.to_string().as_bytes()).status, 200, "{path} {name}");
        }
    }
}

fn assignment() -> Value {
    json!({
        "experimentId": "experiment-opt-in-hero-promise", "sourceRoute": "/funnels/indie-launch-sandbox",
        "anonymousId": "anon-1", "idempotencyKey": "assignment-1",
    })
}

#[test]
fn old_events_are_forgotten_and_their_totals_stay() {
    let shop = Shop::new();
    shop.post(PATH, &view("page-view-1"));
    shop.post("/api/analytics/assignments", &assignment());
    let single =
        ["analytics_events", "analytics_visits", "analytics_source_visitors", "analytics_experiment_assignments"];
    let rows = |shop: &Shop| single.map(|table| shop.count(&format!("SELECT COUNT(*) FROM {table}")));
    let before = rows(&shop);
    assert!(before.iter().all(|rows| *rows > 0), "{before:?}");
    let forget = |after: i64| {
        shop.clock.0.set(NOON + after);
        futures_executor::block_on(bumpgrade::job::tick(&shop.cx));
    };
    forget(35 * 86_400);
    assert_eq!(rows(&shop)[0], before[0], "not yet");
    forget(37 * 86_400);
    assert_eq!(rows(&shop), [0; 4]);
    assert_eq!(shop.count("SELECT SUM(total_events) FROM analytics_event_hours"), 1);
    assert_eq!(shop.count("SELECT SUM(visitors) FROM analytics_step_hours WHERE funnel_step_id = ''"), 1);
}

#[test]
fn another_shop_takes_no_part() {
    let shop = Shop::new();
    shop.run_sql("INSERT INTO tenants VALUES ('tenant-b', 'b', 'B', 'active', 0, 0)");
    assert_eq!(shop.of_tenant("tenant-b").post(PATH, &view("page-view-1")).code(), "unsupported_event");
}
