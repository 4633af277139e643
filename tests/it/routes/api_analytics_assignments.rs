use bumpgrade::insight::assignment::model::{bucket, variant_of, Weighted};
use bumpgrade::kit::hash::sha256_hex;
use serde_json::{json, Value};

use crate::shop::Shop;

const PATH: &str = "/api/analytics/assignments";
const EXPERIMENT: &str = "experiment-opt-in-hero-promise";

fn ask(key: &str, visitor: &str) -> Value {
    json!({
        "experimentId": EXPERIMENT, "sourceRoute": "/funnels/indie-launch-sandbox",
        "anonymousAssignmentKey": visitor, "idempotencyKey": key,
    })
}

fn rows(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM analytics_experiment_assignments")
}

fn seeded() -> Vec<Weighted> {
    [("variant-opt-in-outcome-first", 45), ("variant-opt-in-speed-first", 45), ("variant-opt-in-baseline-holdout", 10)]
        .map(|(id, weight)| Weighted { id: id.to_owned(), weight })
        .into()
}

#[test]
fn the_published_visitors_get_their_variants() {
    let shop = Shop::new();
    insta::assert_snapshot!("assigned", shop.post(PATH, &ask("assignment-1", "playwright-anonymous-visitor")).shown());
    for (visitor, bucket, variant) in [
        ("playwright-anonymous-visitor", 81, "variant-opt-in-speed-first"),
        ("anon-1", 99, "variant-opt-in-baseline-holdout"),
        ("  visitor-000 ", 93, "variant-opt-in-baseline-holdout"),
        ("ünï", 59, "variant-opt-in-speed-first"),
    ] {
        let seen =
            shop.post(PATH, &ask(&format!("key-of-{}", visitor.trim()).replace(['ü', 'ï'], "x"), visitor)).json();
        assert_eq!((&seen["assignmentBucket"], &seen["variantId"]), (&json!(bucket), &json!(variant)), "{visitor}");
    }
    assert_eq!(rows(&shop), 4);
}

#[test]
fn a_visitor_has_one_row_whatever_the_key_and_keeps_the_variant() {
    let shop = Shop::new();
    let first = shop.post(PATH, &ask("assignment-1", "anon-1")).json();
    let calls = shop.calls_during(|shop| {
        assert_eq!(shop.post(PATH, &ask("assignment-1", "anon-1")).json()["duplicate"], true);
    });
    assert_eq!(calls, 1, "who has a variant is only looked up");
    shop.run_sql("UPDATE analytics_experiment_variants SET weight = 0 WHERE position > 0");
    let again = shop.post(PATH, &ask("assignment-2", "anon-1")).json();
    assert_eq!((&again["variantId"], &again["duplicate"]), (&first["variantId"], &json!(true)));
    assert_eq!(rows(&shop), 1);
    assert_eq!(shop.count("SELECT SUM(assignments) FROM analytics_assignment_hours"), 1);
    assert_eq!(
        shop.count("SELECT COUNT(*) FROM analytics_experiment_assignments WHERE visitor_key_hash LIKE '%anon%'"),
        0
    );
}

#[test]
fn a_key_of_another_visitor_is_refused() {
    let shop = Shop::new();
    shop.post(PATH, &ask("assignment-1", "anon-1"));
    let seen = shop.post(PATH, &ask("assignment-1", "anon-2"));
    assert_eq!((seen.status, seen.code().as_str()), (409, "idempotency_conflict"));
    assert!(!seen.text.contains("variant"), "it does not say what the other visitor sees");
    shop.post(PATH, &ask("assignment-2", "anon-2"));
    assert_eq!(shop.post(PATH, &ask("assignment-1", "anon-2")).status, 409, "also when both are known");
}

#[test]
fn two_at_once_are_one() {
    let shop = Shop::new();
    let body = ask("assignment-race", "anon-1").to_string();
    let both = shop.send_twice("POST", PATH, &[("content-type", "application/json")], body.as_bytes());
    assert_eq!(both[0].json()["experimentAssignmentId"], both[1].json()["experimentAssignmentId"]);
    assert_eq!(rows(&shop), 1);
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let shop = Shop::new();
    for (field, value, code) in [
        ("idempotencyKey", json!(" "), "idempotency_required"),
        ("idempotencyKey", json!("k".repeat(181)), "invalid_idempotency_key"),
        ("anonymousAssignmentKey", json!(""), "assignment_key_required"),
        ("anonymousAssignmentKey", json!("x".repeat(241)), "invalid_request"),
        ("experimentId", json!("experiment-made-up"), "unsupported_experiment"),
        ("sourceRoute", json!("/offers/indie-launch-stack"), "unsupported_source_route"),
    ] {
        let mut body = ask("assignment-1", "anon-1");
        body[field] = value;
        let seen = shop.post(PATH, &body);
        assert_eq!((seen.status, seen.code().as_str()), (400, code), "{field}");
    }
    shop.run_sql("UPDATE analytics_experiment_variants SET weight = 0");
    assert_eq!(shop.post(PATH, &ask("assignment-1", "anon-1")).code(), "assignment_unavailable");
    assert_eq!(rows(&shop), 0);
    shop.run_sql("UPDATE analytics_experiment_variants SET weight = 1");
    shop.post(PATH, &ask("assignment-1", "anon-1"));
    shop.run_sql(&format!("UPDATE rate_limits SET count = {}", bumpgrade::kit::bounds::ASSIGNMENTS_MAX));
    assert_eq!(shop.post(PATH, &ask("assignment-2", "anon-2")).status, 429);
    assert_eq!(rows(&shop), 1);
}

/// `tests/workerd/assignment.mjs` works the same out in JavaScript and keeps what it found in this file.
#[test]
fn ten_thousand_visitors_get_what_the_javascript_gave_them() {
    let text = std::fs::read_to_string("tests/workerd/assignment.json").unwrap();
    let known: Value = serde_json::from_str(&text).unwrap();
    let variants = seeded();
    let mut counts = [0_i64; 3];
    let mut lines = String::new();
    for number in 0..10_000 {
        let bucket = bucket(EXPERIMENT, &format!("visitor-{number}"));
        let variant = variant_of(bucket, &variants).unwrap();
        counts[variants.iter().position(|one| one.id == variant.id).unwrap()] += 1;
        lines.push_str(&format!("visitor-{number} {bucket} {}\n", variant.id));
    }
    assert_eq!(known["digest"], json!(sha256_hex(lines.as_bytes())));
    assert_eq!(known["counts"], json!(counts));
    // Chi-square with two degrees of freedom: 13.8 is passed by chance once in a thousand times.
    let expected = [4_500, 4_500, 1_000];
    let chi_thousandths: i64 =
        counts.iter().zip(expected).map(|(seen, wanted)| (seen - wanted).pow(2) * 1_000 / wanted).sum();
    assert!(chi_thousandths < 13_800, "{counts:?}: {chi_thousandths}");
}
