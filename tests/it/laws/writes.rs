//! The laws of confirmed writes, held by every one of them. A write joins by its [`Example`]; there is no test code for
//! a single kind here.

use bumpgrade::confirm::{By, Field, Step, Takes, Write};
use bumpgrade::http::{Gate, Verb};
use bumpgrade::route;
use serde_json::{json, Value};

use crate::shop::{Seen, Shop};

/// Moves a world on, given the fields.
pub type Moved = Box<dyn Fn(&Shop, &Value)>;

/// A world in which a write is possible.
pub struct Example {
    pub write: &'static Write,
    /// Arranges the world and returns the fields that make the write possible, without phrase and key.
    pub arrange: Box<dyn Fn(&Shop) -> Value>,
    /// Moves the world on, so that the same fields are refused under a fresh key.
    pub moved: Moved,
}

const KEY: &str = "law-of-writes-1";

/// Private text that must not show anywhere.
const CANARY: &str = "Zq-private-canary-7731";

pub fn examples() -> Vec<Example> {
    super::examples::all()
}

pub fn example_world(example: &Example) -> (Shop, Value) {
    let shop = Shop::new();
    let mut body = (example.arrange)(&shop);
    body["confirmationText"] = json!(example.write.phrase);
    body["idempotencyKey"] = json!(KEY);
    shop.owner();
    (shop, body)
}

pub fn send(shop: &Shop, write: &Write, body: &Value) -> Seen {
    send_as(shop, write, body, &[])
}

fn send_as(shop: &Shop, write: &Write, body: &Value, more: &[(&str, &str)]) -> Seen {
    with_headers(shop, write, more, |headers| shop.send("POST", write.path, headers, body.to_string().as_bytes()))
}

/// The headers of somebody who may do it, replaced or added to by `more`.
fn with_headers<T>(shop: &Shop, write: &Write, more: &[(&str, &str)], act: impl FnOnce(&[(&str, &str)]) -> T) -> T {
    let signed_in = write.by == By::Owner && !more.iter().any(|(name, _)| *name == "cookie");
    let session = if signed_in { shop.owner() } else { String::new() };
    let mut headers = vec![("content-type", "application/json"), ("origin", crate::shop::ORIGIN)];
    headers.extend(signed_in.then_some(("cookie", session.as_str())));
    headers.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    headers.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    act(&headers)
}

/// How many records of this write there are; its world may have needed records of others.
pub fn receipts(shop: &Shop, write: &Write) -> i64 {
    shop.count(&format!("SELECT COUNT(*) FROM evidence_records WHERE kind = '{}'", write.kind))
}

pub fn fields(write: &Write) -> Vec<&'static Field> {
    let of = |step: &'static Step| match step {
        Step::Field(field) => Some(field),
        _ => None,
    };
    write.steps.iter().filter_map(of).collect()
}

/// Another value of the same type.
pub fn other(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_i64().unwrap() + 1),
        Value::Bool(yes) => json!(!yes),
        Value::String(text) => json!(format!("{text}x")),
        Value::Object(counts) => counts.iter().map(|(name, count)| (name.clone(), other(count))).collect(),
        _ => Value::Null,
    }
}

/// Refused with this code, and nothing at all was written.
pub fn refused(shop: &Shop, write: &Write, body: &Value, codes: &[&str], about: &str) {
    let before = shop.changes();
    let seen = send(shop, write, body);
    assert!((400..500).contains(&seen.status), "{} {about}: {} {}", write.kind, seen.status, seen.text);
    assert!(codes.contains(&seen.code().as_str()), "{} {about}: {}", write.kind, seen.text);
    // Signing in again touches the owner's row.
    let signed_in = i64::from(write.by == By::Owner);
    assert_eq!(shop.changes() - before, signed_in, "{} {about} wrote something", write.kind);
}

