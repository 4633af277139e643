use std::collections::{BTreeMap, BTreeSet};

use serde_json::{json, Value};

use crate::shop::{Shop, NOON};
use crate::visits::{begins, insert, many, people, sources, Visit};

const PATH: &str = "/analytics/source-data";
const WINDOWS: [(&str, i64); 4] = [("all", 0), ("24h", 86_400), ("7d", 604_800), ("30d", 2_592_000)];

pub fn document(shop: &Shop, window: &str) -> Value {
    let seen = shop.get(&format!("{PATH}?window={window}"));
    assert_eq!(seen.status, 200, "{}", seen.text);
    seen.json()
}

#[test]
fn the_document_reads_as_reviewed() {
    insta::assert_snapshot!(Shop::new().get(PATH).shown());
}

#[test]
fn the_document_has_an_entry_for_each_kind_of_evidence_and_for_its_writes() {
    let seen = Shop::new().get(PATH);
    assert!(seen.text.len() < 400_000, "{} bytes", seen.text.len());
    let document = seen.json();
    let rungs = [
        "ProviderDomain",
        "ContentConsent",
        "SendPayload",
        "QueueProducer",
        "QueueConsumer",
        "ProviderCall",
        "DeliveryAttempt",
        "DeliveryResult",
        "DeliveryStatusWebhook",
        "ProviderPolling",
        "ReceiptPayload",
        "DeliveryReceipt",
        "ProviderStatusReconciliation",
    ];
    let mut kinds: Vec<[String; 2]> = [
        ["experimentDecision", "experimentDecisions"],
        ["notificationInbox", "notificationInboxRecords"],
        ["notificationDispatchPreflight", "notificationDispatchPreflights"],
    ]
    .map(|pair| pair.map(str::to_owned))
    .into();
    kinds.extend(rungs.map(|rung| [0, 1].map(|_| format!("notification{rung}Readiness"))));
    assert_eq!(kinds.len(), 16);
    for [stem, records] in kinds {
        let writes = &document[format!("{stem}Writes")];
        assert_eq!(writes["auth"], "owner-session", "{stem}");
        assert!(writes["tables"][0].as_str().unwrap().starts_with("analytics_"), "{stem}");
        let summary = &document[&records];
        assert_eq!((&summary["source"], &summary["apiRoute"]), (&json!("d1"), &writes["apiRoute"]), "{records}");
        assert_eq!(summary["currentEvidenceByWindow"].as_array().unwrap().len(), 4, "{records}");
        assert!(summary["redaction"].as_object().unwrap().values().all(|flag| *flag == json!(false)), "{records}");
    }
}

#[test]
fn a_report_reads_totals_and_never_what_they_are_totals_of() {
    for query in bumpgrade::insight::report::sql::ALL {
        let words: Vec<&str> = query.sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        for raw in
            ["analytics_events", "analytics_event_ingestions", "analytics_visits", "analytics_experiment_assignments"]
        {
            assert!(!words.contains(&raw), "{} reads {raw}", query.name);
        }
    }
}

