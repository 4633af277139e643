//! A kind of evidence as data, and what is read of it.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::confirm::{Field, Step, Takes, Write};
use crate::contract::redaction::Flag;
use crate::cx::Cx;
use crate::db::{truth, At, Batch, Rows};
use crate::http::Result;
use crate::kit::time::{Iso, Moment};

/// What stays on the server of every record that an owner may put a private note beside.
pub const PRIVATE: &[&str] = &[
    "idempotency_key",
    "actor_user_id",
    "actor_email_hash",
    "private_note_sha256",
    "confirmation_text_sha256",
    "metadata_json",
];

/// What a count counts.
#[derive(Clone, Copy, Debug)]
pub enum Tally {
    /// Every record.
    Every,
    /// The sum of a number in the fields or in what the truth shows.
    Sum(&'static str),
    /// The records that have this word there.
    Word(&'static str, &'static str),
}

/// A count in the summary.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it counts.
    pub tally: Tally,
}

/// Who looks at records. What everybody sees names no record: the id of an owner's act is nobody else's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// An owner.
    Owner,
    /// Whoever reads a public document.
    Everybody,
}

/// Makes a family's own part of the summary of a kind, from what the family asked for.
pub type More = fn(&'static Evidence, &Rows, &[At], For) -> Result<Map<String, Value>>;

/// What the kinds of a family share.
pub struct Family {
    /// The issue that they all belong to.
    pub parent_issue: u32,
    /// The owner's page.
    pub owner_route: &'static str,
    /// The public document.
    pub source_route: &'static str,
    /// Adds what the family's own part of a summary is made from.
    pub ask: fn(&Cx, &mut Batch) -> Vec<At>,
    /// The family's own part of the summary of a kind.
    pub more: More,
}

/// A kind of evidence.
pub struct Evidence {
    /// The confirmed write that makes one.
    pub write: &'static Write,
    /// Its family.
    pub family: &'static Family,
    /// The kind that it stands on.
    pub below: Option<&'static Evidence>,
    /// What people call it.
    pub title: &'static str,
    /// The view over the receipts that has the documented columns.
    pub table: &'static str,
    /// The `recordKind` of its records.
    pub record_kind: Option<&'static str>,
    /// What every record says: the name and the word.
    pub words: &'static [(&'static str, &'static str)],
    /// What a record shows, in order. A name is looked up in the record itself, in what the truth shows, in the fields.
    pub public: &'static [&'static str],
    /// What stays on the server.
    pub private: &'static [&'static str],
    /// What is never shown, as programs name it.
    pub excluded: &'static [&'static str],
    /// What is true of every record because it exists.
    pub recorded: &'static [&'static str],
    /// What a record never does or holds: wire names of flags. They are true when the write has any effect.
    pub effects: &'static [&'static str],
    /// The field and the word in it that open the next kind.
    pub opens: Option<(&'static str, &'static str)>,
    /// The list of the newest records in the summary, and how long it is.
    pub latest: (&'static str, usize),
    /// The counts of the summary, beside those of flags.
    pub counts: &'static [Count],
    /// What the counts of flags end with.
    pub unit: &'static str,
    /// What must be checked before the next kind: id, and how it stands (`?` is asked of the rung below).
    pub checks: &'static [(&'static str, &'static str)],
    /// What can and cannot be written.
    pub boundary: &'static str,
}