#[test]
fn every_write_has_its_two_routes_and_an_example() {
    let known: Vec<&str> = examples().iter().map(|example| example.write.kind).collect();
    for write in route::writes() {
        assert!(known.contains(&write.kind), "{} has no example", write.kind);
        for verb in [Verb::Get, Verb::Post] {
            let route = route::all().find(|route| route.path == write.path && route.verb == verb);
            let gate = route.unwrap_or_else(|| panic!("{} has no {verb:?}", write.kind)).gate;
            let for_owners = matches!(gate, Gate::Owner(_));
            assert_eq!(for_owners, write.by == By::Owner, "{} {verb:?}", write.kind);
        }
        assert!(write.id_prefix.ends_with('-') && !write.phrase.is_empty());
    }
    assert!(known.len() == route::writes().count());
}

#[test]
fn a_write_is_recorded_once_and_replayed_after() {
    for example in examples() {
        let (shop, body) = example_world(&example);
        let write = example.write;
        let first = send(&shop, write, &body);
        assert_eq!(first.status, write.answers.created, "{}: {}", write.kind, first.text);
        let first = first.json();
        assert_eq!((&first["ok"], &first["duplicate"]), (&json!(true), &json!(false)));
        assert_eq!(first["status"], write.answers.recorded);
        assert!(first["auditCorrelationId"].as_str().unwrap().starts_with("audit-"));
        let after_first = shop.dump();
        let mut in_header = body.clone();
        in_header.as_object_mut().unwrap().remove("idempotencyKey");
        let again = [send(&shop, write, &body), send_as(&shop, write, &in_header, &[("idempotency-key", KEY)])];
        for again in again {
            assert_eq!(again.status, 200, "{}: {}", write.kind, again.text);
            let again = again.json();
            assert_eq!((&again["status"], &again["duplicate"]), (&json!(write.answers.replayed), &json!(true)));
            assert_eq!(again["auditCorrelationId"], first["auditCorrelationId"]);
            for record in write.answers.records {
                assert!(first[record.key].is_object(), "{} shows no {}", write.kind, record.key);
            }
        }
        assert_eq!(shop.dump(), after_first, "{}: a replay wrote something", write.kind);
        assert_eq!(receipts(&shop, example.write), 1);
        let id = shop.text("SELECT id FROM evidence_records WHERE idempotency_key = ?1", KEY);
        assert!(id.starts_with(write.id_prefix), "{id}");
        let audit = first["auditCorrelationId"].as_str().unwrap();
        let kind = shop.text("SELECT event_kind FROM payment_audit_events WHERE id = ?1", audit);
        assert_eq!(kind, write.audit.event_kind);
    }
}

#[test]
fn two_parallel_sends_of_one_key_act_once() {
    for example in examples() {
        let (shop, body) = example_world(&example);
        let write = example.write;
        let text = body.to_string();
        let both =
            with_headers(&shop, write, &[], |headers| shop.send_twice("POST", write.path, headers, text.as_bytes()));
        let mut seen = both.map(|seen| (seen.status, seen.json()["duplicate"] == json!(true), seen.text));
        seen.sort_by_key(|(_, duplicate, _)| *duplicate);
        assert_eq!((seen[0].0, seen[0].1), (write.answers.created, false), "{}: {}", write.kind, seen[0].2);
        assert_eq!((seen[1].0, seen[1].1), (200, true), "{}: {}", write.kind, seen[1].2);
        assert_eq!(receipts(&shop, example.write), 1);
        let audits =
            format!("SELECT COUNT(*) FROM payment_audit_events WHERE event_kind = '{}'", write.audit.event_kind);
        assert_eq!(shop.count(&audits), 1);
    }
}

#[test]
fn a_replay_stands_after_the_world_moved_on_and_a_fresh_key_does_not() {
    for example in examples() {
        let (shop, mut body) = example_world(&example);
        let first = send(&shop, example.write, &body);
        assert_eq!(first.status, example.write.answers.created, "{}", first.text);
        (example.moved)(&shop, &body);
        let again = send(&shop, example.write, &body);
        assert_eq!((again.status, &again.json()["duplicate"]), (200, &json!(true)), "{}", again.text);
        body["idempotencyKey"] = json!("law-of-writes-2");
        let fresh = send(&shop, example.write, &body);
        assert!((400..500).contains(&fresh.status), "{}: {}", example.write.kind, fresh.text);
        assert_eq!(receipts(&shop, example.write), 1);
    }
}

