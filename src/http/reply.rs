//! An answer. The body is a closed list, so only `edge/` needs to know how each becomes bytes on the wire.

use std::borrow::Cow;

use serde::Serialize;

use super::error::{Error, Result};
use super::etag;
use super::req::Req;
use crate::contract::redaction::{self, Flag};
use crate::cx::OpenObject;

/// The body of an answer.
pub enum Body {
    /// Nothing.
    Empty,
    /// A page.
    Html(String),
    /// A JSON text.
    Json(String),
    /// A picture as text.
    Image(&'static str),
    /// A private object, handed to the platform as a stream.
    Object(OpenObject),
}

/// A header: its lower-case name, and its value.
pub type Header = (&'static str, Cow<'static, str>);

/// An answer.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers, lower-case names.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Body,
    /// What the log should say of it; most answers say nothing.
    pub remark: Option<&'static str>,
}

impl Reply {
    /// An answer without headers.
    pub const fn new(status: u16, body: Body) -> Self {
        Self { status, headers: Vec::new(), body, remark: None }
    }

    /// JSON with a status. Nothing dynamic is cached.
    ///
    /// # Errors
    /// A fault when the value cannot be written as JSON.
    pub fn json<T: Serialize>(status: u16, value: &T) -> Result<Self> {
        Ok(Self::json_text(status, written(value)?))
    }

    /// JSON with the redaction flags that are computed from it.
    ///
    /// # Errors
    /// A fault when the value cannot be written as JSON.
    pub fn redacted<T: Serialize>(status: u16, value: &T, flags: &[Flag]) -> Result<Self> {
        let mut text = written(value)?;
        redaction::append(&mut text, flags);
        Ok(Self::json_text(status, text))
    }

    /// A public document. Anybody may keep a copy and asks each time whether it still holds.
    ///
    /// # Errors
    /// A fault when the value cannot be written as JSON.
    pub fn document<T: Serialize>(req: &Req, document: &T) -> Result<Self> {
        let text = written(document)?;
        let tag = etag::of(text.as_bytes());
        let holds = req.header("if-none-match").is_some_and(|known| etag::is_named(&known, &tag));
        let reply = if holds { Self::new(304, Body::Empty) } else { Self::json_text(200, text) };
        Ok(reply.with("etag", tag).with("cache-control", "public, max-age=0, must-revalidate"))
    }

    /// JSON that is already text.
    pub fn json_text(status: u16, text: String) -> Self {
        Self::new(status, Body::Json(text))
            .with("content-type", "application/json; charset=utf-8")
            .with("cache-control", "no-store")
    }

    /// A page.
    pub fn page(status: u16, markup: maud::Markup) -> Self {
        Self::new(status, Body::Html(markup.into_string()))
            .with("content-type", "text/html; charset=utf-8")
            .with("cache-control", "no-store")
    }

    /// A private object as a file to keep.
    pub fn object(object: OpenObject) -> Self {
        Self::new(200, Body::Object(object))
    }

    /// `303 See Other`: go there with GET.
    pub fn see_other(location: String) -> Self {
        Self::new(303, Body::Empty).with("location", location).with("cache-control", "no-store")
    }

    /// Leaves a line in the log beside the answer.
    pub const fn remarked(mut self, remark: Option<&'static str>) -> Self {
        self.remark = remark;
        self
    }

    /// Adds a cookie beside those that are there.
    pub fn with_cookie(mut self, cookie: String) -> Self {
        self.headers.push(("set-cookie", cookie.into()));
        self
    }

    /// Adds or replaces a header.
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }
}

/// Room for most answers, in bytes, so that writing one seldom moves it.
const ANSWER_BYTES: usize = 6 * 1024;

fn written<T: Serialize>(value: &T) -> Result<String> {
    let mut bytes = Vec::with_capacity(ANSWER_BYTES);
    serde_json::to_writer(&mut bytes, value)?;
    String::from_utf8(bytes).map_err(|_| Error::internal("an answer is not UTF-8"))
}
