//! How kinds of evidence are shown: a record, the summary of a kind, the contract of its address.

use std::collections::hash_map::DefaultHasher;
use std::collections::HashSet;
use std::fmt::Display;
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};
use serde_json::{json, Map, Value};

use super::model::{Evidence, For, Kept, Sight, Tally};
use super::sql;
use crate::confirm::sql::{look, TruthRow};
use crate::confirm::Takes;

use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::http::{Req, Result};

/// A JSON object made from a table: the summary of a kind, or a record of it.
#[derive(Clone, Debug)]
pub struct Summary(pub Map<String, Value>);

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl schemars::JsonSchema for Summary {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Evidence".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": { "type": "string" },
                "status": { "type": "string" },
                "issue": { "type": "integer" },
                "parentIssue": { "type": "integer" },
                "apiRoute": { "type": "string" },
                "ownerRoute": { "type": "string" },
                "counts": { "type": "object", "additionalProperties": { "type": "integer" } },
                "redaction": { "type": "object", "additionalProperties": { "type": "boolean" } }
            }
        })
    }
}

/// Where in a batch the rows of the kinds stand.
#[derive(Clone, Copy)]
pub struct Places {
    tallies: At,
    latest: At,
}

/// Asks for what the summaries of these kinds have in common: two statements, however many kinds there are.
pub fn ask(cx: &Cx, kinds: &[&'static Evidence], batch: &mut Batch) -> Places {
    let names = |kind: &&'static Evidence| kind.counts.iter().filter_map(|count| name(count.tally));
    let detailed: Vec<&str> =
        kinds.iter().filter(|kind| names(kind).next().is_some()).map(|kind| kind.write.kind).collect();
    let counted: Vec<&str> = kinds.iter().flat_map(names).collect();
    let kinds: Value = kinds.iter().map(|kind| kind.write.kind).collect();
    Places {
        tallies: batch.add(sql::tallies(&cx.tenant, &kinds, &detailed.into(), &counted.into())),
        latest: batch.add(sql::latest(&cx.tenant, &kinds)),
    }
}

fn name(tally: Tally) -> Option<&'static str> {
    match tally {
        Tally::Every => None,
        Tally::Sum(name) | Tally::Word(name, _) => Some(name),
    }
}

impl Places {
    /// Reads what was asked for.
    ///
    /// # Errors
    /// A fault when a row does not decode.
    pub fn read(&self, rows: &Rows) -> Result<Sight> {
        Ok(Sight { tallies: rows.all(self.tallies)?, latest: rows.all(self.latest)? })
    }
}

/// Reads the record of an answer.
///
/// # Errors
/// A fault when the row does not decode.
pub fn read_record(evidence: &Evidence, rows: &Rows, at: At) -> Result<Option<String>> {
    let kept: Option<Kept> = rows.first(at)?;
    Ok(kept.map(|kept| evidence.record(&kept, For::Owner)).transpose()?.map(|record| Value::Object(record).to_string()))
}

fn object(text: &str) -> Result<Map<String, Value>> {
    Ok(serde_json::from_str(text)?)
}

impl Evidence {
    /// A record as it is shown.
    ///
    /// # Errors
    /// A fault when what is kept is not JSON.
    pub fn record(&self, kept: &Kept, eyes: For) -> Result<Map<String, Value>> {
        let mut known = object(&kept.fields_json)?;
        known.extend(object(kept.shown.as_deref().unwrap_or("{}"))?);
        known.extend(self.words.iter().map(|(name, word)| ((*name).to_owned(), Value::from(*word))));
        let noted = known.contains_key("privateNoteHash");
        let of = |name: &&str| match *name {
            "id" => kept.id.as_str().into(),
            "recordKind" => self.record_kind.into(),
            "privateNoteRecorded" => noted.into(),
            "createdAt" => kept.created_at.0.iso().into(),
            name => known.get(name).cloned().unwrap_or_default(),
        };
        let mut record: Map<String, Value> = self.public.iter().map(|name| ((*name).to_owned(), of(name))).collect();
        record.insert("duplicate".to_owned(), kept.duplicate.into());
        record.extend(self.flags());
        if eyes == For::Everybody {
            record.retain(|_, value| !self.names_record(value));
        }
        Ok(record)
    }

