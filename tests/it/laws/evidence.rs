//! The kinds of evidence: one way to make a request of any of them, from what its address says of itself.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use bumpgrade::confirm::{Step, Takes};
use bumpgrade::evidence::Evidence;
use bumpgrade::route;
use rusqlite::backup::Backup;
use rusqlite::Connection;
use serde_json::{json, Value};

use super::writes::Example;
use crate::reader;
use crate::shop::{Seen, Shop};

/// Every kind of evidence.
pub fn all() -> impl Iterator<Item = &'static Evidence> {
    route::evidence()
}

/// A change of each family's world that every record of it speaks about.
fn moved(kind: &Evidence) -> &'static str {
    match kind.family.parent_issue {
        17 => {
            "UPDATE audience_workspaces SET revision_id = 'another';
             UPDATE audience_broadcast_drafts SET title = 'Another';
             UPDATE audience_subscribers SET status = 'unsubscribed'"
        }
        18 => "UPDATE analytics_dashboards SET revision_id = 'another'",
        19 => "UPDATE affiliate_programs SET revision_id = 'another'",
        other => panic!("nothing moves the world of family {other}"),
    }
}

/// What a shop needs so that there is something to write about: an owner, and somebody on the list.
pub fn furnish(shop: &Shop) {
    shop.owner();
    reader::joined(shop, "reader@example.test", "Rosa");
}

pub fn example(kind: &'static Evidence) -> Example {
    Example {
        write: kind.write,
        arrange: Box::new(move |shop| arrange(shop, kind)),
        moved: Box::new(move |shop, _| shop.run_sql(moved(kind))),
    }
}

/// A world in which every kind below this one is written down, with the fields of a request of this one. Climbing takes
/// long, so each is kept, and the next is made from it.
pub fn arrange(shop: &Shop, kind: &'static Evidence) -> Value {
    static WORLDS: LazyLock<Mutex<HashMap<&str, (Connection, Value)>>> = LazyLock::new(Mutex::default);
    if let Some((world, body)) = WORLDS.lock().unwrap().get(kind.write.kind) {
        copy(world, &mut shop.db.connection.borrow_mut());
        // Ids that the world has are not made again.
        let taken = IDS_OF_A_RECORD * (1 + shop.count("SELECT COUNT(*) FROM evidence_records"));
        (0..taken).for_each(|_| shop.cx.ports.ids.random(&mut [0; 8]));
        return body.clone();
    }
    if let Some(below) = kind.below {
        arrange(shop, below);
        let seen = record(shop, below, "", &format!("law-rung-{}", below.write.kind));
        assert_eq!(seen.status, 201, "{}: {} {:?}", below.write.kind, seen.text, seen.log);
    } else {
        furnish(shop);
    }
    let body = request(shop, kind, "");
    let mut kept = Connection::open_in_memory().unwrap();
    copy(&shop.db.connection.borrow(), &mut kept);
    WORLDS.lock().unwrap().insert(kind.write.kind, (kept, body.clone()));
    body
}

/// More ids than one record takes.
const IDS_OF_A_RECORD: i64 = 100;

fn copy(from: &Connection, to: &mut Connection) {
    Backup::new(from, to).unwrap().run_to_completion(i32::MAX, Duration::ZERO, None).unwrap();
}

/// Writes down one of this kind, as its address says now.
pub fn record(shop: &Shop, kind: &'static Evidence, query: &str, key: &str) -> Seen {
    let mut body = request(shop, kind, query);
    body["confirmationText"] = json!(kind.write.phrase);
    body["idempotencyKey"] = json!(key);
    shop.post_as(&shop.owner(), kind.write.path, &body)
}

/// The fields of a request: what the address expects now; the rest by type, and the word that opens the next kind.
pub fn request(shop: &Shop, kind: &Evidence, query: &str) -> Value {
    let seen = shop.get_as(&shop.owner(), &format!("{}{query}", kind.write.path));
    assert_eq!(seen.status, 200, "{}: {}", kind.write.kind, seen.text);
    let expected = seen.json()["expected"].clone();
    let mut body = json!({});
    for field in kind.fields() {
        let name = field.name;
        let words = kind.write.words(name);
        let adds_up = |step: &&Step| matches!(step, Step::Within { most, .. } if *most == name);
        body[name] = match (expected.get(name).filter(|value| !value.is_null()), field.takes) {
            // Room for parts that come to less.
            (None, _) if kind.write.steps.iter().any(|step| adds_up(&step)) => json!(50),
            (None, Takes::Count) => json!(0),
            (Some(value), _) => value.clone(),
            (None, Takes::Acknowledged) => json!(true),
            (None, _) if !words.is_empty() => match kind.opens {
                Some((field, word)) if field == name => json!(word),
                _ => json!(words[0]),
            },
            (None, Takes::Integer(least)) => json!(least),
            (None, Takes::Moment) => json!("2031-01-31T09:00:00Z"),
            (None, _) => json!("A text of the owner"),
        };
    }
    body
}

