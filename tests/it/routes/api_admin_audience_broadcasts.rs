//! The five steps of a broadcast, in order, and what makes each of them fall.

use bumpgrade::audience::evidence::BROADCASTS;
use serde_json::{json, Value};

use crate::laws::evidence::{furnish, record, request};
use crate::reader::{joined, left, suppressed};
use crate::shop::{Seen, Shop};

/// How many steps there are.
const STEPS: usize = 5;

fn again(shop: &Shop, step: usize, key: &str) -> Seen {
    record(shop, BROADCASTS[step], "", key)
}

/// Records every step below this one.
fn climb(shop: &Shop, until: usize) {
    for step in 0..until {
        let seen = again(shop, step, &format!("broadcast-climb-{step}"));
        assert_eq!(seen.status, 201, "{step}: {}", seen.text);
    }
}

/// A shop with every step recorded.
fn walked() -> Shop {
    let shop = Shop::new();
    furnish(&shop);
    climb(&shop, STEPS - 1);
    assert_eq!(again(&shop, STEPS - 1, "broadcast-last-1").status, 201);
    shop
}

#[test]
fn the_steps_are_walked_in_order_and_copy_what_they_stand_on() {
    let shop = Shop::new();
    furnish(&shop);
    let away = joined(&shop, "away@example.test", "");
    left(&shop, &away);
    let mut shown = Vec::new();
    for step in 0..STEPS {
        if step + 1 < STEPS {
            let early = again(&shop, step + 1, &format!("broadcast-early-{step}"));
            assert!((400..500).contains(&early.status), "step {} came before step {step}", step + 1);
        }
        let seen = again(&shop, step, &format!("broadcast-step-{step}"));
        assert_eq!(seen.status, 201, "{step}: {}", seen.text);
        shown.push(seen.json());
    }
    let attempt = &shown[STEPS - 1]["attempt"];
    assert_eq!(attempt["scheduleIntentId"], shown[0]["intent"]["id"]);
    assert_eq!(attempt["deliveryBatchId"], shown[1]["batch"]["id"]);
    assert_eq!(attempt["deliveryQueueMessageId"], shown[2]["messages"]["id"]);
    assert_eq!(attempt["dispatchPreflightId"], shown[3]["preflight"]["id"]);
    assert_eq!((&attempt["dryRunMessageCount"], &attempt["heldRecipientCount"]), (&json!(1), &json!(1)));
    assert_eq!(attempt["queueName"], "audience-broadcast-delivery-dry-run");
    assert_eq!(attempt["dispatchResultStatus"], "not_dispatched_dry_run_receipt_only");
    insta::assert_snapshot!(serde_json::to_string_pretty(&shown).unwrap());
    let view = "SELECT queue_name || '|' || provider_responses_created || '|' || schedule_intent_id || '|' || status
        FROM audience_broadcast_dispatch_attempts WHERE ?1 <> ''";
    let schedule = shown[0]["intent"]["id"].as_str().unwrap();
    assert_eq!(
        shop.text(view, "x"),
        format!("audience-broadcast-delivery-dry-run|0|{schedule}|dispatch_attempt_dry_run_recorded")
    );
}

#[test]
fn a_step_falls_when_any_step_below_it_is_replaced() {
    for replaced in 0..STEPS - 1 {
        let shop = walked();
        let kept: Vec<Value> = (0..STEPS).map(|step| request(&shop, BROADCASTS[step], "")).collect();
        assert_eq!(again(&shop, replaced, "broadcast-newer-1").status, 201);
        for step in replaced + 1..STEPS {
            let write = BROADCASTS[step].write;
            let mut body = kept[step].clone();
            body["confirmationText"] = json!(write.phrase);
            body["idempotencyKey"] = json!("broadcast-old-ids");
            let before = shop.count("SELECT COUNT(*) FROM evidence_records");
            let seen = shop.post_as(&shop.owner(), write.path, &body);
            assert_eq!(
                (seen.status, seen.code().as_str()),
                (409, "stale_broadcast_evidence"),
                "{replaced}, {step}: {}",
                seen.text
            );
            if step > replaced + 1 {
                let seen = again(&shop, step, "broadcast-new-ids");
                assert_eq!((seen.status, seen.code().as_str()), (409, "stale_broadcast_evidence"), "{}", seen.text);
            }
            assert_eq!(shop.count("SELECT COUNT(*) FROM evidence_records"), before);
        }
    }
}

