//! What is known about each part of the way that a broadcast would take: nine summaries, all data of one shape.
//!
//! The rows hold the facts under their public names; here stands only what differs between the parts.

use serde::Deserialize;
use serde_json::{json, Map, Value};

use crate::audience::document::summary::{About, Summary};
use crate::contract::document::Checked;
use crate::kit::time::Moment;

/// Which records a count is of.
#[derive(Clone, Copy)]
pub enum Of {
    /// All of them.
    All,
    /// Those whose field is this word.
    Is(&'static str, &'static str),
    /// Those whose field has this part.
    Has(&'static str, &'static str),
    /// Those that say something in this field, or whose switch is on.
    Says(&'static str),
}

/// One part of the way.
pub struct Part {
    /// The kind of its rows.
    pub kind: &'static str,
    /// Its name in the document.
    pub key: &'static str,
    /// What is said of it whatever the rows are.
    pub about: About,
    /// What is counted.
    pub counts: &'static [(&'static str, Of)],
}

/// A row.
#[derive(Deserialize)]
pub struct Row {
    kind: String,
    id: String,
    draft_id: String,
    status: String,
    facts: String,
    flags: String,
    updated_at: Moment,
}

impl Row {
    fn record(&self) -> serde_json::Result<Map<String, Value>> {
        let mut record = Map::new();
        record.extend([("id", &self.id), ("draftId", &self.draft_id), ("status", &self.status)].map(pair));
        record.extend(serde_json::from_str::<Map<String, Value>>(&self.facts)?);
        let flags: Map<String, Value> = serde_json::from_str(&self.flags)?;
        record.extend(flags.into_iter().map(|(name, value)| (name, json!(value != json!(0) && value != json!(false)))));
        record.insert("updatedAt".to_owned(), self.updated_at.iso().into());
        Ok(record)
    }
}

fn pair((name, text): (&str, &String)) -> (String, Value) {
    (name.to_owned(), text.as_str().into())
}

impl Of {
    fn counts(self, record: &Map<String, Value>) -> bool {
        let at = |name: &str| record.get(name).unwrap_or(&Value::Null);
        match self {
            Self::All => true,
            Self::Is(name, word) => at(name) == word,
            Self::Has(name, part) => match at(name) {
                Value::String(text) => text.contains(part),
                Value::Array(several) => several.iter().any(|one| one == part),
                _ => false,
            },
            Self::Says(name) => match at(name) {
                Value::String(text) => !text.is_empty(),
                Value::Bool(yes) => *yes,
                _ => false,
            },
        }
    }
}

impl Part {
    /// The part with its rows.
    ///
    /// # Errors
    /// When a row does not hold JSON objects.
    pub fn summary(&self, rows: &[Row]) -> serde_json::Result<Checked<Summary>> {
        let own = rows.iter().filter(|row| row.kind == self.kind);
        let records = own.map(Row::record).collect::<serde_json::Result<Vec<_>>>()?;
        let counted = |of: Of| records.iter().map(|record| i64::from(of.counts(record))).sum();
        let counts: Vec<_> = self.counts.iter().map(|(name, of)| (*name, counted(*of))).collect();
        Ok(self.about.with(counts, [("records", json!(records))]))
    }
}
