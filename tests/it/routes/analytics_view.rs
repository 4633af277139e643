//! The image that counts browsers without script, and the script itself.

use crate::shop::{Seen, Shop, NOON, ORIGIN};

const IMAGE: &str = "/analytics/view.svg?page=%2Foffers%2Findie-launch-stack";

fn look(shop: &Shop, changes: &[(&str, &str)]) -> Seen {
    let referer = format!("{ORIGIN}/offers/indie-launch-stack?utm_source=newsletter&utm_medium=%3Cb%3E&secret=1");
    let mut headers = vec![
        ("user-agent", "Lynx/2.9"),
        ("referer", referer.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-dest", "image"),
        ("cf-connecting-ip", "192.0.2.1"),
    ];
    for (name, value) in changes {
        headers.retain(|(known, _)| known != name);
        headers.push((name, value));
    }
    shop.send("GET", IMAGE, &headers, b"")
}

fn views(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM analytics_events")
}

#[test]
fn a_browser_without_script_is_counted_once_a_day() {
    let shop = Shop::new();
    for _ in 0..3 {
        let seen = look(&shop, &[]);
        assert_eq!(
            (seen.status, seen.header("content-type"), seen.header("cache-control")),
            (200, "image/svg+xml", "no-store")
        );
        assert!(seen.text.starts_with("<svg") && seen.header("set-cookie").is_empty());
    }
    assert_eq!(views(&shop), 1);
    assert_eq!(
        shop.text("SELECT funnel_step_id FROM analytics_events WHERE event_kind = ?1", "page_view"),
        "funnel-step-indie-launch-sales"
    );
    assert_eq!(
        shop.text(
            "SELECT utm_source || '|' || utm_medium FROM analytics_source_hours WHERE tenant_id = ?1",
            "tenant-platform"
        ),
        "newsletter|"
    );
    look(&shop, &[("cf-connecting-ip", "192.0.2.2")]);
    look(&shop, &[("user-agent", "w3m/0.5")]);
    assert_eq!(views(&shop), 3);
    shop.clock.0.set(NOON + 86_400);
    look(&shop, &[]);
    assert_eq!(views(&shop), 4);
    let hashes = "SELECT COUNT(DISTINCT client_correlation_hash) FROM analytics_events";
    assert_eq!(shop.count(hashes), 4, "the key changes every day");
}

#[test]
fn who_does_not_look_is_not_counted() {
    let shop = Shop::new();
    for changes in [
        ("user-agent", "Googlebot/2.1"),
        ("user-agent", ""),
        ("sec-purpose", "prefetch"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-dest", "document"),
        ("referer", "https://evil.example/offers/indie-launch-stack"),
        ("referer", ""),
        ("referer", "http://127.0.0.1:8787/offers/indie-launch-stack?bumpgrade_analytics=off"),
        ("referer", "http://127.0.0.1:8787/offers/indie-launch-stack?a=b&preview=true"),
    ] {
        assert_eq!(look(&shop, &[changes]).status, 200);
        assert_eq!(views(&shop), 0, "{changes:?}");
    }
    shop.send("HEAD", IMAGE, &[("user-agent", "Lynx/2.9"), ("referer", ORIGIN)], b"");
    shop.send("GET", "/analytics/view.svg?page=/nowhere", &[("user-agent", "Lynx/2.9"), ("referer", ORIGIN)], b"");
    assert_eq!(views(&shop), 0);
}

#[test]
fn a_shop_without_the_secret_answers_with_the_image_and_counts_nobody() {
    let shop = Shop::with_settings(&[]);
    assert_eq!(look(&shop, &[]).status, 200);
    assert_eq!(views(&shop), 0);
}

#[test]
fn a_view_that_cannot_be_counted_is_an_image_all_the_same_and_a_line_in_the_log() {
    let shop = Shop::new();
    shop.db.fail_at.set(Some(0));
    let seen = look(&shop, &[]);
    assert_eq!((seen.status, seen.header("content-type")), (200, "image/svg+xml"));
    assert!(seen.log.unwrap().contains("could not be counted"));
    shop.db.fail_at.set(None);
    shop.run_sql("INSERT INTO rate_limits SELECT 'other', 1, 0 WHERE 0");
    look(&shop, &[]);
    shop.run_sql("UPDATE rate_limits SET count = 1000000");
    let seen = look(&shop, &[("user-agent", "w3m/0.5")]);
    assert_eq!((seen.status, seen.log, views(&shop)), (200, None, 1));
}

#[test]
fn the_script_is_small_and_its_page_says_what_it_reports() {
    let script = std::fs::read("public/beacon.js").unwrap();
    assert!(script.len() < 1_500, "{} bytes", script.len());
    assert!(!String::from_utf8(script).unwrap().contains("cookie ="));
    let page = Shop::new().page("/offers/indie-launch-stack").text;
    for part in [
        "<script src=\"/beacon.js\" type=\"module\" data-event=\"event-funnel-page-view\"",
        "data-route=\"/offers/indie-launch-stack\"",
        "data-steps=\"funnel-step-indie-launch-sales #\"",
        "<noscript><img src=\"/analytics/view.svg?page=%2Foffers%2Findie-launch-stack\" alt=\"\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("data-experiment"));
    assert!(!Shop::new().page("/products/indie-launch-library").text.contains("beacon"));
}
