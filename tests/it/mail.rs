//! Delivery: the outbox, the queue's messages, the sweep, and each way for a mail to leave.

use std::cell::Cell;

use bumpgrade::config::mail::{Security, Smtp};
use bumpgrade::cx::{Clock, Message, OutboundError};
use bumpgrade::job::{self, Taken};
use bumpgrade::kit::bounds::{MAIL_CONVERSATION_SECONDS, MAIL_LEASE_SECONDS, MAIL_TIMEOUT_MS};
use bumpgrade::kit::private::Private;
use bumpgrade::kit::time::Moment;
use bumpgrade::mail::model::Trouble;
use bumpgrade::mail::smtp::{self, Envelope};
use futures_executor::block_on;
use serde_json::{json, Value};

use crate::ports::{Letterbox, Stripe};
use crate::shop::{Shop, AUTH_SECRET};

const ANA: &str = "ana@example.test";

fn shop_by(settings: &[(&str, &str)]) -> Shop {
    let usual = [("BETTER_AUTH_SECRET", AUTH_SECRET), ("MAIL_FROM", "The Shop <shop@example.test>")];
    Shop::with_settings(&usual.iter().chain(settings).copied().collect::<Vec<_>>())
}

/// Asks for a sign-in link and delivers its mail.
fn send(shop: &Shop) -> Vec<Taken> {
    assert_eq!(shop.auth("/sign-in/magic-link", &json!({ "email": ANA })).status, 200);
    shop.drain()
}

fn again(shop: &Shop) -> Taken {
    let id = shop.text("SELECT id FROM mail_outbox WHERE to_email = ?1", ANA);
    block_on(job::take(&shop.cx, &job::written(&Message { kind: "mail", id }).unwrap()))
}

fn standing(shop: &Shop) -> (String, i64, bool) {
    let has_body =
        shop.count("SELECT COUNT(*) FROM mail_outbox WHERE body_text IS NOT NULL OR body_html IS NOT NULL") > 0;
    (
        shop.text("SELECT status FROM mail_outbox WHERE to_email = ?1", ANA),
        shop.count("SELECT attempts FROM mail_outbox"),
        has_body,
    )
}

fn later(shop: &Shop, seconds: i64) {
    shop.clock.0.set(shop.clock.0.get() + seconds);
}

const DONE: Taken = Taken { again_in_seconds: None, line: None };

#[test]
fn a_mail_leaves_once_however_often_its_message_comes() {
    let shop = Shop::new();
    assert_eq!(send(&shop), [DONE]);
    assert_eq!((again(&shop), again(&shop)), (DONE, DONE));
    assert_eq!(shop.post.taken.borrow().len(), 1);
    assert_eq!(standing(&shop), ("sent".to_owned(), 1, false), "what held the link is erased");
}

#[test]
fn a_message_that_nobody_understands_is_noted_and_dropped() {
    let shop = Shop::new();
    for body in [
        "",
        "{",
        "{}",
        r#"{"v":2,"kind":"mail","id":"x"}"#,
        r#"{"v":1,"kind":"mail","id":"x"}"#,
        r#"{"v":1,"kind":"other","id":"mail-00000000-0000-4000-8000-000000000001"}"#,
    ] {
        let taken = block_on(job::take(&shop.cx, body));
        assert_eq!(taken.again_in_seconds, None, "{body}");
        assert!(taken.line.unwrap().bad, "{body}");
    }
    let nobody = r#"{"v":1,"kind":"mail","id":"mail-00000000-0000-4000-8000-000000000001"}"#;
    assert_eq!(block_on(job::take(&shop.cx, nobody)), DONE, "a mail that was never decided");
}

#[test]
fn a_mail_that_cannot_leave_is_tried_again_with_growing_pauses_and_then_given_up() {
    let shop = Shop::new();
    shop.sign_up(ANA);
    shop.post.refuses.set(true);
    let mut pauses = Vec::new();
    for _ in 0..5 {
        let taken = again(&shop);
        let line = taken.line.unwrap();
        assert!(line.bad && line.text.contains("post: injected") && !line.text.contains(ANA), "{}", line.text);
        pauses.push(taken.again_in_seconds);
        later(&shop, i64::from(taken.again_in_seconds.unwrap_or(0)));
    }
    assert_eq!(pauses, [Some(20), Some(60), Some(300), Some(1_800), None]);
    assert_eq!(standing(&shop), ("failed".to_owned(), 5, false));
    assert_eq!(shop.text("SELECT status FROM account_verification_emails WHERE email = ?1", ANA), "failed");
    assert_eq!(shop.text("SELECT error FROM account_verification_emails WHERE email = ?1", ANA), "post: injected");
    shop.post.refuses.set(false);
    assert_eq!((again(&shop), shop.post.taken.borrow().len()), (DONE, 0));
}

