//! The page that a mail leads to: only its button puts somebody on a list.

use crate::audience::{assert_totals, wish, ANA, JOIN, LEAVE};
use crate::shop::{Shop, NOON};
use serde_json::json;

fn page(shop: &Shop, token: &str) -> crate::shop::Seen {
    shop.page(&format!("/audience/confirm?token={token}"))
}

#[test]
fn the_button_confirms_once_and_hands_over_what_was_promised() {
    let shop = Shop::new();
    let token = shop.asks_to_join(ANA, "key-of-ana");
    let before = shop.changes();
    let waiting = page(&shop, &token);
    assert_eq!((waiting.status, waiting.header("referrer-policy")), (200, "strict-origin"));
    insta::assert_snapshot!("confirm_waiting", waiting.text.replace(&token, "(token)"));
    assert_eq!(
        (shop.changes(), shop.standing(ANA).as_str()),
        (before, "pending"),
        "a scanner opens and presses nothing"
    );
    assert_eq!(shop.calls_during(|shop| drop(shop.presses(&token))), 2, "one read, one write");
    assert_eq!(shop.standing(ANA), "subscribed");
    let reader = shop.text(
        "SELECT s.first_name || '|' || s.source_form_id || '|' || s.source_segment_id || '|' || s.confirmed_at || '|' || s.has_consent
         FROM audience_subscribers s WHERE s.email = ?1",
        ANA,
    );
    assert_eq!(reader, format!("Ana|opt-in-form-indie-launch-waitlist|segment-indie-launch-waitlist|{NOON}|1"));
    let tags =
        shop.text("SELECT group_concat(tag_id || ':' || status) FROM audience_tag_assignments WHERE ?1 <> ''", "x");
    assert_eq!(tags, "tag-lead-magnet-launch-checklist:active,tag-source-funnel-indie-launch:active");
    let enrolled = shop.text(
        "SELECT sequence_id || ':' || status || ':' || next_step_id FROM audience_sequence_enrollments WHERE ?1 <> ''",
        "x",
    );
    assert_eq!(enrolled, "sequence-indie-launch-nurture:draft_enrolled:email-step-deliver-checklist");
    let event = shop.text("SELECT source_route || '|' || funnel_step_id || '|' || public_properties_json FROM analytics_events WHERE event_kind = ?1", "opt_in");
    assert_eq!(event, "/audience/indie-launch-waitlist|funnel-step-indie-launch-opt-in|{\"formId\":\"opt-in-form-indie-launch-waitlist\",\"segmentId\":\"segment-indie-launch-waitlist\",\"leadMagnetId\":\"lead-magnet-launch-checklist\",\"consentVersion\":\"issue-103-consent-statement\"}");
    insta::assert_snapshot!("confirm_done", page(&shop, &token).text);
    let dump = shop.dump();
    shop.presses(&token);
    assert_eq!(shop.mails().len(), 2, "the question and the welcome");
    assert_eq!(shop.dump().len(), dump.len() - shop_mail_bodies(&dump, &shop.dump()), "a second press changes nothing");
    assert_totals(&shop);
}

