//! What becomes of an error: the quiet answer for the caller, and the line for the log.

use std::panic::Location;

use serde_json::{json, Map, Value};

use super::dispatch::secure;
use super::error::{Error, Refusal};
use super::reply::{Header, Reply};
use super::req::Preference;
use super::route::{Route, Shape};
use crate::contract::redaction;
use crate::cx::Cx;

/// One line for the log.
#[derive(Debug, PartialEq, Eq)]
pub struct LogLine(pub String);

/// Draws the page of a failure.
pub type ErrorPage = fn(&Failure<'_>) -> maud::Markup;

/// A failure as a page shows it.
pub struct Failure<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: &'a str,
    /// What happened, in one sentence.
    pub says: &'a str,
    /// The id to mention to the owner, for failures that are not the caller's.
    pub correlation: Option<&'a str>,
    /// Public fields beside the code.
    pub extra: &'a Map<String, Value>,
    /// What was asked for: path and query.
    pub wanted: &'a str,
}

/// What the caller asked for, and in which form.
pub(super) struct Asked<'a> {
    /// The form that the caller would rather read.
    pub prefers: Preference,
    /// Path and query.
    pub wanted: &'a str,
}

/// A fault says no more than this.
const FAULT: Refusal = Refusal::new(503, "unavailable", "Something went wrong on our side. Please try again.");
/// The same for what cannot be.
const INTERNAL: Refusal =
    Refusal::new(500, "internal_error", "Something went wrong on our side. Please try again.").in_state("unavailable");

/// The public half of an error.
struct Public {
    refusal: &'static Refusal,
    extra: Map<String, Value>,
    headers: Vec<Header>,
    correlation: Option<String>,
}

/// Writes an error in the shape of its route and the form that the caller reads, and its cause for the log.
pub(super) fn failure(
    cx: &Cx,
    error: Error,
    route: Option<&'static Route>,
    asked: &Asked<'_>,
    page: ErrorPage,
) -> (Reply, Option<LogLine>) {
    let (public, log) = split(cx, error, route.map_or("", |route| route.path));
    let Refusal { status, code, says, .. } = *public.refusal;
    let shape = route.map_or(Shape::Code, |route| route.shape);
    let as_page = match asked.prefers {
        Preference::Page => true,
        Preference::Json => false,
        Preference::None => matches!(shape, Shape::Page),
    };
    let mut reply = if as_page {
        let (correlation, extra, wanted) = (public.correlation.as_deref(), &public.extra, asked.wanted);
        Reply::page(status, page(&Failure { status, code, says, correlation, extra, wanted }))
    } else {
        Reply::json_text(status, error_body(shape, &public))
    };
    reply.headers.extend(public.headers);
    (reply, log)
}

fn split(cx: &Cx, error: Error, path: &str) -> (Public, Option<LogLine>) {
    let fresh = || cx.fresh_audit().as_str().to_owned();
    match error {
        Error::Refused(refused) => {
            let line = |remark| log_line("notice", path, refused.refusal, None, remark, None);
            let log = refused.remark.map(line);
            let (refusal, extra, headers) = (refused.refusal, refused.extra, refused.headers);
            (Public { refusal, extra, headers, correlation: None }, log)
        }
        Error::Upstream(upstream) => {
            let id = fresh();
            let log = log_line("error", path, upstream.refusal, Some(&id), &upstream.cause, None);
            let (refusal, extra) = (upstream.refusal, upstream.extra);
            (Public { refusal, extra, headers: Vec::new(), correlation: Some(id) }, Some(log))
        }
        Error::Fault(fault) => {
            let id = fresh();
            let refusal = if fault.status == FAULT.status { &FAULT } else { &INTERNAL };
            let log = log_line("error", path, refusal, Some(&id), &fault.cause, Some(fault.at));
            (Public { refusal, extra: Map::new(), headers: Vec::new(), correlation: Some(id) }, Some(log))
        }
    }
}

fn error_body(shape: Shape, public: &Public) -> String {
    let Refusal { code, state, says, .. } = *public.refusal;
    let mut body = Map::new();
    let code = if matches!(shape, Shape::Auth) {
        code.to_ascii_uppercase()
    } else {
        body.insert("ok".to_owned(), Value::from(false));
        code.to_owned()
    };
    if let Shape::State { issue, .. } = shape {
        body.insert("status".to_owned(), Value::from(state));
        body.insert("issue".to_owned(), Value::from(issue));
    }
    body.insert("code".to_owned(), Value::from(code));
    body.insert("message".to_owned(), Value::from(says));
    body.extend(public.extra.clone());
    if let Some(id) = &public.correlation {
        body.insert("correlationId".to_owned(), Value::from(id.as_str()));
    }
    let mut text = Value::Object(body).to_string();
    if let Shape::State { redaction, .. } | Shape::Bare { redaction } = shape {
        redaction::append(&mut text, redaction);
    }
    text
}

/// The answer of a deployment that lacks a binding or a setting. The log names it, the caller learns nothing.
pub fn not_set_up(cause: &str, correlation: &str) -> (Reply, LogLine) {
    const NOT_SET_UP: Refusal = Refusal::new(503, "unavailable", "This shop is not set up completely.");
    let public = Public {
        refusal: &NOT_SET_UP,
        extra: Map::new(),
        headers: Vec::new(),
        correlation: Some(correlation.to_owned()),
    };
    let log = log_line("error", "", &NOT_SET_UP, Some(correlation), cause, None);
    (secure(Reply::json_text(NOT_SET_UP.status, error_body(Shape::Code, &public)), ""), log)
}

/// The line of an answer that is no failure and still worth a look.
pub(super) fn remark_line(route: &str, status: u16, remark: &str) -> LogLine {
    LogLine(json!({ "level": "warning", "route": route, "status": status, "cause": remark }).to_string())
}

/// One JSON line. `route` is the pattern, never the path: a path can hold an id.
fn log_line(
    level: &str,
    route: &str,
    refusal: &Refusal,
    correlation: Option<&str>,
    cause: &str,
    at: Option<&Location<'_>>,
) -> LogLine {
    let at = at.map(|at| format!("{}:{}", at.file(), at.line()));
    let line = json!({
        "level": level, "route": route, "status": refusal.status, "code": refusal.code, "cause": cause,
        "correlationId": correlation, "at": at,
    });
    LogLine(line.to_string())
}
