//! The fifteen stages before a notification, by their addresses and on the owner's page.

use bumpgrade::evidence::Evidence;
use bumpgrade::insight::notification;
use serde_json::{json, Value};

use crate::laws::evidence::{arrange, record, request};
use crate::shop::{Seen, Shop};

fn send(shop: &Shop, kind: &Evidence, body: &Value, key: &str) -> Seen {
    let mut body = body.clone();
    body["confirmationText"] = json!(kind.write.phrase);
    body["idempotencyKey"] = json!(key);
    shop.post_as(&shop.owner(), kind.write.path, &body)
}

fn records(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM evidence_records")
}

/// Somebody looks at the waitlist.
fn visit(shop: &Shop, id: &str) {
    let now = shop.clock.0.get();
    shop.run_sql(&format!(
        "INSERT INTO analytics_events (id, tenant_id, event_definition_id, event_kind, source_route, recorded_by,
           idempotency_key, request_hash, funnel_step_id, public_properties_json, client_correlation_hash, occurred_at,
           created_at)
         VALUES ('analytics-event-{id}', 'tenant-platform', 'event-funnel-page-view', 'page_view',
           '/funnels/indie-launch-sandbox', 'visitor', '{id}', '', 'funnel-step-indie-launch-opt-in', '{{}}', '{id}',
           {now}, {now})"
    ));
}

/// How each stage above the first says that nothing is written down below it.
const MISSING: [&str; 14] = [
    "unsupported_inbox_record",
    "unsupported_dispatch_preflight",
    "unsupported_provider_domain_readiness",
    "unsupported_content_consent_readiness",
    "unsupported_send_payload_readiness",
    "unsupported_queue_producer_readiness",
    "unsupported_queue_consumer_readiness",
    "unsupported_provider_call_readiness",
    "unsupported_delivery_attempt_readiness",
    "unsupported_delivery_result_readiness",
    "unsupported_delivery_status_webhook_readiness",
    "unsupported_provider_polling_readiness",
    "unsupported_receipt_payload_readiness",
    "unsupported_delivery_receipt_readiness",
];

/// How each stage above the first says that the record below it does not hold.
const FALLEN: [&str; 14] = [
    "stale_notification_inbox_evidence",
    "stale_notification_dispatch_preflight_evidence",
    "stale_notification_provider_domain_readiness_evidence",
    "stale_notification_content_consent_readiness_evidence",
    "stale_notification_send_payload_readiness_evidence",
    "stale_notification_queue_producer_readiness_evidence",
    "stale_notification_queue_consumer_readiness_evidence",
    "stale_notification_provider_call_readiness_evidence",
    "stale_notification_delivery_attempt_readiness_evidence",
    "stale_notification_delivery_result_readiness_evidence",
    "stale_notification_delivery_status_webhook_readiness_evidence",
    "stale_notification_provider_polling_readiness_evidence",
    "stale_notification_receipt_payload_readiness_evidence",
    "stale_notification_delivery_receipt_readiness_evidence",
];

#[test]
fn the_ladder_is_climbed_in_order_and_no_step_is_left_out() {
    let shop = Shop::new();
    for (index, kind) in notification::ALL.iter().enumerate() {
        if let Some(above) = notification::ALL.get(index + 1) {
            let mut body = request(&shop, above, "");
            // What nobody wrote down has no name; any will do.
            let ids = above.fields().map(|field| field.name).filter(|name| name.ends_with("Id"));
            ids.filter(|id| body[*id].is_null())
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|id| body[id] = json!("none"));
            let early = send(&shop, above, &body, &format!("too-early-{index}"));
            assert_eq!((early.status, early.code().as_str()), (400, MISSING[index]), "{}", early.text);
        }
        let seen = record(&shop, kind, "", &format!("climbing-{index}"));
        assert_eq!(seen.status, 201, "{}: {}", kind.write.kind, seen.text);
        assert_eq!(records(&shop), i64::try_from(index).unwrap() + 1);
        let record = &seen.json()["record"];
        assert_eq!((&record["timeWindowKey"], &record["conversionSampleSize"]), (&json!("all"), &Value::Null));
        assert_eq!((&record["expectedConversionSampleSize"], &record["duplicate"]), (&json!(0), &json!(false)));
        assert_eq!(record["ownerEmailSendEnabled"], json!(false));
    }
}