#[test]
fn a_key_stands_for_one_request() {
    for example in examples() {
        let (shop, body) = example_world(&example);
        assert_eq!(send(&shop, example.write, &body).status, example.write.answers.created);
        let named = |field: &&Field| example.write.words(field.name).is_empty() && body.get(field.name).is_some();
        let changeable = fields(example.write).into_iter().filter(named);
        let mut tried = 0;
        for field in changeable.filter(|field| !matches!(field.takes, Takes::Acknowledged)) {
            let mut changed = body.clone();
            changed[field.name] = match field.takes {
                Takes::Moment => json!("2032-01-31T09:00:00Z"),
                _ => other(&body[field.name]),
            };
            refused(&shop, example.write, &changed, &[example.write.conflict.code], field.name);
            tried += 1;
        }
        assert!(tried > 0, "{} has no field that can be changed", example.write.kind);
    }
}

#[test]
fn a_write_is_one_batch_and_another_shop_does_not_see_its_world() {
    for example in examples() {
        let (shop, body) = example_world(&example);
        let session = usize::from(example.write.by == By::Owner);
        let finish = usize::from(example.write.after.is_some());
        let calls = shop.calls_during(|shop| drop(send(shop, example.write, &body)));
        assert_eq!(calls, session + 1 + finish, "{}", example.write.kind);
        shop.run_sql(
            "INSERT INTO tenants (id, slug, name, created_at, updated_at) VALUES ('tenant-b', 'b', 'B', 0, 0)",
        );
        let mut elsewhere = body.clone();
        elsewhere["idempotencyKey"] = json!("law-of-writes-3");
        let seen = send(&shop.of_tenant("tenant-b"), example.write, &elsewhere);
        assert!((400..500).contains(&seen.status), "{}: {}", example.write.kind, seen.text);
    }
}

#[test]
fn nothing_is_half_written_when_the_database_fails() {
    for example in examples() {
        let (shop, body) = example_world(&example);
        let before = shop.dump();
        shop.db.fail_at.set(Some(usize::from(example.write.by == By::Owner)));
        let seen = send(&shop, example.write, &body);
        assert_eq!(seen.status, 503, "{}: {}", example.write.kind, seen.text);
        assert_eq!(shop.dump(), before, "{}", example.write.kind);
        assert_eq!(send(&shop, example.write, &body).status, example.write.answers.created, "{}", example.write.kind);
    }
}

#[test]
fn private_text_is_kept_as_a_keyed_hash_and_shown_nowhere() {
    for example in examples() {
        for field in fields(example.write).into_iter().filter(|field| matches!(field.takes, Takes::Private(_))) {
            let (shop, mut body) = example_world(&example);
            body[field.name] = json!(CANARY);
            let answers = [send(&shop, example.write, &body), send(&shop, example.write, &body)];
            assert_eq!(answers[0].status, example.write.answers.created, "{}", answers[0].text);
            for answer in answers {
                assert!(!answer.text.contains(CANARY), "{}", answer.text);
                assert!(!answer.log.unwrap_or_default().contains(CANARY));
            }
            assert!(!shop.dump().contains(CANARY), "{} keeps {}", example.write.kind, field.name);
            let plain = bumpgrade::kit::hash::sha256_hex(CANARY.as_bytes());
            assert!(!shop.dump().contains(&plain), "{} keeps a hash that can be guessed", example.write.kind);
        }
    }
}