#[test]
fn every_step_falls_when_the_draft_or_the_number_of_readers_changes() {
    for (change, code) in [
        ("UPDATE audience_broadcast_drafts SET title = 'Another'", "stale_draft_revision"),
        ("UPDATE audience_broadcast_drafts SET updated_at = updated_at", "stale_draft_revision"),
        ("UPDATE audience_subscribers SET status = 'unsubscribed'", "stale_readiness_count"),
    ] {
        let shop = walked();
        let kept: Vec<Value> = (0..STEPS).map(|step| request(&shop, BROADCASTS[step], "")).collect();
        shop.run_sql(change);
        for step in 0..STEPS {
            let write = BROADCASTS[step].write;
            let mut body = kept[step].clone();
            body["confirmationText"] = json!(write.phrase);
            body["idempotencyKey"] = json!("broadcast-after-change");
            let seen = shop.post_as(&shop.owner(), write.path, &body);
            assert_eq!((seen.status, seen.code().as_str()), (409, code), "{step} after {change}: {}", seen.text);
            if step > 0 {
                // Saying how the draft is now does not help: the step below was about another state of it.
                let seen = again(&shop, step, "broadcast-after-change");
                assert_eq!((seen.status, seen.code().as_str()), (409, code), "{step} after {change}: {}", seen.text);
            }
        }
        assert_eq!(again(&shop, 0, "broadcast-begin-again").status, 201, "a new schedule begins anew");
        assert_eq!(again(&shop, 1, "broadcast-begin-again").status, 201);
    }
}

#[test]
fn two_changes_within_one_second_are_two_revisions() {
    let shop = Shop::new();
    let at = || {
        shop.text(
            "SELECT revision || ' ' || updated_at FROM audience_broadcast_drafts WHERE id = ?1",
            "broadcast-draft-launch-window",
        )
    };
    assert_eq!(at(), "1 1779148800");
    shop.run_sql("UPDATE audience_broadcast_drafts SET title = 'A', updated_at = 1795176000");
    assert_eq!(at(), "2 1795176000");
    shop.run_sql("UPDATE audience_broadcast_drafts SET title = 'B', updated_at = 1795176000");
    assert_eq!(at(), "3 1795176001");
}

#[test]
fn the_gates_are_read_from_the_rows() {
    for (change, step, code) in [
        (
            "UPDATE audience_broadcast_readiness SET status = 'draft' WHERE kind = 'preview_safety'",
            1,
            "preview_safety_not_ready",
        ),
        ("DELETE FROM audience_broadcast_readiness WHERE kind = 'preview_safety'", 1, "preview_safety_not_ready"),
        (
            "UPDATE audience_broadcast_readiness SET flags_json = json_set(flags_json, '$.providerSendEnabled', 1)
          WHERE kind = 'queue_readiness'",
            1,
            "queue_gate_not_ready",
        ),
        (
            "UPDATE audience_broadcast_readiness SET facts_json = json_set(facts_json, '$.queueMode', 'live')
          WHERE kind = 'queue_readiness'",
            3,
            "queue_gate_not_ready",
        ),
        (
            "UPDATE audience_broadcast_readiness SET facts_json = json_set(facts_json, '$.queueName', 'another')
          WHERE kind = 'queue_readiness'",
            4,
            "queue_gate_not_ready",
        ),
    ] {
        let shop = Shop::new();
        furnish(&shop);
        climb(&shop, step);
        shop.run_sql(change);
        let seen = again(&shop, step, "broadcast-gate-1");
        assert_eq!((seen.status, seen.code().as_str()), (400, code), "{change}: {}", seen.text);
    }
}