impl Evidence {
    /// The flags that the answers of this kind carry.
    pub fn redaction(&self) -> &'static [Flag] {
        self.write.answers.flags
    }

    /// True when a record of this kind does anything beside being there.
    pub fn acts(&self) -> bool {
        !self.write.effects.is_empty() || self.write.after.is_some()
    }

    /// True when the value is the id of a record of this kind or of one that it stands on.
    pub fn names_record(&self, value: &Value) -> bool {
        let id = value.as_str().unwrap_or_default();
        id.starts_with(self.write.id_prefix) || self.below.is_some_and(|below| below.names_record(value))
    }

    /// The fields of the request.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.write.steps.iter().filter_map(|step| match step {
            Step::Field(field) => Some(field),
            _ => None,
        })
    }

    /// The word that a record carries, from its fields as JSON.
    pub fn said(&self, fields: &str) -> Option<String> {
        let fields: Map<String, Value> = serde_json::from_str(fields).ok()?;
        let worded = |name: &&str| name.ends_with("isposition") || name.ends_with("Kind");
        let mut names = self.fields().map(|field| field.name).filter(|name| !self.write.words(name).is_empty());
        Some(fields.get(names.find(worded)?)?.as_str()?.to_owned())
    }

    /// What the sender says was looked at, one by one.
    pub fn reviewed(&self) -> impl Iterator<Item = &'static str> {
        let review = |field: &&Field| matches!(field.takes, Takes::Acknowledged) && field.name.ends_with("Reviewed");
        self.fields().filter(review).map(|field| field.name)
    }

    /// The name that columns and counts of a flag are made from; some flags are called otherwise in public.
    pub fn stem(flag: &'static str) -> &'static str {
        match flag {
            "ownerEmailSendEnabled" => "emailSendEnabled",
            "providerMessageIdsIncluded" => "providerMessageIdsCreated",
            "providerResponsesIncluded" => "providerResponsesCreated",
            flag => flag,
        }
    }
}

/// A record as it is kept.
#[derive(Clone, Debug, Deserialize)]
pub struct Kept {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// The fields as JSON.
    pub fields_json: String,
    /// What the truth shows of itself, as JSON.
    pub shown: Option<String>,
    /// When it was made.
    pub created_at: Iso,
    /// True when this answer repeats an earlier one.
    #[serde(deserialize_with = "truth")]
    pub duplicate: bool,
}

/// The latest record of a rung, and how it stands.
#[derive(Clone, Debug, Deserialize)]
pub struct Rung {
    /// Which of several ladders of this family, such as a time window.
    pub world: String,
    /// Its kind.
    pub kind: String,
    /// The record; absent when nobody wrote one.
    pub id: Option<String>,
    /// The fields as JSON.
    pub fields_json: Option<String>,
    /// What the truth shows of itself, as JSON.
    pub shown: Option<String>,
    /// When it was made.
    pub created_at: Option<Moment>,
    /// It stands on the latest record of the kind below.
    #[serde(deserialize_with = "truth")]
    pub linked: bool,
    /// What it says is still so.
    #[serde(deserialize_with = "truth")]
    pub fresh: bool,
    /// It carries the word that opens the next kind.
    #[serde(deserialize_with = "truth")]
    pub opens: bool,
    /// It and everything below it is linked, fresh and open, so the next kind can be written down.
    #[serde(deserialize_with = "truth")]
    pub holds: bool,
}

impl Rung {
    /// The record, if there is one.
    pub fn kept(&self) -> Option<Kept> {
        Some(Kept {
            kind: self.kind.clone(),
            id: self.id.clone()?,
            fields_json: self.fields_json.clone()?,
            shown: self.shown.clone(),
            created_at: Iso(self.created_at?),
            duplicate: false,
        })
    }
}

/// One number of [`sql::TALLIES`](super::sql::TALLIES).
#[derive(Clone, Debug, Deserialize)]
pub struct TallyRow {
    /// The kind.
    pub kind: String,
    /// The name of what was counted; empty for the records themselves.
    pub name: String,
    /// The word, when it is a text.
    pub word: Option<String>,
    /// How many records.
    pub records: i64,
    /// The sum, when it is a number.
    pub total: i64,
}

/// What summaries of several kinds are made from.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// What was counted.
    pub tallies: Vec<TallyRow>,
    /// The newest records of each kind, newest first.
    pub latest: Vec<Kept>,
}

impl Sight {
    /// What a tally of a kind comes to.
    pub fn count(&self, kind: &str, tally: Tally) -> i64 {
        let of = |name: &str, word: Option<&str>| {
            let meant = |row: &&TallyRow| {
                row.kind == kind && row.name == name && (word.is_none() || row.word.as_deref() == word)
            };
            self.tallies.iter().filter(meant).fold((0, 0), |sum, row| (sum.0 + row.records, sum.1 + row.total))
        };
        match tally {
            Tally::Every => of("", None).0,
            Tally::Sum(name) => of(name, None).1,
            Tally::Word(name, word) => of(name, Some(word)).0,
        }
    }
}