/// Delivering a mail erases its body; nothing else may differ.
fn shop_mail_bodies(before: &str, after: &str) -> usize {
    let rows = |text: &str| {
        text.lines().filter(|line| !line.starts_with("mail_outbox")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows(before), rows(after));
    before.len() - after.len()
}

#[test]
fn the_welcome_letter_leads_back_and_can_be_left_with_one_press() {
    let shop = Shop::new();
    let token = shop.joins(ANA);
    let mail = shop.last_mail();
    assert_eq!((mail.subject.as_str(), mail.given("token")), ("You are on the list", token.clone()));
    assert_eq!(shop.mail_header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let leave = shop.mail_header("List-Unsubscribe");
    assert!(leave.starts_with("<http://127.0.0.1:8787/audience/unsubscribe?token=") && leave.ends_with('>'), "{leave}");
    assert!(!leave.contains("ana") && !leave.contains('@'), "the link holds no address");
    let shown =
        mail.text.replace(&token, "(token)").replace(shop.one_press().split('=').next_back().unwrap(), "(signature)");
    insta::assert_snapshot!("welcome_mail", shown);
    assert_eq!(
        shop.count("SELECT COUNT(*) FROM mail_outbox WHERE unsubscribe_url IS NOT NULL"),
        0,
        "it goes with the body"
    );
}

#[test]
fn a_link_that_is_over_or_none_of_ours_changes_nothing() {
    let shop = Shop::new();
    let token = shop.asks_to_join(ANA, "key-of-ana");
    let before = shop.changes();
    for bad in ["", "x", &"a".repeat(32), &"a".repeat(33), "../../etc", "%00"] {
        assert_eq!(page(&shop, bad).status, 404, "{bad}");
        assert_eq!(shop.form("/audience/confirm", &format!("token={bad}")).status, 303, "{bad}");
    }
    assert_eq!(shop.changes(), before);
    shop.clock.0.set(NOON + 3 * 86_400);
    assert_eq!(page(&shop, &token).status, 410);
    shop.presses(&token);
    assert_eq!((shop.standing(ANA).as_str(), page(&shop, &token).status), ("pending", 410));
    insta::assert_snapshot!("confirm_over", page(&shop, &token).text);
}

#[test]
fn of_two_presses_at_once_one_acts() {
    let shop = Shop::new();
    let token = shop.asks_to_join(ANA, "key-of-ana");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let both = shop.send_twice("POST", "/audience/confirm", &form, format!("token={token}").as_bytes());
    assert!(both.iter().all(|seen| seen.status == 303));
    assert_eq!(shop.mails().len(), 2, "one question, one welcome");
    assert_eq!(shop.count("SELECT COUNT(*) FROM analytics_events WHERE event_kind = 'opt_in'"), 1);
}

#[test]
fn whoever_left_comes_back_only_by_their_own_press_and_the_audit_trail_says_so() {
    let shop = Shop::new();
    shop.joins(ANA);
    shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA, "idempotencyKey": "leave-of-ana" }));
    assert_eq!(shop.count("SELECT COUNT(*) FROM audience_sequence_enrollments WHERE status = 'unsubscribe_paused' AND next_step_id IS NULL"), 1);
    let token = shop.asks_to_join(ANA, "key-come-back");
    assert_eq!(shop.last_mail().subject, "Please confirm: you want our letters");
    assert_eq!(shop.standing(ANA), "unsubscribed");
    shop.clock.0.set(NOON + 60);
    shop.presses(&token);
    assert_eq!(shop.standing(ANA), "subscribed");
    let lifted = shop.text("SELECT status || '|' || json_extract(metadata_json, '$.liftedByConsentEventId') FROM audience_suppression_entries WHERE ?1 <> ''", "x");
    assert!(lifted.starts_with("lifted|consent-"), "{lifted}");
    let audit = shop.text(
        "SELECT actor_kind || '|' || metadata_json FROM payment_audit_events WHERE event_kind = ?1",
        "audience_suppression_lifted",
    );
    assert!(
        audit.starts_with("subscriber|") && audit.contains("\"liftedEntries\":1") && !audit.contains('@'),
        "{audit}"
    );
    let enrolled =
        shop.text("SELECT status || ':' || next_step_id FROM audience_sequence_enrollments WHERE ?1 <> ''", "x");
    assert_eq!(enrolled, "draft_enrolled:email-step-deliver-checklist", "the sequence begins anew");
    assert_totals(&shop);
    let again = shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA, "idempotencyKey": "leave-of-ana" }));
    assert_eq!(
        (again.json()["duplicate"].clone(), shop.standing(ANA).as_str()),
        (json!(true), "unsubscribed"),
        "what is acknowledged is done"
    );
}

#[test]
fn leaving_closes_the_mails_that_still_wait() {
    let shop = Shop::new();
    let token = shop.asks_to_join(ANA, "key-of-ana");
    shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA }));
    shop.presses(&token);
    assert_eq!((shop.standing(ANA).as_str(), page(&shop, &token).status), ("unsubscribed", 410));
}

