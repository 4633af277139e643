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

/// The documented tables: name and columns.
fn documented() -> HashMap<&'static str, Vec<&'static str>> {
    let mut lists: HashMap<&str, Vec<&str>> = HashMap::new();
    let lines = include_str!("evidence_tables.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        let (name, words) = line.split_once(": ").unwrap();
        let of = |word| lists.get(word).cloned().unwrap_or_else(|| vec![word]);
        let columns: Vec<&str> = words.split(' ').flat_map(of).collect();
        assert!(columns.iter().all(|column| *column == column.to_lowercase()), "{name}: {columns:?}");
        lists.insert(name, columns);
    }
    lists.retain(|name, _| *name == name.to_lowercase());
    lists
}

#[test]
fn the_table_of_every_kind_has_the_documented_columns() {
    let shop = Shop::new();
    let mut documented = documented();
    for kind in all() {
        let columns = documented.remove(kind.table).unwrap_or_else(|| panic!("{} is not documented", kind.table));
        for column in columns {
            let sql = format!("SELECT COUNT(*) FROM pragma_table_info('{}') WHERE name = '{column}'", kind.table);
            assert_eq!(shop.count(&sql), 1, "{}.{column}", kind.table);
        }
    }
    assert!(documented.is_empty(), "no kind has these tables: {documented:?}");
}

/// A value as a column has it.
fn stored(value: &Value) -> String {
    match value {
        Value::Bool(yes) => i64::from(*yes).to_string(),
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn the_table_of_every_kind_says_what_its_records_say() {
    // What no column has, and who wrote it when, which other columns say.
    const ELSEWHERE: &[&str] = &["duplicate", "privateNoteRecorded", "createdAt"];
    for kind in all() {
        let shop = Shop::new();
        arrange(&shop, kind);
        let seen = record(&shop, kind, "", "law-of-views-1");
        assert_eq!(seen.status, 201, "{}", seen.text);
        assert_eq!(shop.count(&format!("SELECT COUNT(*) FROM {}", kind.table)), 1, "{}", kind.table);
        let seen = seen.json();
        let shown = seen[kind.write.answers.records[0].key].as_object().unwrap();
        for (name, value) in shown.iter().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str())) {
            let flag = kind.effects.iter().find(|flag| *flag == name);
            let mut column = column(flag.map_or(name, |flag| Evidence::stem(flag)));
            if value.is_object() {
                column.push_str("_json");
            }
            let sql = format!("SELECT COALESCE(CAST({column} AS TEXT), '') FROM {} WHERE id <> ?1", kind.table);
            assert_eq!(shop.text(&sql, ""), stored(value), "{}.{column}", kind.table);
        }
    }
}

#[test]
fn a_public_document_names_no_record_and_the_owner_s_answer_does() {
    for top in all().filter(|top| !all().any(|kind| kind.below.is_some_and(|below| below.write.kind == top.write.kind)))
    {
        let shop = Shop::new();
        arrange(&shop, top);
        assert_eq!(record(&shop, top, "", "law-of-documents").status, 201);
        let ids = shop.text("SELECT group_concat(id) FROM evidence_records WHERE id <> ?1", "");
        let document = shop.get(top.family.source_route).text;
        let named: Vec<&str> = ids.split(',').filter(|id| document.contains(id)).collect();
        assert_eq!(named, [""; 0], "{}", top.family.source_route);
        if top.latest.1 > 0 {
            let answer = shop.get_as(&shop.owner(), top.write.path).json();
            let latest = &answer["contract"][top.latest.0][0]["id"];
            assert!(ids.contains(latest.as_str().unwrap()), "{}: {answer}", top.write.kind);
        }
    }
}
