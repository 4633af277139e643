use crate::audience::{assert_totals, wish, ANA, JOIN};
use crate::reader::{joined, left, pending, suppressed, FORM};
use crate::shop::Shop;
use serde_json::json;

const PATH: &str = "/audience/source-data";

#[test]
fn the_document_reads_as_reviewed() {
    insta::assert_snapshot!(Shop::new().get(PATH).shown());
}

#[test]
fn figures_follow_people_and_tell_nothing_of_them() {
    let shop = Shop::new();
    let ana = joined(&shop, "ana@example.com", "Ana");
    let held = joined(&shop, "bert@example.com", "Bert");
    let gone = joined(&shop, "carl@example.com", "Carl");
    pending(&shop, "dora@example.com", "Dora");
    suppressed(&shop, &held);
    left(&shop, &gone);
    let seen = shop.get(PATH);
    let document = seen.json();
    let count = |section: &str, name: &str| document[section]["counts"][name].as_i64().unwrap();
    for (section, name, wanted) in [
        ("subscriberInspection", "subscribers", 3),
        ("subscriberInspection", "unsubscribedSubscribers", 1),
        ("subscriberInspection", "consentEvents", 3),
        ("subscriberInspection", "pausedSequenceEnrollments", 1),
        ("audienceExportReadiness", "exportEligibleSubscribers", 1),
        ("audienceExportReadiness", "suppressedSubscribers", 2),
        ("audienceExportReadiness", "pausedSequenceSubscribers", 1),
        ("audienceSequenceDeliveryReadiness", "draftEnrollments", 2),
        ("audienceSequenceDeliveryReadiness", "readyEnrollments", 1),
        ("audienceSequenceDeliveryReadiness", "suppressedEnrollments", 2),
        ("broadcastReadiness", "scopedSubscribers", 3),
        ("broadcastReadiness", "readyRecipients", 1),
        ("broadcastReadiness", "suppressedRecipients", 1),
    ] {
        assert_eq!(count(section, name), wanted, "{section} {name}");
    }
    let first = &document["subscriberInspection"]["formCounts"][0];
    assert_eq!((&first["id"], &first["total"]), (&FORM.into(), &2.into()), "the largest first");
    for private in ["example.com", "Ana", "Bert", &ana, "Too many letters"] {
        assert!(!seen.text.contains(private), "{private} is public");
    }
    shop.run_sql("DELETE FROM audience_subscribers");
    let empty = shop.get(PATH).json();
    assert_eq!(empty["subscriberInspection"]["counts"]["subscribers"], 0);
    assert_eq!(empty["audienceExportReadiness"]["counts"]["pausedSequenceSubscribers"], 0);
    assert_eq!(empty["broadcastReadiness"]["counts"]["scopedSubscribers"], 0);
    assert_eq!(empty["subscriberInspection"]["counts"]["activeSuppressionEntries"], 2, "a hash stays");
}

#[test]
fn nobody_learns_from_the_figures_whether_an_address_is_known() {
    let shop = Shop::new();
    shop.joins("member@example.test");
    let before = shop.get(PATH).text;
    shop.post_from("192.0.2.1", JOIN, &wish(ANA, "probe-of-a-stranger"));
    shop.post_from("192.0.2.1", JOIN, &wish("member@example.test", "probe-of-a-member"));
    assert_eq!(shop.get(PATH).text, before);
}

#[test]
fn notes_are_counted_by_a_total_that_follows_them() {
    let shop = Shop::new();
    let ana = joined(&shop, "ana@example.com", "Ana");
    for number in 0..3 {
        shop.clock.0.set(shop.clock.0.get() + 60);
        let note = json!({
            "subscriberId": ana, "expectedSubscriberStatus": "subscribed", "noteBody": "Met her at the fair.",
            "idempotencyKey": format!("note-key-000{number}"),
            "confirmationText": "Create private Bumpgrade audience timeline note",
        });
        assert_eq!(shop.post_as(&shop.owner(), "/api/admin/audience/notes", &note).status, 201);
    }
    assert_totals(&shop);
    let seen = &shop.get(PATH).json()["subscriberInspection"];
    assert_eq!((&seen["counts"]["timelineEntries"], &seen["counts"]["activeTimelineEntries"]), (&json!(3), &json!(3)));
    assert_eq!(seen["timelineCounts"], json!([{ "id": "owner_note", "status": "active", "total": 3 }]));
    assert_eq!(seen["lastTimelineAt"], json!("2026-11-20T12:03:00.000Z"));
    shop.run_sql("DELETE FROM evidence_records");
    assert_totals(&shop);
    let seen = &shop.get(PATH).json()["subscriberInspection"];
    assert_eq!((&seen["counts"]["timelineEntries"], &seen["timelineCounts"]), (&json!(0), &json!([])));
}

#[test]
fn a_draft_of_a_workspace_is_a_draft_whatever_the_workspace_is() {
    let shop = Shop::new();
    shop.run_sql("UPDATE audience_workspaces SET status = 'live'");
    let document = shop.get(PATH).json();
    assert_eq!(document["workspaces"][0]["status"], "live");
    assert_eq!(document["workspaces"][0]["broadcastDrafts"][0]["status"], "draft");
    assert_eq!(document["broadcastReadiness"]["drafts"][0]["status"], "readiness_preview");
}
