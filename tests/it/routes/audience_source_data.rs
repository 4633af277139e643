use crate::audience::{wish, ANA, JOIN, LEAVE};
use crate::reader::{joined, left, pending, suppressed, FORM};
use crate::shop::{Shop, NOON};
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
    shop.ticks();
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
    shop.clock.0.set(NOON + 3_600);
    shop.ticks();
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
    shop.ticks();
    let before = shop.get(PATH).text;
    // A wish in somebody's name is no figure, not even when the copy is made anew.
    shop.post_from("192.0.2.1", JOIN, &wish(ANA, "probe-of-a-stranger"));
    shop.post_from("192.0.2.1", JOIN, &wish("member@example.test", "probe-of-a-member"));
    assert_eq!(shop.get(PATH).text, before);
    shop.clock.0.set(NOON + 3_600);
    shop.ticks();
    assert_eq!(shop.get(PATH).text, before);
    // Leaving in their names shows with the next copy, together with everything else of that hour.
    for email in ["member@example.test", "other@example.test"] {
        assert_eq!(shop.post_from("192.0.2.1", LEAVE, &json!({ "email": email })).status, 200);
    }
    shop.clock.0.set(NOON + 7_199);
    shop.ticks();
    assert_eq!(shop.get(PATH).text, before);
    shop.clock.0.set(NOON + 7_200);
    shop.ticks();
    let after = shop.get(PATH).json();
    assert_eq!(after["subscriberInspection"]["counts"]["unsubscribedSubscribers"], 1);
    assert_eq!(
        after["subscriberInspection"]["lastSubscriberAt"], "2026-11-20T12:00:00.000Z",
        "when somebody confirmed"
    );
    // The owner sees this very moment.
    shop.joins("new@example.test");
    let owner = shop.owner();
    assert!(shop.get_as(&owner, "/admin/audience").text.contains("<dt>Could be written to</dt><dd>1</dd>"));
    assert_eq!(shop.get(PATH).json()["broadcastReadiness"]["counts"]["readyRecipients"], 0);
}
