//! The fields of a body, JSON or form, read strictly: a field of the wrong type is refused by name, never guessed.

use serde_json::{Map, Value};

use super::error::{common, Error, Result};
use super::req::Req;
use crate::kit::bounds::D1_INTEGER_MAX;

/// The named fields of a body.
#[derive(Debug)]
pub struct Fields {
    values: Map<String, Value>,
    /// Form fields are all text, so numbers and flags are read out of it.
    form: bool,
}

impl Fields {
    /// Reads the body. An empty body has no fields.
    ///
    /// # Errors
    /// `invalid_json` for text that is not JSON, `invalid_request` for JSON that is not an object,
    /// `unsupported_content_type` for a form with files.
    pub fn read(req: &Req) -> Result<Self> {
        if req.is_form() {
            return Self::from_form(&req.body);
        }
        if req.media_type().is_some_and(|media| media.starts_with("multipart/")) {
            return Err(Error::from(&common::UNSUPPORTED_CONTENT_TYPE));
        }
        if req.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self { values: Map::new(), form: false });
        }
        match serde_json::from_slice(&req.body) {
            Ok(Value::Object(values)) => Ok(Self { values, form: false }),
            Ok(_) => Err(Error::from(&common::INVALID_REQUEST)),
            Err(_) => Err(Error::from(&common::INVALID_JSON)),
        }
    }

    fn from_form(body: &[u8]) -> Result<Self> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_bytes(body).map_err(|_| Error::from(&common::INVALID_REQUEST))?;
        let mut values = Map::new();
        for (name, text) in pairs {
            // The decoder writes U+FFFD for bytes that are not UTF-8.
            if name.contains('\u{fffd}') || text.contains('\u{fffd}') {
                return Err(Error::from(&common::INVALID_REQUEST));
            }
            let text = Value::String(text);
            match values.get_mut(&name) {
                None => drop(values.insert(name, text)),
                Some(Value::Array(several)) => several.push(text),
                Some(first) => {
                    let several = vec![first.take(), text];
                    *first = Value::Array(several);
                }
            }
        }
        Ok(Self { values, form: true })
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    /// Text; absent, null and (after trimming) empty are all `None`.
    ///
    /// # Errors
    /// `invalid_request` naming the field when it is not text.
    pub fn text(&self, name: &str) -> Result<Option<&str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Err(wrong(name)),
        }
    }

    /// Text of at most so many bytes, kept.
    ///
    /// # Errors
    /// `invalid_request` naming the field when it is not text, or is longer.
    pub fn bounded(&self, name: &str, bytes_max: usize) -> Result<Option<String>> {
        match self.text(name)? {
            Some(text) if text.len() > bytes_max => Err(wrong(name)),
            text => Ok(text.map(str::to_owned)),
        }
    }

    /// Text that is compared byte for byte, so it is not trimmed.
    ///
    /// # Errors
    /// `invalid_request` naming the field when it is not text.
    pub fn exact(&self, name: &str) -> Result<Option<&str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(name)),
        }
    }

    /// The first of several names for one text field.
    ///
    /// # Errors
    /// `invalid_request` naming the field when it is not text.
    pub fn text_of(&self, names: &[&str]) -> Result<Option<&str>> {
        for name in names {
            if let Some(text) = self.text(name)? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    /// A list of texts, trimmed, without empty ones and repetitions, in the order given.
    ///
    /// # Errors
    /// `invalid_request` naming the field when it is not a list of texts.
    pub fn texts(&self, name: &str) -> Result<Vec<&str>> {
        let given = match self.get(name) {
            None => Vec::new(),
            Some(Value::Array(several)) => several.iter().collect(),
            Some(one) if self.form => vec![one],
            Some(_) => return Err(wrong(name)),
        };
        let mut texts = Vec::new();
        for value in given {
            let text = value.as_str().ok_or_else(|| wrong(name))?.trim();
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        Ok(texts)
    }

    /// A yes or no; absent is no.
    ///
    /// # Errors
    /// `invalid_request` naming the field when it is neither.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(yes)) => Ok(*yes),
            Some(Value::String(text)) if self.form => Ok(matches!(text.as_str(), "1" | "true" | "yes" | "on")),
            Some(_) => Err(wrong(name)),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// `invalid_request` naming the field when it is not one.
    pub fn integer(&self, name: &str) -> Result<Option<i64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if self.form => text.parse().map(Some).map_err(|_| wrong(name)),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| wrong(name)),
        }
    }

    /// An object; anything else is none.
    pub fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.get(name).and_then(Value::as_object)
    }

    /// Whole numbers of 0 or more by name, at most so many; sorted by name. A form sends them as JSON text.
    ///
    /// # Errors
    /// `invalid_request` naming the field when it is anything else.
    pub fn counts(&self, name: &str, max: usize) -> Result<Option<Map<String, Value>>> {
        let counts = match self.get(name) {
            None => return Ok(None),
            Some(Value::Object(counts)) => counts.clone(),
            Some(Value::String(text)) if self.form => serde_json::from_str(text).map_err(|_| wrong(name))?,
            Some(_) => return Err(wrong(name)),
        };
        let countable = |count: &Value| count.as_i64().is_some_and(|count| (0..=D1_INTEGER_MAX).contains(&count));
        if counts.len() > max || !counts.values().all(countable) {
            return Err(wrong(name));
        }
        Ok(Some(counts))
    }

    /// True when the field is there and not null.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// True for an HTML form.
    pub fn is_form(&self) -> bool {
        self.form
    }
}

/// The refusal of one field, by name.
pub fn wrong(name: &str) -> Error {
    Error::refused_with(&common::INVALID_REQUEST, [("field", Value::from(name))])
}
