//! The public documents, compared with what was published.
//!
//! `fixtures/contract/` holds the published facts: every key, id, enumeration, figure and flag. Where the published text
//! was prose, or a value was live, the fixture has a mark instead:
//!
//! - `<text>`: a text of ours;
//! - `<live>`: a number, a text or null that changes with the shop;
//! - a list that begins with `<rows>`: live rows, each with the keys of the row that follows the mark.
//!
//! Everything else must be the same, and a key that was not published is a failure too.

mod audience;

use bumpgrade::http::route::{Media, Schema};
use bumpgrade::route;
use serde_json::Value;

/// A fact that we answer otherwise, on purpose.
pub struct Otherwise {
    /// Where.
    pub at: &'static str,
    /// What we answer, as JSON.
    pub ours: &'static str,
    /// Why.
    pub because: &'static str,
}

/// What a comparison went through.
#[derive(Default)]
pub struct Compared {
    /// Each fact: its path and its value.
    pub facts: Vec<String>,
    /// Each text of ours.
    pub texts: Vec<String>,
    /// Each live value.
    pub live: Vec<String>,
    /// What does not agree.
    wrong: Vec<String>,
    otherwise: &'static [Otherwise],
}

/// Every public document: its name and its schema.
pub fn all() -> impl Iterator<Item = (&'static str, Schema)> {
    route::all().filter_map(|route| {
        let name = route.path.strip_suffix("/source-data")?.trim_start_matches('/');
        let schema = route.about.answers.iter().find_map(|(_, media)| match media {
            Media::Json(schema) => Some(*schema),
            _ => None,
        });
        Some((name, schema.unwrap_or_else(|| panic!("{} has no schema", route.path))))
    })
}

/// Compares a document with the published facts; prints what was compared, and fails on whatever does not agree.
pub fn compare(name: &str, ours: &Value, otherwise: &'static [Otherwise]) -> Compared {
    let path = format!("fixtures/contract/{name}.json");
    let published: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let mut compared = Compared { otherwise, ..Compared::default() };
    compared.walk(String::new(), &published, ours);
    for one in otherwise {
        assert!(!one.because.is_empty() && compared.facts.iter().any(|fact| fact.starts_with(&format!("{} ", one.at))));
    }
    let Compared { facts, texts, live, wrong, .. } = &compared;
    facts.iter().for_each(|fact| println!("same  {fact}"));
    texts.iter().for_each(|path| println!("text  {path}"));
    live.iter().for_each(|path| println!("live  {path}"));
    println!("{name}: {} facts the same, {} texts of ours, {} live values", facts.len(), texts.len(), live.len());
    assert!(wrong.is_empty(), "{name}: {} differences\n{}", wrong.len(), wrong.join("\n"));
    compared
}

impl Compared {
    fn walk(&mut self, path: String, published: &Value, ours: &Value) {
        match (published, ours) {
            (Value::String(mark), _) if mark == "<text>" => {
                if ours.as_str().is_none_or(|text| text.trim().is_empty()) {
                    self.wrong.push(format!("{path} is not a text: {ours}"));
                }
                self.texts.push(path);
            }
            (Value::String(mark), _) if mark == "<live>" => {
                if matches!(ours, Value::Bool(_) | Value::Array(_) | Value::Object(_)) {
                    self.wrong.push(format!("{path} is not a value: {ours}"));
                }
                self.live.push(path);
            }
            (Value::Array(theirs), Value::Array(rows)) if theirs.first().is_some_and(|mark| mark == "<rows>") => {
                for (index, row) in rows.iter().enumerate() {
                    let shape = theirs.get(1).unwrap_or(row);
                    self.walk(format!("{path}[{index}]"), shape, row);
                }
                self.live.push(path);
            }
            (Value::Array(theirs), Value::Array(list)) => {
                self.fact(format!("{path}.length"), &theirs.len().into(), &list.len().into());
                for (index, (theirs, ours)) in theirs.iter().zip(list).enumerate() {
                    self.walk(format!("{path}[{index}]"), theirs, ours);
                }
            }
            (Value::Object(theirs), Value::Object(fields)) => {
                let within = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                for (key, theirs) in theirs {
                    match fields.get(key) {
                        Some(ours) => self.walk(within(key), theirs, ours),
                        None => self.wrong.push(format!("{} is missing", within(key))),
                    }
                }
                let extra = fields.keys().filter(|key| !theirs.contains_key(*key));
                self.wrong.extend(extra.map(|key| format!("{} was not published", within(key))));
            }
            _ => self.fact(path, published, ours),
        }
    }

    fn fact(&mut self, path: String, published: &Value, ours: &Value) {
        match self.otherwise.iter().find(|one| one.at == path) {
            Some(one) => {
                let wanted: Value = serde_json::from_str(one.ours).unwrap();
                if *ours != wanted || *ours == *published {
                    self.wrong.push(format!("{path} should be {wanted} instead of {published}, and is {ours}"));
                }
                self.facts.push(format!("{path} = {ours}, not {published}: {}", one.because));
            }
            None => {
                if ours != published {
                    self.wrong.push(format!("{path} is {ours}, published was {published}"));
                }
                self.facts.push(format!("{path} = {published}"));
            }
        }
    }
}
