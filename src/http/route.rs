//! A route as data: the router, the OpenAPI document and the tests are all made from the same list of these.

use super::error::{Refusal, Result};
use super::gate::{Owner, SignedEvent};
use super::reply::Reply;
use super::req::{Req, Verb};
use crate::contract::redaction::Flag;
use crate::cx::{Cx, Task};

/// The future of a handler.
pub type Answer<'a> = Task<'a, Result<Reply>>;

/// Who may call, together with the handler that demands exactly that.
#[derive(Clone, Copy)]
pub enum Gate {
    /// Anybody.
    Open(for<'a> fn(&'a Cx, &'a Req) -> Answer<'a>),
    /// An owner with a session.
    Owner(for<'a> fn(&'a Cx, &'a Owner, &'a Req) -> Answer<'a>),
    /// Stripe, with a signature over the raw body.
    SignedWebhook(for<'a> fn(&'a Cx, SignedEvent) -> Answer<'a>),
}

/// How a route writes its failures.
#[derive(Clone, Copy)]
pub enum Shape {
    /// A page for people.
    Page,
    /// `{ok:false, code, message, …}`.
    Code,
    /// `{code, message}` with the code in capitals, as Better Auth writes it.
    Auth,
    /// `{ok:false, status, issue, message, redaction}`, with the code beside it.
    State {
        /// The contract's issue number of the route.
        issue: u32,
        /// The flags that say what is not in the answer.
        redaction: &'static [Flag],
    },
    /// `{ok:false, message, redaction}`, with the code beside it.
    Bare {
        /// The flags that say what is not in the answer.
        redaction: &'static [Flag],
    },
}

/// The answers of a public document.
#[macro_export]
macro_rules! document_answers {
    ($type:ty) => {
        &[(200, $crate::http::route::Media::Json($crate::schema!($type))), (304, $crate::http::route::Media::Unchanged)]
    };
}

/// What a route takes and answers, for the documents.
#[derive(Clone, Copy)]
pub struct About {
    /// A stable name for the operation.
    pub id: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Query parameters: name and meaning.
    pub query: &'static [(&'static str, &'static str)],
    /// The schema of the body.
    pub takes: Option<Schema>,
    /// The schemas of the good answers.
    pub answers: &'static [(u16, Media)],
    /// The refusals beside the common ones.
    pub refusals: &'static [&'static Refusal],
}

/// What an answer holds.
#[derive(Clone, Copy)]
pub enum Media {
    /// A page.
    Html,
    /// JSON of a type.
    Json(Schema),
    /// A file.
    File,
    /// A redirect.
    Redirect,
    /// Nothing: the caller's copy still holds.
    Unchanged,
}

/// The JSON Schema of a type. In the Worker this is nothing: documents are written by tests.
#[cfg(not(target_arch = "wasm32"))]
pub type Schema = fn(&mut schemars::SchemaGenerator) -> schemars::Schema;
/// The JSON Schema of a type. In the Worker this is nothing: documents are written by tests.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy)]
pub struct Schema;

/// Names the JSON Schema of a type.
#[macro_export]
macro_rules! schema {
    ($type:ty) => {{
        #[cfg(not(target_arch = "wasm32"))]
        {
            |generator: &mut schemars::SchemaGenerator| generator.subschema_for::<$type>()
        }
        #[cfg(target_arch = "wasm32")]
        {
            $crate::http::route::Schema
        }
    }};
}

/// One route.
#[derive(Clone, Copy)]
pub struct Route {
    /// The method.
    pub verb: Verb,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// Who may call, and the handler.
    pub gate: Gate,
    /// How failures are written.
    pub shape: Shape,
    /// For the documents.
    pub about: About,
}

/// Turns an `async fn(&Cx, &Req)` into a handler pointer.
#[macro_export]
macro_rules! open {
    ($handler:path) => {
        $crate::http::Gate::Open(|cx, req| Box::pin($handler(cx, req)))
    };
}

/// Turns an `async fn(&Cx, &Owner, &Req)` into a handler pointer.
#[macro_export]
macro_rules! owner {
    ($handler:path) => {
        $crate::http::Gate::Owner(|cx, owner, req| Box::pin($handler(cx, owner, req)))
    };
}
