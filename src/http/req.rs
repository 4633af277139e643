//! A request: what came in, and what a handler gets once the body has been read within its cap.

use url::Url;

use crate::cx::Task;

/// The methods that routes answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Reads.
    Get,
    /// Writes.
    Post,
}

impl Verb {
    /// As HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It is longer than the cap.
    TooLarge,
    /// The connection broke.
    Broken,
}

/// The platform's request, as far as we look at it.
pub trait Source {
    /// A header by lower-case name; repeated headers come joined by `, `, as Fetch does it.
    fn header(&self, name: &'static str) -> Option<String>;
    /// Reads the body, giving up as soon as it is longer than `cap` bytes, whatever its length header says.
    fn body(&mut self, cap: usize) -> Task<'_, std::result::Result<Vec<u8>, BodyError>>;
}

/// A request before anything has been decided about it.
pub struct Incoming {
    /// The method as sent.
    pub method: String,
    /// The whole address.
    pub url: Url,
    /// Headers and body.
    pub source: Box<dyn Source>,
}

/// A request with its body, as handlers see it.
pub struct Req {
    /// The whole address.
    pub url: Url,
    /// True when only the headers of the answer are wanted.
    pub head: bool,
    /// The raw body; empty for a GET.
    pub body: Vec<u8>,
    pub(super) params: Vec<(String, String)>,
    pub(super) source: Box<dyn Source>,
}

impl Req {
    /// A part of the path that the route names in braces; empty when the route has no such part.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The first of the query parameters with one of these names.
    pub fn query(&self, names: &[&str]) -> Option<String> {
        self.url.query_pairs().find(|(key, _)| names.contains(&key.as_ref())).map(|(_, value)| value.into_owned())
    }

    /// A header by lower-case name.
    pub fn header(&self, name: &'static str) -> Option<String> {
        self.source.header(name)
    }

    /// Scheme, host and port of this request, as a browser compares them.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The media type of the body, in lower case and without parameters.
    pub fn media_type(&self) -> Option<String> {
        media_type(self.source.as_ref())
    }

    /// True when the body is an HTML form without files.
    pub fn is_form(&self) -> bool {
        self.media_type().as_deref() == Some("application/x-www-form-urlencoded")
    }
}

/// The media type of the body, in lower case and without parameters.
pub(super) fn media_type(source: &dyn Source) -> Option<String> {
    let value = source.header("content-type")?;
    let media = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    (!media.is_empty()).then_some(media)
}

/// What a caller would rather read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// `Accept` names `text/html`, as browsers do.
    Page,
    /// `Accept` names JSON.
    Json,
    /// Anything goes.
    None,
}

/// Reads the preference out of `Accept`.
pub(super) fn preference(source: &dyn Source) -> Preference {
    match source.header("accept") {
        Some(accept) if accept.contains("text/html") => Preference::Page,
        Some(accept) if accept.contains("json") => Preference::Json,
        _ => Preference::None,
    }
}
