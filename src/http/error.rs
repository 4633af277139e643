//! The three families of failure: a refusal (the caller's doing), an upstream failure (a provider's), a fault (ours).
//!
//! Each has a quiet, stable answer for the caller and, where there is one, a cause for the log. The two never mix.

use std::panic::Location;

use serde_json::{Map, Value};

use crate::config::ConfigError;
use crate::cx::ObjectError;
use crate::db::DbError;
use crate::http::reply::Header;

/// What every handler returns.
pub type Result<T> = std::result::Result<T, Error>;

/// A named way to say no. A feature declares its refusals as constants and lists them on its routes.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The stable code that clients compare.
    pub code: &'static str,
    /// The `status` field of the routes that answer in the contract's result style; their clients know few of them.
    pub state: &'static str,
    /// One sentence for the person who reads it.
    pub says: &'static str,
}

impl Refusal {
    /// A refusal whose state is its code.
    pub const fn new(status: u16, code: &'static str, says: &'static str) -> Self {
        Self { status, code, state: code, says }
    }

    /// The same refusal under the state name that the contract gives it.
    pub const fn in_state(mut self, state: &'static str) -> Self {
        self.state = state;
        self
    }
}

/// The refusals that any route can give.
pub mod common {
    use super::Refusal;

    /// A field has the wrong type or form.
    pub const INVALID_REQUEST: Refusal =
        Refusal::new(400, "invalid_request", "A field of the request is missing or has the wrong form.");
    /// The body is not JSON text in UTF-8.
    pub const INVALID_JSON: Refusal =
        Refusal::new(400, "invalid_json", "The body could not be read as JSON.").in_state("invalid_request");
    /// The body is larger than the route reads.
    pub const BODY_TOO_LARGE: Refusal =
        Refusal::new(413, "body_too_large", "The body is larger than this address accepts.")
            .in_state("invalid_request");
    /// The body is of a kind that the route does not read.
    pub const UNSUPPORTED_CONTENT_TYPE: Refusal =
        Refusal::new(415, "unsupported_content_type", "Send JSON or a plain form.").in_state("invalid_request");
    /// No route has this path.
    pub const NOT_FOUND: Refusal = Refusal::new(404, "not_found", "There is nothing at this address.");
    /// The path exists, the method does not.
    pub const METHOD_NOT_ALLOWED: Refusal =
        Refusal::new(405, "method_not_allowed", "This address does not take that method.");
    /// The host is not one of ours.
    pub const UNKNOWN_HOST: Refusal = Refusal::new(421, "unknown_host", "No shop answers under this name.");
    /// An owner's address without an owner's session.
    pub const OWNER_SESSION_REQUIRED: Refusal =
        Refusal::new(401, "owner_session_required", "Sign in as an owner of this shop first.");

    /// All of them, for the documents and the tests.
    pub const ALL: &[&Refusal] = &[
        &INVALID_REQUEST,
        &INVALID_JSON,
        &BODY_TOO_LARGE,
        &UNSUPPORTED_CONTENT_TYPE,
        &NOT_FOUND,
        &METHOD_NOT_ALLOWED,
        &UNKNOWN_HOST,
        &OWNER_SESSION_REQUIRED,
    ];
}

/// Declares refusals: name, HTTP status, code, and what is said, which documents it too.
#[macro_export]
macro_rules! refusals {
    ($( $name:ident = ($status:literal, $code:literal, $says:literal); )*) => { $(
        #[doc = $says]
        pub const $name: $crate::http::error::Refusal = $crate::http::error::Refusal::new($status, $code, $says);
    )* };
}

/// A refusal as it happened: with extra public fields, and sometimes a remark for the log.
#[derive(Debug)]
pub struct Refused {
    /// Which refusal.
    pub refusal: &'static Refusal,
    /// Public fields beside code and message.
    pub extra: Map<String, Value>,
    /// Headers of the answer.
    pub headers: Vec<Header>,
    /// What the log should say; most refusals say nothing.
    pub remark: Option<&'static str>,
}

/// A provider failed. The caller may try again.
#[derive(Debug)]
pub struct Upstream {
    /// The answer for the caller.
    pub refusal: &'static Refusal,
    /// Public fields beside code and message.
    pub extra: Map<String, Value>,
    /// Typed cause for the log; never the provider's own words, which may hold ids or addresses.
    pub cause: String,
}

/// We failed. The caller learns nothing but a correlation id.
#[derive(Debug)]
pub struct Fault {
    /// 503 when a part we need did not answer, 500 otherwise.
    pub status: u16,
    /// The cause, for the log.
    pub cause: String,
    /// Where it happened.
    pub at: &'static Location<'static>,
}

/// Anything that keeps a handler from answering.
#[derive(Debug)]
pub enum Error {
    /// The caller's doing.
    Refused(Box<Refused>),
    /// A provider's.
    Upstream(Box<Upstream>),
    /// Ours.
    Fault(Box<Fault>),
}

impl Error {
    /// A refusal with public fields beside its code.
    pub fn refused_with<const N: usize>(refusal: &'static Refusal, extra: [(&str, Value); N]) -> Self {
        let extra = extra.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self::Refused(Box::new(Refused { refusal, extra, headers: Vec::new(), remark: None }))
    }

    /// A refusal that also leaves one line in the log.
    pub fn refused_and_logged(refusal: &'static Refusal, remark: &'static str) -> Self {
        Self::Refused(Box::new(Refused { refusal, extra: Map::new(), headers: Vec::new(), remark: Some(remark) }))
    }

    /// A part we need did not answer.
    #[track_caller]
    pub fn unavailable(cause: impl Into<String>) -> Self {
        Self::fault(503, cause.into())
    }

    /// Something that cannot be, is.
    #[track_caller]
    pub fn internal(cause: impl Into<String>) -> Self {
        Self::fault(500, cause.into())
    }

    #[track_caller]
    fn fault(status: u16, cause: String) -> Self {
        Self::Fault(Box::new(Fault { status, cause, at: Location::caller() }))
    }
}

impl From<&'static Refusal> for Error {
    fn from(refusal: &'static Refusal) -> Self {
        Self::refused_with(refusal, [])
    }
}

impl From<DbError> for Error {
    #[track_caller]
    fn from(error: DbError) -> Self {
        match error {
            DbError::Failed(_) => Self::unavailable(error.to_string()),
            DbError::Shape(_) | DbError::IntegerTooLarge => Self::internal(error.to_string()),
        }
    }
}

impl From<ConfigError> for Error {
    /// The message names the setting and never its value.
    #[track_caller]
    fn from(error: ConfigError) -> Self {
        Self::unavailable(error.to_string())
    }
}

impl From<ObjectError> for Error {
    #[track_caller]
    fn from(error: ObjectError) -> Self {
        Self::unavailable(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    #[track_caller]
    fn from(error: serde_json::Error) -> Self {
        Self::internal(format!("json: {:?} at column {}", error.classify(), error.column()))
    }
}