    /// What is true of every record of the kind.
    pub fn flags(&self) -> impl Iterator<Item = (String, Value)> + '_ {
        let recorded = self.recorded.iter().map(|name| ((*name).to_owned(), Value::Bool(true)));
        recorded.chain(self.effects.iter().map(|name| ((*name).to_owned(), Value::Bool(self.acts()))))
    }

    /// What must be typed.
    pub fn confirmation(&self) -> Value {
        json!({ "required": true, "text": self.write.phrase })
    }

    fn counts(&self, sight: &Sight) -> Map<String, Value> {
        let kind = self.write.kind;
        let every = sight.count(kind, Tally::Every);
        let named = self.counts.iter().map(|count| (count.name.to_owned(), sight.count(kind, count.tally)));
        let unit = |flag: &'static str| format!("{}{}", Self::stem(flag), self.unit);
        let reviewed = self.reviewed().map(|flag| (unit(flag), every));
        let effects = self.effects.iter().map(|flag| (unit(flag), if self.acts() { every } else { 0 }));
        named.chain(reviewed).chain(effects).map(|(name, count)| (name, count.into())).collect()
    }

    /// The summary of the kind: what it is, how many records there are, the newest of them, what they do not hold.
    ///
    /// # Errors
    /// A fault when what is kept is not JSON.
    pub fn summary(&self, sight: &Sight, more: Map<String, Value>, eyes: For) -> Result<Summary> {
        let own = sight.latest.iter().filter(|kept| kept.kind == self.write.kind).take(self.latest.1);
        let latest: Vec<Map<String, Value>> = own.map(|kept| self.record(kept, eyes)).collect::<Result<_>>()?;
        let mut summary = self.contract_head();
        summary.extend(more);
        for (name, value) in [
            ("ownerRoute", self.family.owner_route.into()),
            ("source", "d1".into()),
            ("loadError", Value::Null),
            ("confirmation", self.confirmation()),
            ("counts", self.counts(sight).into()),
            (self.latest.0, latest.into()),
            ("privateFieldsExcluded", self.excluded.into()),
            ("writeBoundary", self.boundary.into()),
        ] {
            summary.insert(name.to_owned(), value);
        }
        let text = said(&summary);
        let flags = self.redaction().iter().map(|flag| (flag.name.to_owned(), Value::Bool((flag.holds)(&text))));
        summary.insert("redaction".to_owned(), flags.collect::<Map<_, _>>().into());
        Ok(Summary(summary))
    }

    fn contract_head(&self) -> Map<String, Value> {
        let head: [(&str, Value); 5] = [
            ("id", self.write.contract_id.into()),
            ("status", self.write.contract_status.into()),
            ("issue", self.write.issue.into()),
            ("parentIssue", self.family.parent_issue.into()),
            ("apiRoute", self.write.path.into()),
        ];
        head.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// How a record is made: the entry of the document's list of writes.
    pub fn contract(&self) -> Summary {
        let mut contract = self.contract_head();
        for (name, value) in [
            ("auth", Value::from("owner-session")),
            ("tables", [self.table].as_slice().into()),
            ("confirmationText", self.write.phrase.into()),
            ("publicSafeFields", self.public.into()),
            ("serverPrivateFields", self.private.into()),
            ("writeBoundary", self.boundary.into()),
        ] {
            contract.insert(name.to_owned(), value);
        }
        Summary(contract)
    }
}

/// Everything that a summary says, each thing once: its flags are computed from this. A summary repeats itself in every
/// window and record, and the flags do not look at how often something is said.
fn said(summary: &Map<String, Value>) -> String {
    let (mut seen, mut text) = (HashSet::new(), String::new());
    summary.iter().for_each(|(name, value)| tell(name, value, &mut seen, &mut text));
    text
}

fn tell(name: &str, value: &Value, seen: &mut HashSet<u64>, text: &mut String) {
    let mut say = |what: &dyn Display, hash: &dyn Fn(&mut DefaultHasher)| {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        hash(&mut hasher);
        if seen.insert(hasher.finish()) {
            text.push_str(&format!("\"{name}\":{what},"));
        }
    };
    match value {
        Value::Object(fields) => {
            say(&"{", &|hasher| true.hash(hasher));
            fields.iter().for_each(|(name, value)| tell(name, value, seen, text));
        }
        Value::Array(items) => items.iter().for_each(|item| tell(name, item, seen, text)),
        leaf => say(leaf, &|hasher| leaf.hash(hasher)),
    }
}

/// What the address of a kind says of itself: its summary, and what a request must say now.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn describe(cx: &Cx, evidence: &'static Evidence, req: &Req) -> Result<Map<String, Value>> {
    let mut batch = Batch::new();
    let places = ask(cx, &[evidence], &mut batch);
    let truth = batch.add(look(evidence.write.truth.select, &cx.tenant, &asked(evidence, req), cx.now()));
    let own = (evidence.family.ask)(cx, &mut batch);
    let rows = cx.commit(batch).await?;
    let more = (evidence.family.more)(evidence, &rows, &own, For::Owner)?;
    let summary = evidence.summary(&places.read(&rows)?, more, For::Owner)?;
    let expected = expected(evidence, &rows, truth)?;
    let of = |name: &str, value| (name.to_owned(), Value::Object(value));
    Ok([of("contract", summary.0), of("expected", expected)].into_iter().collect())
}

/// What the query names, as fields; so somebody can ask about another batch or window.
fn asked(evidence: &Evidence, req: &Req) -> Value {
    let named = evidence.fields().filter(|field| matches!(field.takes, Takes::Text(_) | Takes::Choice(_)));
    named.filter_map(|field| Some((field.name.to_owned(), Value::from(req.query(&[field.name])?)))).collect()
}

/// What a request must say now, from the truth in these rows.
///
/// # Errors
/// A fault when the row does not decode.
pub fn expected(evidence: &Evidence, rows: &Rows, at: At) -> Result<Map<String, Value>> {
    match rows.first::<TruthRow>(at)? {
        Some(row) => Ok(evidence.write.expected(&object(&row.truth)?)),
        None => Ok(Map::new()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn what_is_said_is_said_once_and_nothing_is_left_out() {
        let entry = json!({ "queueMessage": "m", "sent": false });
        let summary = json!({ "windows": [entry, entry, { "sent": true }], "count": 2 });
        let text = super::said(summary.as_object().expect("an object"));
        assert_eq!(text, r#""count":2,"windows":{,"queueMessage":"m","sent":false,"sent":true,"#);
    }
}