#[test]
fn a_message_that_comes_too_early_waits_for_its_time() {
    let shop = Shop::new();
    shop.post.refuses.set(true);
    send(&shop);
    shop.post.refuses.set(false);
    let early = again(&shop);
    assert_eq!((early.again_in_seconds, early.line), (Some(21), None));
    assert_eq!(shop.post.taken.borrow().len(), 0);
    later(&shop, 20);
    assert_eq!((again(&shop), shop.post.taken.borrow().len()), (DONE, 1));
}

#[test]
fn a_link_that_no_longer_works_is_not_sent() {
    let shop = Shop::new();
    shop.post.refuses.set(true);
    send(&shop);
    shop.post.refuses.set(false);
    later(&shop, 300);
    assert_eq!((again(&shop), standing(&shop)), (DONE, ("failed".to_owned(), 1, false)));
    assert_eq!(shop.post.taken.borrow().len(), 0);
}

#[test]
fn a_delivery_that_died_is_taken_up_when_its_lease_has_run_out() {
    let shop = Shop::new();
    shop.auth("/sign-in/magic-link", &json!({ "email": ANA }));
    shop.queue.messages.borrow_mut().clear();
    // The claim is committed, then the note that the mail has left is lost.
    shop.db.fail_at.set(Some(1));
    let taken = again(&shop);
    assert_eq!(taken.again_in_seconds, Some(60));
    assert_eq!((standing(&shop).0.as_str(), shop.post.taken.borrow().len()), ("sending", 1));
    assert_eq!(again(&shop).again_in_seconds, Some(121), "somebody has it");
    later(&shop, 121);
    assert_eq!(again(&shop), DONE);
    let taken = shop.post.taken.borrow();
    let id = |whole: &str| whole.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned();
    assert_eq!((taken.len(), id(&taken[0].2)), (2, id(&taken[1].2)), "sent again under the same id");
}

