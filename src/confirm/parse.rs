//! Reading the request of a confirmed write, strictly and in the order that the write names.

use serde_json::{Map, Value};

use super::model::{Field, Step, Takes, Write};
use crate::cx::Cx;
use crate::http::error::common;
use crate::http::fields::wrong;
use crate::http::{key, Error, Fields, Req, Result};
use crate::kit::bounds::WRITE_NUMBER_MAX;
use crate::kit::time::Moment;

/// What `confirmationText` is called on the wire.
pub const PHRASE: &str = "confirmationText";

/// A request that was understood.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The fields by name. Private text is in here as `{name}Hash`, a keyed hash.
    pub fields: Map<String, Value>,
    /// The idempotency key.
    pub key: String,
    /// Content that goes somewhere else than the database.
    pub content: Vec<u8>,
}

impl Parsed {
    /// A text field; empty when it is absent.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A number; 0 when it is absent.
    pub fn number(&self, name: &str) -> i64 {
        self.fields.get(name).and_then(Value::as_i64).unwrap_or_default()
    }
}

/// Reads and checks the request.
///
/// # Errors
/// The refusal of the first step that fails; `invalid_request` naming a field of the wrong type.
pub fn parse(cx: &Cx, write: &Write, req: &Req, fields: &Fields) -> Result<Parsed> {
    let mut parsed = Parsed::default();
    for step in write.steps {
        match step {
            Step::Phrase(refusal) => {
                if fields.exact(PHRASE)? != Some(write.phrase) {
                    return Err(Error::from(*refusal));
                }
            }
            Step::Key(refusal) => {
                let key = key::given(req, fields)?.ok_or_else(|| Error::from(*refusal))?;
                parsed.key = key::printable(key.trim().to_owned())?;
            }
            Step::Field(field) => read(cx, field, fields, &mut parsed)?,
            Step::Known { name, words, refusal } => {
                if !words.contains(&parsed.text(name)) {
                    return Err(Error::from(*refusal));
                }
            }
            Step::Within { parts, most, refusal } => {
                let sum = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(parsed.number(part)));
                if sum.is_none_or(|sum| sum > parsed.number(most)) {
                    return Err(Error::from(*refusal));
                }
            }
            Step::Act(act) => (act.parse)(fields, &mut parsed)?,
        }
    }
    Ok(parsed)
}

/// The text fields as they were sent, unchecked: only good for finding the page that a form came from.
pub fn as_sent(write: &Write, fields: &Fields) -> Parsed {
    let text = |step: &Step| match step {
        Step::Field(field) => Some((field.name.to_owned(), Value::from(fields.text(field.name).ok()??))),
        _ => None,
    };
    Parsed { fields: write.steps.iter().filter_map(text).collect(), ..Parsed::default() }
}

fn read(cx: &Cx, field: &Field, fields: &Fields, parsed: &mut Parsed) -> Result<()> {
    let name = field.name;
    let value = match field.takes {
        Takes::Text(max) => fields.text(name)?.map(|text| within(name, text, max)).transpose()?.map(Value::from),
        Takes::Choice(words) => match fields.text(name)? {
            Some(word) if !words.contains(&word) => return Err(wrong(name)),
            word => word.map(Value::from),
        },
        Takes::Integer(min) => number(name, fields, min)?.map(Value::from),
        Takes::Acknowledged => fields.flag(name)?.then_some(Value::from(true)),
        Takes::Counts(max) => fields.counts(name, max)?.map(Value::from),
        Takes::Moment => match fields.text(name)?.map(Moment::parse_iso) {
            Some(Some(at)) => Some(Value::from(at.iso())),
            Some(None) => return Err(wrong(name)),
            None => None,
        },
        Takes::Prose(max) => match fields.text(name)?.map(one_line) {
            Some(text) => Some(Value::from(within(name, &text, max)?)),
            None => None,
        },
        Takes::Count => Some(Value::from(number(name, fields, 0)?.unwrap_or_default())),
        Takes::Private(max) => match fields.text(name)? {
            None => None,
            Some(text) => {
                let hash = cx.keyed_hash(name, within(name, text, max)?)?;
                parsed.fields.insert(format!("{name}Hash"), Value::from(hash));
                return Ok(());
            }
        },
    };
    match (value, field.missing) {
        (Some(value), _) => drop(parsed.fields.insert(name.to_owned(), value)),
        (None, Some(refusal)) if refusal.code == common::INVALID_REQUEST.code => return Err(wrong(name)),
        (None, Some(refusal)) => return Err(Error::from(refusal)),
        (None, None) => {}
    }
    Ok(())
}

/// A whole number that is neither too small nor too large.
fn number(name: &str, fields: &Fields, min: i64) -> Result<Option<i64>> {
    match fields.integer(name)? {
        Some(number) if !(min..=WRITE_NUMBER_MAX).contains(&number) => Err(wrong(name)),
        number => Ok(number),
    }
}

/// A text with every run of white space made one space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn within<'a>(name: &str, text: &'a str, max: usize) -> Result<&'a str> {
    let text_only = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.chars().count() <= max && text.chars().all(text_only) {
        return Ok(text);
    }
    Err(wrong(name))
}
