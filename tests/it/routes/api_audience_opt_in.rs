//! A wish to join a list: the same for everybody, and nobody joins by it.

use serde_json::json;

use crate::audience::{assert_totals, wish, ANA, FORM, JOIN, PERSON};
use crate::shop::{Shop, NOON};

#[test]
fn a_wish_is_written_down_with_its_wording_and_causes_one_mail() {
    let shop = Shop::new();
    let mut seen = None;
    let body = json!({ "email": " Ana@Example.test ", "firstName": "  Ana   Maria ", "consent": true, "formId": FORM,
        "idempotencyKey": "key-of-ana" });
    assert_eq!(
        shop.calls_during(|shop| seen = Some(shop.post_from("192.0.2.1", JOIN, &body))),
        2,
        "one read, one write"
    );
    insta::assert_snapshot!(seen.unwrap().shown());
    assert_eq!(shop.standing(ANA), "pending");
    assert_eq!(shop.count("SELECT COUNT(*) FROM audience_tag_assignments"), 0, "nothing before the confirmation");
    assert_eq!(shop.count("SELECT COUNT(*) FROM audience_sequence_enrollments"), 0);
    let wording =
        shop.text("SELECT consent_statement || '|' || status FROM audience_consent_events WHERE ?1 <> ''", "x");
    assert!(wording.starts_with("Yes, write to me about this launch") && wording.ends_with("|requested"), "{wording}");
    assert_eq!(
        shop.count(
            "SELECT COUNT(*) FROM audience_consent_events WHERE length(ip_hash) = 64 AND first_name = 'Ana Maria'"
        ),
        1
    );
    let mail = shop.last_mail();
    assert_eq!((mail.to.as_str(), shop.mails().len()), (ANA, 1));
    let token = mail.given("token");
    insta::assert_snapshot!("ask_mail", mail.text.replace(&token, "(token)"));
    assert!(!shop.dump().contains(&token), "of the token only a hash is kept");
    assert_eq!(shop.mail_header("List-Unsubscribe"), "", "nobody is on a list yet");
    assert_totals(&shop);
}