#[test]
fn a_step_is_refused_when_any_step_below_it_was_written_again() {
    for (top, kind) in notification::ALL.iter().enumerate().skip(1) {
        for again in notification::ALL.iter().take(top) {
            let shop = Shop::new();
            let body = arrange(&shop, kind);
            let seen = record(&shop, again, "", "written-again-1");
            assert_eq!(seen.status, 201, "{}: {}", again.write.kind, seen.text);
            let before = records(&shop);
            let seen = send(&shop, kind, &body, "stands-on-nothing");
            let about = format!("{} after {}: {}", kind.write.kind, again.write.kind, seen.text);
            assert_eq!(seen.status, 409, "{about}");
            assert!(seen.code().starts_with("stale_notification_") && seen.code().ends_with("_evidence"), "{about}");
            assert_eq!(records(&shop), before, "{about}");
            // The same again with the ids that are the latest now: the chain between them is broken all the same.
            let fresh = send(&shop, kind, &request(&shop, kind, ""), "stands-on-a-gap-1");
            if again.write.kind == kind.below.unwrap().write.kind {
                assert_eq!(fresh.status, 201, "{}", fresh.text);
            } else {
                assert_eq!((fresh.status, fresh.code().as_str()), (409, FALLEN[top - 1]), "{about}");
                assert_eq!(records(&shop), before, "{about}");
            }
        }
    }
}

#[test]
fn a_record_that_says_not_yet_opens_nothing() {
    for (below, kind) in notification::ALL.iter().zip(notification::ALL.iter().skip(1)) {
        let Some((field, word)) = below.opens else { continue };
        for says in below.write.words(field).iter().filter(|says| **says != word) {
            let shop = Shop::new();
            let mut body = arrange(&shop, below);
            body[field] = json!(says);
            assert_eq!(send(&shop, below, &body, "says-not-yet-1").status, 201);
            let next = send(&shop, kind, &request(&shop, kind, ""), "stands-on-not-yet");
            assert_eq!(next.status, 409, "{}: {}", kind.write.kind, next.text);
            assert!(next.code().ends_with("_evidence"), "{}", next.text);
        }
    }
}

#[test]
fn the_first_record_is_a_snapshot_and_visits_do_not_shake_what_stands_on_it() {
    let shop = Shop::new();
    let [first, second, ..] = notification::ALL;
    visit(&shop, "visit-0");
    let body = request(&shop, first, "");
    assert_eq!(send(&shop, first, &body, "before-the-visit").status, 201);
    visit(&shop, "visit-00");
    let again = send(&shop, first, &body, "before-the-visit");
    assert_eq!((again.status, &again.json()["duplicate"]), (200, &json!(true)));
    let fresh = send(&shop, first, &body, "after-the-visit-1");
    assert_eq!((fresh.status, fresh.code().as_str()), (409, "stale_analytics_evidence"));
    assert_eq!(fresh.json()["currentEvidence"], json!({ "timeWindow": "all", "conversionSampleSize": 2 }));
    for (index, kind) in notification::ALL.iter().enumerate().skip(1) {
        visit(&shop, &format!("visit-{index}"));
        let body = request(&shop, kind, "");
        assert_eq!(body["expectedConversionSampleSize"], 1, "{}", kind.write.kind);
        let mut live = body.clone();
        live["expectedConversionSampleSize"] = json!(2 + index);
        let refused = send(&shop, kind, &live, "what-is-counted-now");
        assert_eq!((refused.status, refused.code().as_str()), (409, "stale_analytics_evidence"));
        assert_eq!(refused.json()["currentEvidence"], json!({ "timeWindow": "all", "conversionSampleSize": 1 }));
        let seen = send(&shop, kind, &body, &format!("in-a-busy-shop-{index}"));
        assert_eq!(seen.status, 201, "{}: {}", kind.write.kind, seen.text);
    }
    let page = || shop.get_as(&shop.owner(), "/admin/analytics").text;
    assert_eq!(page().matches("Written down<").count(), 15);
    let said = |kind: &Evidence| {
        let contract = shop.get_as(&shop.owner(), kind.write.path).json()["contract"].clone();
        contract["currentEvidenceByWindow"][0]["conversionSampleSize"].clone()
    };
    assert_eq!((said(first), said(second)), (json!(16), json!(1)));
    assert_eq!(record(&shop, first, "", "with-today-s-figure").status, 201);
    assert_eq!((page().matches("Written down<").count(), said(second)), (1, json!(16)));
}