#[test]
fn a_send_time_that_has_passed_or_cannot_be_read_is_refused_and_none_is_public() {
    let shop = Shop::new();
    furnish(&shop);
    let schedule = BROADCASTS[0];
    let mut body = request(&shop, schedule, "");
    body["confirmationText"] = json!(schedule.write.phrase);
    body["idempotencyKey"] = json!("broadcast-time-1");
    for wrong in ["2026-11-20T12:00:00Z", "2020-01-01T00:00:00Z", "next Friday", "2030-13-01T00:00:00Z", "<b>"] {
        body["requestedSendAt"] = json!(wrong);
        let seen = shop.post_as(&shop.owner(), schedule.write.path, &body);
        assert_eq!((seen.status, seen.code().as_str()), (400, "invalid_request"), "{wrong}: {}", seen.text);
    }
    body["requestedSendAt"] = json!("2026-11-20T14:30:00+01:00");
    let first = shop.post_as(&shop.owner(), schedule.write.path, &body);
    assert_eq!((first.status, &first.json()["intent"]["sendTimeRequested"]), (201, &json!(true)), "{}", first.text);
    assert_eq!(
        shop.text("SELECT requested_send_at FROM audience_broadcast_schedule_intents WHERE ?1 <> ''", "x"),
        "2026-11-20T13:30:00.000Z"
    );
    assert!(!shop.get("/audience/source-data").text.contains("13:30:00"));
    shop.clock.0.set(shop.clock.0.get() + 86_400);
    let late = shop.post_as(&shop.owner(), schedule.write.path, &body);
    assert_eq!((late.status, &late.json()["duplicate"]), (200, &json!(true)), "a repetition is not late");
}

#[test]
fn a_draft_counts_its_own_segment_and_whoever_is_held_by_hash() {
    let shop = Shop::new();
    let [_, held, gone] = ["a", "b", "c"].map(|name| joined(&shop, &format!("{name}@example.test"), ""));
    suppressed(&shop, &held);
    left(&shop, &gone);
    shop.run_sql(
        "INSERT INTO audience_broadcast_drafts (id, tenant_id, workspace_id, title, status, subject_intent, preview_text,
           audience_scope, segment_id, approval_boundary, suppression_policy, created_at, updated_at)
         SELECT 'broadcast-draft-other', tenant_id, workspace_id, 'Other', status, subject_intent, preview_text,
           audience_scope, 'segment-product-interested-publishers', approval_boundary, suppression_policy, 0, 0
         FROM audience_broadcast_drafts",
    );
    let readiness = shop.get("/audience/source-data").json()["broadcastReadiness"].clone();
    let of = |draft: usize| {
        [
            "readyRecipientCount",
            "excludedBySuppressionCount",
            "excludedByUnsubscribeCount",
            "excludedByMissingConsentCount",
        ]
        .map(|name| readiness["drafts"][draft][name].as_i64().unwrap())
    };
    assert_eq!((of(0), of(1)), ([1, 1, 1, 0], [0, 0, 0, 0]));
    assert_eq!(readiness["counts"]["readyRecipients"], 1);
    assert_eq!(readiness["counts"]["activeSuppressionEntries"], 2);
    let other = record(&shop, BROADCASTS[0], "?draftId=broadcast-draft-other", "broadcast-other-1");
    assert_eq!((other.status, &other.json()["intent"]["readyRecipientCount"]), (201, &json!(0)), "{}", other.text);
    let first = again(&shop, 0, "broadcast-first-1").json();
    assert_eq!(
        (&first["intent"]["readyRecipientCount"], &first["intent"]["heldRecipientCount"]),
        (&json!(1), &json!(2))
    );
    let mut crossed = request(&shop, BROADCASTS[1], "");
    crossed["scheduleIntentId"] = other.json()["intent"]["id"].clone();
    crossed["confirmationText"] = json!(BROADCASTS[1].write.phrase);
    crossed["idempotencyKey"] = json!("broadcast-crossed-1");
    let seen = shop.post_as(&shop.owner(), BROADCASTS[1].write.path, &crossed);
    assert_eq!((seen.status, seen.code().as_str()), (404, "schedule_intent_not_found"), "{}", seen.text);
}

#[test]
fn the_desk_shows_what_is_recorded_what_fell_and_what_comes_next() {
    let shop = Shop::new();
    furnish(&shop);
    let desk = || shop.get_as(&shop.owner(), "/admin/audience").text;
    assert!(desk().contains("Comes next") && desk().contains("Waits"));
    climb(&shop, 2);
    let text = desk();
    assert_eq!(text.matches("Written down</span>").count(), 2, "{text}");
    shop.run_sql("UPDATE audience_broadcast_drafts SET title = 'Another'");
    assert_eq!(desk().matches("No longer holds").count(), 2);
}