/// `payoutBatchId` as a column.
fn column(name: &str) -> String {
    let snake = |c: char| if c.is_ascii_uppercase() { format!("_{}", c.to_ascii_lowercase()) } else { c.to_string() };
    name.chars().map(snake).collect()
}

/// The view of a kind: its documented columns over its receipts.
fn view(kind: &Evidence) -> String {
    let is_field = |name: &str| kind.fields().any(|field| field.name == name);
    let mut columns = vec![("id".to_owned(), "id".to_owned()), ("tenant_id".to_owned(), "tenant_id".to_owned())];
    for field in kind.fields() {
        let path = format!("json_extract(fields_json, '$.{}')", field.name);
        let hash = format!("json_extract(fields_json, '$.{}Hash')", field.name);
        columns.push(match field.takes {
            Takes::Private(_) => (format!("{}_sha256", column(field.name)), hash),
            Takes::Counts(_) => (format!("{}_json", column(field.name)), path),
            Takes::Count => (column(field.name), path),
            // What the truth shows goes before what was sent.
            _ if field.missing.is_none() && kind.public.contains(&field.name) => {
                let shown = format!("json_extract(truth_json, '$.shown.{}')", field.name);
                let is_shown = format!("json_type(truth_json, '$.shown.{}') IS NOT NULL", field.name);
                (column(field.name), format!("iif({is_shown}, {shown}, {path})"))
            }
            _ => (column(field.name), path),
        });
    }
    const OWN: &[&str] = &["id", "recordKind", "privateNoteRecorded", "createdAt"];
    let is_word = |name: &&&str| kind.words.iter().any(|(word, _)| word == *name);
    columns.extend(kind.words.iter().map(|(name, word)| (column(name), format!("'{word}'"))));
    let shown = kind.public.iter().filter(|name| !is_field(name) && !OWN.contains(name) && !is_word(name));
    columns.extend(shown.map(|name| (column(name), format!("json_extract(truth_json, '$.shown.{name}')"))));
    columns.extend(kind.record_kind.map(|word| ("record_kind".to_owned(), format!("'{word}'"))));
    columns.extend(kind.recorded.iter().map(|name| (column(name), "1".to_owned())));
    let acts = i64::from(kind.acts()).to_string();
    columns.extend(kind.effects.iter().map(|name| (column(Evidence::stem(name)), acts.clone())));
    for (name, from) in [
        ("idempotency_key", "idempotency_key"),
        ("actor_user_id", "actor"),
        ("actor_email_hash", "actor_email_hash"),
        ("confirmation_text_sha256", "confirmation_text_sha256"),
        ("audit_correlation_id", "audit_correlation_id"),
        ("metadata_json", "truth_json"),
        ("created_at", "created_at"),
        ("updated_at", "created_at"),
    ] {
        columns.push((name.to_owned(), from.to_owned()));
    }
    let columns: Vec<String> = columns
        .iter()
        .map(|(name, from)| if name == from { format!("  {name}") } else { format!("  {from} AS {name}") })
        .collect();
    format!(
        "CREATE VIEW {} AS\nSELECT\n{}\nFROM evidence_records WHERE kind = '{}'",
        kind.table,
        columns.join(",\n"),
        kind.write.kind
    )
}

#[test]
fn the_documented_table_of_every_kind_is_a_view_over_its_receipts() {
    let shop = Shop::new();
    let wanted: Vec<String> = all().map(view).collect();
    let known: Vec<String> = all()
        .map(|kind| {
            let sql = format!("SELECT COUNT(*) FROM sqlite_master WHERE name = '{}'", kind.table);
            if shop.count(&sql) == 0 {
                return String::new();
            }
            shop.text("SELECT sql FROM sqlite_master WHERE name = ?1", kind.table)
        })
        .collect();
    let missing: Vec<&String> = wanted.iter().filter(|view| !known.contains(view)).collect();
    let text: String = missing.iter().map(|view| format!("{view};\n\n")).collect();
    assert!(missing.is_empty(), "these views are missing or say something else:\n{text}");
}

#[test]
fn the_view_of_every_kind_shows_its_records() {
    for kind in all() {
        let shop = Shop::new();
        arrange(&shop, kind);
        assert_eq!(record(&shop, kind, "", "law-of-views-1").status, 201);
        assert_eq!(shop.count(&format!("SELECT COUNT(*) FROM {}", kind.table)), 1, "{}", kind.table);
        let nulls = kind.fields().filter(|field| field.missing.is_some()).filter(|field| {
            let name = match field.takes {
                Takes::Counts(_) => format!("{}_json", column(field.name)),
                _ => column(field.name),
            };
            shop.count(&format!("SELECT COUNT(*) FROM {} WHERE {name} IS NULL", kind.table)) > 0
        });
        assert_eq!(nulls.map(|field| field.name).collect::<Vec<_>>(), [""; 0], "{}", kind.table);
    }
}
