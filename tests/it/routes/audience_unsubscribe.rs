//! Leaving every list: by a form, by a program, with one press from a letter.

use serde_json::json;

use crate::audience::{assert_totals, ANA, LEAVE};
use crate::shop::{Shop, AUTH_SECRET, NOON};

const LEFT: &str = "You have left";

#[test]
fn members_and_strangers_get_one_answer_for_the_same_statements() {
    let shop = Shop::new();
    shop.joins(ANA);
    shop.asks_to_join("pending@example.test", "key-pending");
    let mut answers = Vec::new();
    for email in [ANA, "stranger@example.test", "pending@example.test", "stranger@example.test"] {
        let (mut seen, mut calls) = (None, 0);
        let body = json!({ "email": email.to_uppercase(), "reason": " too  many\nletters " });
        let asked = shop.asked_during(|shop| {
            calls = shop.calls_during(|shop| seen = Some(shop.post_from("192.0.2.1", LEAVE, &body)))
        });
        let seen = seen.unwrap();
        let entry = seen.json()["suppressionEntryId"].as_str().unwrap().to_owned();
        answers.push((calls, asked, seen.shown().replace(email, "(address)").replace(&entry, "(entry)")));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
    assert_eq!(answers[0].0, 1, "one batch");
    insta::assert_snapshot!(answers[0].2);
    assert_eq!(
        (shop.standing(ANA).as_str(), shop.standing("pending@example.test").as_str()),
        ("unsubscribed", "unsubscribed")
    );
    assert_eq!(
        shop.count(
            "SELECT COUNT(*) FROM audience_suppression_entries WHERE status = 'active' AND reason = 'too many letters'"
        ),
        1,
        "a reason of nobody's could never be seen or erased"
    );
    let reader = "SELECT COUNT(*) FROM audience_suppression_entries x JOIN audience_subscribers s ON s.id = x.subscriber_id AND s.email_hash = x.email_hash";
    assert_eq!(shop.count(reader), 2, "strangers have a hash and nothing else");
    assert_totals(&shop);
}

#[test]
fn one_key_stands_for_one_wish_and_never_acknowledges_another_address() {
    let shop = Shop::new();
    shop.joins(ANA);
    shop.joins("eve@example.test");
    let first = shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA, "idempotencyKey": "key-shared" })).json();
    let again = shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA, "idempotencyKey": "key-shared" })).json();
    assert_eq!(
        (first["suppressionEntryId"].clone(), json!(true)),
        (again["suppressionEntryId"].clone(), again["duplicate"].clone())
    );
    let other =
        shop.post_from("192.0.2.1", LEAVE, &json!({ "email": "eve@example.test", "idempotencyKey": "key-shared" }));
    assert_eq!(
        (other.json()["duplicate"].clone(), shop.standing("eve@example.test").as_str()),
        (json!(false), "unsubscribed")
    );
    assert!(!other.text.contains(ANA), "{}", other.text);
    let conflict =
        shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA, "idempotencyKey": "key-shared", "reason": "Other" }));
    assert_eq!((conflict.status, conflict.code().as_str()), (409, "idempotency_conflict"));
}

#[test]
fn what_is_not_a_wish_is_refused_and_nothing_is_written() {
    let shop = Shop::new();
    shop.joins(ANA);
    let before = shop.dump();
    for (body, code) in [
        (json!({}), "invalid_email"),
        (json!({ "email": "ana" }), "invalid_email"),
        (json!({ "email": "ana@exämple.test" }), "invalid_email"),
        (json!({ "email": ANA, "idempotencyKey": "short" }), "invalid_idempotency_key"),
        (json!({ "email": ANA, "reason": "r".repeat(241) }), "invalid_request"),
        (json!({ "email": ANA, "reason": 7 }), "invalid_request"),
        (json!("x"), "invalid_request"),
    ] {
        let seen = shop.post_from("192.0.2.1", LEAVE, &body);
        assert_eq!((seen.status, seen.code().as_str()), (400, code), "{body}");
    }
    assert_eq!(shop.dump(), before);
    for n in 0..11 {
        let seen = shop.post_from("192.0.2.2", LEAVE, &json!({ "email": "many@example.test" }));
        assert_eq!(seen.status, if n < 10 { 200 } else { 429 }, "{n}");
    }
}

#[test]
fn the_one_press_of_a_letter_acts_by_its_signature_alone() {
    let shop = Shop::new();
    shop.joins(ANA);
    let link = shop.one_press();
    let before = shop.changes();
    let page = shop.page(&link);
    assert_eq!((page.status, shop.changes()), (200, before), "GET shows a page and changes nothing");
    insta::assert_snapshot!("leave_button", page.text.replace(link.split('=').next_back().unwrap(), "(signature)"));
    for (media, body) in [("application/x-www-form-urlencoded", ""), ("application/json", "{}")] {
        let seen = shop.send("POST", &link, &[("content-type", media), ("accept", "text/html")], body.as_bytes());
        assert!(
            seen.text.contains("Stop the letters") && shop.changes() == before,
            "{media}: without the words, only the button"
        );
    }
    let multipart = ("content-type", "multipart/form-data; boundary=x");
    let body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.send("POST", &link, &[multipart], body.as_bytes()))), 1);
    let seen = seen.unwrap();
    assert_eq!((seen.status, seen.header("location")), (200, ""), "no redirect (RFC 8058)");
    assert!(seen.text.contains(LEFT));
    assert_eq!(shop.standing(ANA), "unsubscribed");
    assert_eq!(
        shop.count("SELECT COUNT(*) FROM audience_suppression_entries WHERE source_route = '/audience/unsubscribe'"),
        1
    );
    let before = shop.changes();
    assert_eq!(shop.form(&link, "List-Unsubscribe=One-Click").status, 200);
    assert_eq!(shop.changes(), before, "a second press finds nothing left to do");
    assert_totals(&shop);
}

