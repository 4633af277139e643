//! One's own data: a mailed link to a copy, and to erasing it.

use bumpgrade::kit::hash::sha256_hex;
use serde_json::json;

use crate::audience::{assert_totals, wish, ANA, JOIN, LEAVE};
use crate::shop::{Shop, NOON, OWNER_EMAIL};

const PAGE: &str = "/audience/my-data";

fn ask(shop: &Shop, email: &str) -> crate::shop::Seen {
    let form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html"),
        ("cf-connecting-ip", "192.0.2.8"),
    ];
    shop.send("POST", PAGE, &form, format!("email={}", email.replace('@', "%40")).as_bytes())
}

fn token(shop: &Shop, email: &str) -> String {
    assert_eq!(ask(shop, email).status, 303);
    shop.last_mail().given("token")
}

/// Rows that keep the books of a shop, where an address may stay: what was paid, and what it opened.
fn books(line: &str) -> bool {
    let paid = ["Text(\"paid\")", "Text(\"completed\")"].iter().any(|status| line.contains(status));
    let opened = ["product_entitlements ", "publisher_plan_entitlements "].iter().any(|table| line.starts_with(table));
    opened || (line.starts_with("checkout_intents ") && paid)
}

/// Every text of every table that holds one of these words, as `table.column`.
fn found(shop: &Shop, words: &[String]) -> Vec<String> {
    let lines = shop.dump();
    let lines = lines.lines().filter(|line| words.iter().any(|word| line.to_lowercase().contains(word.as_str())));
    lines.filter(|line| !books(line)).map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn everybody_gets_one_answer_for_the_same_statements_and_readers_a_mail() {
    let shop = Shop::new();
    shop.joins(ANA);
    shop.drain();
    let mut asked = Vec::new();
    for email in [ANA, "stranger@example.test"] {
        let mut seen = None;
        let names = shop.asked_during(|shop| seen = Some(ask(shop, email)));
        let seen = seen.unwrap();
        asked.push((names, seen.status, seen.header("location").to_owned(), shop.queue.messages.borrow().len()));
        shop.drain();
    }
    assert_eq!(asked[0], asked[1]);
    assert_eq!(asked[0].2, "/audience/my-data?sent=yes");
    assert_eq!((shop.last_mail().to.as_str(), shop.last_mail().subject.as_str()), (ANA, "What we know of you"));
    for (name, path) in [
        ("own_data_ask", PAGE),
        ("own_data_sent", "/audience/my-data?sent=yes"),
        ("own_data_erased", "/audience/my-data?erased=yes"),
    ] {
        insta::assert_snapshot!(name, shop.page(path).text);
    }
    assert_eq!(ask(&shop, "ana").status, 400);
    for n in 0..3 {
        assert_eq!(ask(&shop, ANA).status, if n < 2 { 303 } else { 429 }, "{n}");
    }
    // Others who ask cannot keep somebody from their data: while the limit holds, so does a link.
    shop.clock.0.set(NOON + 3_600);
    assert_eq!(ask(&shop, ANA).status, 303);
}

#[test]
fn the_link_shows_a_copy_and_hands_it_out_as_a_file() {
    let shop = Shop::new();
    shop.joins(ANA);
    shop.notes(ANA, "subscribed");
    let token = token(&shop, ANA);
    assert!(!shop.dump().contains(&token), "of the token only a hash is kept");
    let page = shop.page(&format!("{PAGE}?token={token}"));
    assert_eq!((page.status, page.header("referrer-policy")), (200, "strict-origin"));
    insta::assert_snapshot!("own_data", page.text.replace(&token, "(token)"));
    let copy = shop.get(&format!("/audience/my-data/copy?token={token}"));
    assert_eq!((copy.status, copy.header("content-disposition")), (200, "attachment; filename=\"my-data.json\""));
    let json = copy.json();
    assert_eq!(
        (&json["email"], &json["status"], &json["tags"][0]),
        (&json!(ANA), &json!("subscribed"), &json!("lead-magnet:launch-checklist"))
    );
    assert_eq!(json["consents"][0]["agreedAt"], json!("2026-11-20T12:00:00Z"));
    assert_eq!(json["notes"][0]["text"], json!("Met them at the fair of Bergen."));
    assert!(!copy.text.contains("hash"), "{}", copy.text);
    shop.clock.0.set(NOON + 3_600);
    assert_eq!(shop.page(&format!("{PAGE}?token={token}")).status, 410);
    assert_eq!(shop.get(&format!("/audience/my-data/copy?token={token}")).status, 410);
    insta::assert_snapshot!("own_data_over", shop.page(&format!("{PAGE}?token={token}")).text);
}

#[test]
fn erasing_leaves_no_trace_of_the_address_but_the_hash_that_keeps_it_from_being_written_to() {
    let shop = Shop::new();
    let words = [ANA.to_owned(), sha256_hex(ANA.as_bytes()), "fair of bergen".to_owned()];
    // A key and a reason that name the address, an account, a sign-in link, a note, an earlier leave.
    shop.post_from("192.0.2.1", JOIN, &wish(ANA, "ana@example.test-first-try"));
    shop.presses(&shop.last_mail().given("token"));
    shop.post_from(
        "192.0.2.1",
        LEAVE,
        &json!({ "email": ANA, "reason": "I am ana@example.test", "idempotencyKey": "leave-ana@example.test" }),
    );
    shop.presses(&shop.asks_to_join(ANA, "second-ana@example.test"));
    shop.sign_up(ANA);
    shop.auth_from("192.0.2.50", "/sign-in/magic-link", &json!({ "email": ANA }));
    shop.notes(ANA, "subscribed");
    let token = token(&shop, ANA);
    assert!(found(&shop, &words).len() > 8, "{:?}", found(&shop, &words));
    shop.asks_to_join("bea@example.test", "key-of-bea");

    let unsure = shop.form("/audience/my-data/erase", &format!("token={token}"));
    assert!(
        unsure.header("location").ends_with("&unsure=yes") && shop.standing(ANA) == "subscribed",
        "the box must be ticked"
    );
    let mut seen = None;
    assert_eq!(
        shop.calls_during(|shop| seen = Some(shop.form("/audience/my-data/erase", &format!("token={token}&sure=yes")))),
        2
    );
    let seen = seen.unwrap();
    assert_eq!((seen.status, seen.header("location")), (303, "/audience/my-data?erased=yes"));
    assert_eq!(found(&shop, &words), Vec::<String>::new());
    assert_eq!(shop.standing("bea@example.test"), "pending", "nobody else is touched");
    let kept = shop.text(
        "SELECT group_concat(suppression_kind || ':' || status || ':' || (subscriber_id IS NULL) || ':' || (reason IS NULL))
         FROM audience_suppression_entries WHERE ?1 <> ''",
        "x",
    );
    assert_eq!(kept, "erasure:active:1:1");
    assert_eq!(shop.count("SELECT COUNT(*) FROM payment_audit_events WHERE event_kind = 'audience_reader_erased' AND actor_id IS NULL"), 1);
    assert_totals(&shop);
    let again = shop.form("/audience/my-data/erase", &format!("token={token}&sure=yes"));
    assert_eq!((again.status, shop.page(&format!("{PAGE}?token={token}")).status), (410, 410), "the link is over");

    // A later wish still respects it: only a press of the address's own brings it back.
    let back = shop.asks_to_join(ANA, "key-after-all");
    assert_eq!(
        shop.count(
            "SELECT is_suppressed FROM audience_subscribers WHERE email = 'ana@example.test' AND status = 'pending'"
        ),
        1
    );
    assert_eq!(shop.last_mail().subject, "Please confirm: you want our letters");
    shop.presses(&back);
    assert_eq!(shop.standing(ANA), "subscribed");
    assert_totals(&shop);
}

#[test]
fn the_books_stay_and_so_does_an_owner_s_account() {
    let shop = Shop::new();
    shop.buy("key-of-a-buyer");
    shop.joins("ana@example.com");
    shop.owner();
    shop.joins(OWNER_EMAIL);
    for email in ["ana@example.com", OWNER_EMAIL] {
        let token = token(&shop, email);
        assert_eq!(shop.form("/audience/my-data/erase", &format!("token={token}&sure=yes")).status, 303);
        assert_eq!(shop.standing(email), "");
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM checkout_intents WHERE lower(buyer_email) = 'ana@example.com'"), 1);
    assert!(shop.count("SELECT COUNT(*) FROM product_entitlements WHERE status = 'active'") > 0);
    let buyer = ["ana@example.com".to_owned(), sha256_hex(b"ana@example.com")];
    assert_eq!(found(&shop, &buyer), Vec::<String>::new(), "outside the books");
    assert_eq!(shop.text("SELECT email FROM user WHERE email = ?1", OWNER_EMAIL), OWNER_EMAIL);
}

#[test]
fn orders_that_nobody_paid_keep_no_address() {
    let shop = Shop::new();
    let paid = shop.buy("key-of-a-buyer");
    let order = |status: &str, age: i64| {
        let intent = shop.start(&format!("key-{status}-{age}"));
        shop.run_sql(&format!(
            "UPDATE checkout_intents SET status = '{status}', created_at = {NOON} - {age} WHERE id = '{intent}'"
        ));
        intent
    };
    for status in ["draft", "stripe_error", "payment_failed", "expired"] {
        order(status, 86_400);
    }
    let kept = [paid, order("expired", 86_399), order("stripe_session_created", 86_400)];
    shop.joins("ana@example.com");
    let token = token(&shop, "ana@example.com");
    assert_eq!(shop.form("/audience/my-data/erase", &format!("token={token}&sure=yes")).status, 303);
    assert_eq!(
        shop.count("SELECT COUNT(*) FROM checkout_intents WHERE buyer_email IS NULL AND buyer_email_hash IS NULL"),
        4
    );
    for intent in kept {
        let address = shop.text("SELECT lower(buyer_email) FROM checkout_intents WHERE id = ?1", &intent);
        assert_eq!(address, "ana@example.com", "it was paid, or may still be");
    }
}

#[test]
fn a_link_that_is_none_of_ours_opens_nothing() {
    let shop = Shop::new();
    shop.joins(ANA);
    let before = shop.changes();
    for bad in ["", "x", &"a".repeat(32), "%00", "..%2f"] {
        assert_eq!(shop.page(&format!("{PAGE}?token={bad}")).status, 410, "{bad}");
        assert_eq!(shop.get(&format!("/audience/my-data/copy?token={bad}")).status, 410, "{bad}");
        assert_eq!(shop.form("/audience/my-data/erase", &format!("token={bad}&sure=yes")).status, 410, "{bad}");
    }
    assert_eq!(shop.changes(), before);
    let confirm = shop.asks_to_join("bea@example.test", "key-of-bea");
    assert_eq!(shop.page(&format!("{PAGE}?token={confirm}")).status, 410, "a link for another purpose");
}

#[test]
fn links_that_are_over_are_forgotten() {
    let shop = Shop::new();
    shop.joins(ANA);
    token(&shop, ANA);
    shop.clock.0.set(NOON + 3_601);
    futures_executor::block_on(bumpgrade::job::tick(&shop.cx));
    assert_eq!(shop.count("SELECT COUNT(*) FROM audience_data_requests"), 0);
}
