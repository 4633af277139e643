//! A confirmed write as data.

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{Map, Value};

use super::parse::Parsed;
use crate::contract::redaction::Flag;
use crate::cx::{Cx, Task};
use crate::db::{At, Query, Rows, Stmt};
use crate::http::error::Refusal;
use crate::http::gate::Owner;
use crate::http::route::Schema;
use crate::http::{Error, Fields, Req};

/// Who may do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// An owner with a session.
    Owner,
    /// Anybody who knows what the fields ask for, such as a buyer with the purchase reference.
    Anyone,
}

/// Who is doing it.
#[derive(Clone, Copy)]
pub enum Actor<'a> {
    /// An owner with a session.
    Owner(&'a Owner),
    /// Nobody in particular.
    Anyone,
}

/// What a field takes. Everything else is refused; nothing is cut, trimmed to fit or guessed.
#[derive(Clone, Copy)]
pub enum Takes {
    /// Text of at most so many characters.
    Text(usize),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number of at least this and at most [`WRITE_NUMBER_MAX`](crate::kit::bounds::WRITE_NUMBER_MAX).
    Integer(i64),
    /// `true`, which the sender states.
    Acknowledged,
    /// Text of at most so many characters of which only a keyed hash is kept.
    Private(usize),
    /// At most so many whole numbers of 0 or more, each under a name; a form sends them as JSON text.
    Counts(usize),
    /// A moment in RFC 3339; kept as [`iso`](crate::kit::time::Moment::iso) writes it. Whether it has come is for a guard
    /// to say, so that an honest repetition is not refused for being late.
    Moment,
    /// Text of at most so many characters, several lines or one; runs of white space become one space.
    Prose(usize),
    /// A whole number of 0 or more, with the same maximum; one that is absent is 0.
    Count,
}

/// A field of the request.
#[derive(Clone, Copy)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// How its absence is refused; `None` for a field that may be absent.
    pub missing: Option<&'static Refusal>,
    /// What a form calls it.
    pub label: &'static str,
}

/// A custom part of the request, such as the content of a file.
#[derive(Clone, Copy)]
pub struct Act {
    /// Reads it, and adds what it understood to the fields.
    pub parse: fn(&Fields, &mut Parsed) -> Result<(), Error>,
    /// The inputs of a form.
    pub form: fn() -> maud::Markup,
    /// The names that it reads, for the documents: name and meaning.
    pub names: &'static [(&'static str, &'static str)],
    /// How it can be refused.
    pub refusals: &'static [&'static Refusal],
}

/// One check of the request. The first that fails is the answer, in the order of the list.
#[derive(Clone, Copy)]
pub enum Step {
    /// The exact phrase is there.
    Phrase(&'static Refusal),
    /// There is an idempotency key, in the body or the header.
    Key(&'static Refusal),
    /// A field is there, where it must be, and has its form.
    Field(Field),
    /// A text field that was read before is one of these words.
    Known {
        /// The field.
        name: &'static str,
        /// The words.
        words: &'static [&'static str],
        /// How another word is refused.
        refusal: &'static Refusal,
    },
    /// Numbers that were read before do not add up to more than another; absent ones are 0.
    Within {
        /// What is added up.
        parts: &'static [&'static str],
        /// The most that it may come to.
        most: &'static str,
        /// How a larger sum is refused.
        refusal: &'static Refusal,
    },
    /// A custom part.
    Act(Act),
}

/// What the world must be like, as one row with one JSON object called `truth`.
#[derive(Clone, Copy)]
pub struct Truth {
    /// Selects it: `?1` tenant, `?2` the fields as JSON, `?3` the present in unix seconds.
    pub select: &'static Query,
    /// Inserts the receipt if it is new and the truth is as expected. Made by [`truth!`](crate::truth) beside `select`.
    pub record: &'static Query,
    /// There is no such row.
    pub missing: &'static Refusal,
}

