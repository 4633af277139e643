use serde_json::{json, Value};

use crate::reader::{joined, left};
use crate::shop::{Seen, Shop};

const PATH: &str = "/api/admin/audience/notes";
const PHRASE: &str = "Create private Bumpgrade audience timeline note";

fn body(id: &str, key: &str) -> Value {
    json!({
        "subscriberId": id, "expectedSubscriberStatus": "subscribed", "noteBody": "  Met her\n at   the fair. ",
        "idempotencyKey": key, "confirmationText": PHRASE,
    })
}

fn send(shop: &Shop, body: &Value) -> Seen {
    shop.post_as(&shop.owner(), PATH, body)
}

#[test]
fn a_note_is_kept_and_shown_to_its_writer() {
    let shop = Shop::new();
    let id = joined(&shop, "ana@example.com", "Ana");
    let seen = send(&shop, &body(&id, "note-key-0001"));
    insta::assert_snapshot!(seen.shown());
    assert_eq!(seen.json()["note"]["body"], "Met her at the fair.", "white space is made plain");
    let row = "SELECT body || '|' || entry_kind || '|' || status || '|' || subscriber_id FROM audience_timeline_entries
        WHERE created_at > 0 AND ?1 <> ''";
    assert_eq!(shop.text(row, "x"), format!("Met her at the fair.|owner_note|active|{id}"));
    let kept = "SELECT COUNT(*) FROM audience_timeline_entries WHERE length(actor_email_hash) = 64
        AND body || metadata_json || actor_user_id NOT LIKE '%@%'";
    assert_eq!(shop.count(kept), 1, "who wrote it is kept as a hash");
}

#[test]
fn the_person_s_page_has_the_form_and_the_note_and_the_list_counts_it() {
    let shop = Shop::new();
    let id = joined(&shop, "ana@example.com", "Ana");
    let form = [
        ("subscriberId", id.as_str()),
        ("expectedSubscriberStatus", "subscribed"),
        ("noteBody", "<b>Likes</b> short letters"),
        ("idempotencyKey", "note-key-form-1"),
        ("confirmationText", PHRASE),
    ];
    let sent = shop.form_as(&shop.owner(), PATH, &serde_urlencoded::to_string(form).unwrap());
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, &*format!("/admin/audience/{id}?done=crm_timeline_note_recorded"))
    );
    for number in 0..130 {
        assert_eq!(send(&shop, &body(&id, &format!("note-key-many-{number}"))).status, 201);
    }
    let page = shop.get_as(&shop.owner(), sent.header("location")).text;
    for part in ["The note is kept.", "&lt;b&gt;Likes&lt;/b&gt; short letters", "131 notes", "Keep the note"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(shop.get_as(&shop.owner(), "/admin/audience").text.contains("131 notes"), "the true count");
}

#[test]
fn what_cannot_be_noted_has_its_own_code_and_writes_nothing() {
    let shop = Shop::new();
    let id = joined(&shop, "ana@example.com", "Ana");
    let with = |field: &str, value: Value| {
        let mut changed = body(&id, "note-key-0002");
        changed[field] = value;
        changed
    };
    shop.owner();
    let before = shop.dump();
    for (asked, status, code) in [
        (with("subscriberId", json!("")), 400, "subscriber_required"),
        (with("expectedSubscriberStatus", json!(null)), 400, "expected_status_required"),
        (with("noteBody", json!(" \n ")), 400, "note_body_required"),
        (with("noteBody", json!("n".repeat(801))), 400, "invalid_request"),
        (with("noteBody", json!("\u{0}")), 400, "invalid_request"),
        (with("idempotencyKey", json!(" ")), 400, "idempotency_key_required"),
        (with("confirmationText", json!("yes")), 400, "confirmation_required"),
        (with("subscriberId", json!("subscriber-none")), 404, "subscriber_not_found"),
        (with("expectedSubscriberStatus", json!("unsubscribed")), 409, "stale_subscriber_status"),
    ] {
        let seen = send(&shop, &asked);
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{}", seen.text);
        assert_eq!(shop.dump(), before, "{code}");
    }
    let long_but_airy = format!("{}{}", "n ".repeat(400), " ".repeat(500));
    assert_eq!(send(&shop, &with("noteBody", json!(long_but_airy))).status, 201, "800 characters once it is plain");
    left(&shop, &id);
    let stale = send(&shop, &body(&id, "note-key-0003"));
    assert_eq!((stale.status, &stale.json()["currentSubscriberStatus"]), (409, &json!("unsubscribed")));
}

#[test]
fn no_public_answer_has_a_note() {
    let shop = Shop::new();
    let id = joined(&shop, "ana@example.com", "Ana");
    send(&shop, &body(&id, "note-key-0004"));
    let document = shop.get("/audience/source-data");
    assert!(!document.text.contains("at the fair") && !document.text.contains("ana@example.com"));
    assert!(!document.text.contains(&id));
    assert_eq!(document.json()["subscriberInspection"]["counts"]["timelineEntries"], 1);
    assert_eq!(document.json()["subscriberInspection"]["timelineCounts"][0]["total"], 1);
    let described = shop.get_as(&shop.owner(), PATH);
    assert!(!described.text.contains("at the fair"), "an address describes itself without what was written");
}
