//! What every confirmed write says to a request that is not quite right: its own code, and nothing written.

use bumpgrade::confirm::{Expect, Step, Takes};
use bumpgrade::kit::bounds::WRITE_NUMBER_MAX;
use serde_json::{json, Value};

use super::writes::{example_world, examples, fields, other, receipts, refused, send};

#[test]
fn only_the_exact_phrase_confirms() {
    for example in examples() {
        let (shop, mut body) = example_world(&example);
        let write = example.write;
        let phrase = |step: &Step| match step {
            Step::Phrase(refusal) => Some(refusal.code),
            _ => None,
        };
        let code = write.steps.iter().find_map(phrase).expect("a phrase");
        let lower = write.phrase.to_lowercase();
        for wrong in ["", "yes", &lower, &format!(" {}", write.phrase), &format!("{} ", write.phrase)] {
            body["confirmationText"] = json!(wrong);
            refused(&shop, write, &body, &[code], wrong);
        }
        for wrong in [Value::Null, json!(true), json!([write.phrase]), json!({ "text": write.phrase })] {
            body["confirmationText"] = wrong.clone();
            refused(&shop, write, &body, &[code, "invalid_request"], &wrong.to_string());
        }
    }
}

#[test]
fn every_field_that_is_needed_is_missed_by_its_own_code() {
    for example in examples() {
        let (shop, possible) = example_world(&example);
        for field in fields(example.write) {
            let Some(refusal) = field.missing else { continue };
            for empty in [None, Some(Value::Null), Some(json!("  "))] {
                let mut body = possible.clone();
                match &empty {
                    Some(_) if matches!(field.takes, Takes::Integer(_) | Takes::Acknowledged | Takes::Counts(_)) => {
                        continue
                    }
                    Some(value) => body[field.name] = value.clone(),
                    None => drop(body.as_object_mut().unwrap().remove(field.name)),
                }
                refused(&shop, example.write, &body, &[refusal.code], field.name);
            }
        }
        let mut body = possible;
        body.as_object_mut().unwrap().remove("idempotencyKey");
        let key = |step: &Step| match step {
            Step::Key(refusal) => Some(refusal.code),
            _ => None,
        };
        let code = example.write.steps.iter().find_map(key).expect("a key");
        refused(&shop, example.write, &body, &[code], "without a key");
    }
}

#[test]
fn a_field_of_the_wrong_type_or_size_is_refused_by_name() {
    for example in examples() {
        let (shop, possible) = example_world(&example);
        for field in fields(example.write) {
            let mut wrong = vec![json!([]), json!({ "a": [] })];
            match field.takes {
                Takes::Text(max) | Takes::Private(max) | Takes::Prose(max) => {
                    wrong.extend([json!(7), json!(true), json!("x".repeat(max + 1))]);
                }
                Takes::Choice(_) => wrong.extend([json!(7), json!("no such word")]),
                Takes::Count => {
                    wrong.extend([json!(-1), json!(WRITE_NUMBER_MAX + 1), json!("7"), json!(1.5), json!(true)])
                }
                Takes::Integer(min) => {
                    wrong.extend([json!(min - 1), json!(i64::MAX), json!("7"), json!(1.5), json!(true)])
                }
                Takes::Acknowledged => wrong.extend([json!("true"), json!(1)]),
                Takes::Counts(_) => {
                    wrong.extend([json!("x"), json!({ "a": -1 }), json!({ "a": "1" }), json!({ "a": 1.5 })])
                }
                Takes::Moment => wrong.extend([json!(7), json!("tomorrow"), json!("2001-01-01T00:00:00Z")]),
            }
            for value in wrong {
                let mut body = possible.clone();
                body[field.name] = value.clone();
                refused(&shop, example.write, &body, &["invalid_request"], &format!("{} {value}", field.name));
            }
        }
        for key in [json!(7), json!("short"), json!("k".repeat(181)), json!("control\u{7}key-1")] {
            let mut body = possible.clone();
            body["idempotencyKey"] = key.clone();
            let codes = ["invalid_idempotency_key", "invalid_request"];
            refused(&shop, example.write, &body, &codes, &key.to_string());
        }
        for body in [json!(null), json!([]), json!("text"), json!({})] {
            let before = receipts(&shop, example.write);
            let seen = send(&shop, example.write, &body);
            assert!((400..500).contains(&seen.status), "{} {body}: {}", example.write.kind, seen.text);
            assert_eq!(receipts(&shop, example.write), before);
        }
    }
}

#[test]
fn what_the_caller_expects_must_be_so() {
    for example in examples() {
        let (shop, possible) = example_world(&example);
        for guard in example.write.guards {
            let (Expect::Field(name) | Expect::Given(name)) = guard.expect else { continue };
            let mut body = possible.clone();
            body[name] = other(&body[name]);
            let seen = send(&shop, example.write, &body);
            assert_eq!(
                (seen.status, seen.code().as_str()),
                (guard.refusal.status, guard.refusal.code),
                "{}",
                seen.text
            );
            for (shown, _) in guard.shows {
                assert!(!seen.json()[shown].is_null(), "{} does not show {shown}", guard.refusal.code);
            }
            assert_eq!(receipts(&shop, example.write), 0);
        }
    }
}