#[test]
fn the_sweep_sends_what_the_queue_missed_and_forgets_what_is_long_past() {
    let shop = Shop::new();
    shop.queue.broken.set(true);
    shop.auth("/sign-in/magic-link", &json!({ "email": ANA }));
    let tick = || block_on(job::tick(&shop.cx)).into_iter().find(|line| line.text.contains("mail_sweep")).unwrap();
    assert!(tick().text.contains(r#""sent":0"#), "the queue has a minute");
    later(&shop, 60);
    assert!(tick().text.contains(r#""sent":1"#));
    assert_eq!(standing(&shop).0, "sent");
    later(&shop, 30 * 86_400 + 1);
    tick();
    assert_eq!(shop.count("SELECT COUNT(*) FROM mail_outbox"), 0);
    assert_eq!(shop.count("SELECT COUNT(*) FROM rate_limits"), 0);
    assert_eq!(shop.count("SELECT COUNT(*) FROM verification"), 0);
    let shop = shop_by(&[]);
    shop.db.fail_at.set(Some(0));
    let line = block_on(job::tick(&shop.cx)).into_iter().find(|line| line.text.contains("mail_sweep")).unwrap();
    assert!(line.bad && line.text.contains("injected"));
}

#[test]
fn the_sweep_begins_with_what_waits_longest() {
    let shop = Shop::new();
    shop.queue.broken.set(true);
    let names: Vec<String> = (0..22).map(|n| format!("ana{n}@example.test")).collect();
    for (n, name) in names.iter().enumerate() {
        shop.auth_from(&n.to_string(), "/sign-in/magic-link", &json!({ "email": name }));
    }
    shop.run_sql(
        "UPDATE mail_outbox SET next_attempt_at = next_attempt_at - rowid;
         UPDATE mail_outbox SET status = 'sending', lease_id = 'x', lease_until = 1 WHERE to_email LIKE 'ana21@%'",
    );
    later(&shop, 60);
    block_on(job::tick(&shop.cx));
    let sent: Vec<String> = shop.post.taken.borrow().iter().map(|(_, to, _)| to.clone()).collect();
    let expected: Vec<String> = names.iter().rev().take(20).cloned().collect();
    assert_eq!(sent, expected);
}

#[test]
fn postmark_and_resend_get_what_they_ask_for() {
    let ways = [
        (
            vec![("MAIL_TRANSPORT", "postmark"), ("POSTMARK_SERVER_TOKEN", "pm-token")],
            "https://api.postmarkapp.com/email",
        ),
        (vec![("MAIL_TRANSPORT", "resend"), ("RESEND_API_KEY", "re_key")], "https://api.resend.com/emails"),
    ];
    for (settings, url) in ways {
        let shop = shop_by(&settings);
        shop.stripe.script.borrow_mut().push_back(Ok(Stripe::answer(200, json!({}))));
        assert_eq!(send(&shop), [DONE]);
        let request = shop.stripe.requests.borrow_mut().pop().unwrap();
        assert_eq!((request.method, request.url.as_str()), ("POST", url));
        let header =
            |name: &str| request.headers.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value.as_str());
        let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
        let id = shop.text("SELECT id FROM mail_outbox WHERE to_email = ?1", ANA);
        if url.contains("postmark") {
            assert_eq!(header("x-postmark-server-token"), "pm-token");
            assert_eq!((&body["To"], &body["From"]), (&json!(ANA), &json!("\"The Shop\" <shop@example.test>")));
            assert_eq!(body["Headers"][0]["Value"], json!(id));
            assert!(body["TextBody"].as_str().unwrap().contains("/login/link?token="));
        } else {
            assert_eq!((header("authorization"), header("idempotency-key")), ("Bearer re_key", id.as_str()));
            assert_eq!((&body["to"], &body["subject"]), (&json!([ANA]), &json!("Your sign-in link")));
            assert!(body["html"].as_str().unwrap().starts_with("<!DOCTYPE html>"));
        }
        assert!(header("user-agent").starts_with("bumpgrade/") && header("content-type") == "application/json");
    }
}

#[test]
fn a_provider_that_fails_is_asked_again_and_one_that_refuses_is_not() {
    for (answer, lasting) in [
        (Ok(Stripe::answer(422, json!({ "Message": ANA }))), true),
        (Ok(Stripe::answer(400, json!({}))), true),
        (Ok(Stripe::answer(401, json!({}))), false),
        (Ok(Stripe::answer(409, json!({}))), false),
        (Ok(Stripe::answer(429, json!({}))), false),
        (Ok(Stripe::answer(500, json!({}))), false),
        (Err(OutboundError::Timeout), false),
        (Err(OutboundError::Connection), false),
    ] {
        let shop = shop_by(&[("MAIL_TRANSPORT", "resend"), ("RESEND_API_KEY", "re_key")]);
        shop.stripe.script.borrow_mut().push_back(answer.clone());
        let taken = send(&shop).pop().unwrap();
        assert_eq!(taken.again_in_seconds.is_none(), lasting, "{answer:?}");
        assert_eq!(standing(&shop).0, if lasting { "failed" } else { "queued" }, "{answer:?}");
        let line = taken.line.unwrap().text;
        assert!(line.contains("resend: ") && !line.contains(ANA), "{line}");
    }
}

fn server(security: Security, login: bool) -> Smtp {
    let login = login.then(|| ("user".to_owned(), Private::new("secret".to_owned())));
    Smtp { host: "mail.example.test".to_owned(), port: 587, security, login }
}

/// A conversation with a server that says these things; what it heard, and how it ended.
fn talk(server: &Smtp, says: &[&str]) -> (String, Result<(), Trouble>) {
    talk_by(&Creeping { at: Cell::new(0), seconds: 0 }, server, says)
}

/// A clock that every look at it moves on.
struct Creeping {
    at: Cell<i64>,
    seconds: i64,
}

impl Clock for Creeping {
    fn now(&self) -> Moment {
        self.at.set(self.at.get() + self.seconds);
        Moment::from_unix_seconds(self.at.get())
    }
}

fn talk_by(clock: &dyn Clock, server: &Smtp, says: &[&str]) -> (String, Result<(), Trouble>) {
    let post = Letterbox::default();
    post.says.borrow_mut().extend(says.iter().map(|text| (*text).to_owned()));
    let envelope = Envelope { from: "shop@example.test", to: ANA };
    let ended = block_on(smtp::send(&post, clock, server, &envelope, "Subject: Hello\r\n\r\n.dot\r\n..\r\nend\r\n"));
    let heard = post.heard.borrow().clone();
    (heard, ended)
}

#[test]
fn a_conversation_with_a_mail_server_is_as_reviewed() {
    let plain = ["220 hi\r\n", "250-mail\r\n250 SIZE 1\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"];
    let (heard, ended) = talk(&server(Security::Loopback, false), &plain);
    assert_eq!(ended, Ok(()));
    insta::assert_snapshot!("smtp_plain", heard.replace("\r\n", "\n"));
    let encrypted = [
        "220-mail\r\n220 hi\r\n",
        "250-mail\r\n250 STARTTLS\r\n",
        "220 go\r\n",
        "250-mail\r\n250 AUTH LOGIN PLAIN\r\n",
        "235 welcome\r\n",
        "250 ok\r\n",
        "251 passed on\r\n",
        "354 go\r\n",
        "250 ok\r\n",
    ];
    let (heard, ended) = talk(&server(Security::StartTls, true), &encrypted);
    assert_eq!(ended, Ok(()));
    insta::assert_snapshot!("smtp_starttls", heard.replace("\r\n", "\n"));
    let login = [
        "220 hi\r\n",
        "250-mail\r\n250 auth login\r\n",
        "334 VXNlcm5hbWU6\r\n",
        "334 UGFzc3dvcmQ6\r\n",
        "235 ok\r\n",
        "250 ok\r\n",
        "250 ok\r\n",
        "354 go\r\n",
        "250 ok\r\n",
    ];
    let (heard, ended) = talk(&server(Security::Tls, true), &login);
    assert_eq!(ended, Ok(()));
    assert!(heard.contains("AUTH LOGIN\r\ndXNlcg==\r\nc2VjcmV0\r\n"), "{heard}");
}

#[test]
fn no_password_and_no_mail_goes_over_an_open_line() {
    for says in [
        &["220 hi\r\n", "250 mail\r\n"][..],
        &["220 hi\r\n", "250-mail\r\n250 AUTH PLAIN\r\n", "235 ok\r\n"],
        &["220 hi\r\n", "250 STARTTLS\r\n", "454 later\r\n"],
        &["220 hi\r\n", "250 STARTTLS\r\n", "220 go\r\n250 injected\r\n"],
    ] {
        let (heard, ended) = talk(&server(Security::StartTls, true), says);
        assert!(matches!(ended, Err(Trouble::Passing(_))), "{ended:?}");
        assert!(!heard.contains("AUTH") && !heard.contains("MAIL FROM"), "{heard}");
    }
}

#[test]
fn a_server_that_takes_its_time_is_left_before_the_lease_runs_out() {
    let ok = ["220 hi\r\n", "250 mail\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 taken\r\n"];
    let slow = |seconds: i64| {
        let clock = Creeping { at: Cell::new(0), seconds };
        let (heard, ended) = talk_by(&clock, &server(Security::Loopback, false), &ok);
        (heard.contains("QUIT"), ended, clock.at.get())
    };
    assert_eq!((slow(5).0, slow(5).1), (true, Ok(())));
    let (_, ended, until) = slow(15);
    assert_eq!(ended, Err(Trouble::Passing("smtp: the conversation took too long at MAIL".into())));
    assert!(until < MAIL_LEASE_SECONDS);
    let bytes = vec!["2"; 200];
    let clock = Creeping { at: Cell::new(0), seconds: 1 };
    let (_, ended) = talk_by(&clock, &server(Security::Loopback, false), &bytes);
    assert_eq!(ended, Err(Trouble::Passing("smtp: the conversation took too long at greeting".into())));
    assert!(MAIL_LEASE_SECONDS > MAIL_CONVERSATION_SECONDS + i64::from(MAIL_TIMEOUT_MS / 1_000));
}

#[test]
fn a_server_s_refusal_is_named_by_step_and_code_alone() {
    let ok = ["220 hi\r\n", "250 mail\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"];
    for (step, last, expected) in [
        (0, "421 busy\r\n", Trouble::Passing("smtp: 421 at greeting".into())),
        (0, "", Trouble::Passing("smtp: the connection ended at greeting".into())),
        (0, "BROKEN", Trouble::Passing("post: injected".into())),
        (0, "nonsense\r\n", Trouble::Passing("smtp: no reply at greeting".into())),
        (3, "550 no such user ana@example.test\r\n", Trouble::Lasting("smtp: 550 at RCPT".into())),
        (3, "450 ana@example.test is over quota\r\n", Trouble::Passing("smtp: 450 at RCPT".into())),
        (4, "554 no\r\n", Trouble::Lasting("smtp: 554 at DATA".into())),
        (5, "552 too large\r\n", Trouble::Lasting("smtp: 552 at message".into())),
        (5, "", Trouble::Passing("smtp: the connection ended at message".into())),
    ] {
        let says: Vec<&str> = ok[..step].iter().copied().chain([last]).collect();
        assert_eq!(talk(&server(Security::Loopback, false), &says).1, Err(expected), "{last}");
    }
    let wrong = ["220 hi\r\n", "250 AUTH PLAIN\r\n", "535 no\r\n"];
    let ended = talk(&server(Security::Tls, true), &wrong).1;
    assert_eq!(ended, Err(Trouble::Passing("smtp: 535 at AUTH".into())), "the operator can mend that");
    let endless = "250-x\r\n".repeat(3_000);
    assert!(talk(&server(Security::Loopback, false), &["220 hi\r\n", &endless]).1.is_err());
}