#[test]
fn a_robot_that_fills_in_forms_is_not_counted() {
    let shop = Shop::new();
    let headers = [("content-type", "application/json"), ("user-agent", "Mozilla/5.0 (compatible; SomeBot/1.0)")];
    shop.send("POST", JOIN, &headers, wish(ANA, "key-of-a-robot").to_string().as_bytes());
    shop.presses(&shop.last_mail().given("token"));
    assert_eq!(shop.standing(ANA), "subscribed");
    assert_eq!(shop.count("SELECT COUNT(*) FROM analytics_events WHERE event_kind = 'opt_in'"), 0);
}

#[test]
fn wishes_that_nobody_confirms_are_forgotten() {
    let shop = Shop::new();
    shop.asks_to_join("never@example.test", "key-never");
    shop.asks_to_join("left@example.test", "key-left");
    shop.post_from("192.0.2.1", LEAVE, &json!({ "email": "left@example.test", "reason": "left@example.test is mine" }));
    shop.notes("never@example.test", "pending");
    shop.joins(ANA);
    shop.clock.0.set(NOON + 30 * 86_400 + 1);
    futures_executor::block_on(bumpgrade::job::tick(&shop.cx));
    assert_eq!((shop.standing("never@example.test").as_str(), shop.standing(ANA).as_str()), ("", "subscribed"));
    assert!(!shop.dump().contains("fair of Bergen"), "with them goes what was noted about them");
    assert_eq!(shop.standing("left@example.test"), "", "and whoever left without ever having confirmed");
    assert!(!shop.dump().contains("left@example.test"));
    assert_eq!(
        shop.count("SELECT COUNT(*) FROM audience_suppression_entries WHERE status = 'active'"),
        1,
        "a hash stays"
    );
    assert_totals(&shop);
}

#[test]
fn whoever_joins_is_counted_as_the_visitor_they_are_with_the_variant_they_saw() {
    let shop = Shop::new();
    let visitor = "anonymous-session-of-ana";
    let look = json!({ "experimentId": "experiment-opt-in-hero-promise", "sourceRoute": "/funnels/indie-launch-sandbox",
        "anonymousId": visitor, "idempotencyKey": "assignment-of-ana" });
    let assigned = shop.post("/api/analytics/assignments", &look);
    assert_eq!(assigned.status, 200, "{}", assigned.text);
    let seen = json!({ "eventDefinitionId": "event-funnel-page-view", "sourceRoute": "/audience/indie-launch-waitlist",
        "anonymousId": visitor, "idempotencyKey": "page-view-of-ana", "publicProperties": {} });
    assert_eq!(shop.post("/api/analytics/events", &seen).status, 200);
    let mut body = wish(ANA, "key-of-ana");
    body["anonymousId"] = json!(visitor);
    assert_eq!(shop.post_from("192.0.2.7", JOIN, &body).status, 200);
    assert!(!shop.dump().contains(visitor), "of the visitor only a keyed hash is kept");
    let kept = "SELECT COUNT(*) FROM audience_consent_events WHERE visitor_hash IS NOT NULL";
    assert_eq!(shop.count(kept), 1);
    shop.presses(&shop.last_mail().given("token"));
    assert_eq!(shop.count(kept), 0, "it is forgotten once it was used");
    let variant = shop.text("SELECT variant_id FROM analytics_events WHERE event_kind = ?1", "opt_in");
    assert_eq!(json!(variant), assigned.json()["variantId"]);
    assert_eq!(shop.count("SELECT COUNT(DISTINCT client_correlation_hash) FROM analytics_events"), 1, "one visitor");

    // A name that is none is left out, and nobody is refused for it.
    for (email, given) in [("bea@example.test", json!("a".repeat(241))), ("cleo@example.test", json!(["x"]))] {
        let mut body = wish(email, "key-odd-visitor");
        body["anonymousId"] = given;
        assert_eq!(shop.post_from("192.0.2.7", JOIN, &body).status, 200, "{email}");
        shop.presses(&shop.last_mail().given("token"));
    }
    assert_eq!(
        shop.count("SELECT COUNT(*) FROM analytics_events WHERE event_kind = 'opt_in' AND variant_id IS NULL"),
        2
    );
}