#[test]
fn a_forged_or_foreign_link_is_a_clear_page_and_nothing_is_written() {
    let shop = Shop::new();
    shop.joins(ANA);
    let link = shop.one_press();
    let (path, token) = link.split_once('=').unwrap();
    let other_secret = Shop::with_settings(&[("BETTER_AUTH_SECRET", "another-secret-another-secret-another")]);
    let before = shop.changes();
    let forged = format!("{}{}", &token[..95], if token.ends_with('0') { '1' } else { '0' });
    let swapped = format!("{}{}", "0".repeat(64), &token[64..]);
    for bad in ["", "x", &forged, &swapped, &token[..95], &format!("{token}0"), &"g".repeat(96)] {
        for seen in
            [shop.page(&format!("{path}={bad}")), shop.form(&format!("{path}={bad}"), "List-Unsubscribe=One-Click")]
        {
            assert_eq!(seen.status, 404, "{bad}");
            assert!(seen.text.contains("not a working link") && seen.text.contains("name=\"email\""), "{}", seen.text);
        }
    }
    assert_eq!((shop.changes(), shop.standing(ANA).as_str()), (before, "subscribed"));
    assert_eq!(other_secret.form(&link, "List-Unsubscribe=One-Click").status, 404, "signed under another secret");
    shop.run_sql("INSERT INTO tenants VALUES ('tenant-other', 'other', 'Other', 'active', 0, 0)");
    assert_eq!(
        shop.of_tenant("tenant-other").form(&link, "List-Unsubscribe=One-Click").status,
        404,
        "signed for another shop"
    );
    assert_ne!(AUTH_SECRET, "another-secret-another-secret-another");
}

#[test]
fn the_form_leads_on_and_says_what_is_not_right() {
    let shop = Shop::new();
    insta::assert_snapshot!("leave_form", shop.page("/audience/unsubscribe").text);
    let seen = shop.form(LEAVE, "email=ana%40example.test&reason=&idempotencyKey=audience-leave-1");
    assert_eq!((seen.status, seen.header("location")), (303, "/audience/unsubscribe?done=yes"));
    insta::assert_snapshot!("leave_done", shop.page(seen.header("location")).text);
    let seen = shop.form(LEAVE, "email=ana&idempotencyKey=audience-leave-2");
    assert!(seen.status == 400 && seen.text.contains("Please check the e-mail address."), "{}", seen.text);
}

#[test]
fn a_suppression_that_came_first_holds_a_later_reader() {
    let shop = Shop::new();
    shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA }));
    let token = shop.asks_to_join(ANA, "key-of-ana");
    assert_eq!(shop.count("SELECT is_suppressed FROM audience_subscribers"), 1);
    shop.clock.0.set(NOON + 5);
    shop.presses(&token);
    assert_eq!(
        shop.count("SELECT is_suppressed FROM audience_subscribers WHERE status = 'subscribed'"),
        0,
        "lifted by the press"
    );
    assert_totals(&shop);
}

#[test]
fn a_key_that_was_lifted_is_not_acknowledged_when_too_many_left() {
    let shop = Shop::new();
    shop.joins(ANA);
    let leave = || shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA, "idempotencyKey": "leave-of-ana" }));
    assert_eq!(leave().status, 200);
    shop.presses(&shop.asks_to_join(ANA, "key-come-back"));
    shop.run_sql("UPDATE rate_limits SET count = 1000");
    let seen = leave();
    assert_eq!(
        (seen.status, seen.code().as_str(), shop.standing(ANA).as_str()),
        (429, "too_many_requests", "subscribed")
    );
    shop.clock.0.set(NOON + 86_400);
    assert_eq!((leave().status, shop.standing(ANA).as_str()), (200, "unsubscribed"));
}

#[test]
fn a_new_secret_does_not_keep_anybody_from_leaving_or_from_their_data() {
    let shop = Shop::new();
    for email in [ANA, "bea@example.test"] {
        shop.joins(email);
    }
    // As if they had been written down under another secret.
    shop.run_sql("UPDATE audience_subscribers SET email_hash = lower(hex(randomblob(32)))");
    assert_eq!(shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA })).status, 200);
    assert_eq!(
        (shop.standing(ANA).as_str(), shop.standing("bea@example.test").as_str()),
        ("unsubscribed", "subscribed")
    );
    assert_eq!(shop.form("/audience/my-data", "email=bea%40example.test").status, 303);
    let mail = shop.last_mail();
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("bea@example.test", "What we know of you"));
    assert_totals(&shop);
}

#[test]
fn letters_that_are_still_here_do_not_go_to_whoever_left() {
    let shop = Shop::new();
    shop.joins(ANA);
    shop.post_from("192.0.2.1", crate::audience::JOIN, &crate::audience::wish(ANA, "key-of-ana-again"));
    let kinds = "SELECT group_concat(kind || ':' || status, ' ') FROM (SELECT * FROM mail_outbox WHERE to_email = ?1 AND status <> 'sent' ORDER BY kind)";
    assert_eq!(shop.text(kinds, ANA), "audience_member:queued audience_welcome:queued");
    shop.form("/audience/my-data", "email=ana%40example.test");
    shop.post_from("192.0.2.1", LEAVE, &json!({ "email": ANA }));
    assert_eq!(shop.text(kinds, ANA), "audience_member:failed audience_own_data:queued audience_welcome:failed");
    let before = shop.mails().len();
    shop.ticks();
    assert_eq!(shop.mails().len(), before);
    assert_eq!(shop.last_mail().subject, "What we know of you", "an answer to a question of theirs still goes");
}