#[test]
fn a_window_that_slides_on_does_not_take_the_ladder_with_it() {
    let shop = Shop::new();
    let [first, second, ..] = notification::ALL;
    visit(&shop, "visit-1");
    assert_eq!(record(&shop, first, "?timeWindowKey=24h", "within-the-day-1").status, 201);
    shop.clock.0.set(shop.clock.0.get() + 26 * 3600);
    assert_eq!(request(&shop, first, "?timeWindowKey=24h")["expectedConversionSampleSize"], 0);
    let seen = record(&shop, second, "?timeWindowKey=24h", "on-the-day-after-1");
    assert_eq!(
        (seen.status, &seen.json()["record"]["expectedConversionSampleSize"]),
        (201, &json!(1)),
        "{}",
        seen.text
    );
}

#[test]
fn a_dashboard_that_changed_makes_every_record_old() {
    let shop = Shop::new();
    let [first, second, ..] = notification::ALL;
    assert_eq!(record(&shop, first, "", "before-the-change").status, 201);
    shop.run_sql("UPDATE analytics_dashboards SET revision_id = 'another'");
    let next = send(&shop, second, &request(&shop, second, ""), "stands-on-an-old-one");
    assert_eq!((next.status, next.code().as_str()), (409, "stale_notification_inbox_evidence"));
    let page = shop.get_as(&shop.owner(), "/admin/analytics");
    assert!(page.text.contains("No longer holds") && page.text.contains("What it says has changed since."));
}

#[test]
fn a_record_about_one_window_says_nothing_of_another() {
    let shop = Shop::new();
    let [first, second, ..] = notification::ALL;
    assert_eq!(record(&shop, first, "?timeWindowKey=7d", "only-seven-days").status, 201);
    let body = request(&shop, second, "?timeWindowKey=7d");
    assert_eq!(body["timeWindowKey"], "7d");
    let mut other = body.clone();
    other["timeWindowKey"] = json!("all");
    let seen = send(&shop, second, &other, "another-window-1");
    assert_eq!((seen.status, seen.code().as_str()), (400, "unsupported_inbox_record"));
    assert_eq!(send(&shop, second, &body, "the-same-window-1").status, 201);
    let contract = shop.get_as(&shop.owner(), second.write.path).json()["contract"].clone();
    let entries = contract["currentEvidenceByWindow"].as_array().unwrap();
    let keys: Vec<&Value> = entries.iter().map(|entry| &entry["timeWindow"]["key"]).collect();
    assert_eq!(keys, [&json!("all"), &json!("24h"), &json!("7d"), &json!("30d")]);
    let allowed: Vec<&Value> = entries.iter().map(|entry| &entry["ownerRecordAllowed"]).collect();
    assert_eq!(allowed, [&json!(false), &json!(false), &json!(true), &json!(false)]);
    assert!(entries[2]["latestInboxRecord"]["id"].is_string() && entries[0]["latestInboxRecord"].is_null());
    assert_eq!(contract["counts"]["notificationDispatchPreflightRecords"], 1);
}

#[test]
fn what_was_not_looked_at_is_not_written_down() {
    let late = &notification::stages::queue_consumer::EVIDENCE;
    let shop = Shop::new();
    let body = arrange(&shop, late);
    let before = records(&shop);
    for (field, value, code) in [
        ("sampleSizeCaveatAcknowledged", json!(false), "sample_size_caveat_required"),
        ("sampleSizeCaveatAcknowledged", json!("true"), "invalid_request"),
        ("ackPolicyReviewed", json!(false), "invalid_request"),
        ("queueBindingReviewed", Value::Null, "invalid_request"),
        ("channelId", json!("analytics-notification-channel-owner-email-digest"), "unsupported_channel"),
        ("timeWindowKey", json!("90d"), "invalid_request"),
        ("dashboardId", json!("analytics-dashboard-other"), "invalid_request"),
        (
            "notificationQueueConsumerReadinessDisposition",
            json!("sent"),
            "unsupported_notification_queue_consumer_readiness_disposition",
        ),
        ("expectedConversionSampleSize", json!("0"), "invalid_request"),
        ("privateNote", json!("x".repeat(801)), "invalid_request"),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        let seen = send(&shop, late, &wrong, "not-looked-at-1");
        assert_eq!((seen.status, seen.code().as_str()), (400, code), "{field}: {}", seen.text);
    }
    assert_eq!(records(&shop), before);
}

#[test]
fn the_page_says_which_steps_no_longer_hold_and_why() {
    let shop = Shop::new();
    arrange(&shop, &notification::stages::content_consent::EVIDENCE);
    let page = || shop.get_as(&shop.owner(), "/admin/analytics").text;
    assert_eq!((page().matches("Written down<").count(), page().matches("Comes next").count()), (3, 1));
    assert_eq!(record(&shop, notification::ALL[0], "", "the-inbox-again").status, 201);
    let page = page();
    for (says, times) in [
        ("Written down<", 1),
        ("It stands on a record that was replaced.", 1),
        ("A step below it no longer holds.", 1),
        ("No longer holds<", 2),
        (">Waits<", 12),
    ] {
        assert_eq!(page.matches(says).count(), times, "{says}");
    }
}

