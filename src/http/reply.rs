//! An answer. The body is a closed list, so only `edge/` needs to know how each becomes bytes on the wire.

use serde::Serialize;

use super::error::Result;
use crate::cx::OpenObject;

/// The body of an answer.
pub enum Body {
    /// Nothing.
    Empty,
    /// A page.
    Html(String),
    /// A JSON text.
    Json(String),
    /// A private object, handed to the platform as a stream.
    Object(OpenObject),
}

/// An answer.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers, lower-case names.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Body,
}

impl Reply {
    /// JSON with a status. Nothing dynamic is cached.
    ///
    /// # Errors
    /// A fault when the value cannot be written as JSON.
    pub fn json<T: Serialize>(status: u16, value: &T) -> Result<Self> {
        Ok(Self::json_text(status, serde_json::to_string(value)?))
    }

    /// JSON that is already text.
    pub fn json_text(status: u16, text: String) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json; charset=utf-8".to_owned())],
            body: Body::Json(text),
        }
        .with("cache-control", "no-store")
    }

    /// A page.
    pub fn page(status: u16, markup: maud::Markup) -> Self {
        Self {
            status,
            headers: vec![("content-type", "text/html; charset=utf-8".to_owned())],
            body: Body::Html(markup.into_string()),
        }
        .with("cache-control", "no-store")
    }

    /// A private object as a file to keep.
    pub fn object(object: OpenObject) -> Self {
        Self { status: 200, headers: Vec::new(), body: Body::Object(object) }
    }

    /// `303 See Other`: go there with GET.
    pub fn see_other(location: String) -> Self {
        Self { status: 303, headers: vec![("location", location)], body: Body::Empty }.with("cache-control", "no-store")
    }

    /// Adds or replaces a header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }
}