/// What a guard compares the truth with.
#[derive(Clone, Copy)]
pub enum Expect {
    /// What the caller says in this field.
    Field(&'static str),
    /// What the caller says in this field, when there is something in it.
    Given(&'static str),
    /// A number.
    Number(i64),
    /// A word.
    Word(&'static str),
}

/// One thing that must be true, checked in the order of the list.
#[derive(Clone, Copy)]
pub struct Guard {
    /// The key in the truth.
    pub truth: &'static str,
    /// What it must be.
    pub expect: Expect,
    /// How it is refused.
    pub refusal: &'static Refusal,
    /// What the refusal shows: the name on the wire and the key in the truth.
    pub shows: &'static [(&'static str, &'static str)],
}

/// The audit row of a write.
#[derive(Clone, Copy)]
pub struct Audit {
    /// The kind of event.
    pub event_kind: &'static str,
    /// The kind of actor.
    pub actor_kind: &'static str,
    /// What happened, in a sentence.
    pub summary: &'static str,
}

/// A record in the answer.
#[derive(Clone, Copy)]
pub struct Record {
    /// Its name in the answer.
    pub key: &'static str,
    /// Selects it: `?1` tenant, `?2` kind, `?3` actor, `?4` key of the receipt, `?5` the id of this attempt.
    pub query: &'static Query,
    /// Turns the row into a JSON object; see [`Record::of`].
    pub read: fn(&Rows, At) -> Result<Option<String>, Error>,
    /// Flags inside the record, computed from it.
    pub flags: &'static [Flag],
    /// Its schema, for the documents.
    pub schema: Schema,
}

impl Record {
    /// A reader that decodes the row as `Row` and writes it as `Wire`.
    ///
    /// # Errors
    /// A fault when the row does not decode or cannot be written.
    pub fn of<Row: DeserializeOwned, Wire: From<Row> + Serialize>(
        rows: &Rows,
        at: At,
    ) -> Result<Option<String>, Error> {
        let row: Option<Row> = rows.first(at)?;
        row.map(|row| serde_json::to_string(&Wire::from(row)).map_err(Error::from)).transpose()
    }
}

/// What a write answers.
#[derive(Clone, Copy)]
pub struct Answers {
    /// The HTTP status of a first time; a replay is 200.
    pub created: u16,
    /// `status` of a first time.
    pub recorded: &'static str,
    /// `status` of a replay.
    pub replayed: &'static str,
    /// The records it shows.
    pub records: &'static [Record],
    /// The flags that say what is not in the answer.
    pub flags: &'static [Flag],
}

/// Does the work of a record, given its id, and returns the statements that finish it.
pub type Finish = for<'a> fn(&'a Cx, &'a Parsed, &'a str) -> Task<'a, Result<Vec<Stmt>, Error>>;

/// Says what is special about a write, as the fields of its description.
pub type Describe = for<'a> fn(&'a Cx, &'a Req) -> Task<'a, Result<Map<String, Value>, Error>>;

/// Work outside the database that follows the first batch, such as storing a file: the record is reserved before it and
/// finished after it. It is done again on a replay of a record that was never finished.
#[derive(Clone, Copy)]
pub struct After {
    /// Selects a row while the record is unfinished: `?1` tenant, `?2` kind, `?3` actor, `?4` key of the receipt.
    pub unfinished: &'static Query,
    /// Does the work for the record of this id and returns the statements that finish it.
    pub run: Finish,
}

/// A confirmed write.
pub struct Write {
    /// The kind of its receipts.
    pub kind: &'static str,
    /// The address.
    pub path: &'static str,
    /// A stable name for the operation.
    pub operation: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// The contract's id.
    pub contract_id: &'static str,
    /// The contract's status.
    pub contract_status: &'static str,
    /// The contract's issue.
    pub issue: u32,
    /// Who may do it.
    pub by: By,
    /// The exact words that confirm it.
    pub phrase: &'static str,
    /// What every id of its records starts with.
    pub id_prefix: &'static str,
    /// The checks of the request, in order.
    pub steps: &'static [Step],
    /// What must be true.
    pub truth: Truth,
    /// The parts of it that are checked, in order.
    pub guards: &'static [Guard],
    /// What it does: `?1` tenant, `?2` the receipt's id, `?3` the present. Each reads the receipt, so it does nothing
    /// unless this request made it.
    pub effects: &'static [&'static Query],
    /// Its audit row.
    pub audit: Audit,
    /// Work outside the database, if there is any.
    pub after: Option<After>,
    /// How a key that stands for another request is refused.
    pub conflict: &'static Refusal,
    /// What it answers.
    pub answers: Answers,
    /// What `GET` says beside the fields that all have: usually `contract`.
    pub describe: Describe,
    /// The query parameters of `GET`.
    pub describe_query: &'static [(&'static str, &'static str)],
    /// The page that has its form: where a form goes back to, given the fields.
    pub page: fn(&Parsed) -> String,
}

impl Write {
    /// Every way in which it can be refused, beside the common ones.
    pub fn refusals(&self) -> Vec<&'static Refusal> {
        let mut all = Vec::new();
        for step in self.steps {
            match step {
                Step::Phrase(refusal)
                | Step::Key(refusal)
                | Step::Known { refusal, .. }
                | Step::Within { refusal, .. } => all.push(*refusal),
                Step::Field(field) => all.extend(field.missing),
                Step::Act(act) => all.extend(act.refusals),
            }
        }
        all.push(self.truth.missing);
        all.extend(self.guards.iter().map(|guard| guard.refusal));
        all.push(&crate::http::key::INVALID);
        all.push(self.conflict);
        all
    }

    /// The words of the choices that its form offers for a field.
    pub fn words(&self, name: &str) -> &'static [&'static str] {
        let of = |step: &Step| match step {
            Step::Field(Field { name: known, takes: Takes::Choice(words), .. }) if *known == name => Some(*words),
            Step::Known { name: known, words, .. } if *known == name => Some(*words),
            _ => None,
        };
        self.steps.iter().find_map(of).unwrap_or_default()
    }

    /// What the fields must say now for the guards to let them pass, and what the truth knows of the others.
    pub fn expected(&self, truth: &Map<String, Value>) -> Map<String, Value> {
        let of = |step: &Step| {
            let Step::Field(Field { name, .. }) = step else { return None };
            let asks =
                |guard: &&Guard| matches!(guard.expect, Expect::Field(field) | Expect::Given(field) if field == *name);
            let key = self.guards.iter().find(asks).map_or(*name, |guard| guard.truth);
            Some(((*name).to_owned(), truth.get(key)?.clone()))
        };
        self.steps.iter().filter_map(of).collect()
    }
}