#[test]
fn only_what_holds_is_green() {
    for again in [1, 2] {
        let shop = Shop::new();
        let above = &notification::stages::content_consent::EVIDENCE;
        arrange(&shop, above);
        assert_eq!(record(&shop, above, "", "the-fourth-step").status, 201);
        let green = || {
            let page = shop.get_as(&shop.owner(), "/admin/analytics").text;
            (page.matches("badge good").count(), page.matches("badge bad").count())
        };
        assert_eq!(green(), (4, 0));
        assert_eq!(record(&shop, notification::ALL[again], "", "once-more-1").status, 201);
        assert_eq!(green(), (again + 1, 3 - again));
    }
}

#[test]
fn the_owner_s_page_shows_the_ladder_and_its_forms_work() {
    let shop = Shop::new();
    let owner = shop.owner();
    let page = shop.get_as(&owner, "/admin/analytics?window=30d").text;
    assert!(page.contains("aria-current=\"page\"") && page.contains("30 days"));
    assert_eq!(page.matches("Comes next").count(), 1);
    assert_eq!(page.matches(">Waits<").count(), 14);
    let form = page.split("action=\"/api/admin/analytics/notification-inbox-records\"").nth(1).unwrap();
    let form = form.split("</form>").next().unwrap();
    let mut pairs: Vec<(String, String)> = form
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name.to_owned(), rest.split('"').next().unwrap().to_owned())
        })
        .collect();
    pairs.push(("sampleSizeCaveatAcknowledged".into(), "true".into()));
    pairs.push(("confirmationText".into(), "Record Bumpgrade analytics notification inbox evidence".into()));
    let seen = shop.form_as(
        &owner,
        "/api/admin/analytics/notification-inbox-records",
        &serde_urlencoded::to_string(pairs).unwrap(),
    );
    assert_eq!(
        (seen.status, seen.header("location")),
        (303, "/admin/analytics?window=30d&done=analytics_notification_inbox_recorded")
    );
    let page = shop.get_as(&owner, seen.header("location")).text;
    assert!(
        page.contains("Written down: In the owner's inbox") || page.contains("Written down: In the owner&#39;s inbox"),
        "{page}"
    );
    assert!(page.contains("badge good") && page.matches("Comes next").count() == 1);
    let calls = shop.calls_during(|shop| drop(shop.get_as(&owner, "/admin/analytics")));
    assert_eq!(calls, 2, "the session, and one batch");
}

#[test]
fn the_document_has_every_kind_in_one_batch_and_nothing_private() {
    let shop = Shop::new();
    let [.., last] = notification::ALL;
    let mut body = arrange(&shop, last);
    body["privateNote"] = json!("between us");
    assert_eq!(send(&shop, last, &body, "at-the-top-1").status, 201);
    let seen = shop.get("/analytics/source-data");
    let document = seen.json();
    for key in [
        "experimentDecisions",
        "notificationInboxRecords",
        "notificationDispatchPreflights",
        "notificationProviderDomainReadiness",
        "notificationProviderStatusReconciliationReadiness",
        "experimentDecisionWrites",
        "notificationInboxWrites",
        "notificationDispatchPreflightWrites",
        "notificationDeliveryReceiptReadinessWrites",
    ] {
        assert!(document[key]["id"].is_string(), "{key}");
    }
    let own = |name: &&String| name.starts_with("notification") && !name.ends_with("Writes");
    let summaries: Vec<&String> = document.as_object().unwrap().keys().filter(own).collect();
    assert_eq!(summaries.len(), 15);
    for name in summaries {
        let summary = &document[name];
        assert_eq!(summary["currentEvidenceByWindow"].as_array().unwrap().len(), 4, "{name}");
        assert_eq!(summary["latestRecords"].as_array().unwrap().len(), 1, "{name}");
        assert!(summary["redaction"].as_object().unwrap().values().all(|flag| *flag == json!(false)), "{name}");
    }
    for hidden in ["between us", "at-the-top-1", "privateNoteHash", "actor_user_id\":", "@example"] {
        assert!(!seen.text.contains(hidden), "{hidden}");
    }
    assert!(seen.text.len() < DOCUMENT_BYTES_MAX, "{} bytes", seen.text.len());
}

/// The document must not grow beyond this while records are added, in bytes.
const DOCUMENT_BYTES_MAX: usize = 600_000;