#[test]
fn an_owner_s_write_refuses_everybody_else() {
    for example in examples().into_iter().filter(|example| example.write.by == By::Owner) {
        let (shop, body) = example_world(&example);
        let stranger = shop.sign_in_as("stranger@example.test", true);
        let owner = shop.owner();
        for (cookie, reason) in [("", "signed_out"), (&stranger, "not_allowlisted"), (&owner, "email_unverified")] {
            let before = receipts(&shop, example.write);
            shop.run_sql(&format!("UPDATE user SET email_verified = {}", i64::from(reason != "email_unverified")));
            let seen = send_as(&shop, example.write, &body, &[("cookie", cookie)]);
            assert_eq!((seen.status, seen.code().as_str()), (401, "owner_session_required"), "{}", seen.text);
            assert_eq!(seen.json()["denialReason"], reason);
            assert_eq!(receipts(&shop, example.write), before);
        }
        for origin in ["https://evil.example", "null", ""] {
            let seen = send_as(&shop, example.write, &body, &[("origin", origin)]);
            assert_eq!(seen.status, 403, "{origin}: {}", seen.text);
            assert_eq!(receipts(&shop, example.write), 0);
        }
        let seen = send_as(&shop, example.write, &body, &[("content-type", "text/plain")]);
        assert_eq!(seen.status, 415, "{}", seen.text);
    }
}

#[test]
fn a_form_goes_back_to_its_page_with_what_happened() {
    for example in examples() {
        let (shop, body) = example_world(&example);
        let session = if example.write.by == By::Owner { shop.owner() } else { String::new() };
        let form = |body: &Value| {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let pairs: Vec<_> = body.as_object().unwrap().iter().map(|(name, value)| (name, text(value))).collect();
            let headers = [
                ("content-type", "application/x-www-form-urlencoded"),
                ("accept", "text/html"),
                ("cookie", session.as_str()),
                ("origin", crate::shop::ORIGIN),
            ];
            let text = serde_urlencoded::to_string(pairs).unwrap();
            shop.send("POST", example.write.path, &headers, text.as_bytes())
        };
        // The page that it goes back to, as a browser opens it: without the part that only scrolls.
        let opened = |seen: &Seen, role: &str| {
            let location = seen.header("location").split('#').next().unwrap();
            let headers = [("accept", "text/html"), ("cookie", &shop.owner())];
            let page = shop.send("GET", location, &headers, b"");
            assert_eq!(page.status, 200, "{} {location}: {}", example.write.kind, page.text);
            assert!(page.text.contains(role), "{} {location} does not say what happened", example.write.kind);
        };
        let seen = form(&body);
        assert_eq!(seen.status, 303, "{}: {}", example.write.kind, seen.text);
        assert!(seen.header("location").ends_with(&format!("done={}", example.write.answers.recorded)));
        opened(&seen, r#"<p class="flash good" role="status">"#);
        (example.moved)(&shop, &body);
        let mut fresh = body.clone();
        fresh["idempotencyKey"] = json!("law-of-writes-4");
        let seen = form(&fresh);
        assert!(seen.status == 303 && seen.header("location").contains("problem="), "{}", example.write.kind);
        opened(&seen, r#"<p class="flash bad" role="alert">"#);
        let mistyped = {
            let mut body = fresh.clone();
            body["confirmationText"] = json!("yes");
            body
        };
        let before = receipts(&shop, example.write);
        let seen = form(&mistyped);
        assert!(seen.status == 303 && seen.header("location").contains("problem="), "{}", example.write.kind);
        opened(&seen, r#"<p class="flash bad" role="alert">"#);
        assert_eq!(receipts(&shop, example.write), before);
    }
}

#[test]
fn every_write_describes_itself() {
    for example in examples() {
        let shop = Shop::new();
        let session = if example.write.by == By::Owner { shop.owner() } else { String::new() };
        let seen = shop.send("GET", example.write.path, &[("cookie", session.as_str())], b"").json();
        assert_eq!(seen["id"], example.write.contract_id);
        assert_eq!(seen["confirmation"], json!({ "required": true, "text": example.write.phrase }));
        assert!(seen["contract"].is_object(), "{}", example.write.kind);
    }
}