#[test]
fn example_figures_are_shown_apart_and_never_counted() {
    let report = &document(&Shop::new(), "all")["funnelConversionReport"];
    assert_eq!((&report["conversionSampleSize"], &report["privateDataIncluded"]), (&json!(0), &json!(false)));
    for (row, figures) in report["rows"].as_array().unwrap().iter().zip([[1000, 180], [620, 74], [74, 51]]) {
        assert_eq!([&row["fixtureVisitors"], &row["fixtureConversions"]], [&json!(figures[0]), &json!(figures[1])]);
        assert_eq!([&row["visitors"], &row["conversions"], &row["sampleSize"]], [0; 3].map(|n| json!(n)).each_ref());
        assert_eq!((&row["reportMode"], &row["conversionRate"]), (&json!("fixture_fallback"), &Value::Null));
    }
    let rates: Vec<Value> = document(&Shop::new(), "all")["dashboards"][0]["funnelMetrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| metric["rate"].clone())
        .collect();
    assert_eq!(rates, [json!(0.18), json!(0.119), json!(0.689)]);
}

#[test]
fn an_unknown_window_is_all_time() {
    let shop = Shop::new();
    for (asked, selected) in [("", "all"), ("?window=7d", "7d"), ("?window=nonsense", "all"), ("?window=", "all")] {
        let windows = &shop.get(&format!("{PATH}{asked}")).json()["timeWindows"];
        assert_eq!((&windows["selected"]["key"], &windows["default"]), (&json!(selected), &json!("all")), "{asked}");
        assert_eq!(windows["supported"].as_array().unwrap().len(), 4);
    }
}

/// The totals of a list of the document, by the fields that name them.
pub fn shown<const N: usize>(list: &Value, names: [&str; N]) -> BTreeMap<Vec<String>, i64> {
    let total = |row: &Value| {
        let name = names.map(|name| row[name].as_str().unwrap().to_owned());
        (name.into(), row["total_events"].as_i64().unwrap())
    };
    let rows = list.as_array().unwrap();
    let totals: BTreeMap<Vec<String>, i64> = rows.iter().map(total).collect();
    assert_eq!(totals.len(), rows.len(), "a row is there twice");
    totals
}

pub fn owned<const N: usize>(totals: &BTreeMap<[&str; N], i64>) -> BTreeMap<Vec<String>, i64> {
    totals.iter().map(|(name, total)| (name.map(str::to_owned).into(), *total)).collect()
}

/// Every source that is shown by name, and all the others together.
fn compare_sources(list: &Value, visits: &[Visit], counted: &BTreeMap<(&str, &str, &str), i64>, window: &str) {
    let mut expected: BTreeMap<Vec<String>, i64> = BTreeMap::new();
    for ((route, source, host), total) in
        counted.iter().filter(|((_, source, host), _)| !source.is_empty() || !host.is_empty())
    {
        let of_source = visits.iter().filter(|visit| (visit.route, visit.source, visit.host) == (route, source, host));
        let people: BTreeSet<usize> =
            of_source.filter(|visit| visit.kind == "page_view").map(|visit| visit.visitor).collect();
        let named = *total >= 5 && people.len() >= 5;
        let name = if named { [*route, source, host] } else { [*route, "(other)", ""] };
        *expected.entry(name.map(str::to_owned).into()).or_default() += total;
    }
    expected.retain(|name, total| name[1] != "(other)" || *total >= 5);
    assert!(expected.len() > 9, "{window}: {expected:?}");
    assert_eq!(shown(list, ["source_route", "utm_source", "referrer_host"]), expected, "{window}");
}

/// Every figure of the document for each window, against a plain count of the events.
fn compare(shop: &Shop, visits: &[Visit]) {
    const VIEW: &str = "event-funnel-page-view";
    const START: &str = "event-checkout-started";
    let (opt_in, sales) = ("funnel-step-indie-launch-opt-in", "funnel-step-indie-launch-sales");
    for (window, seconds) in WINDOWS {
        let (document, from) = (document(shop, window), begins(seconds));
        let rows = document["funnelConversionReport"]["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 3);
        for (row, (look, step, goal, goal_step)) in rows.iter().zip([
            (VIEW, opt_in, "event-audience-opt-in-created", opt_in),
            (VIEW, sales, START, sales),
            (START, "", "event-purchase-completed", ""),
        ]) {
            let (visitors, conversions) = (people(visits, look, step, from), people(visits, goal, goal_step, from));
            assert_eq!(
                (&row["visitors"], &row["conversions"]),
                (&json!(visitors), &json!(conversions)),
                "{window} {row}"
            );
            let newest = visits
                .iter()
                .filter(|visit| visit.at >= from)
                .filter(|visit| {
                    [(look, step), (goal, goal_step)].iter().any(|(definition, step)| {
                        visit.definition == *definition && (step.is_empty() || visit.step == *step)
                    })
                })
                .map(|visit| visit.at)
                .max();
            assert_eq!(row["lastEventAt"], json!(newest), "{window}");
        }
        let summary = &document["eventSummary"];
        let since: Vec<&Visit> = visits.iter().filter(|visit| visit.at >= from).collect();
        let mut pages: BTreeMap<[&str; 2], i64> = BTreeMap::new();
        let mut variants: BTreeMap<[&str; 3], i64> = BTreeMap::new();
        for visit in &since {
            *pages.entry([visit.definition, visit.route]).or_default() += 1;
            if !visit.variant.is_empty() {
                *variants.entry([visit.definition, visit.route, visit.variant]).or_default() += 1;
            }
        }
        let names = ["event_definition_id", "source_route", "variant_id"];
        assert_eq!(shown(&summary["aggregateCounts"], [names[0], names[1]]), owned(&pages), "{window}");
        assert_eq!(shown(&summary["aggregateVariantCounts"], names), owned(&variants), "{window}");
        let counted = sources(visits, from);
        compare_sources(&summary["aggregateSourceCounts"], visits, &counted, window);
        let cohorts = &document["reportExports"]["ownerReviewedCohortComparisons"]["comparisons"][0]["cohorts"];
        for (cohort, names) in [(0, &["newsletter"] as &[&str]), (1, &["", "direct", "referral"])] {
            let events: i64 = counted
                .iter()
                .filter(|((_, source, _), _)| names.contains(&source.to_lowercase().as_str()))
                .map(|(_, count)| count)
                .sum();
            assert_eq!(cohorts[cohort]["eventCount"], json!(events), "{window}");
        }
    }
}

#[test]
fn a_hundred_thousand_events_are_counted_as_a_plain_recount_counts_them() {
    let shop = Shop::new();
    let visits = many(100_000);
    insert(&shop, &visits);
    assert_eq!(shop.count("SELECT COUNT(*) FROM analytics_events"), 100_000);
    compare(&shop, &visits);
    let calls = shop.calls_during(|shop| drop(shop.get(PATH)));
    assert_eq!(calls, 1);
    // Once a day old hours are summed up, and every figure stays what it was.
    let hours = shop.count("SELECT COUNT(*) FROM analytics_visitor_hours");
    fold(&shop);
    assert!(shop.count("SELECT COUNT(*) FROM analytics_visitor_hours") < hours);
    let cut = NOON / 86_400 * 86_400 - 31 * 86_400;
    assert_eq!(
        shop.count(&format!("SELECT COUNT(*) FROM analytics_event_hours WHERE hour BETWEEN 1 AND {}", cut - 1)),
        0
    );
    compare(&shop, &visits);
}

#[test]
fn hours_are_summed_up_only_just_after_midnight() {
    let shop = Shop::new();
    insert(&shop, &many(50).into_iter().map(|visit| Visit { at: NOON - 50 * 86_400, ..visit }).collect::<Vec<_>>());
    let calls = shop.calls_during(|shop| futures_executor::block_on(bumpgrade::insight::fold(&shop.cx)).unwrap());
    assert_eq!(calls, 0);
    shop.clock.0.set(NOON / 86_400 * 86_400 + 299);
    for _ in 0..2 {
        futures_executor::block_on(bumpgrade::insight::fold(&shop.cx)).unwrap();
    }
    assert_eq!(shop.count("SELECT SUM(total_events) FROM analytics_event_hours WHERE hour = 0"), 50);
}

pub fn visits_of(source: &'static str, count: usize) -> Vec<Visit> {
    let first = many(1).remove(0);
    let view = Visit {
        kind: "page_view",
        definition: "event-funnel-page-view",
        route: "/offers/indie-launch-stack",
        step: "",
        variant: "",
        source,
        host: "",
        at: NOON,
        ..first
    };
    (0..count).map(|visitor| Visit { visitor, ..view.clone() }).collect()
}

/// Sums up the hours before last month.
pub fn fold(shop: &Shop) {
    shop.clock.0.set(NOON / 86_400 * 86_400 + 60);
    futures_executor::block_on(bumpgrade::insight::fold(&shop.cx)).unwrap();
    shop.clock.0.set(NOON);
}

#[test]
fn assignments_of_another_dashboard_are_not_counted_with_this_one() {
    let shop = Shop::new();
    shop.run_sql(
        "INSERT INTO analytics_dashboards SELECT tenant_id, 'dashboard-b', 'b', title, summary, status, revision_id,
           linked_funnel_route, linked_offer_route, linked_audience_route, caveat, 1, 0, 0 FROM analytics_dashboards;
         INSERT INTO analytics_experiments SELECT tenant_id, 'experiment-b', 'dashboard-b', title, hypothesis, status,
           source_route, linked_block_id, assignment_key, primary_metric_id, guardrail_metric_id, 1, 0, 0
           FROM analytics_experiments;
         INSERT INTO analytics_experiment_variants SELECT tenant_id, 'experiment-b', id, label, summary, weight, position
           FROM analytics_experiment_variants",
    );
    for (number, experiment) in ["experiment-b", "experiment-b", "experiment-opt-in-hero-promise"].iter().enumerate() {
        let ask = json!({
            "experimentId": experiment, "sourceRoute": "/funnels/indie-launch-sandbox",
            "anonymousId": format!("anon-{number}"), "idempotencyKey": format!("assignment-{number}"),
        });
        assert_eq!(shop.post("/api/analytics/assignments", &ask).status, 200);
    }
    let assigned = |window: &str| {
        document(&shop, window)["reportExports"]["ownerReviewedCohortComparisons"]["comparisons"][0]["cohorts"][0]
            ["assignmentCount"]
            .clone()
    };
    assert_eq!([assigned("all"), assigned("24h")], [1, 1]);
    shop.clock.0.set(NOON + 3 * 86_400);
    assert_eq!([assigned("all"), assigned("24h"), assigned("7d")], [1, 0, 1]);
}

#[test]
fn each_threshold_is_compared_with_its_own_value() {
    let shop = Shop::new();
    let step = |kind: &'static str, definition, step, count: usize| {
        visits_of("", count).into_iter().map(move |visit| Visit { kind, definition, step, ..visit })
    };
    let (opt_in, sales) = ("funnel-step-indie-launch-opt-in", "funnel-step-indie-launch-sales");
    // 11 of 100 join, which is below 0.12; 11 of 100 start an order, which is not below 0.1.
    let visits: Vec<Visit> = step("page_view", "event-funnel-page-view", opt_in, 100)
        .chain(step("page_view", "event-funnel-page-view", sales, 100))
        .chain(step("opt_in", "event-audience-opt-in-created", opt_in, 11))
        .chain(step("checkout_start", "event-checkout-started", sales, 11))
        .collect();
    insert(&shop, &visits);
    let alerts = document(&shop, "all")["reportExports"]["ownerReviewedAlertThresholds"].clone();
    let crossed: Vec<&Value> =
        alerts["reviews"][0]["thresholds"].as_array().unwrap().iter().map(|one| &one["crossed"]).collect();
    assert_eq!(crossed, [&json!(false), &json!(true)]);
    assert_eq!(
        (&alerts["anomalyReviews"][0]["anomalyCount"], &alerts["anomalyReviews"][0]["sampleSize"]),
        (&json!(1), &json!(222))
    );
}

#[test]
fn nothing_private_is_in_the_document() {
    let shop = Shop::new();
    shop.buy("key-canary-analytics");
    for n in 0..6 {
        let body = json!({
            "eventDefinitionId": "event-funnel-page-view", "sourceRoute": "/offers/indie-launch-stack",
            "idempotencyKey": format!("canary-key-{n}"), "anonymousId": format!("canary-visitor-{n}"),
            "publicProperties": { "utmSource": "<b>canary</b>", "utmCampaign": "canary@example.com", "referrerHost": "https://blog.example/canary?x=canary" },
        });
        let headers =
            [("cf-connecting-ip", "192.0.2.77"), ("user-agent", "canary-agent"), ("content-type", "application/json")];
        assert_eq!(shop.send("POST", "/api/analytics/events", &headers, body.to_string().as_bytes()).status, 200);
    }
    for path in [PATH, "/analytics/indie-launch-dashboard"] {
        let text = shop.get(path).text;
        for private in ["canary", "192.0.2.77", "example.com", "checkout-intent-", "<b>", "ana@"] {
            assert!(!text.contains(private), "{path} holds {private}");
        }
        assert!(text.contains("blog.example"), "{path}");
        assert!(!text.contains("Included\":true"), "{path}");
    }
}