#[test]
fn members_strangers_pending_and_suppressed_people_get_one_answer_for_the_same_statements() {
    let shop = Shop::new();
    shop.joins("member@example.test");
    shop.asks_to_join("pending@example.test", "key-pending");
    shop.joins("gone@example.test");
    for left in ["gone@example.test", "never@example.test"] {
        shop.post_from("192.0.2.3", "/api/audience/unsubscribe", &json!({ "email": left }));
    }
    let mut answers = Vec::new();
    for email in [
        "member@example.test",
        "stranger@example.test",
        "pending@example.test",
        "gone@example.test",
        "never@example.test",
    ] {
        let (mut seen, messages) = (None, shop.queue.messages.borrow().len());
        let asked = shop.asked_during(|shop| seen = Some(shop.post_from("192.0.2.4", JOIN, &wish(email, "key-again"))));
        let seen = seen.unwrap();
        answers.push((asked, seen.shown().replace(email, "(address)"), shop.queue.messages.borrow().len() - messages));
        assert_eq!(shop.mails().last().unwrap().to, email, "everybody gets a mail");
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
    assert_eq!(shop.standing("member@example.test"), "subscribed");
    assert_eq!(shop.standing("gone@example.test"), "unsubscribed", "asking is not coming back");
    assert_eq!(shop.standing("never@example.test"), "pending");
    assert_totals(&shop);
}

#[test]
fn a_member_is_told_that_they_are_one_and_how_to_leave() {
    let shop = Shop::new();
    shop.joins(ANA);
    let token = shop.asks_to_join(ANA, "key-once-more");
    let mail = shop.last_mail();
    assert_eq!(mail.subject, "You are on the list already");
    assert!(mail.text.contains("/audience/unsubscribe?token="), "{}", mail.text);
    assert!(shop.one_press().starts_with("/audience/unsubscribe?token="));
    shop.presses(&token);
    assert_eq!(shop.standing(ANA), "subscribed");
    assert_eq!(shop.count("SELECT COUNT(*) FROM audience_tag_assignments"), 2);
    assert_totals(&shop);
}

#[test]
fn a_stranger_s_wish_does_not_change_a_member_who_presses_its_button() {
    let shop = Shop::new();
    shop.joins(ANA);
    let who = "SELECT first_name || '|' || status || '|' || confirmed_at || '|' || updated_at FROM audience_subscribers WHERE email = ?1";
    let before = (shop.text(who, ANA), shop.mails().len());
    shop.clock.0.set(NOON + 60);
    let mut body = wish(ANA, "key-of-a-stranger");
    body["firstName"] = json!("Fool");
    assert_eq!(shop.post_from("192.0.2.66", JOIN, &body).status, 200);
    let token = shop.last_mail().given("token");
    insta::assert_snapshot!(
        "member_waiting",
        shop.page(&format!("/audience/confirm?token={token}")).text.replace(&token, "(token)")
    );
    shop.presses(&token);
    assert_eq!((shop.text(who, ANA), shop.mails().len()), (before.0, before.1 + 1), "the same, and no other welcome");
    assert_eq!(shop.count("SELECT COUNT(*) FROM analytics_events WHERE event_kind = 'opt_in'"), 1);
    assert_eq!(shop.page(&format!("/audience/confirm?token={token}")).status, 200, "it still opens what was promised");
    assert_totals(&shop);
}

#[test]
fn a_wish_that_is_over_is_asked_for_anew_by_its_key() {
    let shop = Shop::new();
    let first = shop.asks_to_join(ANA, "key-of-ana");
    shop.clock.0.set(NOON + 3 * 86_400);
    let second = shop.asks_to_join(ANA, "key-of-ana");
    assert!(first != second && shop.mails().len() == 2, "what is said to be sent is sent");
    assert_eq!(shop.page(&format!("/audience/confirm?token={first}")).status, 404);
    shop.post_from("192.0.2.1", "/api/audience/unsubscribe", &json!({ "email": ANA }));
    let third = shop.asks_to_join(ANA, "key-of-ana");
    assert_eq!(shop.mails().len(), 3);
    shop.presses(&third);
    assert_eq!(shop.standing(ANA), "subscribed");
    let again = shop.post_from("192.0.2.7", JOIN, &wish(ANA, "key-of-ana"));
    assert_eq!((again.json()["duplicate"].clone(), shop.mails().len()), (json!(true), 4), "the welcome was the last");
    // Over the limit it is not asked for anew, and says so.
    shop.asks_to_join("bea@example.test", "key-of-bea");
    shop.clock.0.set(NOON + 6 * 86_400);
    shop.run_sql("UPDATE rate_limits SET count = 1000, window_started_at = 2000000000");
    let late = shop.post_from("192.0.2.7", JOIN, &wish("bea@example.test", "key-of-bea"));
    assert_eq!((late.status, late.code().as_str()), (429, "too_many_requests"));
    assert_totals(&shop);
}

#[test]
fn whoever_left_is_asked_to_come_back_once_a_day_at_most() {
    let shop = Shop::new();
    shop.joins(ANA);
    shop.post_from("192.0.2.1", "/api/audience/unsubscribe", &json!({ "email": ANA }));
    let mails = shop.mails().len();
    for (n, at) in [60, 86_399].into_iter().enumerate() {
        shop.clock.0.set(NOON + at);
        let seen = shop.post_from("192.0.2.1", JOIN, &wish(ANA, &format!("key-number-{n}")));
        assert_eq!((seen.status, seen.json()["status"].clone()), (200, json!("confirmation_sent")));
        assert_eq!(shop.mails().len(), mails + 1, "{n}");
        // Nor is a stranger helped by leaving for them once more.
        shop.post_from("192.0.2.1", "/api/audience/unsubscribe", &json!({ "email": ANA }));
    }
    shop.clock.0.set(NOON + 86_461);
    shop.asks_to_join(ANA, "key-of-the-next-day");
    assert_eq!(shop.mails().len(), mails + 2);
}

#[test]
fn one_key_stands_for_one_wish_of_one_address() {
    let shop = Shop::new();
    let first = shop.post_from("192.0.2.1", JOIN, &wish(ANA, "key-shared"));
    let again = shop.post_from("192.0.2.1", JOIN, &wish(ANA, "key-shared"));
    assert_eq!((first.json()["duplicate"].clone(), again.json()["duplicate"].clone()), (json!(false), json!(true)));
    assert_eq!(shop.mails().len(), 1, "the same wish causes one mail");
    let mut other = wish(ANA, "key-shared");
    other["firstName"] = json!("Eve");
    let refused = shop.post_from("192.0.2.1", JOIN, &other);
    assert_eq!((refused.status, refused.code().as_str()), (409, "idempotency_conflict"));
    assert!(!refused.text.contains("Ana") && !refused.text.contains(ANA), "{}", refused.text);
    let stranger = shop.post_from("192.0.2.2", JOIN, &wish("eve@example.test", "key-shared"));
    assert_eq!(stranger.json()["duplicate"], json!(false), "the key belongs to the address that it came with");
    assert!(!stranger.text.contains(ANA), "{}", stranger.text);
    assert_eq!(shop.mails().last().unwrap().to, "eve@example.test", "it was done, not just acknowledged");
}

#[test]
fn a_wish_that_is_not_one_is_refused_and_nothing_is_written() {
    let shop = Shop::new();
    let with = |name: &str, value: serde_json::Value| {
        let mut body = wish(ANA, "key-of-bad-input");
        body[name] = value;
        body
    };
    let before = shop.dump();
    for (body, status, code) in [
        (with("email", json!("ana")), 400, "invalid_email"),
        (with("email", json!(7)), 400, "invalid_email"),
        (with("email", json!("änä@example.test")), 400, "invalid_email"),
        (with("email", json!("ana@exämple.test")), 400, "invalid_email"),
        (with("email", json!("ana@example.test\r\nBcc: x@y.z")), 400, "invalid_email"),
        (with("email", json!(format!("{}@example.test", "a".repeat(65)))), 400, "invalid_email"),
        (with("email", json!(format!("a@{}.test", "b".repeat(260)))), 400, "invalid_email"),
        (with("consent", json!(false)), 400, "consent_required"),
        (with("consent", json!("true")), 400, "consent_required"),
        (with("consent", json!(1)), 400, "consent_required"),
        (with("firstName", json!("Ana\r\nBcc: x@y.z")), 400, "invalid_first_name"),
        (with("firstName", json!("Ana\u{0}")), 400, "invalid_first_name"),
        (with("firstName", json!("Ana\u{202e}anA")), 400, "invalid_first_name"),
        (with("firstName", json!("a".repeat(121))), 400, "invalid_first_name"),
        (with("firstName", json!(["Ana"])), 400, "invalid_first_name"),
        (with("formId", json!("opt-in-form-of-nobody")), 404, "opt_in_form_not_found"),
        (with("idempotencyKey", json!("short")), 400, "invalid_idempotency_key"),
        (with("idempotencyKey", json!("k".repeat(181))), 400, "invalid_idempotency_key"),
        (with("consentVersion", json!("another-wording")), 409, "stale_consent_statement"),
        (json!([]), 400, "invalid_request"),
        (json!(null), 400, "invalid_request"),
    ] {
        let seen = shop.post_from("192.0.2.1", JOIN, &body);
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{body}");
    }
    assert_eq!(shop.dump(), before);
    for (n, name) in
        ["ä".repeat(120), "نیلوفر\u{200c}السادات".to_owned(), "<b>O'Neil</b>".to_owned()].iter().enumerate()
    {
        let mut body = with("firstName", json!(name));
        body["idempotencyKey"] = json!(format!("key-of-name-{n}"));
        let fits = shop.post_from("192.0.2.1", JOIN, &body);
        assert_eq!((fits.status, fits.json()["firstName"].clone()), (200, json!(name)), "{}", fits.text);
        assert!(
            shop.mails().iter().all(|mail| !mail.text.contains(name.as_str())),
            "no mail says what a stranger typed"
        );
    }
}

#[test]
fn one_address_is_asked_three_times_a_day_and_one_place_thirty_times_in_ten_minutes() {
    let shop = Shop::new();
    for n in 0..3 {
        assert_eq!(shop.post_from(&format!("192.0.2.{n}"), JOIN, &wish(ANA, &format!("key-number-{n}"))).status, 200);
    }
    let refused = shop.post_from("192.0.2.99", JOIN, &wish(ANA, "key-number-9"));
    assert_eq!((refused.status, refused.code().as_str()), (429, "too_many_requests"));
    assert_eq!(refused.header("retry-after"), "86400");
    assert_eq!((shop.mails().len(), shop.count("SELECT COUNT(*) FROM audience_consent_events")), (3, 3));
    let replay = shop.post_from("192.0.2.99", JOIN, &wish(ANA, "key-number-0"));
    assert_eq!((replay.status, replay.json()["duplicate"].clone()), (200, json!(true)), "a retry is still answered");
    for n in 0..31 {
        let seen = shop.post_from("198.51.100.1", JOIN, &wish(&format!("reader{n}@example.test"), "key-of-a-room"));
        assert_eq!(seen.status, if n < 30 { 200 } else { 429 }, "{n}");
    }
    shop.clock.0.set(NOON + 86_400);
    assert_eq!(shop.post_from("192.0.2.99", JOIN, &wish(ANA, "key-number-9")).status, 200);
}

#[test]
fn the_form_leads_on_and_comes_back_with_what_was_typed() {
    let shop = Shop::new();
    let page = shop.page("/audience/indie-launch-waitlist");
    insta::assert_snapshot!("waitlist", page.text);
    let sent = shop.form(JOIN, "form=indie-launch-waitlist&consentVersion=issue-103-consent-statement&email=ana%40example.test&consent=true&firstName=&idempotencyKey=audience-form-1");
    assert_eq!((sent.status, sent.header("location")), (303, "/audience/indie-launch-waitlist?sent=yes"));
    insta::assert_snapshot!("waitlist_sent", shop.page(sent.header("location")).text);
    assert_eq!(shop.last_mail().to, ANA);
    let back = shop.form(
        JOIN,
        "form=indie-launch-waitlist&email=%22%3E%3Cb%3E&consent=true&firstName=Ana&idempotencyKey=audience-form-2",
    );
    assert_eq!(back.status, 400);
    assert!(
        back.text.contains("Please check the e-mail address.") && back.text.contains("value=\"Ana\""),
        "{}",
        back.text
    );
    assert!(back.text.contains("&quot;&gt;&lt;b&gt;") && back.text.contains(" checked"), "{}", back.text);
    let unticked =
        shop.form(JOIN, "form=indie-launch-waitlist&email=ana%40example.test&idempotencyKey=audience-form-3");
    assert!(unticked.text.contains("Please tick the box"), "{}", unticked.text);
    let reworded = shop.form(JOIN, "form=indie-launch-waitlist&consentVersion=old&email=ana%40example.test&consent=true&idempotencyKey=audience-form-4");
    assert!(reworded.status == 409 && !reworded.text.contains(" checked"), "{}", reworded.text);
    assert_eq!(shop.page("/audience/none").status, 404);
    assert_eq!(shop.form(JOIN, "form=none&email=ana%40example.test&consent=true").status, 404);
}

#[test]
fn an_archived_form_takes_nobody_and_another_shop_has_none() {
    let shop = Shop::new();
    shop.run_sql("INSERT INTO tenants VALUES ('tenant-other', 'other', 'Other', 'active', 0, 0)");
    let other = shop.of_tenant("tenant-other");
    assert_eq!(other.post_from("192.0.2.1", JOIN, &wish(ANA, "key-elsewhere")).code(), "opt_in_form_not_found");
    assert_eq!(other.page("/audience/indie-launch-waitlist").status, 404);
    shop.run_sql("UPDATE audience_forms SET status = 'archived'");
    assert_eq!(shop.post_from("192.0.2.1", JOIN, &wish(ANA, "key-too-late")).code(), "opt_in_form_not_found");
    assert!(!shop.page("/").text.contains("/audience/indie-launch-waitlist"));
}

#[test]
fn of_two_at_once_one_is_the_first() {
    let shop = Shop::new();
    let body = wish(ANA, "key-at-once").to_string();
    let headers = [("content-type", "application/json"), ("cf-connecting-ip", "192.0.2.1"), ("user-agent", PERSON)];
    let both = shop.send_twice("POST", JOIN, &headers, body.as_bytes());
    let mut duplicates: Vec<_> = both.iter().map(|seen| seen.json()["duplicate"].as_bool().unwrap()).collect();
    duplicates.sort_unstable();
    assert_eq!(duplicates, [false, true]);
    assert_eq!(shop.mails().len(), 1);
}

#[test]
fn without_mail_nobody_is_told_that_one_was_sent() {
    let shop = Shop::with_settings(&[("BETTER_AUTH_SECRET", crate::shop::AUTH_SECRET)]);
    let seen = shop.post_from("192.0.2.1", JOIN, &wish(ANA, "key-no-mail"));
    assert_eq!((seen.status, shop.standing(ANA)), (503, String::new()));
}
