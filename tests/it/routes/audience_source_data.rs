use crate::reader::{joined, left, pending, suppressed, FORM};
use crate::shop::Shop;

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
        ("subscriberInspection", "subscribers", 4),
        ("subscriberInspection", "unsubscribedSubscribers", 1),
        ("subscriberInspection", "consentEvents", 3),
        ("subscriberInspection", "pausedSequenceEnrollments", 1),
        ("audienceExportReadiness", "exportEligibleSubscribers", 1),
        ("audienceExportReadiness", "suppressedSubscribers", 2),
        ("audienceExportReadiness", "pausedSequenceSubscribers", 1),
        ("audienceSequenceDeliveryReadiness", "draftEnrollments", 2),
        ("audienceSequenceDeliveryReadiness", "readyEnrollments", 1),
        ("audienceSequenceDeliveryReadiness", "suppressedEnrollments", 2),
        ("broadcastReadiness", "scopedSubscribers", 4),
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
